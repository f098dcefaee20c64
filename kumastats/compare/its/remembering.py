"""Regression with AR(1) or ARMA(1, 1) errors, averaged over what the series leaves open about their memory.

The restricted likelihood of the memory is known on a grid, and given it every coefficient has an exact t distribution;
the answer is their mixture. A plug-in REML was seen to reject 5–12 % of true nulls at nominal 5 %.

Errors are u_t = φ u_{t−1} + e_t + θ e_{t−1}, whitened by their innovations (Brockwell and Davis 1991, example 5.3.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kumastats.compare.subject import Array

Memory = Literal["ar1", "arma11"]
MEMORIES: tuple[Memory, ...] = ("ar1", "arma11")
GRID = np.linspace(-0.9, 0.99, 190)
COARSE = np.linspace(-0.9, 0.98, 48)  # of φ where θ is free as well
MOVING = np.linspace(-0.9, 0.9, 19)
EXACT = 1e-300  # a sum of squares of nothing


@dataclass(frozen=True, eq=False)
class Remembering:
    """A coefficient given each memory of a grid, and the weight of each.

    Attributes
    ----------
    estimates, errors, weights
        By grid point.
    correlations
        Of an error with the one before, by grid point.
    df
        Of each conditional t distribution.
    coefficients
        Mean of all coefficients over the mixture (k,).
    """

    estimates: Array
    errors: Array
    weights: Array
    correlations: Array
    df: int
    coefficients: Array

    @property
    def estimate(self) -> float:
        """Mean over the mixture."""
        return float(self.weights @ self.estimates)

    @property
    def se(self) -> float:
        """Root of the mean conditional variance and the variance of the conditional estimates."""
        spread = self.weights @ (self.errors**2 + (self.estimates - self.estimate) ** 2)
        return float(np.sqrt(spread))

    @property
    def autocorrelation(self) -> float:
        """Mean correlation of an error with the one before."""
        return float(self.weights @ self.correlations)

    def below(self, value: float) -> float:
        """Return the mixture's distribution function."""
        from scipy.special import stdtr

        return float(self.weights @ stdtr(self.df, (value - self.estimates) / self.errors))

    def p(self) -> float:
        """Return the two-sided p-value of zero."""
        at = self.below(0.0)
        return max(0.0, min(1.0, 2 * min(at, 1 - at)))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval."""
        from scipy.optimize import brentq

        reach = 1e4 * self.se + np.ptp(self.estimates)
        ends = [
            brentq(  # type: ignore[no-untyped-call]
                lambda v, q=q: self.below(v) - q,
                self.estimate - reach,
                self.estimate + reach,
                xtol=1e-12 * reach,
            )
            for q in ((1 - level) / 2, (1 + level) / 2)
        ]
        return float(ends[0]), float(ends[1])


def remember(y: Array, x: Array, contrast: Array, memory: Memory = "ar1") -> Remembering:
    """Return the mixture for ``contrast @ beta`` of y = xβ + errors that remember.

    The prior is 1 / (1 − φ²) of AR(1), and of ARMA(1, 1) the long-run deviation (1 + θ) / (1 − φ), so that memories a
    short series can hardly tell apart count by what they do to a standard error. `x` must have full column rank and fewer
    columns than rows.
    """
    n, k = x.shape
    both = np.column_stack([x, y])
    told = [_given(both, contrast, phi, theta) for phi, theta in _grid(memory)]
    estimates, errors, logs, betas = (np.concatenate([t[i] for t in told]) for i in range(4))
    phi, theta = (
        np.concatenate([np.broadcast_to(g[i], g[0].shape) for g in _grid(memory)]) for i in range(2)
    )
    logs += -np.log(1 - phi**2) if memory == "ar1" else np.log((1 + theta) / (1 - phi))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    correlations = (1 + phi * theta) * (phi + theta) / (1 + 2 * phi * theta + theta**2)
    return Remembering(estimates, errors, weights, correlations, n - k, weights @ betas)


def _grid(memory: Memory) -> Iterator[tuple[Array, float]]:
    """Yield values of φ and the one of θ that goes with them."""
    if memory == "ar1":
        yield GRID, 0.0
    else:
        yield from ((COARSE, float(theta)) for theta in MOVING)


def _given(both: Array, contrast: Array, phi: Array, theta: float) -> tuple[Array, Array, Array, Array]:
    """Return estimates, errors, restricted log likelihood and all coefficients at each φ; `both` is x beside y."""
    n, k = both.shape[0], both.shape[1] - 1
    white, precision = _whitened(both, phi, theta)
    # the triangle of the columns beside y holds all: R of the columns, their part of y, and the rest of y
    triangle: Array = np.asarray(np.linalg.qr(white, mode="r"))
    tri, fitted, rest = triangle[:, :k, :k], triangle[:, :k, k], triangle[:, k, k]
    rss = np.maximum(rest**2, EXACT)
    load = np.linalg.solve(tri.transpose(0, 2, 1), np.broadcast_to(contrast, (len(phi), k))[:, :, None])[
        :, :, 0
    ]
    estimates = (load * fitted).sum(axis=1)
    errors = np.sqrt((load**2).sum(axis=1) * rss / (n - k))
    volume = np.log(np.abs(np.diagonal(tri, axis1=1, axis2=2))).sum(axis=1)
    restricted = 0.5 * precision - volume - (n - k) / 2 * np.log(rss)
    betas: Array = np.asarray(np.linalg.solve(tri, fitted[:, :, None])[:, :, 0])
    return estimates, errors, restricted, betas


def _whitened(both: Array, phi: Array, theta: float) -> tuple[Array, Array]:
    """Return innovations over their deviation (φ, n, columns), and the log determinant of the errors' precision (φ,)."""
    white = np.empty((len(phi), *both.shape))
    white[:, 1:] = both[1:] - phi[:, None, None] * both[:-1]
    precision = (1 - phi**2) / (1 + 2 * phi * theta + theta**2)
    white[:, 0] = np.sqrt(precision)[:, None] * both[0]
    total = np.log(precision)
    if theta:
        innovation = np.broadcast_to(both[0], white[:, 0].shape)
        for t in range(1, len(both)):
            innovation = white[:, t] - (theta * precision)[:, None] * innovation
            precision = 1 / (1 + theta**2 * (1 - precision))
            total += np.log(precision)
            white[:, t] = np.sqrt(precision)[:, None] * innovation
    return white, total

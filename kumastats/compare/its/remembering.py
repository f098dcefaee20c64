"""Regression with AR(1) errors, averaged over what the series leaves open about their memory.

The restricted likelihood of the autocorrelation is known on a grid, and given it every coefficient has an exact t
distribution; the answer is their mixture. A plug-in REML was seen to reject 5–12 % of true nulls at nominal 5 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumastats.compare.subject import Array

GRID = np.linspace(-0.9, 0.99, 190)


@dataclass(frozen=True, eq=False)
class Remembering:
    """A coefficient given each autocorrelation of a grid, and the weight of each.

    Attributes
    ----------
    estimates, errors, weights
        By grid point.
    df
        Of each conditional t distribution.
    coefficients
        Mean of all coefficients over the mixture (k,).
    """

    estimates: Array
    errors: Array
    weights: Array
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
        """Mean autocorrelation."""
        return float(self.weights @ GRID)

    def below(self, value: float) -> float:
        """Return the mixture's distribution function."""
        from scipy.special import stdtr

        return float(self.weights @ stdtr(self.df, (value - self.estimates) / self.errors))

    def p(self) -> float:
        """Return the two-sided p-value of zero."""
        at = self.below(0.0)
        return min(1.0, 2 * min(at, 1 - at))

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


def remember(y: Array, x: Array, contrast: Array) -> Remembering:
    """Return the mixture for ``contrast @ beta`` of y = xβ + AR(1) errors, prior 1 / (1 − ρ²) on the autocorrelation.

    `x` must have full column rank and fewer columns than rows.
    """
    n, k = x.shape
    both = np.column_stack([x, y])
    white = np.empty((len(GRID), n, k + 1))
    white[:, 0] = np.sqrt(1 - GRID**2)[:, None] * both[0]
    white[:, 1:] = both[1:] - GRID[:, None, None] * both[:-1]
    # the triangle of the columns beside y holds all: R of the columns, their part of y, and the rest of y
    triangle: Array = np.asarray(np.linalg.qr(white, mode="r"))
    tri, fitted, rest = triangle[:, :k, :k], triangle[:, :k, k], triangle[:, k, k]
    rss = np.maximum(rest**2, 1e-300)
    load = np.linalg.solve(tri.transpose(0, 2, 1), np.broadcast_to(contrast, (len(GRID), k))[:, :, None])[
        :, :, 0
    ]
    estimates = (load * fitted).sum(axis=1)
    errors = np.sqrt((load**2).sum(axis=1) * rss / (n - k))
    volume = np.log(np.abs(np.diagonal(tri, axis1=1, axis2=2))).sum(axis=1)
    logs = -0.5 * np.log(1 - GRID**2) - volume - (n - k) / 2 * np.log(rss)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    betas = np.linalg.solve(tri, fitted[:, :, None])[:, :, 0]
    return Remembering(estimates, errors, weights, n - k, weights @ betas)

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
    logs, estimates, errors, triangles, right = [], [], [], [], []
    for r in GRID:
        white = np.vstack([np.sqrt(1 - r * r) * np.c_[x, y][:1], np.c_[x, y][1:] - r * np.c_[x, y][:-1]])
        q, tri = np.linalg.qr(white[:, :k])
        fitted = q.T @ white[:, k]
        rss = max(float(((white[:, k] - q @ fitted) ** 2).sum()), 1e-300)
        load = np.linalg.solve(tri.T, contrast)
        triangles.append(tri)
        right.append(fitted)
        estimates.append(float(load @ fitted))
        errors.append(float(np.sqrt(load @ load * rss / (n - k))))
        logs.append(-0.5 * np.log(1 - r * r) - np.log(np.abs(np.diag(tri))).sum() - (n - k) / 2 * np.log(rss))
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    betas = np.linalg.solve(np.array(triangles), np.array(right)[:, :, None])[:, :, 0]
    return Remembering(np.array(estimates), np.array(errors), weights, n - k, weights @ betas)

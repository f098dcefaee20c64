"""Newey and West's covariance: to compare with, never the default of a short series."""

from __future__ import annotations

import numpy as np

from kumastats.compare.subject import Array, numbers
from kumastats.errors import CompareError
from kumastats.text import Text

# cubic in b of the two-sided critical values with Bartlett weights: Kiefer and Vogelsang (2005), Econometric Theory 21, table 1
FIXED_B = {
    0.80: (1.2816, 1.3040, 0.5135, -0.3386),
    0.90: (1.6449, 2.1859, 0.3142, -0.3427),
    0.95: (1.9600, 2.9694, 0.4160, -0.5324),
    0.98: (2.3263, 4.1618, 0.5368, -0.9060),
}


def fixed_b(points: int, lags: int, level: float = 0.95) -> float:
    """Return the critical value of a t ratio on `newey_west` (`adjust=False`) that counts the lags as a share of the series.

    The normal's 1.96 takes the lags as few; with b = (lags + 1) / points they are not, and the error is itself uncertain.

    Raises
    ------
    CompareError
        If the level is not tabulated, or there are as many lags as points.

    >>> round(fixed_b(60, 11), 3)
    2.566
    """
    if level not in FIXED_B or not 0 <= lags < points:
        known = ", ".join(str(k) for k in FIXED_B)
        raise CompareError(
            Text(
                f"水準は {known} のどれかで、遅れは点数より少なくします。",
                f"Levels are {known}; lags are fewer than points.",
            )
        )
    b = (lags + 1) / points
    return float(sum(c * b**k for k, c in enumerate(FIXED_B[level])))


def newey_west(y: Array, x: Array, lags: int, *, adjust: bool = True) -> tuple[Array, Array]:
    """Return least-squares coefficients and their Newey–West covariance with Bartlett weights.

    `adjust` multiplies by T / (T − k), as R sandwich ``NeweyWest(prewhite = FALSE, adjust = TRUE)`` and statsmodels
    ``cov_type="HAC", use_correction=True``. At about 60 points it is too small (measured −43 % on a published series).
    """
    y, x = numbers(y, "y"), np.asarray(x)
    if (
        x.ndim != 2
        or x.dtype.kind not in "fiu"
        or len(y) != len(x)
        or len(y) <= x.shape[1]
        or not 0 <= lags < len(y)
        or lags != int(lags)
    ):
        raise CompareError(
            Text("系列が短すぎるか、長さが違います。", "The series is too short, or the lengths differ.")
        )
    if np.isnan(y).any() or not np.isfinite(x).all() or np.linalg.matrix_rank(x) < x.shape[1]:
        raise CompareError(
            Text(
                "欠けた値があるか、説明変数が重なっています。",
                "Values are missing, or regressors are collinear.",
            )
        )
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    score = x * (y - x @ beta)[:, None]
    meat = score.T @ score
    for lag in range(1, lags + 1):
        cross = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    bread = np.linalg.inv(x.T @ x)
    covariance = bread @ meat @ bread
    factor = len(y) / (len(y) - x.shape[1]) if adjust else 1.0
    return np.asarray(beta, dtype=float), np.asarray(covariance * factor, dtype=float)

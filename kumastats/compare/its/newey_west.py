"""Newey and West's covariance: to compare with, never the default of a short series."""

from __future__ import annotations

import numpy as np

from kumastats.compare.subject import Array
from kumastats.errors import CompareError
from kumastats.text import Text


def newey_west(y: Array, x: Array, lags: int, *, adjust: bool = True) -> tuple[Array, Array]:
    """Return least-squares coefficients and their Newey–West covariance with Bartlett weights.

    `adjust` multiplies by T / (T − k), as R sandwich ``NeweyWest(prewhite = FALSE, adjust = TRUE)`` and statsmodels
    ``cov_type="HAC", use_correction=True``. At about 60 points it is too small (measured −43 % on a published series).
    """
    if len(y) != len(x) or len(y) <= x.shape[1] or not 0 <= lags < len(y):
        raise CompareError(
            Text("系列が短すぎるか、長さが違います。", "The series is too short, or the lengths differ.")
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

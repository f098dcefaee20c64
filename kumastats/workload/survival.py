"""Kaplan and Meier's curve of the time until something happens, where some had to be left before it did."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """Share to whom it has not happened yet, by time.

    Attributes
    ----------
    time, survival, se
        Times at which it happened to somebody, the share left after each, and Greenwood's standard error (0 with weights).
    """

    time: Floats
    survival: Floats
    se: Floats

    def quantile(self, share: float) -> float:
        """Return the time by which it has happened to `share`; NaN if it never did to so many."""
        below = np.flatnonzero(self.survival <= 1 - share + 1e-12)
        return float(self.time[below[0]]) if len(below) else math.nan

    def within(self, time: float) -> tuple[float, float, float]:
        """Return the share to whom it has happened by `time`, and a 95 % interval (log-log; NaN where there is none)."""
        i = int(np.searchsorted(self.time, time, side="right"))
        if i == 0:
            return 0.0, math.nan, math.nan
        s, se = float(self.survival[i - 1]), float(self.se[i - 1])
        if not 0 < s < 1 or not se:
            return 1 - s, math.nan, math.nan
        theta = 1.96 * se / (s * math.log(s))
        ends = s ** math.exp(theta), s ** math.exp(-theta)
        return 1 - s, 1 - max(ends), 1 - min(ends)


def kaplan_meier(time: Floats, happened: npt.NDArray[np.bool_], weight: Floats | None = None) -> Curve:
    """Return the curve, by ``statsmodels.duration.survfunc.SurvfuncRight``.

    Parameters
    ----------
    time, happened
        Time until it happened, or until one had to stop looking.
    weight
        How often each counts; rows of weight 0 are left out.

    Examples
    --------
    >>> kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, False, True])).survival.round(3)
    array([0.667, 0.   ])
    """
    if weight is not None:
        held = weight > 0
        time, happened, weight = time[held], happened[held], weight[held]
    if not happened.any():
        return Curve(np.zeros(0), np.zeros(0), np.zeros(0))
    from statsmodels.duration import survfunc

    made: Any = survfunc
    fit = made.SurvfuncRight(time, happened.astype(int), freq_weights=weight)
    se = np.asarray(fit.surv_prob_se) if weight is None else np.zeros(len(fit.surv_prob))
    return Curve(np.asarray(fit.surv_times), np.asarray(fit.surv_prob), se)

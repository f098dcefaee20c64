"""How long people wait before they give up: Kaplan and Meier (1958), or, where only the unanswered call shows it, its current-status form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.survival import kaplan_meier

Floats = npt.NDArray[np.float64]
FEWEST = 30


@dataclass(frozen=True, eq=False)
class Patience:
    """The share still willing to wait, by minutes waited.

    Attributes
    ----------
    time, survival
        Minutes, and the share whose patience is longer.
    exponential_mean
        Mean patience in minutes if giving up is equally likely in every minute of a wait (maximum likelihood).
    left, n
        People who left, of those who waited.
    seen
        Whether the time of leaving is recorded (``left``) or only that a call was not answered (``call``).
    """

    time: Floats
    survival: Floats
    exponential_mean: float
    left: int
    n: int
    seen: str

    def at(self, minutes: float) -> float:
        """Return the share whose patience is longer than `minutes`.

        Examples
        --------
        >>> Patience(np.array([1.0, 2.0]), np.array([0.9, 0.5]), 3.0, 5, 10, "left").at(1.5)
        0.9
        """
        i = int(np.searchsorted(self.time, minutes, side="right"))
        return 1.0 if i == 0 else float(self.survival[i - 1])

    @property
    def median(self) -> float:
        """Median patience in minutes; NaN where fewer than half gave up within the waits seen."""
        below = np.flatnonzero(self.survival < 0.5)
        return float(self.time[below[0]]) if len(below) else float("nan")


def patience(tickets: pd.DataFrame) -> Patience:
    """Estimate patience from everybody who waited.

    With ``left_at`` for those who left, those called are censored at their call, and voided tickets where the wait ended. Without
    it, a no-show says that patience ended before the call, and a served customer that it had not: the non-parametric maximum
    likelihood estimate is then the isotonic regression of one on the other (Ayer et al. 1955).

    Raises
    ------
    WorkloadError
        If fewer than thirty people waited, or nobody left.
    """
    left = tickets["outcome"] == "left"
    if (left & tickets["left_at"].notna()).any():
        until = (tickets["left_at"].fillna(tickets["called_at"]) - tickets["issued_at"]).dt.total_seconds()
        waited = (until > 0).to_numpy()
        time, gone = until.to_numpy(dtype=float)[waited] / 60, left.to_numpy()[waited]
        _enough(len(time), int(gone.sum()))
        curve = kaplan_meier(time, gone)
        mean = float(time.sum() / gone.sum())
        return Patience(curve.time, curve.survival, mean, int(gone.sum()), len(time), "left")
    until = (tickets["called_at"] - tickets["issued_at"]).dt.total_seconds()
    waited = ((until > 0) & tickets["outcome"].isin(["served", "no_show"])).to_numpy()
    time = until.to_numpy(dtype=float)[waited] / 60
    gone = (tickets["outcome"] == "no_show").to_numpy()[waited]
    _enough(len(time), int(gone.sum()))
    return _current_status(time, gone)


def _current_status(time: Floats, gone: npt.NDArray[np.bool_]) -> Patience:
    import scipy.optimize

    optimize: Any = scipy.optimize

    at, where = np.unique(time, return_inverse=True)
    n = np.bincount(where).astype(float)
    share = np.bincount(where, weights=gone.astype(float)) / n
    curve = 1 - optimize.isotonic_regression(share, weights=n).x

    def loss(log_mean: float) -> float:
        hazard = time / np.exp(log_mean)
        return float(np.where(gone, -np.log(-np.expm1(-hazard)), hazard).sum())

    best = optimize.minimize_scalar(
        loss, bounds=(np.log(time.mean()) - 8, np.log(time.mean()) + 12), method="bounded"
    )
    return Patience(at, curve, float(np.exp(best.x)), int(gone.sum()), len(time), "call")


def _enough(n: int, left: int) -> None:
    if n < FEWEST or not left:
        raise WorkloadError(
            Text(
                f"待った人{n}人のうち離れた人は{left}人で、待てる時間が分かりません。",
                f"Of {n} people who waited {left} left: how long people wait before they give up cannot be told.",
            )
        )

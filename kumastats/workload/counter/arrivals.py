"""When customers come: the mean of each half hour over the days, and how much days differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.log import days_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ArrivalProfile:
    """Arrivals of a day.

    Attributes
    ----------
    edges
        Minutes after midnight, one more than there are intervals.
    mean
        Mean arrivals of each interval.
    days
        Days it is made from.
    dispersion
        Variance of daily totals over their mean: 1 for pure chance, more where days differ of their own.
    """

    edges: Floats
    mean: Floats
    days: int
    dispersion: float

    @property
    def a_day(self) -> float:
        """Mean arrivals of a day."""
        return float(self.mean.sum())

    @property
    def day_factor_variance(self) -> float:
        """Variance of the factor by which a day is busier than the mean day (gamma, mean 1)."""
        return max(0.0, (self.dispersion - 1) / self.a_day) if self.a_day else 0.0


def profile(tickets: pd.DataFrame, *, minutes: int = 30) -> ArrivalProfile:
    """Return the arrival profile of one office's tickets.

    Parameters
    ----------
    minutes
        Width of an interval.

    Raises
    ------
    WorkloadError
        If there are fewer than five days.
    """
    shown = tickets[tickets["outcome"] != "void"]
    if not len(shown):
        raise WorkloadError(Text("番号札がありません。", "There are no tickets."))
    day = days_of(shown)
    days = int(day.max()) + 1
    if days < 5:
        raise WorkloadError(
            Text(
                f"{days}日分では来客の形が分かりません（5日以上）。",
                f"{days} days do not show a profile (it takes five).",
            )
        )
    stamp = shown["issued_at"]
    minute = (stamp.dt.hour * 60 + stamp.dt.minute).to_numpy() + stamp.dt.second.to_numpy() / 60
    first = int(np.quantile(minute, 0.001) // minutes) * minutes
    last = int(np.ceil((np.quantile(minute, 0.999) + 1e-9) / minutes)) * minutes
    edges = np.arange(first, last + minutes, minutes, dtype=float)
    counts, _ = np.histogram(np.clip(minute, first, last - 1e-6), bins=edges)
    totals = np.bincount(day, minlength=days)
    dispersion = float(totals.var(ddof=1) / totals.mean())
    return ArrivalProfile(edges, counts / days, days, dispersion)

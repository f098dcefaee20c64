"""Desks that a log does not state: low, likely and high by quarter hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

Ints = npt.NDArray[np.int64]
AROUND = 1  # quarter hours on either side in which a desk seen counts as open
WITHOUT_NAMES = 4  # and where desks have no names, in which as many services at once do


@dataclass(frozen=True, eq=False)
class Staffed:
    """Desks open, by day and quarter hour.

    Attributes
    ----------
    dates, edges
        Days; minutes after midnight, one more than quarter hours.
    low
        (days, quarter hours): the most services at once; that many desks were open.
    high
        Desks seen at work in the quarter hour or beside it (an hour of the most services at once, where desks have no names); idle
        desks of longer are not seen.
    likely
        Halfway. "Busy desks while somebody waits" is no better: it lies two desks below those seen in the log of a real call
        centre, the most at once one below, and those seen are too many where people hand over.
    """

    dates: npt.NDArray[np.datetime64]
    edges: npt.NDArray[np.float64]
    low: Ints
    likely: npt.NDArray[np.float64]
    high: Ints

    def between(self, share: float) -> npt.NDArray[np.float64]:
        """Return desks at a share of the way from low to high."""
        return np.asarray(self.low + share * (self.high - self.low))

    def typical(self) -> pd.DataFrame:
        """Return the mean over days: ``minute``, ``low``, ``likely``, ``high``."""
        return pd.DataFrame(
            {
                "minute": self.edges[:-1],
                **{k: getattr(self, k).mean(axis=0) for k in ("low", "likely", "high")},
            }
        )


def staffed(tickets: pd.DataFrame, *, minutes: int = 15) -> Staffed:
    """Bound the desks open at one office.

    Raises
    ------
    WorkloadError
        If no service has both a call and a finish.
    """
    served = tickets[tickets["called_at"].notna() & tickets["finished_at"].notna()]
    served = served[served["finished_at"] >= served["called_at"]]
    if not len(served):
        raise WorkloadError(Text("窓口の数を知る記録がありません。", "No record tells the number of desks."))
    floor = served["issued_at"].dt.floor("D")  # a day's last customers may be served past midnight
    day, dates = pd.factorize(floor, sort=True)
    begin, end = (
        ((served[c] - floor).dt.total_seconds() / 60).to_numpy() for c in ("called_at", "finished_at")
    )
    first = int(begin.min() // minutes) * minutes
    count = max(1, int(np.ceil((end.max() - first) / minutes)))
    edges = first + minutes * np.arange(count + 1, dtype=float)
    low = np.zeros((len(dates), count), dtype=np.int64)
    for d in range(len(dates)):
        mine = np.asarray(day) == d
        low[d] = _most_at_once(begin[mine], end[mine], edges)
    desk = served["desk_id"] if "desk_id" in served else pd.Series([None] * len(served), index=served.index)
    named = desk.notna().to_numpy().mean() > 0.5
    high = low.copy()
    if named:
        known = desk.notna().to_numpy()
        names = pd.factorize(desk, sort=True)[0]
        seen = np.zeros((len(dates), int(names.max()) + 1, count), dtype=bool)
        starts = np.clip(((begin - first) // minutes).astype(int) - AROUND, 0, count)
        stops = np.clip(((end - first) // minutes).astype(int) + AROUND + 1, 0, count)
        for i in np.flatnonzero(known):
            seen[day[i], names[i], starts[i] : stops[i]] = True
        high = np.maximum(high, seen.sum(axis=1))
    else:
        for shift in range(1, WITHOUT_NAMES + 1):
            high[:, shift:] = np.maximum(high[:, shift:], low[:, :-shift])
            high[:, :-shift] = np.maximum(high[:, :-shift], low[:, shift:])
    return Staffed(np.asarray(dates, dtype="datetime64[D]"), edges, low, (low + high) / 2, high)


def _most_at_once(begin: np.ndarray, end: np.ndarray, edges: np.ndarray) -> Ints:
    time = np.concatenate([begin, end])
    step = np.concatenate([np.ones(len(begin)), -np.ones(len(end))])
    order = np.lexsort((step, time))  # at the same moment, an end comes first
    time, held = time[order], np.cumsum(step[order])
    out = np.zeros(len(edges) - 1, dtype=np.int64)
    place = np.searchsorted(edges, time, side="right") - 1
    np.maximum.at(out, np.clip(place, 0, len(out) - 1), held.astype(np.int64))
    carried = np.searchsorted(time, edges[:-1], side="right") - 1
    return np.maximum(out, np.where(carried >= 0, held[np.maximum(carried, 0)], 0).astype(np.int64))

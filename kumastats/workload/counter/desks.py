"""How many desks were open, told from overlapping services."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.log import days_of


def open_desks(tickets: pd.DataFrame) -> int:
    """Return the typical number of open desks: over days, the median of the most services held at once.

    Raises
    ------
    WorkloadError
        If no service has both a call and a finish.
    """
    return typical(most_at_once(tickets).to_numpy())


def typical(most: npt.NDArray[np.float64]) -> int:
    """Return the typical number of desks from the most services held at once on each day."""
    return max(1, round(float(np.median(most))))


def most_at_once(tickets: pd.DataFrame) -> pd.Series:
    """Return the most services held at once, by date.

    Raises
    ------
    WorkloadError
        If no service has both a call and a finish.
    """
    served = tickets[
        (tickets["outcome"] == "served") & tickets["called_at"].notna() & tickets["finished_at"].notna()
    ]
    if not len(served):
        raise WorkloadError(Text("窓口の数を知る記録がありません。", "No record tells the number of desks."))
    day = days_of(served)
    start, end = (
        served[c].to_numpy().astype("datetime64[s]").astype(np.int64) for c in ("called_at", "finished_at")
    )
    time = np.concatenate([start, end])
    step = np.concatenate([np.ones(len(start)), -np.ones(len(end))])
    days = np.concatenate([day, day])
    order = np.lexsort((step, time, days))  # at the same second, an end comes first
    held = np.cumsum(step[order])
    dates = served["issued_at"].dt.floor("D").drop_duplicates().sort_values()
    return pd.Series(held).groupby(days[order]).max().set_axis(pd.DatetimeIndex(dates))

"""How many enquiries will come: day totals on the calendar, checked on a quarter they had not seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.calendar import Quarter, workdays
from kumastats.errors import WorkloadError
from kumastats.workload.counter.forecast import DayTotals, Forecast, fit_totals

YEARS = 3


@dataclass(frozen=True, eq=False)
class Load:
    """The next quarter, and the last one as it would have been told before it began.

    Attributes
    ----------
    past
        The forecast of `quarter` made from the days before it; None where these are too few.
    came
        What came in it.
    minutes
        Minutes an enquiry took in the last year of the data.
    """

    totals: DayTotals
    next: Forecast
    following: Quarter
    quarter: Quarter
    past: Forecast | None
    came: int
    minutes: float

    @property
    def hours(self) -> tuple[float, float, float]:
        """Hours of staff in the next quarter, and the interval of the number that comes times the same minutes."""
        low, high = self.next.total_interval
        return tuple(x * self.minutes / 60 for x in (self.next.total, low, high))  # type: ignore[return-value]

    @property
    def hit(self) -> bool | None:
        """Whether what came lay in the interval told before; None where nothing was told."""
        if self.past is None:
            return None
        low, high = self.past.total_interval
        return bool(low <= self.came <= high)


def day_totals(days: pd.Series, start: dt.date, end: dt.date) -> pd.Series:
    """Return how many came on each working day, zeros included; what came on other days is left out."""
    counted = days.value_counts()
    return counted.reindex(workdays(start, end), fill_value=0).astype("int64")


def load(days: pd.Series, minutes: float, quarter: Quarter, *, rng: np.random.Generator) -> Load | None:
    """Forecast the quarter after `quarter` from the days held; None where they do not tell the calendar's part.

    Parameters
    ----------
    days
        The day of each enquiry that came to people.
    minutes
        What one takes.
    """
    first = max(days.min(), dt.date(quarter.end.year - YEARS, 1, 1))
    following = Quarter.of(quarter.end + dt.timedelta(days=1))
    try:
        totals = fit_totals(day_totals(days, first, quarter.end))
        ahead = totals.forecast(following.start, following.end, rng=rng)
    except WorkloadError:
        return None
    past = None
    before = quarter.start - dt.timedelta(days=1)
    if first < before:
        try:
            past = fit_totals(day_totals(days, first, before)).forecast(quarter.start, quarter.end, rng=rng)
        except WorkloadError:
            past = None
    came = int(day_totals(days, quarter.start, quarter.end).sum())
    return Load(totals, ahead, following, quarter, past, came, minutes)

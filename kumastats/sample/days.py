"""The synthetic city's own calendar; the library's is not used, so that the two can disagree."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]


@lru_cache(maxsize=32)
def _days_off(year: int) -> frozenset[dt.date]:
    import holidays

    national = set(holidays.country_holidays("JP", years=[year, year + 1]))
    closed = {dt.date(year, 12, d) for d in (29, 30, 31)} | {dt.date(year + 1, 1, d) for d in (1, 2, 3)}
    return frozenset(national | closed)


def fiscal_year(year: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a fiscal year."""
    return dt.date(year, 4, 1), dt.date(year + 1, 3, 31)


def workdays(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days the city works, from `first` to `last`."""
    return [d for d in _each(first, last) if is_workday(d)]


def is_workday(day: dt.date) -> bool:
    """Tell whether the city works on this day."""
    year = day.year if day.month >= 4 else day.year - 1
    return day.weekday() < 5 and day not in _days_off(year)


def days_off(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return weekends, holidays and the year-end closure, from `first` to `last`."""
    return [d for d in _each(first, last) if not is_workday(d)]


def months(year: int) -> list[tuple[dt.date, dt.date]]:
    """Return the first and last day of each month of a fiscal year, April first."""
    out = []
    for i in range(12):
        y, m = (year, 4 + i) if i < 9 else (year + 1, i - 8)
        after = dt.date(y + (m == 12), m % 12 + 1, 1)
        out.append((dt.date(y, m, 1), after - dt.timedelta(days=1)))
    return out


def month_end(first: dt.date) -> dt.date:
    """Return the last day of a month."""
    return dt.date(first.year + first.month // 12, first.month % 12 + 1, 1) - dt.timedelta(days=1)


def _each(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]


def ramp(days: Days, start: dt.date | None, over: int) -> npt.NDArray[np.float64]:
    """Return 0 before `start`, rising to 1 over `over` days."""
    if start is None:
        return np.zeros(len(days))
    since = (days - np.datetime64(start, "D")).astype(np.int64)
    return np.asarray(np.clip((since + 1) / over, 0, 1) * (since >= 0))

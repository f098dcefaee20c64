"""Working days of a Japanese city hall: weekdays that are no holiday, and not 29 December to 3 January."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from kumastats.text import Lang

SATURDAY = 5
# law of 1988 on administrative organs' holidays, followed by the cities
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


@lru_cache(maxsize=2)
def _holidays(lang: Lang) -> Any:
    import holidays

    return holidays.country_holidays("JP", language="ja" if lang == "ja" else "en_US")


def holiday_name(date: dt.date, lang: Lang = "ja") -> str | None:
    """Return the name of the national holiday on `date`, or None.

    >>> holiday_name(dt.date(2019, 5, 1)) is not None, holiday_name(dt.date(2019, 5, 7))
    (True, None)
    """
    return _holidays(lang).get(date)  # type: ignore[no-any-return]


def is_workday(date: dt.date) -> bool:
    """Tell whether the city hall is open on `date`."""
    return date.weekday() < SATURDAY and (date.month, date.day) not in YEAR_END and holiday_name(date) is None


@lru_cache(maxsize=256)
def workdays(start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
    """Return the working days from `start` to `end`, both included."""
    days = (end - start).days + 1
    return tuple(d for d in (start + dt.timedelta(i) for i in range(days)) if is_workday(d))


def count_workdays(start: dt.date, end: dt.date) -> int:
    """Return the number of working days from `start` to `end`, both included.

    >>> count_workdays(dt.date(2018, 4, 1), dt.date(2019, 3, 31))
    244
    """
    return len(workdays(start, end))

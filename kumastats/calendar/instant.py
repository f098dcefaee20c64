"""Instants as exports write them: a date in any spelling, then a time of day, with or without a zone.

A column of instants is read with one order of day and month, decided from all its values, as columns of dates are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kumastats.calendar.era import DateReader, normalise
from kumastats.errors import DateError, Place
from kumastats.text import Text

TOKYO = dt.timezone(dt.timedelta(hours=9))
_TIME = re.compile(
    r"(?P<hour>\d{1,2})\s*(?::|時)\s*(?P<minute>[0-5]?\d)(?:\s*[:分]\s*(?P<second>[0-5]?\d)(?:\.\d+)?\s*秒?|\s*分)?"
    r"\s*(?P<half>AM|PM|am|pm)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_SPLIT = re.compile(r"(?P<date>.*?\d\s*日?)(?:\s*\(\w\)\s*|T|\s+|(?<=日))(?P<time>\d{1,2}\s*[:時].*)")
LAST_HOUR = 47


@dataclass(frozen=True)
class InstantReader:
    """Reads a column of instants; the order of day and month is that of `dates`."""

    dates: DateReader

    @classmethod
    def detect(
        cls,
        values: Sequence[str | None],
        *,
        era: str | None = None,
        order: str | None = None,
        place: Place | None = None,
    ) -> InstantReader:
        """Decide how the dates of a column are written. See `DateReader.detect`.

        Raises
        ------
        DateError
            If no layout reads every date, or both day-first and month-first do.
        """
        days = [split(v)[0] for v in values if v is not None and v.strip()]
        return cls(DateReader.detect(days, era=era, order=order, place=place))

    @property
    def decision(self) -> Text:
        """What was decided, in words."""
        return self.dates.decision

    def parse(self, value: str, place: Place | None = None) -> dt.datetime:
        """Read one instant as Asia/Tokyo local time; hours up to 47 are the next day.

        Raises
        ------
        DateError
            If it is none.

        >>> InstantReader(DateReader("year_first")).parse("2019/4/1 9:05")
        datetime.datetime(2019, 4, 1, 9, 5)
        >>> InstantReader(DateReader("era")).parse("平成31年4月30日 25時10分")
        datetime.datetime(2019, 5, 1, 1, 10)
        >>> InstantReader(DateReader("year_first")).parse("2019-04-01T00:31:05Z")
        datetime.datetime(2019, 4, 1, 9, 31, 5)
        """
        day, time = split(value)
        made = dt.datetime.combine(self.dates.parse(day, place), dt.time())
        if not time:
            return made
        found = _TIME.fullmatch(time)
        hour = int(found["hour"]) if found else LAST_HOUR + 1
        half = (found["half"] or "").lower() if found else ""
        if found is None or hour > LAST_HOUR or (half and not 1 <= hour <= 12):
            raise DateError(
                Text(f"「{value}」は日時として読めません。", f"“{value}” is not a date and time."),
                place=place,
                remedy=Text("例: 2018-04-02 08:31:05", "For example: 2018-04-02 08:31:05"),
            )
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        made += dt.timedelta(hours=hour, minutes=int(found["minute"]), seconds=int(found["second"] or 0))
        return _local(made, found["zone"])


def _local(made: dt.datetime, zone: str | None) -> dt.datetime:
    if not zone:
        return made
    bare = zone.replace(":", "")
    sign = -1 if bare[0] == "-" else 1
    shift = (
        dt.timedelta() if zone == "Z" else sign * dt.timedelta(hours=int(bare[1:3]), minutes=int(bare[3:5]))
    )
    return (made - shift).replace(tzinfo=dt.UTC).astimezone(TOKYO).replace(tzinfo=None)


def split(value: str) -> tuple[str, str]:
    """Return the date and the time of an instant; the time is empty where there is none.

    >>> split("2019/4/1 9:00"), split("2019-04-01"), split("平成31年4月1日（月）9:00")
    (('2019/4/1', '9:00'), ('2019-04-01', ''), ('平成31年4月1日', '9:00'))
    """
    plain = normalise(value)
    found = _SPLIT.fullmatch(plain)
    return (found["date"].strip(), found["time"].strip()) if found else (plain, "")

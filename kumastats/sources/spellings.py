"""Single cells of times as offices write them: months, weekdays behind dates, 8.30 for 8 h 30 min, hours past 24."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from kumastats.calendar import DateReader, InstantReader, parse_date
from kumastats.errors import DateError, DurationError, SourceError
from kumastats.text import Text

LATEST_CLOCK = 48 * 60
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")
_BARE_YEAR = re.compile(r"[0-9]{1,2}\s*[年./-]\s*[0-9]{1,2}(?:\s*[月./-]\s*[0-9]{0,2}\s*(?:日|分|度)?)?")
_WEEKDAY = re.compile(r"^(.*?)\s*[(\[]([月火水木金土日])(?:曜日?)?[)\]]$")
_POINT = re.compile(r"([0-9]{1,4})(?:\.([0-5][0-9]))?")
_COMPACT_MONTH = re.compile(r"([0-9]{4})([0-9]{2})")
_MONTH_ONLY = re.compile(r"(.*[0-9元])\s*(?:年|[./-])\s*([0-9]{1,2})\s*(?:月(?:分|度)?)?")


def without_weekday(value: str) -> tuple[str, str | None]:
    """Return a date and the weekday in brackets behind it.

    >>> without_weekday("2018/4/2(月)"), without_weekday("2018/4/2")
    (('2018/4/2', '月'), ('2018/4/2', None))
    """
    found = _WEEKDAY.search(unicodedata.normalize("NFKC", value))
    return (found[1], found[2]) if found else (value, None)


def on_weekday(value: str, reader: DateReader) -> dt.date:
    """Read a date, and refuse it if the weekday behind it is another day's."""
    text, weekday = without_weekday(value)
    day = reader.parse(text)
    if weekday is not None and "月火水木金土日"[day.weekday()] != weekday:
        raise DateError(
            Text(
                f"「{value}」の曜日が日付と合いません。", f"The weekday of “{value}” is not that of its date."
            ),
            remedy=Text(
                "年や並び順の読み違いがないか確かめてください。",
                "Check the year and the order of day and month.",
            ),
        )
    return day


def is_readable(reader: DateReader | InstantReader, value: str) -> bool:
    """Tell whether a reader reads a value."""
    try:
        reader.parse(value)
    except DateError:
        return False
    return True


def has_bare_year(value: str) -> bool:
    """Tell whether a date or month has an era year without its era."""
    return _BARE_YEAR.fullmatch(unicodedata.normalize("NFKC", value).strip()) is not None


def month_start(value: str, era: str | None = None) -> dt.date:
    """Read a month as its first day.

    Raises
    ------
    DateError
        If it is no month, or its year has no era.

    >>> month_start("平成30年4月"), month_start("201804")
    (datetime.date(2018, 4, 1), datetime.date(2018, 4, 1))
    """
    text = unicodedata.normalize("NFKC", value).strip()
    compact = _COMPACT_MONTH.fullmatch(text)
    found = compact or _MONTH_ONLY.fullmatch(text)
    try:
        if compact or (found and not _is_date(text)):
            assert found is not None
            return parse_date(f"{found[1]}.{found[2]}.1", era=era)
        day = parse_date(text, era=era)
    except DateError as error:
        raise DateError(
            Text(f"「{value}」は年月として読めません。", f"“{value}” is not a month."),
            remedy=Text("例: 平成30年4月、2018-04、2018/4", "For example: 平成30年4月, 2018-04, 2018/4"),
        ) from error
    if day.day != 1:
        raise DateError(
            Text(f"「{value}」は月の初日ではありません。", f"“{value}” is not the first day of a month."),
            remedy=Text("年月の列か確かめてください。", "Check whether this is a column of months."),
        )
    return day


def _is_date(text: str) -> bool:
    return len(re.findall(r"[0-9元]+", text)) == 3


def hours_point_minutes(value: str) -> int:
    """Read 8.30 as 8 h 30 min, the habit of some staff systems.

    Raises
    ------
    DurationError
        If it is not hours and two digits of minutes.

    >>> hours_point_minutes("8.30"), hours_point_minutes("0")
    (510, 0)
    """
    text = unicodedata.normalize("NFKC", value).strip()
    found = _POINT.fullmatch(text)
    if found is None:
        raise DurationError(
            Text(f"「{value}」は時.分として読めません。", f"“{value}” is not hours.minutes."),
            remedy=Text("例: 8.30（8時間30分）", "For example: 8.30 (8 h 30 min)"),
        )
    return int(found[1]) * 60 + int(found[2] or 0)


def clock_seconds(value: str) -> int:
    """Read a time of day as seconds after midnight; hours up to 47 are the next day.

    Raises
    ------
    SourceError
        If it is no time of day.

    >>> clock_seconds("25:30"), clock_seconds("8:05:09")
    (91800, 29109)
    """
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", value).strip())
    if match is None or int(match[1]) * 60 >= LATEST_CLOCK:
        raise SourceError(
            Text(f"「{value}」は時刻として読めません。", f"“{value}” is not a time of day."),
            remedy=Text("例: 8:30、17:15:00、25:30", "For example: 8:30, 17:15:00, 25:30"),
        )
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)

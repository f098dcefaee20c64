"""Durations as attendance systems write them, in whole minutes."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Literal

from kumastats.errors import DurationError, Place
from kumastats.text import Text

Unit = Literal["h:mm", "decimal_hours", "minutes"]
# 404‘54, 10’30 and 7'45 stand in printed school tables for hours and minutes
_CLOCK = re.compile(r"(-?)(\d{1,5})\s*[:‘’'′]\s*(\d{2})(?::(\d{2}))?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_HOURS_MINUTES = re.compile(r"(\d{1,5})時間(?:(\d{1,2})分)?")
_EXCEL_EPOCHS = (dt.date(1899, 12, 30), dt.date(1899, 12, 31), dt.date(1900, 1, 1))
MINUTES_A_DAY = 1440
_REMEDY = Text("例: 7:45、25:30、404‘54、7.75（時間）", "For example: 7:45, 25:30, 404‘54, 7.75 (hours)")


def _whole(value: Decimal, text: object, place: Place | None) -> int:
    minutes = value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    if abs(minutes - value) > Decimal("0.5"):
        raise DurationError(
            Text(f"「{text}」を分にできません。", f"“{text}” is not whole minutes."), place=place
        )
    return int(minutes)


def parse_minutes(
    value: object, *, unit: Unit | None = None, number_format: str | None = None, place: Place | None = None
) -> int:
    """Read one duration as minutes.

    Parameters
    ----------
    value
        Text, a number, or what a spreadsheet gives: `timedelta`, `time`, `datetime` of 1899 or 1900.
    unit
        What a bare number means. Without it a bare number is refused.
    number_format
        The cell's Excel format. ``[h]:mm`` keeps whole days; ``h:mm`` shows 45:30 as 21:30 and loses one.
    place
        Where the value stands, for the error.

    Returns
    -------
    int
        Minutes; may be negative, which rules then refuse or count.

    Raises
    ------
    DurationError
        If the text is not a duration, minutes are 60 or more, or a cell has lost its days.

    Examples
    --------
    >>> parse_minutes("25:30"), parse_minutes("404‘54"), parse_minutes("7.75", unit="decimal_hours")
    (1530, 24294, 465)
    """
    if isinstance(value, dt.timedelta):
        return round(value.total_seconds() / 60)
    if isinstance(value, dt.datetime):
        return _excel(value, number_format, place)
    if isinstance(value, dt.time):
        return value.hour * 60 + value.minute
    text = unicodedata.normalize("NFKC", str(value)).strip() if isinstance(value, str) else str(value)
    clock = _CLOCK.fullmatch(text)
    if clock:
        if int(clock[3]) >= 60 or int(clock[4] or 0) >= 60:
            raise DurationError(
                Text(f"「{text}」の分が60以上です。", f"“{text}” has 60 minutes or more."), place=place
            )
        return (int(clock[2]) * 60 + int(clock[3])) * (-1 if clock[1] else 1)
    words = _HOURS_MINUTES.fullmatch(text)
    if words and int(words[2] or 0) < 60:
        return int(words[1]) * 60 + int(words[2] or 0)
    if _NUMBER.fullmatch(text) and not isinstance(value, bool):
        return _number(text, unit, place)
    raise DurationError(
        Text(f"「{text}」は時間として読めません。", f"“{text}” is not a duration."),
        place=place,
        remedy=_REMEDY,
    )


def _number(text: str, unit: Unit | None, place: Place | None) -> int:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise DurationError(
            Text(f"「{text}」は数ではありません。", f"“{text}” is not a number."), place=place
        ) from error
    if unit == "decimal_hours":
        return _whole(number * 60, text, place)
    if unit == "minutes":
        return _whole(number, text, place)
    raise DurationError(
        Text(f"「{text}」が時間なのか分なのか分かりません。", f"“{text}” may be hours or minutes."),
        place=place,
        remedy=Text(
            "対応表に unit: decimal_hours か minutes と書いてください。",
            "Write unit: decimal_hours or minutes into the mapping.",
        ),
    )


def _excel(value: dt.datetime, number_format: str | None, place: Place | None) -> int:
    if value.date() not in _EXCEL_EPOCHS and not 1899 <= value.year <= 1901:
        raise DurationError(
            Text("時間のセルに日付が入っています。", "The cell holds a date, not a duration."),
            place=place,
            remedy=_REMEDY,
        )
    days = (value.date() - dt.date(1899, 12, 31)).days
    if days > 0 and not (number_format and "[h]" in number_format.lower()):
        raise DurationError(
            Text(
                "24時間以上の値が h:mm の書式で表示され、1日分が見えなくなっています。",
                "A value of 24 hours or more is shown as h:mm, which hides a day.",
            ),
            place=place,
            remedy=Text("セルの書式を [h]:mm に直してください。", "Format the cell as [h]:mm."),
        )
    return max(days, 0) * MINUTES_A_DAY + value.hour * 60 + value.minute


@dataclass(frozen=True)
class DurationReader:
    """Reads a column of durations with one meaning for bare numbers."""

    unit: Unit

    @classmethod
    def detect(
        cls, values: Sequence[str | None], *, unit: Unit | None = None, place: Place | None = None
    ) -> DurationReader:
        """Decide from all values of a column: clock times, or numbers whose unit must be named or be evident.

        Numbers with a fraction are decimal hours. Whole numbers only are refused unless `unit` is given.

        Raises
        ------
        DurationError
            If whole numbers could be hours or minutes.
        """
        if unit is not None:
            return cls(unit)
        numbers = [
            v
            for v in {v for v in values if v and v.strip()}
            if _NUMBER.fullmatch(unicodedata.normalize("NFKC", v).strip())
        ]
        if not numbers:
            return cls("h:mm")
        if any("." in v for v in numbers):
            return cls("decimal_hours")
        if set(numbers) <= {"0"}:
            return cls("h:mm")
        _number(sorted(numbers)[0], None, place)
        raise AssertionError("unreachable")

    @property
    def decision(self) -> Text:
        """What was decided, in words."""
        return {
            "h:mm": Text("時間: 時:分", "durations: hours:minutes"),
            "decimal_hours": Text("時間: 小数の時間", "durations: decimal hours"),
            "minutes": Text("時間: 分", "durations: minutes"),
        }[self.unit]

    def parse(self, value: str, place: Place | None = None) -> int:
        """Read one value."""
        if self.unit == "h:mm" and value.strip() == "0":
            return 0
        return parse_minutes(value, unit=None if self.unit == "h:mm" else self.unit, place=place)

"""Spreadsheet values as the text a reader sees: number formats, dates, times and durations."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

DAY = 86_400
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_BRACKET = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
_SHOWN_WORDS = re.compile(
    r"(?:令和|平成|昭和|大正|明治|第)?\s*|\s*(?:年度平均|年平均|年度|年|月|日|期|回|号)?"
)
# number formats that Japanese Excel numbers without spelling them out
_JAPANESE = {
    27: "ge.m.d", 28: "ggge年m月d日", 29: "ggge年m月d日", 30: "m/d/yy", 31: "yyyy年m月d日", 32: "h時mm分",
    33: "h時mm分ss秒", 34: "yyyy年m月", 35: "m月d日", 36: "ge.m.d", 50: "ge.m.d", 51: "ggge年m月d日",
    52: "yyyy年m月", 53: "m月d日", 54: "ggge年m月d日", 55: "yyyy年m月", 56: "m月d日", 57: "ge.m.d",
    58: "ggge年m月d日",
}  # fmt: skip
_PLAIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "m/d/yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
BUILT_IN = {**_PLAIN, **_JAPANESE}


@dataclass(frozen=True)
class Format:
    """What a number format makes of a number.

    Attributes
    ----------
    kind
        ``elapsed`` counts hours past 24, ``time`` drops whole days.
    thousands
        How often the format divides by 1,000 (its trailing commas).
    digits
        Least number of digits, for codes shown with leading zeros.
    """

    kind: Literal["number", "date", "time", "elapsed", "percent"]
    thousands: int = 0
    digits: int = 0
    before: str = ""
    after: str = ""


@lru_cache(maxsize=4096)
def read_format(code: str) -> Format:
    r"""Read an Excel number format.

    >>> read_format("[h]:mm").kind, read_format('#,##0;"△ "#,##0').kind, read_format("000000").digits
    ('elapsed', 'number', 6)
    """
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    if _ELAPSED.search(section):
        return Format("elapsed")
    bare = _BRACKET.sub("", _LITERAL.sub("", section))
    if re.fullmatch(r"\s*General\s*", bare, re.I) or "@" in bare:
        bare = "0"
    if re.search(r"E[+-]", bare, re.I):
        return Format("number")
    if re.search(r"[yYdDgG]", bare) or re.search(r"(?<![a-z])e(?![a-z])", bare):
        return Format("date")
    if re.search(r"[hHsS]", bare):
        return Format("time")
    if re.search(r"[mM]", bare):
        return Format("date")
    if "%" in bare:
        return Format("percent")
    number = re.search(r"[0#?][0#?,.]*", bare)
    thousands = len(number[0]) - len(number[0].rstrip(",")) if number else 0
    digits = len(number[0]) if number and re.fullmatch(r"0{2,}", number[0]) else 0
    before, after = _words(section)
    return Format("number", thousands, digits, before, after)


def _words(section: str) -> tuple[str, str]:
    """Return the words around the number that belong to its meaning: an era, 年, 月."""
    found = re.fullmatch(
        r'(?:\[[^\]]*\])*\s*(?:"([^"]*)")?\s*(?:General|[0#?,.]+)[_ ]*\s*(?:"([^"]*)")?\s*', section
    )
    words = (found[1] or "", found[2] or "") if found else ("", "")
    return words if any(words) and all(_SHOWN_WORDS.fullmatch(w) for w in words) else ("", "")


def number_text(value: float) -> str:
    """Write a number as briefly as it is stored, without binary noise.

    >>> number_text(2015.0), number_text(99.60000000000001), number_text(1e21), number_text(-0.0)
    ('2015', '99.6', '1000000000000000000000', '0')
    """
    made = f"{value:.15g}"
    if "e" in made:
        made = (
            format(float(made), ".30f").rstrip("0").rstrip(".") if abs(value) < 1 else f"{int(float(made))}"
        )
    return "0" if made in ("-0", "") else made


def excel_text(value: float, code: str, *, from_1904: bool = False) -> tuple[str, bool]:
    """Return a number as a reader sees it, and whether its format hides a day.

    >>> excel_text(1.895833333333333, "h:mm"), excel_text(43191, "yyyy/m/d"), excel_text(0.125, "0.0%")
    (('45:30', True), ('2018-04-01', False), ('12.5%', False))
    """
    if not math.isfinite(value):
        raise ValueError(value)
    made = read_format(code)
    if made.kind in ("time", "elapsed"):
        return clock(value), made.kind == "time" and abs(value) >= 1
    if made.kind == "date":
        day = _instant(value, from_1904)
        return (day if day is not None else number_text(value)), False
    if made.kind == "percent":
        return number_text(float(f"{value * 100:.15g}")) + "%", False
    text = number_text(value / 1000**made.thousands)
    if made.digits and re.fullmatch(r"\d+", text):
        text = text.zfill(made.digits)
    return made.before + text + made.after, False


def clock(days: float) -> str:
    """Write a part of a day, or more than a day, as hours and minutes.

    >>> clock(0.322916666666667), clock(1.5), clock(-0.0625)
    ('7:45', '36:00', '-1:30')
    """
    seconds = round(abs(days) * DAY)
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return ("-" if days < 0 and seconds else "") + f"{hours}:{minutes:02d}" + (f":{rest:02d}" if rest else "")


def _instant(value: float, from_1904: bool) -> str | None:
    if not 1 <= value < 2_958_466:
        return None
    # Excel counts a 29 February 1900 that never was
    start = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 31 if value < 60 else 30)
    seconds = round(value * DAY)
    made = start + dt.timedelta(seconds=seconds)
    return made.date().isoformat() if seconds % DAY == 0 else made.isoformat(" ")

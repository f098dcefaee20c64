"""Dates as Japanese offices write them: eras in every spelling, Western years, and never a guess.

A column of dates is read with *one* layout, decided from all its values (`DateReader`). A column that fits both
day-first and month-first is refused with both readings.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from kumastats.errors import DateError, Place, UsageError
from kumastats.text import Text

# name, letter, one-character sign, first day; later eras first
ERAS = (
    ("令和", "R", "㋿", dt.date(2019, 5, 1)),
    ("平成", "H", "㍻", dt.date(1989, 1, 8)),
    ("昭和", "S", "㍼", dt.date(1926, 12, 25)),
    ("大正", "T", "㍽", dt.date(1912, 7, 30)),
    ("明治", "M", "㍾", dt.date(1868, 1, 25)),
)
_FIRST_YEAR = {name: first.year for name, _, _, first in ERAS}
_BY_LETTER = {letter: name for name, letter, _, _ in ERAS}
_ERA = re.compile(
    r"(令和|平成|昭和|大正|明治|[RHSTM])\s*(元|\d{1,2})\s*(?:年|[./-])\s*(\d{1,2})\s*(?:月|[./-])\s*(\d{1,2})\s*日?",
    re.I,
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*(?:年|[./-])\s*(\d{1,2})\s*(?:月|[./-])\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})")
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00)?$")
_REMEDY = Text("例: 平成31年4月1日、H31.4.1、2019/4/1", "For example: 平成31年4月1日, H31.4.1, 2019/4/1")


def iso_day(what: str, given: str) -> dt.date:
    """Return the day a caller wrote as ``2018-04-01``.

    Raises
    ------
    UsageError
        Naming `what` was given.
    """
    try:
        return dt.date.fromisoformat(given)
    except ValueError as error:
        raise UsageError(
            Text(f"{what} の日付「{given}」を読めません。", f"{what}: “{given}” is not a date."),
            remedy=Text("2018-04-01 の形で書いてください。", "Write it as 2018-04-01."),
        ) from error


def normalise(text: str) -> str:
    """Return `text` with full-width digits and one-character eras written out (NFKC), trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def era_year(date: dt.date) -> str:
    """Return the era and its year, ``平成30`` or ``令和元``.

    >>> era_year(dt.date(2019, 4, 30)), era_year(dt.date(2019, 5, 1))
    ('平成31', '令和元')
    """
    for name, _, _, first in ERAS:
        if date >= first:
            year = date.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}"
    raise DateError(Text(f"{date} の元号は扱いません。", f"No era is known for {date}."))


def western_year(era: str, year: int) -> int:
    """Return the Western year of an era year; years beyond an era's end go on counting (平成32 = 2020)."""
    name = _BY_LETTER.get(era.upper(), era)
    if name not in _FIRST_YEAR or year < 1:
        raise DateError(
            Text(f"元号「{era}」{year}年を読めません。", f"“{era}” {year} is not an era year."),
            remedy=_REMEDY,
        )
    return _FIRST_YEAR[name] + year - 1


def era_of(text: str) -> str | None:
    """Return the era a title names (``平成30年4月分`` → 平成), or None."""
    found = re.search(r"令和|平成|昭和|大正|明治", normalise(text))
    return found[0] if found else None


def _date(year: int, month: int, day: int, text: str, place: Place | None) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise DateError(
            Text(f"「{text}」という日付はありません。", f"There is no date “{text}”."), place=place
        ) from error


def _era(text: str, place: Place | None) -> dt.date | None:
    found = _ERA.fullmatch(text)
    if not found:
        return None
    year = 1 if found[2] == "元" else int(found[2])
    return _date(western_year(found[1], year), int(found[3]), int(found[4]), text, place)


def _numbers(pattern: re.Pattern[str], text: str) -> tuple[int, int, int] | None:
    found = pattern.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_date(text: str, *, era: str | None = None, place: Place | None = None) -> dt.date:
    """Read one date.

    Parameters
    ----------
    text
        An era date, or a Western date with the year first, or ``yyyymmdd``. ``31. 1. 1`` is read only beside an era.
    era
        The era the surroundings name (a banner, a title), for years without one.
    place
        Where the value stands, for the error.

    Raises
    ------
    DateError
        If the text is not a date, or reads in more than one way.

    Examples
    --------
    >>> parse_date("㍻31年4月1日"), parse_date("令和元年５月１日")
    (datetime.date(2019, 4, 1), datetime.date(2019, 5, 1))
    >>> parse_date("31. 1. 1", era="平成")
    datetime.date(2019, 1, 1)
    """
    plain = _MIDNIGHT.sub("", normalise(text))
    dated = _era(plain, place)
    if dated:
        return dated
    for pattern in (_YEAR_FIRST, _COMPACT):
        numbers = _numbers(pattern, plain)
        if numbers:
            return _date(*numbers, plain, place)
    numbers = _numbers(_SHORT, plain)
    if numbers and era:
        return _date(western_year(era, numbers[0]), numbers[1], numbers[2], plain, place)
    if numbers:
        raise DateError(
            Text(f"「{text}」は元号が分からないと読めません。", f"“{text}” cannot be read without its era."),
            place=place,
            remedy=Text(
                "対応表に era: 平成 のように書いてください。", "Name the era in the mapping, e.g. era: 平成."
            ),
        )
    raise DateError(
        Text(f"「{text}」は日付として読めません。", f"“{text}” is not a date."), place=place, remedy=_REMEDY
    )


@dataclass(frozen=True)
class DateReader:
    """Reads a column of dates with one layout.

    Attributes
    ----------
    layout
        ``era``, ``era_context``, ``year_first``, ``day_first``, ``month_first``, or a ``strptime`` format.
    """

    layout: str
    era: str | None = None

    @classmethod
    def detect(
        cls,
        values: Sequence[str | None],
        *,
        era: str | None = None,
        order: str | None = None,
        place: Place | None = None,
    ) -> DateReader:
        """Decide the layout from all values of a column.

        Parameters
        ----------
        values
            The column; empty values are ignored.
        era
            The era the surroundings name.
        order
            ``day_first`` or ``month_first``, where the mapping says so, or a ``strptime`` format such as ``%y%m%d``.
        place
            Where the column stands, for the error.

        Raises
        ------
        DateError
            If no layout reads every value, or both day-first and month-first do.
        """
        unique = sorted({v for v in values if v is not None and v.strip()})
        if order is not None:
            return cls(order, era)
        plain = [_MIDNIGHT.sub("", normalise(v)) for v in unique]
        if plain and all(_DAY_OR_MONTH_FIRST.fullmatch(v) for v in plain):
            return cls(_order(plain, place), era)
        if plain and era and all(_SHORT.fullmatch(v) for v in plain):
            return cls("era_context", era)
        layout = "era" if any(_ERA.fullmatch(v) for v in plain) else "year_first"
        reader = cls(layout, era)
        for value in unique:
            reader.parse(value, place)
        return reader

    @property
    def decision(self) -> Text:
        """What was decided, in words."""
        words = {
            "era": Text("元号付きの日付", "dates with their era"),
            "era_context": Text(f"年だけの日付を{self.era}として読んだ", f"bare years read as {self.era}"),
            "year_first": Text("西暦、年が先", "Western, year first"),
            "day_first": Text("西暦、日が先", "Western, day first"),
            "month_first": Text("西暦、月が先", "Western, month first"),
        }
        how = words.get(self.layout, Text(f"書式 {self.layout}", f"format {self.layout}"))
        return Text(f"日付: {how.ja}", f"dates: {how.en}")

    def parse(self, value: str, place: Place | None = None) -> dt.date:
        """Read one value with the layout decided."""
        if "%" in self.layout:
            try:
                return dt.datetime.strptime(normalise(value), self.layout).date()
            except ValueError as error:
                raise DateError(
                    Text(
                        f"「{value}」は書式 {self.layout} に合いません。",
                        f"“{value}” does not fit {self.layout}.",
                    ),
                    place=place,
                ) from error
        if self.layout in ("day_first", "month_first"):
            plain = _MIDNIGHT.sub("", normalise(value))
            numbers = _numbers(_DAY_OR_MONTH_FIRST, plain)
            if numbers is None:
                return parse_date(value, era=self.era, place=place)
            first, second, year = numbers
            month, day = (second, first) if self.layout == "day_first" else (first, second)
            return _date(year, month, day, plain, place)
        return parse_date(value, era=self.era, place=place)


def _order(values: Sequence[str], place: Place | None) -> str:
    fits = {"day_first": True, "month_first": True}
    for value in values:
        first, second, _ = _numbers(_DAY_OR_MONTH_FIRST, value) or (0, 0, 0)
        fits["day_first"] &= 1 <= second <= 12 and 1 <= first <= 31
        fits["month_first"] &= 1 <= first <= 12 and 1 <= second <= 31
    possible = [order for order, fit in fits.items() if fit]
    if len(possible) == 1:
        return possible[0]
    if not possible:
        raise DateError(
            Text(
                "日と月の順番が列の中で混ざっています。", "The column mixes day-first and month-first dates."
            ),
            place=place,
        )
    example = next(
        (v for v in values if len(set(v.replace(".", "/").replace("-", "/").split("/")[:2])) == 2), values[0]
    )
    readings = [DateReader(order).parse(example).isoformat() for order in ("day_first", "month_first")]
    raise DateError(
        Text(
            f"「{example}」は日が先なら {readings[0]}、月が先なら {readings[1]} と読め、決められません。",
            f"“{example}” reads as {readings[0]} day first and as {readings[1]} month first; it cannot be decided.",
        ),
        place=place,
        remedy=Text(
            "対応表に date_order: day_first か month_first と書いてください。",
            "Write date_order: day_first or month_first into the mapping.",
        ),
    )

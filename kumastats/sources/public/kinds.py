"""What a column's cells are, decided from all of them, and their values: read, missing for a reason, or refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kumastats.calendar.era import DateReader
from kumastats.errors import DateError, KumastatsError, Place, SourceError
from kumastats.sources.identity import pattern
from kumastats.sources.public.model import Kind
from kumastats.sources.public.numbers import Number, parse_number, reason_of, symbol_of
from kumastats.sources.public.periods import Period, is_period_column, read_periods
from kumastats.sources.public.words import plain
from kumastats.text import Text

_CODE_NAME = re.compile(r"(?:コード|番号|code|[_ ]id|\bid|(?<![a-z])no\.?|zip(?:_number)?)$", re.I)
# also what is counted (相談件数／電話): a code only where it is written as one
_DIALLED_NAME = re.compile(r"(?:郵便|電話)$")
_DIALLED = re.compile(r"\d{2,5}-\d[\d-]+|\d{6,}")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.\-]*")
_LEADING_ZERO = re.compile(r"0\d+")
_CLOCK = re.compile(r"(-?)(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
_INSTANT = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.0+)?")
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DATED = re.compile(
    r"(?:[^\d\s]{1,2}\s*)?(?:元|\d{1,4})\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,4}\s*日?(?: 0{1,2}:00(:00)?)?"
)
_SHORT = re.compile(r"\d{1,2}\s*\.\s*\d{1,2}\s*\.\s*\d{1,2}")
_DATE_NAME = re.compile(r"日|期|date", re.I)
MOSTLY = 0.6
MAX_WHOLE = 2**63 - 1


@dataclass(frozen=True, eq=False)
class Cells:
    """A column's texts, with what is needed to say where and what they are."""

    name: str
    texts: Sequence[str]
    symbols: Mapping[str, str]
    place: Callable[[int], Place]
    era: str | None = None
    date_order: str | None = None

    def valued(self) -> list[str]:
        """Return the distinct texts that are neither empty nor a symbol with a meaning, in order."""
        return [t for t in dict.fromkeys(self.texts) if t and reason_of(t, self.symbols) is None]


def kind_of(cells: Cells) -> Kind:
    """Decide what a column holds.

    Raises
    ------
    SourceError, DateError
        If its dates read in two ways, or lack their era.
    """
    values = cells.valued()
    if not values:
        return "text"
    made = [plain(v) for v in values]
    if is_period_column(cells.texts, cells.name, cells.era):
        periods = _periods(cells, strict=False)
        kinds = {p.kind for p in periods if p is not None}
        unread = any(t and p is None for t, p in zip(cells.texts, periods, strict=True))
        return kinds.pop() if len(kinds) == 1 and not unread else "text"
    if any(_LEADING_ZERO.fullmatch(v) for v in made) and all(_CODE.fullmatch(v) for v in made):
        return "code"
    if _CODE_NAME.search(cells.name) or (_DIALLED_NAME.search(cells.name) and _mostly(made, _DIALLED)):
        return "code" if all(_CODE.fullmatch(v) for v in made) else "text"
    if _mostly(made, _CLOCK):
        return "duration"
    if _mostly(made, _INSTANT):
        return "instant"
    if all(_COMPACT.fullmatch(v) for v in made) and _DATE_NAME.search(cells.name):
        return "date"
    if _mostly(made, _DATED) and not (
        _mostly(made, _SHORT) and not cells.era and not _DATE_NAME.search(cells.name)
    ):
        DateReader.detect(made, era=cells.era, order=cells.date_order, place=cells.place(-1))
        return "date"
    numbers = [parse_number(v) for v in made]
    rows = [t for t in cells.texts if t and reason_of(t, cells.symbols) is None]
    read = {v for v, n in zip(values, numbers, strict=True) if n}
    if sum(t in read for t in rows) < MOSTLY * len(rows):
        return "text"
    found = [n.value for n in numbers if n]
    if all(v == v.to_integral_value() and "." not in str(v) for v in found):
        return "integer" if all(abs(v) <= MAX_WHOLE for v in found) else "code"
    return "number"


def _mostly(values: Sequence[str], form: re.Pattern[str]) -> bool:
    return sum(bool(form.fullmatch(v)) for v in values) >= 0.8 * len(values)


def _periods(cells: Cells, *, strict: bool) -> list[Period | None]:
    fiscal = "年度" in cells.name
    places = [cells.place(i) for i in range(len(cells.texts))] if strict else None
    return read_periods(cells.texts, era=cells.era, fiscal=fiscal, places=places, strict=strict)


@dataclass(frozen=True, eq=False)
class Values:
    """A column's values (None where missing), why each is missing, and what was noticed."""

    values: list[Any]
    reasons: list[str | None]
    counts: dict[str, int]
    percent: bool = False
    marks: int = 0
    rounded: int = 0


def read_values(cells: Cells, kind: Kind) -> Values:
    """Read a column.

    Raises
    ------
    SourceError
        At the first cell that is neither a value of this kind nor a symbol with a meaning.
    """
    if kind in ("text", "code"):
        return Values([plain(t) if kind == "code" else t for t in cells.texts], [None] * len(cells.texts), {})
    if kind in ("year", "fiscal_year", "month"):
        return _read_periods(cells, kind)
    read = _READERS[kind]
    reader = _dates(cells) if kind == "date" else None
    known: dict[str, Any] = {}
    values: list[Any] = []
    reasons: list[str | None] = []
    counts: dict[str, int] = {}
    percents: dict[bool, int] = {}
    marks = 0
    marked: set[str] = set()
    rounded: set[str] = set()
    for i, text in enumerate(cells.texts):
        reason = reason_of(text, cells.symbols) if text else None
        if reason is not None:
            counts[symbol_of(text)] = counts.get(symbol_of(text), 0) + 1
        if not text or reason is not None:
            values.append(None)
            reasons.append(reason)
            continue
        if text not in known:
            value = read(plain(text), reader)
            if value is None:
                raise _unreadable(text, kind, cells.place(i))
            if isinstance(value, Number):
                percents.setdefault(value.percent, i)
                exact = value.value
                marked |= {text} if value.mark else set()
                value = _number(value.value, kind, text, cells, i)
                rounded |= {text} if isinstance(value, float) and Decimal(repr(value)) != exact else set()
            known[text] = value
        marks += text in marked
        values.append(known[text])
        reasons.append(None)
    if len(percents) > 1:
        later = max(percents.values())
        raise SourceError(
            Text(
                "％の付く数と付かない数が混ざっています。",
                "Numbers with and without a percent sign are mixed.",
            ),
            place=cells.place(later),
            remedy=Text("どちらかにそろえてください。", "Write them all one way."),
        )
    return Values(values, reasons, counts, percent=True in percents, marks=marks, rounded=len(rounded))


def _number(value: Decimal, kind: Kind, text: str, cells: Cells, i: int) -> int | float:
    if kind == "number":
        return float(value)
    if value != value.to_integral_value() or abs(value) > MAX_WHOLE:
        raise _unreadable(text, kind, cells.place(i))
    return int(value)


def _read_periods(cells: Cells, kind: Kind) -> Values:
    values: list[Any] = []
    for i, period in enumerate(_periods(cells, strict=True)):
        text = cells.texts[i]
        if period is None and text and reason_of(text, cells.symbols) is None:
            raise _unreadable(text, kind, cells.place(i))
        values.append(None if period is None else str(period) if kind == "month" else period.year)
    return Values(values, [reason_of(t, cells.symbols) if t else None for t in cells.texts], {})


def _dates(cells: Cells) -> DateReader:
    values = [plain(v) for v in cells.valued()]
    return DateReader.detect(values, era=cells.era, order=cells.date_order, place=cells.place(-1))


def _date(text: str, reader: Any) -> dt.date | None:
    try:
        made: dt.date = reader.parse(text)
    except (DateError, KumastatsError):
        return None
    return made


def _instant(text: str, _: Any) -> dt.datetime | None:
    found = _INSTANT.fullmatch(text)
    try:
        return dt.datetime(*(int(g or 0) for g in found.groups())) if found else None  # type: ignore[arg-type]
    except ValueError:
        return None


def _duration(text: str, _: Any) -> dt.timedelta | None:
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    made = dt.timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -made if found[1] else made


def _any_number(text: str, _: Any) -> Any:
    return parse_number(text)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "date": _date,
    "instant": _instant,
    "duration": _duration,
    "integer": _any_number,
    "number": _any_number,
}


def _unreadable(text: str, kind: Kind, place: Place) -> SourceError:
    # signs may be shown; words may be a person's
    shown = (
        plain(text) if re.fullmatch(r"[^\w\s]{1,4}|[A-Za-z]|0[^\w\s]", plain(text)) else pattern(plain(text))
    )
    return SourceError(
        Text(
            f"「{shown}」を{_KIND_NAMES[kind].ja}として読めません。",
            f"“{shown}” is no {_KIND_NAMES[kind].en}.",
        ),
        place=place,
        remedy=Text(
            '記号なら対応表の symbols に意味を書いてください（例: symbols: {"x": suppressed}）。文字の列なら kinds に text と書いてください。',
            'If it is a symbol, set its meaning under symbols in the mapping (symbols: {"x": suppressed}); if the column '
            "is words, write text under kinds.",
        ),
    )


_KIND_NAMES: Mapping[str, Text] = {
    "integer": Text("整数", "whole number"),
    "number": Text("数", "number"),
    "date": Text("日付", "date"),
    "instant": Text("日時", "date and time"),
    "duration": Text("時刻・時間", "time or duration"),
    "year": Text("年", "year"),
    "fiscal_year": Text("年度", "fiscal year"),
    "month": Text("年月", "month"),
}

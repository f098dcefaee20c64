"""Years, fiscal years and months as labels: an era given once and then bare numbers, down a column or along a header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kumastats.calendar.era import ERAS, western_year
from kumastats.errors import DateError, Place, SourceError
from kumastats.sources.public.words import plain, squeezed
from kumastats.text import Text

_ERAS = "|".join(name for name, *_ in ERAS)
_PERIOD = re.compile(
    rf"(?P<era>(?:{_ERAS})/?|[RHSTM](?=\.?(?:元|\d)))?\.?(?P<year>元|\d{{1,4}})?(?P<unit>年度|年)?"
    r"(?:[(](?P<western>\d{4})(?:年度?)?[)])?(?P<unit2>年度|年)?(?P<of>平均|末|初|中|計)?"
    r"(?:(?P<month>\d{1,2})(?:月(?:末|分|中)?)|[-./](?P<month2>\d{1,2}))?"
)
_FIRST, _LAST = 1868, 2150
# a bare number further on than this belongs to another era than the last one named
_GAP = 10


@dataclass(frozen=True)
class Period:
    """A year, a fiscal year, or a month of a year.

    Attributes
    ----------
    of
        What of it: 平均, 末 and the like, or ``""``.
    era, era_year
        As written, kept so that a bare number after it can be read.
    """

    year: int
    fiscal: bool = False
    month: int | None = None
    of: str = ""
    era: str | None = None

    @property
    def kind(self) -> Literal["month", "fiscal_year", "year"]:
        """Return ``year``, ``fiscal_year`` or ``month``."""
        return "month" if self.month else "fiscal_year" if self.fiscal else "year"

    @property
    def block(self) -> str:
        """Return the kind of row it heads: 年平均, 年度平均, 月."""
        return "月" if self.month else ("年度" if self.fiscal else "年") + self.of

    def __str__(self) -> str:
        if self.month:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{'FY' if self.fiscal else ''}{self.year}"


def read_periods(
    texts: Sequence[str],
    *,
    era: str | None = None,
    fiscal: bool = False,
    places: Sequence[Place] | None = None,
    strict: bool = True,
) -> list[Period | None]:
    """Read labels in their order, each bare number after what stood before it.

    Parameters
    ----------
    era
        The era named elsewhere, for numbers before any era is given.
    fiscal
        Whether the header says 年度.
    strict
        Refuse a bare number that cannot follow; otherwise leave it unread.

    Raises
    ------
    SourceError
        If a bare number does not come after the one before it, or two years in one label differ.

    Examples
    --------
    >>> [str(p) for p in read_periods(["平成 30 年平均", "令和 元", "2", "令和 2年1月", "2"])]
    ['2018', '2019', '2020', '2020-01', '2020-02']
    >>> [str(p) for p in read_periods(["平成29年度", "30年度", "令和元年度", "2010", "11"])]
    ['FY2017', 'FY2018', 'FY2019', '2010', '2011']
    """
    made: list[Period | None] = []
    last: Period | None = Period(0, fiscal, era=era) if era else None
    for i, text in enumerate(texts):
        place = places[i] if places else None
        period = _one(text, last, fiscal, place, strict)
        made.append(period)
        last = period or last
    return made


def _one(text: str, last: Period | None, fiscal: bool, place: Place | None, strict: bool) -> Period | None:
    words = squeezed(text)
    found = _PERIOD.fullmatch(words)
    if not words or not found or not (found["year"] or found["month"]):
        return None
    month = int(found["month"] or found["month2"] or 0) or None
    if month is not None and not 1 <= month <= 12:
        return None
    if found["year"] is None:
        return _following_month(month, last, found["month"] is not None) if month else None
    unit = found["unit"] or found["unit2"] or ""
    number = 1 if found["year"] == "元" else int(found["year"])
    bare = not unit and not found["era"] and not month and not found["of"]
    if bare and last is not None and last.month and number <= 12:
        if number > last.month:
            return Period(last.year, last.fiscal, number, last.of, last.era)
        _refuse(text, place, strict)
        return None
    if bare and last is None and not _FIRST <= number <= _LAST:
        return None
    # 平成／30: written upright, its line break kept as a stroke
    year, name = _year(number, (found["era"] or "").rstrip("/") or None, last, found["year"])
    if year is None:
        if last is not None:
            _refuse(text, place, strict)
        return None
    if found["western"] and int(found["western"]) != year:
        raise SourceError(
            Text(
                f"「{text}」の元号の年は{year}年で、書かれた西暦と違います。",
                f"The era year of “{text}” is {year}, not the year written beside it.",
            ),
            place=place,
            remedy=Text("どちらかを直してください。", "Correct one of them."),
        )
    named_only = not unit and not month and not found["of"]
    inherits = named_only and last is not None and last.year > 0 and not (last.era and name is None)
    kept = last if inherits else None
    return Period(
        year,
        unit == "年度" or (kept.fiscal if kept else fiscal and not unit and month is None),
        month,
        found["of"] or (kept.of if kept and not kept.month else ""),
        name,
    )


def _year(number: int, era: str | None, last: Period | None, written: str) -> tuple[int | None, str | None]:
    if era:
        try:
            return western_year(era, number), era
        except DateError:
            return None, None
    if _FIRST <= number <= _LAST and len(written) == 4:
        return number, None
    if last is None:
        return None, None
    if last.era:
        year = western_year(last.era, number)
        return (year if last.year == 0 or 0 <= year - last.year <= _GAP else None), last.era
    short = last.year // 100 * 100 + number
    return (short if last.year and number < 100 and 0 <= short - last.year <= _GAP else None), None


def _following_month(month: int, last: Period | None, written: bool) -> Period | None:
    if last is None or last.year == 0 or not written:
        return None
    if last.month is not None and month <= last.month:
        return None
    return Period(last.year, last.fiscal, month, "", last.era)


def _refuse(text: str, place: Place | None, strict: bool) -> None:
    if not strict:
        return
    raise SourceError(
        Text(
            f"「{text}」がどの年・月なのか、前の行から決められません。",
            f"Which year or month “{text}” is cannot be told from what stands before it.",
        ),
        place=place,
        remedy=Text(
            "元号や年を補うか、対応表の kinds でその列を text にしてください。",
            "Add the era or year, or set the column to text under kinds in the mapping.",
        ),
    )


def is_period_column(texts: Sequence[str], head: str, era: str | None = None) -> bool:
    """Tell whether labels down a column are years or months: most read, and the first that reads names its year.

    >>> is_period_column(["平成27", "28", "29"], "年次"), is_period_column(["1", "2"], "番号")
    (True, False)
    """
    filled = [t for t in texts if t]
    if not filled:
        return False
    if sum(p is not None for p in read_periods(filled[:100], era=era, strict=False)) < 0.2 * len(
        filled[:100]
    ):
        return False
    periods = read_periods(filled, era=era, strict=False)
    first = next((plain(t) for t, p in zip(filled, periods, strict=True) if p), "")
    named = bool(re.search(rf"{_ERAS}|年|^[RHSTM]\.?\d", first)) or bool(
        re.search(r"年|西暦|year", head, re.I)
    )
    return named and sum(p is not None for p in periods) >= 0.6 * len(filled)

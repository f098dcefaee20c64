"""Japanese fiscal years, quarters and months. A fiscal year is named by the year it starts in."""

from __future__ import annotations

import calendar
import datetime as dt
import operator
import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Any

from kumastats.calendar.era import era_year, normalise, parse_date
from kumastats.errors import DateError, UsageError
from kumastats.text import Lang, Text

FIRST_MONTH = 4
_MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December")  # fmt: skip
_NO_FISCAL_YEAR = Text(
    "FiscalYear(2018) の形で書いてください。文字は FiscalYear.parse で読みます。",
    "Write FiscalYear(2018); words are read by FiscalYear.parse.",
)
_NO_MONTH = Text(
    'Month(2018, 10) か Month("2018-10") と書いてください。', 'Write Month(2018, 10) or Month("2018-10").'
)


def _whole(given: Any) -> int | None:
    """Return an integer, of Python or NumPy; None where there is none."""
    try:
        return operator.index(given)
    except TypeError:
        return None


def _year(given: object, remedy: Text) -> int:
    """Return `given` as a year that has days, also if it is an integer of NumPy."""
    year = _whole(given)
    if year is not None and 1 <= year < dt.MAXYEAR:
        return year
    raise UsageError(Text(f"「{given}」という年はありません。", f"“{given}” is not a year."), remedy=remedy)


@dataclass(frozen=True, order=True)
class FiscalYear:
    """A fiscal year, 1 April to 31 March.

    >>> FiscalYear(2018).label("ja"), FiscalYear(2019).label("ja")
    ('平成30（2018）年度', '令和元（2019）年度')
    """

    year: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "year", _year(self.year, _NO_FISCAL_YEAR))

    @property
    def start(self) -> dt.date:
        """1 April."""
        return dt.date(self.year, FIRST_MONTH, 1)

    @property
    def end(self) -> dt.date:
        """31 March of the next calendar year."""
        return dt.date(self.year + 1, 3, 31)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The four quarters."""
        return tuple(Quarter(f"FY{self.year}Q{n}") for n in (1, 2, 3, 4))

    @property
    def months(self) -> tuple[Month, ...]:
        """The twelve months, April first."""
        return tuple(m for q in self.quarters for m in q.months)

    def label(self, lang: Lang = "ja") -> str:
        """Return the name used on pages; FY2019 is 令和元年度 though it began as 平成31年度."""
        return Text(f"{era_year(self.end.replace(month=5, year=self.year))}（{self.year}）年度", str(self))(
            lang
        )

    def __str__(self) -> str:
        return f"FY{self.year}"

    @classmethod
    def parse(cls, words: str | int) -> FiscalYear:
        """Read 平成30年度, 令和元年度, 2018年度, 2018 or FY2018.

        Raises
        ------
        DateError
            If it names no fiscal year.

        >>> FiscalYear.parse("平成31年度"), FiscalYear.parse("令和元年度"), FiscalYear.parse("FY2018")
        (FiscalYear(year=2019), FiscalYear(year=2019), FiscalYear(year=2018))
        """
        bare = normalise(str(words)).replace(" ", "").removeprefix("FY").removesuffix("度").removesuffix("年")
        try:
            return cls.of(parse_date(f"{bare}年4月1日"))
        except DateError as error:
            raise DateError(
                Text(f"「{words}」は年度として読めません。", f"“{words}” is not a fiscal year."),
                remedy=Text("例: 平成30年度、2018年度、FY2018", "For example: 平成30年度, 2018年度, FY2018"),
            ) from error

    @classmethod
    def of(cls, date: dt.date) -> FiscalYear:
        """Return the fiscal year `date` lies in."""
        return cls(date.year - (date.month < FIRST_MONTH))


@total_ordering
class Month:
    """A calendar month.

    >>> Month("2018-10") == Month(2018, 10), str(Month(2018, 12) + 2)
    (True, '2019-02')
    """

    __slots__ = ("month", "year")

    def __init__(self, year: int | str, month: int | None = None):
        if isinstance(year, str):
            found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", year)
            if month is not None or found is None:
                raise UsageError(
                    Text(f"月「{year}」を読めません。", f"“{year}” is not a month."),
                    remedy=Text("2018-10 の形で書いてください。", "Write it as 2018-10."),
                )
            year, month = int(found[1]), int(found[2])
        number = _whole(month)
        if number is None or not 1 <= number <= 12:
            missing = Text("月がありません。", "The month is missing.")
            wrong = Text(f"{month} 月はありません。", f"There is no month {month}.")
            raise UsageError(missing if month is None else wrong, remedy=_NO_MONTH)
        self.year = _year(year, _NO_MONTH)
        self.month = number

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def end(self) -> dt.date:
        """The last day."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def fiscal_year(self) -> FiscalYear:
        """The fiscal year it lies in."""
        return FiscalYear.of(self.start)

    @property
    def quarter(self) -> Quarter:
        """The quarter it lies in."""
        return Quarter.of(self.start)

    def label(self, lang: Lang = "ja") -> str:
        """Return the name used on pages."""
        return Text(f"{self.year}年{self.month}月", f"{_MONTH_NAMES[self.month - 1]} {self.year}")(lang)

    @classmethod
    def of(cls, date: dt.date) -> Month:
        """Return the month `date` lies in."""
        return cls(date.year, date.month)

    def __add__(self, months: int) -> Month:
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __repr__(self) -> str:
        return f"Month({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Month) and (self.year, self.month) == (other.year, other.month)

    def __lt__(self, other: Month) -> bool:
        return (self.year, self.month) < (other.year, other.month)

    def __hash__(self) -> int:
        return hash((self.year, self.month))


@total_ordering
class Quarter:
    """A quarter of a fiscal year; Q1 is April to June.

    >>> q = Quarter("FY2018Q1")
    >>> q.label("ja"), q.label("en")
    ('平成30（2018）年度第1四半期（4～6月）', 'FY2018 Q1 (April–June 2018)')
    >>> str(q.previous()), str(Quarter.of(dt.date(2019, 3, 31)))
    ('FY2017Q4', 'FY2018Q4')
    """

    __slots__ = ("fiscal_year", "number")

    def __init__(self, name: str):
        found = re.fullmatch(r"FY(\d{4})Q([1-4])", name) if isinstance(name, str) else None
        if found is None:
            raise UsageError(
                Text(f"四半期「{name}」を読めません。", f"“{name}” is not a quarter."),
                remedy=Text(
                    "FY2018Q1（2018年4～6月）の形で書いてください。",
                    "Write it as FY2018Q1 (April–June 2018).",
                ),
            )
        self.fiscal_year = FiscalYear(int(found[1]))
        self.number = int(found[2])

    @property
    def months(self) -> tuple[Month, Month, Month]:
        """Its three months."""
        first = Month(self.fiscal_year.year, FIRST_MONTH) + 3 * (self.number - 1)
        return first, first + 1, first + 2

    @property
    def start(self) -> dt.date:
        """The first day."""
        return self.months[0].start

    @property
    def end(self) -> dt.date:
        """The last day."""
        return self.months[2].end

    def label(self, lang: Lang = "ja") -> str:
        """Return the name used on pages."""
        first, _, last = self.months
        return Text(
            f"{self.fiscal_year.label('ja')}第{self.number}四半期（{first.month}～{last.month}月）",
            f"{self.fiscal_year} Q{self.number} "
            f"({_MONTH_NAMES[first.month - 1]}–{_MONTH_NAMES[last.month - 1]} {last.year})",
        )(lang)

    def next(self, n: int = 1) -> Quarter:
        """Return the quarter `n` later."""
        return Quarter.of((self.months[0] + 3 * n).start)

    def previous(self, n: int = 1) -> Quarter:
        """Return the quarter `n` earlier."""
        return self.next(-n)

    def same_quarter(self, years: int = -1) -> Quarter:
        """Return the same quarter `years` later; the year before by default."""
        return self.next(4 * years)

    @classmethod
    def of(cls, date: dt.date) -> Quarter:
        """Return the quarter `date` lies in."""
        return cls(f"{FiscalYear.of(date)}Q{(date.month - FIRST_MONTH) % 12 // 3 + 1}")

    def __str__(self) -> str:
        return f"{self.fiscal_year}Q{self.number}"

    def __repr__(self) -> str:
        return f"Quarter({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quarter) and str(self) == str(other)

    def __lt__(self, other: Quarter) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

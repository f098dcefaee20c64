"""Whole numbers as Japanese tables print them: △ for minus, full-width digits, thousands separators, units in headers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.errors import SourceError
from kumastats.sources.columns import MISSING, Columns, symbol, unit_of
from kumastats.sources.raw import RawColumn, plain
from kumastats.text import Text

Ints = npt.NDArray[np.int64]
MISSING64 = int(np.iinfo(np.int64).min)
LARGEST = 10**15
# two signs, or a separator in a wrong place, are no number
_NUMBER = re.compile(r"([-+△▲]?)\s*([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_SIGNS = str.maketrans(dict.fromkeys("−‐‑–—―ー", "-"))
_MULTIPLES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 10**6, "千万": 10**7, "億": 10**8, "十億": 10**9}  # fmt: skip
_COUNTED = re.compile(
    r"(十億|億|千万|百万|十万|万|千|百|十)?(円|人|件|台|枚|回|世帯|室|校|戸|部|名|頁|ページ|㎡|m2)?"
)
_CURRENCY = re.compile(r"^\s*[¥￥\\]|円\s*$")
_STATED = re.compile(r"単位[:：]?\s*([^\s()（）、,]+)")


def number(text: str) -> Decimal:
    """Read a printed number.

    Raises
    ------
    SourceError
        If it is none.

    >>> number("△1,234"), number("－５"), number("7.5")
    (Decimal('-1234'), Decimal('-5'), Decimal('7.5'))
    """
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip().translate(_SIGNS))
    if found is None:
        raise SourceError(
            Text(f"「{text}」は数ではありません。", f"“{text}” is not a number."),
            remedy=Text(
                "記号なら対応表の symbols に意味（suppressed、none、not_applicable、unknown）を書いてください。",
                "If it is a symbol, write its meaning (suppressed, none, not_applicable, unknown) under symbols in the mapping.",
            ),
        )
    value = Decimal(found[2].replace(",", "") + (f".{found[3]}" if found[3] else ""))
    return -value if found[1] in ("-", "△", "▲") else value


def multiple_of(unit: str | None) -> int | None:
    """Return what a unit multiplies by, or None for a unit that is not one of counts or money.

    >>> multiple_of("千円"), multiple_of("人"), multiple_of("%")
    (1000, 1, None)
    """
    found = _COUNTED.fullmatch(plain(unit)) if unit else None
    return _MULTIPLES.get(found[1], 1) if found else None


class Numbers(Columns):
    """Reads columns of numbers; a symbol becomes MISSING64 and a reason."""

    def integers(self, name: str, *, required: bool = False, scale: int = 1) -> Ints | None:
        """Return whole numbers; MISSING64 where the cell is empty or a symbol.

        Parameters
        ----------
        scale
            What values are multiplied by; a value that is then not whole is a defect. A unit in the header
            (``（千人）``) multiplies as well.
        """
        return self._integers(name, required, scale, exact=True)

    def thousandths(self, name: str, *, required: bool = False) -> Ints | None:
        """Return numbers times 1,000, rounded half to even, counted where that loses digits."""
        return self._integers(name, required, 1000, exact=False)

    def yen(self, name: str, *, required: bool = False) -> Ints | None:
        """Return amounts in yen; a unit in the header, or stated above the table (単位：千円), multiplies."""
        stated = _STATED.search(unicodedata.normalize("NFKC", self.raw.preamble))
        unit = stated[1] if stated and stated[1].endswith("円") else None
        return self._integers(name, required, 1, exact=True, unit=unit, money=True)

    def _integers(
        self,
        name: str,
        required: bool,
        scale: int,
        *,
        exact: bool,
        unit: str | None = None,
        money: bool = False,
    ) -> Ints | None:
        column = self.column(name, required=required)
        if column is None:
            return None
        factor = self._factor(column, unit)
        meanings = self._meanings(name)

        def exactly(value: str) -> Decimal | None:
            if symbol(value) in meanings:
                return None
            return number(_CURRENCY.sub("", value) if money else value) * factor * scale

        def one(value: str) -> int:
            made = exactly(value)
            if made is None:
                return MISSING64
            whole = int(made.to_integral_value(ROUND_HALF_EVEN))
            if (exact and whole != made) or abs(whole) > LARGEST or whole == MISSING:
                raise SourceError(
                    Text(f"「{value}」は整数にできません。", f"“{value}” is not a whole number."),
                    remedy=Text("単位を確かめてください。", "Check its unit."),
                )
            return whole

        made = self._read(
            f"number {name}", column, lambda: one, "unreadable_number", MISSING64, dtype=np.int64
        )
        if not exact:
            self._tell_rounded(name, column, exactly)
        return made

    def _tell_rounded(self, name: str, column: RawColumn, exactly: Callable[[str], Decimal | None]) -> None:
        def lost(value: str) -> bool:
            try:
                made = exactly(value)
            except SourceError:
                return False
            return made is not None and made != made.to_integral_value()

        rows = self._read(f"rounded {name}", column, lambda: lost, "", False, dtype=np.bool_)
        self.count(name, rows, "千分の一に丸めた", "rounded to thousandths", "rounded")

    def _factor(self, column: RawColumn, unit: str | None) -> int:
        named = unit_of(column.name) or unit
        factor = multiple_of(named)
        if factor is not None and factor > 1:
            self.decide(
                f"{column.name}: 単位{named}を{factor:,}倍した",
                f"{column.name}: in {named}, multiplied by {factor:,}",
            )
        return factor or 1

    def _meanings(self, name: str) -> dict[str, str]:
        return {**self.symbols, **{symbol(k): v for k, v in self.spec(name).symbols.items()}}

    def reasons(self, name: str) -> npt.NDArray[Any] | None:
        """Return why values are missing, as the symbols say; None where there is a value or the cell is empty."""
        column = self.column(name, required=False)
        if column is None:
            return None
        meanings = self._meanings(name)
        return self._read(f"reason {name}", column, lambda: _meaning(meanings), "", None)


def _meaning(meanings: dict[str, str]) -> Callable[[str], str | None]:
    return lambda value: meanings.get(symbol(value))

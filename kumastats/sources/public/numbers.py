"""Numbers and symbols in the cells of public tables: a value, a reason why there is none, or neither."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from kumastats.sources.public.words import plain

NEGATIVE = "△▲−\u2010\u2011\u2012\u2013-"
_NUMBER = re.compile(
    rf"(?P<mark>[rpRP]\s+)?(?P<sign>[+{NEGATIVE}])?\s*"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?P<part>\.\d+)?\s*(?P<percent>%)?(?P<after>\s+[rpRP])?"
)
# what a symbol means where a source says nothing else; a mapping sets it per file or column
SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("x", "X", "χ", "Χ", "×", "秘匿"), "suppressed"),
        **dict.fromkeys(("-", "−", "―", "–", "—", "‐", "─", "ー", "該当なし", "皆無"), "none"),
        **dict.fromkeys(("・", "該当数値なし"), "not_applicable"),
        **dict.fromkeys(("***", "不詳", "不明"), "unknown"),
        **dict.fromkeys(("...", "..", "・・・", "・・"), "missing"),
        "*": "single_person",
        "0*": "rounded_to_zero",
    }
)


@dataclass(frozen=True)
class Number:
    """A number as written.

    Attributes
    ----------
    percent
        It carries a percent sign; `value` is what stands before it.
    mark
        ``r`` (revised) or ``p`` (preliminary), where the cell says so.
    """

    value: Decimal
    percent: bool = False
    mark: str = ""


@lru_cache(maxsize=200_000)
def parse_number(text: str) -> Number | None:
    """Read a number, or None if the text is none; never a part of it.

    >>> parse_number("△1,234").value, parse_number("▲ 0.5").value, parse_number("341 400").value
    (Decimal('-1234'), Decimal('-0.5'), Decimal('341400'))
    >>> parse_number("12.5％"), parse_number("1,23"), parse_number("(5)")
    (Number(value=Decimal('12.5'), percent=True, mark=''), None, None)
    """
    found = _NUMBER.fullmatch(plain(text))
    if not found or not (found["whole"] or found["part"]):
        return None
    digits = re.sub(r"[, ]", "", found["whole"] or "0") + (found["part"] or "")
    value = Decimal(digits)
    negative = bool(found["sign"]) and found["sign"] != "+"
    mark = ((found["mark"] or "") + (found["after"] or "")).strip().lower()
    return Number(value.copy_negate() if negative and value else value, bool(found["percent"]), mark)


@lru_cache(maxsize=100_000)
def symbol_of(text: str) -> str:
    """Return a symbol in one spelling.

    >>> symbol_of("…"), symbol_of("－"), symbol_of(" ﹡ ")
    ('...', '-', '*')
    """
    return plain(text).replace(" ", "")


def reason_of(text: str, symbols: Mapping[str, str]) -> str | None:
    """Return why a cell holds no number, or None if its symbol has no meaning set."""
    return symbols.get(symbol_of(text))


@lru_cache(maxsize=200_000)
def is_filled_like_data(text: str) -> bool:
    """Tell whether a cell looks like a value: a number, a symbol, a date or a time.

    >>> is_filled_like_data("1,234"), is_filled_like_data("2018/4/1"), is_filled_like_data("25:30")
    (True, True, True)
    >>> is_filled_like_data("1970年"), is_filled_like_data("転入者数")
    (False, False)
    """
    made = plain(text)
    return (
        parse_number(made) is not None
        or (made.replace(" ", "") in SYMBOLS and made not in ("不明", "不詳", "秘匿"))
        or bool(re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T].*)?|-?\d{1,4}:\d{2}(:\d{2})?", made))
    )

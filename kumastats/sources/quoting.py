"""What of a cell an error may repeat: a date, a time or a small number as it stands, of anything else its form only.

A cell in the wrong column may be anything – a name, a telephone number, a staff number – whatever its header says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kumastats.errors import KumastatsError
from kumastats.sources.identity import pattern
from kumastats.text import Text

_SAFE = re.compile(
    r"(?:令和|平成|昭和|[RHS])?[+\-△▲]{0,2}(?:\d{1,4}|元)(?:\s?[:/.,\-‘’'′年月日時分秒T ]\s?(?:\d{1,4}(?!\d))?){0,7}(?:年度|円|人|Z)?"
)
_PHONE = re.compile(r"\d{2,5}-\d{1,4}-\d{3,4}")
_COMPACT_DATE = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{2}")


def shown(value: str) -> str:
    r"""Return a cell as an error may repeat it.

    >>> shown("17:75"), shown("平成30.4.31"), shown("096-000-9990"), shown("架空 太郎"), shown("0012345")
    ('17:75', '平成30.4.31', '\\d{3}記号\\d{3}記号\\d{4}', '漢字{2}空白漢字{2}', '\\d{7}')
    """
    plain = unicodedata.normalize("NFKC", value).strip()
    if _PHONE.fullmatch(plain):
        return pattern(value)
    if len(plain) <= 1 or _SAFE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain):
        return value
    return pattern(value)


def safely(error: KumastatsError, values: Iterable[str]) -> KumastatsError:
    """Return the error without any of these cells in it that it may not repeat."""
    swaps: dict[str, str] = {}
    for value in values:
        safe = shown(value)
        if safe != value:
            swaps |= {form: safe for form in (value, unicodedata.normalize("NFKC", value).strip()) if form}
    found = _swapped(error.found, swaps)
    remedy = _swapped(error.remedy, swaps) if error.remedy is not None else None
    if (found, remedy) == (error.found, error.remedy):
        return error
    return type(error)(found, place=error.place, remedy=remedy)


def _swapped(text: Text, swaps: dict[str, str]) -> Text:
    ja, en = text.ja, text.en
    for value, safe in sorted(swaps.items(), key=lambda s: -len(s[0])):
        ja, en = ja.replace(f"「{value}", f"「{safe}"), en.replace(f"“{value}", f"“{safe}")
    return Text(ja, en)

"""Rows that repeat other rows: totals, subtotals, a city above its wards, a county above its towns, “of which” rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from types import MappingProxyType
from typing import Any

from kumastats.sources.public.words import squeezed
from kumastats.text import Text

WHY: Mapping[str, Text] = MappingProxyType(
    {
        "total": Text("合計", "total"),
        "subtotal": Text("下の行の計", "sum of the rows below it"),
        "prefecture": Text("市区町村を含む都道府県", "prefecture beside its municipalities"),
        "city": Text("区を含む市", "city beside its wards"),
        "county": Text("町村を含む郡", "county beside its towns"),
        "of_which": Text("うち数", "“of which” row"),
        "mapping": Text("対応表の指定", "named in the mapping"),
    }
)
_TOTAL = re.compile(
    r"^[(（<【]?(?:総計|合計|小計|総数|全国|全国計|全体|計|総額|総合計|男女計|total|sum)[)）>】]?$|(?:合計|総計|小計|総数)[)）]?$|"
    r"[男女市町村区郡県部課局税源入出費校園年人員他線月度般別債金産]計[)）]?$",
    re.I,
)
_OF_WHICH = re.compile(r"^[(（]?(?:うち(?![ぁ-ん])|内、|再掲)|[(（]再掲[)）]$")
_MUNICIPAL = re.compile(r"(?:0\d|[1-3]\d|4[0-7])\d{3}\d?")


@dataclass(frozen=True, eq=False)
class Rows:
    """The labels of a table's rows.

    Attributes
    ----------
    labels
        Texts of each column of words or periods.
    codes
        Texts of each code column.
    depths
        How far each row's label is indented, where labels stand in several columns.
    numbers
        Values of each numeric column, None where missing.
    leading
        How many of `labels`, from the first, stand before the numbers.
    """

    labels: Sequence[Sequence[str]]
    codes: Sequence[Sequence[str]] = ()
    depths: Sequence[int] = ()
    numbers: Sequence[Sequence[Any]] = field(default=())
    leading: int = 0

    @property
    def height(self) -> int:
        """Number of rows."""
        return len((self.labels or self.codes or [()])[0])


def is_total(text: str) -> bool:
    """Tell whether a label says total.

    >>> [is_total(t) for t in ("合　計", "デジタル庁 合計", "（一般財源計）", "会計", "統計課")]
    [True, True, True, False, False]
    """
    return bool(_TOTAL.search(squeezed(text)))


def find_totals(rows: Rows) -> dict[int, str]:
    """Return the rows that repeat others, and which kind of repetition each is."""
    made: dict[int, str] = {}
    for found in (_by_word(rows), _of_which(rows), _by_code(rows), _by_name(rows), _by_depth(rows)):
        for row, why in found.items():
            made.setdefault(row, why)
    # a table is not all totals
    return made if len(made) < rows.height else {}


def _by_word(rows: Rows) -> dict[int, str]:
    """A total has parts: rows of the same other labels that are no total themselves."""
    made: dict[int, str] = {}
    words = [[squeezed(t) for t in column] for column in rows.labels]
    for at, column in enumerate(words):
        said = {t: bool(_TOTAL.search(t)) for t in set(column)}
        candidates = [r for r, t in enumerate(column) if said[t]]
        if not candidates or len(candidates) == len(column):
            continue
        others = [c for i, c in enumerate(words) if i != at]
        parts: dict[tuple[bool, ...], set[tuple[str, ...]]] = {}
        for row in candidates:
            own = [c[row] for c in others]
            filled = tuple(map(bool, own))
            if filled not in parts:
                parts[filled] = {
                    tuple(compress((c[r] for c in others), filled))
                    for r, t in enumerate(column)
                    if t and not said[t]
                }
            if tuple(compress(own, filled)) in parts[filled]:
                made[row] = "total"
    return made


def _of_which(rows: Rows) -> dict[int, str]:
    return {
        r: "of_which"
        for column in rows.labels[: rows.leading]
        for r, t in enumerate(column)
        if _OF_WHICH.search(squeezed(t))
    }


def _by_code(rows: Rows) -> dict[int, str]:
    made: dict[int, str] = {}
    names = _names(rows)
    for column in rows.codes:
        filled = [c for c in column if c]
        if not filled or sum(bool(_MUNICIPAL.fullmatch(c)) for c in filled) < 0.9 * len(filled):
            continue
        codes = {r: c[:5] for r, c in enumerate(column) if _MUNICIPAL.fullmatch(c)}
        national = {r: "total" for r, c in codes.items() if c[:2] == "00"}
        made |= national if len(national) < len(codes) else {}
        inside = {c[:2] for c in codes.values() if c[2:] != "000"}
        made |= {r: "prefecture" for r, c in codes.items() if c[2:] == "000" and c[:2] in inside}
        cities = {
            c: names[r]
            for r, c in codes.items()
            if c[2] == "1" and c[4] == "0" and not names[r].endswith("区")
        }
        parents = set()
        for row, code in codes.items():
            if code[2] == "1" and code not in cities and names[row].endswith("区"):
                above = max((c for c in cities if c[:3] == code[:3] and c < code), default=None)
                if above:
                    parents.add(above)
        made |= {r: "city" for r, c in codes.items() if c in parents}
    return made


def _names(rows: Rows) -> list[str]:
    """Return the most particular label of each row."""
    return [next((squeezed(c[r]) for c in reversed(rows.labels) if c[r]), "") for r in range(rows.height)]


def _by_name(rows: Rows) -> dict[int, str]:
    made: dict[int, str] = {}
    for column in rows.labels:
        words = [squeezed(t) for t in column]
        counties = {w for w in words if w.endswith("郡") and len(w) > 1}
        cities = {w for w in words if w.endswith("市") and len(w) > 1}
        held = {
            w[: i + 1]
            for w in set(words)
            for i, character in enumerate(w[:-1])
            if (character == "郡" and w[: i + 1] in counties and w[-1] in "町村")
            or (character == "市" and w[: i + 1] in cities and w[-1] == "区")
        }
        for row, word in enumerate(words):
            wards = (
                word in cities
                and words[row + 1 : row + 3]
                and all(w.endswith("区") for w in words[row + 1 : row + 3])
            )
            if word in held or (wards and len(words[row + 1 : row + 3]) == 2):
                made[row] = "county" if word.endswith("郡") else "city"
    return made


def _by_depth(rows: Rows) -> dict[int, str]:
    """A row is a subtotal if the indented rows below it add up to it in every column of numbers."""
    made: dict[int, str] = {}
    for row, depth in enumerate(rows.depths):
        below: list[int] = []
        for r in range(row + 1, len(rows.depths)):
            if rows.depths[r] <= depth:
                break
            below.append(r)
        if len(below) < 2:
            continue
        nearest = min(rows.depths[r] for r in below)
        children = [r for r in below if rows.depths[r] == nearest]
        sums = [
            abs(column[row] - sum(column[r] for r in children)) <= 1e-9 * max(1.0, abs(column[row]))
            for column in rows.numbers
            if column[row] and all(column[r] is not None for r in children)
        ]
        if len(children) >= 2 and sums and all(sums):
            made[row] = "subtotal"
    return made

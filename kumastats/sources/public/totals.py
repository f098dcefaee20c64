"""Rows that repeat other rows: totals, subtotals, a city above its wards, a county above its towns, “of which” rows."""

from __future__ import annotations

import itertools
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
        "average": Text("平均", "average"),
        "subtotal": Text("下の行の計", "sum of the rows below it"),
        "prefecture": Text("市区町村を含む都道府県", "prefecture beside its municipalities"),
        "city": Text("区を含む市", "city beside its wards"),
        "county": Text("町村を含む郡", "county beside its towns"),
        "of_which": Text("うち数", "“of which” row"),
        "mapping": Text("対応表の指定", "named in the mapping"),
    }
)
_TOTAL = re.compile(
    r"^[(（<【]?(?:総計|合計|小計|総数|全国|全国計|全体|計|総額|総合計|男女計|平均|全体平均|全国平均|県平均|市平均|total|sum)[)）>】]?$|(?:合計|総計|小計|総数)[)）]?$|"
    r"[男女市町村区郡県部課局税源入出費校園年人員他線月度般別債金産]計[)）]?$",
    re.I,
)
_OF_WHICH = re.compile(r"^[(（]?(?:うち(?![ぁ-ん])|内、|再掲)|[(（]再掲[)）]$")
_AREA_CODE = re.compile(r"団体|市区町村|市町村|都道府県|地域|自治体|area|city|pref|municip", re.I)
_AREA = re.compile(r".(?:郡|支庁|振興局|市)$")
_PREFECTURE = re.compile(r"北海道|東京都|(?:京都|大阪)府|\w{2,3}県")
_INSIDE = re.compile(r".[市区町村郡]$")
_PARTS_OF = {"郡": "町村", "庁": "町村", "局": "市町村", "市": "区"}
_MUNICIPAL = re.compile(r"(?:0\d|[1-3]\d|4[0-7])\d{3}\d?")


@dataclass(frozen=True, eq=False)
class Rows:
    """The labels of a table's rows.

    Attributes
    ----------
    labels
        Texts of each column of words or periods.
    codes
        Texts of each code column, by its name.
    depths
        How far each row's label is indented, where labels stand in several columns.
    numbers
        Values of each numeric column, None where missing.
    leading
        How many of `labels`, from the first, stand before the numbers.
    """

    labels: Sequence[Sequence[str]]
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    depths: Sequence[int] = ()
    numbers: Sequence[Sequence[Any]] = field(default=())
    leading: int = 0

    @property
    def height(self) -> int:
        """Number of rows."""
        return len((self.labels or list(self.codes.values()) or [()])[0])


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
                made[row] = "average" if column[row].endswith("平均") else "total"
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
    for name, column in rows.codes.items():
        filled = [c for c in column if c]
        if not filled or not (_AREA_CODE.search(name) or all(map(_checked, filled))):
            continue
        if sum(bool(_MUNICIPAL.fullmatch(c)) for c in filled) < 0.9 * len(filled):
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
        made |= _counties(codes, names)
    return made


def _checked(code: str) -> bool:
    """Tell whether a code of six digits ends in the check digit of local governments' codes.

    >>> _checked("431001"), _checked("431002")
    (True, False)
    """
    if not re.fullmatch(r"\d{6}", code):
        return False
    weighed = sum(int(d) * w for d, w in zip(code, range(6, 1, -1), strict=False))
    return (11 - weighed % 11) % 10 == int(code[5])


def _counties(codes: Mapping[int, str], names: Sequence[str]) -> dict[int, str]:
    """Counties, and the islands of Tokyo, have a code that ends in 0 and is followed by those of their towns."""
    towns = {c for r, c in codes.items() if names[r][-1:] in ("町", "村")}
    counties = {
        r: c for r, c in codes.items() if c[2] in "34567" and c[4] == "0" and names[r][-1:] not in "町村市区"
    }
    starts = sorted(counties.values())
    made: dict[int, str] = {}
    for row, code in counties.items():
        following = next((c for c in starts if c > code), "99999")
        if any(code < t < following and t[:2] == code[:2] for t in towns):
            made[row] = "county"
    return made


def _names(rows: Rows) -> list[str]:
    """Return the most particular label of each row."""
    return [next((squeezed(c[r]) for c in reversed(rows.labels) if c[r]), "") for r in range(rows.height)]


def _by_name(rows: Rows) -> dict[int, str]:
    """A county or a city whose name begins the names of its towns or wards, or whose wards follow it; a prefecture above its cities."""
    made: dict[int, str] = {}
    for column in rows.labels:
        words = [squeezed(t) for t in column]
        areas = {w for w in words if _AREA.search(w)}
        held = {
            w[:i]
            for w in set(words)
            for i in range(2, len(w))
            if w[:i] in areas and w[-1] in _PARTS_OF[w[i - 1]]
        }
        for row, word in enumerate(words):
            after = words[row + 1 : row + 3]
            wards = (
                word in areas
                and word.endswith("市")
                and len(after) == 2
                and all(w.endswith("区") for w in after)
            )
            if word in held or wards:
                made[row] = "city" if word.endswith("市") else "county"
            elif _PREFECTURE.fullmatch(word) and len(after) == 2 and all(map(_INSIDE.search, after)):
                made[row] = "prefecture"
    return made


def _by_depth(rows: Rows) -> dict[int, str]:
    """A row is a subtotal if the rows indented below it, or the rows that follow it, add up to it throughout."""
    made: dict[int, str] = {}
    part = _of_which(rows)
    for row, depth in enumerate(rows.depths):
        if row in part:
            continue
        below = _until_shallower(rows, row, depth, part)
        deeper = list(itertools.takewhile(lambda r, d=depth: rows.depths[r] > d, below))  # type: ignore[misc]
        nearest = min((rows.depths[r] for r in deeper), default=0)
        children = [r for r in deeper if rows.depths[r] == nearest]
        level = [r for r in below if rows.depths[r] == depth]
        if _adds_up(rows, row, children, indented=True) or any(
            _adds_up(rows, row, level[:n], indented=False) for n in range(3, len(level) + 1)
        ):
            made[row] = "subtotal"
    return made


def _until_shallower(rows: Rows, row: int, depth: int, part: Mapping[int, str]) -> list[int]:
    made: list[int] = []
    for r in range(row + 1, len(rows.depths)):
        if rows.depths[r] < depth:
            break
        if r not in part:
            made.append(r)
    return made


def _step(values: Sequence[Any]) -> float:
    """Return half of the last decimal numbers are written with: each may be rounded by as much."""
    places = max(len(str(v).partition(".")[2].rstrip("0")) for v in values)
    return float(0.5 * 10.0**-places)


def _adds_up(rows: Rows, row: int, children: Sequence[int], *, indented: bool) -> bool:
    """Tell whether rows add up to one, in every column of numbers and not by chance."""
    if len(children) < 2:
        return False
    checked = sure = 0
    for column in rows.numbers:
        values = [column[r] for r in (row, *children)]
        if any(v is None for v in values):
            continue
        apart = abs(values[0] - sum(values[1:]))
        slack = _step(values) * len(values)
        if apart > slack * (1 + 1e-9):
            return False
        checked += 1
        sure += abs(values[0]) > 20 * slack or (indented and apart == 0 and values[0] != 0)
    return sure >= (1 if indented else 2) and sure >= 0.5 * checked

"""Totals that are not the sum of their parts: told, never refused, and only where what the parts are is sure.

Which rows or columns a total adds up is learned from the table: a set of parts counts as known if the total is their sum
elsewhere – in other columns of its row, or in most rows of its column. Rates, means and maxima are no sums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.sources.public.model import NUMERIC, PublicColumn
from kumastats.sources.public.words import squeezed
from kumastats.text import Text

SHOWN = 10
# a lone total is doubted only this near to the sum: a mean of two parts is half of it
NEAR = 0.4
MOSTLY = 0.8
SEVERAL = 2
PLACES = 6
LONGEST = 60  # parts of a total column that are tried
_NO_SUM = re.compile(
    r"率|割合|平均|比|密度|指数|中央値|当たり|あたり|最[大小高低多少]|順位|実人|実数|偏差|%|％|ポイント|rate|ratio|mean|average|index|share|rank",
    re.I,
)
_APART = re.compile(r"重複|一致し(?:ない|ません)|合わない|合いません")
_ROUNDED = re.compile(r"四捨五入|端数|単位未満|切り?捨て")
_SUM_OF_ROWS = re.compile(r"^[(（<【]?(?:総計|合計|小計|計|総合計)[)）>】]?$|(?:合計|総計|小計)[)）]?$")
# what the rows below a city or county end in, as long as they are its own
_INSIDE = {"city": re.compile("区$"), "county": re.compile("[町村]$")}
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mismatch:
    """A total that is not the sum of its parts.

    Attributes
    ----------
    row
        Row of the file.
    column
        Name of the column the total stands in.
    """

    row: int
    column: str
    total: float
    parts: float

    @property
    def text(self) -> Text:
        """It in words."""
        total, parts, apart = (_shown(v) for v in (self.total, self.parts, self.total - self.parts))
        return Text(
            f"{self.row}行目、列「{self.column}」: 計 {total} が内訳の和 {parts} と合わない（差 {apart}）。元の表を確かめること",
            f"row {self.row}, column “{self.column}”: the total {total} is not the sum of its parts {parts} (apart by {apart}); check the source",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return dict(vars(self))


@dataclass(frozen=True, eq=False)
class Body:
    """The rows of a table.

    Attributes
    ----------
    columns, values, texts
        Columns, their values, None where missing, and the texts they were read from.
    lines
        Row in the file of each row.
    apart
        Why each row that is set apart is, by its row in the file.
    notes
        What the table says about itself.
    """

    columns: Sequence[PublicColumn]
    values: Sequence[Sequence[Any]]
    texts: Sequence[Sequence[str]]
    lines: Sequence[int]
    apart: Mapping[int, str]
    notes: Sequence[str]

    @cached_property
    def labels(self) -> list[Sequence[str]]:
        """Texts of the columns of words."""
        named = zip(self.columns, self.texts, strict=True)
        return [t for c, t in named if t and c.kind not in (*NUMERIC, "duration")]

    @cached_property
    def totals(self) -> dict[int, str]:
        """Why each row that is set apart is, by its index."""
        return {i: self.apart[n] for i, n in enumerate(self.lines) if n in self.apart}

    @cached_property
    def inner(self) -> npt.NDArray[np.int64]:
        """The rows that are not set apart."""
        return np.array([i for i in range(len(self.lines)) if i not in self.totals], dtype=np.int64)

    @cached_property
    def coded(self) -> list[tuple[npt.NDArray[np.int64], int]]:
        """The labels as numbers, and that of an empty one."""
        made = []
        for texts in self.labels:
            numbers = {t: n for n, t in enumerate(dict.fromkeys(texts))}
            made.append((np.array([numbers[t] for t in texts], dtype=np.int64), numbers.get("", -1)))
        return made


def mismatches(body: Body) -> tuple[Mismatch, ...]:
    """Return the totals of rows and columns that are not the sum of their parts, in the order of the file."""
    if any(_APART.search(n) for n in body.notes):
        return ()
    as_rounded = _mismatches(body, rounded=True)
    if any(_ROUNDED.search(n) for n in body.notes):
        return as_rounded
    exactly = _mismatches(body, rounded=False)
    # one total off by a little is an error; several are numbers that were rounded, though nothing says so
    return exactly if len({*exactly} - {*as_rounded}) < SEVERAL else as_rounded


def _mismatches(body: Body, *, rounded: bool) -> tuple[Mismatch, ...]:
    numeric = [
        _Column(i, c, np.array([np.nan if v is None else float(v) for v in body.values[i]]), rounded)
        for i, c in enumerate(body.columns)
        if c.kind in NUMERIC
    ]
    sums = [c for c in numeric if not _NO_SUM.search(c.column.name + (c.column.unit or ""))]
    found = {*_of_rows(body, sums), *_of_columns(body, sums)}
    return tuple(sorted(found, key=lambda m: (m.row, m.column)))


def said(found: Sequence[Mismatch]) -> list[Text]:
    """Return the first of them in words, and how many more there are."""
    told = [m.text for m in found[:SHOWN]]
    more = len(found) - len(told)
    if more > 0:
        told.append(Text(f"内訳と合わない計がほかに{more:,}件", f"{more:,} more totals that are no sums"))
    return told


class _Column:
    def __init__(self, at: int, column: PublicColumn, values: Numbers, rounded: bool):
        self.at, self.column, self.values = at, column, values
        places = np.zeros(len(values))
        for n in range(PLACES):
            places[np.abs(values * 10**n - np.round(values * 10**n)) > 1e-6] = n + 1
        most = places.max(initial=0)
        # what each number may be rounded by: where nothing is, all are written to the same place
        self.half: Numbers = 0.5 * 10.0 ** -(places if rounded else np.full(len(values), most))
        if not rounded and not most and column.scale == 1:
            self.half = np.zeros(len(values))


def _close(apart: Any, scale: Any, slack: Any) -> Any:
    return np.abs(apart) <= slack * (1 + 1e-9) + 1e-9 * np.abs(scale)


def _of_rows(body: Body, columns: Sequence[_Column]) -> Iterator[Mismatch]:
    known = [r for r, why in body.totals.items() if why not in ("average", "of_which")]
    chosen: dict[int, tuple[list[int], dict[int, bool]]] = {}
    for row in known:
        best: tuple[int, list[int], dict[int, bool]] | None = None
        for parts in _candidates(body, row):
            fits = {c.at: fit for c in columns if (fit := _fits(c, row, parts)) is not None}
            score = sum(fits.values())
            if score and (best is None or score > best[0]):
                best = (score, parts, fits)
        if best is not None:
            chosen[row] = best[1:]
    adds_elsewhere = {
        c.at: {r for r, (_, fits) in chosen.items() if fits.get(c.at) and c.values[r]} for c in columns
    }
    for row, (parts, fits) in chosen.items():
        if sum(fits.values()) * 2 < len(fits):
            continue
        for c in columns:
            total, parted = float(c.values[row]), float(c.values[parts].sum())
            if fits.get(c.at) is False and (_near(total, parted) or adds_elsewhere[c.at] - {row}):
                yield Mismatch(body.lines[row], c.column.name, total, parted)
    if len(known) == 1 and not chosen:
        yield from _lone(body, known[0], columns)


def _lone(body: Body, row: int, columns: Sequence[_Column]) -> Iterator[Mismatch]:
    """Doubt the only total of a table by what its word says, where all of its parts are there."""
    words = [squeezed(t[row]) for t in body.labels]
    parts = [r for r in range(len(body.lines)) if r not in body.totals]
    if len(parts) < 2 or not any(_SUM_OF_ROWS.search(w) for w in words):
        return
    for c in columns:
        if _fits(c, row, parts) is False and _near(float(c.values[row]), float(c.values[parts].sum())):
            yield Mismatch(body.lines[row], c.column.name, float(c.values[row]), float(c.values[parts].sum()))


def _near(total: float, parts: float) -> bool:
    return abs(total - parts) < NEAR * max(abs(total), abs(parts))


def _fits(column: _Column, row: int, parts: Sequence[int]) -> bool | None:
    """Tell whether a total is the sum of these rows; None where something is missing, or all is nothing."""
    values = column.values[[row, *parts]]
    if np.isnan(values).any() or not values.any():
        return None
    return bool(_close(values[0] - values[1:].sum(), values[0], column.half[[row, *parts]].sum()))


def _candidates(body: Body, row: int) -> Iterator[list[int]]:
    """Return what the parts of a total may be: rows of the same other labels, the run above it, the run below it."""
    height = len(body.lines)
    inner = body.inner
    other = np.zeros(len(inner), dtype=np.int64)
    for codes, empty in body.coded:
        if codes[row] != empty:
            other += codes[inner] != codes[row]
    alike = inner[other <= 1]
    inside = _INSIDE.get(body.totals[row])
    belonging: list[int] = []
    if inside is not None:
        for r in range(row + 1, height):
            if r in body.totals or not any(inside.search(squeezed(t[r])) for t in body.labels):
                break
            belonging.append(r)
    above = list(_run(body, range(row - 1, -1, -1)))[::-1]
    below = list(_run(body, range(row + 1, height)))
    seen: set[tuple[int, ...]] = set()
    for parts in (inner.tolist(), alike.tolist(), belonging, above, below):
        if len(parts) >= 2 and tuple(parts) not in seen:
            seen.add(tuple(parts))
            yield parts


def _run(body: Body, rows: range) -> Iterator[int]:
    for r in rows:
        if r in body.totals:
            return
        yield r


def _of_columns(body: Body, columns: Sequence[_Column]) -> Iterator[Mismatch]:
    for i, total in enumerate(columns):
        if not total.column.total:
            continue
        best: tuple[int, Numbers, npt.NDArray[np.bool_], npt.NDArray[np.bool_]] | None = None
        for parts in _runs_beside(columns, i):
            summed = np.sum([c.values for c in parts], axis=0)
            there = ~np.isnan(summed) & ~np.isnan(total.values) & ((summed != 0) | (total.values != 0))
            slack = np.sum([c.half for c in (total, *parts)], axis=0)
            fits = there & _close(total.values - summed, total.values, slack)
            if (
                fits.sum() >= 2
                and fits.sum() >= MOSTLY * there.sum()
                and (best is None or fits.sum() > best[0])
            ):
                best = (int(fits.sum()), summed, there, fits)
        if best is not None:
            _, summed, there, fits = best
            for r in np.flatnonzero(there & ~fits).tolist():
                yield Mismatch(body.lines[r], total.column.name, float(total.values[r]), float(summed[r]))


def _runs_beside(columns: Sequence[_Column], i: int) -> Iterator[list[_Column]]:
    """Return runs of columns right and left of a total: of its own group first, then any."""
    unit = columns[i].column.unit
    group = columns[i].column.levels[:-1]
    for step in (1, -1):
        beside: list[_Column] = []
        for c in columns[i + step :: step] if step == 1 or i else []:
            if c.column.unit != unit or len(beside) >= LONGEST:
                break
            if c.column.total and c.column.levels[:-1] == group:
                break
            if c.column.total:
                continue
            beside.append(c)
            if len(beside) >= 2:
                yield list(beside)


def _shown(value: float) -> str:
    return f"{value:,.10g}" if value != int(value) else f"{int(value):,}"

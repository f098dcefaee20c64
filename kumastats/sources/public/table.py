"""One table from its layout: columns typed, values read or refused, totals set apart, and the report of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from kumastats.errors import Place, SourceError
from kumastats.sources.public import sums
from kumastats.sources.public.entry import DROPPED, dropped_lines, layout_said, symbols_said, table_entry
from kumastats.sources.public.grid import Grid, counted, runs
from kumastats.sources.public.heads import Head, Heads, named, read_heads
from kumastats.sources.public.kinds import Cells, kind_of, read_values
from kumastats.sources.public.model import NUMERIC, Kind, PublicColumn, PublicTable
from kumastats.sources.public.numbers import SYMBOLS
from kumastats.sources.public.periods import Period, is_period_column, read_periods
from kumastats.sources.public.plan import FilePlan, TablePlan
from kumastats.sources.public.region import Layout
from kumastats.sources.public.report import TableReport
from kumastats.sources.public.totals import WHY, Rows, find_totals
from kumastats.sources.public.words import Unit, plain, split_unit, unit_of, unspread
from kumastats.text import Text

SECTION, OF, ROW_UNIT = "小見出し", "区分（時期）", "単位"
PERIODS: Mapping[str, Kind] = {"年": "year", "年度": "fiscal_year", "月": "month"}
LABEL_LENGTH = 40
_SHARED: tuple[Kind, ...] = ("integer", "duration", "number")


@dataclass
class _Made:
    """A column read: its description, values, reasons, and the texts it was read from."""

    column: PublicColumn
    values: list[Any]
    reasons: list[str | None]
    texts: list[str] = field(default_factory=list)
    is_label: bool = False


def build(
    grid: Grid, layout: Layout, plan: TablePlan, whole: FilePlan, key: str, name: str
) -> tuple[PublicTable, TableReport]:
    """Read one table.

    Raises
    ------
    SourceError
        With the place of the first cell that cannot be read.
    """
    era = plan.era or whole.era
    heads = read_heads(grid, layout, join=plan.join, drop=plan.drop_columns, era=era)
    _as_planned(heads, plan)
    all_cells = [_cells(grid, layout, head, plan, whole) for head in heads.columns]
    kinds = [_kind(head, cells, plan) for head, cells in zip(heads.columns, all_cells, strict=True)]
    shared = next((k for k in _SHARED if k in kinds), None)
    if shared:
        kinds = [
            _of_symbols(*each, plan, shared) for each in zip(heads.columns, all_cells, kinds, strict=True)
        ]
    for head, kind in zip(heads.columns, kinds, strict=True):
        # what was taken off a name as a unit goes back where there are no numbers
        head.levels = head.levels if kind in NUMERIC else head.spelled
    row_units = _row_units(heads, all_cells, kinds, plan)
    columns = named(heads.columns)
    said = layout_said(grid, layout) + heads.said
    entry: dict[str, Any] = {"names": {}, "units": {}, "kinds": {}}
    made: list[_Made] = []
    if layout.sections:
        made.append(_sections(layout))
    counts: dict[str, dict[str, int]] = {}
    periods_of = plan.periods
    for head, cells, kind in zip(columns, all_cells, kinds, strict=True):
        read = _column(grid, layout, head, plan, replace(cells, name=head.name), kind, counts, said)
        made.append(read)
        if row_units is not None and row_units[0] == head.key:
            made.append(row_units[1])
            said.append(
                Text(f"列 {head.key}: 行ごとの単位がある", f"column {head.key}: units are stated row by row")
            )
        entry["names"][head.key] = list(head.levels)
        entry["units"][head.key] = read.column.unit
        entry["kinds"][head.key] = read.column.kind
        if periods_of is None and not plan.periods_set and _has_periods(read, era):
            periods_of = head.key
        if periods_of == head.key:
            made += _periods(grid, layout, read, era, said, head.key)
    symbols_said(counts, said)
    totals = _totals(grid, layout, heads, made, plan)
    for why in sorted(set(totals.values())):
        lines = [n for n, w in totals.items() if w == why]
        said.append(
            Text(
                f"{runs(lines)}行目: {WHY.get(why, WHY['mapping']).ja}として分けた（{len(lines)}行）",
                f"{counted('row', runs(lines))}: {WHY.get(why, WHY['mapping']).en}, set apart ({len(lines)})",
            )
        )
    table = _table(grid, layout, made, totals, key, plan.name or name)
    values, texts = [m.values for m in made], [m.texts for m in made]
    lines = [grid.line(r) for r in layout.body]
    body = sums.Body(table.columns, values, texts, lines, totals, (table.title, *table.notes))
    unbalanced = sums.mismatches(body)
    said += sums.said(unbalanced)
    entry = table_entry(grid, layout, heads, plan, entry, totals, periods_of, key, table.name, counts)
    report = TableReport(
        table.name, table.sheet, len(table.lines), len(table.columns), tuple(said), entry, unbalanced
    )
    return table, report


def _as_planned(heads: Heads, plan: TablePlan) -> None:
    for head in heads.columns:
        if head.key in plan.names:
            head.levels = head.spelled = plan.names[head.key]
        if head.key in plan.units:
            text = plan.units[head.key]
            head.unit = None if text is None else unit_of(text) or Unit(text)


def _cells(grid: Grid, layout: Layout, head: Head, plan: TablePlan, whole: FilePlan) -> Cells:
    clean = unspread if head.is_label and grid.sheet.name is not None else str.strip
    return Cells(
        "/".join(head.levels),
        ["".join(clean(_label_text(grid, head, r, c)) for c in head.at) for r in layout.body],
        {**SYMBOLS, **whole.symbols, **plan.symbols, **plan.column_symbols.get(head.key, {})},
        lambda i: _place(grid, layout, head, i),
        plan.era or whole.era,
        plan.date_order or whole.date_order,
    )


def _label_text(grid: Grid, head: Head, row: int, column: int) -> str:
    """Return a cell's text; a row label merged over several rows stands for each of them."""
    merge = grid.covered.get((row, column)) if head.is_label else None
    return grid.merged(row, column) if merge and merge[1] == column else grid.text(row, column)


def _kind(head: Head, cells: Cells, plan: TablePlan) -> Kind:
    return cast(Kind, plan.kinds[head.key]) if head.key in plan.kinds else kind_of(cells)


def _row_units(
    heads: Heads, all_cells: Sequence[Cells], kinds: Sequence[Kind], plan: TablePlan
) -> tuple[str, _Made] | None:
    """Read units that stand in the row labels; a unit stated for the whole table then holds for the other rows only."""
    for head, cells, kind in zip(heads.columns, all_cells, kinds, strict=True):
        if not head.is_label or kind != "text":
            continue
        units = [split_unit(t)[1] for t in cells.texts]
        if not any(units):
            continue
        for given in heads.given:
            if given.key not in plan.units:
                given.unit = None
        corner = heads.corner.text if heads.corner else ""
        texts = [u.text if u else corner for u in units]
        return head.key, _Made(PublicColumn(ROW_UNIT, (ROW_UNIT,)), list(texts), [None] * len(texts), texts)
    return None


def _of_symbols(head: Head, cells: Cells, kind: Kind, plan: TablePlan, shared: Kind) -> Kind:
    """A column of symbols only, in a table of numbers or times, holds such values that are all missing."""
    symbols = kind == "text" and not head.is_label and not cells.valued() and any(cells.texts)
    return shared if symbols and head.key not in plan.kinds else kind


def _sections(layout: Layout) -> _Made:
    texts: list[str] = []
    for row in layout.body:
        above = [r for r in layout.sections if r < row]
        texts.append(layout.sections[max(above)] if above else "")
    column = PublicColumn(SECTION, (SECTION,))
    return _Made(column, list(texts), [None] * len(texts), texts, True)


def _column(
    grid: Grid,
    layout: Layout,
    head: Head,
    plan: TablePlan,
    cells: Cells,
    kind: Kind,
    counts: dict[str, dict[str, int]],
    said: list[Text],
) -> _Made:
    lost = [i for i, r in enumerate(layout.body) if (r, head.at[0]) in grid.sheet.lost_days]
    if lost and kind == "duration":
        raise SourceError(
            Text(
                "24時間以上の値が h:mm の書式で表示され、1日分が見えなくなっています。",
                "A value of 24 hours or more is shown as h:mm, which hides a day.",
            ),
            place=cells.place(lost[0]),
            remedy=Text("セルの書式を [h]:mm に直してください。", "Format the cell as [h]:mm."),
        )
    read = read_values(cells, kind)
    for symbol, n in read.counts.items():
        reason = cells.symbols[symbol]
        counts.setdefault(symbol, {})[reason] = counts.get(symbol, {}).get(reason, 0) + n
    unit = head.unit if kind in NUMERIC else None
    if read.percent and unit is None:
        unit = Unit("%")
    if head.key in plan.units:
        unit = head.unit
    if unit is not None:
        said.append(
            Text(
                f"列 {head.key}「{head.name}」: 単位 {unit.text}",
                f"column {head.key} “{head.name}”: unit {unit.text}",
            )
        )
    if read.marks:
        said.append(
            Text(
                f"列 {head.key}: 改定・速報の印（r・p）を{read.marks}か所で外した",
                f"column {head.key}: marks of revision (r, p) taken off {read.marks} cells",
            )
        )
    if read.rounded:
        said.append(
            Text(
                f"列 {head.key}: 17桁を超える{read.rounded}種の値を倍精度に丸めた",
                f"column {head.key}: {read.rounded} values of more than 17 digits rounded to double precision",
            )
        )
    if head.total:
        said.append(
            Text(f"列 {head.key}「{head.name}」: 計の列", f"column {head.key} “{head.name}”: a total")
        )
    column = PublicColumn(
        head.name,
        head.levels,
        unit.text if unit else None,
        unit.scale if unit else 1,
        kind,
        head.total,
        str(head.period) if head.period else None,
    )
    return _Made(column, read.values, read.reasons, list(cells.texts), head.is_label)


def _place(grid: Grid, layout: Layout, head: Head, i: int) -> Place:
    row = layout.body[i] if 0 <= i < len(layout.body) else None
    return Place(
        grid.sheet.file,
        grid.sheet.name,
        None if row is None else grid.line(row),
        f"{head.key} {'/'.join(head.levels)}",
    )


def _has_periods(read: _Made, era: str | None) -> bool:
    return (
        read.is_label and read.column.kind == "text" and is_period_column(read.texts, read.column.name, era)
    )


def _periods(
    grid: Grid, layout: Layout, read: _Made, era: str | None, said: list[Text], key: str
) -> list[_Made]:
    """Add the years, fiscal years and months that mixed labels say, each in a column of its own."""
    places = [
        Place(grid.sheet.file, grid.sheet.name, grid.line(r), f"{key} {read.column.name}")
        for r in layout.body
    ]
    found = read_periods(read.texts, era=era, fiscal="年度" in read.column.name, places=places)
    made: list[_Made] = []
    for name, kind in PERIODS.items():
        if any(p is not None and p.kind == kind for p in found):
            values = [_period_value(p, kind) for p in found]
            reasons = [
                None if v is not None or not t else "not_applicable"
                for v, t in zip(values, read.texts, strict=True)
            ]
            made.append(_Made(PublicColumn(name, (name,), kind=kind), values, reasons))
    of = [p.block if p else "" for p in found]
    made.append(_Made(PublicColumn(OF, (OF,)), list(of), [None] * len(of), of))
    lines = [grid.line(r) for r, p, t in zip(layout.body, found, read.texts, strict=True) if p is None and t]
    names = "・".join(m.column.name for m in made)
    said.append(Text(f"列 {key}: 元号から{names}の列を作った", f"column {key}: {names} made from its eras"))
    if lines:
        said.append(
            Text(
                f"{runs(lines)}行目: 年月でない行見出し",
                f"{counted('row', runs(lines))}: labels that are no period",
            )
        )
    return made


def _period_value(period: Period | None, kind: Kind) -> Any:
    if period is None or period.kind != kind:
        return None
    return str(period) if kind == "month" else period.year


def _totals(
    grid: Grid, layout: Layout, heads: Heads, made: Sequence[_Made], plan: TablePlan
) -> dict[int, str]:
    """Return the file rows set apart, and why."""
    if plan.totals is not None:
        there = {grid.line(r) for r in layout.body}
        return {n: why for n, why in plan.totals.items() if n in there}
    if not any(m.column.kind in (*NUMERIC, "duration") for m in made):
        return {}
    labels = [
        m
        for m in made
        if m.column.kind in ("text", "year", "fiscal_year", "month", "date")
        and max((len(t) for t in m.texts), default=0) <= (LABEL_LENGTH if not m.is_label else 10**6)
    ]
    group = next((h.at for h in heads.columns if len(h.at) > 1), ())
    if group:
        depths = [next((i for i, c in enumerate(group) if grid.text(r, c)), 0) for r in layout.body]
    else:
        depths = _indents(grid, layout, heads, made)
    rows = Rows(
        labels=[m.texts or ["" if v is None else str(v) for v in m.values] for m in labels],
        codes={m.column.name: m.values for m in made if m.column.kind == "code"},
        depths=depths,
        numbers=[m.values for m in made if m.column.kind in NUMERIC] if depths else [],
        leading=sum(m.is_label for m in labels),
    )
    return {grid.line(layout.body[i]): why for i, why in sorted(find_totals(rows).items())}


def _indents(grid: Grid, layout: Layout, heads: Heads, made: Sequence[_Made]) -> list[int]:
    """Return how far spaces indent each row's label, a full-width one counting two; none where none is indented."""
    if not made or made[0].column.kind != "text" or not heads.columns[0].is_label:
        return []
    texts = [grid.text(r, heads.columns[0].at[0]) for r in layout.body]
    widths = [sum(2 if c == "\u3000" else 1 for c in t[: len(t) - len(t.lstrip())]) for t in texts]
    return widths if len(set(widths)) > 1 else []


def _table(
    grid: Grid, layout: Layout, made: Sequence[_Made], totals: Mapping[int, str], key: str, name: str
) -> PublicTable:
    frame = pd.DataFrame({m.column.name: _array(m.values, m.column.kind) for m in made})
    reasons = pd.DataFrame({m.column.name: pd.Series(m.reasons, dtype=object) for m in made})
    lines = [grid.line(r) for r in layout.body]
    apart = np.array([n in totals for n in lines], dtype=bool)
    dropped = {n: DROPPED[why] for n, why in dropped_lines(grid, layout).items()}
    for row, title in layout.sections.items():
        dropped[grid.line(row)] = Text(f"小見出し「{title}」", f"title of the rows below: {title}")
    for row in sorted(grid.sheet.hidden_rows - set(grid.rows)):
        dropped[grid.sheet.lines[row]] = DROPPED["hidden"]
    return PublicTable(
        name=name,
        sheet=key,
        columns=tuple(m.column for m in made),
        frame=frame[~apart].reset_index(drop=True),
        reasons=reasons[~apart].reset_index(drop=True),
        lines=[n for n in lines if n not in totals],
        totals=frame[apart].reset_index(drop=True),
        total_lines=[n for n in lines if n in totals],
        dropped=dict(sorted(dropped.items())),
        title=" ".join(t for t in (_row_text(grid, r) for r in layout.titles) if t),
        notes=tuple(_row_text(grid, r) for r in layout.notes),
    )


def _row_text(grid: Grid, row: int) -> str:
    return " ".join(plain(grid.text(row, c)) for c in grid.columns if grid.text(row, c))


def _array(values: list[Any], kind: Kind) -> Any:
    if kind in ("integer", "year", "fiscal_year"):
        return pd.array(values, dtype="Int64")
    if kind == "number":
        return np.array([np.nan if v is None else v for v in values], dtype=float)
    if kind in ("date", "instant"):
        return np.array(values, dtype="datetime64[s]")
    if kind == "duration":
        return np.array(values, dtype="timedelta64[s]")
    return pd.Series(values, dtype=object)

"""Reading a public file: its sheets, the tables on them, and tables that go on over several sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from kumastats.errors import MappingError, Place, SourceError
from kumastats.sources.public.archive import base_name
from kumastats.sources.public.body import planned
from kumastats.sources.public.grid import Grid, runs
from kumastats.sources.public.layout import find_tables, refuse_form
from kumastats.sources.public.model import PublicColumn, PublicFile, PublicTable
from kumastats.sources.public.plan import FilePlan, TablePlan, load_plan
from kumastats.sources.public.region import Layout, set_columns
from kumastats.sources.public.report import PublicReport, TableReport
from kumastats.sources.public.sheet import Part, Sheet
from kumastats.sources.public.table import build
from kumastats.sources.sheets import parts
from kumastats.text import Text

SHEET = "シート"
Read = tuple[PublicTable, TableReport]


def read_public(path: Path | str, *, mapping: Mapping[str, Any] | Path | str | None = None) -> PublicFile:
    r"""Read the tables of a Japanese public file.

    Parameters
    ----------
    mapping
        Decisions to take instead of finding them, as a dict or a YAML file; `PublicReport.mapping` writes all of
        them. Without `tables` in it every table of the file is read.

    Returns
    -------
    PublicFile
        Tables with typed columns and the report of what was decided.

    Raises
    ------
    SourceError
        If a cell can neither be read nor is a symbol with a meaning, or the file holds a form instead of a table;
        with the place.
    MappingError
        If the mapping is malformed, or names a sheet that is not there.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("区,人口（千人）\n合計,300\n中央区,△100\n東区,x\n", encoding="utf-8")
    >>> table = read_public(path).tables[0]
    >>> table.frame["人口"].tolist(), table.reasons["人口"].tolist(), table.column("人口").unit, table.total_lines
    ([-100, <NA>], [None, 'suppressed'], '千人', [2])
    """
    path = Path(path)
    plan = load_plan(mapping)
    available = parts(path, encoding=plan.encoding)
    keys = [sheet_key(p) for p in available]
    _check_sheets(plan, keys, path.name)
    said: list[Text] = []
    found: list[Read] = []
    first: Sheet | None = None
    for part, key in zip(available, keys, strict=True):
        if not plan.wants(key):
            continue
        if part.hidden and not plan.keep_hidden and not _named(plan, key):
            said.append(Text(f"シート「{key}」: 非表示なので読まない", f"sheet “{key}”: hidden, not read"))
            continue
        sheet = part.load()
        first = first or sheet
        read = _sheet(sheet, key, plan)
        if not read:
            said.append(Text(f"「{key}」: 表がない", f"“{key}”: holds no table"))
        found += read
    if first is None or not found:
        raise SourceError(
            Text("表が見つかりません。", "No table was found."),
            place=Place(path.name),
            remedy=Text(
                "対応表に sheet、block、header_rows を書いてください。",
                "Name sheet, block and header_rows in a mapping.",
            ),
        )
    found = _uniquely_named(found)
    settings: dict[str, Any] = {"keep_hidden": plan.keep_hidden}
    if plan.symbols:
        settings["symbols"] = dict(plan.symbols)
    for name in ("encoding", "era", "date_order"):
        if getattr(plan, name):
            settings[name] = getattr(plan, name)
    tables, more = _continued(found)
    report = PublicReport(
        path.name,
        first.sha256,
        first.size,
        first.encoding,
        tuple(r for _, r in found),
        (*said, *more),
        settings,
    )
    return PublicFile(tables, report)


def sheet_key(part: Part) -> str:
    """Return the name a mapping calls a sheet by: its own, or the file's within its zip."""
    inner = base_name(part.file)
    if part.name is None:
        return inner
    return f"{inner}/{part.name}" if "/" in part.file else part.name


def _named(plan: FilePlan, key: str) -> bool:
    return (plan.sheets is not None and key in plan.sheets) or any(
        t.sheets and key in t.sheets for t in plan.tables
    )


def _check_sheets(plan: FilePlan, keys: Sequence[str], file: str) -> None:
    asked = set(plan.sheets or ()) | {s for t in plan.tables for s in t.sheets or ()}
    absent = sorted(asked - set(keys))
    if absent:
        raise MappingError(
            Text(f"シート「{'、'.join(absent)}」はありません。", f"There is no sheet {', '.join(absent)}."),
            place=Place(file),
            remedy=Text(f"あるのは {'、'.join(keys[:60])}", f"There are {', '.join(keys[:60])}"),
        )


def _sheet(sheet: Sheet, key: str, plan: FilePlan) -> list[Read]:
    entries = [t for t in plan.tables if t.sheets is None or key in t.sheets]
    made: list[Read] = []
    name = key.rsplit("/", 1)[-1] if sheet.name is not None else key.rsplit(".", 1)[0]
    for entry in entries or [TablePlan()]:
        grid = Grid.of(sheet, block=entry.block, keep_hidden=plan.keep_hidden)
        for part, layout in _layouts(grid, entry):
            made.append(build(part, layout, entry, plan, key, name))
    return made


def _layouts(grid: Grid, entry: TablePlan) -> list[tuple[Grid, Layout]]:
    lines = range(entry.first_row or 1, (entry.last_row or 10**9) + 1)
    if entry.header_rows is not None:
        layout = planned(
            grid, entry.header_rows, rows=lines, dropped=entry.drop_rows, sections=entry.sections
        )
        return [(grid, layout)]
    if entry.block is None:
        refuse_form(grid)
    made = find_tables(grid)
    if not made and len(grid.filled) == 1 and grid.sheet.name is None:
        made = [(grid, Layout(list(grid.columns), header=list(grid.filled)))]
        set_columns(grid, made[0][1])
    for _, layout in made:
        gone = {
            r for r in layout.body if grid.line(r) not in lines or grid.line(r) in (entry.drop_rows or {})
        }
        layout.notes = sorted({*layout.notes, *gone})
        layout.body = [r for r in layout.body if r not in gone]
    return [(part, layout) for part, layout in made if layout.columns]


def _uniquely_named(found: Sequence[Read]) -> list[Read]:
    seen: dict[str, int] = {}
    made: list[Read] = []
    for table, report in found:
        seen[table.name] = n = seen.get(table.name, 0) + 1
        name = table.name if n == 1 else f"{table.name}（{n}）"
        made.append(
            (replace(table, name=name), replace(report, name=name, entry={**report.entry, "name": name}))
        )
    return made


def _continued(found: Sequence[Read]) -> tuple[tuple[PublicTable, ...], list[Text]]:
    """Join tables of the same header on different sheets, with a column that says which."""
    groups: dict[tuple[object, ...], list[PublicTable]] = {}
    for table, _ in found:
        alike = tuple((c.levels, c.unit, "integer" if c.kind == "number" else c.kind) for c in table.columns)
        groups.setdefault(alike, []).append(table)
    made: list[PublicTable] = []
    said: list[Text] = []
    for tables in groups.values():
        sheets = [t.sheet for t in tables]
        if len(tables) == 1 or len(set(sheets)) < len(sheets):
            made += tables
            continue
        made.append(_join(tables))
        names = "、".join(str(s) for s in sheets)
        said.append(
            Text(
                f"「{names}」: 見出しが同じなので一つの表につないだ",
                f"“{names}”: joined into one table, the same header",
            )
        )
    return tuple(made), said


def _join(tables: Sequence[PublicTable]) -> PublicTable:
    first = tables[0]
    columns = [
        next((t.columns[i] for t in tables if t.columns[i].kind == "number"), first.columns[i])
        for i in range(len(first.columns))
    ]

    def stacked(part: str) -> pd.DataFrame:
        frames = []
        for table in tables:
            frame: pd.DataFrame = getattr(table, part).copy()
            if part != "reasons":
                for column in columns:
                    if column.kind == "number":
                        frame[column.name] = frame[column.name].astype("Float64").astype(float)
            frame.insert(0, SHEET, None if part == "reasons" else table.sheet)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    return replace(
        first,
        sheet=None,
        columns=(PublicColumn(SHEET, (SHEET,)), *columns),
        frame=stacked("frame"),
        reasons=stacked("reasons"),
        totals=stacked("totals"),
        lines=[n for t in tables for n in t.lines],
        total_lines=[n for t in tables for n in t.total_lines],
        dropped={n: w for t in reversed(tables) for n, w in t.dropped.items()},
        title=" ".join(dict.fromkeys(t.title for t in tables if t.title)),
        notes=tuple(dict.fromkeys(n for t in tables for n in t.notes)),
    )


__all__ = ["read_public", "runs", "sheet_key"]

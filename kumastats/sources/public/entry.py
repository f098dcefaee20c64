"""What is said of one table in the report, and the entry a mapping holds for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumastats.sources.public.grid import Grid, counted, runs
from kumastats.sources.public.heads import Heads
from kumastats.sources.public.plan import TablePlan, written_lines
from kumastats.sources.public.region import Layout
from kumastats.sources.public.sheet import letter
from kumastats.text import Text

DROPPED: Mapping[str, Text] = {
    "title": Text("表題・単位", "title or unit"),
    "note": Text("注", "note"),
    "repeat": Text("見出しの繰り返し", "header repeated"),
    "section": Text("小見出し", "title of the rows below"),
    "hidden": Text("非表示の行", "hidden row"),
    "mapping": Text("対応表の指定", "named in the mapping"),
}


def layout_said(grid: Grid, layout: Layout) -> list[Text]:
    """Say which rows are what, and what is hidden."""
    said: list[Text] = []
    header = runs(grid.line(r) for r in layout.header)
    merged = any(grid.covered.get((r, c)) for r in layout.header for c in grid.columns)
    ja, en = ("（結合あり）", " (merged)") if merged else ("", "")
    for rows, what in ((layout.titles, DROPPED["title"]),):
        if rows:
            where = runs(grid.line(r) for r in rows)
            said.append(Text(f"{where}行目: {what.ja}", f"{counted('row', where)}: {what.en}"))
    said.append(Text(f"{header}行目: 見出し{ja}", f"{counted('row', header)}: header{en}"))
    for rows, what in (
        (layout.notes, DROPPED["note"]),
        (layout.repeats, DROPPED["repeat"]),
        (list(layout.sections), DROPPED["section"]),
    ):
        if rows:
            where = runs(grid.line(r) for r in rows)
            said.append(Text(f"{where}行目: {what.ja}", f"{counted('row', where)}: {what.en}"))
    sheet = grid.sheet
    hidden_rows = [sheet.lines[r] for r in sorted(sheet.hidden_rows) if r not in grid.rows]
    hidden_columns = [letter(c) for c in sorted(sheet.hidden_columns) if c not in grid.columns]
    if hidden_rows:
        said.append(
            Text(
                f"{runs(hidden_rows)}行目: 非表示なので読まない",
                f"{counted('row', runs(hidden_rows))}: hidden, not read",
            )
        )
    if hidden_columns:
        shown = ", ".join(hidden_columns)
        said.append(
            Text(f"列 {shown}: 非表示なので読まない", f"{counted('column', shown)}: hidden, not read")
        )
    return said


def symbols_said(counts: Mapping[str, Mapping[str, int]], said: list[Text]) -> None:
    """Say how often each symbol was read as what."""
    for symbol in sorted(counts):
        for reason, n in sorted(counts[symbol].items()):
            said.append(
                Text(
                    f"「{symbol}」{n:,}か所を {reason} と読んだ",
                    f"“{symbol}” read as {reason} in {n:,} cells",
                )
            )


def dropped_lines(grid: Grid, layout: Layout) -> dict[int, str]:
    """Return the file rows that are no data, and what each is."""
    made = {grid.line(r): "title" for r in layout.titles}
    made |= {grid.line(r): "note" for r in layout.notes}
    return made | {grid.line(r): "repeat" for r in layout.repeats}


def table_entry(
    grid: Grid,
    layout: Layout,
    heads: Heads,
    plan: TablePlan,
    entry: dict[str, Any],
    totals: Mapping[int, str],
    periods_of: str | None,
    key: str,
    table_name: str,
    counts: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Write every decision as a mapping does."""
    rows = sorted(
        [*layout.titles, *layout.header, *layout.body, *layout.notes, *layout.repeats, *layout.sections]
    )
    lines = [grid.line(r) for r in rows]
    spanned = {*layout.columns, *(c for r in rows for c in grid.filled.get(r, ()))}
    made: dict[str, Any] = {
        "sheet": key,
        "name": table_name,
        "block": f"{letter(min(spanned))}{lines[0]}:{letter(max(spanned))}{lines[-1]}",
        "header_rows": [grid.line(r) for r in layout.header],
        "first_row": grid.line(layout.header[-1]) + 1,
        "last_row": lines[-1],
        **entry,
        "join": [f"{letter(h.at[0])}-{letter(h.at[-1])}" for h in heads.columns if len(h.at) > 1],
        "drop_columns": [letter(c) for c in heads.mirrored],
        "drop_rows": written_lines(dropped_lines(grid, layout)),
        "sections": {grid.line(r): t for r, t in layout.sections.items()},
        "totals": written_lines(totals),
        "periods": periods_of,
    }
    used = {s: next(iter(r)) for s, r in counts.items() if len(r) == 1}
    if used or plan.symbols:
        made["symbols"] = {**used, **plan.symbols}
    if plan.column_symbols:
        made["column_symbols"] = {k: dict(v) for k, v in plan.column_symbols.items()}
    for name in ("era", "date_order"):
        if getattr(plan, name):
            made[name] = getattr(plan, name)
    return made

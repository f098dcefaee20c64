"""What stands below a header: data rows, titles between them, notes, the header again, and where the table ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kumastats.errors import SourceError
from kumastats.sources.public.grid import Grid
from kumastats.sources.public.region import Layout, is_bullet, is_note, linked, set_columns
from kumastats.sources.public.words import plain, squeezed, stated_units
from kumastats.text import Text

LONG = 40


def read_body(grid: Grid, rows: Sequence[int], first: int, layout: Layout) -> int:
    """Sort the rows from the first data row on, up to the next header; return the index after them."""
    head = _label_head(grid, layout.header)
    pending: list[int] = []
    heads = {r: [grid.text(r, c).strip() for c in grid.columns] for r in layout.header}
    repeated = 0
    i = first
    while i < len(rows):
        row = rows[i]
        cells = [grid.text(row, c).strip() for c in grid.columns]
        if cells == heads[layout.header[repeated % len(layout.header)]] and sum(map(bool, cells)) > 1:
            if repeated % len(layout.header) == 0 and _other_unit(grid, pending, layout):
                break
            if pending and is_bullet(grid.text(pending[-1], grid.filled[pending[-1]][0])):
                title = pending.pop()
                layout.sections[title] = _all_text(grid, title)
            repeated += 1
            layout.repeats.append(row)
        elif layout.body and _starts_table(grid, rows, i, layout, head):
            break
        elif _is_row_of(grid, row, layout) and not _titles_again(grid, rows, i, layout):
            _settle(grid, pending, layout)
            pending = []
            layout.body.append(row)
        else:
            pending.append(row)
        i += 1
    below = [r for r in pending if i >= len(rows) or is_note(grid.text(r, grid.filled[r][0]))]
    if i < len(rows):
        # titles of the next table belong to it
        while pending and pending[-1] not in below:
            pending.pop()
            i -= 1
    layout.notes += [r for r in pending if r not in layout.notes]
    return i


def _titles_again(grid: Grid, rows: Sequence[int], i: int, layout: Layout) -> bool:
    """Tell whether a row of words and a unit stands above the header given again."""
    if i + 1 >= len(rows) or grid.values[rows[i]]:
        return False
    again = [(grid.text(rows[i + 1], c), grid.text(layout.header[0], c)) for c in grid.columns]
    units = [c for c in grid.filled[rows[i]] if stated_units(grid.text(rows[i], c)) is not None]
    return bool(units) and all(a.strip() == b.strip() for a, b in again)


def _other_unit(grid: Grid, pending: Sequence[int], layout: Layout) -> bool:
    """Tell whether the same header comes again under another unit: what is below it is another table."""
    units = {u for r in pending for c in grid.filled[r] for u in stated_units(grid.text(r, c)) or ()}
    before = {u for r in layout.titles for c in grid.filled[r] for u in stated_units(grid.text(r, c)) or ()}
    return bool(units) and units != before


def _all_text(grid: Grid, row: int) -> str:
    return " ".join(plain(grid.text(row, c)) for c in grid.filled[row])


def _settle(grid: Grid, pending: Sequence[int], layout: Layout) -> None:
    """Decide what stood between data rows: a title of the rows below it, or a note."""
    for row in pending:
        filled = grid.filled[row]
        text = plain(grid.text(row, filled[0]))
        if len(filled) == 1 and not is_note(text) and len(text) <= LONG:
            layout.sections[row] = text
        else:
            layout.notes.append(row)


def _is_row_of(grid: Grid, row: int, layout: Layout) -> bool:
    filled, values = grid.filled[row], grid.values[row]
    if is_note(grid.text(row, filled[0])) and len(filled) <= 2:
        return False
    if values and (len(filled) > 1 or (len(layout.header) == 1 and len(grid.columns) == 1)):
        return True
    return len(filled) >= 2 and len(filled) >= 0.5 * len(
        grid.filled[layout.body[0]] if layout.body else filled
    )


def _label_head(grid: Grid, header: Sequence[int]) -> str:
    for row in header:
        for column in grid.columns:
            if grid.text(row, column):
                return squeezed(grid.text(row, column))
    return ""


def _starts_table(grid: Grid, rows: Sequence[int], i: int, layout: Layout, head: str) -> bool:
    row = rows[i]
    filled, values = grid.filled[row], grid.values[row]
    if values or not any(grid.values[r] for r in rows[i + 1 : i + 6]):
        return False
    if (
        head
        and squeezed(grid.text(row, filled[0])) == head
        and (len(filled) > 1 or linked(grid, row, row + 2))
    ):
        return True
    sample = layout.body[-30:]
    numeric = [
        c
        for c in grid.columns
        if sum(c in grid.values[r] for r in sample) > 0.6 * max(sum(c in grid.filled[r] for r in sample), 1)
        and sum(c in grid.filled[r] for r in sample) >= 0.5 * len(sample)
    ]
    worded = [c for c in numeric if c in filled]
    apart = (
        row > rows[i - 1] + 1 or rows[i - 1] not in layout.body or any(grid.span(row, c) > 1 for c in filled)
    )
    return len(worded) >= 2 and len(worded) >= 0.5 * len(numeric) and apart


def planned(
    grid: Grid,
    header: int | Sequence[int],
    *,
    rows: range,
    dropped: Mapping[int, str] | None,
    sections: Mapping[int, str] | None,
) -> Layout:
    """Return the table whose header rows are named: how many from the top of the block, or which.

    Parameters
    ----------
    rows
        Line numbers data may stand in.
    dropped, sections
        Lines read as something else than data; found where None.
    """
    filled = sorted(grid.filled)
    by_line = {grid.line(r): r for r in grid.rows}
    heads = filled[:header] if isinstance(header, int) else [by_line[n] for n in header if n in by_line]
    if not heads:
        raise SourceError(
            Text("対応表の見出しの行がありません。", "The header rows the mapping names are not there."),
            place=grid.sheet.place(),
            remedy=Text("header_rows と block を確かめてください。", "Check header_rows and block."),
        )
    layout = Layout(list(grid.columns), header=heads)
    layout.titles = [r for r in filled if r < heads[0]]
    below = [r for r in filled if r > heads[-1] and grid.line(r) in rows]
    beyond = [r for r in filled if r > heads[-1] and grid.line(r) not in rows]
    if dropped is None and sections is None:
        end = read_body(grid, below, 0, layout)
        layout.notes += below[end:]
    else:
        gone = {by_line[n]: why for n, why in (dropped or {}).items() if n in by_line}
        layout.sections = {by_line[n]: title for n, title in (sections or {}).items() if n in by_line}
        layout.titles = [r for r in filled if gone.get(r) == "title"]
        layout.repeats = [r for r in filled if gone.get(r) == "repeat"]
        layout.notes = [r for r in filled if r in gone and gone[r] not in ("title", "repeat")]
        layout.body = [r for r in below if r not in gone and r not in layout.sections]
    layout.notes += [r for r in beyond if r not in layout.notes]
    if not layout.body and dropped is None:
        raise SourceError(
            Text("見出しの下に行がありません。", "There are no rows below the header."),
            place=grid.place(heads[-1]),
            remedy=Text("header_rows と block を確かめてください。", "Check header_rows and block."),
        )
    set_columns(grid, layout)
    return layout

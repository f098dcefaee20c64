"""Where the tables of a sheet stand: titles, headers, data, notes, and the next header below."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kumastats.errors import SourceError
from kumastats.sources.public.grid import Grid
from kumastats.sources.public.numbers import parse_number
from kumastats.sources.public.words import plain, squeezed, stated_units
from kumastats.text import Text

_NOTE = re.compile(r"^[(\[【<]?(?:注|※|資料|出典|出所|備考|\*\s?\D|凡例|お知らせ|掲載|Source|Note)|^[○◇◎・]")
LONG = 40
FORM_MERGES, FORM_SHARE = 60, 0.5


@dataclass
class Layout:
    """One table's rows, by their indices in the sheet."""

    columns: list[int]
    header: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    sections: dict[int, str] = field(default_factory=dict)
    repeats: list[int] = field(default_factory=list)
    folds: dict[int, int] = field(default_factory=dict)


def refuse_form(grid: Grid) -> None:
    """Refuse a whole-page form: most of its filled cells are merged ranges of their own."""
    merges = [m for m in grid.sheet.merges if grid.sheet.rows[m[0]][m[1]]]
    filled = sum(len(c) for c in grid.filled.values())
    if len(merges) >= FORM_MERGES and len(merges) >= FORM_SHARE * filled:
        raise SourceError(
            Text(
                f"一枚の様式（結合セル{len(grid.sheet.merges)}か所）で、見出しのある表ではありません。",
                f"This is a whole-page form ({len(grid.sheet.merges)} merged ranges), not a table with a header.",
            ),
            place=grid.sheet.place(),
            remedy=Text(
                "対応表で一つの範囲を指定してください。例: {sheet: 44熊本県, block: B10:F20, header_rows: 1}",
                "Name one block in a mapping, for example: {sheet: 44熊本県, block: B10:F20, header_rows: 1}",
            ),
        )


def find_tables(grid: Grid) -> list[tuple[Grid, Layout]]:
    """Return the tables of a sheet, from top to bottom, then those standing beside them."""
    parted = _side_by_side(grid)
    if parted:
        return [found for part in parted for found in find_tables(part)]
    tables: list[tuple[Grid, Layout]] = []
    rows = sorted(grid.filled)
    start = 0
    while start < len(rows):
        layout, start = _next_table(grid, rows, start)
        if layout is None:
            if tables:
                tables[-1][1].notes += rows[start:]
            break
        tables.append((grid, layout))
    if not tables and len(rows) > 1:
        layout = _words_only(grid, rows)
        if layout:
            tables.append((grid, layout))
    return tables


def _next_table(grid: Grid, rows: Sequence[int], start: int) -> tuple[Layout | None, int]:
    first = next((i for i in range(start, len(rows)) if _is_data(grid, rows, i, start)), None)
    if first is None:
        return None, start
    header = _header_above(grid, rows, start, first)
    if not header:
        if _headless(grid, rows[first:]):
            raise SourceError(
                Text("表の上に見出しがありません。", "There is no header above the table."),
                place=grid.place(rows[first]),
                remedy=Text(
                    "対応表に header_rows（見出しの行番号）と names を書いてください。",
                    "Write header_rows (the header's row numbers) and names into the mapping.",
                ),
            )
        return None, start
    if _one_row_suffices(grid, header):
        first, header = rows.index(header[0]) + 1, header[:1]
    layout = Layout(list(grid.columns), header=header)
    above = [r for r in rows[start:first] if r not in header]
    layout.titles = [r for r in above if r < header[0] and not is_note(grid.text(r, grid.filled[r][0]))]
    layout.notes = [r for r in above if r not in layout.titles]
    end = _read_body(grid, rows, first, layout)
    _set_columns(grid, layout)
    return layout, end


def _set_columns(grid: Grid, layout: Layout) -> None:
    """Keep the columns that hold or head something; cells merged across columns, row after row, are one column."""
    full = {c for c in grid.columns if any(grid.text(r, c) for r in layout.body)}
    for column in sorted(full):
        ends = [m[3] for r in layout.body if (m := grid.covered.get((r, column))) and m[:2] == (r, column)]
        last = max(set(ends), key=ends.count) if ends else column
        if ends and len(ends) >= 0.5 * len(layout.body) and not full & set(range(column + 1, last + 1)):
            layout.folds[column] = last
    folded = {c for a, b in layout.folds.items() for c in range(a + 1, b + 1)}
    layout.columns = [
        c
        for c in grid.columns
        if c in full
        or (c not in folded and _heads(grid, layout.header, c) and _headed_itself(grid, layout.header, c))
    ]


def _headed_itself(grid: Grid, header: Sequence[int], column: int) -> bool:
    """Tell whether an empty column has a head of its own, not only the rest of a merged one."""
    return any(grid.text(r, column) for r in header)


def _one_row_suffices(grid: Grid, header: Sequence[int]) -> bool:
    """Tell whether the top row names every column by itself, so that what is below it is words, not header."""
    if len(header) < 2 or any(grid.span(header[0], c) > 1 for c in grid.columns):
        return False
    used = [c for c in grid.columns if any(grid.text(r, c) for r in header)]
    names = [squeezed(grid.text(header[0], c)) for c in used]
    below = [grid.text(header[1], c) for c in used]
    units = sum(stated_units(t) is not None for t in below if t)
    full = all(names) and len(set(names)) == len(names)
    bound = any((header[0], c) in grid.covered for c in used)
    return full and not bound and bool(below[0]) and 2 * units < len([t for t in below if t])


def _headless(grid: Grid, rows: Sequence[int]) -> bool:
    """Tell whether rows of values without a header are a table: three and more of them, of three and more columns."""
    return sum(len(grid.values[r]) >= 2 and len(grid.filled[r]) >= 3 for r in rows) >= 3


def _heads(grid: Grid, header: Sequence[int], column: int) -> bool:
    return any(grid.merged(r, column) and grid.span(r, column) < len(grid.columns) for r in header)


def is_note(text: str) -> bool:
    """Tell whether a cell begins as notes do.

    >>> is_note("（注）四捨五入のため"), is_note("資料：総務省"), is_note("注文件数")
    (True, True, False)
    """
    made = plain(text)
    return bool(_NOTE.match(made)) and not re.match(
        r"^(注文|注射|注意|資料館|資料費|資料室|資料名|出典名|備考$|注$)", made
    )


def _is_data(grid: Grid, rows: Sequence[int], i: int, start: int) -> bool:
    row = rows[i]
    filled, values = grid.filled[row], grid.values[row]
    if not values or len(values) < 0.2 * len(filled) or is_note(grid.text(row, filled[0])):
        return False
    widest = max(len(grid.filled[r]) for r in rows[i : i + 30])
    if len(filled) < 0.4 * widest and widest > 3:
        return False
    return not _numbers_as_heads(grid, rows, i, start)


def _numbers_as_heads(grid: Grid, rows: Sequence[int], i: int, start: int) -> bool:
    """Tell whether a row's numbers are heads: years, or days and months counted up."""
    row = rows[i]
    numbers = [n for n in (parse_number(grid.text(row, c)) for c in grid.values[row]) if n]
    whole = [int(n.value) for n in numbers if n.value == n.value.to_integral_value()]
    if len(whole) < 2 or len(whole) != len(grid.values[row]) or len(whole) < len(grid.filled[row]) - 3:
        return False
    if i + 1 >= len(rows) or grid.filled[row][0] in grid.values[row]:
        first_is_label = not grid.text(row, grid.columns[0]) and i + 1 < len(rows)
        if not first_is_label:
            return False
    steps = {b - a for a, b in itertools.pairwise(whole)}
    above = [r for r in rows[start:i] if len(grid.filled[r]) >= 0.6 * len(grid.filled[row])]
    unlabelled = grid.filled[row][0] != min(grid.filled[r][0] for r in rows[i : i + 5])
    years = all(1900 <= n <= 2100 for n in whole) and (
        (len(steps) == 1 and steps <= set(range(1, 11))) or unlabelled
    )
    counted = len(whole) >= 4 and steps == {1} and whole[0] == 1
    return (years or counted) and (not above or unlabelled)


def _header_above(grid: Grid, rows: Sequence[int], start: int, first: int) -> list[int]:
    header: list[int] = []
    for i in range(first - 1, start - 1, -1):
        row = rows[i]
        below = header[0] if header else rows[first]
        if row < below - 1 and not _linked(grid, row, below) and (header or below - row > 2):
            break
        kind = _upper_kind(grid, row, bool(header), header)
        if kind == "header":
            header.insert(0, row)
        elif header or kind == "note":
            break
    return header


def _linked(grid: Grid, row: int, below: int) -> bool:
    """Tell whether a merged range binds the two rows, or spans the blank rows between them."""
    return any(
        (m := grid.covered.get((row, c))) is not None and m[2] >= below - 1 and m[2] > m[0]
        for c in grid.columns
    )


def _upper_kind(grid: Grid, row: int, has_header: bool, header: Sequence[int]) -> str:
    filled = grid.filled[row]
    units = [c for c in filled if stated_units(grid.text(row, c)) is not None]
    words = [c for c in filled if c not in units]
    if is_note(grid.text(row, filled[0])) and len(filled) <= 2:
        return "note"
    if not words:
        return "header" if len(units) >= 2 else "unit"
    bound = bool(header) and any((m := grid.covered.get((row, c))) is not None and m[2] > row for c in words)
    if len(words) == 1:
        word = words[0]
        span = grid.span(row, word)
        if bound or 1 < span < len(grid.columns):
            return "header"
        group = (
            has_header
            and not grid.sheet.merges
            and word != grid.columns[0]
            and len(grid.text(row, word)) <= 20
            and bool(grid.text(header[0], word))
        )
        return "header" if group or (not has_header and len(grid.columns) <= 2 and not units) else "title"
    if has_header and not bound and len(words) == 2 and words[1] - words[0] == 1 and len(grid.columns) > 4:
        below = [c for c in grid.columns if grid.text(header[0], c)]
        if len(below) > 4:
            return "title"
    if any(len(grid.text(row, c)) > 2 * LONG for c in words[:2]) and len(words) <= 2:
        return "title"
    return "header"


def _read_body(grid: Grid, rows: Sequence[int], first: int, layout: Layout) -> int:
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
            repeated += 1
            layout.repeats.append(row)
        elif layout.body and _starts_table(grid, rows, i, layout, head):
            break
        elif _is_row_of(grid, row, layout):
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
        and (len(filled) > 1 or _linked(grid, row, row + 2))
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


def _words_only(grid: Grid, rows: Sequence[int]) -> Layout | None:
    """Return a table without any number: its header is the first full row."""
    widest = max(len(grid.filled[r]) for r in rows)
    first = next((i for i, r in enumerate(rows) if len(grid.filled[r]) >= 0.8 * widest), 0)
    if widest < 2 and len(grid.columns) > 1:
        return None
    body = [
        r
        for r in rows[first + 1 :]
        if not (is_note(grid.text(r, grid.filled[r][0])) and len(grid.filled[r]) <= 2)
    ]
    notes = [r for r in rows[first + 1 :] if r not in body]
    return Layout(list(grid.columns), [rows[first]], body, titles=list(rows[:first]), notes=notes)


def _side_by_side(grid: Grid) -> list[Grid] | None:
    """Part two tables that stand beside each other with an empty column between, each with its own labels."""
    full = [r for r, c in grid.filled.items() if len(c) >= 3]
    if len(full) < 3:
        return None
    used = {c for r in full for c in grid.filled[r]}
    bridged = {c for r in full for c in grid.columns if grid.merged(r, c)}
    left = min(used)
    for gap in grid.columns:
        if gap <= left or gap in used or gap in bridged or gap > max(used):
            continue
        before = [c for c in grid.columns if c < gap]
        after = [c for c in grid.columns if c > gap]
        first = next((c for c in after if c in used), None)
        if first is None or len(used & set(before)) < 2 or len(used & set(after)) < 2:
            continue
        labels = [grid.text(r, first) for r in full if grid.text(r, first)]
        worded = [t for t in labels if parse_number(t) is None]
        same = {squeezed(grid.text(r, left)) for r in full} & {squeezed(t) for t in worded}
        if len(worded) >= 0.8 * len(labels) and (same or len(labels) < len(full)):
            return [grid.part(columns=before), grid.part(columns=after)]
    return None


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
        end = _read_body(grid, below, 0, layout)
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
    _set_columns(grid, layout)
    return layout

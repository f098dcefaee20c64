"""Where the tables of a sheet stand: titles, headers, data, notes, and the next header below."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from kumastats.errors import SourceError
from kumastats.sources.public.body import LONG, read_body
from kumastats.sources.public.grid import Grid
from kumastats.sources.public.numbers import is_filled_like_data, parse_number
from kumastats.sources.public.periods import read_periods
from kumastats.sources.public.region import Layout, is_bullet, is_note, linked, set_columns
from kumastats.sources.public.words import plain, squeezed, stated_units
from kumastats.text import Text

_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$")
FORM_MERGES, FORM_SHARE = 60, 0.5


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
        layout.unit_rows = layout.titles or (tables[-1][1].unit_rows if tables else [])
        tables.append((grid, layout))
    if not tables and len(rows) > 1:
        layout = _words_only(grid, rows)
        if layout:
            tables.append((grid, layout))
    return tables


def _next_table(grid: Grid, rows: Sequence[int], start: int) -> tuple[Layout | None, int]:
    first, header = start, list[int]()
    bare: int | None = None
    for i in range(start, len(rows)):
        if _is_data(grid, rows, i, start):
            first, header = i, _header_above(grid, rows, start, i)
            if header:
                break
            bare = i if bare is None else bare
            if _headless(grid, rows[bare:]):
                break
    if not header:
        if bare is not None and _headless(grid, rows[bare:]):
            raise SourceError(
                Text("表の上に見出しがありません。", "There is no header above the table."),
                place=grid.place(rows[bare]),
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
    layout.titles = [r for r in above if r < header[0] and (_is_title(grid, r) or _bulleted(grid, r, header))]
    layout.notes = [r for r in above if r not in layout.titles]
    end = read_body(grid, rows, first, layout)
    if not layout.body:
        raise SourceError(
            Text("見出しの下にデータの行がありません。", "There is no row of data below the header."),
            place=grid.place(header[-1]),
            remedy=Text(
                "見出しの行番号を確かめ、対応表に header_rows と書いてください。",
                "Check which rows are the header, and write header_rows into the mapping.",
            ),
        )
    _title_first_block(grid, layout)
    _refuse_hidden_heads(grid, layout)
    set_columns(grid, layout)
    return layout, end


def _is_title(grid: Grid, row: int) -> bool:
    return not is_note(grid.text(row, grid.filled[row][0]))


def _bulleted(grid: Grid, row: int, header: Sequence[int]) -> bool:
    """Tell whether a row with a mark such as ○ before it stands right above a header: a title, not a note."""
    last = max((r for r in grid.filled if r < header[0]), default=row)
    return row == last and is_bullet(grid.text(row, grid.filled[row][0]))


def _title_first_block(grid: Grid, layout: Layout) -> None:
    """Take the title above the first header for that of its rows, where later blocks have a title and header each."""
    again = set(layout.repeats)
    titled = any(min((r for r in grid.filled if r > s), default=s) in again for s in layout.sections)
    above = layout.titles[-1] if layout.titles else None
    if not titled or above is None or above < layout.header[0] - 1 or len(grid.filled[above]) != 1:
        return
    text = plain(grid.text(above, grid.filled[above][0]))
    if stated_units(text) is None and len(text) <= LONG:
        layout.sections[above] = text
        layout.titles.remove(above)


def _refuse_hidden_heads(grid: Grid, layout: Layout) -> None:
    """Refuse a hidden row of words beside the header: without it columns would have wrong names or none."""
    shown = set(grid.rows)
    for row in range(layout.header[0] - 1, layout.body[0]):
        if row < 0 or row in shown or row not in grid.sheet.hidden_rows:
            continue
        filled = [c for c in grid.columns if grid.text(row, c)]
        if len(filled) >= 2 and not any(is_filled_like_data(grid.text(row, c)) for c in filled):
            raise SourceError(
                Text("見出しと思われる行が非表示です。", "A row that looks like a header is hidden."),
                place=grid.place(row),
                remedy=Text(
                    "Excelで再表示するか、対応表に keep_hidden: true と書いてください。",
                    "Show it in Excel, or write keep_hidden: true into the mapping.",
                ),
            )


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


def _is_data(grid: Grid, rows: Sequence[int], i: int, start: int) -> bool:
    row = rows[i]
    filled, values = grid.filled[row], grid.values[row]
    if not values or len(values) < 0.2 * len(filled) or is_note(grid.text(row, filled[0])):
        return False
    widest = max(len(grid.filled[r]) for r in rows[i : i + 30])
    if len(filled) < 0.4 * widest and widest > 3:
        return False
    return not (under_labels_head(grid, rows[start:i], row) or _numbers_as_heads(grid, rows, i, start))


def under_labels_head(grid: Grid, above: Sequence[int], row: int) -> bool:
    """Tell whether a row of numbers, such as ages or years of an era, goes on with the header above it.

    It does where the head of the row labels is merged down to it. In a text file it fills the gaps that the row above
    leaves between its heads, has no label where the rows below have one, and counts up under each of these heads.
    """
    first = grid.columns[0]
    merge = grid.covered.get((row, first))
    if merge is not None:
        return merge[0] in above and merge[3] < grid.columns[-1]
    if not above or grid.text(row, first) or grid.sheet.merges:
        return False
    heads = [c for c in grid.filled[above[-1]] if c > first]
    gaps = [c for c in grid.filled[row] if c not in heads]
    below = [r for r in grid.rows if r > row and r in grid.filled][:3]
    if len(heads) < 1 or not gaps or grid.values[above[-1]] or not all(grid.text(r, first) for r in below):
        return False
    groups: dict[int, list[int]] = {}
    for column in grid.filled[row]:
        number = _counted(grid.text(row, column))
        if number is None:
            return False
        groups.setdefault(max((h for h in heads if h <= column), default=-1), []).append(number)
    return -1 not in groups and all(a < b for g in groups.values() for a, b in itertools.pairwise(g))


def _counted(text: str) -> int | None:
    """Return the whole number a head counts by, 元 being the first year of its era; None where it is none."""
    if text.strip() == "元":
        return 1
    number = parse_number(text)
    if number is None or number.value != number.value.to_integral_value() or not 0 <= number.value <= 2100:
        return None
    return int(number.value)


def _numbers_as_heads(grid: Grid, rows: Sequence[int], i: int, start: int) -> bool:
    """Tell whether a row's numbers are heads: years, or days and months counted up."""
    row = rows[i]
    if i == start and _eras_on(grid, row):
        return True
    if len(grid.values[row]) >= 2 and all(_DATE.match(grid.text(row, c)) for c in grid.values[row]):
        return grid.filled[row][0] not in grid.values[row] and not any(
            len(grid.filled[r]) >= 0.6 * len(grid.filled[row]) for r in rows[start:i]
        )
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


def _eras_on(grid: Grid, row: int) -> bool:
    """Tell whether a row is a label and years whose era is given once: 区分, 平成29, 30, 令和元, 2."""
    first, *rest = grid.filled[row]
    if first in grid.values[row] or len(rest) < 2:
        return False
    texts = [grid.text(row, c) for c in rest]
    return read_periods(texts[:1])[0] is not None and all(read_periods(texts, strict=False))


def _header_above(grid: Grid, rows: Sequence[int], start: int, first: int) -> list[int]:
    header: list[int] = []
    for i in range(first - 1, start - 1, -1):
        row = rows[i]
        below = header[0] if header else rows[first]
        if row < below - 1 and not linked(grid, row, below) and (header or below - row > 2):
            break
        goes_on = under_labels_head(grid, rows[start:i], row)
        kind = "header" if goes_on else _upper_kind(grid, row, bool(header), header)
        if kind == "header":
            header.insert(0, row)
        elif header or kind == "note":
            break
    return header


def _heads_by_numbers(grid: Grid, row: int, has_header: bool) -> bool:
    """Tell whether the values of a row may be heads: dates, or whole numbers that go up."""
    cells = [grid.text(row, c) for c in grid.values[row]]
    if all(_DATE.match(c) for c in cells):
        return len(cells) >= 2
    numbers = [n.value for n in (parse_number(c) for c in cells) if n]
    return len(numbers) == len(cells) >= 2 and all(n == n.to_integral_value() for n in numbers)


def _upper_kind(grid: Grid, row: int, has_header: bool, header: Sequence[int]) -> str:
    filled = grid.filled[row]
    if len(grid.values[row]) > 0.3 * len(filled) and not _heads_by_numbers(grid, row, has_header):
        return "note"
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


def _words_only(grid: Grid, rows: Sequence[int]) -> Layout | None:
    """Return a table without any number: its header is the first full row."""
    widest = max(len(grid.filled[r]) for r in rows)
    first = next((i for i, r in enumerate(rows) if len(grid.filled[r]) >= 0.8 * widest), 0)
    if widest < 2 and (len(grid.columns) > 1 or grid.sheet.name is not None):
        return None
    body = [
        r
        for r in rows[first + 1 :]
        if not (is_note(grid.text(r, grid.filled[r][0])) and len(grid.filled[r]) <= 2)
    ]
    notes = [r for r in rows[first + 1 :] if r not in body]
    layout = Layout(list(grid.columns), [rows[first]], body, titles=list(rows[:first]), notes=notes)
    set_columns(grid, layout)
    return layout


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

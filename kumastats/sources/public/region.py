"""One table's rows and columns within a grid, and what marks a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kumastats.sources.public.grid import Grid
from kumastats.sources.public.words import plain

_NOTE = re.compile(r"^[(\[【<]?(?:注|※|資料|出典|出所|備考|\*\s?\D|凡例|お知らせ|掲載|Source|Note)|^[○◇◎・]")
_BULLET = re.compile(r"^[○◇◎・]")


@dataclass
class Layout:
    """One table's rows, by their indices in the sheet.

    Attributes
    ----------
    folds
        Columns whose cells are merged across the columns up to this one.
    unit_rows
        Rows of titles that may state a unit; a block below another without titles of its own shares those above.
    """

    columns: list[int]
    header: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    sections: dict[int, str] = field(default_factory=dict)
    repeats: list[int] = field(default_factory=list)
    folds: dict[int, int] = field(default_factory=dict)
    unit_rows: list[int] = field(default_factory=list)


def is_note(text: str) -> bool:
    """Tell whether a cell begins as notes do.

    >>> is_note("（注）四捨五入のため"), is_note("資料：総務省"), is_note("注文件数")
    (True, True, False)
    """
    made = plain(text)
    return bool(_NOTE.match(made)) and not re.match(
        r"^(注文|注射|注意|資料館|資料費|資料室|資料名|出典名|備考$|注$)", made
    )


def is_bullet(text: str) -> bool:
    """Tell whether a cell begins with a mark that titles and notes share.

    >>> is_bullet("○職員数"), is_bullet("（注）速報")
    (True, False)
    """
    return bool(_BULLET.match(plain(text)))


def linked(grid: Grid, row: int, below: int) -> bool:
    """Tell whether a merged range binds the two rows, or spans the blank rows between them."""
    return any(
        (m := grid.covered.get((row, c))) is not None and m[2] >= below - 1 and m[2] > m[0]
        for c in grid.columns
    )


def set_columns(grid: Grid, layout: Layout) -> None:
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


def _heads(grid: Grid, header: Sequence[int], column: int) -> bool:
    return any(grid.merged(r, column) and grid.span(r, column) < max(len(grid.columns), 2) for r in header)


def _headed_itself(grid: Grid, header: Sequence[int], column: int) -> bool:
    """Tell whether an empty column has a head of its own, not only the rest of a merged one."""
    return any(grid.text(r, column) for r in header)

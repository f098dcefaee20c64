"""A part of a sheet as it is looked at: its visible rows and columns, and what each merged range says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kumastats.errors import MappingError, Place
from kumastats.sources.public.numbers import is_filled_like_data
from kumastats.sources.public.sheet import Merge, Sheet, column_index, letter
from kumastats.text import Text

_BLOCK = re.compile(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)", re.I)


@dataclass(frozen=True, eq=False)
class Grid:
    """Rows and columns of a sheet, by their indices in it."""

    sheet: Sheet
    rows: Sequence[int]
    columns: Sequence[int]

    @classmethod
    def of(cls, sheet: Sheet, *, block: str | None = None, keep_hidden: bool = False) -> Grid:
        """Look at a sheet, or at a block of it such as ``B10:F20``, without what is hidden."""
        rows: Iterable[int] = range(len(sheet.rows))
        columns: Iterable[int] = range(sheet.width)
        if block is not None:
            found = _BLOCK.fullmatch(block.strip())
            if not found:
                raise MappingError(
                    Text(f"範囲「{block}」を読めません。", f"“{block}” is not a block of cells."),
                    place=Place(sheet.file, sheet.name),
                    remedy=Text("block: B10:F20 の形で書いてください。", "Write it as block: B10:F20."),
                )
            first, last = column_index(found[1]), column_index(found[3])
            lines = range(int(found[2]), int(found[4]) + 1)
            rows = [r for r in rows if sheet.lines[r] in lines]
            columns = [c for c in columns if first <= c <= last]
        if not keep_hidden:
            rows = [r for r in rows if r not in sheet.hidden_rows]
            columns = [c for c in columns if c not in sheet.hidden_columns]
        return cls(sheet, tuple(rows), tuple(columns))

    def part(self, *, rows: Sequence[int] | None = None, columns: Sequence[int] | None = None) -> Grid:
        """Look at some of its rows or columns only."""
        return Grid(
            self.sheet, self.rows if rows is None else rows, self.columns if columns is None else columns
        )

    def text(self, row: int, column: int) -> str:
        """Return a cell as it stands."""
        return self.sheet.rows[row][column]

    @cached_property
    def covered(self) -> dict[tuple[int, int], Merge]:
        """The merged range that covers each cell."""
        shown = set(self.columns)
        return {
            (r, c): m
            for m in self.sheet.merges
            for r in range(m[0], m[2] + 1)
            for c in range(m[1], m[3] + 1)
            if c in shown
        }

    def merged(self, row: int, column: int) -> str:
        """Return what a reader sees over a cell: its own text, or that of the merged range it lies in."""
        merge = self.covered.get((row, column))
        return self.sheet.rows[merge[0]][merge[1]] if merge else self.text(row, column)

    def span(self, row: int, column: int) -> int:
        """Return how many visible columns the cell covers."""
        merge = self.covered.get((row, column))
        return len([c for c in self.columns if merge[1] <= c <= merge[3]]) if merge else 1

    @cached_property
    def filled(self) -> dict[int, list[int]]:
        """Columns that hold something, for each row that does."""
        made = {r: [c for c in self.columns if self.sheet.rows[r][c]] for r in self.rows}
        return {r: c for r, c in made.items() if c}

    @cached_property
    def values(self) -> dict[int, list[int]]:
        """Columns that hold what looks like a value, for each row that holds anything."""
        return {
            r: [c for c in cols if is_filled_like_data(self.text(r, c))] for r, cols in self.filled.items()
        }

    def place(self, row: int, column: int | str | None = None) -> Place:
        """Return the place of a cell."""
        return self.sheet.place(row, column)

    def line(self, row: int) -> int:
        """Return a row's number in the file."""
        return self.sheet.lines[row]


def letters(columns: Iterable[int]) -> str:
    """Write column indices as letters, runs shortened.

    >>> letters([0, 1, 2, 5])
    'A–C, F'
    """
    return runs(columns, letter)


def runs(numbers: Iterable[int], shown: object = str) -> str:
    """Write numbers with runs shortened.

    >>> runs([1, 2, 3, 7])
    '1–3, 7'
    """
    show = shown if callable(shown) else str
    made: list[list[int]] = []
    for n in sorted(set(numbers)):
        if made and n == made[-1][-1] + 1:
            made[-1].append(n)
        else:
            made.append([n])
    return ", ".join(show(g[0]) if len(g) == 1 else f"{show(g[0])}–{show(g[-1])}" for g in made)


def counted(word: str, where: str) -> str:
    """Put a word before places, in the plural before several.

    >>> counted("row", "5"), counted("row", "5–6")
    ('row 5', 'rows 5–6')
    """
    return f"{word} {where}" if where.isalnum() else f"{word}s {where}"

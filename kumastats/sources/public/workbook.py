"""Cells gathered one by one into a sheet: the common ground of both Excel formats."""

from __future__ import annotations

from dataclasses import dataclass, field

from kumastats.errors import Place
from kumastats.sources.public.sheet import Merge, Sheet, check_size

LAST_COLUMN = 16_383


@dataclass(eq=False)
class Cells:
    """A sheet being filled; rows and columns count from 0."""

    file: str
    name: str
    filled: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    lost_days: set[tuple[int, int]] = field(default_factory=set)

    def put(self, row: int, column: int, text: str, *, lost_day: bool = False) -> None:
        """Fill a cell; one of spaces only is empty."""
        if not text or text.isspace():
            return
        self.filled.setdefault(row, {})[column] = text.replace("\r\n", "\n").replace("\r", "\n")
        if lost_day:
            self.lost_days.add((row, column))

    def hide_columns(self, first: int, last: int) -> None:
        """Mark a run of columns as hidden."""
        self.hidden_columns.append((first, min(last, LAST_COLUMN)))

    def sheet(self, *, hidden: bool, encoding: str, sha256: str, size: int) -> Sheet:
        """Return the sheet; what a merged range covers but does not show is left off."""
        bottom_row = max(self.filled, default=-1)
        covered = sum(
            (max(min(b, bottom_row) - t, 0) + 1) * (max(min(r, LAST_COLUMN) - left, 0) + 1)
            for t, left, b, r in self.merges
        )
        check_size(covered, 1, Place(self.file, self.name))
        for top, left, bottom, right in self.merges:
            for row in range(top, min(bottom, bottom_row) + 1):
                there = self.filled.get(row, {})
                for column in [c for c in there if left <= c <= right and (row, c) != (top, left)]:
                    del there[column]
        height = max((r for r, c in self.filled.items() if c), default=-1) + 1
        width = max((max(c) for c in self.filled.values() if c), default=-1) + 1
        check_size(height, width, Place(self.file, self.name))
        rows = [[self.filled.get(r, {}).get(c, "") for c in range(width)] for r in range(height)]
        merges = sorted(
            (t, left, min(b, height - 1), min(right, width - 1))
            for t, left, b, right in self.merges
            if t < height and left < width
        )
        columns = {c for first, last in self.hidden_columns for c in range(first, min(last, width - 1) + 1)}
        return Sheet(
            file=self.file,
            name=self.name,
            rows=rows,
            lines=list(range(1, height + 1)),
            merges=tuple(merges),
            hidden_rows=frozenset(r for r in self.hidden_rows if r < height),
            hidden_columns=frozenset(columns),
            hidden=hidden,
            encoding=encoding,
            sha256=sha256,
            size=size,
            lost_days=frozenset((r, c) for r, c in self.lost_days if r < height and c < width),
        )

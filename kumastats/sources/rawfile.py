"""A raw table in parts, so that a file of any size is read within bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from kumastats.sources.encoding import Decoded
from kumastats.sources.raw import RawColumn, RawTable
from kumastats.sources.stage import Stage


@dataclass(frozen=True, eq=False)
class RawFile:
    """A raw table in parts, each a `RawTable` with the same distinct values.

    Attributes
    ----------
    decoded
        The file's name, encoding, hash and size; its text is not kept.
    rows
        How many rows there are, without blank ones.
    machine_dependent
        How many cells hold characters that only some makers' code pages have.
    """

    decoded: Decoded
    heads: tuple[str, ...]
    preamble: str
    delimiter: str
    rows: int
    machine_dependent: int
    values: dict[str, tuple[str, ...]] = field(repr=False)
    stage: Stage = field(repr=False)
    left_out: dict[int, npt.NDArray[np.bool_]] = field(default_factory=dict, repr=False)
    used: dict[str, frozenset[int]] | None = field(default=None, repr=False)
    sheet: str | None = None
    hidden_rows: int = 0

    @classmethod
    def of(cls, decoded: Decoded, table: RawTable) -> RawFile:
        """Return a raw table as a file of one part."""
        stage = Stage()
        stage.add([table.lines, *[c.codes for c in table.columns.values()]])
        values = {h: c.values for h, c in table.columns.items()}
        return cls(
            decoded, table.heads, table.preamble, table.delimiter, len(table), table.machine_dependent, values, stage,
            sheet=table.sheet, hidden_rows=table.hidden_rows,
        )  # fmt: skip

    @property
    def part_count(self) -> int:
        """How many parts there are."""
        return len(self.stage)

    @property
    def outline(self) -> RawTable:
        """The table without its rows."""
        none = np.zeros(0, dtype=np.int64)
        return self._table({h: RawColumn(h, v, none) for h, v in self.values.items()}, none)

    def parts(self) -> Iterator[RawTable]:
        """Return the parts in the order of the file."""
        empty = {h: np.array([t == "" for t in v] + [True]) for h, v in self.values.items()}
        blanks = {h: e[:-1].any() for h, e in empty.items()}
        used = self.used or {h: frozenset(np.flatnonzero(~e[:-1]).tolist()) for h, e in empty.items()}
        for at in range(len(self.stage)):
            lines, *held = self.stage.get(at)
            rows = ~self.left_out[at] if at in self.left_out else slice(None)
            columns = {}
            for head, staged in zip(self.values, held, strict=True):
                codes = staged[rows]
                full = np.where(empty[head][codes], -1, codes) if blanks[head] else codes
                columns[head] = RawColumn(head, self.values[head], full, used[head])
            yield self._table(columns, lines[rows])

    def without(self, first: re.Pattern[str]) -> tuple[RawFile, int]:
        """Return the file without the rows whose first cell matches, and how many those are."""
        head = self.heads[0]
        matches = np.array([bool(first.fullmatch(v)) for v in self.values[head]] + [False])
        if not matches.any():
            return self, 0
        masks = {
            at: mask
            for at, part in enumerate(self.parts())
            if (mask := matches[part.columns[head].codes]).any()
        }
        kept = replace(self, left_out=masks)
        held = {h: np.zeros(len(v) + 1, dtype=np.bool_) for h, v in self.values.items()}
        for part in kept.parts():
            for h, column in part.columns.items():
                held[h][column.codes] = True
        left = int(sum(m.sum() for m in masks.values()))
        used = {h: frozenset(np.flatnonzero(u[:-1]).tolist()) for h, u in held.items()}
        return replace(kept, used=used, rows=self.rows - left), left

    def whole(self) -> RawTable:
        """Return all parts as one table in memory."""
        parts = list(self.parts())
        columns = {
            h: RawColumn(h, v, np.concatenate([p.columns[h].codes for p in parts]))
            for h, v in self.values.items()
        }
        lines = np.concatenate([p.lines for p in parts])
        return replace(self._table(columns, lines), machine_dependent=self.machine_dependent)

    def _table(self, columns: dict[str, RawColumn], lines: npt.NDArray[np.int64]) -> RawTable:
        return RawTable(
            self.decoded.file, self.heads, columns, lines, self.preamble, self.delimiter, self.sheet, hidden_rows=self.hidden_rows
        )  # fmt: skip

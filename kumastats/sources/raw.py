"""A raw table: text columns kept as distinct values and codes, so that each spelling is parsed once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import Place

T = TypeVar("T")
Codes = npt.NDArray[np.int64]
HEAD_SEARCH = 15


@dataclass(frozen=True, eq=False)
class RawColumn:
    """A column: `values[codes[i]]` is row i, and a code of −1 is an empty cell.

    Of a file read in parts, `used_values` are the indices of the values that some row of some part holds.
    """

    name: str
    values: tuple[str, ...]
    codes: Codes
    used_values: frozenset[int] | None = None

    @classmethod
    def of(cls, name: str, cells: Any) -> RawColumn:
        """Make one from cells; blank cells are empty."""
        codes, values = pd.factorize(np.asarray(cells, dtype=object), use_na_sentinel=True)
        texts = [str(v).strip() for v in values]
        filled = np.array([t != "" for t in texts] + [False])
        return cls(name, tuple(texts), np.where(filled[codes], codes, -1).astype(np.int64))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def empty(self) -> npt.NDArray[np.bool_]:
        """Rows without a value."""
        return self.codes < 0

    def without(self, missing: Sequence[str] | frozenset[str]) -> RawColumn:
        """Return the column with these texts emptied."""
        if not missing:
            return self
        gone = np.array([v in missing for v in self.values] + [True])
        used = self.used_values
        if used is not None:
            used = frozenset(i for i in used if not gone[i])
        return RawColumn(self.name, self.values, np.where(gone[self.codes], -1, self.codes), used)

    def take(self, made: Sequence[T], empty: T) -> npt.NDArray[Any]:
        """Spread values made from `values` over the rows."""
        table = np.empty(len(made) + 1, dtype=object)
        table[:-1] = list(made)
        table[-1] = empty
        return np.asarray(table[self.codes])

    def rows_of(self, value_index: int) -> Codes:
        """Return the rows that hold the distinct value at this index."""
        return np.flatnonzero(self.codes == value_index)

    def used(self) -> set[int] | frozenset[int]:
        """Return the indices of the distinct values that some row holds."""
        return (
            self.used_values
            if self.used_values is not None
            else set(np.unique(self.codes[self.codes >= 0]).tolist())
        )


@dataclass(frozen=True, eq=False)
class RawTable:
    """A raw table with its place in the file.

    Attributes
    ----------
    heads
        Headers as written, in order.
    lines
        Row numbers in the file, counted from 1, the header included.
    preamble
        What stood above the header.
    machine_dependent
        How many cells hold characters that only some makers' code pages have.
    hidden_rows
        How many rows of the sheet are hidden, and so are not here.
    """

    file: str
    heads: tuple[str, ...]
    columns: Mapping[str, RawColumn]
    lines: Codes
    preamble: str
    delimiter: str
    sheet: str | None = None
    machine_dependent: int = 0
    hidden_rows: int = 0

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, rows: npt.NDArray[np.bool_]) -> RawTable:
        """Return the rows where `rows` is true."""
        columns = {k: RawColumn(c.name, c.values, c.codes[rows]) for k, c in self.columns.items()}
        return replace(self, columns=columns, lines=self.lines[rows])

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """Return the place of row index `row`."""
        return Place(self.file, self.sheet, int(self.lines[row]) if row is not None else None, column)


def plain(head: str) -> str:
    """Return a header without spaces and width differences, for comparing.

    >>> plain(" ＰＣ オン ")
    'PCオン'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", head))

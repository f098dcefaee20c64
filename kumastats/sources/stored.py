"""A canonical table too large for memory: a sorted Parquet file that is opened when it is looked at."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kumastats.scratch import Scratch
from kumastats.tables import Table

ROW_GROUP = 1 << 17


class StoredTable:
    """Stands for the Arrow table in `path`, sorted by its key; the file goes when this does.

    Attributes
    ----------
    origin_path
        Where each row came from (`kumastats.tables.origin`), in the same order and row groups.
    num_rows, schema
        Known without opening it. Everything else opens the file and loads it.
    """

    def __init__(self, table: Table):
        self._scratch = Scratch()
        self._table = table
        self.path = self.folder / f"{table.name}.parquet"
        self.origin_path = self.folder / "origin.parquet"
        self.num_rows = 0

    @property
    def folder(self) -> Path:
        """Its own temporary folder, readable by the owner only."""
        return self._scratch.path

    @property
    def schema(self) -> pa.Schema:
        """The schema of the canonical table."""
        return self._table.schema

    @cached_property
    def loaded(self) -> pa.Table:
        """The table in memory."""
        return pq.read_table(self.path).cast(self._table.schema)

    def __getitem__(self, key: Any) -> Any:
        return self.loaded[key]

    def __len__(self) -> int:
        return self.num_rows

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.loaded, name)

"""DuckDB inside the process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumastats.warehouse.engine.base import Engine

if TYPE_CHECKING:
    import pandas as pd


class DuckDB(Engine):
    """DuckDB with a memory limit, a number of threads, and a folder to spill into that is set before the first spill."""

    def _connect(self) -> Any:
        import ibis

        return ibis.duckdb.connect(
            ":memory:",
            threads=self.settings.threads,
            memory_limit=self.settings.memory,
            temp_directory=str(self.settings.spill_folder),
            preserve_insertion_order=False,
        )

    def read(self, paths: Sequence[Path]) -> Any:
        """Return Parquet files of one schema as one Ibis table."""
        return self.connection.read_parquet([str(p) for p in paths])

    def _make_view(self, name: str, expression: Any) -> None:
        self.connection.create_view(name, expression, overwrite=True)

    def sql(self, statement: str) -> pd.DataFrame:
        """Run a native statement."""
        found: pd.DataFrame = self.connection.con.sql(statement).df()
        return found

    def scan(self, paths: Sequence[Path]) -> str:
        """Return ``read_parquet([...])``."""
        named = ", ".join("'" + str(p).replace("'", "''") + "'" for p in paths)
        return f"read_parquet([{named}])"

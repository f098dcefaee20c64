"""What an engine does: read Parquet files as a table, and return integers, sorted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumastats.warehouse.engine.portable import refuse
from kumastats.warehouse.engine.settings import EngineSettings

if TYPE_CHECKING:
    import pandas as pd


class Engine(ABC):
    """An engine, started on first use. Make one with `open_engine`."""

    def __init__(self, settings: EngineSettings):
        self.settings = settings
        self._views: list[Any] = []

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings})"

    @cached_property
    def connection(self) -> Any:
        """The Ibis backend."""
        return self._connect()

    @abstractmethod
    def _connect(self) -> Any: ...

    @abstractmethod
    def read(self, paths: Sequence[Path]) -> Any:
        """Return Parquet files of one schema as one Ibis table."""

    @abstractmethod
    def sql(self, statement: str) -> pd.DataFrame:
        """Run a native statement. Only `kumastats.warehouse.native` writes them."""

    @abstractmethod
    def scan(self, paths: Sequence[Path]) -> str:
        """Return what a native statement writes after FROM to read Parquet files."""

    def view(self, expression: Any) -> str:
        """Return the name of a temporary view of an Ibis table, for native statements."""
        self._views.append(expression)  # a view reads tables in memory that end with their expression
        name = f"kumastats_view_{len(self._views)}"
        self._make_view(name, expression)
        return name

    def named(self, expression: Any) -> Any:
        """Return an Ibis table under a name of its own, so that questions to it are written down without what it is made of.

        Its types are those of the expression: an engine may hold whole numbers as floating ones until they are asked for.
        """
        import ibis.expr.operations as ops

        made: Any = ops.DatabaseTable  # its fields are declared at run time
        return made(
            name=self.view(expression),
            schema=expression.schema(),
            source=self.connection,
            namespace=ops.Namespace(),
        ).to_expr()

    @abstractmethod
    def _make_view(self, name: str, expression: Any) -> None: ...

    def integers(self, expression: Any, keys: Sequence[str] = ()) -> pd.DataFrame:
        """Run an expression whose outputs are integers beside its `keys`; sorted by them, the same bytes on every engine.

        Raises
        ------
        WarehouseError
            If the expression holds an operation that engines answer differently.
        """
        refuse(expression, keys)
        found: pd.DataFrame = expression.execute()
        return in_order(found, keys)


def in_order(found: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return a result with integer columns as int64 and rows sorted by the keys."""
    out = found.copy()
    for name in out.columns:
        out[name] = out[name].astype(object) if name in keys else out[name].astype("int64")
    return out.sort_values(list(keys), kind="stable", ignore_index=True) if keys else out

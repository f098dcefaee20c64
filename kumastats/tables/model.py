"""A canonical table and its columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from kumastats.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal[
    "text", "date", "instant", "minutes", "seconds", "count", "integer", "thousandths", "yen", "flag"
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    kind
        ``minutes``, ``seconds`` and ``count`` are 32-bit integers, ``yen``, ``integer`` and ``thousandths`` (a weight or
        score times 1,000) 64-bit; an ``instant`` is Asia/Tokyo local time without zone.
    identity
        Whether it holds a keyed hash of a person.
    allowed
        The only values it may hold, where they are few.
    """

    name: str
    kind: Kind
    label: Text
    required: bool = False
    identity: bool = False
    allowed: tuple[str, ...] | None = None

    @property
    def arrow_type(self) -> pa.DataType:
        """Its type in Parquet."""
        import pyarrow as pa

        return {
            "text": pa.string(),
            "date": pa.date32(),
            "instant": pa.timestamp("s"),
            "minutes": pa.int32(),
            "seconds": pa.int32(),
            "count": pa.int32(),
            "integer": pa.int64(),
            "thousandths": pa.int64(),
            "yen": pa.int64(),
            "flag": pa.bool_(),
        }[self.kind]


@dataclass(frozen=True)
class Table:
    """A canonical table.

    Attributes
    ----------
    key
        Columns that name a row; unique.
    date_column
        What deliveries are cut by; None for a list that is replaced as a whole.
    place_column, span
        A delivery is complete for the places and months (or days, for event logs) it holds rows of: a later one
        replaces those.
    people_column
        Of a table without persons whose rows count people seen together: that count. Those seen at once are different
        people, so that at least the largest count of a place are behind its rows.
    counting_column
        How many of them were doing what the table is about.
    """

    name: str
    label: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    date_column: str | None = None
    place_column: str = "office_id"
    span: Literal["month", "day"] = "month"
    people_column: str | None = None
    counting_column: str | None = None

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError if there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {c.name: c for c in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(c.name for c in self.columns)

    @property
    def schema(self) -> pa.Schema:
        """Its Parquet schema."""
        import pyarrow as pa

        return pa.schema([pa.field(c.name, c.arrow_type, nullable=not c.required) for c in self.columns])

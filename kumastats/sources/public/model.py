"""What a public file becomes: tables with typed columns, their reasons for missing values, and what was set apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from kumastats.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from kumastats.sources.public.report import PublicReport

Kind = Literal[
    "text", "code", "integer", "number", "date", "instant", "year", "fiscal_year", "month", "duration"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
NUMERIC: tuple[Kind, ...] = ("integer", "number")


@dataclass(frozen=True)
class PublicColumn:
    """A column of a public table.

    Attributes
    ----------
    name
        The header levels joined with ``/``, unique within its table.
    levels
        The header from top to bottom, cleaned: one width, no spreading spaces, no unit, no footnote mark.
    unit, scale
        The unit as written (千円) and what one of it counts (1,000); values are not multiplied.
    total
        Whether the header says it is a total of other columns.
    period
        The year (``2018``), fiscal year (``FY2018``) or month (``2018-04``) the header names, its era resolved.
    """

    name: str
    levels: tuple[str, ...]
    unit: str | None = None
    scale: int = 1
    kind: Kind = "text"
    total: bool = False
    period: str | None = None


@dataclass(frozen=True, eq=False)
class PublicTable:
    """One table.

    Attributes
    ----------
    frame
        One row per data row, without totals. Text columns hold ``""`` where empty, others NA.
    reasons
        Same shape: why a value is missing (`kumastats.tables.REASONS`), or None.
    lines, total_lines
        Row in the file of each row of `frame` and of `totals`.
    totals
        Total and subtotal rows, in the columns of `frame`; they are never among the parts.
    dropped
        File rows read as something else than data, and what.
    """

    name: str
    sheet: str | None
    columns: tuple[PublicColumn, ...]
    frame: pd.DataFrame
    reasons: pd.DataFrame
    lines: list[int]
    totals: pd.DataFrame
    total_lines: list[int]
    dropped: dict[int, Text]
    title: str
    notes: tuple[str, ...] = field(default=())

    def column(self, name: str) -> PublicColumn:
        """Return a column by name."""
        return next(c for c in self.columns if c.name == name)


@dataclass(frozen=True, eq=False)
class PublicFile:
    """The tables of a file and the report of how they were read."""

    tables: tuple[PublicTable, ...]
    report: PublicReport

    def table(self, name: str) -> PublicTable:
        """Return a table by name."""
        return next(t for t in self.tables if t.name == name)

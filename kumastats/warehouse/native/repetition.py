"""Whether a later file repeats what an earlier one said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kumastats.tables import Table
from kumastats.warehouse.engine import Engine

# a month or a day as text, as each engine writes it
SPAN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "duckdb": {"month": "strftime({date}, '%Y-%m')", "day": "strftime({date}, '%Y-%m-%d')"},
        "spark": {"month": "date_format({date}, 'yyyy-MM')", "day": "date_format({date}, 'yyyy-MM-dd')"},
    }
)


def same_rows(engine: Engine, first: Path, later: Path, canonical: Table) -> bool:
    """Tell whether `later` holds the rows of `first` at the places and months or days it covers."""
    time = SPAN[engine.settings.name][canonical.span].format(date=canonical.date_column)
    keyed = f"coalesce({canonical.place_column}, '') || ' ' || {time}"
    old, new = (f"SELECT * FROM {engine.scan([path])}" for path in (first, later))
    kept = f"{old} WHERE {keyed} IN (SELECT {keyed} FROM ({new}))"
    found = engine.sql(f"SELECT count(*) AS n FROM (({kept} EXCEPT {new}) UNION ALL ({new} EXCEPT {kept}))")
    return bool(found["n"].iloc[0] == 0)

"""Exact uniqueness of days by a bitmap: one bit for each day of a month, at a tenth of a hash table's memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kumastats.warehouse.engine import Engine

# 1 << (day - 1), as each engine writes it
DAY_BIT: Mapping[str, str] = MappingProxyType(
    {"duckdb": "(CAST(1 AS BIGINT) << (day({date}) - 1))", "spark": "shiftleft(1L, day({date}) - 1)"}
)


def repeated_days(engine: Engine, rows: Any, by: Sequence[str], date: str) -> int:
    """Return how many rows have the key and day of another: count(*) − bit_count(bit_or(1 << (day − 1))) by month.

    Parameters
    ----------
    rows
        An Ibis table of `engine`.
    by
        The columns that make a key together with the day.
    date
        Column of dates; rows where it is NULL are left out.
    """
    bit = DAY_BIT[engine.settings.name].format(date=date)
    keys = ", ".join([*by, f"year({date})", f"month({date})"])
    months = (
        f"SELECT count(*) AS n, bit_count(bit_or({bit})) AS days FROM {engine.view(rows)} "
        f"WHERE {date} IS NOT NULL GROUP BY {keys}"
    )
    found = engine.sql(
        f"SELECT CAST(coalesce(sum(n - days), 0) AS BIGINT) AS repeated FROM ({months}) AS months"
    )
    return int(found["repeated"].iloc[0])

"""Exact uniqueness of days by a bitmap: one bit for each day of a month, at a tenth of a hash table's memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kumastats.warehouse.engine import Engine

if TYPE_CHECKING:
    import pandas as pd

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
    found = engine.sql(
        f"SELECT CAST(coalesce(sum(n - days), 0) AS BIGINT) AS repeated FROM ({_months(engine, rows, by, date)}) AS months"
    )
    return int(found["repeated"].iloc[0])


def where_days_repeat(engine: Engine, rows: Any, by: Sequence[str], date: str, place: str) -> pd.DataFrame:
    """Return the same rows by place and month: columns ``place`` (the first of the key's in the month), ``year``, ``month``
    and ``repeated``, sorted. Arguments as of `repeated_days`; `place` is a column.
    """
    months = _months(engine, rows, by, date, f", min({place}) AS place")
    return engine.sql(
        "SELECT place, CAST(year AS BIGINT) AS year, CAST(month AS BIGINT) AS month, CAST(sum(n - days) AS BIGINT) AS repeated "
        f"FROM ({months}) AS months WHERE n > days GROUP BY place, year, month ORDER BY place, year, month"
    )


def _months(engine: Engine, rows: Any, by: Sequence[str], date: str, more: str = "") -> str:
    """Return SQL for the rows (``n``) and different days of every key and month."""
    bit = DAY_BIT[engine.settings.name].format(date=date)
    return (
        f"SELECT year({date}) AS year, month({date}) AS month, count(*) AS n, bit_count(bit_or({bit})) AS days{more} "
        f"FROM {engine.view(rows)} WHERE {date} IS NOT NULL GROUP BY {', '.join([*by, f'year({date})', f'month({date})'])}"
    )

"""Integer summaries: n, Σ, Σ² and counts above a threshold, by groups and periods. Nothing is divided here.

All engines return the same integers in the same order, so a mean or a regression made from them has the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kumastats.errors import UsageError
from kumastats.tables import Table
from kumastats.text import Text
from kumastats.warehouse.engine import Engine
from kumastats.warehouse.running import Running, running_totals

if TYPE_CHECKING:
    import pandas as pd

Grain = Literal["row", "person_month", "glance"]
Period = Literal["month", "quarter", "year", "date", "all"]
INTEGERS = ("n", "contributors", "s1", "s2")


@dataclass(frozen=True, eq=False)
class Cells:
    """Summaries by group and period.

    Attributes
    ----------
    frame
        Keys, ``period`` (``2018-10``, ``FY2018Q3``, ``FY2018``, ``2018-10-01``), then integers: ``n`` (entities with
        a value), ``contributors`` (distinct people; tickets count as one each; of
        rounds in which people are counted, at least so many), ``s1``, ``s2`` and, if asked,
        ``over`` (entities above the threshold). Sorted by the keys and the period.
    by
        Names of the keys.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.frame)

    def _repr_html_(self) -> str:
        return self.frame.to_html(max_rows=12, border=0, notebook=True)

    @property
    def hash(self) -> str:
        """SHA-256 of the table as text; equal on every engine and number of threads."""
        return hashlib.sha256(self.frame.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def restrict(
    rows: Any, canonical: Table, start: dt.date | None, end: dt.date | None, where: Mapping[str, Any] | None
) -> Any:
    """Return the rows within the dates that fit `where`."""
    if (start or end) and canonical.date_column is None:
        raise UsageError(Text(f"表 {canonical.name} に日付はありません。", f"{canonical.name} has no dates."))
    wanted = []
    if canonical.date_column is not None and (start or end):
        day = rows[canonical.date_column]
        if canonical.column(canonical.date_column).kind == "instant":
            day = day.date()
        if start:
            wanted.append(day >= start)
        if end:
            wanted.append(day <= end)
    for column, value in sorted((where or {}).items()):
        many = isinstance(value, (list, tuple, set, frozenset))
        wanted.append(rows[column].isin(sorted(value)) if many else rows[column] == value)
    return rows.filter(wanted) if wanted else rows


def dated(rows: Any, canonical: Table, period: Period = "all") -> Any:
    """Return the rows with ``_month`` (201810) and ``_period``: a day, 201810, 20183 for FY2018Q3, 2018, or 0."""
    import ibis

    if canonical.date_column is None:
        raise UsageError(Text(f"表 {canonical.name} に日付はありません。", f"{canonical.name} has no dates."))
    day = rows[canonical.date_column]
    year, month = day.year().cast("int64"), day.month().cast("int64")
    fiscal = year - (month < 4).cast("int64")
    quarter = ibis.cases((month < 4, 4), (month < 7, 1), (month < 10, 2), else_=3).cast("int64")
    made = {
        "date": day.date() if canonical.column(canonical.date_column).kind == "instant" else day,
        "month": year * 100 + month,
        "quarter": fiscal * 10 + quarter,
        "year": fiscal,
        "all": ibis.literal(0, "int64"),
    }
    return rows.mutate(_month=made["month"], _period=made[period])


def _entities(
    rows: Any,
    canonical: Table,
    value: str | None,
    grain: Grain,
    keys: Sequence[str],
    period: Period,
    running: Running | None,
) -> Any:
    """Return what is counted, one row each: the keys, ``_period``, ``_value``, and the person where there is one."""
    there = [rows[name].notnull() for name in (*keys, *([] if value is None else [value]))]
    if there:
        rows = rows.filter(there)
    person = "person_id" in canonical.names
    if grain == "person_month" and (not person or value is None or period == "date"):
        raise UsageError(
            Text(
                "人月の集計には個人・値・月以上の期間が要ります。",
                "Person-months need persons, a value and months.",
            )
        )
    if running is not None:
        if grain != "person_month" or period != "month" or value is None:
            raise UsageError(
                Text(
                    "累計は人月・月単位でだけ求められます。",
                    "Running totals need person-months and period month.",
                )
            )
        made = running_totals(rows, canonical, value, keys, running)
        return made.mutate(_period=made._month)
    rows = dated(rows, canonical, period)
    if grain == "person_month":
        return rows.group_by([*keys, "_month", "_period", "person_id"]).aggregate(
            _value=rows[value].cast("int64").sum().cast("int64")
        )
    return rows.mutate(_value=rows[value].cast("int64") if value is not None else rows._month * 0 + 1)


def _people(rows: Any, canonical: Table) -> Any:
    """Return the distinct people of a group of rows; of rows that count people seen together, the most seen at once."""
    if canonical.people_column is not None:
        return rows[canonical.people_column].max().cast("int64")
    return (rows.person_id.nunique() if "person_id" in canonical.names else rows._value.count()).cast("int64")


def _glances(rows: Any, canonical: Table, value: str | None, over: int | None) -> tuple[Any, dict[str, Any]]:
    """Return the rows in which somebody was seen and counted, and their sums: those who count have the value, others zero."""
    seen, counting = canonical.people_column, canonical.counting_column
    if seen is None or counting is None or value is None or over is not None:
        raise UsageError(
            Text(
                "見た人ごとの集計には、見た人と該当する人を数える表と、値が要ります。",
                "Glances need a table that counts people seen and those of them who count, and a value.",
            )
        )
    rows = rows.filter(rows[seen].notnull() & rows[counting].notnull() & (rows[seen] > 0))
    v, hits = rows._value, rows[counting].cast("int64")
    return rows, {
        "n": rows[seen].cast("int64").sum().cast("int64"),
        "contributors": _people(rows, canonical),
        "s1": (hits * v).sum().cast("int64"),
        "s2": (hits * v * v).sum().cast("int64"),
    }


def _summed(rows: Any, canonical: Table, keys: list[str], wanted: Mapping[str, Any]) -> Any:
    """Return the summaries by `keys`; the most people seen at once are found place by place and then added."""
    if canonical.people_column is None:
        return rows.group_by(keys).aggregate(**wanted)
    by_place = list(dict.fromkeys([*keys, canonical.place_column]))
    made = rows.group_by(by_place).aggregate(**wanted)
    return made.group_by(keys).aggregate(**{name: made[name].sum().cast("int64") for name in wanted})


def cells(
    engine: Engine,
    rows: Any,
    canonical: Table,
    *,
    value: str | None,
    grain: Grain,
    by: Sequence[str],
    period: Period,
    start: dt.date | None = None,
    end: dt.date | None = None,
    where: Mapping[str, Any] | None = None,
    over: int | None = None,
    running: Running | None = None,
) -> Cells:
    """Sum a column.

    Parameters
    ----------
    rows
        An Ibis table of `engine`.
    value
        Column of integers; None counts rows. Rows where it is NULL are left out.
    grain
        ``row``: every row is an entity. ``person_month``: a person's rows of a month (in a group) are added up first.
        ``glance``: everyone seen in a round is an entity; those counted as doing something have the value, the others 0.
    by
        Columns to group by; rows with NULL there are left out.
    period
        ``month``, ``quarter``, ``year`` (fiscal), ``date`` or ``all``.
    over
        Also count the entities whose value exceeds this.
    running
        The value is a person's total since April (``fiscal_year``) or over 2 to 6 months. See
        `kumastats.warehouse.running`.
    """
    keys = list(by)
    rows = _entities(
        restrict(rows, canonical, start, end, where), canonical, value, grain, keys, period, running
    )
    v = rows._value
    if grain == "glance":
        rows, wanted = _glances(rows, canonical, value, over)
    else:
        wanted = {
            "n": v.count().cast("int64"),
            "contributors": _people(rows, canonical),
            "s1": v.sum().cast("int64"),
            "s2": (v * v).sum().cast("int64"),
        }
    if over is not None:
        wanted["over"] = (v > over).sum().cast("int64")
    out = engine.integers(_summed(rows, canonical, [*keys, "_period"], wanted), [*keys, "_period"])
    out["period"] = [period_name(p, period) for p in out.pop("_period")]
    return Cells(out[[*keys, "period", *wanted]], tuple(keys))


def counts(
    engine: Engine,
    rows: Any,
    canonical: Table,
    value: str,
    *,
    width: int = 1,
    grain: Grain = "row",
    by: Sequence[str] = (),
    period: Period = "all",
    start: dt.date | None = None,
    end: dt.date | None = None,
    where: Mapping[str, Any] | None = None,
    running: Running | None = None,
) -> pd.DataFrame:
    """Count values by group and period.

    Returns
    -------
    DataFrame
        Keys, ``period``, ``low`` (the value, or the lower edge of its bin), ``n`` and ``contributors``, sorted. Empty
        bins are left out.
    """
    keys = list(by)
    rows = _entities(
        restrict(rows, canonical, start, end, where), canonical, value, grain, keys, period, running
    )
    rows = rows.mutate(low=rows._value if width == 1 else (rows._value // width) * width)
    wanted = {"n": rows._value.count().cast("int64"), "contributors": _people(rows, canonical)}
    out = engine.integers(
        rows.group_by([*keys, "_period", "low"]).aggregate(**wanted), [*keys, "_period", "low"]
    )
    out["period"] = [period_name(p, period) for p in out.pop("_period")]
    out["low"] = out["low"].astype("int64")
    return out[[*keys, "period", "low", *wanted]]


def period_name(value: Any, period: Period) -> str:
    """Return what a period is called: ``2018-10``, ``FY2018Q3``, ``FY2018``, ``2018-10-01`` or ``all``."""
    if period == "date":
        import pandas as pd

        return str(pd.Timestamp(value).date())
    if period == "all":
        return "all"
    number = int(value)
    if period == "month":
        return f"{number // 100}-{number % 100:02d}"
    return f"FY{number}" if period == "year" else f"FY{number // 10}Q{number % 10}"


def histogram(
    engine: Engine,
    rows: Any,
    canonical: Table,
    value: str,
    *,
    width: int,
    grain: Grain = "row",
    start: dt.date | None = None,
    end: dt.date | None = None,
    where: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Return columns ``low`` (lower edge of the bin), ``n`` and ``contributors`` (distinct people), sorted.

    Empty bins are left out; rows without identity count as one person each.
    """
    rows = restrict(rows, canonical, start, end, where)
    if grain == "person_month":  # a person's months in an office, as the working-time measures count them
        rows = rows.filter(rows[value].notnull())
        months = dated(rows, canonical).group_by(["_month", "office_id", "person_id"])
        rows = months.aggregate(_value=rows[value].cast("int64").sum().cast("int64"))
    else:
        rows = rows.filter(rows[value].notnull()).mutate(_value=rows[value].cast("int64"))
    rows = rows.mutate(low=(rows._value // width) * width)
    wanted = {"n": rows._value.count().cast("int64"), "contributors": _people(rows, canonical)}
    out = engine.integers(rows.group_by("low").aggregate(**wanted), ["low"])
    return out.astype("int64")

"""Periods that are missing between periods that are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pandas as pd

from kumastats.calendar import workdays
from kumastats.warehouse.rules.model import Example
from kumastats.warehouse.snapshot import Snapshot


def rows_by(snapshot: Snapshot, table: str, place: str | None, date: str, fmt: str) -> pd.DataFrame:
    """Return the number of rows by place and period, as ``place``, ``when``, ``n``, sorted."""
    import ibis

    rows = snapshot.table(table)
    where = rows[place].fill_null("—") if place else ibis.literal("—")
    made = (
        rows.mutate(place=where, when=rows[date].strftime(fmt))
        .group_by(["place", "when"])
        .aggregate(n=lambda t: t.count())
        .execute()
    )
    return made.sort_values(["place", "when"], ignore_index=True)  # type: ignore[no-any-return]


def months_between(first: str, last: str) -> list[str]:
    """Return the months from `first` to `last`, both included.

    >>> months_between("2018-11", "2019-01")
    ['2018-11', '2018-12', '2019-01']
    """
    return [str(p) for p in pd.period_range(first, last, freq="M")]


def missing_months(held: Iterable[str]) -> list[str]:
    """Return the months missing between the first and the last that are held."""
    known = set(held)
    return [m for m in months_between(min(known), max(known)) if m not in known]


def missing_weeks(starts: Sequence[dt.date]) -> list[dt.date]:
    """Return the first days of weeks missing between the first and the last that are held."""
    known = set(starts)
    week, out = min(known), []
    while week <= max(known):
        if week not in known:
            out.append(week)
        week += dt.timedelta(days=7)
    return out


def missing_workdays(days: Sequence[dt.date]) -> list[dt.date]:
    """Return the working days missing between the first and the last day held."""
    known = set(days)
    return [d for d in workdays(min(known), max(known)) if d not in known]


def months_of_each_place(snapshot: Snapshot, table: str, place: str, date: str) -> list[Example]:
    """Return, place by place, the months without rows between months with rows."""
    found = []
    for name, mine in rows_by(snapshot, table, place, date, "%Y-%m").groupby("place", sort=True):
        found += [Example(str(name), m, 1) for m in missing_months(mine["when"])]
    return found


def weeks_of_all(snapshot: Snapshot, table: str, date: str) -> list[Example]:
    """Return the weeks for which nobody has a row, between weeks that are held."""
    held = rows_by(snapshot, table, None, date, "%Y-%m-%d")
    return [Example("—", str(w), 1) for w in missing_weeks([dt.date.fromisoformat(d) for d in held["when"]])]


def days_of_each_place(snapshot: Snapshot, table: str, place: str, date: str) -> list[Example]:
    """Return, place by place, working days without a row between days with rows."""
    found = []
    for name, mine in rows_by(snapshot, table, place, date, "%Y-%m-%d").groupby("place", sort=True):
        found += [
            Example(str(name), str(d), 1)
            for d in missing_workdays([dt.date.fromisoformat(d) for d in mine["when"]])
        ]
    return found

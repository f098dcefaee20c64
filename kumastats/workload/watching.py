"""Watching over neighbours: households due, visited and overdue, and activities held and attended, by fiscal year and by area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.calendar import FiscalYear
from kumastats.workload.ratio_linearised import TotalsRatio, ratio_of_totals

COUNTS = (
    "households_due",
    "households_visited",
    "households_overdue",
    "activities_held",
    "activities_attended",
)


@dataclass(frozen=True)
class Watched:
    """Area-months of a fiscal year, or of an area.

    Attributes
    ----------
    due, visited, overdue
        Households, added up over months: one household is due every month.
    visited_share, overdue_share
        Of those due, clustered by area.
    held, attended
        Activities, and people at them; over the area-months that tell of them.
    attendance
        People for each activity, clustered by area; None where none was held.
    area_months, unknown, missing
        Area-months held; of these without word of activities; and months of areas that were not delivered.
    """

    due: int
    visited: int
    overdue: int
    visited_share: TotalsRatio
    overdue_share: TotalsRatio
    held: int
    attended: int
    attendance: TotalsRatio | None
    area_months: int
    unknown: int
    missing: int


def by_year(rows: pd.DataFrame) -> dict[str, Watched]:
    """Return each fiscal year; a month counts as missing for every area that is known from another month of the data."""
    month = pd.to_datetime(rows["month"])
    year = month.map(lambda d: str(FiscalYear.of(d.date())))
    areas, last = rows["area"].nunique(), month.max()
    out = {}
    for name, mine in rows.groupby(year, sort=True):
        first = pd.Timestamp(FiscalYear(int(str(name)[2:])).start)
        months = min(12, (last.year - first.year) * 12 + last.month - first.month + 1)
        out[str(name)] = watched(mine, expected=areas * months)
    return out


def by_area(rows: pd.DataFrame) -> dict[str, Watched]:
    """Return each area over all months."""
    return {str(a): watched(mine, expected=len(mine)) for a, mine in rows.groupby("area", sort=True)}


def watched(rows: pd.DataFrame, *, expected: int) -> Watched:
    """Add up area-months; of households where due and visited are known, of activities where they are."""
    told = rows.dropna(subset=["households_due", "households_visited", "households_overdue"])
    active = rows.dropna(subset=["activities_held", "activities_attended"])
    by = told.groupby("area", sort=True)[list(COUNTS[:3])].sum().astype("float64")
    act = active.groupby("area", sort=True)[list(COUNTS[3:])].sum().astype("float64")
    due = by["households_due"].to_numpy(dtype=np.float64)
    held = act["activities_held"].to_numpy(dtype=np.float64)
    return Watched(
        due=int(due.sum()),
        visited=int(by["households_visited"].sum()),
        overdue=int(by["households_overdue"].sum()),
        visited_share=ratio_of_totals(by["households_visited"].to_numpy(dtype=np.float64), due),
        overdue_share=ratio_of_totals(by["households_overdue"].to_numpy(dtype=np.float64), due),
        held=int(held.sum()),
        attended=int(act["activities_attended"].sum()),
        attendance=ratio_of_totals(act["activities_attended"].to_numpy(dtype=np.float64), held)
        if held.sum()
        else None,
        area_months=len(rows),
        unknown=len(rows) - len(active),
        missing=expected - len(rows),
    )

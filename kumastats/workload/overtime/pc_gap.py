"""Hours that computers saw and records do not: the time a PC was on beyond regular hours, breaks and recorded overtime.

Its level means little (people open their PC before work and at lunch), so the usual minutes of days without overtime are taken
off; its change at the caps tells how much of a fall in recorded hours went unrecorded. If fewer hours were worked, both
fall; if they were only not written down, the gap opens.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.warehouse import Snapshot
from kumastats.warehouse.moments import MomentCells, moments
from kumastats.warehouse.sharing import shared

Floats = npt.NDArray[np.float64]
HOUR = 60
MOST_MISSING = 0.5  # of a person-month's days without a log: beyond, it tells nothing


@dataclass(frozen=True)
class Change:
    """A change in hours a person-month, of the same people in both years, with errors between offices.

    Attributes
    ----------
    people, offices
        People of both years, and offices they were in in the first.
    """

    value: float
    low: float
    high: float
    people: int
    offices: int


@dataclass(frozen=True, eq=False)
class PcGap:
    """Recorded hours beside hours by PC.

    Attributes
    ----------
    usual
        Minutes a day a PC was on beyond regular hours on days without recorded overtime, before the caps: taken off.
    months
        A row a person and month, in memory only: person, year, office, recorded and by_pc (hours), logged (share of days).
    """

    usual: float
    months: pd.DataFrame

    def by_year(self) -> pd.DataFrame:
        """Return by fiscal year: recorded and by_pc (hours a person-month), months, people."""
        grouped = self.months.groupby("year", sort=True)
        return pd.DataFrame(
            {
                "recorded": grouped["recorded"].mean(),
                "by_pc": grouped["by_pc"].mean(),
                "months": grouped.size(),
                "people": grouped["person"].nunique(),
            }
        ).reset_index()

    def by_band(self, year: int, width: int = 10, last: int = 90) -> pd.DataFrame:
        """Return by band of hours by PC in a year: mean recorded and by_pc, months, people."""
        mine = self.months[self.months["year"] == year]
        band = np.clip((mine["by_pc"] // width) * width, 0, last).astype(int)
        grouped = mine.groupby(band, sort=True)
        return pd.DataFrame(
            {
                "recorded": grouped["recorded"].mean(),
                "by_pc": grouped["by_pc"].mean(),
                "months": grouped.size(),
                "people": grouped["person"].nunique(),
            }
        ).rename_axis("band").reset_index()  # fmt: skip

    def change(self, first: int, last: int, what: str) -> Change:
        """Return the change of ``recorded``, ``by_pc`` or their difference (``gap``) between two fiscal years.

        Raises
        ------
        WorkloadError
            If nobody is in both years.
        """
        from scipy.special import stdtrit

        held = self.months[self.months["year"].isin([first, last])]
        value = held["by_pc"] - held["recorded"] if what == "gap" else held[what]
        means = value.groupby([held["person"], held["year"]]).mean().unstack("year")
        both = means.dropna()
        if len(both) < 2 or not {first, last} <= set(means.columns):
            raise WorkloadError(
                Text(
                    f"{first}年度と{last}年度の両方にPC記録のある人がいません。",
                    f"Nobody has PC logs in both FY{first} and FY{last}.",
                )
            )
        difference = (both[last] - both[first]).to_numpy()
        office = held[held["year"] == first].groupby("person")["office"].first().loc[both.index]
        _, group = np.unique(office.to_numpy(dtype=str), return_inverse=True)
        size = int(group.max()) + 1
        sums = np.bincount(group, difference - difference.mean(), size)
        if size < 2:
            raise WorkloadError(
                Text("職場が一つしかありません。", "There is only one office."),
            )
        se = math.sqrt(size / (size - 1) * float(sums @ sums)) / len(difference)
        half = float(stdtrit(size - 1, 0.975)) * se
        middle = float(difference.mean())
        return Change(middle, middle - half, middle + half, len(difference), size)


@shared
def pc_gap(snapshot: Snapshot, until: dt.date, before: dt.date) -> PcGap:
    """Return recorded hours beside hours by PC of city staff, by one scan.

    Parameters
    ----------
    before
        Days before this one give the usual minutes: the day the caps began.

    Raises
    ------
    WorkloadError
        If there are no PC logs, or none before.
    """
    if not snapshot.has("person_day"):
        raise WorkloadError(
            Text(
                "勤務日の表（person_day）がありません。", "The table of days worked (person_day) is not held."
            )
        )

    def wanted(rows: Any) -> Any:
        return (
            (rows.role == "city")
            & rows.overtime_eligible
            & (rows.date <= until)
            & rows.scheduled_min.notnull()
            & (rows.leave_min.fill_null(0) == 0)
        )

    def logged(rows: Any) -> Any:
        return rows.pc_on_min.notnull()

    def ordered(rows: Any) -> Any:
        return rows.ordered_overtime_min.fill_null(0)

    def beyond(rows: Any) -> Any:
        return logged(rows).ifelse(rows.pc_on_min.fill_null(0) - rows.scheduled_min, 0)

    def quiet(rows: Any) -> Any:
        return logged(rows) & (ordered(rows) == 0)

    held = moments(
        snapshot, "person_day", unit=("person_id", "office_id"), where=wanted, products=False,
        y={
            "logged": logged, "beyond": beyond, "ordered": ordered, "quiet": quiet,
            "ordered_logged": lambda r: logged(r).ifelse(ordered(r), 0), "beyond_quiet": lambda r: quiet(r).ifelse(beyond(r), 0),
        },
    )  # fmt: skip
    return from_cells(held, before)


def from_cells(held: MomentCells, before: dt.date) -> PcGap:
    """Return the gap from sums by person and office, and month; see `pc_gap`."""
    months = np.array([f"{p}-01" for p in held.periods], dtype="datetime64[D]")[held.period]
    sums = {n: held.first[:, held.position(n)] for n in held.variables}
    early = months < np.datetime64(before, "D")
    days = int(sums["quiet"][early].sum())
    if not days:
        raise WorkloadError(
            Text(
                "上限が始まる前のPC記録がありません。",
                "There are no PC logs from before the caps began.",
            ),
            remedy=Text(
                "PCのオン・オフの記録を請求してください。", "Ask for the log of PCs switched on and off."
            ),
        )
    usual = float(sums["beyond_quiet"][early].sum()) / days
    seen = sums["logged"] > (1 - MOST_MISSING) * held.rows
    scale = held.rows[seen] / sums["logged"][seen]
    year = months.astype("datetime64[M]").astype(int)
    names = [u.split(" ", 1) for u in held.units]
    by_pc = (sums["beyond"][seen] - usual * sums["logged"][seen]) * scale / HOUR
    frame = pd.DataFrame(
        {
            "person": np.array([n[0] for n in names], dtype=object)[held.unit[seen]],
            "office": np.array([n[1] for n in names], dtype=object)[held.unit[seen]],
            "year": (1970 * 12 + year[seen] - 3) // 12,
            "recorded": sums["ordered_logged"][seen] * scale / HOUR,
            "by_pc": by_pc,
            "logged": 1 / scale,
        }
    )
    return PcGap(usual, frame)

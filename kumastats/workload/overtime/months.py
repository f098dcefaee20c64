"""Hours of every person and month of one population, in memory only: what caps are watched on. Never output."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.calendar import Month
from kumastats.calendar.workdays import is_workday
from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.warehouse import Snapshot
from kumastats.warehouse.moments import moments
from kumastats.warehouse.sharing import shared

Population = Literal["city", "teacher"]
Ints = npt.NDArray[np.int64]
ABSENT = -1
REGULAR_DAY = 7 * 60 + 45
NO_REGIME = ""
WORDS = {
    "city": Text("市職員の時間外勤務命令", "city staff's ordered overtime"),
    "teacher": Text("教員の在校等時間", "teachers' time in school"),
}


@dataclass(frozen=True, eq=False)
class PersonMonths:
    """Minutes by person and month.

    Attributes
    ----------
    population
        ``city``: ordered overtime of those eligible. ``teacher``: time in school beyond 7:45 on working days, all of it on
        days off. They are different measures and are never put together.
    months
        Every month from April of the first year to March of the last, in order.
    ordered, holiday
        Minutes (people, months); `ABSENT` where a person has no rows in a month.
    regime, office
        Cap regime and office of each person and month; "" where unknown.
    """

    population: Population
    months: tuple[Month, ...]
    ordered: Ints
    holiday: Ints
    regime: npt.NDArray[np.object_]
    office: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.ordered)

    def __repr__(self) -> str:
        return f"PersonMonths({self.population}, {len(self):,} people, {self.months[0]}–{self.months[-1]})"

    @property
    def years(self) -> tuple[int, ...]:
        """Fiscal years, in order."""
        return tuple(sorted({m.fiscal_year.year for m in self.months}))

    def of_year(self, year: int) -> slice:
        """Return where the twelve months of a fiscal year stand."""
        first = self.months.index(Month(year, 4))
        return slice(first, first + 12)

    def __add__(self, other: PersonMonths) -> PersonMonths:
        """Put two sets of people of one population together.

        Raises
        ------
        WorkloadError
            If they are of different populations or months.
        """
        if self.population != other.population:
            one, two = WORDS[self.population], WORDS[other.population]
            raise WorkloadError(
                Text(
                    f"{one.ja}と{two.ja}は別の指標で、足せません。",
                    f"{one.en} and {two.en} are different measures and cannot be added.",
                ),
                remedy=Text("別々に集計してください。", "Summarise each by itself."),
            )
        if self.months != other.months:
            raise WorkloadError(Text("期間が違います。", "Their months differ."))
        return PersonMonths(
            self.population, self.months,
            *(np.concatenate([getattr(self, n), getattr(other, n)]) for n in ("ordered", "holiday", "regime", "office")),
        )  # fmt: skip


@shared
def person_months(snapshot: Snapshot, population: Population, until: dt.date) -> PersonMonths:
    """Return the months of a population up to the month of `until`, by one scan of ``person_day``.

    Raises
    ------
    WorkloadError
        If the table is missing, or holds nothing of this population.
    """
    if population not in WORDS:
        raise WorkloadError(
            Text(
                f"「{population}」の勤務時間には上限がありません。",
                f"No caps are known for the working time of “{population}”.",
            ),
            remedy=Text("city か teacher を指定してください。", "Give city or teacher."),
        )
    span = snapshot.span("person_day") if snapshot.has("person_day") else None
    if span is None:
        raise WorkloadError(
            Text(
                "勤務日の表（person_day）がありません。", "The table of days worked (person_day) is not held."
            ),
            remedy=Text("勤怠の書き出しを読み込んでください。", "Ingest attendance exports."),
        )
    column = "ordered_overtime_min" if population == "city" else "in_school_min"
    off = _days_off(*span) if population == "teacher" else []

    def minutes(rows: Any) -> Any:
        if population == "city":
            return rows.ordered_overtime_min.fill_null(0)
        regular = rows.date.isin(off).ifelse(0, REGULAR_DAY) if off else REGULAR_DAY
        return rows.in_school_min - regular

    def wanted(rows: Any) -> Any:
        mine = (rows.role == population) & (rows.date <= until)
        return mine & (rows.overtime_eligible if population == "city" else rows.in_school_min.notnull())

    try:
        held = moments(
            snapshot,
            "person_day",
            unit=("person_id", "office_id"),
            y={"minutes": minutes, "holiday": lambda rows: rows.holiday_work_min.fill_null(0)},
            where=wanted,
            products=False,
        )
    except Exception as error:
        if "No row is left" not in str(error):
            raise
        raise WorkloadError(
            Text(
                f"{WORDS[population].ja}（{column}）の行がありません。",
                f"There are no rows of {WORDS[population].en} ({column}).",
            )
        ) from None
    keys = [u.split(" ", 1) for u in held.units]
    people, person = np.unique([k[0] for k in keys], return_inverse=True)
    offices = np.array([k[1] for k in keys], dtype=object)
    first, last = Month.of(dt.date.fromisoformat(f"{held.periods[0]}-01")), Month.of(until)
    months = _whole_years(first, last)
    place = {str(m): i for i, m in enumerate(months)}
    at = np.array([place[p] for p in held.periods])[held.period]
    who = person[held.unit]
    ordered = np.zeros((len(people), len(months)), dtype=np.int64)
    holiday, present = ordered.copy(), np.zeros(ordered.shape, dtype=bool)
    np.add.at(ordered, (who, at), held.first[:, 0])
    np.add.at(holiday, (who, at), held.first[:, 1])
    present[who, at] = True
    office = np.full(ordered.shape, "", dtype=object)
    order = np.argsort(held.rows, kind="stable")  # the office of most days of the month
    office[who[order], at[order]] = offices[held.unit[order]]
    regime = (
        _regimes(snapshot, people, months)
        if population == "city"
        else np.full(ordered.shape, "teacher", dtype=object)
    )
    return PersonMonths(
        population,
        months,
        np.where(present, np.maximum(ordered, 0), ABSENT),
        np.where(present, holiday, ABSENT),
        regime,
        office,
    )


def _whole_years(first: Month, last: Month) -> tuple[Month, ...]:
    month, out = Month(first.fiscal_year.year, 4), []
    end = Month(last.fiscal_year.year + 1, 3)
    while month <= end:
        out.append(month)
        month += 1
    return tuple(out)


def _days_off(first: dt.date, last: dt.date) -> list[dt.date]:
    days = (first + dt.timedelta(days=i) for i in range((last - first).days + 1))
    return [d for d in days if not is_workday(d)]


def _regimes(
    snapshot: Snapshot, people: npt.NDArray[Any], months: tuple[Month, ...]
) -> npt.NDArray[np.object_]:
    """Return the cap regime of each person and month, from the roster: the post begun last, on the month's first day."""
    out = np.full((len(people), len(months)), NO_REGIME, dtype=object)
    if not snapshot.has("person"):
        return out
    spells = snapshot.frame(
        "person", ("person_id", "valid_from", "valid_to", "cap_regime"), where={"role": "city"}
    ).dropna(subset=["cap_regime"])
    spells = spells.sort_values(["valid_from", "person_id"], kind="stable")
    row = {p: i for i, p in enumerate(people.tolist())}
    starts = np.array([m.start for m in months], dtype="datetime64[D]")
    low = np.searchsorted(starts, spells["valid_from"].to_numpy().astype("datetime64[D]"), side="left")
    ends = pd.to_datetime(spells["valid_to"]).fillna(pd.Timestamp("2200-01-01"))
    high = np.searchsorted(starts, ends.to_numpy().astype("datetime64[D]"), side="right")
    for person, a, b, regime in zip(spells["person_id"], low, high, spells["cap_regime"], strict=True):
        if person in row:
            out[row[person], a:b] = regime
    return out

"""What an initiative did to overtime, in per cent, by three models: Poisson by office, Poisson by person in a post, and a hurdle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.clusters import Spread, spread
from kumastats.compare.moment_fit import MomentFit
from kumastats.compare.ppml import fit_poisson
from kumastats.errors import CompareError, WorkloadError
from kumastats.text import Text
from kumastats.warehouse import Snapshot
from kumastats.warehouse.moments import MomentCells, moments
from kumastats.warehouse.sharing import shared
from kumastats.workload.overtime.decomposition import live_share
from kumastats.workload.overtime.hurdle import Effect, Hurdle, fit_hurdle

LIVE = "live"
ELIGIBLE = {"role": "city", "overtime_eligible": True}


@dataclass(frozen=True, eq=False)
class RolloutModels:
    """The same question by three models; each has effects for every month, and errors between offices.

    Attributes
    ----------
    office, person
        Poisson pseudo-maximum likelihood on minutes a person-day with office effects, and with effects of each person in each
        office; None where it cannot be fitted.
    hurdle
        By office.
    minutes
        Of each office in the window: its weight in the mean of its side.
    reached
        Offices that went live in the window.
    people
        People behind them.
    """

    office: MomentFit
    person: MomentFit | None
    hurdle: Hurdle
    minutes: Mapping[str, float]
    reached: frozenset[str]
    people: int

    @property
    def offices(self) -> int:
        """Offices of both sides."""
        return len(self.minutes)

    @property
    def treated(self) -> int:
        """Offices that went live in the window."""
        return len(self.reached)

    def effects(self) -> dict[str, Effect]:
        """Return the effects on the log of the mean, and the two parts of the hurdle."""
        out = {"office": self._poisson(self.office)}
        if self.person is not None:
            out["person"] = self._poisson(self.person)
        for part in ("mean", "any", "length"):
            error = self._error(self.hurdle.unit_names, self.hurdle.influence[part][:, 0])
            out[f"hurdle_{part}"] = _effect(self.hurdle.value(LIVE, part), error)
        return out

    @property
    def error(self) -> Spread:
        """The error of the effect by Poisson with office effects, and its law."""
        return self._error(self.office.clusters, self.office.influence[:, 0])

    def _poisson(self, fit: MomentFit) -> Effect:
        return _effect(float(fit.beta[0]), self._error(fit.clusters, fit.influence[:, 0]))

    def _error(self, offices: Sequence[str], influence: np.ndarray) -> Spread:
        """Return the error by the rule of few clusters of every comparison: CR2 held against its exact law, from the offices of
        either side and their sizes.
        """
        side = np.array([int(o in self.reached) for o in offices])
        weight = np.array([max(self.minutes[o], 1.0) for o in offices])
        return spread(influence, side, weight, np.array([1]))


def _effect(value: float, error: Spread) -> Effect:
    low, high, _ = error.interval(value, 0.95)
    return Effect(value, low, high)


@shared
def rollout_models(
    snapshot: Snapshot,
    live: Mapping[str, dt.date | None],
    start: dt.date,
    end: dt.date,
    cohorts: Sequence[dt.date],
) -> RolloutModels:
    """Fit the three models on a window.

    Offices live before the window opens are left out; those that go live in it but in no wave of `cohorts` count until their
    month.

    Raises
    ------
    WorkloadError
        If the table is missing, or no office of these waves is held.
    """
    if not snapshot.has("person_day"):
        raise WorkloadError(
            Text(
                "勤務日の表（person_day）がありません。", "The table of days worked (person_day) is not held."
            )
        )
    dates = {u: d for u, d in live.items() if d is None or d > start}
    stop = {u: d for u, d in dates.items() if d is not None and d not in cohorts and d <= end}

    def wanted(rows: Any) -> Any:
        keep = (
            (rows.role == "city")
            & rows.overtime_eligible
            & (rows.date >= start)
            & (rows.date <= end)
            & rows.office_id.isin(sorted(dates))
        )
        for day in sorted(set(stop.values())):
            keep = keep & ~(
                rows.office_id.isin(sorted(u for u, d in stop.items() if d == day)) & (rows.date >= day)
            )
        return keep

    y = {"minutes": lambda rows: rows.ordered_overtime_min.fill_null(0)}
    asked = {"y": y, "where": wanted}
    by_office = moments(snapshot, "person_day", unit="office_id", **asked)  # type: ignore[arg-type]
    by_person = moments(snapshot, "person_day", unit=("person_id", "office_id"), **asked)  # type: ignore[arg-type]
    counts = snapshot.summary(
        "person_day", "ordered_overtime_min", by=("office_id",), period="month", start=start, end=end,
        where={**ELIGIBLE, "office_id": sorted(dates)},
    ).counts.rename(columns={"office_id": "unit", "low": "minutes"})  # fmt: skip
    late = np.array(
        [u in stop and p >= f"{stop[u]:%Y-%m}" for u, p in zip(counts["unit"], counts["period"], strict=True)]
    )
    return fit_models(by_office, by_person, counts[~late], dates, cohorts)


def fit_models(
    by_office: MomentCells,
    by_person: MomentCells,
    counts: pd.DataFrame,
    dates: Mapping[str, dt.date | None],
    cohorts: Sequence[dt.date],
) -> RolloutModels:
    """Fit the three models to sums of a window.

    Parameters
    ----------
    by_office, by_person
        Sums of ``minutes`` by office, and by person and office, and month.
    counts
        Columns unit (office), period, minutes, n: person-days by minutes of overtime.
    dates
        Office to the day it goes live.

    Raises
    ------
    WorkloadError
        If the offices are all of one side.
    """
    reached = [u for u in by_office.units if dates[u] in cohorts]
    if not reached or len(reached) == len(by_office.units):
        raise WorkloadError(
            Text(
                "期間中に導入した職場と、まだの職場の両方が要ります。",
                "There must be offices that go live in the window and offices that do not.",
            )
        )
    person: MomentFit | None
    try:
        person = fit_poisson(
            by_person, "minutes", constant={LIVE: _live(by_person, dates, cohorts)},
            cluster={u: u.split(" ", 1)[1] for u in by_person.units},
        )  # fmt: skip
    except CompareError:
        person = None
    periods = sorted(counts["period"].unique())
    x = {(u, p): live_share(Month(p), day) for u in reached for p in periods if (day := dates[u]) is not None}
    sums = np.bincount(
        by_office.unit, by_office.first[:, by_office.position("minutes")], len(by_office.units)
    )
    return RolloutModels(
        fit_poisson(by_office, "minutes", constant={LIVE: _live(by_office, dates, cohorts)}),
        person,
        fit_hurdle(counts, {LIVE: x}),
        dict(zip(by_office.units, sums.tolist(), strict=True)),
        frozenset(reached),
        len({u.split(" ", 1)[0] for u in by_person.units}),
    )


def _live(cells: MomentCells, dates: Mapping[str, dt.date | None], cohorts: Sequence[dt.date]) -> np.ndarray:
    """Return the share of each cell's month on which the initiative was live at its office."""
    office = [u.rsplit(" ", 1)[-1] for u in cells.units]
    table = np.array(
        [
            [live_share(Month(p), day) if (day := dates[o]) is not None and day in cohorts else 0.0 for p in cells.periods]
            for o in sorted(set(office))
        ]
    )  # fmt: skip
    row = {o: i for i, o in enumerate(sorted(set(office)))}
    return np.asarray(table[np.array([row[o] for o in office])[cells.unit], cells.period], dtype=np.float64)

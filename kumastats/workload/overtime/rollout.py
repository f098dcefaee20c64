"""What an initiative did to overtime, in per cent, by three models: Poisson by office, Poisson by person in a post, and a hurdle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kumastats.calendar import Month
from kumastats.compare.moment_fit import MomentFit
from kumastats.compare.ppml import fit_poisson
from kumastats.errors import CompareError, WorkloadError
from kumastats.text import Text
from kumastats.warehouse import Snapshot
from kumastats.warehouse.moments import MomentCells, moments
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
    offices, treated, people
        Offices, those that went live in the window, and people.
    """

    office: MomentFit
    person: MomentFit | None
    hurdle: Hurdle
    offices: int
    treated: int
    people: int

    def effects(self) -> dict[str, Effect]:
        """Return the effects on the log of the mean, and the two parts of the hurdle."""
        out = {"office": _effect(self.office, self.df)}
        if self.person is not None:
            out["person"] = _effect(self.person, self.df)
        for part in ("mean", "any", "length"):
            out[f"hurdle_{part}"] = self.hurdle.effect(LIVE, part, self.df)
        return out

    @property
    def df(self) -> float:
        """Degrees of freedom of t: offices of the smaller side less one, as its mean is no surer than they vary."""
        return float(max(1, min(self.treated, self.offices - self.treated) - 1))


def _effect(fit: MomentFit, df: float) -> Effect:
    from scipy.special import stdtrit

    value, half = float(fit.beta[0]), float(stdtrit(df, 0.975)) * float(fit.se[0])
    return Effect(value, value - half, value + half)


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
    reached = [u for u in by_office.units if dates[u] in cohorts]
    if not reached or len(reached) == len(by_office.units):
        raise WorkloadError(
            Text(
                "期間中に導入した職場と、まだの職場の両方が要ります。",
                "There must be offices that go live in the window and offices that do not.",
            )
        )
    by_person = moments(snapshot, "person_day", unit=("person_id", "office_id"), **asked)  # type: ignore[arg-type]
    person: MomentFit | None
    try:
        person = fit_poisson(
            by_person, "minutes", constant={LIVE: _live(by_person, dates, cohorts)},
            cluster={u: u.split(" ", 1)[1] for u in by_person.units},
        )  # fmt: skip
    except CompareError:
        person = None
    counts = snapshot.summary(
        "person_day", "ordered_overtime_min", by=("office_id",), period="month", start=start, end=end,
        where={**ELIGIBLE, "office_id": sorted(dates)},
    ).counts.rename(columns={"office_id": "unit", "low": "minutes"})  # fmt: skip
    late = np.array(
        [u in stop and p >= f"{stop[u]:%Y-%m}" for u, p in zip(counts["unit"], counts["period"], strict=True)]
    )
    counts = counts[~late]
    x = {
        (u, p): live_share(Month(p), day)
        for u in reached
        for p in sorted(set(counts["period"]))
        if (day := dates[u]) is not None
    }
    return RolloutModels(
        fit_poisson(by_office, "minutes", constant={LIVE: _live(by_office, dates, cohorts)}),
        person,
        fit_hurdle(counts, {LIVE: x}),
        len(by_office.units),
        len(reached),
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

"""Two things arriving at schools in overlapping waves: each effect with the other in the model, and with it left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kumastats.compare import Comparison
from kumastats.compare.clusters import undecidable
from kumastats.compare.moment_fit import MomentFit, fit_moments
from kumastats.compare.subject import Subject, conclude, t_finding
from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.warehouse import Snapshot
from kumastats.warehouse.moments import MomentCells, moments

UNIT = ("office_id", "person_id")
MINUTES_IN_SCHOOL = Subject(
    "time_in_school_day",
    Text("一日の在校等時間", "time in school a day"),
    Text("分／教員・日", "min per teacher-day"),
    1,
)
SCHOOLS = Text("学校", "schools")


@dataclass(frozen=True)
class Arrival:
    """Something that reaches schools one after another.

    Attributes
    ----------
    live
        School to the day it came.
    days
        For how many days it may act; None: for good.
    settles
        Its first days, which have a coefficient of their own: an effect that grows at first would otherwise be measured
        against schools where it is still growing, and come out too small.
    """

    name: str
    label: Text
    live: Mapping[str, dt.date]
    days: int | None = None
    settles: int = 0

    @property
    def phases(self) -> dict[str, tuple[int, int | None]]:
        """Its regressors: name to the first day it acts and the day it ends, counted from its arrival."""
        first = {f"{self.name}_first": (0, self.settles)} if self.settles else {}
        return {**first, self.name: (self.settles, self.days)}

    def acts(self, phase: str) -> Callable[[Any], Any]:
        """Return whether a phase acts, as an expression of a table with office_id and date."""
        import ibis as untyped

        ibis: Any = untyped
        after, until = self.phases[phase]

        def expression(rows: Any) -> Any:
            made = ibis.literal(False)
            for since in sorted(set(self.live.values())):
                here = rows.office_id.isin(sorted(s for s, d in self.live.items() if d == since))
                there = here & (rows.date >= since + dt.timedelta(days=after))
                if until is not None:
                    there &= rows.date < since + dt.timedelta(days=until)
                made |= there
            return made

        return expression


@dataclass(frozen=True, eq=False)
class Concurrent:
    """Effects of arrivals at the same schools.

    Attributes
    ----------
    together
        Name to the effect with all arrivals in the model.
    alone
        Name to the effect with the others left out: what one would have said without knowing of them.
    """

    together: Mapping[str, Comparison]
    alone: Mapping[str, Comparison]

    def moved(self, name: str) -> float:
        """Return by how much leaving the others out moves an effect."""
        return self.alone[name].estimate - self.together[name].estimate


def teacher_days(
    snapshot: Snapshot, arrivals: Sequence[Arrival], start: dt.date, end: dt.date
) -> MomentCells:
    """Return the moment cells of time in school by teacher at a school and month, with each arrival as a regressor.

    A teacher who moves to another school is another unit there, so neither persons nor schools bias the comparison.
    """
    return moments(
        snapshot,
        "person_day",
        unit=UNIT,
        y=("in_school_min",),
        x={phase: a.acts(phase) for a in arrivals for phase in a.phases},
        where=lambda t: (
            (t.role == "teacher") & t.date.between(start, end) & t.office_id.isin(_schools(arrivals))
        ),
    )


def _schools(arrivals: Sequence[Arrival]) -> list[str]:
    return sorted({s for a in arrivals for s in a.live})


def concurrent(cells: MomentCells, arrivals: Sequence[Arrival], start: dt.date, end: dt.date) -> Concurrent:
    """Return the effects, together and alone: least squares with teacher-at-school and month effects, errors by school (jackknife: every school
    gets both, so there are no two sides whose sizes would tell the degrees of freedom).

    Raises
    ------
    WorkloadError
        If fewer than two arrivals are given.
    CompareError
        If an arrival cannot be told from the month effects or from another arrival.
    """
    if len(arrivals) < 2:
        raise WorkloadError(
            Text("比べるには二つ以上の導入が要ります。", "It takes two arrivals to part them.")
        )
    school = {u: u.split(" ")[0] for u in cells.units}
    phases = [phase for a in arrivals for phase in a.phases]
    both = fit_moments(cells, "in_school_min", phases, cluster=school, jackknife=True)
    alone = {
        a.name: fit_moments(cells, "in_school_min", list(a.phases), cluster=school, jackknife=True)
        for a in arrivals
    }
    return Concurrent(
        {a.name: _comparison(both, a, arrivals, start, end) for a in arrivals},
        {a.name: _comparison(alone[a.name], a, (a,), start, end) for a in arrivals},
    )


def _comparison(
    fit: MomentFit, arrival: Arrival, modelled: Sequence[Arrival], start: dt.date, end: dt.date
) -> Comparison:
    at = fit.names.index(arrival.name)
    estimate, se = float(fit.beta[at]), float(fit.se[at])
    early = even_split(arrival, start, end)
    few = undecidable(fit.n_clusters, early)
    found = t_finding(estimate, se, fit.n_clusters - 1, 0.95)
    if few is not None:
        found["undecidable"] = few
    settled = Text("", "")
    if arrival.settles:
        settled = Text(f"（最初の{arrival.settles}日を除く）", f" (after its first {arrival.settles} days)")
    others = [a.label for a in modelled if a.name != arrival.name]
    beside = Text(
        "。" + "・".join(t.ja for t in others) + "も同時に見込む" if others else "。ほかの導入は見込まない",
        "; with " + " and ".join(t.en for t in others) + " in the model"
        if others
        else "; other arrivals left out",
    )
    return conclude(
        MINUTES_IN_SCHOOL, design="did",
        estimand=Text(
            f"{arrival.label.ja}が来ている間{settled.ja}の一日の在校等時間。同じ月の、まだ（またはもう）来ていない学校の教員との差{beside.ja}",
            f"time in school a day while {arrival.label.en} acted{settled.en}, net of teachers at schools where it did not in the same months{beside.en}",
        ),
        inference=f"jackknife by school (CRV3), t with {fit.n_clusters - 1} df", estimate=estimate, n=fit.n,
        units=fit.n_clusters, clusters=fit.n_clusters, treated=early, dropped={k: v for k, v in fit.dropped.items() if v},
        **found,
    )  # fmt: skip


def even_split(arrival: Arrival, start: dt.date, end: dt.date) -> int:
    """Return how many schools stand on the smaller side, early or late, where they are split most evenly by date."""
    inside = [d for d in arrival.live.values() if start < d <= end]
    others = len(arrival.live) - len(inside)
    before = [sum(d < split for d in inside) for split in sorted({*inside, dt.date.max})]
    return max((min(k, len(inside) + others - k) for k in before), default=0)

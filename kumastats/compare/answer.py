"""Answers a question of the study register: the comparison it names, the naive one beside it, and the event study."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from kumastats import measures
from kumastats.compare.asked import Asked
from kumastats.compare.before_after import before_after
from kumastats.compare.design import lay_out
from kumastats.compare.event_study import EventStudy, event_study
from kumastats.compare.result import Comparison
from kumastats.compare.sensitivity import (
    SpecificationCurve,
    detectable_drift,
    did_specifications,
    specification_curve,
)
from kumastats.errors import CompareError
from kumastats.measures import Measure
from kumastats.study import Initiative, Question, Study, is_retrospective, read_lock
from kumastats.text import Lang
from kumastats.warehouse import Snapshot
from kumastats.warehouse.sharing import shared

# where units go live on several dates, each is laid beside the other
OTHER = {"did": "staggered", "staggered": "did"}


@dataclass(frozen=True, eq=False)
class Answer:
    """A question answered.

    Attributes
    ----------
    comparison
        By the design the register names.
    naive
        The same units before and after, without comparison: shown to be distrusted. None where no unit has the same
        months a year earlier.
    beside
        The other of two-way and staggered effects, where units go live on several dates: a check of robustness.
    event_study
        The effect by months since going live; None where the months held do not allow it.
    asked
        The cells behind it, for further ways to answer.
    retrospective
        Whether data of the post-period were held before the register was locked.
    contributors
        Distinct people (rows, where a table holds no people) behind the smaller side.
    """

    question: Question
    comparison: Comparison
    naive: Comparison | None
    beside: Comparison | None
    event_study: EventStudy | None
    retrospective: bool
    contributors: int
    asked: Asked = field(repr=False)

    def text(self, lang: Lang = "ja") -> str:
        """Return what was asked and the comparison's sentence."""
        return f"{self.question.text(lang)}\n{self.comparison.text(lang)}"

    def _repr_html_(self) -> str:
        return self.comparison._repr_html_()

    @cached_property
    def specifications(self) -> SpecificationCurve:
        """The usual other choices about a comparison with units not yet live, smallest estimate first."""
        return _specifications(self.asked)

    @cached_property
    def drift(self) -> float:
        """Smallest monthly drift apart before going live that would have been found, in the measure's unit."""
        a = self.asked
        design = lay_out(
            a.cells, a.measure, live=a.live, start=a.start, end=a.end, comparison=a.comparison, cohorts=a.cohorts, unit=a.unit
        )  # fmt: skip
        return detectable_drift(design)


@shared
def _specifications(a: Asked) -> SpecificationCurve:
    return specification_curve(
        did_specifications(
            a.cells, live=a.live, start=a.start, end=a.end, measure=a.measure, seed=a.seed, cohorts=a.cohorts, unit=a.unit
        )
    )  # fmt: skip


def seed_of(*words: str) -> np.random.Generator:
    """Return a generator that depends on these words only.

    >>> int(seed_of("a").integers(1000)) == int(seed_of("a").integers(1000))
    True
    """
    digest = hashlib.sha256("\x1f".join(words).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def answer(question: Question, study: Study, snapshot: Snapshot) -> Answer:
    """Answer `question` from a snapshot.

    Units are those the initiative reaches: the values of the measure's first grouping.

    Raises
    ------
    CompareError, MeasureError, WarehouseError
        If the data do not allow it.
    """
    initiative = study.initiatives[question.initiative]
    made = _answer(snapshot, question, initiative, study.title.en)
    table = measures.measure(question.measure).table
    return replace(
        made, retrospective=is_retrospective(question, read_lock(study), min(made.asked.cohorts), table)
    )


@shared
def _answer(snapshot: Snapshot, question: Question, initiative: Initiative, title: str) -> Answer:
    """Answer a question; whether it was asked in retrospect is left to the study's lock."""
    live: dict[str, dt.date | None] = dict(initiative.live_dates())
    asked = measures.measure(question.measure)
    if question.population:
        measures.refuse_population(asked, question.population)
    unit = asked.unit_column
    cohorts = question.cohorts or tuple(
        sorted({d for d in live.values() if d and question.start < d <= question.end})
    )
    cells = _cells(snapshot, question, question.measure, live)
    live |= {str(u): None for u in cells[unit].unique() if u not in live}
    control = control_measure = None
    if question.negative_control:
        control_measure = measures.measure(question.negative_control)
        control = _cells(snapshot, question, question.negative_control, live)
    put = Asked(
        cells=cells, live=live, cohorts=cohorts, start=question.start, end=question.end, measure=asked, unit=unit,
        seed=int(seed_of(title, question.id).integers(2**32)), comparison=question.comparison, control_cells=control,
        control_measure=control_measure, draw=initiative.draw,
    )  # fmt: skip
    made = put.by(question.design)
    other = OTHER.get(question.design) if put.is_staggered else None
    path = naive = beside = None
    with contextlib.suppress(CompareError):
        path = event_study(
            cells, live=live, start=question.start, end=question.end, measure=asked, comparison=question.comparison,
            cohorts=cohorts, unit=unit,
        )  # fmt: skip
    with contextlib.suppress(CompareError):
        naive = before_after(cells, live=live, end=question.end, measure=asked, cohorts=cohorts, unit=unit)
    if other is not None:
        with contextlib.suppress(CompareError):
            beside = replace(replace(put, run_checks=False).by(other), counted=asked.units)
    first_live = min(cohorts)
    return Answer(
        question=question,
        comparison=made if made.n_clusters == 1 else replace(made, counted=asked.units),
        naive=naive,
        beside=beside,
        event_study=path,
        retrospective=False,
        contributors=min(
            _people(snapshot, question, asked, side) for side in _sides(live, cohorts, first_live)
        ),
        asked=put,
    )


def _cells(snapshot: Snapshot, question: Question, id_: str, live: Mapping[str, object]) -> pd.DataFrame:
    """Return the cells of the units the initiative reaches, and of every other where these are to be compared with."""
    unit = measures.measure(id_).unit_column
    reached = {} if question.comparison == "never" else {unit: sorted(live)}
    return measures.cells(
        snapshot, id_, by=(unit,), start=question.start, end=question.end, where=reached
    ).frame


def _sides(
    live: Mapping[str, dt.date | None], cohorts: Sequence[dt.date], first_live: dt.date
) -> tuple[list[str], list[str]]:
    treated = [u for u, d in live.items() if d in cohorts]
    others = [u for u, d in live.items() if d is None or (d > first_live and d not in cohorts)]
    return treated, others or treated


def _people(snapshot: Snapshot, question: Question, asked: Measure, units: Sequence[str]) -> int:
    """Return the distinct people (or rows) of these units in the window."""
    frame = measures.cells(
        snapshot, question.measure, by=(), period="all", start=question.start, end=question.end,
        where={asked.unit_column: units},
    ).frame  # fmt: skip
    return int(frame["contributors"].iloc[0]) if len(frame) else 0

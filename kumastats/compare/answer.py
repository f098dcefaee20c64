"""Answers a question of the study register: the comparison it names, the naive one beside it, and the event study."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import numpy as np

from kumastats import measures
from kumastats.compare.before_after import before_after
from kumastats.compare.did import did
from kumastats.compare.event_study import EventStudy, event_study
from kumastats.compare.result import Comparison
from kumastats.study import Question, Study, is_retrospective, read_lock
from kumastats.warehouse import Snapshot


@dataclass(frozen=True, eq=False)
class Answer:
    """A question answered.

    Attributes
    ----------
    comparison
        By the design the register names.
    naive
        The same units before and after, without comparison: shown to be distrusted.
    retrospective
        Whether data of the post-period were held before the register was locked.
    contributors
        Distinct people behind the smaller side.
    """

    question: Question
    comparison: Comparison
    naive: Comparison
    event_study: EventStudy
    retrospective: bool
    contributors: int


def seed_of(*words: str) -> np.random.Generator:
    """Return a generator that depends on these words only.

    >>> int(seed_of("a").integers(1000)) == int(seed_of("a").integers(1000))
    True
    """
    digest = hashlib.sha256("\x1f".join(words).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def answer(question: Question, study: Study, snapshot: Snapshot) -> Answer:
    """Answer `question` from a snapshot.

    Raises
    ------
    CompareError, MeasureError, WarehouseError
        If the data do not allow it.
    """
    initiative = study.initiatives[question.initiative]
    live: dict[str, dt.date | None] = dict(initiative.live_dates())
    measure = measures.measure(question.measure)
    offices = sorted(live)
    cells = measures.cells(
        snapshot, question.measure, start=question.start, end=question.end, where={"office_id": offices}
    ).frame
    control = control_measure = None
    if question.negative_control:
        control_measure = measures.measure(question.negative_control)
        control = measures.cells(
            snapshot,
            question.negative_control,
            start=question.start,
            end=question.end,
            where={"office_id": offices},
        ).frame
    cohorts = question.cohorts or tuple(
        sorted({d for d in live.values() if d and question.start < d <= question.end})
    )
    made = did(
        cells, live=live, start=question.start, end=question.end, measure=measure, rng=seed_of(study.title.en, question.id),
        comparison=question.comparison, cohorts=cohorts, control_cells=control, control_measure=control_measure,
    )  # fmt: skip
    path = event_study(
        cells,
        live=live,
        start=question.start,
        end=question.end,
        measure=measure,
        comparison=question.comparison,
        cohorts=cohorts,
    )
    naive = before_after(cells, live=live, end=question.end, measure=measure, cohorts=cohorts)
    first_live = min(cohorts)
    treated = [u for u, d in live.items() if d in cohorts]
    others = [u for u, d in live.items() if d is None or (d > first_live and d not in cohorts)]
    sides = [
        measures.cells(
            snapshot,
            question.measure,
            by=(),
            period="all",
            start=question.start,
            end=question.end,
            where={"office_id": side},
        ).frame
        for side in (treated, others)
    ]
    people = [int(s["contributors"].iloc[0]) if len(s) else 0 for s in sides]
    return Answer(
        question=question,
        comparison=made,
        naive=naive,
        event_study=path,
        retrospective=is_retrospective(question, read_lock(study), first_live, measure.table),
        contributors=min(people),
    )

"""Surveys of staff and citizens: who answered, what, how waves differ, and what silence could hide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats import measures
from kumastats.compare.subject import Subject
from kumastats.measures import Measure
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.satisfaction import (
    Answers,
    Habits,
    Response,
    WaveChange,
    answers,
    habits,
    post_stratified,
    response,
    waves_compared,
)

TABLE = "survey_response"
POPULATIONS: Mapping[str, tuple[Text, str, str]] = {
    "staff": (Text("職員", "staff"), "office_id", "city"),
    "teacher": (Text("教員", "teachers"), "office_id", "teacher"),
    "citizen": (Text("市民", "citizens"), "ward", ""),
}
COLUMNS = (
    "response_id", "wave", "answered_on", "office_id", "ward", "question_id", "score", "scale_max", "weight",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Asked:
    """A question of a survey.

    Attributes
    ----------
    balanced
        Weights that give every office its share of the people asked (n,); None where the head count is not known.
    change
        The last wave against the first; None with one wave.
    balanced_change
        The same with `balanced`.
    """

    measure: Measure
    held: Answers
    balanced: np.ndarray | None
    change: WaveChange | None
    balanced_change: WaveChange | None


@dataclass(frozen=True, eq=False)
class Survey:
    """What a population answered up to the end of the quarter.

    Attributes
    ----------
    habits, responses
        By wave; `responses` is empty where the head count is not known.
    kinds
        Unit to the kind of office.
    """

    population: str
    label: Text
    questions: tuple[Asked, ...]
    habits: Mapping[str, Habits]
    respondents: Mapping[str, int]
    responses: Mapping[str, Response]
    kinds: Mapping[str, str]

    @property
    def waves(self) -> tuple[str, ...]:
        """Waves in order."""
        return tuple(sorted(self.respondents))


def surveys(session: Session) -> tuple[Survey, ...]:
    """Return the surveys held whose waves have enough answers; none where there is no table of answers."""
    if not session.snapshot.has(TABLE):
        return ()
    made = []
    for population in POPULATIONS:
        found = _survey(session, population)
        if found is not None:
            made.append(found)
    return tuple(made)


def missing(session: Session) -> Text | None:
    """Return which table this chapter needs and has not; None where it is held."""
    if session.snapshot.has(TABLE):
        return None
    return Text(
        "アンケートの回答（survey_response）がないので、この章は書けません。",
        "There are no survey answers (table survey_response): nothing to show here.",
    )


def _survey(session: Session, population: str) -> Survey | None:
    label, unit, role = POPULATIONS[population]
    rows = session.snapshot.frame(TABLE, COLUMNS, end=session.quarter.end, where={"population": population})
    respondents = rows.groupby("wave")["response_id"].nunique()
    enough = sorted(str(w) for w, n in respondents.items() if n >= session.thresholds.min_n)
    rows = rows[rows["wave"].isin(enough)]
    if rows.empty:
        return None
    heads = {
        str(wave): _headcount(session, role, mine["answered_on"])
        for wave, mine in rows.groupby("wave", sort=True)
        if role and session.snapshot.has("person")
    }
    kinds = _kinds(session)
    asked = [
        m
        for m in measures.MEASURES.values()
        if m.theme == "satisfaction" and m.where.get("population") == population
    ]
    questions = []
    for measure in asked:
        mine = rows[rows["question_id"] == measure.where["question_id"]]
        if not mine.empty:
            questions.append(_asked(measure, mine, unit, heads, kinds))
    if not questions:
        return None
    return Survey(
        population,
        label,
        tuple(questions),
        {str(w): habits(mine) for w, mine in rows.groupby("wave", sort=True)},
        {str(w): int(n) for w, n in rows.groupby("wave")["response_id"].nunique().items()},
        {w: response(questions[0].held.of(w), h) for w, h in heads.items() if h},
        kinds,
    )


def _asked(
    measure: Measure,
    rows: pd.DataFrame,
    unit: str,
    heads: Mapping[str, Mapping[str, int]],
    kinds: Mapping[str, str],
) -> Asked:
    sizes = {w: float(sum(h.values())) for w, h in heads.items() if h}
    held = answers(rows, unit=unit, population_size=sizes)
    balanced = None
    if heads and all(heads.get(w) for w in held.waves):
        balanced = np.ones(len(held))
        for wave in held.waves:
            at = held.wave == wave
            balanced[at] = post_stratified(held.of(wave), heads[wave], kinds)
    change = balanced_change = None
    if len(held.waves) > 1:
        ends = held.waves[0], held.waves[-1]
        subject = Subject(measure.id, measure.label, measure.unit, measure.decimals)
        change = waves_compared(held, *ends, subject=subject)
        if balanced is not None:
            balanced_change = waves_compared(held, *ends, weight=balanced, subject=subject)
    return Asked(measure, held, balanced, change, balanced_change)


def _headcount(session: Session, role: str, days: pd.Series) -> dict[str, int]:
    """Return the people by office on the middle day of the answers."""
    on = pd.Timestamp(days.sort_values().iloc[len(days) // 2])
    people = session.snapshot.frame(
        "person", ("person_id", "office_id", "valid_from", "valid_to"), where={"role": role}
    )
    start, end = pd.to_datetime(people["valid_from"]), pd.to_datetime(people["valid_to"])
    there = people[(start <= on) & (end.isna() | (end >= on))]
    if there.empty:
        return {}
    # a person in two posts on that day answers once, for the later one
    once = there.sort_values(["person_id", "valid_from"]).drop_duplicates("person_id", keep="last")
    return {str(u): int(n) for u, n in once.groupby("office_id").size().items()}


def _kinds(session: Session) -> dict[str, str]:
    if not session.snapshot.has("office"):
        return {}
    offices = session.snapshot.frame("office", ("office_id", "kind"))
    return dict(zip(offices["office_id"].astype(str), offices["kind"].astype(str), strict=True))

"""What a question's roll-out could have found, tried on the months before it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats import measures
from kumastats.compare.asked import Asked
from kumastats.compare.plan import Plan, PlannedWave
from kumastats.compare.power import Power, power
from kumastats.errors import CompareError
from kumastats.report.chapters.answered import Answered
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.warehouse.sharing import shared

DRAWS = 100
LEAST = 3  # months before the first wave
DESIGNS = ("did", "staggered", "randomised")


def shown(session: Session, found: Answered) -> list[Any]:
    """Return what to show of it under a confirmatory question: a sentence, and the chance of finding an effect by its size."""
    if found.answer.question.kind != "confirmatory" or found.answer.comparison.design not in DESIGNS:
        return []
    tried = try_on_past(session, found)
    if isinstance(tried, Text):
        return [session.say(tried.ja, tried.en)]
    said = session.say(tried.text("ja"), tried.text("en"))
    return [said, tried.plot(session.lang)] if math.isfinite(tried.detectable()) else [said]


def try_on_past(session: Session, found: Answered) -> Power | Text:
    """Return what a roll-out like the question's could have found, or why it cannot be told.

    As many offices go live in as many waves, drawn by lot on months in which none of them was live, and
    difference-in-differences answers. Where the past is shorter than the question's window, months before and after are cut;
    where it is too short for the waves, all go live at once. The plan tells it.
    """
    asked = found.answer.asked
    units = sorted(asked.cells[asked.unit].astype(str).unique())
    past = measures.cells(
        session.snapshot,
        found.answer.question.measure,
        by=(asked.unit,),
        end=asked.end,
        where={asked.unit: units},
    ).frame
    plan = rolled_out(asked, str(past["period"].min()))
    return plan if isinstance(plan, Text) else _power(asked, past, plan)


@shared
def _power(asked: Asked, past: pd.DataFrame, plan: Plan) -> Power | Text:
    rng = np.random.default_rng(asked.seed)
    try:
        return power(
            past, plan, measure=asked.measure, rng=rng, live=asked.live, repetitions=DRAWS, unit=asked.unit
        )
    except CompareError as error:
        return error.found


def rolled_out(asked: Asked, held: str) -> Plan | Text:
    """Return the plan that a question's roll-out was, cut to the months from `held` on that come before it."""
    units = set(asked.cells[asked.unit].astype(str))
    first, last, begin = _months(asked.start, asked.end, held)
    live = _months(*(day for u, day in asked.live.items() if u in units and day and day <= asked.end))
    months, counts = np.unique(live[live > first], return_counts=True)
    if not len(months):
        return Text("期間の中で始まった職場がありません。", "No office went live within the window.")
    past = int(months[0]) - begin
    if int(months[-1] - months[0]) + LEAST + 1 > past:
        months, counts = months[:1], np.array([counts.sum()])
    span = int(months[-1] - months[0])
    before, after = _fitted(past - span, int(months[0]) - first, last - int(months[-1]) + 1)
    if before < LEAST:
        return Text(
            f"導入前の月が{past}か月しかなく、同じような展開を試せません。",
            f"Only {past} months come before it: too few to try a roll-out like it.",
        )
    waves = tuple(
        PlannedWave(before + int(m - months[0]), int(n)) for m, n in zip(months, counts, strict=True)
    )
    try:
        return Plan(waves, len(units) - len(live), before + span + after)
    except CompareError as error:
        return error.found


def _fitted(months: int, before: int, after: int) -> tuple[int, int]:
    """Return months before and after that fit; neither takes more than half from the other.

    >>> _fitted(11, 12, 40), _fitted(11, 3, 40), _fitted(24, 12, 6)
    ((6, 5), (3, 8), (12, 6))
    """
    late = min(after, max(months - before, months // 2))
    return min(before, months - late), late


def _months(*days: dt.date | str) -> npt.NDArray[np.int64]:
    """Return the months of days, or months by name, as numbers."""
    return np.array([*days], dtype="datetime64[M]").astype(np.int64)

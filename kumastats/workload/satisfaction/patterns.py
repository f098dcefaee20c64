"""How people answer: the middle, the ends, and the same answer to everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text


@dataclass(frozen=True)
class Habits:
    """Habits of answering in a wave. Counts are of respondents.

    Attributes
    ----------
    answers, middle, ends
        Answers to all questions of an odd scale, those in the middle of it, and those at either end.
    respondents, alike, alike_expected
        Respondents of two questions or more, those with the same answer to all, and how many of these there would be if
        answers to one question told nothing about the others. Straight lines are also drawn by those who mean it: the
        excess is an upper bound of carelessness.
    """

    answers: int
    middle: int
    ends: int
    respondents: int
    alike: int
    alike_expected: float


def habits(rows: pd.DataFrame) -> Habits:
    """Return the habits of the answers of one population and wave: columns response_id, question_id, score, scale_max.

    Raises
    ------
    WorkloadError
        If there is no answer on a scale.
    """
    held = rows[rows["score"].notna() & (rows["scale_max"] > 2)]
    if held.empty:
        raise WorkloadError(Text("段階で答えた設問がありません。", "No question was answered on a scale."))
    score, top = held["score"].astype(int), held["scale_max"].astype(int)
    middle = int(((score * 2 == top + 1) & (top % 2 == 1)).sum())
    wide = held.assign(score=score).pivot_table(
        index="response_id", columns="question_id", values="score", aggfunc="first"
    )
    wide = wide.dropna()
    several = wide.shape[1] > 1
    alike = int((wide.nunique(axis=1) == 1).sum()) if several else 0
    expected = 0.0
    if several and len(wide):
        for value in sorted(set(score)):
            expected += float(np.prod((wide == value).to_numpy().mean(axis=0)))
        expected *= len(wide)
    return Habits(
        len(held),
        middle,
        int(((score == 1) | (score == top)).sum()),
        len(wide) if several else 0,
        alike,
        expected,
    )

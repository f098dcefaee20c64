"""Minutes spent searching for documents, from diaries: weighted means, round answers, and how large the next diary must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

COLUMNS = ("person_id", "date", "search_min", "weight")
Floats = npt.NDArray[np.float64]
ROUND = (5, 10)


@dataclass(frozen=True)
class Estimate:
    """A weighted mean with its design-based error.

    Attributes
    ----------
    mean, se, low, high
        Minutes a day.
    days, people
        Diary days, and the people who kept them (the sampled units).
    """

    mean: float
    se: float
    low: float
    high: float
    days: int
    people: int


@dataclass(frozen=True)
class Heaping:
    """Answers at multiples of `step` beside what their neighbours suggest.

    Attributes
    ----------
    observed, expected
        Answers at such values, and the mean of the values beside them times the number of such values.
    """

    step: int
    observed: int
    expected: float

    @property
    def ratio(self) -> float:
        """How many times as many as expected; 1 without heaping."""
        return self.observed / self.expected if self.expected else math.nan


@dataclass(frozen=True)
class Components:
    """Variance of a diary day: between people, and between the days of a person (minutes squared)."""

    between: float
    within: float

    @property
    def intraclass(self) -> float:
        """Share of the variance that lies between people."""
        total = self.between + self.within
        return self.between / total if total else math.nan


def diary_days(diaries: pd.DataFrame) -> pd.DataFrame:
    """Return a row a person and day: person_id, date, minutes (all media), weight; days without an answer are left out.

    Raises
    ------
    WorkloadError
        If columns are missing, no day is left, minutes are negative, or weights are not above zero.
    """
    missing = [c for c in COLUMNS if c not in diaries]
    if missing:
        raise _refuse(
            f"日記に列 {', '.join(missing)} がありません。",
            f"The diaries lack the column {', '.join(missing)}.",
        )
    told = diaries.loc[diaries["search_min"].notna(), list(COLUMNS)]
    if not len(told):
        raise _refuse("答えのある日がありません。", "No diary day has an answer.")
    if (told["search_min"] < 0).any():
        raise _refuse("探した時間が負の日があります。", "A diary day has negative minutes.")
    weight = told["weight"].astype("float64")
    if weight.isna().any() or (weight <= 0).any():
        raise _refuse(
            "重みのない日、または0以下の日があります。", "A diary day has no weight, or one not above zero."
        )
    days = told.assign(weight=weight, minutes=told["search_min"].astype("float64"))
    grouped = days.groupby(["person_id", "date"], sort=True)
    if (grouped["weight"].nunique() > 1).any():
        raise _refuse("同じ人・日の重みが違います。", "The same person and day has different weights.")
    return grouped.agg(minutes=("minutes", "sum"), weight=("weight", "first")).reset_index()


def mean_minutes(days: pd.DataFrame, *, level: float = 0.95) -> Estimate:
    """Return the weighted mean minutes a day; the error is linearised over people (Särndal et al. 1992, section 5.5).

    Parameters
    ----------
    days
        As `diary_days` gives them.
    """
    w, y = _arrays(days)
    return _estimate(days, w, y - _mean(w, y), _mean(w, y), level)


def change(before: pd.DataFrame, after: pd.DataFrame, *, level: float = 0.95) -> Estimate:
    """Return the weighted mean after less before; people in both waves count as one sampled unit.

    Descriptive: other things changed too.
    """
    both = pd.concat([before.assign(late=False), after.assign(late=True)], ignore_index=True)
    w, y = _arrays(both)
    late = both["late"].to_numpy()
    mean = [_mean(w[k], y[k]) for k in (~late, late)]
    scores = np.where(late, (y - mean[1]) / w[late].sum(), -(y - mean[0]) / w[~late].sum()) * w.sum()
    return _estimate(both, w, scores, mean[1] - mean[0], level)


def _arrays(days: pd.DataFrame) -> tuple[Floats, Floats]:
    return (
        days["weight"].to_numpy(dtype=np.float64, copy=True),
        days["minutes"].to_numpy(dtype=np.float64, copy=True),
    )


def _mean(w: Floats, y: Floats) -> float:
    return float((w * y).sum() / w.sum())


def _estimate(days: pd.DataFrame, w: Floats, residual: Floats, mean: float, level: float) -> Estimate:
    from scipy.special import stdtrit

    codes, people = pd.factorize(days["person_id"], sort=True)
    k = len(people)
    if k < 2:
        return Estimate(mean, math.nan, math.nan, math.nan, len(days), k)
    scores = np.bincount(codes, w * residual, k) / w.sum()
    se = float(np.sqrt(k / (k - 1) * (scores**2).sum()))
    half = float(stdtrit(k - 1, 1 - (1 - level) / 2)) * se
    return Estimate(mean, se, mean - half, mean + half, len(days), k)


def heaping(minutes: Sequence[float], *, step: int = 5) -> Heaping:
    """Count answers at multiples of `step` (zero apart) beside the mean of their two neighbours.

    Raises
    ------
    WorkloadError
        If the step is below three: its neighbours would be round themselves.
    """
    if step < 3:
        raise _refuse("刻みは3分以上です。", "The step is at least three minutes.")
    whole = np.rint(np.asarray(minutes, dtype=np.float64)).astype(np.int64)
    top = int(whole.max(initial=0)) // step * step
    count = np.bincount(whole, minlength=top + 2)
    at = np.arange(step, top + 1, step)
    return Heaping(step, int(count[at].sum()), float((count[at - 1] + count[at + 1]).sum() / 2))


def components(days: pd.DataFrame) -> Components:
    """Return the variance between people and between a person's days, by the method of moments (one-way ANOVA, any unbalance)."""
    grouped = days.groupby("person_id", sort=True)["minutes"]
    n, mean = grouped.size().to_numpy(dtype=np.float64), grouped.mean().to_numpy()
    people, total = len(n), float(n.sum())
    if people < 2 or total <= people:
        raise _refuse(
            "人の中と人の間のばらつきを分けるには、2人以上、複数日の日記が要ります。",
            "To tell the variance between people from that between days it takes two people and several days.",
        )
    y = days["minutes"].to_numpy(dtype=np.float64)
    within = float((((days["minutes"] - grouped.transform("mean")) ** 2).sum()) / (total - people))
    between_ms = float((n * (mean - y.mean()) ** 2).sum() / (people - 1))
    effective = (total - float((n**2).sum()) / total) / (people - 1)
    return Components(max((between_ms - within) / effective, 0.0), within)


def people_needed(
    variance: Components, *, days: int, detect: float, level: float = 0.95, power: float = 0.8
) -> int:
    """Return how many people must keep a diary of `days` days, before and after, to see a change of `detect` minutes.

    The same people both times, so that what lies between people cancels: the variance of one person's change is
    2 × within / days. A person's own level is taken to stay as it is.

    >>> people_needed(Components(30.0, 40.0), days=5, detect=3.0)
    16
    """
    if days < 1 or not detect:
        raise _refuse(
            "日数は1日以上、見つけたい変化は0以外です。",
            "It takes a day or more, and a change that is not zero.",
        )
    from scipy.special import stdtrit

    sd = math.sqrt(2 * variance.within / days)
    n = 2
    while (stdtrit(n - 1, 1 - (1 - level) / 2) + stdtrit(n - 1, power)) * sd / math.sqrt(n) > abs(detect):
        n += 1
    return max(n, 2)


def _refuse(ja: str, en: str) -> WorkloadError:
    return WorkloadError(
        Text(ja, en), remedy=Text("snapshot.frame('document_diary') を確かめてください。", "Look at snapshot.frame('document_diary').")
    )  # fmt: skip

"""Two waves of a survey beside each other: means, satisfied people, dominance and odds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumastats.compare.effect_size import cliffs_delta
from kumastats.compare.ordinal import wave_change
from kumastats.compare.proportional_odds import OrderedFit, proportional_odds
from kumastats.compare.result import Comparison
from kumastats.compare.subject import PLAIN, Subject
from kumastats.errors import CompareError, WorkloadError
from kumastats.text import Text
from kumastats.workload.satisfaction.answers import Answers, Floats

CLUSTERS = 10  # below, answers are taken one by one: so few clusters give no error to trust
TOP_TWO = Subject("top_two", Text("「満足」以上の割合", "share satisfied or very satisfied"), Text("", ""), 3)


@dataclass(frozen=True, eq=False)
class WaveChange:
    """How a later wave differs from an earlier one. A change of those who answered, not an effect.

    Attributes
    ----------
    mean, satisfied
        Differences of the weighted mean (points) and of the share of the two highest answers, errors between offices.
    delta
        Cliff's δ, unweighted.
    odds
        Proportional odds of a higher answer in the later wave; None where an answer separates the waves.
    clustered
        Whether errors are between offices; else every answer stands for itself.
    """

    first: str
    last: str
    mean: Comparison
    satisfied: Comparison
    delta: Comparison
    odds: OrderedFit | None
    clustered: bool


def waves_compared(
    held: Answers, first: str, last: str, *, weight: Floats | None = None, subject: Subject = PLAIN
) -> WaveChange:
    """Compare two waves.

    Parameters
    ----------
    weight
        Other weights than the answers' own (n,), such as `post_stratified`.

    Raises
    ------
    WorkloadError
        If a wave has no answers.
    """
    for wave in (first, last):
        if wave not in held.waves:
            raise WorkloadError(Text(f"{wave} の回はありません。", f"There is no wave {wave}."))
    if first >= last:
        raise WorkloadError(Text("後の回は前の回より後です。", "The later wave comes after the earlier one."))
    frame = held.frame(weight)
    frame = frame[frame["wave"].isin([first, last])]
    clustered = frame["unit"].ne("").all() and frame["unit"].nunique() >= CLUSTERS
    cluster = "unit" if clustered else None
    late = (frame["wave"] == last).to_numpy()
    try:
        odds: OrderedFit | None = proportional_odds(
            frame["answer"], late.astype(float), ("late",), weight=frame["weight"], cluster=frame["unit"] if clustered else None
        )  # fmt: skip
    except CompareError:
        odds = None
    score = frame["answer"].to_numpy()
    return WaveChange(
        first,
        last,
        wave_change(frame, weight="weight", cluster=cluster, subject=subject),
        wave_change(
            frame, weight="weight", cluster=cluster, statistic="top_two", top=held.top, subject=TOP_TWO
        ),
        cliffs_delta(score[~late], score[late]),
        odds,
        bool(clustered),
    )


def answers_needed(held: Answers, detect: float, *, power: float = 0.8, level: float = 0.95) -> int:
    """Return how many answers a wave needs so that two waves tell a difference of `detect` points.

    Independent answers of the variance seen, and its design effect where they are weighted (Kish 1965).

    Raises
    ------
    WorkloadError
        If the difference is not positive, or answers do not vary.
    """
    from scipy.special import ndtri

    variance = float(
        np.average((held.score - np.average(held.score, weights=held.weight)) ** 2, weights=held.weight)
    )
    if not detect > 0 or not variance > 0:
        raise WorkloadError(
            Text("見つけたい差と答えのばらつきは0より大きい数です。", "The difference sought and the variance of answers are above 0.")
        )  # fmt: skip
    effect = len(held) * float((held.weight**2).sum()) / float(held.weight.sum()) ** 2
    z = float(ndtri((1 + level) / 2)) + float(ndtri(power))
    return math.ceil(2 * variance * effect * (z / detect) ** 2)

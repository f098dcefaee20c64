"""Answers on an ordered scale in two survey waves, with weights and clusters: means and top-two-box shares."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd

from kumastats.compare.result import Comparison
from kumastats.compare.subject import PLAIN, Subject, conclude, numbers, rounded, t_finding
from kumastats.errors import CompareError
from kumastats.text import Text


def wave_change(
    frame: pd.DataFrame,
    *,
    answer: str = "answer",
    wave: str = "wave",
    weight: str | None = None,
    cluster: str | None = None,
    statistic: Literal["mean", "top_two"] = "mean",
    top: int = 5,
    subject: Subject = PLAIN,
    level: float = 0.95,
) -> Comparison:
    """Compare the second wave with the first: weighted mean, or share of the two highest answers.

    The variance is Taylor's, between clusters (a respondent each, unless named) as if drawn with replacement, waves
    together: a cluster asked twice is one cluster (R survey ``svyglm(answer ~ wave)``), on clusters − 2 degrees of
    freedom.

    Raises
    ------
    CompareError
        If there are not two waves, a column is missing, or a weight is negative or missing.
    """
    wanted = [c for c in (answer, wave, weight, cluster) if c is not None]
    lacking = [c for c in wanted if c not in frame.columns]
    if lacking:
        raise CompareError(Text(f"列「{lacking[0]}」がありません。", f"Column “{lacking[0]}” is missing."))
    kept = frame[wanted].dropna(subset=[c for c in (answer, wave, cluster) if c is not None])
    try:
        waves = sorted(kept[wave].unique())
    except TypeError:
        raise CompareError(
            Text(f"列「{wave}」は一つの型で書いてください。", f"Column “{wave}” mixes types: no order."),
        ) from None
    if statistic not in ("mean", "top_two"):
        raise CompareError(
            Text(f"「{statistic}」という統計量はありません。", f"There is no statistic “{statistic}”.")
        )
    if len(waves) != 2:
        raise CompareError(
            Text(f"調査は2回分が必要です（{len(waves)}回）。", f"It takes two waves; there are {len(waves)}.")
        )
    y = numbers(kept[answer], answer)
    if statistic == "top_two":
        y = (y >= top - 1).astype(float)
    w = np.ones(len(y)) if weight is None else numbers(kept[weight], weight)
    late = (kept[wave] == waves[1]).to_numpy()
    if np.isnan(w).any() or (w < 0).any() or w[late].sum() == 0 or w[~late].sum() == 0:
        raise CompareError(
            Text("重みは0以上で、欠けてはいけません。", "Weights are 0 or more and never missing.")
        )
    first, second = (float(np.average(y[s], weights=w[s])) for s in (~late, late))
    influence = np.where(late, w * (y - second) / w[late].sum(), -w * (y - first) / w[~late].sum())
    groups = np.arange(len(y)) if cluster is None else pd.factorize(kept[cluster])[0]
    sums = np.bincount(groups, weights=influence)
    size = len(sums)
    df = size - 2
    se = math.sqrt(size / (size - 1) * float(((sums - sums.mean()) ** 2).sum())) if df > 0 else math.nan
    se = rounded(se, y)
    lost = len(frame) - len(kept)
    return conclude(
        subject, design="survey_waves", inference="taylor_linearised_t", estimate=second - first, n=len(y), units=len(y),
        clusters=size, level=level, dropped={"no_answer": lost} if lost else {}, extra={"first": first, "second": second},
        estimand=Text(
            "調査の回のあいだの差。答えた人の変化を含み、効果とは言えない",
            "difference between survey waves; who answered may have changed too, and it is no effect",
        ),
        **t_finding(second - first, se, df, level),
    )  # fmt: skip

"""Medians and quantiles of waits, with whole days drawn again: waits of one day are not independent."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.inference import checked_level
from kumastats.compare.result import Comparison
from kumastats.compare.subject import PLAIN, Array, Subject, conclude, numbers
from kumastats.errors import CompareError
from kumastats.text import Text

FEWEST_DAYS = 10


def quantile_change(
    before: tuple[npt.ArrayLike, npt.ArrayLike],
    after: tuple[npt.ArrayLike, npt.ArrayLike],
    q: float = 0.5,
    *,
    rng: np.random.Generator,
    draws: int = 1999,
    subject: Subject = PLAIN,
    level: float = 0.95,
) -> Comparison:
    """Compare the q-quantile of two periods, each given as (values, day of each value).

    Days are drawn with replacement within each period (cluster bootstrap); the interval is of percentiles. Below ten days
    on either side nothing is decided. The p-value is the smallest level whose interval excludes zero.

    Raises
    ------
    CompareError
        If a side is empty, lengths differ, or `q` is not between 0 and 1.
    """
    if not 0 < q < 1:
        raise CompareError(
            Text(f"分位点 {q} は0と1の間ではありません。", f"A quantile of {q} is not between 0 and 1.")
        )
    checked_level(level)
    if draws < 2:
        raise CompareError(
            Text(f"再標本化が{draws}回では区間が作れません。", f"{draws} draws make no interval.")
        )
    sides, missing = [], 0
    for name, (given, labels) in (("before", before), ("after", after)):
        values, days = numbers(given, name), pd.Series(list(np.asarray(labels)), dtype=object)
        if len(values) != len(days):
            raise CompareError(Text("値と日の数が違います。", "Values and days differ in number."))
        kept = ~np.isnan(values) & days.notna().to_numpy()
        missing += int((~kept).sum())
        if not kept.any():
            raise CompareError(Text(f"{name} に値がありません。", f"{name} has no values."))
        order = np.argsort(values[kept], kind="stable")
        sides.append((values[kept][order], pd.factorize(days[kept], sort=True)[0][order]))
    (x, dx), (y, dy) = sides
    estimate = _weighted(y, np.ones(len(y)), q) - _weighted(x, np.ones(len(x)), q)
    counts = [int(dx.max()) + 1, int(dy.max()) + 1]
    reason = None
    ci, p, se = (math.nan, math.nan), math.nan, math.nan
    if min(counts) < FEWEST_DAYS:
        reason = Text(
            f"日数が前{counts[0]}、後{counts[1]}で、各{FEWEST_DAYS}日が要る",
            f"{counts[0]} and {counts[1]} days; it takes {FEWEST_DAYS} each",
        )
    else:
        made = np.empty(draws)
        for i in range(draws):
            times = [np.bincount(rng.integers(0, d, d), minlength=d) for d in counts]
            made[i] = _weighted(y, times[1][dy], q) - _weighted(x, times[0][dx], q)
        low, high = np.quantile(made, [(1 - level) / 2, (1 + level) / 2])
        ci, se = (float(low), float(high)), float(made.std(ddof=1))
        tail = min(int((made <= 0).sum()), int((made >= 0).sum()))
        p = min(1.0, 2 * (tail + 1) / (draws + 1))
    return conclude(
        subject, design="quantile", inference="day_bootstrap", estimate=estimate, se=se, ci=ci, p=p, n=len(x) + len(y),
        units=sum(counts), treated=counts[1], level=level, dropped={"missing": missing} if missing else {}, undecidable=reason,
        estimand=Text(
            f"{q:.0%}点の差（後 − 前）。比べる相手がないので効果とは言えない",
            f"difference of the {q:.0%} quantile, after minus before; without a comparison group it is no effect",
        ),
    )  # fmt: skip


def _weighted(ordered: Array, times: npt.NDArray[np.generic], q: float) -> float:
    """Return the smallest value at or below which a share `q` of the weight lies (R ``quantile(type = 1)``)."""
    run = np.cumsum(times)
    return float(ordered[int(np.searchsorted(run, q * run[-1] * (1 - 1e-12)))])

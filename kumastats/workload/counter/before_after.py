"""Waits before and after: the same weeks of the year, days as the unit; an effect only beside offices where nothing changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kumastats.compare import Check, Comparison
from kumastats.compare.inference import t_interval
from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.day_intervals import day_weights, difference, mean_of_days
from kumastats.workload.counter.log import wait_minutes

Floats = npt.NDArray[np.float64]
Metric = Literal["mean", "p50", "p90", "p95"]
SHARES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
NAMES = {
    "mean": Text("待ち時間の平均", "mean wait"),
    "p50": Text("待ち時間の中央値", "median wait"),
    "p90": Text("待ち時間の90パーセント点", "90th percentile of waits"),
    "p95": Text("待ち時間の95パーセント点", "95th percentile of waits"),
}
FEWEST_DAYS = 10
FEWEST_OFFICES = 3  # on each side; with fewer, what happens to one office cannot be told from an effect
ALONE = Text(
    "同じ週どうしの差。比べる窓口がないので効果とは言えない",
    "the difference between the same weeks of the year; without comparison offices it is no effect",
)
BESIDE = Text(
    "導入した窓口の変化から、導入していない窓口の同じ期間の変化を引いたもの",
    "the change at the offices concerned less the change over the same days at comparison offices",
)


def same_weeks(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Keep the tickets of ISO weeks held on both sides.

    Returns
    -------
    tuple
        Both sides, and how many tickets were left out.

    Raises
    ------
    WorkloadError
        If no week of the year is on both sides.
    """
    week = [t["issued_at"].dt.isocalendar().week for t in (before, after)]
    both = set(week[0]) & set(week[1])
    if not both:
        raise WorkloadError(
            Text("前と後に共通する週がありません。", "No week of the year is held on both sides."),
            remedy=Text("同じ季節の期間を選んでください。", "Choose periods of the same season."),
        )
    kept = [t[w.isin(both)] for t, w in zip((before, after), week, strict=True)]
    return kept[0], kept[1], len(before) + len(after) - len(kept[0]) - len(kept[1])


def change_in_waits(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    rng: np.random.Generator,
    comparison: tuple[pd.DataFrame, pd.DataFrame] | None = None,
    metric: Metric = "mean",
    draws: int = 999,
    level: float = 0.95,
) -> Comparison:
    """Compare waits of served tickets before and after.

    Parameters
    ----------
    before, after
        Tickets of the offices concerned; only weeks of the year on both sides are used.
    comparison
        Tickets of other offices before and after: with them the result is a difference of differences.
    metric
        The mean, or a quantile of the pooled waits.
    rng, draws
        Of the bootstrap: whole days are drawn, the same dates at all offices, since customers of a day wait together.

    Returns
    -------
    Comparison
        In minutes. ``extra`` holds the levels (``before``, ``after``) and ``days_before``, ``days_after``. Without comparison offices,
        or with fewer than three on a side, it is not decidable. Without them the interval of a mean follows the skewness of days
        (`day_intervals`); all others are the estimate and Student's t times the standard error.

    Raises
    ------
    WorkloadError
        If fewer than ten days on a side are left.
    """
    before, after, lost = same_weeks(before, after)
    sides = [_Side.of(before, metric), _Side.of(after, metric)]
    weights = [day_weights(rng.integers(0, len(s.dates), (draws, len(s.dates))), len(s.dates)) for s in sides]
    point = sides[1].value() - sides[0].value()
    drawn = sides[1].resampled(weights[1], sides[1].dates) - sides[0].resampled(weights[0], sides[0].dates)
    offices = int(pd.concat([before["office_id"], after["office_id"]]).nunique())
    extra = {"before": sides[0].value(), "after": sides[1].value(), "days_before": float(len(sides[0].dates)), "days_after": float(len(sides[1].dates))}  # fmt: skip
    df = float(sum(len(s.dates) for s in sides) - 2)
    others = 0
    if comparison is not None:
        left, right, more = same_weeks(*comparison)
        beside = [_Side.of(left, metric), _Side.of(right, metric)]
        others = int(pd.concat([left["office_id"], right["office_id"]]).nunique())
        lost += more
        point -= beside[1].value() - beside[0].value()
        drawn = drawn - (
            beside[1].resampled(weights[1], sides[1].dates) - beside[0].resampled(weights[0], sides[0].dates)
        )
        extra |= {"comparison_before": beside[0].value(), "comparison_after": beside[1].value()}
    se, inference = float(np.nanstd(drawn, ddof=1)), "day_bootstrap"
    decidable = comparison is not None and min(offices, others) >= FEWEST_OFFICES
    if comparison is not None and decidable:
        by_office, df = _office_se(before, after, comparison, metric)
        if by_office > se:
            se, inference = by_office, "offices_t"
        else:
            df = float(sum(len(s.dates) for s in sides) - 2)
    ci = t_interval(point, se, df, level)
    if comparison is None and metric == "mean":
        held = [_mean_side(s, w, level) for s, w in zip(sides, weights, strict=True)]
        ci, inference = difference(held[0], held[1]), "day_bootstrap_t"
    return Comparison(
        measure="counter_wait", label=NAMES[metric], unit=Text("分", "min"), decimals=1,
        design="did" if comparison is not None else "descriptive",
        estimand=BESIDE if comparison is not None else ALONE, estimate=point, se=se, df=df, ci=ci, level=level,
        p=float(2 * special.stdtr(df, -abs(point) / se)) if decidable and se > 0 else math.nan, n=sum(s.n for s in sides), n_units=offices + others,
        n_clusters=offices + others, n_treated_clusters=offices, dropped={"week_on_one_side": lost} if lost else {}, inference=inference,
        decidable=decidable, undecidable_reason=None if decidable else _why(comparison is not None),
        checks=(_days_check(sides),), extra=MappingProxyType(extra),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Side:
    """Sorted waits of a side, with the day of each."""

    wait: Floats
    day: npt.NDArray[np.int64]
    dates: npt.NDArray[np.datetime64]
    metric: Metric

    @classmethod
    def of(cls, tickets: pd.DataFrame, metric: Metric) -> _Side:
        served = tickets[(tickets["outcome"] == "served") & tickets["called_at"].notna()]
        wait = wait_minutes(served).to_numpy()
        day, dates = pd.factorize(served["issued_at"].dt.floor("D"), sort=True)
        if len(dates) < FEWEST_DAYS:
            raise WorkloadError(
                Text(
                    f"比べられる日が{len(dates)}日しかありません（{FEWEST_DAYS}日以上）。",
                    f"Only {len(dates)} days can be compared (it takes {FEWEST_DAYS} on each side).",
                )
            )
        order = np.argsort(wait, kind="stable")
        return cls(wait[order], np.asarray(day)[order], np.asarray(dates, dtype="datetime64[D]"), metric)

    @property
    def n(self) -> int:
        return len(self.wait)

    @cached_property
    def by_day(self) -> tuple[Floats, Floats]:
        held = len(self.dates)
        sums: Floats = np.bincount(self.day, self.wait, held).astype(float)
        return sums, np.bincount(self.day, minlength=held).astype(float)

    def value(self, weight: Floats | None = None) -> float:
        w = np.ones(len(self.dates)) if weight is None else weight
        if self.metric == "mean":
            sums, counts = self.by_day
            return float((w * sums).sum() / (w * counts).sum()) if (w * counts).any() else math.nan
        each = w[self.day]
        total = np.cumsum(each)
        at = int(np.searchsorted(total, SHARES[self.metric] * total[-1], side="left"))
        return float(self.wait[min(at, self.n - 1)])

    def resampled(self, weights: Floats, dates: npt.NDArray[np.datetime64]) -> Floats:
        """Return the metric for draws of days, (draws, days) times each of `dates`; own days not among them stay out."""
        place = np.searchsorted(dates, self.dates)
        held = (place < len(dates)) & (dates[np.minimum(place, len(dates) - 1)] == self.dates)
        times = weights[:, np.minimum(place, len(dates) - 1)] * held
        if self.metric == "mean":
            sums, counts = self.by_day
            customers = times @ counts
            with np.errstate(invalid="ignore"):
                return np.asarray(np.where(customers > 0, times @ sums / customers, math.nan))
        return np.array([self.value(row) for row in times])


def _mean_side(side: _Side, weights: Floats, level: float) -> tuple[float, float, float]:
    low, high = mean_of_days(*side.by_day, weights, level)
    return side.value(), low, high


def _office_se(
    before: pd.DataFrame, after: pd.DataFrame, comparison: tuple[pd.DataFrame, pd.DataFrame], metric: Metric
) -> tuple[float, float]:
    """Return the standard error of the difference of mean office changes (Welch), and its degrees of freedom."""
    parts = []
    for first, then in ((before, after), comparison):
        changes = np.array(
            [
                _Side.of(then[then["office_id"] == o], metric).value()
                - _Side.of(first[first["office_id"] == o], metric).value()
                for o in sorted(set(first["office_id"]) & set(then["office_id"]))
            ]
        )
        parts.append((float(changes.var(ddof=1)) / len(changes), len(changes) - 1))
    (a, da), (b, db) = parts
    if a + b == 0:
        return 0.0, float(da + db)
    return math.sqrt(a + b), (a + b) ** 2 / (a**2 / da + b**2 / db)


def _why(beside: bool) -> Text:
    if beside:
        return Text(
            f"窓口が各側{FEWEST_OFFICES}か所より少なく、一か所の事情と効果を分けられない",
            f"with fewer than {FEWEST_OFFICES} offices on a side, what happened at one office cannot be told from an effect",
        )
    return Text(
        "比べる窓口がなく、効果かどうか判断できない",
        "without comparison offices it cannot be called an effect",
    )


def _days_check(sides: list[_Side]) -> Check:
    fewest = min(len(s.dates) for s in sides)
    return Check(
        "days",
        "pass" if fewest >= 2 * FEWEST_DAYS else "warn",
        Text(
            f"日を単位に再抽出した。少ない側で{fewest}日。",
            f"Intervals by resampling days; {fewest} on the smaller side.",
        ),
        float(fewest),
    )

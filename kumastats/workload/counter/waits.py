"""Waits: mean, quantiles and the share within a time, with intervals that know days differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.display import HtmlTable, interval, number, percent
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter.log import days_of, wait_minutes

FEWEST_DAYS = 10
NAMES = {
    "mean": Text("平均", "mean"),
    "p50": Text("中央値", "median"),
    "p90": Text("90パーセント点", "90th percentile"),
    "p95": Text("95パーセント点", "95th percentile"),
}


@dataclass(frozen=True)
class Interval:
    """A value with its interval; the ends are NaN where days are too few."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Waits:
    """Waits of served tickets, in minutes.

    Attributes
    ----------
    within
        Share called within `target` minutes.
    n, days
        Tickets and days they rest on.
    """

    mean: Interval
    p50: Interval
    p90: Interval
    p95: Interval
    within: Interval
    target: float
    n: int
    n_within: int
    days: int
    level: float

    def table(self, lang: Lang = "ja", caption: str = "") -> HtmlTable:
        """Return it as a table."""
        minutes = Text("分", "min")(lang)
        rows = []
        for name, words in NAMES.items():
            held: Interval = getattr(self, name)
            ends = interval(held.low, held.high, lang, 1) if np.isfinite(held.low) else "—"
            rows.append(
                [words(lang), f"{number(held.value, lang, 1)}{'' if lang == 'ja' else ' '}{minutes}", ends]
            )
        ends = (
            interval(self.within.low * 100, self.within.high * 100, lang, 1)
            if np.isfinite(self.within.low)
            else "—"
        )
        target = number(self.target, lang)
        rows.append(
            [
                Text(f"{target}分以内に呼ばれた割合", f"share called within {target} min")(lang),
                percent(self.within.value, lang),
                ends,
            ]
        )
        heads = [
            Text("待ち時間", "wait")(lang),
            Text("値", "value")(lang),
            f"{self.level:.0%} " + Text("区間", "interval")(lang),
        ]
        note = Text(
            f"応対した番号札 {self.n:,}件、{self.days}日。区間は日を単位とする再抽出による。",
            f"{self.n:,} tickets served on {self.days} days. Intervals by resampling days.",
        )(lang)
        return HtmlTable(
            heads,
            rows,
            caption or Text("待ち時間（発券から呼出まで）", "Wait (issue to call)")(lang),
            lang,
            note,
        )


@shared
def waits(
    tickets: pd.DataFrame,
    *,
    rng: np.random.Generator,
    target: float = 40,
    level: float = 0.95,
    draws: int = 999,
) -> Waits:
    """Summarise the waits of served tickets.

    Parameters
    ----------
    tickets
        Rows of the canonical table ``ticket``.
    target
        Minutes of the share within.
    rng, draws
        Of the bootstrap over days: customers of a day wait together, so days are drawn, not customers.

    Raises
    ------
    WorkloadError
        If nobody was served.
    """
    served = tickets[(tickets["outcome"] == "served") & tickets["called_at"].notna()]
    if not len(served):
        raise WorkloadError(Text("応対した番号札がありません。", "No ticket was served."))
    values = wait_minutes(served).to_numpy()
    day = days_of(served)
    order = np.argsort(values, kind="stable")
    values, day = values[order], day[order]
    days = int(day.max()) + 1
    point = _summary(values, np.ones(len(values)), target)
    if days < FEWEST_DAYS:
        ends = np.full((2, len(point)), np.nan)
    else:
        drawn = np.array(
            [
                _summary(
                    values,
                    np.bincount(rng.integers(0, days, days), minlength=days)[day].astype(float),
                    target,
                )
                for _ in range(draws)
            ]
        )
        ends = np.quantile(drawn, [(1 - level) / 2, 1 - (1 - level) / 2], axis=0)
    mean, p50, p90, p95, within = (
        Interval(float(p), float(lo), float(hi)) for p, lo, hi in zip(point, ends[0], ends[1], strict=True)
    )
    return Waits(
        mean=mean,
        p50=p50,
        p90=p90,
        p95=p95,
        within=within,
        target=target,
        n=len(values),
        n_within=int((values <= target).sum()),
        days=days,
        level=level,
    )


def _summary(sorted_values: np.ndarray, weights: np.ndarray, target: float) -> np.ndarray:
    """Return mean, median, p90, p95 and share within the target, of weighted sorted values."""
    total = np.cumsum(weights)
    n = total[-1]
    at = np.searchsorted(total, np.array([0.5, 0.9, 0.95]) * n, side="left")
    within = np.searchsorted(sorted_values, target, side="right")
    share = total[within - 1] / n if within else 0.0
    return np.array(
        [sorted_values @ weights / n, *sorted_values[np.minimum(at, len(sorted_values) - 1)], share]
    )

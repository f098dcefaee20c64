"""What simulated days say: waits, last customer, overrun and utilisation, each with its interval."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.display import Figure, HtmlTable, interval, number, percent
from kumastats.text import Lang, Text

Floats = npt.NDArray[np.float64]
LEVEL = 0.95
BATCHES = 20
METRICS = ("mean", "p50", "p90", "p95", "within", "abandoned", "last_wait", "overrun", "utilisation")
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
SHARES = frozenset({"within", "abandoned", "utilisation"})
WORDS = {
    "mean": Text("待ち時間の平均（分）", "mean wait (min)"),
    "p50": Text("待ち時間の中央値（分）", "median wait (min)"),
    "p90": Text("待ち時間の90％点（分）", "90th percentile of waits (min)"),
    "p95": Text("待ち時間の95％点（分）", "95th percentile of waits (min)"),
    "within": Text("目標以内に呼ばれた割合", "share called within the target"),
    "abandoned": Text("待たずに帰った割合", "share who left unserved"),
    "last_wait": Text("最後の人の待ち時間（分）", "last customer's wait (min)"),
    "overrun": Text("閉庁後にかかる時間（分）", "overrun after closing (min)"),
    "utilisation": Text("窓口の稼働率", "utilisation of desks"),
}


@dataclass(frozen=True)
class Estimate:
    """A metric over simulated days.

    Attributes
    ----------
    value
        Over all customers (means, quantiles, shares), or the mean over days (last wait, overrun, utilisation).
    low, high
        95 % interval of `value`: it narrows with more days simulated, and says nothing of a single day.
    day_low, day_high
        Between these lie 95 % of days: what a single day can bring.
    """

    value: float
    low: float
    high: float
    day_low: float = math.nan
    day_high: float = math.nan


@dataclass(frozen=True, eq=False)
class Simulated:
    """Days as they came out, one entry a day; never published.

    Attributes
    ----------
    waits
        Waits of who was served, of each day one after another.
    customers, served
        Counts of each day.
    within
        Served within the target.
    last_wait, overrun, utilisation
        Of each day.
    """

    waits: Floats
    customers: Floats
    served: Floats
    within: Floats
    last_wait: Floats
    overrun: Floats
    utilisation: Floats

    def by_day(self) -> dict[str, tuple[Floats, Floats]]:
        """Return numerator and denominator of each metric that is a ratio or a mean, by day."""
        edges = np.r_[0, np.cumsum(self.served)].astype(np.int64)
        total = np.r_[0.0, np.cumsum(self.waits)]
        one = np.ones(len(self.served))
        return {
            "mean": (total[edges[1:]] - total[edges[:-1]], self.served),
            "within": (self.within, self.customers),
            "abandoned": (self.customers - self.served, self.customers),
            "last_wait": (self.last_wait, one),
            "overrun": (self.overrun, one),
            "utilisation": (self.utilisation, one),
        }

    def days(self, first: int, last: int) -> Floats:
        """Return the waits of some days."""
        edges = np.r_[0, np.cumsum(self.served)].astype(np.int64)
        return self.waits[edges[first] : edges[last]]


@dataclass(frozen=True, eq=False)
class CounterResult:
    """A counter, simulated.

    Attributes
    ----------
    metrics
        An `Estimate` for each name of `METRICS`.
    load
        Work offered over planned desk time in opening hours.
    desk_hours
        Planned desk-hours in opening hours.
    """

    metrics: Mapping[str, Estimate]
    target: float
    load: float
    desk_hours: float
    days: int
    customers: int
    simulated: Simulated

    def __getitem__(self, metric: str) -> Estimate:
        return self.metrics[metric]

    def text(self, lang: Lang = "ja") -> str:
        """Return it in a sentence or two."""
        m = self.metrics

        def of(name: str, decimals: int = 1) -> str:
            return f"{number(m[name].value, lang, decimals)}（{interval(m[name].low, m[name].high, lang, decimals)}）"

        overload = (
            Text("（一日を通して列が伸びる）", " (the queue grows all day)")
            if self.load >= 1
            else Text("", "")
        )
        return (
            Text(
                f"負荷率{number(self.load, 'ja', 2)}{overload.ja}。待ち時間は平均{of('mean')}分、10人に9人は{of('p90')}分以内、最後の人は{of('last_wait')}分"
                f"（括弧は95％区間、{self.days:,}日の模擬計算）。一日の平均は{interval(m['mean'].day_low, m['mean'].day_high, 'ja', 0)}分の間でばらつく。",
                f"Load ratio {number(self.load, 'en', 2)}{overload.en}. Waits: mean {of('mean')} min, nine in ten within {of('p90')} min, the last customer {of('last_wait')} min "
                f"(95% intervals in brackets, {self.days:,} simulated days). The mean of a single day varies within {interval(m['mean'].day_low, m['mean'].day_high, 'en', 0)} min.",
            )(lang)
            .replace("（" if lang == "en" else "\0", " (")
            .replace("）" if lang == "en" else "\0", ")")
        )

    def table(self, lang: Lang = "ja", caption: str = "") -> HtmlTable:
        """Return every metric with its interval and the range of days."""
        rows = []
        for name in METRICS:
            held = self.metrics[name]
            if name == "abandoned" and held.value == 0:
                continue
            scale, decimals = (100.0, 1) if name in SHARES else (1.0, 1)
            shown = percent(held.value, lang) if name in SHARES else number(held.value, lang, 1)
            rows.append(
                [
                    WORDS[name](lang),
                    shown,
                    interval(held.low * scale, held.high * scale, lang, decimals),
                    interval(held.day_low * scale, held.day_high * scale, lang, decimals),
                ]
            )
        heads = [
            Text("指標", "metric")(lang),
            Text("値", "value")(lang),
            Text("値の95％区間", "95% interval of the value")(lang),
            Text("日による幅（95％の日）", "range of days (95% of days)")(lang),
        ]
        note = Text(
            f"{self.days:,}日・{self.customers:,}人の模擬計算。負荷率{self.load:.2f}、窓口{self.desk_hours:.1f}時間、目標{number(self.target, 'ja')}分。",
            f"{self.days:,} days and {self.customers:,} customers simulated. Load ratio {self.load:.2f}, {self.desk_hours:.1f} desk-hours, target {number(self.target, 'en')} min.",
        )(lang)
        return HtmlTable(
            heads, rows, caption or Text("窓口の模擬計算", "The counter, simulated")(lang), lang, note
        )

    def plot(self, lang: Lang = "ja", *, caption: str = "") -> Figure:
        """Draw the distribution of waits."""
        from kumastats.workload.counter.simulated_plot import waits_figure

        return waits_figure(self, lang, caption=caption)


def summarise(days: Simulated, *, target: float, load: float, desk_hours: float) -> CounterResult:
    """Turn simulated days into metrics with intervals.

    Ratios by their linearisation over days, quantiles by batches of days; both with Student's t.
    """
    metrics = {}
    for name, (top, bottom) in days.by_day().items():
        value, se = ratio(top, bottom)
        half = student(len(top) - 1) * se
        each = top[bottom > 0] / bottom[bottom > 0]
        metrics[name] = Estimate(value, value - half, value + half, *_range(each))
    starts = batch_edges(len(days.served))
    sorted_days = _daily(days)
    for name, share in QUANTILES.items():
        value = quantile(days.waits, share)
        parts = np.array([quantile(days.days(a, b), share) for a, b in itertools.pairwise(starts)])
        half = (
            student(len(parts) - 1) * float(parts.std(ddof=1)) / math.sqrt(len(parts))
            if len(parts) > 1
            else math.nan
        )
        metrics[name] = Estimate(value, value - half, value + half, *_range(sorted_days[name]))
    return CounterResult(
        {m: metrics[m] for m in METRICS},
        target,
        load,
        desk_hours,
        len(days.served),
        int(days.customers.sum()),
        days,
    )


def ratio(top: Floats, bottom: Floats) -> tuple[float, float]:
    """Return a ratio of totals over days and its standard error."""
    total = float(bottom.sum())
    if total == 0:
        return math.nan, math.nan
    value = float(top.sum()) / total
    n = len(top)
    if n < 2:
        return value, math.nan
    residual = (top - value * bottom) / (total / n)
    return value, float(residual.std(ddof=1)) / math.sqrt(n)


def quantile(values: Floats, share: float) -> float:
    """Return the smallest value that `share` of the values do not exceed."""
    if not len(values):
        return math.nan
    place = max(0, math.ceil(share * len(values)) - 1)
    return float(np.partition(values, place)[place])


def batch_edges(days: int) -> npt.NDArray[np.int64]:
    """Return where batches of days begin and end."""
    return np.linspace(0, days, min(BATCHES, days) + 1).astype(np.int64)


def _daily(days: Simulated) -> dict[str, Floats]:
    edges = np.r_[0, np.cumsum(days.served)].astype(np.int64)
    made: dict[str, list[float]] = {m: [] for m in QUANTILES}
    for a, b in itertools.pairwise(edges):
        if b > a:
            held = np.sort(days.waits[a:b])
            for name, share in QUANTILES.items():
                made[name].append(float(held[max(0, math.ceil(share * (b - a)) - 1)]))
    return {m: np.array(v) for m, v in made.items()}


def _range(each: Floats) -> tuple[float, float]:
    if not len(each):
        return math.nan, math.nan
    low, high = np.quantile(each, [(1 - LEVEL) / 2, 1 - (1 - LEVEL) / 2])
    return float(low), float(high)


def student(df: int) -> float:
    """Return the half-width of the interval in standard errors."""
    from scipy import special

    return float(special.stdtrit(df, 1 - (1 - LEVEL) / 2)) if df >= 1 else math.nan

"""How many desks, or how much less work, for a wait of 40 minutes, and for near zero: by simulation on the same days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.display import HtmlTable, interval, number, percent
from kumastats.text import Lang, Text
from kumastats.workload.counter.arrivals import ArrivalProfile
from kumastats.workload.counter.service import ServiceTimes
from kumastats.workload.counter.simulate import Days, queue_waits, simulate_days

CUTS = tuple(round(0.05 * k, 2) for k in range(13))
METRICS = ("mean", "p50", "p90", "p95", "within", "last_wait", "overrun", "utilisation")
HEADS = {
    "mean": Text("平均（分）", "mean (min)"),
    "p90": Text("90％点（分）", "p90 (min)"),
    "within": Text("目標以内", "within target"),
    "last_wait": Text("最後の人（分）", "last customer (min)"),
    "overrun": Text("閉庁後（分）", "after closing (min)"),
    "utilisation": Text("稼働率", "utilisation"),
}


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Answers by simulation.

    Attributes
    ----------
    by_desks, by_work
        One row a scenario (``desks``; ``removed``, the share of work taken away) with each metric, and
        ``<metric>_low``, ``<metric>_high``: where 95 % of simulated days lie.
    desks
        Desks open now.
    desks_for_target, desks_near_zero, cut_for_target, cut_near_zero
        The least that brings the 90th percentile of waits to the target, to near zero; None if no scenario does.
    load
        Work offered over the desks' time in opening hours; above 1 the queue grows all day.
    """

    by_desks: pd.DataFrame
    by_work: pd.DataFrame
    desks: int
    target: float
    near_zero: float
    desks_for_target: int | None
    desks_near_zero: int | None
    cut_for_target: float | None
    cut_near_zero: float | None
    load: float
    days: int

    def table(self, lang: Lang = "ja", *, by: str = "desks") -> HtmlTable:
        """Return the scenarios as a table; ``by`` is ``desks`` or ``work``."""
        frame = self.by_desks if by == "desks" else self.by_work
        key = "desks" if by == "desks" else "removed"
        head = Text("窓口数", "desks") if by == "desks" else Text("減らす仕事", "work removed")
        rows = []
        for _, row in frame.iterrows():
            first = number(row[key], lang) if by == "desks" else percent(row[key], lang, 0)
            cells = [
                percent(row[m], lang, 0) if m in ("within", "utilisation") else number(row[m], lang, 0)
                for m in HEADS
            ]
            rows.append([first, *cells, interval(row["p90_low"], row["p90_high"], lang)])
        heads = [
            head(lang),
            *[h(lang) for h in HEADS.values()],
            Text("90％点の日による幅", "p90, range of days")(lang),
        ]
        note = Text(
            f"{self.days:,}日の模擬計算（同じ来客で比べた）。幅は95％の日が入る範囲。今の窓口数 {self.desks}、目標 {self.target:.0f}分。",
            f"{self.days:,} simulated days, the same customers in every row. Ranges hold 95% of days. Desks now: {self.desks}; target {self.target:.0f} min.",
        )(lang)
        caption = Text("待ち時間の模擬計算", "Waits, simulated")(lang)
        return HtmlTable(heads, rows, caption, lang, note)


def what_if(
    profile: ArrivalProfile,
    services: ServiceTimes,
    desks: int,
    *,
    rng: np.random.Generator,
    target: float = 40,
    near_zero: float = 5,
    days: int = 400,
    most_desks: int | None = None,
    cuts: Sequence[float] = CUTS,
) -> WhatIf:
    """Simulate more desks, and less work, on the same customers.

    Parameters
    ----------
    desks
        Desks open now.
    target, near_zero
        Minutes that the 90th percentile of waits is to reach.
    days
        Days simulated.
    most_desks
        The largest number tried; by default until near zero, at most four times as many and three more.
    cuts
        Shares of every service's time that are taken away.
    """
    made = simulate_days(profile, services.values, days, rng=rng)
    limit = most_desks or 4 * desks + 3
    rows = []
    for count in range(max(1, desks - 1), limit + 1):
        rows.append({"desks": count, **_metrics(made, made.service, count, target)})
        if rows[-1]["p90"] <= near_zero and count >= desks + 1:
            break
    by_desks = pd.DataFrame(rows)
    less = [{"removed": cut, **_metrics(made, made.service * (1 - cut), desks, target)} for cut in cuts]
    by_work = pd.DataFrame(less)
    load = float(made.service.sum() / days / (desks * (made.closing - made.opening)))

    def first(frame: pd.DataFrame, key: str, goal: float) -> float | None:
        hit = frame[frame["p90"] <= goal]
        return float(hit[key].iloc[0]) if len(hit) else None

    d_target, d_zero = first(by_desks, "desks", target), first(by_desks, "desks", near_zero)
    return WhatIf(
        by_desks=by_desks,
        by_work=by_work,
        desks=desks,
        target=target,
        near_zero=near_zero,
        desks_for_target=int(d_target) if d_target is not None else None,
        desks_near_zero=int(d_zero) if d_zero is not None else None,
        cut_for_target=first(by_work, "removed", target),
        cut_near_zero=first(by_work, "removed", near_zero),
        load=load,
        days=days,
    )


def _metrics(days: Days, service: np.ndarray, desks: int, target: float) -> dict[str, float]:
    waits = queue_waits(days.arrival, service, desks)
    here = np.arange(len(waits))[:, None] < days.count[None, :]
    pooled = waits[here]
    ends = np.where(here, days.arrival + waits + service, -np.inf)
    last = np.maximum(days.count - 1, 0)
    masked = np.where(here, waits, np.nan)
    some = days.count > 0
    masked = masked[:, some]
    q = np.nanquantile(masked, [0.5, 0.9, 0.95], axis=0)
    hours = days.closing - days.opening
    by_day = {
        "mean": np.nanmean(masked, axis=0),
        "p50": q[0],
        "p90": q[1],
        "p95": q[2],
        "within": np.nanmean(np.where(np.isnan(masked), np.nan, masked <= target), axis=0),
        "last_wait": np.take_along_axis(waits, last[None, :], axis=0)[0][some],
        "overrun": np.maximum(ends.max(axis=0) - days.closing, 0)[some],
        "utilisation": (service.sum(axis=0) / (desks * np.maximum(hours, ends.max(axis=0) - days.opening)))[
            some
        ],
    }
    value = {
        "mean": float(pooled.mean()),
        **dict(zip(("p50", "p90", "p95"), map(float, np.quantile(pooled, [0.5, 0.9, 0.95])), strict=True)),
        "within": float((pooled <= target).mean()),
        **{m: float(by_day[m].mean()) for m in ("last_wait", "overrun", "utilisation")},
    }
    for metric in METRICS:
        low, high = np.quantile(by_day[metric], [0.025, 0.975])
        value[f"{metric}_low"], value[f"{metric}_high"] = float(low), float(high)
    return value

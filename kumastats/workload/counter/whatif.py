"""How many desks, or how much less work, for a wait of 40 minutes, and for near zero: by simulation on the same days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.display import HtmlTable, interval, number, percent, yen
from kumastats.text import Lang, Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter.arrivals import ArrivalProfile
from kumastats.workload.counter.kernel import queue_waits
from kumastats.workload.counter.result import Simulated, summarise
from kumastats.workload.counter.service import ServiceTimes
from kumastats.workload.counter.walk_ins import Days, simulate_days

GOALS = (40.0, 10.0, 5.0)
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
        One row a scenario (``desks``; ``removed``, the share of work taken away) with each metric,
        ``<metric>_low`` and ``<metric>_high`` (95 % interval of the value), ``<metric>_day_low`` and ``<metric>_day_high``
        (where 95 % of simulated days lie).
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
            rows.append(
                [
                    first,
                    *cells,
                    interval(row["p90_low"], row["p90_high"], lang),
                    interval(row["p90_day_low"], row["p90_day_high"], lang),
                ]
            )
        heads = [
            head(lang),
            *[h(lang) for h in HEADS.values()],
            Text("90％点の95％区間", "p90, 95% interval")(lang),
            Text("90％点の日による幅", "p90, range of days")(lang),
        ]
        note = Text(
            f"{self.days:,}日の模擬計算（同じ来客で比べた）。日による幅は95％の日が入る範囲。今の窓口数 {self.desks}、目標 {self.target:.0f}分。",
            f"{self.days:,} simulated days, the same customers in every row. Ranges of days hold 95% of days. Desks now: {self.desks}; target {self.target:.0f} min.",
        )(lang)
        caption = Text("待ち時間の模擬計算", "Waits, simulated")(lang)
        return HtmlTable(heads, rows, caption, lang, note)

    def reaching(self, minutes: float) -> tuple[int | None, float | None]:
        """Return the fewest desks, and the least share of work removed, with which nine in ten wait no longer."""
        desks, cut = _first(self.by_desks, "desks", minutes), _first(self.by_work, "removed", minutes)
        return (None if desks is None else int(desks)), cut

    def goals_table(
        self,
        lang: Lang = "ja",
        *,
        goals: Sequence[float] = GOALS,
        hours: float = 8.75,
        yen_an_hour: float | None = None,
    ) -> HtmlTable:
        """Return what reaches each wait: desks, desk-hours a day (and yen), or work removed.

        Parameters
        ----------
        goals
            Minutes that nine in ten are not to exceed.
        hours
            Hours a desk is open.
        yen_an_hour
            Cost of a desk-hour.
        """
        rows = []
        for goal in goals:
            desks, cut = self.reaching(goal)
            more = None if desks is None else (desks - self.desks) * hours
            money = "" if yen_an_hour is None or more is None else f" / {yen(more * yen_an_hour, lang)}"
            rows.append(
                [
                    Text(f"{number(goal, 'ja')}分", f"{number(goal, 'en')} min")(lang),
                    "—" if desks is None else number(desks, lang),
                    "—" if more is None else number(more, lang, 1, signed=True) + money,
                    "—" if cut is None else percent(cut, lang, 0),
                ]
            )
        heads = [
            Text("10人に9人の待ち時間", "nine in ten wait at most")(lang),
            Text("必要な窓口", "desks needed")(lang),
            Text("増える窓口時間（一日）", "desk-hours more a day")(lang),
            Text("または減らす仕事", "or work removed")(lang),
        ]
        note = Text(
            f"今の窓口は{self.desks}、負荷率{self.load:.2f}。{self.days:,}日の模擬計算。—は試した範囲で届かない。",
            f"{self.desks} desks now, load ratio {self.load:.2f}. {self.days:,} simulated days. —: not reached by what was tried.",
        )(lang)
        return HtmlTable(
            heads, rows, Text("待ち時間を短くするのに要るもの", "What shorter waits take")(lang), lang, note
        )


@shared
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

    d_target, d_zero = _first(by_desks, "desks", target), _first(by_desks, "desks", near_zero)
    return WhatIf(
        by_desks=by_desks,
        by_work=by_work,
        desks=desks,
        target=target,
        near_zero=near_zero,
        desks_for_target=int(d_target) if d_target is not None else None,
        desks_near_zero=int(d_zero) if d_zero is not None else None,
        cut_for_target=_first(by_work, "removed", target),
        cut_near_zero=_first(by_work, "removed", near_zero),
        load=load,
        days=days,
    )


def _first(frame: pd.DataFrame, key: str, minutes: float) -> float | None:
    hit = frame[frame["p90"] <= minutes]
    return float(hit[key].iloc[0]) if len(hit) else None


def _metrics(days: Days, service: np.ndarray, desks: int, target: float) -> dict[str, float]:
    waits = queue_waits(days.arrival, service, desks)
    here = np.arange(len(waits))[:, None] < days.count[None, :]
    finish = np.where(here, days.arrival + waits + service, days.closing).max(axis=0)
    last = np.maximum(days.count - 1, 0)
    counts = days.count.astype(float)
    made = Simulated(
        waits=waits.T[here.T],
        customers=counts,
        served=counts,
        within=(here & (waits <= target)).sum(axis=0).astype(float),
        last_wait=np.where(days.count > 0, np.take_along_axis(waits, last[None, :], axis=0)[0], 0.0),
        overrun=np.maximum(finish - days.closing, 0.0),
        utilisation=service.sum(axis=0) / (desks * (np.maximum(finish, days.closing) - days.opening)),
    )
    result = summarise(made, target=target, load=0.0, desk_hours=0.0)
    value: dict[str, float] = {}
    for metric in METRICS:
        held = result[metric]
        value |= {
            metric: held.value,
            f"{metric}_low": held.low,
            f"{metric}_high": held.high,
            f"{metric}_day_low": held.day_low,
            f"{metric}_day_high": held.day_high,
        }
    return value

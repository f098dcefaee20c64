"""Scenarios run, and compared on the same customers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.display import HtmlTable, interval, number, percent
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.workload.counter.draws import Customers, Shared, customers, triage_draws
from kumastats.workload.counter.hours import DeskPlan
from kumastats.workload.counter.kernel import NEVER, queue_waits, ranked_waits
from kumastats.workload.counter.result import (
    METRICS,
    QUANTILES,
    SHARES,
    WORDS,
    CounterResult,
    Estimate,
    Simulated,
    batch_edges,
    quantile,
    ratio,
    student,
    summarise,
)
from kumastats.workload.counter.scenario import Scenario, Triage

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
BLOCK = 512
NOBODY = Text("応対した人がいません。", "Nobody was served.")


def simulate(
    scenario: Scenario, *, rng: np.random.Generator, days: int = 1000, target: float = 40
) -> CounterResult:
    """Simulate days of a scenario.

    Parameters
    ----------
    rng
        Gives one seed; every source of chance of every kind of visit then has its own stream.
    days
        Days simulated; at least 2 for an interval.
    target
        Minutes of the share called within.

    Raises
    ------
    WorkloadError
        If nobody comes, or somebody is left whom no desk serves.
    """
    return _run(scenario, _seed(rng), days, target)


@dataclass(frozen=True, eq=False)
class Compared:
    """Scenarios on the same customers.

    Attributes
    ----------
    base, results
        Each scenario's own result.
    differences
        Scenario → metric → what it changes from the base, with the interval of the paired difference; the range of days is
        that of the daily differences.
    """

    base: CounterResult
    results: Mapping[str, CounterResult]
    differences: Mapping[str, Mapping[str, Estimate]]

    def table(self, lang: Lang = "ja", metric: str = "p90") -> HtmlTable:
        """Return one metric of every scenario, with its paired difference."""
        share = metric in SHARES

        def shown(value: float, signed: bool = False) -> str:
            return percent(value, lang, signed=signed) if share else number(value, lang, 1, signed=signed)

        scale = 100.0 if share else 1.0
        rows = [
            [
                Text("今のまま", "as now")(lang),
                shown(self.base[metric].value),
                "—",
                "—",
                number(self.base.load, lang, 2),
            ]
        ]
        for name, result in self.results.items():
            d = self.differences[name][metric]
            ends = interval(d.low * scale, d.high * scale, lang, 1)
            rows.append(
                [name, shown(result[metric].value), shown(d.value, True), ends, number(result.load, lang, 2)]
            )
        heads = [
            Text("場合", "scenario")(lang), WORDS[metric](lang), Text("今との差", "difference")(lang),
            Text("差の95％区間", "95% interval of the difference")(lang), Text("負荷率", "load ratio")(lang),
        ]  # fmt: skip
        note = Text(
            f"{self.base.days:,}日の模擬計算。どの場合も同じ来客で比べた。",
            f"{self.base.days:,} simulated days, the same customers in every scenario.",
        )(lang)
        return HtmlTable(heads, rows, Text("場合ごとの比較", "Scenarios compared")(lang), lang, note)


def compare(
    base: Scenario,
    scenarios: Mapping[str, Scenario],
    *,
    rng: np.random.Generator,
    days: int = 1000,
    target: float = 40,
) -> Compared:
    """Simulate scenarios on the same customers and return paired differences.

    Every source of chance of a kind of visit has its own seed, so a scenario that changes desks, services, ranks or shares
    leaves all other draws as they were.
    """
    if days < 2:
        raise WorkloadError(Text("区間には2日以上が必要です。", "Intervals need at least 2 days."))
    seed = _seed(rng)
    first = _run(base, seed, days, target)
    results = {name: _run(s, seed, days, target) for name, s in scenarios.items()}
    return Compared(first, results, {n: _differences(first, r) for n, r in results.items()})


def mean_waits(scenarios: Sequence[Scenario], *, rng: np.random.Generator, days: int = 100) -> Floats:
    """Return the mean wait of each scenario, on the same customers, and nothing else."""
    if days < 1:
        raise WorkloadError(Text("日数は1以上です。", "There must be at least one day."))
    seed, out = _seed(rng), []
    shared: Shared = {}
    for scenario in scenarios:
        total, served = 0.0, 0
        for k in range(math.ceil(days / BLOCK)):
            for passed in _queues(scenario, seed, k, min(BLOCK, days - k * BLOCK), shared):
                total += float(passed.wait[passed.served].sum())
                served += int(passed.served.sum())
        if not served:
            raise WorkloadError(NOBODY)
        out.append(total / served)
    return np.array(out)


def _differences(base: CounterResult, other: CounterResult) -> dict[str, Estimate]:
    made = {}
    n = base.days
    was, now = base.simulated.by_day(), other.simulated.by_day()
    for name in was:
        (top0, bottom0), (top1, bottom1) = was[name], now[name]
        v0, v1 = ratio(top0, bottom0)[0], ratio(top1, bottom1)[0]
        paired = (top1 - v1 * bottom1) / bottom1.mean() - (top0 - v0 * bottom0) / bottom0.mean()
        half = student(n - 1) * float(paired.std(ddof=1)) / math.sqrt(n)
        some = (bottom0 > 0) & (bottom1 > 0)
        daily = top1[some] / bottom1[some] - top0[some] / bottom0[some]
        low, high = np.quantile(daily, [0.025, 0.975]) if len(daily) else (math.nan, math.nan)
        made[name] = Estimate(v1 - v0, v1 - v0 - half, v1 - v0 + half, float(low), float(high))
    edges = batch_edges(n)
    for name, share in QUANTILES.items():
        value = other[name].value - base[name].value
        parts = np.array(
            [
                quantile(other.simulated.days(a, b), share) - quantile(base.simulated.days(a, b), share)
                for a, b in itertools.pairwise(edges)
            ]
        )
        half = student(len(parts) - 1) * float(parts.std(ddof=1)) / math.sqrt(len(parts))
        made[name] = Estimate(value, value - half, value + half)
    return {m: made[m] for m in METRICS}


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**63))


def _run(scenario: Scenario, seed: int, days: int, target: float) -> CounterResult:
    joined = _simulated(scenario, seed, days, target)
    return summarise(joined, target=target, load=scenario.load, desk_hours=scenario.desk_minutes / 60)


def _simulated(scenario: Scenario, seed: int, days: int, target: float) -> Simulated:
    if days < 1:
        raise WorkloadError(Text("日数は1以上です。", "There must be at least one day."))
    blocks = [
        _block(scenario, seed, k, min(BLOCK, days - k * BLOCK), target)
        for k in range(math.ceil(days / BLOCK))
    ]
    joined = Simulated(
        *(np.concatenate([getattr(b, f) for b in blocks]) for f in Simulated.__dataclass_fields__)
    )
    if not joined.served.sum():
        raise WorkloadError(NOBODY)
    return joined


@dataclass(frozen=True, eq=False)
class _Passed:
    """A block of days of one queue: (customers, days) of waits, who was served, arrivals, who comes and when each ended; minutes of work
    by day.
    """

    wait: Floats
    served: Bools
    arrival: Floats
    comes: Bools
    end: Floats
    work: Floats


def _queues(
    scenario: Scenario, seed: int, block: int, days: int, shared: Shared | None = None
) -> Iterator[_Passed]:
    """Let a block of days pass, queue by queue."""
    triage = dict(scenario.triage)
    for queue, plan in scenario.desks:
        if not any(k.queue == queue for k in scenario.kinds):
            continue
        drawn = customers(scenario, queue, days, seed, block, shared)
        first = triage.get(queue)
        if first is None:
            wait, stays = _waits(drawn, plan)
            end = drawn.arrival + wait + drawn.service
            work = drawn.service
        else:
            wait, stays, end, work = _through_triage(drawn, plan, first, queue, seed, block)
        served = drawn.comes & stays
        if not np.isfinite(wait[served]).all():
            raise WorkloadError(
                Text(
                    "窓口がすべて閉まった後に、応対していない人が残ります。",
                    "Customers are left after every desk has gone.",
                ),
                remedy=Text(
                    "最後の人まで残る窓口を一つ置いてください（leaves を指定しない）。",
                    "Let one desk stay until the last customer is served (do not set `leaves`).",
                ),
            )
        yield _Passed(wait, served, drawn.arrival, drawn.comes, end, (work * served).sum(axis=0))


def _block(scenario: Scenario, seed: int, block: int, days: int, target: float) -> Simulated:
    made = list(_queues(scenario, seed, block, days))
    wait, done, came, there = (
        np.vstack([getattr(p, name) for p in made]) for name in ("wait", "served", "arrival", "comes")
    )
    ends = [np.where(p.served, p.end, -np.inf).max(axis=0) for p in made]
    busy = np.sum([p.work for p in made], axis=0)
    last = np.where(done, came, -np.inf).argmax(axis=0)
    finish = np.max(ends, axis=0)
    until = np.maximum(scenario.closes, finish)
    planned = sum(p.minutes_until(scenario.opens, until) for _, p in scenario.desks)
    return Simulated(
        waits=wait.T[done.T],
        customers=there.sum(axis=0).astype(float),
        served=done.sum(axis=0).astype(float),
        within=(done & (wait <= target)).sum(axis=0).astype(float),
        last_wait=np.where(done.any(axis=0), wait[last, np.arange(days)], 0.0),
        overrun=np.maximum(finish - scenario.closes, 0.0),
        utilisation=busy / planned,
    )


def _waits(drawn: Customers, plan: DeskPlan) -> tuple[Floats, Bools]:
    """Return waits, and who was not gone before being called."""
    patience = drawn.patience
    if plan.constant and (drawn.rank == drawn.rank[0, 0]).all():
        wait = queue_waits(drawn.arrival, drawn.service, len(plan.desks), patience=patience)
    else:
        wait = ranked_waits(drawn.arrival, drawn.service, plan, rank=drawn.rank, patience=patience)
    stays = np.ones(wait.shape, dtype=bool) if patience is None else wait < patience
    return wait, stays


def _through_triage(
    drawn: Customers, plan: DeskPlan, triage: Triage, queue: str, seed: int, block: int
) -> tuple[Floats, Bools, Floats, Floats]:
    """Return waits before both desks together, who was served, when each left, and minutes at the desks of the queue."""
    service, settled = triage_draws(triage, queue, drawn.arrival.shape, seed, block)
    service = np.where(drawn.comes, service, 0.0)
    before, stays = _waits(
        Customers(drawn.arrival, service, drawn.comes, drawn.rank, drawn.patience), triage.plan
    )
    ready = drawn.arrival + before + np.where(stays, service, 0.0)
    goes = drawn.comes & stays & ~settled
    work = np.where(goes, drawn.service * triage.shorter, 0.0)
    order = np.where(goes, ready, np.maximum(ready, NEVER)).argsort(axis=0, kind="stable")

    def sort(values: Any) -> Any:
        return np.take_along_axis(values, order, axis=0)

    second = Customers(
        sort(np.where(goes, ready, np.maximum(ready, NEVER))), sort(work), sort(goes), sort(drawn.rank), None
    )
    wait, _ = _waits(second, plan)
    after = np.empty_like(wait)
    np.put_along_axis(after, order, wait, axis=0)
    after[~goes] = 0.0
    return before + after, stays, ready + after + work, work

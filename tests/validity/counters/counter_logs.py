"""The questions put to ticket logs with hidden desks and known effects, and whether an interval held the truth of a seed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.workload.counter import change_in_waits, decompose
from kumastats.workload.counter.fitted import changes
from kumastats.workload.counter.forecast import fit_day_totals

sys.path.insert(0, str(Path(__file__).parents[2] / "workload"))
from synthetic import log, played_day

BEFORE: dict[str, Any] = {"mean": 70.0, "desks": 2, "service": 12.0, "spread": 50.0}
AFTER = BEFORE | {"service": 9.0}
FASTER, MORE = BEFORE | {"service": 12.0 * 0.8}, BEFORE | {"desks": 3}
DAYS = 60  # a quarter
TRUTH_DAYS = 12_000
Held = dict[str, bool]


def true_mean(truth: Mapping[str, Any], seed: int) -> float:
    """Return the mean wait of very many days."""
    rng = np.random.default_rng(seed)
    waited = customers = 0.0
    for _ in range(TRUTH_DAYS):
        issued, called, _, _ = played_day(rng, **truth)
        waited += sum(called) - sum(issued)
        customers += len(issued)
    return waited / customers


def change() -> Callable[[int], Held]:
    """A change in the mean wait between two quarters."""
    truth = true_mean(AFTER, 2) - true_mean(BEFORE, 1)

    def once(seed: int) -> Held:
        rng = np.random.default_rng([7, seed])
        made = change_in_waits(
            log(rng, "2021-04-05", DAYS, **BEFORE), log(rng, "2022-04-04", DAYS, **AFTER), rng=rng
        )
        return {"change in the mean wait": made.ci[0] <= truth <= made.ci[1]}

    return once


def calendar() -> Callable[[int], Held]:
    """A weekday's factor (truly 1), and how many come on the next day."""

    def once(seed: int) -> Held:
        rng = np.random.default_rng([8, seed])
        made = log(rng, "2021-09-01", DAYS + 1, **BEFORE)
        last = made["issued_at"].max().floor("D")
        fit = fit_day_totals(made[made["issued_at"] < last])
        _, low, high = fit.ratio("friday")
        ahead = fit.forecast(last.date(), last.date(), rng=rng).frame.iloc[0]
        came = int((made["issued_at"] >= last).sum())
        return {
            "a weekday's factor on visitors": low <= 1 <= high,
            "visitors on a day to come": bool(ahead["low"] <= came <= ahead["high"]),
        }

    return once


def what_ifs() -> Callable[[int], Held]:
    """What faster services and a further desk would do, from a log that states neither desks nor law."""
    now = true_mean(BEFORE, 1)
    truths = {"faster": true_mean(FASTER, 3) - now, "desk": true_mean(MORE, 4) - now}
    names = {"faster": "what-if: services a fifth shorter", "desk": "what-if: a third desk"}

    def once(seed: int) -> Held:
        rng = np.random.default_rng([9, seed])
        made = changes(
            log(rng, "2021-04-05", DAYS, **BEFORE), {"faster": lambda c: c.faster(0.2), "desk": lambda c: c.with_desks(1)}, rng=rng,
            days=300, draws=59,
        ).frame.set_index("change")  # fmt: skip
        return {names[k]: bool(made.loc[k, "low"] <= t <= made.loc[k, "high"]) for k, t in truths.items()}

    return once


def parts() -> Callable[[int], Held]:
    """The part of a change that is due to service times, where nothing else changed."""
    truth = true_mean(AFTER, 2) - true_mean(BEFORE, 1)

    def once(seed: int) -> Held:
        rng = np.random.default_rng([10, seed])
        made = decompose(
            log(rng, "2021-04-05", DAYS, **BEFORE), log(rng, "2022-04-04", DAYS, **AFTER), rng=rng, days=150, draws=59
        ).frame.set_index("part")  # fmt: skip
        return {
            "decomposition: the part of service times": bool(
                made.loc["service", "low"] <= truth <= made.loc["service", "high"]
            )
        }

    return once


KINDS: dict[str, Callable[[], Callable[[int], Held]]] = {
    "change": change,
    "calendar": calendar,
    "what-ifs": what_ifs,
    "parts": parts,
}


@cache
def _ready(kind: str) -> Callable[[int], Held]:
    return KINDS[kind]()


def answered(asked: tuple[str, int]) -> Held:
    """Return whether the intervals of a kind of question held the truth in the log of a seed."""
    kind, seed = asked
    return _ready(kind)(seed)

"""Whether intervals about counters hold the truth as often as they say: logs with hidden desks and known effects.

Run by ``make validity``; ``KUMASTATS_COUNTER_LOGS`` sets the number of logs (300).
"""

import math
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from kumastats.workload.counter import change_in_waits
from kumastats.workload.counter.forecast import fit_day_totals

sys.path.insert(0, str(Path(__file__).parents[1] / "workload"))
from synthetic import log

pytestmark = pytest.mark.slow
LOGS = int(os.environ.get("KUMASTATS_COUNTER_LOGS", "300"))
BEFORE = {"mean": 70.0, "desks": 2, "service": 12.0, "spread": 50.0}
AFTER = BEFORE | {"service": 9.0}
DAYS = 40


def wilson(held: int, n: int) -> tuple[float, float]:
    p, z = held / n, 1.96
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def report(name: str, held: int, n: int) -> None:
    low, high = wilson(held, n)
    print(f"\n{name}: {held}/{n} = {held / n:.3f} ({low:.3f}–{high:.3f})")
    # the nominal level must lie within the binomial interval of the coverage found, widened by two points
    assert low - 0.02 <= 0.95 <= high + 0.02


def true_mean(truth: dict[str, float], seed: int) -> float:
    made = log(np.random.default_rng(seed), "2021-04-05", 1500, **truth)
    return float(((made["called_at"] - made["issued_at"]).dt.total_seconds() / 60).mean())


def test_a_change_in_the_mean_wait():
    truth = true_mean(AFTER, 2) - true_mean(BEFORE, 1)
    held = 0
    for seed in range(LOGS):
        rng = np.random.default_rng([7, seed])
        made = change_in_waits(
            log(rng, "2021-04-05", DAYS, **BEFORE), log(rng, "2022-04-04", DAYS, **AFTER), rng=rng
        )
        held += made.ci[0] <= truth <= made.ci[1]
    report("change in the mean wait", held, LOGS)


def test_a_weekday_s_factor_and_a_day_to_come():
    held = come = 0
    for seed in range(LOGS):
        rng = np.random.default_rng([8, seed])
        # every weekday alike: Friday's true factor is 1
        made = log(rng, "2021-09-01", 61, **BEFORE)
        fit = fit_day_totals(
            made.iloc[: int(np.flatnonzero(made["issued_at"] >= made["issued_at"].max().floor("D"))[0])]
        )
        _, low, high = fit.ratio("friday")
        held += low <= 1 <= high
        day = made["issued_at"].max().date()
        ahead = fit.forecast(day, day, rng=rng).frame.iloc[0]
        come += ahead["low"] <= (made["issued_at"].dt.date == day).sum() <= ahead["high"]
    report("a weekday's factor", held, LOGS)
    report("a day to come", come, LOGS)

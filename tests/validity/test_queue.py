"""How often simulation intervals hold the exact value: 95 of 100 times, for stationary and for whole days.

Run by ``make validity``; every seed from 1 on is used.
"""

import numpy as np
import pytest
from scipy import stats

from kumastats.workload.counter import ArrivalProfile, counter, simulate
from kumastats.workload.counter.formulas import constant_service_wait, mean_wait
from kumastats.workload.counter.kernel import queue_waits
from kumastats.workload.counter.laws import Exponential
from kumastats.workload.counter.result import ratio, student
from kumastats.workload.counter.transient import forward

pytestmark = pytest.mark.slow
REPETITIONS = 2000


def told(name: str, held: int, of: int) -> None:
    ends = stats.binomtest(held, of).proportion_ci()
    print(f"\n{name}: coverage {held / of:.3f} ({ends.low:.3f}–{ends.high:.3f}) of {of}")
    assert 0.93 <= held / of <= 0.97


def test_whole_days_from_an_empty_counter():
    """The exact mean wait of a day that begins empty, overrun included, by the forward equations (Little's law)."""
    edges = np.array([0.0, 60, 120, 180, 900])
    rates = np.array([0.5, 1.4, 0.8, 0.0])
    exact = forward(edges, rates, 3, 3).mean_wait
    profile = ArrivalProfile(edges[:4], rates[:3] * 60, 100, 1.0)
    held = 0
    for seed in range(1, REPETITIONS + 1):
        e = simulate(counter(profile, Exponential(3), 3), rng=np.random.default_rng(seed), days=100)["mean"]
        held += e.low <= exact <= e.high
    told("mean wait of whole days", held, REPETITIONS)


@pytest.mark.parametrize("constant", [False, True], ids=["M/M/4", "M/D/4"])
def test_long_runs_after_warming_up(constant: bool):
    exact = constant_service_wait(3.0, 1, 4) if constant else mean_wait(3.0, 1, 4)
    held, batch = 0, 25
    for block in range(REPETITIONS // 40):
        rng = np.random.default_rng(block + 1)
        shape = (1500, 40 * batch)
        arrival = np.cumsum(rng.standard_exponential(shape) / 3.0, axis=0)
        service = np.ones(shape) if constant else rng.standard_exponential(shape)
        waits = queue_waits(arrival, service, 4)[300:].sum(axis=0).reshape(40, batch)
        for sums in waits:
            value, se = ratio(sums, np.full(batch, 1200.0))
            held += abs(value - exact) <= student(batch - 1) * se
    told("M/D/4" if constant else "M/M/4", held, REPETITIONS // 40 * 40)

"""Counter simulation beside a heap in plain Python."""

from __future__ import annotations

import numpy as np
from row import Row

CUSTOMERS, DAYS, DESKS = 2000, 1000, 20


def draws(days: int):
    rng = np.random.default_rng(1)
    arrival = np.sort(rng.random((CUSTOMERS, days)) * 525, axis=0)
    return arrival, rng.lognormal(1.36, 0.7, (CUSTOMERS, days))


def ours():
    from kumastats.workload.counter import queue_waits

    arrival, service = draws(DAYS)
    return lambda: queue_waits(arrival, service, DESKS)


def heap():
    import heapq

    arrival, service = draws(DAYS)

    def run() -> None:
        for day in range(DAYS):
            free = [0.0] * DESKS
            for begin, length in zip(arrival[:, day].tolist(), service[:, day].tolist(), strict=True):
                start = max(begin, heapq.heappop(free))
                heapq.heappush(free, start + length)

    return run


def end_to_end():
    """Draw and queue blocks of days as a simulation does."""
    from kumastats.workload.counter.arrivals import ArrivalProfile
    from kumastats.workload.counter.kernel import queue_waits
    from kumastats.workload.counter.laws import Lognormal
    from kumastats.workload.counter.walk_ins import arrival_times

    shape = np.interp(np.arange(35), [0, 8, 18, 34], [0.8, 1.7, 1.5, 0.3])
    profile = ArrivalProfile(np.linspace(510, 1035, 36), shape / shape.sum() * CUSTOMERS, 100, 1.0)
    law = Lognormal(5, 0.7)

    def run() -> None:
        rng = np.random.default_rng(1)
        arrival, _ = arrival_times(profile, DAYS, gaps=rng, factors=rng)
        queue_waits(arrival, law.draw(arrival.shape, rng), DESKS)

    return run


def one_day_in_ciw():
    """Draw and queue one day: its seconds times 1,000 are those of our job."""
    import ciw

    rate = CUSTOMERS / 525
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)],
        service_distributions=[ciw.dists.Lognormal(1.36, 0.7)],
        number_of_servers=[DESKS],
    )

    def run() -> None:
        ciw.seed(1)
        ciw.Simulation(network).simulate_until_max_time(525)

    return run


def by_rank():
    from kumastats.workload.counter.hours import DeskPlan
    from kumastats.workload.counter.kernel import ranked_waits

    arrival, service = draws(DAYS)
    rng = np.random.default_rng(2)
    rank, patience = rng.integers(0, 2, arrival.shape), rng.exponential(60, arrival.shape)
    plan = DeskPlan.rotating(DESKS, opens=0, lunch=(180, 300))
    return lambda: ranked_waits(arrival, service, plan, rank=rank, patience=patience)


ROWS = (
    Row(
        "counter_end_to_end", "1,000 days x 2,000 customers drawn and queued, 20 desks", end_to_end, peer=one_day_in_ciw, peer_name="ciw",
        goal="at least 300 x Ciw: ratio to its one day at most 3.3", note="The peer runs one of the 1,000 days.",
    ),
    Row(
        "counter_by_rank", "2,000,000 customers with ranks, patience and lunch, 20 desks", by_rank, goal="at least 1 M customers/s",
        repeats=2,
    ),
    Row(
        "counter_waits", "waits of 2,000,000 customers, 1,000 days, 20 desks", ours, peer=heap, peer_name="heap in plain Python",
        goal="at least 12 M customers/s",
    ),
)  # fmt: skip

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


ROWS = (
    Row(
        "counter_waits", "waits of 2,000,000 customers, 1,000 days, 20 desks", ours, peer=heap, peer_name="heap in plain Python",
        goal="at least 12 M customers/s",
    ),
)  # fmt: skip

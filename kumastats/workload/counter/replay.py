"""A day played customer by customer: desks that change by the clock and by how many wait, customers who leave."""

from __future__ import annotations

import heapq
import math
from collections import deque

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def play_day(
    arrival: Floats, service: Floats, limit: Floats, edges: Floats, desks: npt.NDArray[np.int64]
) -> Floats:
    """Return waits of those served, first come, first served.

    Parameters
    ----------
    arrival, service, limit
        (customers,) minutes, arrivals in order; a customer leaves when a wait reaches `limit`.
    edges, desks
        Minutes at which the number of desks changes, and that number from each on: (periods,), or (periods, n) with 1, 2, … n or
        more people waiting. The last period stays. A desk that closes finishes its customer first.

    Examples
    --------
    >>> one = np.array([1])
    >>> play_day(np.array([0.0, 1.0, 2.0]), np.array([5.0, 5.0, 5.0]), np.array([9.0, 3.0, 9.0]), np.array([0.0, 60.0]), one)
    array([0., 3.])
    >>> second_for_two = np.array([[1, 2]])
    >>> play_day(np.array([0.0, 1.0, 2.0]), np.full(3, 5.0), np.full(3, 99.0), np.array([0.0, 60.0]), second_for_two)
    array([0., 1., 5.])
    """
    came, needs, limits = arrival.tolist(), service.tolist(), limit.tolist()
    table = (desks[:, None] if desks.ndim == 1 else desks).tolist()
    changes = [*edges[1:-1].tolist(), math.inf]
    ends: list[float] = []
    leaving: list[tuple[float, int]] = []
    queue: deque[int] = deque()
    here = [True] * len(came)
    out: list[float] = []
    most, waiting, k, i, n = len(table[0]) - 1, 0, 0, 0, len(came)
    while i < n or waiting:
        then = came[i] if i < n else math.inf
        now = min(then, ends[0] if ends else math.inf, changes[k])
        if now == math.inf:
            break
        if ends and ends[0] == now:
            heapq.heappop(ends)
        elif changes[k] == now:
            k += 1
        else:
            queue.append(i)
            waiting += 1
            if limits[i] < math.inf:
                heapq.heappush(leaving, (now + limits[i], i))
            i += 1
        while leaving and leaving[0][0] <= now:
            j = heapq.heappop(leaving)[1]
            if here[j]:
                here[j] = False
                waiting -= 1
        row = table[k]
        while waiting and len(ends) < row[min(waiting - 1, most)]:
            j = queue.popleft()
            while not here[j]:
                j = queue.popleft()
            here[j] = False
            waiting -= 1
            out.append(now - came[j])
            heapq.heappush(ends, now + needs[j])
    return np.array(out)

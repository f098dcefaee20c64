"""Stationary formulas of queues with c desks, for checking simulations. They refuse an overloaded counter.

Erlang (1917); Allen and Cunneen's approximation as in Allen (1990), "Probability, Statistics, and Queueing Theory".
"""

from __future__ import annotations

import math

from kumastats.errors import WorkloadError
from kumastats.text import Text


def erlang_b(load: float, desks: int) -> float:
    """Return the probability that all desks are busy when nobody waits; `load` in erlangs.

    >>> round(erlang_b(10, 10), 12)
    0.214582343107
    """
    blocked = 1.0
    for k in range(1, desks + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(load: float, desks: int) -> float:
    """Return the probability of waiting in M/M/c; `load` in erlangs.

    >>> round(erlang_c(3, 5), 12)
    0.236151603499
    """
    _refuse_overload(load, desks)
    b = erlang_b(load, desks)
    return b / (1 - load / desks * (1 - b))


def mean_wait(
    arrivals: float, service: float, desks: int, *, cv2_arrivals: float = 1, cv2_service: float = 1
) -> float:
    """Return the mean wait, exact for M/M/c and by Allen and Cunneen otherwise.

    Parameters
    ----------
    arrivals
        Customers a minute.
    service
        Mean service time in minutes.
    cv2_arrivals, cv2_service
        Squared coefficients of variation.
    """
    load = arrivals * service
    return erlang_c(load, desks) * service / (desks - load) * (cv2_arrivals + cv2_service) / 2


def share_within(arrivals: float, service: float, desks: int, minutes: float) -> float:
    """Return the share of customers of M/M/c called within `minutes`.

    >>> round(share_within(100 / 30, 3, 14, 1 / 3), 12)
    0.888350019179
    """
    load = arrivals * service
    return 1 - erlang_c(load, desks) * math.exp(-(desks - load) * minutes / service)


def _refuse_overload(load: float, desks: int) -> None:
    if load >= desks:
        raise WorkloadError(
            Text(
                f"仕事量{load:.2f}が窓口{desks}以上なので、定常の公式は使えません（列が伸び続けます）。",
                f"The load of {load:.2f} is no less than {desks} desks: stationary formulas do not apply, the queue only grows.",
            ),
            remedy=Text(
                "一日ごとのシミュレーション（what_if、simulate_days）を使ってください。",
                "Use the simulation of whole days (what_if, simulate_days).",
            ),
        )

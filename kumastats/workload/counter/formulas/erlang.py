"""Erlang's formulas B and C, and the waits of M/M/c, for any number of desks.

Erlang (1917); Gross and Harris, "Fundamentals of Queueing Theory". The recursion in the number of desks has only positive
terms between 0 and 1, so it neither overflows nor loses digits at tens of thousands of desks.
"""

from __future__ import annotations

import math

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.formulas.guards import checked, refuse_below_zero, refuse_no_desk


def erlang_b(load: float, desks: int) -> float:
    """Return the probability that all desks are busy when nobody waits; `load` in erlangs, any ratio.

    >>> round(erlang_b(10, 10), 12)
    0.214582343107
    >>> 0 < erlang_b(50_000, 50_000) < 0.01
    True
    """
    refuse_below_zero(load=load)
    if desks != 0:
        refuse_no_desk(desks)
    blocked = 1.0
    for k in range(1, int(desks) + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(load: float, desks: int) -> float:
    """Return the probability of waiting in M/M/c; `load` in erlangs.

    >>> round(erlang_c(3, 5), 12)
    0.236151603499

    Raises
    ------
    WorkloadError
        If the load is no less than the desks.
    """
    checked(load, desks)
    b = erlang_b(load, desks)
    return b / (1 - load / desks * (1 - b))


def mean_wait(
    arrivals: float, service: float, desks: int, *, cv2_arrivals: float = 1, cv2_service: float = 1
) -> float:
    """Return the mean wait, exact for M/M/c and by Allen and Cunneen (1990) otherwise; `kimura` is closer for M/G/c.

    Parameters
    ----------
    arrivals
        Customers a minute.
    service
        Mean service time in minutes.
    cv2_arrivals, cv2_service
        Squared coefficients of variation.

    >>> round(mean_wait(2, 1 / 3, 1), 12)
    0.666666666667
    """
    refuse_below_zero(arrivals=arrivals, service=service, cv2_arrivals=cv2_arrivals, cv2_service=cv2_service)
    load = arrivals * service
    return erlang_c(load, desks) * service / (desks - load) * (cv2_arrivals + cv2_service) / 2


def share_within(arrivals: float, service: float, desks: int, minutes: float) -> float:
    """Return the share of customers of M/M/c called within `minutes`.

    >>> round(share_within(100 / 30, 3, 14, 1 / 3), 12)
    0.888350019179
    """
    refuse_below_zero(arrivals=arrivals, service=service, minutes=minutes)
    load = arrivals * service
    waiting = erlang_c(load, desks)
    return 1 - waiting * math.exp(-(desks - load) * minutes / service) if waiting else 1.0


def wait_quantile(arrivals: float, service: float, desks: int, share: float) -> float:
    """Return the wait that `share` of the customers of M/M/c do not exceed, in minutes.

    >>> round(wait_quantile(2, 1 / 3, 1, 0.9), 6)
    1.89712
    """
    if not 0 <= share < 1:
        raise WorkloadError(
            Text(f"割合は0以上1未満です（{share}）。", f"A share lies from 0 to below 1 (it is {share}).")
        )
    refuse_below_zero(arrivals=arrivals, service=service)
    load = arrivals * service
    waiting = erlang_c(load, desks)
    if waiting <= 1 - share:
        return 0.0
    return math.log(waiting / (1 - share)) * service / (desks - load)


def fewest_desks(load: float, delay: float) -> int:
    """Return the fewest desks with which at most a share `delay` of customers waits in M/M/c.

    The search walks the recursion from one desk on, so it cannot start too high.

    >>> fewest_desks(10, 0.2), fewest_desks(0, 0.1)
    (14, 1)
    """
    if not 0 < delay <= 1:
        raise WorkloadError(
            Text(
                f"待つ割合の目標は0より大きく1以下です（{delay}）。",
                f"A target share of waits lies above 0 and up to 1 (it is {delay}).",
            )
        )
    refuse_below_zero(load=load)
    blocked, desks = 1.0, 0
    while True:
        desks += 1
        blocked = load * blocked / (desks + load * blocked)
        if load < desks and blocked / (1 - load / desks * (1 - blocked)) <= delay:
            return desks

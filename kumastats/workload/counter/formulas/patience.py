"""Erlang A: customers who leave when their patience ends (M/M/c+M). It has an answer at any load.

Palm (1957); Mandelbaum and Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.formulas.erlang import erlang_b, mean_wait
from kumastats.workload.counter.formulas.guards import checked, refuse_below_zero, refuse_no_desk

CHUNK = 1 << 16
NEGLIGIBLE = 40.0  # standard deviations between the usual queue and an idle desk: exp(-800)


@dataclass(frozen=True)
class ErlangA:
    """The stationary queue with impatient customers.

    Attributes
    ----------
    waiting
        Probability of not being served at once.
    abandoning
        Share of customers who leave unserved.
    mean_wait
        Minutes waited by all customers, until called or gone.
    mean_queue
        Customers waiting.
    utilisation
        Share of desk time in service.
    """

    waiting: float
    abandoning: float
    mean_wait: float
    mean_queue: float
    utilisation: float


def erlang_a(arrivals: float, service: float, patience: float, desks: int) -> ErlangA:
    """Return Erlang A, summed over the states of the birth-and-death chain.

    Parameters
    ----------
    arrivals
        Customers a minute.
    service, patience
        Mean minutes of a service, and until a waiting customer leaves; infinite patience is M/M/c.

    Raises
    ------
    WorkloadError
        If patience is not positive, or infinite at a load ratio of 1 or more.

    >>> made = erlang_a(48, 1, 2, 50)
    >>> round(made.waiting, 10), round(made.abandoning, 10)
    (0.4677740686, 0.0309122492)
    """
    refuse_below_zero(arrivals=arrivals, service=service)
    refuse_no_desk(desks)
    if not patience > 0:
        raise WorkloadError(
            Text(
                f"待てる時間の平均は正でなければなりません（{patience}）。",
                f"Mean patience must be positive (it is {patience}).",
            )
        )
    load = arrivals * service
    if load == 0:
        return ErlangA(0.0, 0.0, 0.0, 0.0, 0.0)
    if math.isinf(patience):
        checked(load, desks)
        wait = mean_wait(arrivals, service, desks)
        return ErlangA(wait * (desks - load) / service, 0.0, wait, arrivals * wait, load / desks)
    spare = (
        arrivals - desks / service
    ) * patience  # the queue that would hold arrivals and leaving in balance
    if spare > NEGLIGIBLE * math.sqrt(arrivals * patience):
        abandoning = 1 - desks / load
        return ErlangA(1.0, abandoning, abandoning * patience, abandoning * patience * arrivals, 1.0)
    blocked = erlang_b(load, desks)
    if blocked == 0:
        return ErlangA(0.0, 0.0, 0.0, 0.0, load / desks)
    # weights of the states with j waiting, relative to all desks busy and nobody waiting, kept below 1 by `scale`
    scale, total, first = 0.0, 1.0, 0.0
    log_last, done = 0.0, 0
    while True:
        j = np.arange(done + 1, done + CHUNK + 1, dtype=np.float64)
        logs = log_last + np.cumsum(math.log(arrivals) - np.log(desks / service + j / patience))
        top = max(scale, float(logs.max()))
        weights = np.exp(logs - top)
        shrink = math.exp(scale - top)
        total = total * shrink + float(weights.sum())
        first = first * shrink + float(weights @ j)
        scale, log_last, done = top, float(logs[-1]), done + CHUNK
        if done > spare and weights[-1] * done < 1e-18 * max(first, 1e-300) * (
            1 - _ratio(arrivals, service, patience, desks, done)
        ):
            break
    idle = math.exp(-scale) * (1 / blocked - 1)
    queue = first / (total + idle)
    wait = queue / arrivals
    abandoning = wait / patience
    return ErlangA(total / (total + idle), abandoning, wait, queue, load * (1 - abandoning) / desks)


def _ratio(arrivals: float, service: float, patience: float, desks: int, j: int) -> float:
    return min(1.0, arrivals / (desks / service + j / patience))

"""Waits at desks, all days at once in NumPy: in order of arrival, or by rank with patience, breaks and leaving times.

In order of arrival the state of a day is the sorted list of times at which its desks fall free (Kiefer and Wolfowitz 1955).
The next customer takes the first of them; the new time is put in its place by comparing neighbours, for all days in one
step, so the loop runs over customers and desks and never over days. With ranks or breaks the desks keep their names: in
each step every day's next free desk takes the customer of best rank among those who are there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.hours import DeskPlan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NEVER = 1e9
DAYS_AT_ONCE = 512


def queue_waits(arrival: Floats, service: Floats, desks: int, *, patience: Floats | None = None) -> Floats:
    """Return waits of customers served in order of arrival.

    Parameters
    ----------
    arrival, service
        (customers, days), arrivals not decreasing along the first axis.
    desks
        Number of desks, all open all day.
    patience
        The wait after which a customer leaves unserved, in the same shape; by default nobody leaves.

    Returns
    -------
    ndarray
        (customers, days), in the unit of the times; who leaves has waited its patience.

    Raises
    ------
    WorkloadError
        If shapes differ, a service is negative, arrivals are not sorted, or there is no desk.

    >>> import numpy as np
    >>> arrival, service = np.array([[0.0], [1], [2]]), np.array([[5.0], [5], [1]])
    >>> queue_waits(arrival, service, 1)[:, 0].tolist()
    [0.0, 4.0, 8.0]
    >>> queue_waits(arrival, service, 1, patience=np.array([[9.0], [3], [9]]))[:, 0].tolist()
    [0.0, 3.0, 3.0]
    """
    _check(arrival, service, patience)
    if desks < 1:
        raise WorkloadError(Text("窓口がありません。", "There is no desk."))
    out = np.empty_like(arrival)
    for first in range(0, arrival.shape[1], DAYS_AT_ONCE):
        part = slice(first, first + DAYS_AT_ONCE)
        a, s = np.ascontiguousarray(arrival[:, part]), np.ascontiguousarray(service[:, part])
        if patience is None:
            _in_order(a, s, desks, out[:, part])
        else:
            _in_order_with_patience(a, s, np.ascontiguousarray(patience[:, part]), desks, out[:, part])
    return out


def ranked_waits(
    arrival: Floats,
    service: Floats,
    plan: DeskPlan,
    *,
    rank: Ints | None = None,
    patience: Floats | None = None,
) -> Floats:
    """Return waits at desks that open late, break for lunch or leave, customers of lower `rank` called first.

    Parameters
    ----------
    arrival, service, patience
        As in `queue_waits`.
    plan
        Each desk's times, on the clock of the arrivals. A service in hand is finished; the break then has its full length.
    rank
        (customers, days) whole numbers from 0 (called first); within a rank in order of arrival. No service is broken off.

    Returns
    -------
    ndarray
        (customers, days); infinite for customers whom no desk is left to serve.
    """
    _check(arrival, service, patience)
    ranks = np.zeros(arrival.shape, dtype=np.int64) if rank is None else rank.astype(np.int64)
    if ranks.shape != arrival.shape or (ranks.size and ranks.min() < 0):
        raise WorkloadError(
            Text("順位の形が違うか、負です。", "Ranks differ in shape from arrivals, or are negative.")
        )
    out = np.empty_like(arrival)
    for first in range(0, arrival.shape[1], DAYS_AT_ONCE):
        part = slice(first, first + DAYS_AT_ONCE)
        held = None if patience is None else patience[:, part]
        out[:, part] = _by_rank(arrival[:, part], service[:, part], plan, ranks[:, part], held)
    return out


def _check(arrival: Floats, service: Floats, patience: Floats | None) -> None:
    if (
        arrival.ndim != 2
        or arrival.shape != service.shape
        or (patience is not None and patience.shape != arrival.shape)
    ):
        raise WorkloadError(
            Text(
                "到着・応対・待てる時間の形が違います。（客, 日）の配列を渡してください。",
                "Arrivals, services and patience differ in shape; give arrays of (customers, days).",
            )
        )
    if arrival.size and not (service.min() >= 0 and (patience is None or patience.min() >= 0)):
        raise WorkloadError(
            Text(
                "応対か待てる時間に負の値か欠損があります。",
                "A service or a patience is negative or missing.",
            )
        )
    if not (arrival[1:] >= arrival[:-1]).all():
        raise WorkloadError(Text("到着が時刻順ではありません。", "Arrivals are not in order of time."))


def _in_order(arrival: Floats, service: Floats, desks: int, out: Floats) -> None:
    customers, days = arrival.shape
    rows = list(np.zeros((desks, days)))
    moving, begin = np.empty(days), np.empty(days)
    smaller, larger = np.minimum, np.maximum
    for i in range(customers):
        larger(arrival[i], rows[0], out=begin)
        np.subtract(begin, arrival[i], out=out[i])
        np.add(begin, service[i], out=moving)
        for k in range(1, desks):
            smaller(rows[k], moving, out=rows[k - 1])
            larger(rows[k], moving, out=moving)
        rows[desks - 1][:] = moving


def _in_order_with_patience(
    arrival: Floats, service: Floats, patience: Floats, desks: int, out: Floats
) -> None:
    customers, days = arrival.shape
    rows = list(np.zeros((desks, days)))
    moving, wait = np.empty(days), np.empty(days)
    smaller, larger = np.minimum, np.maximum
    for i in range(customers):
        np.subtract(rows[0], arrival[i], out=wait)
        larger(wait, 0, out=wait)
        stays = wait <= patience[i]
        smaller(wait, patience[i], out=out[i])
        np.add(arrival[i], wait, out=moving)
        np.add(moving, service[i], out=moving)
        np.copyto(moving, rows[0], where=~stays)
        for k in range(1, desks):
            smaller(rows[k], moving, out=rows[k - 1])
            larger(rows[k], moving, out=moving)
        rows[desks - 1][:] = moving


def _by_rank(arrival: Floats, service: Floats, plan: DeskPlan, rank: Ints, patience: Floats | None) -> Floats:
    customers, days = arrival.shape
    here = np.arange(days)
    ranks = int(rank.max()) + 1 if rank.size else 1
    head, after = _lines(rank, ranks)
    # one row more, which nobody reaches, so that an empty line has a head that never comes
    came = np.vstack([arrival, np.full((1, days), np.inf)]).ravel()
    needs = service.ravel()
    stays = None if patience is None else patience.ravel()
    free = np.repeat(np.array([d.opens for d in plan.desks])[:, None], days, axis=1)
    pauses = [(start[:, None], length[:, None]) for start, length in plan.pauses()]
    out = np.empty(customers * days)
    for _ in range(customers):
        heads = came[head * days + here]
        first = heads.min(axis=0)
        for start, length in pauses:  # idle desks go to their break
            idle = (free <= start) & (start <= first)
            np.copyto(free, np.maximum(free, start + length), where=idle)
        desk = free.argmin(axis=0)
        begin = np.maximum(free[desk, here], first)
        line = (heads <= begin).argmax(axis=0)
        who = head[line, here] * days + here
        wait = begin - came[who]
        done = begin + needs[who]
        for start, length in pauses:  # a break that falls in a service comes after it
            at = start[desk, 0]
            during = (begin < at) & (done >= at)
            done = np.where(during, done + length[desk, 0], done)
        if stays is not None:
            gone = wait > stays[who]
            wait = np.where(gone, stays[who], wait)
            done = np.where(gone, free[desk, here], done)
        free[desk, here] = done
        out[who] = wait
        head[line, here] = after[who]
    return out.reshape(customers, days)


def _lines(rank: Ints, ranks: int) -> tuple[Ints, Ints]:
    """Return the first customer of each rank on each day, and for each customer the next of the same rank."""
    customers, days = rank.shape
    here = np.arange(days)
    head = np.full((ranks, days), customers, dtype=np.int64)
    after = np.empty((customers, days), dtype=np.int64)
    for i in range(customers - 1, -1, -1):
        after[i] = head[rank[i], here]
        head[rank[i], here] = i
    return head, after.ravel()

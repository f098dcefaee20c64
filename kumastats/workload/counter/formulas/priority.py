"""Who comes first: classes of customers served by rank, the service in hand never broken off.

Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2.
"""

from __future__ import annotations

from collections.abc import Sequence

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.formulas.erlang import erlang_c
from kumastats.workload.counter.formulas.guards import checked, refuse_below_zero, refuse_no_desk


def priority_waits(arrivals: Sequence[float], service: float, desks: int) -> tuple[float, ...]:
    """Return the mean wait of each class, the first class served first; exponential services of one mean.

    Parameters
    ----------
    arrivals
        Customers a minute of each class, in order of rank.
    service
        Mean service time in minutes, the same for every class.

    Raises
    ------
    WorkloadError
        If the load of all classes together is no less than the desks.

    >>> [round(w, 12) for w in priority_waits((0.2, 0.3), 1, 1)]
    [0.625, 1.25]
    """
    refuse_no_desk(desks)
    refuse_below_zero(service=service, **{f"arrivals[{k}]": a for k, a in enumerate(arrivals)})
    load = sum(arrivals) * service
    checked(load, desks)
    residual = erlang_c(load, desks) * service / desks
    return _cobham(residual, [a * service / desks for a in arrivals])


def priority_waits_one_desk(
    arrivals: Sequence[float], services: Sequence[float], cv2_services: Sequence[float]
) -> tuple[float, ...]:
    """Return the mean wait of each class at one desk, each class with its own service times (M/G/1).

    >>> [round(w, 12) for w in priority_waits_one_desk((0.2, 0.3), (1, 1), (1, 1))]
    [0.625, 1.25]
    """
    if not len(arrivals) == len(services) == len(cv2_services):
        raise WorkloadError(Text("区分の数が一致しません。", "The classes differ in number."))
    for a, s, v in zip(arrivals, services, cv2_services, strict=True):
        refuse_below_zero(arrivals=a, service=s, cv2_service=v)
    loads = [a * s for a, s in zip(arrivals, services, strict=True)]
    checked(sum(loads), 1)
    residual = sum(a * s * s * (1 + v) / 2 for a, s, v in zip(arrivals, services, cv2_services, strict=True))
    return _cobham(residual, loads)


def _cobham(residual: float, loads: Sequence[float]) -> tuple[float, ...]:
    waits, ahead = [], 0.0
    for load in loads:
        waits.append(residual / ((1 - ahead) * (1 - ahead - load)))
        ahead += load
    return tuple(waits)

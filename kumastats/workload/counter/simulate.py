"""Days at a counter, simulated: customers in order of arrival, c desks, all days at once.

The state of a day is the sorted list of times at which its desks fall free (Kiefer and Wolfowitz 1955). The next customer
takes the first of them; the new time is put in its place by comparing neighbours, for all days in one step, so the loop
runs over customers and desks and never over days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.arrivals import ArrivalProfile

Floats = npt.NDArray[np.float64]
NEVER = 1e9
DAYS_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Days:
    """Customers of simulated days, in minutes after midnight.

    Attributes
    ----------
    arrival, service
        (customers, days); a day's missing customers arrive `NEVER` with no service.
    count
        Customers of each day.
    opening, closing
        First and last minute of the profile.
    """

    arrival: Floats
    service: Floats
    count: npt.NDArray[np.int64]
    opening: float
    closing: float


def queue_waits(arrival: Floats, service: Floats, desks: int) -> Floats:
    """Return waits of customers served in order of arrival.

    Parameters
    ----------
    arrival, service
        (customers, days), arrivals not decreasing along the first axis.
    desks
        Number of desks, all open all day.

    Returns
    -------
    ndarray
        (customers, days), in the unit of the times.

    Raises
    ------
    WorkloadError
        If shapes differ or there is no desk.
    """
    if arrival.shape != service.shape or arrival.ndim != 2 or desks < 1:
        raise WorkloadError(
            Text(
                "到着と応対の形が違うか、窓口がありません。",
                "Arrivals and services differ in shape, or there is no desk.",
            )
        )
    out = np.empty_like(arrival)
    for first in range(0, arrival.shape[1], DAYS_AT_ONCE):
        part = slice(first, first + DAYS_AT_ONCE)
        _advance(
            np.ascontiguousarray(arrival[:, part]),
            np.ascontiguousarray(service[:, part]),
            desks,
            out[:, part],
        )
    return out


def _advance(arrival: Floats, service: Floats, desks: int, out: Floats) -> None:
    customers, days = arrival.shape
    free = np.zeros((desks, days))
    moving, begin = np.empty(days), np.empty(days)
    rows = [free[k] for k in range(desks)]
    smaller, larger = np.minimum, np.maximum
    for i in range(customers):
        larger(arrival[i], rows[0], out=begin)
        np.subtract(begin, arrival[i], out=out[i])
        np.add(begin, service[i], out=moving)
        for k in range(1, desks):
            smaller(rows[k], moving, out=rows[k - 1])
            larger(rows[k], moving, out=moving)
        rows[desks - 1][:] = moving


def simulate_days(
    profile: ArrivalProfile,
    draw_service: npt.NDArray[np.float64],
    days: int,
    *,
    rng: np.random.Generator,
    busier: float = 1.0,
) -> Days:
    """Draw days: Poisson arrivals that follow the profile, days busier or calmer by a gamma factor, resampled services.

    Parameters
    ----------
    profile
        Mean arrivals by interval.
    draw_service
        Known service times in minutes, resampled.
    days
        Number of days.
    busier
        Factor on all arrivals.
    """
    total = profile.a_day * busier
    if total <= 0:
        raise WorkloadError(Text("来客がありません。", "There are no arrivals."))
    variance = profile.day_factor_variance
    factor = rng.gamma(1 / variance, variance, days) if variance > 1e-6 else np.ones(days)
    count = rng.poisson(total * factor)
    most = max(1, int(count.max()))
    share = np.concatenate([[0.0], np.cumsum(profile.mean) / profile.mean.sum()])
    arrival = np.interp(rng.random((most, days)), share, profile.edges)
    here = np.arange(most)[:, None] < count[None, :]
    arrival[~here] = NEVER
    arrival.sort(axis=0)
    service = draw_service[rng.integers(0, len(draw_service), (most, days))]
    service = np.where(here, service, 0.0)
    return Days(arrival, service, count.astype(np.int64), float(profile.edges[0]), float(profile.edges[-1]))

"""Days of walk-ins, drawn from a profile and known services; `scenario` describes richer counters, `run` simulates them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.arrivals import ArrivalProfile
from kumastats.workload.counter.kernel import NEVER

Floats = npt.NDArray[np.float64]


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


def arrival_times(
    profile: ArrivalProfile,
    days: int,
    *,
    gaps: np.random.Generator,
    factors: np.random.Generator,
    busier: float = 1.0,
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Draw arrivals that follow the profile, days busier or calmer by a gamma factor.

    A Poisson process of rate 1 is read through the inverse of the cumulative rate: exact, sorted by construction, and the
    same customers for the same generators when the rate is changed.

    Parameters
    ----------
    gaps, factors
        Generators of the unit process and of the day factors.
    busier
        Factor on all arrivals.

    Returns
    -------
    arrival, count
        (customers, days) with `NEVER` for a day's missing customers, and customers of each day.

    Raises
    ------
    WorkloadError
        If nobody comes.
    """
    total = profile.a_day * busier
    if not total > 0:
        raise WorkloadError(Text("来客がありません。", "There are no arrivals."))
    variance = profile.day_factor_variance
    factor = factors.gamma(1 / variance, variance, days) if variance > 1e-6 else np.ones(days)
    goal = total * factor
    unit = gaps.standard_exponential((_rows(float(goal.max())), days))
    np.cumsum(unit, axis=0, out=unit)
    while (unit[-1] < goal).any():
        more = gaps.standard_exponential((_rows(float((goal - unit[-1]).max())), days))
        more[0] += unit[-1]
        unit = np.vstack([unit, np.cumsum(more, axis=0)])
    count = (unit < goal).sum(axis=0)
    unit = unit[: max(1, int(count.max()))]
    unit /= factor
    arrival = np.interp(unit, np.r_[0.0, np.cumsum(profile.mean)] * busier, profile.edges, right=NEVER)
    arrival[np.arange(len(unit))[:, None] >= count] = NEVER
    return arrival, count.astype(np.int64)


def _rows(expected: float) -> int:
    return int(expected + 6 * np.sqrt(expected) + 10)


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
    arrival, count = arrival_times(profile, days, gaps=rng, factors=rng, busier=busier)
    service = draw_service[rng.integers(0, len(draw_service), arrival.shape)]
    service[np.arange(len(arrival))[:, None] >= count] = 0.0
    return Days(arrival, service, count, float(profile.edges[0]), float(profile.edges[-1]))

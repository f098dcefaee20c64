"""Service times that are not exponential: Pollaczek and Khinchine, Crommelin's M/D/c, and Kimura's M/G/c.

Crommelin (1932); Franx (2001) for the roots; Kimura (1986), "A two-moment approximation for the mean waiting time in the
GI/G/s queue", Management Science 32.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kumastats.text import Text
from kumastats.workload.counter.formulas.erlang import mean_wait
from kumastats.workload.counter.formulas.guards import checked, refuse_below_zero

MOST_TERMS = 20_000
KIMURA_ERROR = 0.02
KIMURA_DESKS, KIMURA_CV2, KIMURA_LOAD = 10, (0.5, 4.0), 0.8


def pollaczek_khinchine(arrivals: float, service: float, cv2_service: float) -> float:
    """Return the mean wait at one desk, exact for any service times (M/G/1).

    >>> [round(pollaczek_khinchine(0.8, 1, cv2), 12) for cv2 in (0, 0.5, 4)]
    [2.0, 3.0, 10.0]
    """
    refuse_below_zero(arrivals=arrivals, service=service, cv2_service=cv2_service)
    load = arrivals * service
    checked(load, 1)
    return load * service * (1 + cv2_service) / (2 * (1 - load))


def constant_service_wait(arrivals: float, service: float, desks: int) -> float:
    """Return the mean wait of M/D/c, exact.

    Crommelin's series where it ends soon; near a load ratio of 1 the equal formula with the roots of
    :math:`z^c = e^{a(z-1)}`, given by Lambert's W.

    >>> round(constant_service_wait(9, 1, 10), 8), round(constant_service_wait(0.8, 1, 1), 12)
    (0.34458205, 2.0)
    """
    from scipy import special

    refuse_below_zero(arrivals=arrivals, service=service)
    a = arrivals * service
    checked(a, desks)
    if a == 0:
        return 0.0
    rho = a / desks
    if desks == 1:
        return pollaczek_khinchine(arrivals, service, 0)
    terms = math.ceil(45 / (desks * (rho - 1 - math.log(rho)))) + 1
    if terms <= MOST_TERMS:
        n = np.arange(1, terms + 1, dtype=np.float64)
        at_least = special.gammainc(n * desks, n * a)  # P(Poisson(na) >= nc)
        more = special.gammainc(n * desks + 1, n * a)
        queue = float(np.sum(a * at_least - desks * more))
    else:
        turn = np.exp(2j * np.pi * np.arange(1, desks) / desks)
        lambert: Any = special.lambertw  # its types are not declared
        roots = -lambert(-rho * turn * math.exp(-rho)) / rho
        queue = float(np.sum(1 / (1 - roots)).real) + (a * a - desks * (desks - 1)) / (2 * (desks - a))
    return max(0.0, queue) / arrivals


@dataclass(frozen=True)
class Approximation:
    """A value that is not exact, with the error it was found to have.

    Attributes
    ----------
    error
        The largest relative error found against exact values inside the range checked; NaN outside it.
    note
        The range, or that the value lies outside it.
    """

    value: float
    error: float
    note: Text


def kimura(arrivals: float, service: float, desks: int, cv2_service: float) -> Approximation:
    """Return the mean wait of M/G/c from two moments of the service time, exact for M/M/c, M/D/c and M/G/1.

    Parameters
    ----------
    arrivals
        Customers a minute.
    service
        Mean service time in minutes.
    cv2_service
        Squared coefficient of variation of the service times.

    >>> made = kimura(1.6, 1, 2, 2)
    >>> round(made.value, 4), made.error
    (2.6248, 0.02)
    """
    refuse_below_zero(arrivals=arrivals, service=service, cv2_service=cv2_service)
    load = arrivals * service
    checked(load, desks)
    known = cv2_service in (0, 1) or desks == 1
    inside = (
        desks <= KIMURA_DESKS
        and KIMURA_CV2[0] <= cv2_service <= KIMURA_CV2[1]
        and load >= KIMURA_LOAD * desks
    )
    if load == 0:
        return Approximation(0.0, 0.0, Text("来客なし", "no arrivals"))
    fluctuating = mean_wait(arrivals, service, desks)
    constant = constant_service_wait(arrivals, service, desks)
    if fluctuating == 0 or constant == 0:
        value = fluctuating * (1 + cv2_service) / 2
    else:
        value = (1 + cv2_service) / (2 * cv2_service / fluctuating + (1 - cv2_service) / constant)
    if known:
        return Approximation(value, 0.0, Text("厳密", "exact"))
    low, high = KIMURA_CV2
    checked_range = Text(
        f"窓口{KIMURA_DESKS}以下・変動係数の2乗{low}～{high}・負荷率{KIMURA_LOAD}以上",
        f"up to {KIMURA_DESKS} desks, squared coefficients of variation {low} to {high}, load ratios from {KIMURA_LOAD}",
    )
    if inside:
        note = Text(
            f"厳密値との差は{KIMURA_ERROR:.0%}以内（{checked_range.ja}で確認）。",
            f"Within {KIMURA_ERROR:.0%} of exact values ({checked_range.en}).",
        )
        return Approximation(value, KIMURA_ERROR, note)
    note = Text(
        f"誤差を確認した範囲（{checked_range.ja}）の外です。",
        f"Outside the range its error is known for ({checked_range.en}).",
    )
    return Approximation(value, math.nan, note)

"""Counters through the day: exact probabilities by time, offered load, and the law of overload.

Eick, Massey and Whitt (1993), "M_t/G/∞ queues with sinusoidal arrival rates", Management Science 39; Green, Kolesar and
Soares (2001), Operations Research 49; Newell, "Applications of Queueing Theory", for the fluid law.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.formulas.guards import refuse_below_zero

Floats = npt.NDArray[np.float64]
MOST_STATES = 200_000


@dataclass(frozen=True, eq=False)
class Forward:
    """An M_t/M/c_t queue through time (with patience: M_t/M/c_t+M).

    Attributes
    ----------
    times
        (steps + 1) minutes.
    delay
        Probability that who arrives then must wait.
    present, waiting
        Mean number at the counter, and mean number waiting.
    mean_wait
        Minutes waited by those who arrived, on average, over all of the time given (Little's law).
    abandoned
        Share of arrivals who left unserved.
    truncation
        Bound on the probability ever cut off at the largest state kept.
    """

    times: Floats
    delay: Floats
    present: Floats
    waiting: Floats
    mean_wait: float
    abandoned: float
    truncation: float


def forward(
    edges: Floats,
    arrivals: Floats,
    service: float,
    desks: npt.ArrayLike,
    *,
    patience: float = math.inf,
    start: Floats | int = 0,
    error: float = 1e-12,
) -> Forward:
    """Solve the forward equations with rates and desks constant in each interval; there is an answer at any load.

    A desk that closes hands its customer back to the head of the queue (with exponential services the law of the numbers is
    that of finishing first only in the number of desks counted). Fourth-order Runge–Kutta steps well inside stability; states
    are doubled until the mass at the largest stays below `error`.

    Parameters
    ----------
    edges
        Minutes, one more than there are intervals. For rates that vary smoothly give many short intervals.
    arrivals
        Customers a minute in each interval.
    service, patience
        Mean minutes.
    desks
        Desks in each interval, or one number.
    start
        Customers present at first, or the probabilities of 0, 1, ….
    error
        Largest probability to be cut off.

    Raises
    ------
    WorkloadError
        If shapes do not fit, a rate is negative, or an interval has no desk.

    >>> import numpy as np
    >>> made = forward(np.array([0.0, 400]), np.array([2.0]), 1 / 3, 1)
    >>> round(float(made.delay[-1]), 9), round(float(made.waiting[-1]), 8)
    (0.666666667, 1.33333333)
    """
    edges, arrivals = np.asarray(edges, dtype=float), np.asarray(arrivals, dtype=float)
    counts = np.broadcast_to(np.asarray(desks, dtype=float), arrivals.shape)
    refuse_below_zero(service=service)
    if len(edges) != len(arrivals) + 1 or not (np.diff(edges) > 0).all() or not (arrivals >= 0).all():
        raise WorkloadError(
            Text(
                "区切りは時間帯より一つ多く増えていき、来客は0以上です。",
                "Edges number one more than intervals and increase; arrivals are not negative.",
            )
        )
    if (counts < 1).any() or (counts != counts.astype(int)).any():
        where = int(np.argmax((counts < 1) | (counts != counts.astype(int))))
        raise WorkloadError(
            Text(
                f"{where + 1}番目の時間帯に窓口がありません。",
                f"Interval {where + 1} has no desk (or not a whole number of them).",
            )
        )
    if not service > 0 or not patience > 0:
        raise WorkloadError(Text("応対時間と待てる時間は正です。", "Service and patience must be positive."))
    first = np.eye(1, int(start) + 1, int(start))[0] if isinstance(start, int) else np.asarray(start, float)
    states = max(
        len(first), int(counts.max()) + 20, int(_most_present(edges, arrivals, service, counts, patience))
    )
    while True:
        made = _solve(edges, arrivals, 1 / service, counts, 1 / patience, first, states + 1)
        if made.truncation <= error:
            return made
        if states > MOST_STATES:
            raise WorkloadError(
                Text("列が長すぎて計算できません。", "The queue grows too long to be computed."),
                remedy=Text(
                    "last_wait_fluid かシミュレーションを使ってください。", "Use last_wait_fluid or simulate."
                ),
            )
        states *= 2


def _most_present(edges: Floats, arrivals: Floats, service: float, counts: Floats, patience: float) -> float:
    """Return a first guess of the states needed: the fluid queue at its longest and ten deviations more."""
    level = longest = 0.0
    for width, rate, c in zip(np.diff(edges), arrivals, counts, strict=True):
        growth = float(rate - c / service)
        level = max(0.0, level + growth * width)
        if math.isfinite(patience):
            level = min(level, max(0.0, growth * patience, longest))
        longest = max(longest, level + c)
    return longest + 10 * math.sqrt(longest + 1) + 20


def _solve(
    edges: Floats, arrivals: Floats, mu: float, counts: Floats, theta: float, first: Floats, states: int
) -> Forward:
    n = np.arange(states)
    p = np.zeros(states)
    p[: len(first)] = first
    delays, presents, waitings, times = [], [], [], []
    area = lost = came = cut = 0.0

    def note(t: float, c: float) -> None:
        times.append(t)
        delays.append(float(p[int(c) :].sum()))
        presents.append(float(p @ n))
        waitings.append(float(p @ np.maximum(n - c, 0)))

    change, up, total = np.empty(states), np.empty(states), np.empty(states)
    for start, end, lam, c in zip(edges[:-1], edges[1:], arrivals, counts, strict=True):
        leave = np.minimum(n, c) * mu + np.maximum(n - c, 0) * theta
        queue = np.maximum(n - c, 0)
        fastest = lam + float(leave.max())
        steps = max(1, math.ceil((end - start) * fastest / 0.8))
        h = (end - start) / steps
        out = leave + lam
        out[-1] = leave[-1]

        def slope(q: Floats, rates: Floats = leave, away: Floats = out, rate: float = float(lam)) -> Floats:
            np.multiply(q, away, out=change)
            np.negative(change, out=change)
            change[1:] += rate * q[:-1]
            change[:-1] += (rates * q)[1:]
            return change

        note(float(start), c)
        for _ in range(steps):
            before = float(p @ queue)
            np.copyto(total, slope(p))
            np.copyto(up, p)
            up += h / 2 * total
            middle = slope(up).copy()
            total += 2 * middle
            np.copyto(up, p)
            up += h / 2 * middle
            middle = slope(up).copy()
            total += 2 * middle
            np.copyto(up, p)
            up += h * middle
            total += slope(up)
            half = float((p + h / 2 * middle) @ queue)  # the middle of the step, for Simpson's rule
            p += h / 6 * total
            held = h / 6 * (before + 4 * half + float(p @ queue))
            area += held
            lost += theta * held
            cut += h * lam * float(abs(p[-1]))
        came += lam * (end - start)
    note(float(edges[-1]), counts[-1])
    return Forward(
        np.array(times), np.array(delays), np.array(presents), np.array(waitings),
        area / came if came else 0.0, lost / came if came else 0.0, cut,
    )  # fmt: skip


def offered_load(
    edges: Floats, arrivals: Floats, service: float, at: Floats, *, start: float = 0.0
) -> Floats:
    """Return the mean number in service if nobody ever had to wait (M_t/M/∞), exact for rates constant by interval.

    Parameters
    ----------
    edges, arrivals, service
        As in `forward`; no arrivals outside the edges.
    at
        Minutes at which it is asked, not before the first edge.
    start
        Number in service at the first edge.

    >>> import numpy as np
    >>> offered_load(np.array([0.0, 1000]), np.array([2.0]), 5, np.array([0.0, 5, 1000])).round(6).tolist()
    [0.0, 6.321206, 10.0]
    """
    refuse_below_zero(service=service)
    edges, arrivals, at = (np.asarray(x, dtype=float) for x in (edges, arrivals, at))
    if service == 0:
        return np.zeros(at.shape)
    here = np.empty(len(edges))
    here[0] = start
    for k, (width, rate) in enumerate(zip(np.diff(edges), arrivals, strict=True)):
        steady = rate * service
        here[k + 1] = steady + (here[k] - steady) * math.exp(-width / service)
    within = np.clip(np.searchsorted(edges, at, side="right") - 1, 0, len(arrivals))
    level = np.r_[arrivals, 0.0][within] * service
    return np.asarray(level + (here[within] - level) * np.exp(-(at - edges[within]) / service))


def sinusoidal_load(
    mean: float, amplitude: float, frequency: float, service: float, at: npt.ArrayLike
) -> Floats:
    """Return the offered load for arrivals `mean + amplitude sin(frequency t)`, in its periodic state.

    Eick, Massey and Whitt (1993), equation 15.

    >>> round(float(sinusoidal_load(100, 20, 1, 1, 3 * math.pi / 4)), 6)
    114.142136
    """
    x = frequency * service
    t = np.asarray(at, dtype=float)
    wave = np.sin(frequency * t) - x * np.cos(frequency * t)
    return np.asarray(service * (mean + amplitude * wave / (1 + x * x)))


def last_wait_fluid(load: float, minutes: float) -> float:
    """Return the wait of the last arrival by the law of overload: T(ρ − 1), nothing below a load ratio of 1.

    Parameters
    ----------
    load
        Work offered over desk time, about constant over the day.
    minutes
        Opening time T.

    >>> round(last_wait_fluid(1.457, 525)), last_wait_fluid(0.9, 525)
    (240, 0.0)
    """
    refuse_below_zero(load=load, minutes=minutes)
    return max(0.0, minutes * (load - 1))


def load_for_last_wait(wait: float, minutes: float) -> float:
    """Return the load ratio at which the last arrival waits so long, the law of overload turned round.

    >>> [round(load_for_last_wait(w, 525), 3) for w in (240, 300, 40)]
    [1.457, 1.571, 1.076]
    """
    refuse_below_zero(wait=wait)
    if not minutes > 0:
        raise WorkloadError(Text("開庁時間は正です。", "Opening time must be positive."))
    return 1 + wait / minutes

"""M/PH/c with services of two phases, exact: hyperexponential, Erlang-2 and Coxian services at any number of desks.

Neuts (1981), "Matrix-Geometric Solutions"; the rate matrix by logarithmic reduction (Latouche and Ramaswami 1993).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.formulas.guards import checked, refuse_below_zero

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TwoPhases:
    """A service that begins in phase 1 with probability `first`; from phase 1 it goes on to phase 2 with probability `onward`.

    Two equal phases one after the other (Erlang-2) are ``TwoPhases(1, 2 / mean, 2 / mean, 1)``.

    Attributes
    ----------
    rate_1, rate_2
        Of leaving each phase, a minute.
    """

    first: float
    rate_1: float
    rate_2: float
    onward: float = 0.0

    @classmethod
    def hyperexponential(cls, mean: float, cv2: float) -> TwoPhases:
        """Return two kinds of customers with balanced means, for a squared coefficient of variation of at least 1."""
        if cv2 < 1 or mean <= 0:
            raise WorkloadError(
                Text(
                    "超指数分布の変動係数は1以上です。",
                    "A hyperexponential has a coefficient of variation of at least 1.",
                )
            )
        p = (1 + math.sqrt((cv2 - 1) / (cv2 + 1))) / 2
        return cls(p, 2 * p / mean, 2 * (1 - p) / mean)

    @property
    def mean(self) -> float:
        """Mean in minutes."""
        return self.first / self.rate_1 + (1 - self.first + self.first * self.onward) / self.rate_2


def two_phase_wait(arrivals: float, service: TwoPhases, desks: int) -> float:
    """Return the mean wait, exact.

    The level is the number of customers, the phase how many of those in service are in phase 1.

    >>> round(two_phase_wait(1.6, TwoPhases.hyperexponential(1, 2), 2), 8)
    2.62125171
    """
    refuse_below_zero(arrivals=arrivals)
    checked(arrivals * service.mean, desks)
    if arrivals == 0:
        return 0.0
    ups = [_up(k, arrivals, service.first) for k in range(desks)]
    up = np.eye(desks + 1) * arrivals
    down = _ends(desks, service) @ _takes(desks, service.first)
    rate = _rate_matrix(up, _inside(desks, service, arrivals), down)
    # eliminate from level 0 upwards: level k = level k+1 times `back[k]`
    diagonal = _inside(0, service, arrivals)
    back = []
    for k in range(desks):
        back.append(-np.linalg.solve(diagonal.T, _ends(k + 1, service).T).T)
        diagonal = _inside(k + 1, service, arrivals) + back[k] @ ups[k]
    edge = diagonal + rate @ down
    _, _, vh = np.linalg.svd(edge.T)
    level = np.abs(vh[-1])
    rest = np.linalg.inv(np.eye(desks + 1) - rate)
    mass = float((level @ rest).sum())
    queue = float((level @ rate @ rest @ rest).sum())
    for k in range(desks - 1, -1, -1):
        level = level @ back[k]
        mass += float(level.sum())
    return queue / mass / arrivals


def _inside(k: int, s: TwoPhases, arrivals: float) -> Floats:
    """Return moves within level k, both phases counted, with the diagonal."""
    made = np.zeros((k + 1, k + 1))
    for i in range(k + 1):
        made[i, i] = -(arrivals + i * s.rate_1 + (k - i) * s.rate_2)
        if i:
            made[i, i - 1] = i * s.rate_1 * s.onward
    return made


def _ends(k: int, s: TwoPhases) -> Floats:
    """Return services that end, leaving k-1 in service."""
    made = np.zeros((k + 1, k))
    for i in range(k + 1):
        if i:
            made[i, i - 1] += i * s.rate_1 * (1 - s.onward)
        if i < k:
            made[i, i] += (k - i) * s.rate_2
    return made


def _takes(k: int, first: float) -> Floats:
    """Return the phase in which the k-th service begins."""
    made = np.zeros((k, k + 1))
    for i in range(k):
        made[i, i + 1], made[i, i] = first, 1 - first
    return made


def _up(k: int, arrivals: float, first: float) -> Floats:
    return arrivals * _takes(k + 1, first)


def _rate_matrix(up: Floats, inside: Floats, down: Floats) -> Floats:
    """Return R with R² down + R inside + up = 0."""
    one = np.eye(len(inside))
    inverse = np.linalg.inv(-inside)
    high, low = inverse @ up, inverse @ down
    found, through = low.copy(), high.copy()
    for _ in range(64):
        both = high @ low + low @ high
        step = np.linalg.inv(one - both)
        high, low = step @ high @ high, step @ low @ low
        added = through @ low
        found += added
        through = through @ high
        if np.abs(added).max() < 1e-16:
            break
    return np.asarray(up @ np.linalg.inv(-(inside + up @ found)))

"""How many of many will: the law of a number of independent yes-or-no with different chances."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NODES = 21  # of Gauss–Hermite, where the chances themselves are unsure


def number_law(chance: Floats) -> Floats:
    """Return the probabilities of 0, 1, … n (Poisson-binomial), exact up to rounding (Hong 2013, CSDA 59, by Fourier).

    >>> number_law(np.array([0.5, 0.5])).round(3).tolist()
    [0.25, 0.5, 0.25]
    """
    n = len(chance)
    values, counts = np.unique(chance, return_counts=True)
    turn = np.exp(2j * np.pi * np.arange((n + 1) // 2 + 1) / (n + 1))
    made = np.ones(len(turn), dtype=complex)
    for p, k in zip(values, counts, strict=True):
        made *= (1 - p + p * turn) ** int(k)
    return np.asarray(np.maximum(np.fft.irfft(made.conj(), n + 1), 0.0))


def number_interval(chance: Floats, error: float = 0.0, level: float = 0.95) -> tuple[int, int]:
    """Return the numbers between which the count falls with at least `level`.

    Parameters
    ----------
    error
        Standard error of the expected count: the chances may all be too high or too low together, by a normal shift in
        proportion to p(1 − p), cut off at 0 and 1.
    """
    n = len(chance)
    if not n:
        return 0, 0
    room = float((chance * (1 - chance)).sum())
    if error > 0 and room > 0:
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        slope = chance * (1 - chance) * error / room
        law = sum(
            w * number_law(np.clip(chance + x * slope, 0.0, 1.0))
            for x, w in zip(nodes, weights / weights.sum(), strict=True)
        )
    else:
        law = number_law(chance)
    total = np.cumsum(law)
    ends = [int(np.searchsorted(total, q)) for q in ((1 - level) / 2, (1 + level) / 2)]
    return min(ends[0], n), min(ends[1], n)

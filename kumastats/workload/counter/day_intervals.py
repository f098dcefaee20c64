"""Intervals of means over days that differ much: waits of a day hang together, and a few days hold most of them.

Days are skewed: a bad day waits many times what a good one does, so that an interval of equal arms misses the truth above more often
than it says. The logarithm and a bootstrap of the studentised mean follow the skewness (Efron and Tibshirani 1993, ch. 12); two sides are
joined by the distances of their own ends (Zou and Donner 2008, *Statistics in Medicine* 27).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def day_weights(drawn: npt.NDArray[np.int64], days: int) -> Floats:
    """Return how often each day is in each draw: (draws, days)."""
    out = np.zeros((len(drawn), days))
    np.add.at(out, (np.arange(len(drawn))[:, None], drawn), 1.0)
    return out


def mean_of_days(top: Floats, bottom: Floats, weights: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return an interval of a ratio of totals over days, such as minutes waited over customers.

    Parameters
    ----------
    top, bottom
        (days,) totals of each day.
    weights
        (draws, days) of `day_weights`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> minutes, people = rng.gamma(1, 300, 40), np.full(40, 50.0)
    >>> low, high = mean_of_days(minutes, people, day_weights(rng.integers(0, 40, (999, 40)), 40))
    >>> middle = minutes.sum() / people.sum()
    >>> bool(high - middle > middle - low > 0)
    True
    """
    days = len(top)
    value = float(top.sum() / bottom.sum())
    if value <= 0 or days < 3:
        return (value, value) if days >= 3 else (math.nan, math.nan)
    se = math.sqrt(float((top - value * bottom).var(ddof=1)) / days) / float(bottom.mean())
    tops, bottoms = weights @ top, weights @ bottom
    with np.errstate(divide="ignore", invalid="ignore"):
        values = tops / bottoms
        squares = (
            weights @ (top * top)
            - 2 * values * (weights @ (top * bottom))
            + values**2 * (weights @ (bottom * bottom))
        )
        errors = np.sqrt(np.maximum(squares, 0) / (days - 1) / days) / (bottoms / days)
        student = (np.log(values) - math.log(value)) / (errors / values)
    student = student[np.isfinite(student)]
    if not len(student) or se == 0:
        return value, value
    low, high = np.quantile(student, [(1 - level) / 2, 1 - (1 - level) / 2])
    return value * math.exp(-high * se / value), value * math.exp(-low * se / value)


def difference(before: tuple[float, float, float], after: tuple[float, float, float]) -> tuple[float, float]:
    """Return the interval of a difference from (value, low, high) of its independent sides.

    >>> low, high = difference((10.0, 7.0, 14.0), (5.0, 2.0, 9.0))
    >>> round(low, 6), round(high, 6)
    (-10.0, 0.0)
    """
    (b, b_low, b_high), (a, a_low, a_high) = before, after
    return a - b - math.hypot(a - a_low, b_high - b), a - b + math.hypot(a_high - a, b - b_low)

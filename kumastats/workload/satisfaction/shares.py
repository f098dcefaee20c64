"""Means and shares of one wave with the error that weights bring."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.satisfaction.answers import Floats


@dataclass(frozen=True)
class Share:
    """A weighted mean or share of answers and its interval.

    Attributes
    ----------
    value, low, high
        In points, or a fraction between 0 and 1.
    n, hits
        Answers, and (of a share) how many count, both unweighted.
    effective
        Answers of equal weight that would tell as much (Kish 1965).
    """

    value: float
    low: float
    high: float
    n: int
    hits: int
    effective: float


def weighted_share(hit: Floats, weight: Floats, level: float = 0.95) -> Share:
    """Return a weighted share with Wilson's interval at the effective number of answers.

    The design effect is the linearised variance over that of as many answers of equal weight; with equal weights the
    interval is Wilson's (Kott and Carr 1997, JOS 13; Franco et al. 2019, J. Surv. Stat. Methodol. 7).

    >>> import numpy as np
    >>> made = weighted_share(np.repeat([1.0, 0.0], [56, 14]), np.ones(70))
    >>> round(made.value, 2), round(made.low, 4), round(made.high, 4)
    (0.8, 0.6918, 0.877)
    """
    from scipy.special import ndtri

    w = _weights(weight)
    n, p = len(w), float(w @ hit / w.sum())
    spread = p * (1 - p)
    inside = w * (hit - p) / w.sum()
    variance = n / (n - 1) * float(inside @ inside) if n > 1 else math.nan
    # a share of 0 or 1 has no variance to compare; then the weights alone tell
    kish = float(w.sum() ** 2 / (w @ w))
    effective = n * (spread / (n - 1)) / variance if n > 1 and variance > 0 else kish
    z2 = float(ndtri((1 + level) / 2)) ** 2
    middle = (p + z2 / (2 * effective)) / (1 + z2 / effective)
    half = math.sqrt(z2 * (spread / effective + z2 / (4 * effective**2))) / (1 + z2 / effective)
    return Share(p, max(0.0, middle - half), min(1.0, middle + half), n, int(hit.sum()), effective)


def weighted_mean(score: Floats, weight: Floats, level: float = 0.95) -> Share:
    """Return a weighted mean with its linearised t interval (R survey ``svymean``, with replacement)."""
    from scipy.special import stdtrit

    w = _weights(weight)
    n = len(w)
    if n < 2:
        raise WorkloadError(Text("答えが2件以上必要です。", "It takes two answers."))
    mean = float(w @ score / w.sum())
    inside = w * (score - mean) / w.sum()
    se = math.sqrt(n / (n - 1) * float(inside @ inside))
    half = float(stdtrit(n - 1, (1 + level) / 2)) * se
    return Share(mean, mean - half, mean + half, n, n, float(w.sum() ** 2 / (w @ w)))


def _weights(weight: Floats) -> Floats:
    if not len(weight) or not weight.sum() > 0:
        raise WorkloadError(Text("重みの合計が0です。", "The weights add up to nothing."))
    return weight

"""Shares before and after: Wilson's interval, and Newcombe's for their difference."""

from __future__ import annotations

import math

import numpy as np

from kumastats.compare.result import Comparison
from kumastats.compare.subject import PLAIN, Subject, conclude, numbers
from kumastats.errors import CompareError
from kumastats.text import Text


def wilson(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a share (R ``prop.test(correct = FALSE)``).

    >>> [round(x, 4) for x in wilson(56, 70)]
    [0.6918, 0.877]
    """
    from scipy.special import ndtri

    if np.isnan(numbers((count, n), "counts")).any() or n <= 0 or not 0 <= count <= n:
        raise CompareError(Text(f"{n}件中{count}件は割合になりません。", f"{count} of {n} is no share."))
    z2 = float(ndtri(1 - (1 - level) / 2)) ** 2
    p = count / n
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def risk_difference(
    before: tuple[int, int], after: tuple[int, int], *, subject: Subject = PLAIN, level: float = 0.95
) -> Comparison:
    """Compare two independent shares, each (count, n): Newcombe's hybrid score interval (1998, method 10).

    The p-value is of the pooled score test (R ``prop.test(correct = FALSE)``). For shares of people in clusters (offices,
    days) compare cluster means instead: answers within one are not independent.
    """
    from scipy.special import ndtr

    low_b, high_b = wilson(*before, level)
    low_a, high_a = wilson(*after, level)
    (k0, n0), (k1, n1) = before, after
    p0, p1 = k0 / n0, k1 / n1
    d = p1 - p0
    pooled = (k0 + k1) / (n0 + n1)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    p = float(2 * ndtr(-abs(d) / spread)) if spread else 1.0
    return conclude(
        subject, design="proportions", inference="newcombe_score", estimate=d, n=n0 + n1, units=n0 + n1, level=level,
        estimand=Text("割合の差（後 − 前）、別々の人", "difference of shares, after minus before, of different people"),
        se=math.sqrt(p0 * (1 - p0) / n0 + p1 * (1 - p1) / n1), p=p, treated=n1,
        ci=(
            d - math.sqrt((p1 - low_a) ** 2 + (high_b - p0) ** 2),
            d + math.sqrt((high_a - p1) ** 2 + (p0 - low_b) ** 2),
        ),
    )  # fmt: skip

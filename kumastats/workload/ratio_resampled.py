"""A ratio of two sums over clusters (offices, days), with a bootstrap over these clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text

FEWEST_CLUSTERS = 5
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ratio:
    """A ratio Σy/Σx.

    Attributes
    ----------
    se, low, high
        From the larger of the bootstrap's and the jackknife's error, with t quantiles on one degree of freedom less than
        clusters; NaN below five clusters, where no interval can be trusted.
    clusters
        Clusters that contribute to Σx.
    """

    value: float
    se: float
    low: float
    high: float
    clusters: int

    def times(self, factor: float) -> Ratio:
        """Return it in another unit (percent: 100)."""
        return Ratio(
            self.value * factor, self.se * factor, self.low * factor, self.high * factor, self.clusters
        )


def resampled(clusters: int, draws: int, rng: np.random.Generator) -> Floats:
    """Return how often each cluster is drawn, a row a draw."""
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), draws).astype(np.float64)


def ratio_of_sums(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 999,
    level: float = 0.95,
) -> Ratio:
    """Return Σy/Σx over clusters; whole clusters are drawn again with replacement (Cameron and Miller 2015, section VI.A).

    Parameters
    ----------
    numerator, denominator
        Totals of each cluster; clusters whose denominator is zero are no part of it.

    Raises
    ------
    WorkloadError
        If the totals differ in length, one is not finite or below zero in the denominator, or nothing is left.
    """
    y, x = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if (
        y.shape != x.shape
        or y.ndim != 1
        or not (np.isfinite(y).all() and np.isfinite(x).all())
        or (x < 0).any()
    ):
        raise WorkloadError(
            Text("分子と分母の合計がそろいません。", "The totals of numerator and denominator do not fit together.")
        )  # fmt: skip
    y, x = y[x > 0], x[x > 0]
    k = len(x)
    if not k:
        raise WorkloadError(Text("分母が0です。", "The denominator is zero."))
    value = float(y.sum() / x.sum())
    if k < FEWEST_CLUSTERS:
        return Ratio(value, math.nan, math.nan, math.nan, k)
    from scipy.special import stdtrit

    weight = resampled(k, draws, rng)
    drawn = (weight @ y) / (weight @ x)
    # clusters drawn from those held vary less than clusters of the population: k − 1 for k
    again = float(drawn.std(ddof=1)) * math.sqrt(k / (k - 1))
    without = (y.sum() - y) / (x.sum() - x)
    jackknife = math.sqrt((k - 1) / k * float(((without - value) ** 2).sum()))
    se = max(again, jackknife)  # where a few offices are very large, drawing them again tells too little
    half = float(stdtrit(k - 1, 1 - (1 - level) / 2)) * se
    return Ratio(value, se, value - half, value + half, k)

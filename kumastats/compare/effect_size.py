"""Standardised differences and dominance, each with an interval."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from kumastats.compare.inference import checked_level
from kumastats.compare.paired import CHANGE, pairs
from kumastats.compare.result import Comparison
from kumastats.compare.subject import Subject, conclude, present, rounded
from kumastats.compare.unpaired import GROUPS
from kumastats.errors import CompareError
from kumastats.text import Text

SD = Text("標準偏差", "sd")
FLAT = Text("値が変わらず、標準化できません。", "The values do not vary, so nothing can be standardised.")


def noncentral_interval(t: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """Return the noncentralities for which `t` is at the ends of its distribution (Steiger and Fouladi 1997).

    >>> [round(x, 4) for x in noncentral_interval(0.0, 1e6)]
    [-1.96, 1.96]
    """
    from scipy.optimize import brentq
    from scipy.special import nctdtr

    checked_level(level)
    if t < 0:  # the distribution function is NaN far below its middle, and exact by symmetry
        low, high = noncentral_interval(-t, df, level)
        return -high, -low
    reach = 12 + t
    ends = [
        brentq(lambda nc, q=q: nctdtr(df, nc, t) - q, t - reach, t + reach, xtol=1e-12)  # type: ignore[no-untyped-call]
        for q in ((1 + level) / 2, (1 - level) / 2)
    ]
    return float(ends[0]), float(ends[1])


def d_z(before: npt.ArrayLike, after: npt.ArrayLike, *, level: float = 0.95) -> Comparison:
    """Mean difference of pairs in standard deviations of the differences; interval by the noncentral t.

    >>> round(d_z([1, 2, 3, 4], [2, 4, 4, 7]).estimate, 4)
    1.8278
    """
    x, y, dropped = pairs(before, after)
    d = y - x
    sd = rounded(float(d.std(ddof=1)), x, y)
    if sd == 0:
        raise CompareError(FLAT)
    n, value = len(d), float(d.mean()) / sd
    low, high = noncentral_interval(value * math.sqrt(n), n - 1, level)
    return conclude(
        Subject("d_z", Text("対の標準化差 d_z", "paired difference d_z"), SD, 2), design="effect_size",
        estimand=CHANGE, inference="noncentral_t", estimate=value, n=2 * n, units=n, level=level, dropped=dropped,
        ci=(low / math.sqrt(n), high / math.sqrt(n)),
    )  # fmt: skip


def d_av(before: npt.ArrayLike, after: npt.ArrayLike, *, level: float = 0.95) -> Comparison:
    """Mean difference of pairs in standard deviations of the level: the root of the mean variance before and after.

    The interval is Algina and Keselman's (2003): the noncentral t's, scaled from the difference to the level.
    """
    x, y, dropped = pairs(before, after)
    d = y - x
    sd = rounded(float(np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)), x, y)
    spread = rounded(float(d.std(ddof=1)), x, y)
    if sd == 0 or spread == 0:
        raise CompareError(FLAT)
    n = len(d)
    error = spread / math.sqrt(n)
    low, high = noncentral_interval(float(d.mean()) / error, n - 1, level)
    return conclude(
        Subject("d_av", Text("対の標準化差 d_av", "paired difference d_av"), SD, 2), design="effect_size",
        estimand=CHANGE, inference="noncentral_t_scaled", estimate=float(d.mean()) / sd, n=2 * n, units=n, level=level,
        dropped=dropped, ci=(low * error / sd, high * error / sd),
    )  # fmt: skip


def hedges_g(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Comparison:
    """Difference of two means in pooled standard deviations, less its small-sample bias; interval by the noncentral t."""
    from scipy.special import gammaln

    x, lost_x = present(first, "first")
    y, lost_y = present(second, "second")
    lost = lost_x.get("missing", 0) + lost_y.get("missing", 0)
    df = len(x) + len(y) - 2
    pooled = rounded(math.sqrt(((len(x) - 1) * x.var(ddof=1) + (len(y) - 1) * y.var(ddof=1)) / df), x, y)
    if pooled == 0:
        raise CompareError(FLAT)
    root = math.sqrt(1 / len(x) + 1 / len(y))
    value = float(y.mean() - x.mean()) / pooled
    shrink = math.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / math.sqrt(df / 2)
    low, high = noncentral_interval(value / root, df, level)
    return conclude(
        Subject("hedges_g", Text("標準化差 g", "Hedges’ g"), SD, 2), design="effect_size", estimand=GROUPS,
        inference="noncentral_t", estimate=shrink * value, n=df + 2, units=df + 2, treated=len(y), level=level,
        dropped={"missing": lost} if lost else {},
        ci=(shrink * low * root, shrink * high * root), extra={"d": value},
    )  # fmt: skip


def rank_biserial(before: npt.ArrayLike, after: npt.ArrayLike, *, level: float = 0.95) -> Comparison:
    """Share of rank sums that rise less the share that fall, in pairs; interval on Fisher's scale (R effectsize)."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    x, y, dropped = pairs(before, after, 1)
    d = (y - x)[y != x]
    if len(d) < len(x):
        dropped["no_difference"] = len(x) - len(d)
    if not len(d):
        raise CompareError(FLAT)
    ranks = rankdata(np.abs(d))
    value = float((ranks * np.sign(d)).sum() / ranks.sum())
    n = len(d)
    error = math.sqrt((2 * n**3 + 3 * n**2 + n) / 6) / (n * (n + 1) / 2)
    reach = float(ndtri((1 + level) / 2)) * error
    at = math.atanh(value) if abs(value) < 1 else math.copysign(math.inf, value)
    return conclude(
        Subject("rank_biserial", Text("順位双列相関", "rank-biserial correlation"), Text("", ""), 2), design="effect_size",
        estimand=CHANGE, inference="fisher_z", estimate=value, n=2 * len(x), units=len(x), level=level, dropped=dropped,
        ci=(math.tanh(at - reach), math.tanh(at + reach)),
        undecidable=Text("すべて同じ向きで、区間が作れない", "all change one way, so no interval can be made") if abs(value) == 1 else None,
    )  # fmt: skip


def cliffs_delta(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Comparison:
    """Chance that a value of the second group is above one of the first, less the chance that it is below.

    The interval is Feng and Cliff's (2004), asymmetric, from the consistent variance.
    """
    from scipy.special import stdtrit

    x, lost_x = present(first, "first")
    y, lost_y = present(second, "second")
    lost = lost_x.get("missing", 0) + lost_y.get("missing", 0)
    above = np.sign(y[:, None] - x[None, :])
    value = float(above.mean())
    m, n = len(y), len(x)
    rows, columns = above.mean(1) - value, above.mean(0) - value
    variance = (
        m * m * float(rows @ rows) + n * n * float(columns @ columns) - float(((above - value) ** 2).sum())
    ) / (m * n * (m - 1) * (n - 1))
    variance = max(variance, (1 - value**2) / (m * n - 1))
    z = float(stdtrit(m + n - 2, (1 + level) / 2))
    middle, half = value - value**3, z * math.sqrt(variance * ((1 - value**2) ** 2 + z * z * variance))
    scale = 1 - value**2 + z * z * variance
    ends = ((middle - half) / scale, (middle + half) / scale) if scale > 0 else (math.nan, math.nan)
    return conclude(
        Subject("cliffs_delta", Text("クリフのδ", "Cliff’s delta"), Text("", ""), 2), design="effect_size", estimand=GROUPS,
        inference="feng_cliff", estimate=value, n=m + n, units=m + n, treated=m, level=level,
        dropped={"missing": lost} if lost else {},
        ci=(max(-1.0, ends[0]), min(1.0, ends[1])),
        undecidable=Text("二群が重ならず、区間が作れない", "the groups do not overlap, so no interval can be made") if abs(value) == 1 else None,
    )  # fmt: skip

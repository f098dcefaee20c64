"""Two groups of different units: Welch's t, and Mann and Whitney's ranks with the Hodges–Lehmann shift."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from kumastats.compare.inference import checked_level
from kumastats.compare.result import Check, Comparison
from kumastats.compare.subject import PLAIN, Subject, conclude, present, rounded, t_finding
from kumastats.text import Text

GROUPS = Text(
    "二つの群の差（後の群 − 前の群）。群の顔ぶれが違えばその差も含む",
    "second group minus first; where the groups differ in kind, that difference is in it",
)
EXACT_BELOW = 50


def welch(
    first: npt.ArrayLike, second: npt.ArrayLike, *, subject: Subject = PLAIN, level: float = 0.95
) -> Comparison:
    """Compare the means of two groups of unequal variance (R ``t.test(second, first)``).

    >>> round(welch([1, 2, 3], [3, 4, 8]).df, 4)
    2.56
    """
    x, lost_x = present(first, "first")
    y, lost_y = present(second, "second")
    vx, vy = float(x.var(ddof=1)) / len(x), float(y.var(ddof=1)) / len(y)
    estimate, se = float(y.mean() - x.mean()), rounded(math.sqrt(vx + vy), x, y)
    df = se**4 / (vx**2 / (len(x) - 1) + vy**2 / (len(y) - 1)) if se > 0 else math.nan
    n = len(x) + len(y)
    lost = lost_x.get("missing", 0) + lost_y.get("missing", 0)
    return conclude(
        subject, design="unpaired", estimand=GROUPS, inference="welch_t", estimate=estimate, n=n, units=n, level=level,
        treated=len(y), dropped={"missing": lost} if lost else {}, **t_finding(estimate, se, df, level),
    )  # fmt: skip


def rank_sum_chances(m: int, n: int) -> npt.NDArray[np.float64]:
    """Return the exact distribution of Mann and Whitney's U without ties, for 0 … m·n."""
    ways = np.zeros(m * n + 1)
    ways[0] = 1.0
    for k in range(1, m + 1):  # the Gaussian binomial coefficient, factor by factor
        top = n + k
        if top <= m * n:
            ways[top:] -= ways[: len(ways) - top].copy()
        for i in range(k, m * n + 1):
            ways[i] += ways[i - k]
    chances: npt.NDArray[np.float64] = ways / ways.sum()
    return chances


def rank_sum(
    first: npt.ArrayLike, second: npt.ArrayLike, *, subject: Subject = PLAIN, level: float = 0.95
) -> Comparison:
    """Compare two groups by ranks; the estimate is the median of all differences between them (Hodges and Lehmann).

    Exact where there are no ties and both groups have fewer than 50 values (R ``wilcox.test``), else normal with the
    corrections for ties and continuity; the interval takes the ordered differences of the same distribution.
    """
    from scipy.special import ndtr, ndtri
    from scipy.stats import rankdata

    checked_level(level)
    x, lost_x = present(first, "first", 1)
    y, lost_y = present(second, "second", 1)
    m, n = len(x), len(y)
    ranks = rankdata(np.concatenate([x, y]))
    u = float(ranks[m:].sum()) - n * (n + 1) / 2
    counts = np.unique(np.concatenate([x, y]), return_counts=True)[1].astype(float)
    tied = bool((counts > 1).any())
    alpha, half = 1 - level, m * n / 2
    least_p, reason = 0.0, None
    differences = np.sort((y[:, None] - x[None, :]).ravel())
    if not tied and max(m, n) < EXACT_BELOW:
        below = rank_sum_chances(m, n).cumsum()
        p = min(1.0, 2 * float(below[round(min(u, m * n - u))]))
        least_p = min(1.0, 2 * float(below[0]))
        cut = int(np.searchsorted(below, alpha / 2 * (1 - 1e-12)))
        how = "rank_sum_exact"
    else:
        size = m + n
        spread = math.sqrt(
            m * n / 12 * ((size + 1) - float((counts**3 - counts).sum()) / (size * (size - 1)))
        )
        p = min(1.0, 2 * float(ndtr(-max(0.0, abs(u - half) - 0.5) / spread))) if spread else math.nan
        least_p = min(1.0, 2 / math.comb(size, m)) if size < 1000 else 0.0
        cut = int(half - ndtri(1 - alpha / 2) * spread)
        how = "rank_sum_normal"
        if not spread:
            reason = Text("すべての値が等しい", "all values are equal")
    if reason is None and least_p > alpha:
        reason = Text(
            f"{m}個と{n}個では、p値は{least_p:.3f}より小さくなれない",
            f"with {m} and {n} values no p-value can be below {least_p:.3f}",
        )
    cut = max(1, cut)
    lost = lost_x.get("missing", 0) + lost_y.get("missing", 0)
    meaning = Text("同順位がある", "values tie") if tied else Text("同順位なし", "no ties")
    return conclude(
        subject, design="unpaired", estimand=GROUPS, inference=how, estimate=float(np.median(differences)), n=m + n,
        units=m + n, level=level, p=p, ci=(float(differences[cut - 1]), float(differences[len(differences) - cut])),
        treated=n, dropped={"missing": lost} if lost else {}, undecidable=reason,
        checks=(Check("ties", "warn" if tied else "pass", meaning),), extra={"statistic": u, "attainable_p": least_p},
    )  # fmt: skip

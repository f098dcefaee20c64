"""The same units before and after: paired t, signed ranks with Hodges–Lehmann, and adjustment for the value before."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from kumastats.compare.result import Check, Comparison
from kumastats.compare.subject import PLAIN, Array, Subject, conclude, numbers, rounded, t_finding
from kumastats.errors import CompareError
from kumastats.text import Text

CHANGE = Text(
    "同じ単位の、前と後の差。比べる相手がないので効果とは言えない",
    "after minus before in the same units; without a comparison group it is no effect",
)
EXACT_UP_TO = 50


def pairs(before: npt.ArrayLike, after: npt.ArrayLike, least: int = 2) -> tuple[Array, Array, dict[str, int]]:
    """Return both values of the complete pairs, and how many pairs lacked one.

    Raises
    ------
    CompareError
        If the lengths differ or fewer than `least` pairs are complete.
    """
    x, y = numbers(before, "before"), numbers(after, "after")
    if len(x) != len(y):
        raise CompareError(
            Text(
                f"前が{len(x)}個、後が{len(y)}個で、対になりません。",
                f"{len(x)} values before and {len(y)} after are no pairs.",
            )
        )
    whole = ~(np.isnan(x) | np.isnan(y))
    if whole.sum() < least:
        raise CompareError(
            Text(
                f"そろった対が{whole.sum()}組しかありません（{least}組以上が必要）。",
                f"{whole.sum()} complete pairs; it takes {least}.",
            )
        )
    lost = int((~whole).sum())
    return x[whole], y[whole], {"incomplete_pair": lost} if lost else {}


def paired_t(
    before: npt.ArrayLike, after: npt.ArrayLike, *, subject: Subject = PLAIN, level: float = 0.95
) -> Comparison:
    """Compare the means of pairs: Student's t on the differences (R ``t.test(paired = TRUE)``).

    >>> paired_t([3, 4, 5, 7], [2, 2, 4, 4]).estimate
    -1.75
    """
    x, y, dropped = pairs(before, after)
    d = y - x
    estimate, se = float(d.mean()), rounded(float(d.std(ddof=1) / math.sqrt(len(d))), x, y)
    return conclude(
        subject, design="paired", estimand=CHANGE, inference="paired_t", estimate=estimate, n=2 * len(d), units=len(d),
        level=level, dropped=dropped, **t_finding(estimate, se, len(d) - 1, level),
    )  # fmt: skip


def signed_rank_counts(ranks: Array) -> Array:
    """Return the probability of each doubled rank sum 0, 1, … when every sign is a fair coin.

    Doubled mid-ranks are integers, so the distribution is exact with ties too.
    """
    doubled = np.rint(2 * ranks).astype(int)
    chance = np.zeros(doubled.sum() + 1)
    chance[0] = 1.0
    for r in doubled:
        moved = np.zeros_like(chance)
        moved[r:] = chance[: len(chance) - r]
        chance = (chance + moved) / 2
    return chance


def signed_rank(
    before: npt.ArrayLike, after: npt.ArrayLike, *, subject: Subject = PLAIN, level: float = 0.95
) -> Comparison:
    """Compare pairs by Wilcoxon's signed ranks; the estimate is Hodges and Lehmann's median of Walsh averages.

    Pairs without a difference are left out and counted (Wilcoxon's rule, as in R). Up to 50 pairs the null distribution
    is exact, given the ties; beyond it is normal with the corrections for ties and continuity. The interval takes the
    Walsh averages that the same distribution does not reject (R ``wilcox.test(conf.int = TRUE)`` where there are no ties).
    """
    from scipy.special import ndtr, ndtri
    from scipy.stats import rankdata

    x, y, dropped = pairs(before, after, 1)
    d = y - x
    moved = d[d != 0]
    if len(moved) < len(d):
        dropped["no_difference"] = len(d) - len(moved)
    n = len(moved)
    if n == 0:
        raise CompareError(Text("どの対にも差がありません。", "No pair differs."))
    ranks = rankdata(np.abs(moved))
    tied = len(np.unique(np.abs(moved))) < n
    up = float(ranks[moved > 0].sum())
    i, j = np.triu_indices(n)
    walsh = np.sort((moved[i] + moved[j]) / 2)
    total = n * (n + 1) / 2
    alpha = 1 - level
    if n <= EXACT_UP_TO:
        chance = signed_rank_counts(ranks)
        below = chance.cumsum()
        at = round(2 * min(up, total - up))
        p = min(1.0, 2 * float(below[at]))
        least_p = min(1.0, 2 * float(chance[0]))
        cut = int(np.searchsorted(below, alpha / 2 * (1 - 1e-12), side="left")) // 2
    else:
        spread = math.sqrt(float((ranks**2).sum()) / 4)
        p = min(1.0, 2 * float(ndtr(-max(0.0, abs(up - total / 2) - 0.5) / spread)))
        least_p = 0.0
        cut = int(total / 2 - ndtri(1 - alpha / 2) * spread)
    cut = max(1, cut)
    short = least_p > alpha
    meaning = Text(
        "差の大きさに同順位がある（分布は同順位を含めて計算）" if tied else "同順位なし",
        "differences tie in size (the distribution is given the ties)" if tied else "no ties",
    )
    return conclude(
        subject, design="paired", estimand=CHANGE, estimate=float(np.median(walsh)), n=2 * len(d), units=len(d),
        inference="signed_rank_exact" if n <= EXACT_UP_TO else "signed_rank_normal", level=level, p=p,
        ci=(float(walsh[cut - 1]), float(walsh[len(walsh) - cut])), dropped=dropped,
        undecidable=Text(
            f"差のある対が{n}組では、p値は{least_p:.3f}より小さくなれない",
            f"with {n} pairs that differ no p-value can be below {least_p:.3f}",
        ) if short else None,
        checks=(Check("ties", "warn" if tied else "pass", meaning),),
        extra={"statistic": up, "attainable_p": least_p},
    )  # fmt: skip


def ancova(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    subject: Subject = PLAIN,
    level: float = 0.95,
) -> Comparison:
    """Compare treated and other units after, adjusted for their value before (R ``lm(after ~ treated + before)``).

    The slope on the value before is CUPED's θ within groups; ``variance_kept`` is the share of variance left by it.

    Raises
    ------
    CompareError
        If a group has fewer than two units, or the value before does not vary.
    """
    x, y, t = numbers(before, "before"), numbers(after, "after"), numbers(treated, "treated")
    if not len(x) == len(y) == len(t):
        raise CompareError(Text("長さがそろっていません。", "The arrays differ in length."))
    whole = ~(np.isnan(x) | np.isnan(y) | np.isnan(t))
    dropped = {"incomplete_unit": int((~whole).sum())} if not whole.all() else {}
    x, y, t = x[whole], y[whole], t[whole]
    if not np.isin(t, (0, 1)).all() or min((t == 1).sum(), (t == 0).sum()) < 2:
        raise CompareError(
            Text(
                "treated は0と1で、どちらも2単位以上が必要です。",
                "treated must be 0 and 1, two units or more of each.",
            )
        )
    design = np.column_stack([t, x - x.mean(), np.ones(len(x))])
    if np.linalg.matrix_rank(design) < 3:
        raise CompareError(
            Text("前の値が群の中で変わりません。", "The value before does not vary within groups.")
        )
    beta = np.linalg.lstsq(design, y, rcond=None)[0]
    rest = y - design @ beta
    df = len(y) - 3
    if df < 1:
        raise CompareError(Text("単位が少なすぎます。", "There are too few units."))
    error = float(rest @ rest) / df
    se = rounded(math.sqrt(error * np.linalg.inv(design.T @ design)[0, 0]), x, y)
    within = y - np.where(t == 1, y[t == 1].mean(), y[t == 0].mean())
    flat = float(within @ within)
    return conclude(
        subject, design="ancova", inference="ols_t", estimate=float(beta[0]), n=2 * len(y), units=len(y), level=level,
        estimand=Text("前の値が同じ単位どうしの、後の値の差", "the difference after between units alike before"),
        treated=int(t.sum()), dropped=dropped, extra={"theta": float(beta[1]), "variance_kept": float(rest @ rest) / flat if flat else math.nan},
        **t_finding(float(beta[0]), se, df, level),
    )  # fmt: skip


__all__ = ["ancova", "paired_t", "pairs", "signed_rank"]

"""How an interval is made, and when none can be: the rule of few clusters.

With cluster-robust t statistics and five clusters a true null is rejected far more often than the level says. So below ten clusters, or with fewer than four on either side, nothing is decided. With
forty or more (eight on either side) the t test on G − 1 degrees of freedom is kept; between, the restricted wild cluster
bootstrap decides (Cameron, Gelbach and Miller 2008; MacKinnon, Nielsen and Webb 2023).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumastats.compare.bootstrap import wild_bootstrap
from kumastats.compare.twfe import Fit
from kumastats.text import Text

FEWEST_CLUSTERS, FEWEST_A_SIDE = 10, 4
MANY_CLUSTERS, MANY_A_SIDE = 40, 8
POWER = 0.80


@dataclass(frozen=True)
class Inference:
    """An interval and how it was made."""

    how: str
    se: float
    df: float
    ci: tuple[float, float]
    p: float
    decidable: bool
    reason: Text | None
    minimal_detectable_effect: float


def infer(fit: Fit, *, treated: int, level: float, draws: int, rng: np.random.Generator) -> Inference:
    """Return the interval of the first coefficient of `fit`.

    Parameters
    ----------
    treated
        Number of clusters that are ever treated.
    draws
        Draws of the bootstrap, where it is used.
    """
    clusters = fit.n_clusters
    fewest = min(treated, clusters - treated)
    estimate, se = float(fit.beta[0]), fit.se(0)
    df = float(clusters - 1)
    if clusters < FEWEST_CLUSTERS or fewest < FEWEST_A_SIDE:
        reason = Text(
            f"独立な職場が{clusters}（導入{treated}）しかなく、正しい検定がない。{FEWEST_CLUSTERS}以上、各側{FEWEST_A_SIDE}以上が要る",
            f"only {clusters} independent units ({treated} treated): no valid test; it takes {FEWEST_CLUSTERS}, {FEWEST_A_SIDE} on each side",
        )
        nan = math.nan
        return Inference("none", nan, nan, (nan, nan), nan, False, reason, nan)
    if not math.isfinite(se) or se == 0:
        reason = Text(
            "職場間のばらつきがなく、誤差を見積もれない", "units do not vary, so no error can be estimated"
        )
        return Inference("none", math.nan, math.nan, (math.nan, math.nan), math.nan, False, reason, math.nan)
    detectable = _detectable(se, df, level)
    if clusters >= MANY_CLUSTERS and fewest >= MANY_A_SIDE:
        half = t_quantile(1 - (1 - level) / 2, df) * se
        return Inference(
            "cluster_robust_t",
            se,
            df,
            (estimate - half, estimate + half),
            two_sided(estimate / se, df),
            True,
            None,
            detectable,
        )
    boot = wild_bootstrap(fit, weights="webb" if clusters < 12 else "rademacher", draws=draws, rng=rng)
    ci = boot.interval(level)
    if not all(map(math.isfinite, ci)):
        reason = Text("信頼区間が片側で閉じない", "the interval does not close on one side")
        return Inference(
            "wild_cluster_bootstrap", se, math.nan, (math.nan, math.nan), boot.p(), False, reason, detectable
        )
    return Inference("wild_cluster_bootstrap", se, math.nan, ci, boot.p(), True, None, detectable)


def t_quantile(q: float, df: float) -> float:
    """Return a quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, q))


def two_sided(statistic: float, df: float) -> float:
    """Return the two-sided p-value of a t statistic."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(statistic)))


def _detectable(se: float, df: float, level: float) -> float:
    return (t_quantile(1 - (1 - level) / 2, df) + t_quantile(POWER, df)) * se


def wald(beta: np.ndarray, covariance: np.ndarray, df: float) -> float:
    """Return the p-value of the joint hypothesis that all of `beta` are zero (F on len(beta) and `df`)."""
    from scipy.special import fdtrc

    k = len(beta)
    statistic = float(beta @ np.linalg.pinv(covariance) @ beta) / k
    return float(fdtrc(k, df, statistic))


def t_interval(estimate: float, se: float, df: float, level: float) -> tuple[float, float]:
    """Return the two-sided interval on a t distribution."""
    half = t_quantile(1 - (1 - level) / 2, df) * se
    return estimate - half, estimate + half

"""How an interval is made, and when none can be: the rule of few clusters.

Below ten clusters, or with fewer than three on either side, nothing is decided. With forty or more (eight on either side)
the cluster-robust t test on G − 1 degrees of freedom is kept; between, each cluster is scaled by its leverage and the
degrees of freedom are Bell and McCaffrey's (`kumastats.compare.clusters`), which hold the level where the wild bootstrap
rejects too often (ten clusters, three treated) or never (thirty-four, three treated).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumastats.compare.cells import Floats, Ints
from kumastats.compare.clusters import spread, undecidable
from kumastats.compare.twfe import Fit
from kumastats.compare.uniform import correlation, exceeded
from kumastats.text import Text

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


def infer(fit: Fit, *, treated: int, level: float, j: int = 0) -> Inference:
    """Return the interval of coefficient `j` of `fit`.

    Parameters
    ----------
    treated
        Number of clusters that are ever treated.
    """
    clusters = fit.n_clusters
    fewest = min(treated, clusters - treated)
    estimate, se = float(fit.beta[j]), fit.se(j)
    df = float(clusters - 1)
    reason = undecidable(clusters, treated)
    if reason is not None:
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
    made = spread(*_parts(fit, j))
    ci = t_interval(estimate, made.se, made.df, level)
    return Inference(
        "cluster_robust_satterthwaite", made.se, made.df, ci, two_sided(estimate / made.se, made.df), True, None,
        _detectable(made.se, made.df, level),
    )  # fmt: skip


def _parts(fit: Fit, j: int) -> tuple[Floats, Ints, Floats, Ints]:
    """Return each cluster's part in the error of coefficient `j`, its side, and its weight there."""
    own = fit.panel.cluster[fit.panel.unit]
    weight = np.bincount(own, np.abs(fit.residualised(j)), fit.n_clusters)
    side = np.zeros(fit.n_clusters, dtype=np.int64)
    side[own[fit.regressors.code >= 0]] = 1
    return fit.influence[:, j], side, weight.astype(np.float64), np.array([1])


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


def joint(fit: Fit, *, treated: int) -> float:
    """Return the p-value of the joint hypothesis that all coefficients are zero; NaN where clusters are too few.

    The largest |t| of the coefficients, each by the rule of few clusters, against its distribution with their correlation and
    their smallest degrees of freedom. A Wald test on the cluster-robust covariance would reject a third of true hypotheses
    with ten clusters, three of them treated (`tests/validity/bands.py` shows both).
    """
    found = [infer(fit, treated=treated, level=0.95, j=j) for j in range(len(fit.beta))]
    if not all(f.decidable for f in found):
        return math.nan
    largest = max(abs(float(b)) / f.se for b, f in zip(fit.beta, found, strict=True))
    return exceeded(largest, correlation(fit.influence), df=min(f.df for f in found))


def t_interval(estimate: float, se: float, df: float, level: float) -> tuple[float, float]:
    """Return the two-sided interval on a t distribution."""
    half = t_quantile(1 - (1 - level) / 2, df) * se
    return estimate - half, estimate + half

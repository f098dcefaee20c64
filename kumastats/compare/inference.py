"""How an interval is made, and when none can be: the rule of few clusters.

Below ten clusters, or with fewer than three on either side, nothing is decided. Where clusters are many and alike – Bell and
McCaffrey's degrees of freedom reach sixty – the cluster-robust t test on G − 1 is kept; elsewhere each cluster is scaled by
its leverage and the statistic held against its exact law when clusters vary alike (`kumastats.compare.clusters`), which holds
the level where the wild bootstrap rejects too often (ten clusters, three treated) or never (thirty-four, three treated).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumastats.compare.cells import Floats, Ints
from kumastats.compare.clusters import Spread, spread, undecidable
from kumastats.compare.twfe import Fit
from kumastats.compare.uniform import correlation, exceeded
from kumastats.errors import CompareError
from kumastats.text import Text

POWER = 0.80
EXACT = "cluster_robust_exact"
ROUNDING = 1e-12  # of the largest mean: a smaller error is arithmetic, not variation


@dataclass(frozen=True)
class Inference:
    """An interval and how it was made.

    Attributes
    ----------
    df
        Of the Student's t with the same interval.
    df_moments
        Bell and McCaffrey's, for what rests on several coefficients at once.
    """

    how: str
    se: float
    df: float
    ci: tuple[float, float]
    p: float
    decidable: bool
    reason: Text | None
    minimal_detectable_effect: float
    df_moments: float = math.nan


def infer(fit: Fit, *, treated: int, level: float, j: int = 0) -> Inference:
    """Return the interval of coefficient `j` of `fit`.

    Parameters
    ----------
    treated
        Number of clusters that are ever treated.
    """
    checked_level(level)
    clusters = fit.n_clusters
    estimate, se = float(fit.beta[j]), fit.se(j)
    reason = undecidable(clusters, treated)
    largest = float(np.abs(fit.panel.total / fit.panel.n).max())
    if reason is None and not (math.isfinite(se) and se > ROUNDING * largest):
        reason = Text(
            "職場間のばらつきがなく、誤差を見積もれない", "units do not vary, so no error can be estimated"
        )
    if reason is not None:
        nan = math.nan
        return Inference("none", nan, nan, (nan, nan), nan, False, reason, nan)
    made = spread(*_parts(fit, j))
    how = EXACT
    if made.law is None:  # many clusters, none of them outweighing the others
        how, made = "cluster_robust_t", Spread(se, float(clusters - 1))
    low, high, df = made.interval(estimate, level)
    detectable = _detectable(made.se, df, level)
    return Inference(how, made.se, df, (low, high), made.p(estimate), True, None, detectable, made.df)


def checked_level(level: float) -> None:
    """Refuse a confidence level that is none."""
    if not 0 < level < 1:
        raise CompareError(
            Text(f"水準 {level} は0と1の間ではありません。", f"A level of {level} is not between 0 and 1."),
            remedy=Text("0.95 のように指定してください。", "Give it as 0.95."),
        )


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
    return exceeded(largest, correlation(fit.influence), df=min(f.df_moments for f in found))


def t_interval(estimate: float, se: float, df: float, level: float) -> tuple[float, float]:
    """Return the two-sided interval on a t distribution."""
    half = t_quantile(1 - (1 - level) / 2, df) * se
    return estimate - half, estimate + half

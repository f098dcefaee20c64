"""Errors to lay beside the verdict's where clusters are few: the jackknife's, and a t test on the clusters' mean changes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kumastats.compare.design import Design
from kumastats.compare.inference import t_interval, two_sided
from kumastats.compare.twfe import Fit


class WardMean(NamedTuple):
    """Difference of the clusters' mean changes, and Student's t of it on G − 2 degrees of freedom."""

    estimate: float
    se: float
    df: float
    ci: tuple[float, float]
    p: float


def crv3(fit: Fit, without: list[float | None] | None = None) -> float:
    """Return the cluster jackknife (CRV3) standard error of the first coefficient; NaN where a cluster cannot be left out.

    (G − 1)/G · Σ (β₍g₎ − β)², by leaving out each cluster's rows in turn (MacKinnon, Nielsen and Webb 2023, Journal of
    Applied Econometrics 38(5)); R's summclust names it CRV3, pyfixest ``vcov={"CRV3": …}``.

    Parameters
    ----------
    without
        The coefficient without each cluster, where already known.
    """
    made = fit.without_each() if without is None else without
    if any(b is None for b in made):
        return math.nan
    moved = np.array([b for b in made if b is not None]) - float(fit.beta[0])
    g = len(moved)
    return math.sqrt((g - 1) / g * float((moved**2).sum()))


def ward_mean(design: Design, *, level: float = 0.95) -> WardMean:
    """Compare clusters' mean changes as if each were one normal draw of a common variance.

    Exploratory only: with five wards it is right where wards are exchangeable and normal, which nobody can check on five.
    Each cluster's mean change is net of the comparison clusters' over the same months, weighted by rows; with several
    dates a cluster's own date counts. NaN with fewer than three clusters, or one side empty.
    """
    panel = design.panel
    cluster = panel.cluster[panel.unit]
    groups = len(panel.clusters)
    treated = np.zeros(groups, dtype=bool)
    treated[cluster[design.treated]] = True
    n = panel.n.astype(np.float64)
    months = len(panel.months)
    rows = ~treated[cluster]
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = np.bincount(panel.month[rows], panel.total[rows], months) / np.bincount(
            panel.month[rows], n[rows], months
        )
        net = panel.total - n * pooled[panel.month]
        after = panel.month >= np.min(panel.month[design.post]) if design.post.any() else design.post
        after = np.where(treated[cluster], design.post, after)
        mean = [
            np.bincount(cluster[side], net[side], groups) / np.bincount(cluster[side], n[side], groups)
            for side in (after, ~after)
        ]
    change = mean[0] - mean[1]
    held = np.isfinite(change)
    a, b = change[held & treated], change[held & ~treated]
    df = float(len(a) + len(b) - 2)
    if not len(a) or not len(b) or df < 1:
        return WardMean(math.nan, math.nan, math.nan, (math.nan, math.nan), math.nan)
    estimate = float(a.mean() - b.mean())
    pooled_variance = (((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum()) / df
    se = math.sqrt(float(pooled_variance) * (1 / len(a) + 1 / len(b)))
    p = two_sided(estimate / se, df) if se > 0 else math.nan
    return WardMean(estimate, se, df, t_interval(estimate, se, df, level), p)

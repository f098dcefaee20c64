"""The rule of few clusters, for any estimate whose error is a sum over independent clusters.

Cluster-robust t statistics reject a true null far too often when clusters, or treated clusters, are few. Here each
cluster's part is scaled up by its leverage (CR2) and the degrees of freedom are those of Bell and McCaffrey (2002), worked
out from the sizes of the two sides alone: for two groups of equal clusters this is Welch's test of the collapsed
before/after differences (Bertrand, Duflo and Mullainathan 2004), which no serial correlation disturbs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumastats.compare.cells import Floats, Ints
from kumastats.text import Text

FEWEST_CLUSTERS, FEWEST_A_SIDE = 10, 3


@dataclass(frozen=True)
class Spread:
    """A standard error and the degrees of freedom of its t distribution."""

    se: float
    df: float


def undecidable(clusters: int, treated: int) -> Text | None:
    """Return why nothing can be decided with this many clusters, with what would decide it; None where it can."""
    few = min(treated, clusters - treated)
    if clusters >= FEWEST_CLUSTERS and few >= FEWEST_A_SIDE:
        return None
    more = max(FEWEST_CLUSTERS - clusters, 0)
    on_treated = max(FEWEST_A_SIDE - treated, 0)
    on_other = max(FEWEST_A_SIDE - (clusters - treated), 0)
    more = max(more, on_treated + on_other)
    smallest = 1 / math.comb(clusters, treated) if 0 < treated < clusters else 1.0
    return Text(
        f"独立な集団が{clusters}（うち導入{treated}）しかなく、正しい検定がない。{FEWEST_CLUSTERS}以上、各側{FEWEST_A_SIDE}以上が要る"
        f"（あと{more}、導入側{on_treated}・未導入側{on_other}以上を加える。割り当てを入れ替える検定の最小のp値は{smallest:.2g}）",
        f"only {clusters} independent units ({treated} treated): no valid test; it takes {FEWEST_CLUSTERS}, {FEWEST_A_SIDE} on each side "
        f"({more} more, at least {on_treated} treated and {on_other} not; reassigning treatment cannot give a p below {smallest:.2g})",
    )


def spread(influence: Floats, stratum: Ints, weight: Floats, treated: Ints) -> Spread:
    """Return the standard error of an estimate from its clusters' influence.

    Parameters
    ----------
    influence
        Part of each cluster in the estimate's error (G,).
    stratum
        The group each cluster was averaged with: its cohort, or the comparison group (G,).
    weight
        Weight of each cluster in its stratum's mean (G,).
    treated
        Strata that are treated.

    Notes
    -----
    A stratum of one cluster shows no variation of its own: it borrows the mean of the other strata of its side.
    """
    sides = []
    for mine in (np.isin(stratum, treated), ~np.isin(stratum, treated)):
        made = [_stratum(influence[stratum == k], weight[stratum == k]) for k in np.unique(stratum[mine])]
        able = [m for m in made if m[3] > 1]
        if not able:
            return Spread(math.nan, math.nan)
        of_one = sum(m[0] for m in able) / sum(m[3] for m in able)
        variance = sum(m[0] for m in able) + of_one * (len(made) - len(able))
        expected, square = sum(m[1] * m[3] ** 2 for m in able), sum(m[2] * m[3] ** 4 for m in able)
        count = sum(m[3] for m in made)
        sides.append((variance, expected / count**2, square / count**4))
    variance = sum(s[0] for s in sides)
    df = sum(s[1] for s in sides) ** 2 / sum(s[2] for s in sides)
    return Spread(math.sqrt(variance), df)


def _stratum(influence: Floats, weight: Floats) -> tuple[float, float, float, int]:
    """Return the CR2 variance of a stratum's mean, and the trace and squared norm of its form under equal variances."""
    n = len(influence)
    if n < 2:
        return 0.0, 0.0, 0.0, n
    v = weight / weight.sum()
    variance = float((influence**2 / (1 - v)).sum())
    # the form is s_i s_j (δ_ij − v_i − v_j + q), with s² = v² / (1 − v) and q = Σ v²
    a, q = v**2 / (1 - v), float((v**2).sum())
    trace = float((a * (1 - 2 * v + q)).sum())
    zero, one, two = float(a.sum()), float((a * v).sum()), float((a * v**2).sum())
    square = q**2 * zero**2 - 4 * q * zero * one + 2 * zero * two + 2 * one**2
    square += float((a**2 * ((1 - 2 * v + q) ** 2 - (q - 2 * v) ** 2)).sum())
    return variance, trace, square, n

"""The rule of few clusters, for any estimate whose error is a sum over independent clusters.

Cluster-robust t statistics reject a true null far too often when clusters, or treated clusters, are few. Here each
cluster's part is scaled up by its leverage (CR2), and the statistic is held against its law under the working model of Bell
and McCaffrey (2002) – one variance for all clusters – worked out from the sizes of the two sides alone
(`kumastats.compare.studentised`). The variance is that of Welch's test of the collapsed before/after differences (Bertrand,
Duflo and Mullainathan 2004), which no serial correlation disturbs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumastats.compare.cells import Floats, Ints
from kumastats.compare.studentised import Law, Stratum, equivalent_df
from kumastats.text import Text

FEWEST_CLUSTERS, FEWEST_A_SIDE = 10, 3
AS_GOOD_AS_EXACT = 60  # degrees of freedom from which Student's t is as good


@dataclass(frozen=True, eq=False)
class Spread:
    """A standard error and the law of the estimate over it.

    Attributes
    ----------
    df
        Bell and McCaffrey's degrees of freedom: what two moments of the variance say.
    law
        The exact law under their working model; None where `df` is so large that Student's t is as good.
    """

    se: float
    df: float
    law: Law | None = None

    @property
    def known(self) -> bool:
        """Whether there is an error at all."""
        return math.isfinite(self.se) and self.se > 0

    def critical(self, level: float) -> float:
        """Return what |estimate − truth| / se stays within with this probability."""
        from scipy.special import stdtrit

        return float(stdtrit(self.df, (1 + level) / 2)) if self.law is None else self.law.critical(level)

    def p(self, estimate: float) -> float:
        """Return the two-sided p-value of zero."""
        from scipy.special import stdtr

        t = abs(estimate / self.se)
        return float(2 * stdtr(self.df, -t)) if self.law is None else self.law.beyond(t)

    def interval(self, estimate: float, level: float) -> tuple[float, float, float]:
        """Return the interval's ends, and the degrees of freedom of the Student's t that gives the same."""
        c = self.critical(level)
        df = self.df if self.law is None else equivalent_df(c, level)
        return estimate - c * self.se, estimate + c * self.se, df


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
    strata, variance = [], 0.0
    for mine, sign in ((np.isin(stratum, treated), 1.0), (~np.isin(stratum, treated), -1.0)):
        side = [np.flatnonzero(stratum == k) for k in np.unique(stratum[mine])]
        able = [rows for rows in side if len(rows) > 1]
        if not able:
            return Spread(math.nan, math.nan)
        # what strata of one cluster weigh is added to the others' variance
        total = float(weight[mine].sum())
        scale = 1 + sum(len(rows) == 1 for rows in side) / sum(len(rows) for rows in able)
        for rows in side:
            v = weight[rows] / weight[rows].sum()
            strata.append(Stratum(sign * float(weight[rows].sum()) / total, v, scale))
            if len(rows) > 1:
                variance += scale * float((influence[rows] ** 2 / (1 - v)).sum())
    moments = np.array([s.moments() for s in strata]).sum(axis=0)
    df = float(moments[0] ** 2 / moments[1])
    return Spread(math.sqrt(variance), df, None if df >= AS_GOOD_AS_EXACT else Law.of(strata))

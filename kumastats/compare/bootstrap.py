"""Restricted wild cluster bootstrap (WCR) on cluster scores, with intervals by test inversion.

For a null value b the bootstrap residuals of a cluster are its restricted residuals times a random weight.
Both the bootstrapped coefficient and its cluster-robust variance then depend on the data only through two
sums for each cluster, and both are linear in b. So one set of draws gives the p-value of every null value,
and the interval costs a bisection. Equal to resampling the rows (Roodman, MacKinnon, Nielsen and Webb 2019,
"Fast and wild", Stata Journal 19(1); the WCR-C / "11" variant of fwildclusterboot).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kumastats.compare.cells import Floats
from kumastats.compare.twfe import Fit

Weights = Literal["rademacher", "webb"]
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
TIE = 1e-9
CHUNK = 2_000_000


@dataclass(frozen=True, eq=False)
class WildBootstrap:
    """Draws of the bootstrap for one coefficient, ready for any null value.

    `numerator` (draws, 2) and `denominator` (draws, 3) are the coefficients of the bootstrapped t statistic
    as a function of d = estimate − null: (n0 + n1 d) / sqrt(q0 + 2 q1 d + q2 d²).
    """

    estimate: float
    spread: float
    numerator: Floats
    denominator: Floats
    enumerated: bool
    weights: Weights

    @property
    def draws(self) -> int:
        """Number of draws; when enumerated, half of 2^G, as a change of all signs changes nothing."""
        return len(self.numerator)

    @property
    def smallest_p(self) -> float:
        """Smallest p-value these draws can give."""
        return 1 / self.draws if self.enumerated else 1 / (self.draws + 1)

    def p(self, null: float = 0.0) -> float:
        """Return the two-sided p-value of the hypothesis that the coefficient is `null`."""
        d = self.estimate - null
        if self.spread == 0:
            return float("nan")
        observed = abs(d) / self.spread
        top = np.abs(self.numerator[:, 0] + d * self.numerator[:, 1])
        square = self.denominator @ np.array([1.0, 2 * d, d * d])
        floor = 1e-12 * (self.spread**2 + d * d)
        # a draw whose residuals vanish (all signs equal) reproduces the data
        ratio = np.where(square > floor, top / np.sqrt(np.maximum(square, floor)), np.inf)
        reached = int((ratio >= observed * (1 - TIE)).sum())
        return reached / self.draws if self.enumerated else (reached + 1) / (self.draws + 1)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the null values that are not rejected; a bound that no null value reaches is infinite."""
        return self._bound(-1, 1 - level), self._bound(+1, 1 - level)

    def _bound(self, side: int, alpha: float) -> float:
        steps = np.concatenate([np.linspace(0, 8, 33), 2.0 ** np.arange(4, 16)]) * self.spread
        points = self.estimate + side * steps
        accepted = [i for i, b in enumerate(points) if self.p(float(b)) > alpha]
        last = max(accepted, default=0)
        if last == len(points) - 1:
            return side * float("inf")
        inner, outer = float(points[last]), float(points[last + 1])
        for _ in range(60):
            middle = (inner + outer) / 2
            if self.p(middle) > alpha:
                inner = middle
            else:
                outer = middle
        return inner


def wild_bootstrap(
    fit: Fit, j: int = 0, *, weights: Weights, draws: int = 9999, rng: np.random.Generator
) -> WildBootstrap:
    """Draw the restricted wild cluster bootstrap of coefficient `j`.

    Parameters
    ----------
    fit
        A solved regression; its clusters are the ones resampled.
    weights
        ``"rademacher"`` (±1) or ``"webb"`` (six points).
    draws
        Number of draws. Rademacher weights are enumerated instead when 2^G is no larger.
    rng
        Used only when not enumerated. Draws meet clusters in the order of their scores, so that unit labels
        do not matter.
    """
    first = len(fit.inverse) - fit.regressors.size
    a = fit.inverse[:, first + j]
    beta_scores = fit.scores
    own_scores = fit.sums_by_cluster(fit.residualised(j))
    influence, own = beta_scores @ a, own_scores @ a
    order = np.lexsort((own, influence))
    r_e, r_d, c_e, c_d = (m[order] for m in (beta_scores, own_scores, influence, own))
    back = a[first + j] * (fit.inverse @ r_d.T)  # θ* → score of each cluster (P, G)
    clusters = len(order)
    enumerated = weights == "rademacher" and clusters <= 62 and 2**clusters <= draws
    total = 2 ** (clusters - 1) if enumerated else draws
    numerator, denominator = np.empty((total, 2)), np.empty((total, 3))
    step = max(1, CHUNK // max(clusters, 1))
    for start in range(0, total, step):
        stop = min(total, start + step)
        v = _signs(start, stop, clusters) if enumerated else _draw(rng, stop - start, clusters, weights)
        numerator[start:stop, 0], numerator[start:stop, 1] = v @ c_e, v @ c_d
        f_e = v * c_e - (v @ r_e) @ back
        f_d = v * c_d - (v @ r_d) @ back
        denominator[start:stop, 0] = np.einsum("bg,bg->b", f_e, f_e)
        denominator[start:stop, 1] = np.einsum("bg,bg->b", f_e, f_d)
        denominator[start:stop, 2] = np.einsum("bg,bg->b", f_d, f_d)
    return WildBootstrap(
        estimate=float(fit.beta[j]),
        spread=float(np.sqrt((influence**2).sum())),
        numerator=numerator,
        denominator=denominator,
        enumerated=enumerated,
        weights=weights,
    )


def _signs(start: int, stop: int, clusters: int) -> Floats:
    """Return rows `start` … `stop` of all sign vectors whose last sign is +."""
    bits = (np.arange(start, stop)[:, None] >> np.arange(clusters - 1)[None, :]) & 1
    return np.column_stack([1.0 - 2.0 * bits, np.ones(stop - start)])


def _draw(rng: np.random.Generator, draws: int, clusters: int, weights: Weights) -> Floats:
    if weights == "webb":
        return WEBB[rng.integers(0, 6, size=(draws, clusters))]
    return 1.0 - 2.0 * rng.integers(0, 2, size=(draws, clusters)).astype(np.float64)

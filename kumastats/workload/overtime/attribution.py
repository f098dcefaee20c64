"""How surely a change belongs to its parts: errors of the parts of a decomposition, which cancel in the whole.

Month effects are design · γ + u. What the season, trend, shocks and caps are credited with rests on γ, fitted to a few years of
months, so a month's own movement u, common to all offices and like its neighbours, is what misleads; errors between
offices do not show it. u is autoregressive; its error is averaged over every autocorrelation by its restricted likelihood (Harville
1974, Biometrika 61), as short series leave it open. The error of the roll-out's effect is carried on to the month effects fitted given
it. The change is what happened, so whatever one part has too much another has too little: errors sum to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
CORRELATIONS = np.linspace(0.0, 0.9, 19)  # of a month and the next
CLOSE = -0.8  # below it two parts are not told apart
ESTIMABLE = 1e-6


@dataclass(frozen=True, eq=False)
class Errors:
    """Joint errors of parts that add up.

    Attributes
    ----------
    names
        Of the parts that are estimated; others are counted.
    covariance
        From the months (parts, parts).
    rollout
        Standard error from the roll-out's effect (parts,), signed: one draw moves all of them.
    df, rollout_df
        Degrees of freedom of the two.
    unknown
        Parts that the months held cannot tell from others at all.
    """

    names: tuple[str, ...]
    covariance: Floats
    rollout: Floats
    df: float
    rollout_df: float
    unknown: frozenset[str]

    def half(self, names: Iterable[str]) -> float:
        """Return half the 95 % interval of the sum of some parts; NaN where it cannot be told, nought where all are counted."""
        from scipy.special import stdtrit

        at = np.isin(self.names, list(names))
        if not at.any() or at.all():
            return 0.0
        if self.unknown & {n for n, mine in zip(self.names, at, strict=True) if mine}:
            return math.nan
        months, rollout = (
            max(0.0, float(self.covariance[at][:, at].sum())),
            float(self.rollout[at].sum()) ** 2,
        )
        if not months + rollout > 0:
            return 0.0 if months + rollout == 0 else math.nan
        df = (months + rollout) ** 2 / (months**2 / self.df + rollout**2 / self.rollout_df)
        return float(stdtrit(df, 0.975)) * math.sqrt(months + rollout)

    def correlation(self, one: str, other: str) -> float:
        """Return the correlation of the errors of two parts; NaN where either has none."""
        i, j = self.names.index(one), self.names.index(other)
        whole = self.covariance + np.outer(self.rollout, self.rollout)
        scale = whole[i, i] * whole[j, j]
        return float(whole[i, j] / math.sqrt(scale)) if scale > 0 else math.nan

    def close(self, among: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Return the pairs whose errors cancel most, each part in one pair at most."""
        told = [n for n in among if n in self.names and n not in self.unknown]
        found = sorted((self.correlation(a, b), a, b) for a, b in combinations(told, 2))
        out: list[tuple[str, str]] = []
        for r, a, b in found:
            if r < CLOSE and not {a, b} & {n for pair in out for n in pair}:
                out.append((a, b))
        return tuple(out)


def errors(
    design: Floats,
    left: Floats,
    asked: dict[str, Floats],
    live: Floats,
    exposed: float,
    beta_se: float,
    beta_df: float,
) -> Errors:
    """Return the errors of the parts that are linear in γ, of the roll-out's, and of the unexplained.

    Parameters
    ----------
    design
        Of the months with an effect (months, columns), a constant among them.
    left
        What the fit leaves (months,).
    asked
        Part to what its coefficients are multiplied with (columns,).
    live
        By how much the month effects fall as the roll-out's effect rises (months,).
    exposed
        By what the roll-out's effect is multiplied in its part.
    """
    names = (*asked, "rollout", "unexplained")
    wanted = np.array([*asked.values()]).reshape(len(asked), design.shape[1])
    back = np.linalg.pinv(design, rcond=1e-10)
    size = np.abs(wanted).sum(axis=1)
    lost = np.abs(wanted - wanted @ back @ design).sum(axis=1) > ESTIMABLE * np.maximum(size, ESTIMABLE)
    to = wanted @ back
    months = np.vstack([to, np.zeros((1, len(left))), -to.sum(axis=0)])
    moved = [*(-to @ live), exposed]
    rollout = beta_se * np.array([*moved, -sum(moved)])
    free = design.shape[0] - np.linalg.matrix_rank(design, tol=1e-8)
    unknown = {n for n, gone in zip(asked, lost, strict=True) if gone}
    if unknown:
        unknown.add("unexplained")
    if not math.isfinite(beta_se):
        unknown |= set(names)
    return Errors(
        names, months @ _months(design, left, int(free)) @ months.T, rollout, max(float(free), 1.0), beta_df, frozenset(unknown)
    )  # fmt: skip


def _months(design: Floats, left: Floats, free: int) -> Floats:
    """Return the covariance of the months' own movements (months, months); NaN without a degree of freedom."""
    count = len(left)
    if free < 1:
        return np.full((count, count), np.nan)
    columns, sizes, _ = np.linalg.svd(design, full_matrices=True)
    rest = columns[:, int((sizes > 1e-8 * sizes.max()).sum()) :]  # contrasts that hold nothing of the design
    seen = rest.T @ left
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    found, level = [], []
    for r in CORRELATIONS:
        law = r**apart if r else np.eye(count)
        root = np.linalg.cholesky(rest.T @ law @ rest)
        variance = float((np.linalg.solve(root, seen) ** 2).mean())
        if variance <= 0:
            return np.zeros((count, count))
        found.append(variance * law)
        level.append(-np.log(np.diag(root)).sum() - len(seen) / 2 * math.log(variance))
    weight = np.exp(np.array(level) - max(level))
    return np.asarray(np.tensordot(weight / weight.sum(), np.array(found), axes=1))

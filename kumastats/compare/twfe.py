"""Two-way fixed effects on cells: a direct solve, exactly the regression on the rows behind them.

Unit effects are eliminated by a Schur complement, which is diagonal; month effects and the regressors are
solved together by Cholesky. Nothing iterates, so there is no tolerance, and any unbalance is allowed. All
regressors are constant within a cell, hence the estimate and its cluster-robust variance equal those of the
regression on rows (Wong et al. 2021, "You only compress once", arXiv:2102.11297).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kumastats.compare.cells import Bools, Floats, Ints, Panel
from kumastats.compare.two_way import period_columns
from kumastats.errors import CompareError
from kumastats.text import Text

SMALLEST_PIVOT = 1e-9


@dataclass(frozen=True, eq=False)
class Regressors:
    """Disjoint columns: cell c has `value[c]` in column `code[c]`, or no regressor where `code[c]` is −1."""

    code: Ints
    value: Floats
    size: int

    @classmethod
    def indicator(cls, rows: Bools) -> Regressors:
        """Return the single column that is 1 in `rows`."""
        return cls(np.where(rows, 0, -1).astype(np.int64), rows.astype(np.float64), 1)

    @classmethod
    def dummies(cls, code: Ints, size: int) -> Regressors:
        """Return one indicator column for each code."""
        return cls(code, (code >= 0).astype(np.float64), size)

    def keep(self, rows: Bools) -> Regressors:
        """Return the regressors of the cells where `rows` is true."""
        return Regressors(self.code[rows], self.value[rows], self.size)


@dataclass(frozen=True, eq=False)
class Fit:
    """A solved regression.

    Attributes
    ----------
    beta
        Coefficients of the regressors (K,).
    inverse
        Inverse of the normal matrix after unit effects are eliminated (P, P); regressors are last.
    scores
        Sum over each cluster of regressor × residual (G, P).
    n
        Rows behind the cells (sum of n).
    k
        Coefficients counted in the small-sample factor: regressors and all month effects; unit effects are
        nested in clusters and not counted, as in fixest.
    """

    panel: Panel
    regressors: Regressors
    column: Ints
    beta: Floats
    normal: Floats
    right: Floats
    inverse: Floats
    residual: Floats
    scores: Floats
    n: int
    k: int

    @property
    def n_clusters(self) -> int:
        return len(self.panel.clusters)

    @cached_property
    def small_sample(self) -> float:
        """G/(G−1) · (N−1)/(N−k), the default of fixest for one-way clustering."""
        g = self.n_clusters
        if g < 2 or self.n <= self.k:
            return float("nan")
        return g / (g - 1) * (self.n - 1) / (self.n - self.k)

    @cached_property
    def influence(self) -> Floats:
        """Part of each cluster in the error of each coefficient (G, K)."""
        return np.asarray(self.scores @ self.inverse[:, len(self.inverse) - self.regressors.size :])

    @cached_property
    def covariance(self) -> Floats:
        """CRV1 covariance of `beta` (K, K)."""
        return np.asarray(self.small_sample * (self.influence.T @ self.influence))

    def se(self, j: int = 0) -> float:
        """Return the CRV1 standard error of coefficient `j`."""
        return float(np.sqrt(self.covariance[j, j]))

    def sums_by_cluster(self, cell_sums: Floats) -> Floats:
        """Return regressor × `cell_sums` added up over each cluster (G, P)."""
        size, cluster = len(self.inverse), self.panel.cluster[self.panel.unit]
        first = size - self.regressors.size
        length = self.n_clusters * size
        column = self.column[self.panel.month]
        rows = column >= 0
        sums = np.bincount(cluster[rows] * size + column[rows], cell_sums[rows], length)
        code = self.regressors.code
        rows = code >= 0
        weights = (cell_sums * self.regressors.value)[rows]
        sums += np.bincount(cluster[rows] * size + first + code[rows], weights, length)
        return np.asarray(sums.reshape(self.n_clusters, size))

    def residualised(self, j: int = 0) -> Floats:
        """Return regressor `j` net of all others and of both effects, times n (cells,)."""
        size = len(self.inverse)
        first = size - self.regressors.size
        a = self.inverse[:, first + j] / self.inverse[first + j, first + j]
        fitted = _fitted(self.panel, self.regressors, self.column, a)
        n = self.panel.n.astype(np.float64)
        mean = np.bincount(self.panel.unit, n * fitted) / np.bincount(self.panel.unit, n)
        return np.asarray(n * (fitted - mean[self.panel.unit]))

    def without_cluster(self, g: int) -> Floats | None:
        """Return the coefficients with cluster `g` left out; None where nothing then identifies them."""
        rows = self.panel.cluster[self.panel.unit] == g
        part, right = _normal_equations(
            self.panel.keep(rows).unit,
            self.panel.month[rows],
            self.panel.n[rows].astype(np.float64),
            self._centred[rows],
            self.regressors.keep(rows),
            self.column,
        )
        normal, right = self.normal - part, self.right - right
        used = np.diag(normal) > SMALLEST_PIVOT * np.diag(self.normal)
        first = len(normal) - self.regressors.size
        if not used[first:].all() or not _well_posed(normal[np.ix_(used, used)], np.diag(self.normal)[used]):
            return None
        beta = np.linalg.solve(normal[np.ix_(used, used)], right[used])
        return np.asarray(beta[len(beta) - self.regressors.size :])

    def without_each(self) -> list[float | None]:
        """Return the first coefficient with each cluster left out in turn."""
        made = [self.without_cluster(g) for g in range(self.n_clusters)]
        return [None if b is None else float(b[0]) for b in made]

    @cached_property
    def _centred(self) -> Floats:
        return _centre(self.panel)


def solve(panel: Panel, regressors: Regressors) -> Fit:
    """Regress the cells' means on unit effects, month effects and `regressors`, weighted by n.

    Raises
    ------
    CompareError
        When a regressor cannot be told apart from the effects (for example, every unit goes live at once
        and nobody is left to compare with).
    """
    column = period_columns(panel.unit, panel.month)
    n, y = panel.n.astype(np.float64), _centre(panel)
    normal, right = _normal_equations(panel.unit, panel.month, n, y, regressors, column)
    raw = np.concatenate([np.bincount(panel.month, n)[column >= 0], _squares(n, regressors)])
    if not _well_posed(normal, raw):
        raise CompareError(
            Text(
                "効果を識別できません。比較する単位か、導入前後の月が足りません。",
                "The effect cannot be identified: there are no units to compare with, or no months before or after.",
            ),
            remedy=Text(
                "期間と比較対象、各単位の導入日を確かめてください。",
                "Check the window, the comparison units and the live date of each unit.",
            ),
        )
    inverse = np.linalg.inv(normal)
    inverse = (inverse + inverse.T) / 2
    theta: Floats = np.asarray(np.linalg.solve(normal, right), dtype=np.float64)
    fitted = _fitted(panel, regressors, column, theta)
    mean = np.bincount(panel.unit, y - n * fitted) / np.bincount(panel.unit, n)
    residual = y - n * (fitted + mean[panel.unit])
    first = len(theta) - regressors.size
    bare = Fit(
        panel=panel,
        regressors=regressors,
        column=column,
        beta=theta[first:],
        normal=normal,
        right=right,
        inverse=inverse,
        residual=residual,
        scores=np.empty((0, 0)),
        n=int(panel.n.sum()),
        k=regressors.size + len(panel.months),
    )
    object.__setattr__(bare, "scores", bare.sums_by_cluster(residual))
    return bare


def _centre(panel: Panel) -> Floats:
    """Totals net of the grand mean: the same coefficients with less cancellation."""
    n = panel.n.astype(np.float64)
    return np.asarray(panel.total - n * (panel.total.sum() / n.sum()))


def _squares(n: Floats, x: Regressors) -> Floats:
    rows = x.code >= 0
    return np.bincount(x.code[rows], (n * x.value**2)[rows], x.size).astype(np.float64)


def _fitted(panel: Panel, x: Regressors, column: Ints, theta: Floats) -> Floats:
    first = len(theta) - x.size
    by_month = np.where(column >= 0, theta[column], 0.0)
    by_code = np.append(theta[first:], 0.0)
    return np.asarray(by_month[panel.month] + x.value * by_code[x.code])


def _normal_equations(
    unit: Ints, month: Ints, n: Floats, y: Floats, x: Regressors, column: Ints
) -> tuple[Floats, Floats]:
    """Return the normal matrix and right side for month effects and regressors, unit effects eliminated."""
    months = int((column >= 0).sum())
    size, units = months + x.size, int(unit.max()) + 1
    col, rows = column[month], x.code >= 0
    shown = col >= 0
    nx = (n * x.value)[rows]
    normal, right = np.zeros((size, size)), np.zeros(size)
    normal[np.arange(months), np.arange(months)] = np.bincount(col[shown], n[shown], months)
    normal[np.arange(months, size), np.arange(months, size)] = _squares(n, x)
    both = rows & shown
    cross = np.bincount(col[both] * x.size + x.code[both], (n * x.value)[both], months * x.size)
    normal[:months, months:] = cross.reshape(months, x.size)
    normal[months:, :months] = normal[:months, months:].T
    right[:months] = np.bincount(col[shown], y[shown], months)
    right[months:] = np.bincount(x.code[rows], (y * x.value)[rows], x.size)
    flat = np.bincount(unit[shown] * size + col[shown], n[shown], units * size)
    flat += np.bincount(unit[rows] * size + months + x.code[rows], nx, units * size)
    by_unit: Floats = flat.reshape(units, size).astype(np.float64)
    n_unit, y_unit = np.bincount(unit, n, units), np.bincount(unit, y, units)
    right -= by_unit.T @ (y_unit / n_unit)
    scaled: Floats = by_unit / np.sqrt(n_unit)[:, None]
    normal -= scaled.T @ scaled
    return normal, right


def _well_posed(normal: Floats, raw: Floats) -> bool:
    """Whether every column keeps some variation of its own (pivots of the scaled Cholesky factor)."""
    if (raw <= 0).any():
        return False
    scale = 1 / np.sqrt(raw)
    try:
        pivots = np.diag(np.linalg.cholesky(normal * scale[:, None] * scale[None, :]))
    except np.linalg.LinAlgError:
        return False
    return bool((pivots**2 > SMALLEST_PIVOT).all())

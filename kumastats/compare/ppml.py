"""Poisson pseudo-maximum likelihood with unit and period effects, from moment cells.

Exact where every regressor is constant within a cell: then the likelihood of the rows depends on them only through n and
Σy of each cell, whatever the spread of y within it. Where a regressor varies within cells, no sums of fixed number suffice
(exp(xβ) is not a polynomial), and the fit is refused: choose a finer period, or put what varies into the unit.
Sources: Correia, Guimarães and Zylkin (2020), "Fast Poisson estimation with high-dimensional fixed effects", Stata
Journal 20(1), and "Verifying the existence of maximum likelihood estimates for generalized linear models",
arXiv:1903.01633; agrees with pyfixest's fepois.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kumastats.compare.moment_fit import Clusters, MomentFit, concluded, stacked, without_singletons
from kumastats.compare.two_way import Bools, Columns, Floats, Solved, Sums, solve
from kumastats.errors import CompareError
from kumastats.text import Text
from kumastats.warehouse.moments import MomentCells

STEPS, TOLERANCE = 100, 1e-11
SEPARATED = 1e-5  # of the certificate of separation: above it, a cell is separated


def fit_poisson(
    cells: MomentCells,
    y: str,
    x: Sequence[str] = (),
    *,
    constant: Mapping[str, Floats] | None = None,
    cluster: Clusters = None,
    drop_singletons: bool = True,
) -> MomentFit:
    """Fit E[y] = exp(unit + period + xβ).

    Parameters are those of `kumastats.compare.moment_fit.fit_moments`. Separated rows, whose likelihood is largest at a mean
    of 0 and which say nothing about β, are left out and counted: units and periods in which y is always 0, and cells
    that a combination of regressors and effects separates. A coefficient that is then infinite is not identified.

    Raises
    ------
    CompareError
        If a regressor varies within a cell, y is negative, nothing is left, or the effect is not identified.
    """
    at = cells.position(y)
    total = cells.first[:, at].astype(np.float64)
    if (cells.first[:, at] < 0).any():
        raise CompareError(
            Text(
                "負の値があります。ポアソンは使えません。",
                "There are negative values; Poisson does not apply.",
            )
        )
    matrix = stacked(constant, len(cells), [_value(cells, name) for name in x])
    kept = without_singletons(cells) if drop_singletons else np.ones(len(cells), dtype=bool)
    single = cells.n - int(cells.rows[kept].sum())
    kept = _without_zeros(cells, total, kept)
    kept = _without_separated(cells, total, matrix, kept)
    n = int(cells.rows[kept].sum())
    if not n:
        raise CompareError(Text("正の値がありません。", "There are no positive values."))
    units, unit = np.unique(cells.unit[kept], return_inverse=True)
    periods, period = np.unique(cells.period[kept], return_inverse=True)
    w = cells.weight[kept].astype(np.float64)
    solved = _iterate(unit.astype(np.int64), period.astype(np.int64), w, total[kept] / w, matrix[kept])
    dropped = {"singleton": single, "separated": cells.n - single - n}
    names = (*x, *(constant or {}))
    return concluded(cells, names, solved, units.astype(np.int64), len(periods), n, cluster, dropped)


def _value(cells: MomentCells, name: str) -> Floats:
    """Return a regressor's value in each cell, after checking exactly that it has only one."""
    at = cells.position(name)
    value, rest = np.divmod(cells.first[:, at], cells.weight)
    varies = (rest != 0) | (value * value * cells.weight != cells.product(at, at))
    if varies.any():
        raise CompareError(
            Text(
                f"「{name}」は{int(varies.sum()):,}個のセルの中で変わるため、セルからのポアソン推定はできません。",
                f"“{name}” varies within {int(varies.sum()):,} cells, so Poisson cannot be fitted from cells.",
            ),
            remedy=Text(
                "期間を日にするか、変わる列を単位に加えてください。",
                "Take cells by date, or add the column that varies to the unit.",
            ),
        )
    return value.astype(np.float64)


def _without_zeros(cells: MomentCells, total: Floats, kept: Bools) -> Bools:
    """Return which cells stay when units and periods without a positive y go, again and again."""
    while True:
        held = np.where(kept, total, 0.0)
        positive = (np.bincount(cells.unit, held)[cells.unit] > 0) & (
            np.bincount(cells.period, held)[cells.period] > 0
        )
        if (kept & positive).sum() == kept.sum():
            return kept
        kept = kept & positive


def _without_separated(cells: MomentCells, total: Floats, matrix: Floats, kept: Bools) -> Bools:
    """Return which cells stay when those that regressors separate go: the iterative rectifier of arXiv:1903.01633.

    It looks for a combination of regressors and effects that is 0 wherever y is positive and at least 0 elsewhere;
    where such a one is positive, the cell is separated.
    """
    if not (kept & (total == 0)).any():
        return kept
    _, unit = np.unique(cells.unit[kept], return_inverse=True)
    _, period = np.unique(cells.period[kept], return_inverse=True)
    zero = total[kept] == 0
    w = np.where(zero, 1.0, 1e6)
    u = zero.astype(np.float64)
    for _ in range(STEPS):
        solved = _least_squares(
            unit.astype(np.int64), period.astype(np.int64), w, u, matrix[kept], influence=False
        )
        fitted = solved.fitted
        if np.abs(fitted - u).max() < SEPARATED / 10:
            break
        u = np.where(zero, np.maximum(fitted, 0.0), 0.0)
    left = kept.copy()
    left[np.flatnonzero(kept)[zero & (u > SEPARATED)]] = False
    return _without_zeros(cells, total, left)


def _iterate(unit: np.ndarray, period: np.ndarray, w: Floats, mean: Floats, matrix: Floats) -> Solved:
    """Return the solution of iteratively reweighted least squares, its influence included."""
    grand = float((w * mean).sum() / w.sum())
    mu = (mean + grand) / 2
    eta = np.log(mu)
    for _ in range(STEPS):
        working = eta + (mean - mu) / mu
        solved = _least_squares(unit, period, w * mu, working, matrix, influence=True)
        moved = float(np.abs(solved.fitted - eta).max())
        eta = solved.fitted
        mu = np.exp(eta)
        if moved < TOLERANCE * (1 + float(np.abs(eta).max())):
            # once more, so that scores and weights belong to the final means
            return _least_squares(unit, period, w * mu, eta + (mean - mu) / mu, matrix, influence=True)
    raise CompareError(
        Text("ポアソン推定が収束しません。", "The Poisson fit does not converge."),
        remedy=Text("説明変数と期間を確かめてください。", "Check the regressors and the window."),
    )


def _least_squares(
    unit: np.ndarray, period: np.ndarray, w: Floats, y: Floats, matrix: Floats, *, influence: bool
) -> Solved:
    units = int(unit[-1]) + 1
    empty = np.empty((units, 0))
    sums = Sums(
        unit, period, w, w * y, Columns.dense(matrix), np.empty((len(w), 0)), empty, np.empty((units, 0, 0))
    )
    return solve(sums, influence=influence)

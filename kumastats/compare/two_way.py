"""Least squares with unit and period effects from cell sums: one direct solve, nothing iterates.

Unit effects are eliminated by a Schur complement, which is diagonal; period effects and regressors are solved together
by Cholesky. So there is no tolerance, and any unbalance is allowed. Cells arrive sorted by unit and are taken in blocks
of a fixed size on one thread: the same bits each time.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.errors import CompareError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
BLOCK = 1 << 22  # numbers in a block of unit sums
SMALLEST_PIVOT = 1e-9
FREE = 1e-10  # an eigenvalue this small beside the largest is zero: its direction is not identified


@dataclass(frozen=True, eq=False)
class Columns:
    """Regressors that are constant within a cell: entry e puts `value[e]` into column `column[e]` of cell `cell[e]`."""

    cell: Ints
    column: Ints
    value: Floats
    size: int

    @classmethod
    def none(cls) -> Columns:
        """Return no column."""
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, np.empty(0), 0)

    @classmethod
    def dense(cls, values: Floats) -> Columns:
        """Return the columns of a matrix (cells, size)."""
        cell, column = np.nonzero(values)
        return cls(cell.astype(np.int64), column.astype(np.int64), values[cell, column], values.shape[1])

    @classmethod
    def dummies(cls, code: Ints, size: int) -> Columns:
        """Return an indicator of each code; none where it is −1."""
        cell = np.flatnonzero(code >= 0)
        return cls(cell, code[cell], np.ones(len(cell)), size)

    def keep(self, cells: Bools) -> Columns:
        """Return the columns of the cells where `cells` is true."""
        place, rows = np.cumsum(cells) - 1, cells[self.cell]
        return Columns(place[self.cell[rows]], self.column[rows], self.value[rows], self.size)

    def beside(self, other: Columns) -> Columns:
        """Return these columns, then the others."""
        return Columns(
            np.concatenate([self.cell, other.cell]),
            np.concatenate([self.column, other.column + self.size]),
            np.concatenate([self.value, other.value]),
            self.size + other.size,
        )

    def times(self, cells: int, factor: Floats) -> Floats:
        """Return the product with a vector (size,), a number a cell."""
        return np.bincount(self.cell, factor[self.column] * self.value, cells).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Sums:
    """What rows add up to in each cell; cells are sorted by unit.

    Attributes
    ----------
    unit, period
        Codes of each cell (cells,).
    w, wy
        Σw and Σwy (cells,).
    constant
        Regressors constant within cells.
    wx
        Σwx of regressors that vary within cells (cells, K).
    wxy, wxx
        Σwxy (units, K) and Σwxx' (units, K, K) of these, over each unit.
    """

    unit: Ints
    period: Ints
    w: Floats
    wy: Floats
    constant: Columns
    wx: Floats
    wxy: Floats
    wxx: Floats

    @property
    def varying(self) -> int:
        """Number of regressors that vary within cells."""
        return int(self.wx.shape[1])


@dataclass(frozen=True, eq=False)
class Solved:
    """A solved regression.

    Attributes
    ----------
    beta
        Coefficients: constant regressors first, then those that vary within cells (P,).
    influence
        Of each unit on `beta` (units, P): their sums over clusters, crossed, are the sandwich.
    fitted
        Unit effect + period effect + constant regressors of each cell (cells,).
    """

    beta: Floats
    influence: Floats
    fitted: Floats


def solve(s: Sums, *, influence: bool = True) -> Solved:
    """Regress y on unit effects, period effects and the regressors, by weighted least squares.

    Raises
    ------
    CompareError
        If a regressor cannot be told apart from the effects and the others.
    """
    with _one_thread():
        return _solve(s, influence)


def _one_thread() -> AbstractContextManager[Any]:
    """Return a context in which linear algebra runs on one thread: the same bits each time."""
    made: AbstractContextManager[Any] = _libraries().limit(limits=1)
    return made


@functools.cache
def _libraries() -> Any:
    """Return the linear algebra loaded, looked for once: NumPy and SciPy have loaded theirs when this module is."""
    import threadpoolctl

    untyped: Any = threadpoolctl.ThreadpoolController
    return untyped()


def _columns(s: Sums) -> tuple[Columns, int]:
    """Return the columns of period effects, then those constant within cells, and how many the first are."""
    column = period_columns(s.unit, s.period)
    shown = int(column.max()) + 1
    return Columns.dummies(column[s.period], shown).beside(s.constant), shown


def _solve(s: Sums, influence: bool) -> Solved:
    columns, shown = _columns(s)
    cells, q, k = len(s.w), columns.size, s.varying
    size = q + k
    units = int(s.unit[-1]) + 1
    w_unit: Floats = np.bincount(s.unit, s.w, units).astype(np.float64, copy=False)
    y_unit: Floats = np.bincount(s.unit, s.wy, units).astype(np.float64, copy=False)
    normal, right, raw = _normal(s, columns, w_unit, y_unit)
    scale = _scale(normal, raw)
    scaled_normal = normal * scale[:, None] * scale
    wanted = np.eye(size)[:, shown:] if influence else np.empty((size, 0))
    found = scale[:, None] * np.linalg.solve(scaled_normal, scale[:, None] * np.column_stack([right, wanted]))
    theta, inverse = found[:, 0], found[:, 1:]

    at = columns.times(cells, theta[:q])
    slopes = theta[q:]
    unit_effect = (y_unit - np.bincount(s.unit, s.w * at + s.wx @ slopes, units)) / w_unit
    fitted = at + unit_effect[s.unit]
    beta = theta[shown:]
    if not influence:
        return Solved(beta, np.empty((0, len(beta))), fitted)
    residual = s.wy - s.w * fitted - s.wx @ slopes
    out = np.empty((units, len(beta)))
    # Σ x e of each unit: Σwxy − Σ fitted wx − Σwxx' β
    xe = s.wxy - s.wxx @ slopes
    for a in range(k):
        xe[:, a] -= np.bincount(s.unit, s.wx[:, a] * fitted, units)
    for p in range(len(beta)):
        per_cell = columns.times(cells, inverse[:q, p]) * residual
        out[:, p] = np.bincount(s.unit, per_cell, units) + xe @ inverse[q:, p]
    return Solved(beta, out, fitted)


def _normal(s: Sums, columns: Columns, w_unit: Floats, y_unit: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the normal equations of columns and varying regressors without unit effects: the matrix, the right side, and the
    matrix's diagonal before unit effects were taken out.
    """
    cells, q, k, units = len(s.w), columns.size, s.varying, len(w_unit)
    size = q + k
    normal, right = np.zeros((size, size)), np.zeros(size)
    normal[:q, :q] = _crossed(columns, s.w, cells)
    for a in range(k):
        normal[:q, q + a] = normal[q + a, :q] = np.bincount(
            columns.column, columns.value * s.wx[columns.cell, a], q
        )
    normal[q:, q:] = s.wxx.sum(axis=0)
    right[:q] = np.bincount(columns.column, columns.value * s.wy[columns.cell], q)
    right[q:] = s.wxy.sum(axis=0)
    raw = np.diag(normal).copy()
    for first, last, block in _blocks(s, columns, units, size):
        scaled = block / np.sqrt(w_unit[first:last])[:, None]
        normal -= scaled.T @ scaled
        right -= block.T @ (y_unit[first:last] / w_unit[first:last])
    return normal, right, raw


def without_each(s: Sums, cluster: Ints) -> Floats:
    """Return the coefficients without each cluster in turn (G, P): exact, as unit effects stay within clusters.

    Parameters
    ----------
    cluster
        Of each unit (units,), from 0.

    Raises
    ------
    CompareError
        If what is left without a cluster does not identify every coefficient.
    """
    with _one_thread():
        return _without_each(s, cluster)


def _without_each(s: Sums, cluster: Ints) -> Floats:
    columns, shown = _columns(s)
    size = columns.size + s.varying
    parts = []
    for g in range(int(cluster.max()) + 1):
        mine = cluster == g
        kept = mine[s.unit]
        own = np.cumsum(mine) - 1
        part = Sums(
            own[s.unit[kept]], s.period[kept], s.w[kept], s.wy[kept], s.constant.keep(kept), s.wx[kept], s.wxy[mine], s.wxx[mine]
        )  # fmt: skip
        count = int(mine.sum())
        w_unit, y_unit = (np.bincount(part.unit, v, count).astype(np.float64) for v in (part.w, part.wy))
        parts.append(_normal(part, columns.keep(kept), w_unit, y_unit)[:2])
    normal = np.sum([p[0] for p in parts], axis=0)
    right = np.sum([p[1] for p in parts], axis=0)
    scale = 1 / np.sqrt(np.maximum(np.diag(normal), 1e-300))
    out = np.empty((len(parts), size - shown))
    for g, (n, r) in enumerate(parts):
        # a month only this cluster has leaves a column of zeros: its effect is free, the coefficients must not be
        size_of, direction = np.linalg.eigh((normal - n) * scale[:, None] * scale)
        held = size_of > FREE * size_of[-1]
        if (np.abs(direction[shown:, ~held]) > math.sqrt(FREE)).any():
            raise unidentified()
        at = direction[:, held] / size_of[held] @ (direction[:, held].T @ (scale * (right - r)))
        out[g] = (scale * at)[shown:]
    return out


def _crossed(c: Columns, w: Floats, cells: int) -> Floats:
    """Return Σ w c c' over cells."""
    from scipy import sparse

    make: Any = sparse.csr_array  # untyped
    matrix = make((c.value, (c.cell, c.column)), shape=(cells, c.size))
    weighted = make((c.value * w[c.cell], (c.cell, c.column)), shape=(cells, c.size))
    return np.asarray((matrix.T @ weighted).toarray())


def _blocks(s: Sums, c: Columns, units: int, size: int) -> Iterator[tuple[int, int, Floats]]:
    """Yield the weighted sums of all columns over each unit, in blocks of units."""
    q = c.size
    order = np.argsort(c.cell, kind="stable")
    cell, column, value = c.cell[order], c.column[order], c.value[order]
    unit, weighted = s.unit[cell], value * s.w[cell]
    wx_unit = np.zeros((units, s.varying))
    for a in range(s.varying):
        wx_unit[:, a] = np.bincount(s.unit, s.wx[:, a], units)
    step = max(1, BLOCK // max(size, 1))
    for first in range(0, units, step):
        last = min(units, first + step)
        rows = slice(*np.searchsorted(unit, [first, last]))
        flat = (unit[rows] - first) * size + column[rows]
        block: Floats = np.bincount(flat, weighted[rows], (last - first) * size).astype(np.float64)
        block = block.reshape(last - first, size)
        if s.varying:
            block[:, q:] = wx_unit[first:last]
        yield first, last, block


def _scale(normal: Floats, raw: Floats) -> Floats:
    """Return 1/√ of the columns' raw sums of squares, after checking that the scaled matrix has pivots."""
    if (raw <= 0).any():
        raise unidentified()
    scale = 1 / np.sqrt(raw)
    try:
        pivots = np.diag(np.linalg.cholesky(normal * scale[:, None] * scale))
    except np.linalg.LinAlgError:
        raise unidentified() from None
    if (pivots**2 < SMALLEST_PIVOT).any():
        raise unidentified()
    return np.asarray(scale)


def period_columns(unit: Ints, period: Ints) -> Ints:
    """Return the column of each period; the first period of each connected block of cells is the reference (−1)."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    units, periods = int(unit.max()) + 1, int(period.max()) + 1
    make: Any = sparse.coo_array  # untyped
    edges = make((np.ones(len(unit)), (unit, units + period)), shape=(units + periods, units + periods))
    _, block = connected_components(edges, directed=False)
    references = np.unique(block[units:], return_index=True)[1]
    column = np.full(periods, -1, dtype=np.int64)
    others = np.setdiff1d(np.arange(periods), references)
    column[others] = np.arange(len(others))
    return column


def unidentified() -> CompareError:
    """Return the error of a regressor that the effects or other regressors explain."""
    return CompareError(
        Text(
            "効果を識別できません。説明変数が単位・期間の効果や他の変数で説明されてしまいます。",
            "The effect cannot be identified: unit and period effects or other regressors explain a regressor.",
        ),
        remedy=Text(
            "期間と比較対象、説明変数の重なりを確かめてください。",
            "Check the window, the comparison units and regressors that repeat each other.",
        ),
    )

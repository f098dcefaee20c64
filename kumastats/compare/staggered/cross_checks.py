"""Two other estimators of a staggered roll-out, to be laid beside Callaway and Sant'Anna's: no verdict rests on them.

All three leave out forbidden comparisons; they differ in which months before count. Where they lie apart by more than their
errors, parallel movement is in doubt.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kumastats.compare.cells import Floats, Panel
from kumastats.compare.long import LongPanel
from kumastats.compare.twfe import Regressors, solve
from kumastats.errors import CompareError
from kumastats.text import Text


class CrossCheck(NamedTuple):
    """A mean effect over all treated unit-periods and its large-sample error, clustered."""

    estimate: float
    se: float


def sun_abraham(panel: LongPanel) -> CrossCheck:
    """Regress on an indicator of each cohort and period since treatment, and average those after it.

    Units never treated are the reference; −1 is left out. Sun and Abraham (2021), Journal of Econometrics 225(2). Units weigh
    alike. Agrees with diff-diff on mpdta: −.039951 (.011796).

    Raises
    ------
    CompareError
        If nobody is never treated, or an effect is not identified.
    """
    if np.isfinite(panel.first).all():
        raise CompareError(Text("導入しない単位がありません。", "No unit is never treated."))
    if not np.isfinite(panel.first).any():
        raise CompareError(Text("導入した単位がありません。", "No unit is treated within the data."))
    if len(panel.clusters) < 2:
        raise CompareError(Text("クラスターが一つしかありません。", "There is only one cluster."))
    first = panel.first[panel.unit]
    event = panel.time[panel.period] - first
    shown = np.isfinite(first) & (event != -1)
    cohort = np.searchsorted(np.unique(panel.first), first)
    span = int(np.ptp(panel.time)) + 1
    key = np.where(shown, cohort * (2 * span) + np.where(shown, event, 0) + span, -1).astype(np.int64)
    used, code = np.unique(key, return_inverse=True)
    code = code - int(used[0] == -1)
    size = int(code.max()) + 1
    fit = solve(_panel(panel), Regressors.dummies(code.astype(np.int64), size))
    weight = np.bincount(code[shown & (event >= 0)], minlength=size) / (shown & (event >= 0)).sum()
    return CrossCheck(float(weight @ fit.beta), float(np.sqrt(weight @ fit.covariance @ weight)))


def imputation(panel: LongPanel) -> CrossCheck:
    """Fit unit and period effects on untreated rows, and average what treated rows exceed them by.

    Borusyak, Jaravel and Spiess (2024), Review of Economic Studies 91(6); their conservative error, effects averaged by
    cohort and period. Units weigh alike. Agrees with diff-diff on mpdta: −.047710 (.013222).

    Raises
    ------
    CompareError
        If an effect of a unit or period cannot be told from untreated rows.
    """
    after = panel.time[panel.period] >= panel.first[panel.unit]
    units, periods = len(panel.units), len(panel.periods)
    matrix = np.zeros((len(panel), periods))
    matrix[np.arange(len(panel)), panel.period] = 1.0
    count = np.bincount(panel.unit[~after], minlength=units)
    if not after.any() or (count == 0).any():
        raise CompareError(
            Text(
                "導入前の行がない単位があるか、導入がありません。",
                "A unit has no untreated row, or none is treated.",
            )
        )

    def within(values: Floats) -> Floats:
        """Net of the unit's mean over untreated rows."""
        mean = np.zeros((units, values.shape[1]))
        np.add.at(mean, panel.unit[~after], values[~after])
        return np.asarray(values - (mean / count[:, None])[panel.unit])

    x, y = within(matrix[:, 1:]), within(panel.y[:, None])[:, 0]  # the first period is the reference
    normal = x[~after].T @ x[~after]
    if np.linalg.matrix_rank(normal) < periods - 1:
        raise CompareError(
            Text("誰もが導入済みの期間があります。", "In some period nobody is untreated."),
            remedy=Text("その期間を除いてください。", "Leave such periods out."),
        )
    inverse = np.linalg.inv(normal)
    residual = y - x @ (inverse @ (x[~after].T @ y[~after]))
    estimate = float(residual[after].mean())
    # the estimate is linear in y: its weights are 1/N on treated rows, and on the others what predicts these
    weight = np.where(after, 1 / after.sum(), 0.0)
    lift = inverse @ (x.T @ weight)
    on_unit = np.bincount(panel.unit, weight, units) / count
    weight[~after] = -(x @ lift)[~after] - on_unit[panel.unit][~after]
    cell = panel.first[panel.unit[after]] * (periods + 1) + panel.period[after]
    _, code = np.unique(cell, return_inverse=True)
    mean = np.bincount(code, residual[after]) / np.bincount(code)
    residual[after] -= mean[code]
    parts = np.bincount(panel.cluster[panel.unit], weight * residual, len(panel.clusters))
    return CrossCheck(estimate, math.sqrt(float((parts**2).sum())))


def _panel(panel: LongPanel) -> Panel:
    return Panel(
        units=tuple(str(u) for u in panel.units), months=tuple(str(p) for p in panel.periods),
        clusters=tuple(str(c) for c in panel.clusters), cluster=panel.cluster, unit=panel.unit, month=panel.period,
        n=np.ones(len(panel), dtype=np.int64), total=panel.y,
    )  # fmt: skip

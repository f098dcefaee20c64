"""Any overtime on a day, and how much where there is any: a hurdle with effects for unit and month.

A logit for whether a person's day has any, a lognormal for its minutes, both with unit and month effects and the same regressors
(Cragg 1971, Econometrica 39; Duan et al. 1983). Regressors are constant within a unit's month, so the counts of days by unit, month
and minutes hold all the rows tell: nothing is lost by counting. Errors are between units; the two parts are joined by their
influence, so that the effect on the mean of all days has an error, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STEPS, TOLERANCE = 60, 1e-11


@dataclass(frozen=True)
class Effect:
    """An effect on a logarithm (of odds, minutes or the mean) and its interval."""

    value: float
    low: float
    high: float

    @property
    def percent(self) -> tuple[float, float, float]:
        """Value and interval as changes in per cent."""
        return (
            100 * math.expm1(self.value),
            100 * math.expm1(self.low),
            100 * math.expm1(self.high),
        )


@dataclass(frozen=True, eq=False)
class Hurdle:
    """A fitted hurdle.

    Attributes
    ----------
    names
        Regressors.
    any_, length
        Their effects on the log odds of any overtime, and on the log of its minutes (each a pair of coefficient and error).
    covariance
        Of (odds, minutes), regressors one after another (2k, 2k).
    days, days_any, units, months
        Days, those with overtime, units and months used.
    dropped
        Days of units or months in which no day, or every day, had overtime: they tell nothing of the odds.
    unit_names
        Names of the units used.
    influence
        Part of each unit in the error of ``any``, ``length`` and ``mean``, each (units, k).
    """

    names: tuple[str, ...]
    any_: Floats
    length: Floats
    covariance: Floats
    mean: Floats
    mean_se: Floats
    days: int
    days_any: int
    units: int
    months: int
    dropped: int
    unit_names: tuple[str, ...]
    influence: Mapping[str, Floats]

    def value(self, name: str, part: str) -> float:
        """Return the effect of a regressor on ``any`` (log odds), ``length`` (log minutes) or ``mean`` (log of the mean of
        the days it was at work on).
        """
        at = self.names.index(name)
        return float({"any": self.any_, "length": self.length, "mean": self.mean}[part][at])

    def effect(self, name: str, part: str, level: float = 0.95) -> Effect:
        """Return the effect with its interval by t on units − 1 degrees of freedom, which holds where units are many on
        either side; `kumastats.workload.overtime.rollout` has the rule for few.
        """
        from scipy.special import stdtrit

        at, k = self.names.index(name), len(self.names)
        value = self.value(name, part)
        se = {
            "any": math.sqrt(float(self.covariance[at, at])),
            "length": math.sqrt(float(self.covariance[k + at, k + at])),
            "mean": float(self.mean_se[at]),
        }[part]
        half = float(stdtrit(self.units - 1, (1 + level) / 2)) * se
        return Effect(value, value - half, value + half)


def fit_hurdle(counts: pd.DataFrame, x: Mapping[str, Mapping[tuple[str, str], float]]) -> Hurdle:
    """Fit a hurdle.

    Parameters
    ----------
    counts
        Columns unit, period, minutes, n: days by minutes of overtime, days without any at 0.
    x
        Regressors: name to value by (unit, period); 0 where not named.

    Raises
    ------
    WorkloadError
        If there is no day with or none without overtime, or a regressor is a sum of unit and month effects.
    """
    cells = _cells(counts)
    used = _informative(cells)
    dropped = int(cells["n"][~used].sum())
    cells = cells[used].reset_index(drop=True)
    if cells.empty:
        raise WorkloadError(
            Text(
                "時間外のある日とない日の両方が要ります。",
                "There must be days with overtime and days without.",
            )
        )
    units, unit = np.unique(cells["unit"].to_numpy(dtype=str), return_inverse=True)
    months, month = np.unique(cells["period"].to_numpy(dtype=str), return_inverse=True)
    own = np.column_stack(
        [[x[name].get((u, p), 0.0) for u, p in zip(cells["unit"], cells["period"], strict=True)] for name in x]
    ).reshape(len(cells), len(x))  # fmt: skip
    design = np.column_stack([own, _dummies(unit, len(units)), _dummies(month, len(months))[:, 1:]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise WorkloadError(
            Text(
                "職場と月の効果から区別できない説明変数があります。",
                "A regressor cannot be told from unit and month effects.",
            ),
            remedy=Text("導入の時期が職場で違う期間を選んでください。", "Choose a window in which units differ in when they began."),
        )  # fmt: skip
    n, any_ = cells["n"].to_numpy(float), cells["any"].to_numpy(float)
    gamma, scores_any = _logit(design, any_, n)
    delta, scores_length = _least_squares(design, cells["log"].to_numpy(float), any_)
    k = len(x)
    influence = np.column_stack([scores_any, scores_length])
    sums = np.zeros((len(units), influence.shape[1]))
    np.add.at(sums, unit, influence)
    size = len(units)
    width = design.shape[1]
    covariance = size / (size - 1) * sums.T @ sums
    keep = [*range(k), *range(width, width + k)]
    mean, slopes = _on_the_mean(design, gamma, delta, n, own)
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", slopes, covariance, slopes), 0.0))
    parts = {"any": sums[:, :k], "length": sums[:, width : width + k], "mean": sums @ slopes.T}
    return Hurdle(
        tuple(x), gamma[:k], delta[:k], covariance[np.ix_(keep, keep)], mean, spread, int(n.sum()), int(any_.sum()), size,
        len(months), dropped, tuple(units.tolist()), parts,
    )  # fmt: skip


def _cells(counts: pd.DataFrame) -> pd.DataFrame:
    """Return unit × period: n days, ``any`` of them with overtime, ``log``: mean log of their minutes."""
    positive = counts["minutes"] > 0
    log = np.log(counts["minutes"].where(positive, 1).astype(float)) * counts["n"]
    made = counts.assign(any=counts["n"].where(positive, 0), log=log.where(positive, 0.0))
    cells = made.groupby(["unit", "period"], sort=True)[["n", "any", "log"]].sum().reset_index()
    cells["log"] = cells["log"] / cells["any"].where(cells["any"] > 0, 1)
    return cells


def _informative(cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the cells of units and months in which some days had overtime and some had not, again and again."""
    used = np.ones(len(cells), dtype=bool)
    while True:
        held = cells[used]
        keep = np.ones(len(held), dtype=bool)
        for key in ("unit", "period"):
            sums = held.groupby(key)[["n", "any"]].transform("sum")
            keep &= ((sums["any"] > 0) & (sums["any"] < sums["n"])).to_numpy()
        if keep.all():
            return used
        used[np.flatnonzero(used)[~keep]] = False


def _dummies(code: npt.NDArray[np.intp], count: int) -> Floats:
    out = np.zeros((len(code), count))
    out[np.arange(len(code)), code] = 1.0
    return out


def _logit(design: Floats, hits: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return coefficients of a grouped logit, and each cell's influence on them."""
    gamma = np.zeros(design.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ gamma, -30, 30)))
        information = (design * (n * p * (1 - p))[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (hits - n * p))
        gamma = gamma + step
        if np.abs(step).max() < TOLERANCE:
            break
    p = 1 / (1 + np.exp(-np.clip(design @ gamma, -30, 30)))
    information = (design * (n * p * (1 - p))[:, None]).T @ design
    scores = design * (hits - n * p)[:, None]
    return gamma, np.asarray(np.linalg.solve(information, scores.T).T, dtype=np.float64)


def _least_squares(design: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return coefficients of weighted least squares, and each cell's influence on them."""
    information = (design * weight[:, None]).T @ design
    delta: Floats = np.asarray(np.linalg.solve(information, design.T @ (weight * y)), dtype=np.float64)
    scores = design * (weight * (y - design @ delta))[:, None]
    return delta, np.asarray(np.linalg.solve(information, scores.T).T, dtype=np.float64)


def _on_the_mean(
    design: Floats, gamma: Floats, delta: Floats, n: Floats, own: Floats
) -> tuple[Floats, Floats]:
    """Return, by regressor, the log of the mean with it over the mean without it, and its slopes in (γ, δ).

    Over the days it was at work on, each weighted by the minutes expected of it; the error of minutes about their log mean is
    taken as the same with and without, and cancels.
    """
    eta, zeta = design @ gamma, design @ delta
    p, size = 1 / (1 + np.exp(-eta)), np.exp(zeta - zeta.max())
    width = design.shape[1]
    values, slopes = [], []
    for j in range(own.shape[1]):
        at = own[:, j] != 0
        bare = design[at].copy()
        bare[:, j] = 0.0
        q, small = 1 / (1 + np.exp(-(bare @ gamma))), np.exp(bare @ delta - zeta.max())
        with_, without = n[at] * p[at] * size[at], n[at] * q * small
        values.append(math.log(with_.sum() / without.sum()))
        slope = np.zeros(2 * width)
        slope[:width] = (with_ * (1 - p[at])) @ design[at] / with_.sum() - (
            without * (1 - q)
        ) @ bare / without.sum()
        slope[width:] = with_ @ design[at] / with_.sum() - without @ bare / without.sum()
        slopes.append(slope)
    return np.array(values), np.array(slopes).reshape(len(values), 2 * width)

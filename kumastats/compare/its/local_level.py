"""A level that wanders: the local-level model by maximum likelihood, started from many places and checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.compare.subject import Array, numbers
from kumastats.errors import CompareError
from kumastats.text import Text


@dataclass(frozen=True)
class LocalLevel:
    """Variances of a local-level model, and a break in its level where one was asked for.

    Attributes
    ----------
    level_variance, irregular_variance
        R ``StructTS(type = "level")`` names them ``level`` and ``epsilon``.
    break_estimate, break_se
        NaN without a break.
    interior
        False where the level's variance is zero: the level does not wander.
    """

    level_variance: float
    irregular_variance: float
    log_likelihood: float
    break_estimate: float
    break_se: float
    interior: bool


def local_level(values: npt.ArrayLike, *, interruption: int | None = None) -> LocalLevel:
    """Fit a random walk plus noise, diffuse start, by its exact likelihood.

    The ratio of variances is searched bracket by bracket over 45 powers of e, so no optimiser stops early; with a break the
    likelihood is the restricted one.

    Raises
    ------
    CompareError
        If the series has gaps, fewer than eight points, or does not vary, or the search does not converge.

    Source: Durbin and Koopman (2012), chapter 2.
    """
    from scipy.optimize import minimize_scalar

    y = numbers(values, "values")
    if np.isnan(y).any() or len(y) < 8 or np.ptp(y) == 0:
        raise CompareError(
            Text(
                "8点以上、欠けがなく変化のある系列が必要です。",
                "It takes eight points or more, no gaps, some variation.",
            )
        )
    if interruption is not None and not 1 <= interruption < len(y):
        raise CompareError(
            Text("中断は系列の中になければなりません。", "The break must lie within the series.")
        )
    step = None if interruption is None else (np.arange(len(y)) >= interruption).astype(float)

    found = []
    for centre in range(-33, 12, 3):
        made = minimize_scalar(  # type: ignore[no-untyped-call]
            lambda q: -_fit(y, step, np.exp(q))[0],
            bounds=(centre, centre + 3),
            method="bounded",
            options={"xatol": 1e-10, "maxiter": 500},
        )
        found.append((float(made.fun), float(made.x), bool(made.success)))
    best = min(found)
    if not best[2]:
        raise CompareError(Text("最尤推定が収束しません。", "The likelihood search does not converge."))
    log, noise, gamma, se = _fit(y, step, float(np.exp(best[1])))
    if not np.isfinite(log):
        raise CompareError(
            Text(
                "中断のほかに変化がなく、誤差を見積もれません。",
                "Nothing varies but the break: no error can be estimated.",
            )
        )
    return LocalLevel(float(np.exp(best[1])) * noise, noise, log, gamma, se, best[1] > -20)


def _fit(y: Array, step: Array | None, ratio: float) -> tuple[float, float, float, float]:
    """Return log likelihood, noise variance, break and its error at a ratio of level to noise variance."""
    d = np.diff(y)
    n = len(d)
    covariance = (2 + ratio) * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    root = np.linalg.cholesky(covariance)
    z = np.linalg.solve(root, d)
    gamma = se = np.nan
    if step is not None:
        s = np.linalg.solve(root, np.diff(step))
        gamma = float(s @ z / (s @ s))
        z = z - gamma * s
    free = n if step is None else n - 1
    noise = float(z @ z) / free
    if not noise > 0:
        return -np.inf, noise, np.nan, np.nan
    log = -0.5 * free * (float(np.log(2 * np.pi * noise)) + 1) - float(np.log(np.diag(root)).sum())
    if step is not None:
        log -= 0.5 * float(np.log(s @ s))
        se = float(np.sqrt(noise / (s @ s)))
    return log, noise, gamma, se

"""Designs without a panel of offices: one series interrupted, pairs, and one unit against a mix of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from answers import LEVEL, Answered, Scenario, answered
from processes import Process


def interrupted(count: int, process: Process) -> Scenario:
    """One series with a trend and a yearly season, broken in the middle; the peers are least squares with plain and HAC errors.

    The memory of the errors is of the kind that made them.
    """
    from kumastats.compare.its import interrupted_series

    at, memory = count // 2, "arma11" if process.ma else "ar1"

    def repeat(rng: np.random.Generator, peers: bool) -> Answered:
        t = np.arange(count)
        season = rng.normal(0, 1, 12)[t % 12] if count >= 36 else _waves(rng, t)
        y = 10 + 0.02 * t + season + process.noise(rng, 1, count)[0]
        effect = np.where(t >= at, -2.0, 0.0)
        null, known = (interrupted_series(data, at, memory=memory) for data in (y, y + effect))
        return answered(null, known, -2.0, _least_squares(y, at) if peers else {})

    return Scenario("interrupted series", 1, 1, f"{count} points, {process.name}, season", repeat)


def _waves(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """Return a season of two harmonics, which a short series can tell."""
    k = 2 * np.pi * t[:, None] * np.array([1, 2]) / 12
    return np.asarray(np.cos(k) @ rng.normal(0, 0.7, 2) + np.sin(k) @ rng.normal(0, 0.7, 2))


def _least_squares(y: np.ndarray, at: int) -> dict[str, bool]:
    import statsmodels.api as sm

    t = np.arange(len(y))
    late = (t >= at).astype(float)
    x = [np.ones(len(y)), t, late, late * (t - at)]
    x += [(t % 12 == m).astype(float) for m in range(1, 12)] if len(y) >= 36 else []
    if len(y) < 36:
        for k in (1, 2):
            x += [np.cos(2 * np.pi * k * t / 12), np.sin(2 * np.pi * k * t / 12)]
    model = sm.OLS(y, np.column_stack(x))
    plain = model.fit()
    hac = model.fit(
        cov_type="HAC", cov_kwds={"maxlags": 12 if len(y) >= 36 else 4, "use_correction": True}, use_t=True
    )
    return {"naive t": bool(plain.pvalues[2] <= LEVEL), "HAC": bool(hac.pvalues[2] <= LEVEL)}


def pairs(count: int, tails: float, *, ranks: bool) -> Scenario:
    """The same offices before and after, nothing else changing."""
    from kumastats.compare.paired import paired_t, signed_rank, signed_rank_counts

    ask = signed_rank if ranks else paired_t
    process = Process(0.0, tails=tails)
    attainable = LEVEL
    if ranks:  # p comes in steps
        below = 2 * signed_rank_counts(np.arange(1.0, count + 1)).cumsum()
        attainable = float(below[below <= LEVEL][-1])

    def repeat(rng: np.random.Generator, peers: bool) -> Answered:
        before = 10 + 2 * rng.standard_normal(count)
        after = before + process.noise(rng, count, 1)[:, 0]
        null, known = ask(before, after), ask(before, after - 1.0)
        return answered(
            null, known, -1.0, _naive_pairs(before, after) if peers else {}, attainable=attainable
        )

    name = "heavy tails" if np.isfinite(tails) else "normal"
    return Scenario("pairs, signed rank" if ranks else "pairs, t", count, count, name, repeat)


def _naive_pairs(before: np.ndarray, after: np.ndarray) -> dict[str, bool]:
    """The t test of two independent groups, which forgets that they are the same offices."""
    from scipy.stats import ttest_ind

    return {"naive t": bool(ttest_ind(after, before).pvalue <= LEVEL)}


def synthetic(units: int, process: Process, *, count: int = 36, before: int = 24) -> Scenario:
    """One treated unit among exchangeable ones that share three common factors."""
    from kumastats.compare.synthetic import synthetic_control

    def repeat(rng: np.random.Generator, peers: bool) -> Answered:
        factors = np.cumsum(0.3 * rng.standard_normal((3, count)), axis=1)
        y = 10 + rng.normal(0, 1, (units, 3)) @ factors + process.noise(rng, units, count)
        treated = y.copy()
        treated[0, before:] -= 2.0
        frames = (pd.DataFrame(data.T, columns=[f"U{i:03d}" for i in range(units)]) for data in (y, treated))
        null, known = (synthetic_control(f, "U000", before).comparison for f in frames)
        # ranks among all units: p comes in steps of 1/units
        attainable = np.floor(LEVEL * units) / units
        return answered(null, known, -2.0, {}, attainable=float(attainable))

    return Scenario("synthetic control", units, 1, process.name, repeat)


def series_scenarios() -> list[Scenario]:
    """Every listed design of this kind."""
    return [
        *(interrupted(n, Process(ar)) for n, ar in ((24, 0.4), (36, 0.5), (60, 0.2), (60, 0.5), (60, 0.8))),
        interrupted(60, Process(0.8, ma=-0.4)),
        pairs(12, np.inf, ranks=False), pairs(12, 3.0, ranks=True), pairs(34, 3.0, ranks=False),
        synthetic(34, Process(0.5)), synthetic(40, Process(0.5)),
    ]  # fmt: skip

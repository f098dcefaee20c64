"""Difference-in-differences with unit and month effects, the first design of the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumastats.compare import checks
from kumastats.compare.design import lay_out
from kumastats.compare.few import crv3, ward_mean
from kumastats.compare.inference import infer
from kumastats.compare.outcome import Outcome
from kumastats.compare.result import Check, Comparison
from kumastats.compare.twfe import Regressors, solve
from kumastats.text import Text

ESTIMAND = {
    "not_yet_live": Text(
        "導入した職場の、導入後の月における変化。まだ導入していない職場の同じ月の変化との差",
        "change in the months after going live at offices gone live, net of the change in the same months at offices not yet live",
    ),
    "never": Text(
        "導入した職場の、導入後の月における変化。期間中に導入しなかった職場の同じ月の変化との差",
        "change in the months after going live, net of the change in the same months at offices never live in the window",
    ),
}


def did(
    cells: pd.DataFrame,
    *,
    live: Mapping[str, dt.date | None],
    start: dt.date,
    end: dt.date,
    measure: Outcome,
    rng: np.random.Generator,
    comparison: str = "not_yet_live",
    cohorts: Sequence[dt.date] = (),
    unit: str = "office_id",
    cluster: Mapping[str, str] | None = None,
    control_cells: pd.DataFrame | None = None,
    control_measure: Outcome | None = None,
    level: float = 0.95,
    draws: int = 1999,
    run_checks: bool = True,
) -> Comparison:
    """Estimate the effect of going live by two-way fixed effects.

    The outcome of unit u in month t is a unit effect, a month effect and, once u is live, the effect; cells weigh by
    their n, so the estimate equals the regression on the rows. With several cohorts and an effect that grows, the
    coefficient is a weighted mean of effects whose weights may be negative; `timing_weights` and
    `forbidden_comparisons` among the checks tell.

    Parameters
    ----------
    cells
        One row a unit and month with integers ``n``, ``s1`` (``over`` for a share).
    live
        The day each unit goes live; None or absent for never.
    start, end
        The window; whole months count.
    cohorts
        Live dates asked about; by default all within the window.
    cluster
        Cluster of each unit; each its own by default.
    control_cells, control_measure
        Cells of the negative-control outcome, of the same units.
    rng, draws
        Of the check that draws the live dates anew.
    level
        Of the interval.

    Returns
    -------
    Comparison
        In the measure's unit. With checks, ``extra`` holds the jackknife error ``se_crv3`` and the exploratory ward-mean t
        (``p_ward_mean``, ``df_ward_mean``), which no verdict rests on.

    Raises
    ------
    CompareError
        If the cells are malformed or nothing identifies the effect.

    Notes
    -----
    Agrees with fixest's ``feols(y ~ post | unit + month, cluster = ~unit)``: mpdta −0.0365489 (0.0132652).
    """
    design = lay_out(
        cells,
        measure,
        live=live,
        start=start,
        end=end,
        comparison=comparison,
        cohorts=cohorts,
        unit=unit,
        cluster=cluster,
    )
    fit = solve(design.panel, Regressors.indicator(design.post))
    treated = design.n_treated_clusters
    found = infer(fit, treated=treated, level=level)
    shocks = checks.grave_shocks(measure, start, end)
    made: tuple[Check, ...] = ()
    extra: dict[str, float] = dict(design.sides)
    if run_checks:
        without = fit.without_each()
        wards = ward_mean(design, level=level)
        extra |= {"se_crv3": crv3(fit, without), "p_ward_mean": wards.p, "df_ward_mean": wards.df}
        made = (
            checks.pre_trend(design),
            checks.negative_control(design, control_cells, control_measure, unit=unit, cluster=cluster),
            checks.leave_one_out(float(fit.beta[0]), without, found.ci),
            checks.timing_weights(design, fit),
            checks.forbidden_comparisons(design),
            checks.reassigned(design, found.p, draws=draws, rng=rng),
            checks.shocks_masked(design, shocks, found.ci),
        )
    failed = any(c.result == "fail" for c in made)
    return Comparison(
        measure=measure.id,
        label=measure.label,
        unit=measure.unit,
        decimals=measure.decimals,
        design="did",
        estimand=ESTIMAND[comparison if comparison in ESTIMAND else "not_yet_live"],
        estimate=float(fit.beta[0]),
        se=found.se,
        df=found.df,
        ci=found.ci,
        level=level,
        p=found.p,
        n=fit.n,
        n_units=len(design.panel.units),
        n_clusters=fit.n_clusters,
        n_treated_clusters=treated,
        dropped=dict(sorted(design.dropped.items())),
        inference=found.how,
        decidable=found.decidable,
        undecidable_reason=found.reason,
        checks=made,
        shocks=tuple(s.id for s in shocks),
        headline=found.decidable and not failed and run_checks,
        minimal_detectable_effect=found.minimal_detectable_effect,
        extra=extra,
    )

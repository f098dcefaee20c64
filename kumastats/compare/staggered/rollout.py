"""A register's staggered roll-out: Callaway and Sant'Anna's estimator on unit × month cells, as one comparison with its checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kumastats.compare import checks
from kumastats.compare.design import Design, lay_out
from kumastats.compare.outcome import Outcome
from kumastats.compare.result import Check, Comparison
from kumastats.compare.staggered.cells import Base, Control
from kumastats.compare.staggered.effects import Aggregate, Named, Staggered, staggered_panel
from kumastats.text import Text

CONTROLS: Mapping[str, Control] = {"never": "never", "not_yet_live": "not_yet"}


def staggered_rollout(
    cells: pd.DataFrame,
    *,
    live: Mapping[str, dt.date | None],
    start: dt.date,
    end: dt.date,
    measure: Outcome,
    rng: np.random.Generator | None = None,
    comparison: str = "not_yet_live",
    cohorts: Sequence[dt.date] = (),
    unit: str = "office_id",
    cluster: Mapping[str, str] | None = None,
    control_cells: pd.DataFrame | None = None,
    control_measure: Outcome | None = None,
    level: float = 0.95,
    draws: int = 0,
    run_checks: bool = True,
    aggregate: Aggregate = "simple",
    base: Base = "average",
) -> Comparison:
    """Estimate the mean effect over all treated unit-months; offices already live are never compared with.

    Arguments are those of `kumastats.compare.did`, and the same cells count. A unit's outcome in a month is the mean of its
    cell; the unit weighs by its mean n over its months. Each cohort and month is compared with the cohort's months before going
    live; a cell needs both of a unit (the rule ``pairs``), so a month in which a unit goes live part way has no effect.

    Parameters
    ----------
    base
        ``average``: the mean of all months before, as in `did`, so that one month's noise does not enter every effect;
        ``varying`` or ``universal``: the last one, as Callaway and Sant'Anna.
    rng, draws
        Of the multiplier bootstrap: with draws, the path carries a uniform band.
    aggregate
        ``simple`` (all treated unit-months), ``dynamic``, ``group`` or ``calendar``.

    Returns
    -------
    Comparison
        Its `path` is the event study.

    Raises
    ------
    CompareError
        If the cells are malformed or nothing identifies the effect.
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
    control = CONTROLS.get(comparison, "not_yet")
    named = Named(measure.id, measure.label, measure.unit, measure.decimals)

    def estimated(d: Design) -> Staggered:
        return staggered_panel(
            d.long(), control=control, base=base, missing="pairs", named=named, level=level
        )

    whole = replace(estimated(design), draws=draws, rng=rng)
    made = whole.aggregate(aggregate)
    shocks = checks.grave_shocks(measure, start, end)
    looked: tuple[Check, ...] = ()
    if run_checks:

        def again(d: Design) -> float:
            return estimated(d).aggregate(aggregate).estimate

        looked = (
            checks.pre_trend(design),
            checks.negative_control(
                design, control_cells, control_measure, unit=unit, cluster=cluster,
                test=lambda d: estimated(d).aggregate(aggregate).p,
            ),
            checks.leave_one_out(made.estimate, checks.without_each(design, again), made.ci),
            Check("forbidden_comparisons", "pass", Text(
                "導入済みの職場を比較に使わない方法", "the method compares with no office already live"
            ), 0.0),
            checks.shocks_masked(design, shocks, made.ci, estimator=again),
        )  # fmt: skip
    failed = any(c.result == "fail" for c in looked)
    return replace(
        made, n=int(design.panel.n.sum()), dropped=dict(sorted(design.dropped.items())), checks=looked,
        shocks=tuple(s.id for s in shocks), headline=made.decidable and not failed and run_checks,
        extra={**made.extra, **design.sides},
    )  # fmt: skip

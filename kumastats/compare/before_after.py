"""The naive comparison: the same units, the same calendar months, before and after. Descriptive, never an effect."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.cells import read_panel
from kumastats.compare.design import day_of
from kumastats.compare.inference import checked_level, t_interval
from kumastats.compare.outcome import Outcome
from kumastats.compare.result import Comparison
from kumastats.errors import CompareError
from kumastats.text import Text

ESTIMAND = Text(
    "導入した職場の、導入後の月と前年同月との差。比べる職場がないので効果とは言えない",
    "months after going live against the same months a year earlier at the same offices; without a comparison group it is no effect",
)


def before_after(
    cells: pd.DataFrame,
    *,
    live: Mapping[str, dt.date | None],
    end: dt.date,
    measure: Outcome,
    cohorts: Sequence[dt.date],
    unit: str = "office_id",
    level: float = 0.95,
) -> Comparison:
    """Compare each treated unit's months after going live with the same months a year earlier.

    Units weigh by their rows after going live; the standard error is of their differences (a paired comparison).

    Raises
    ------
    CompareError
        If no unit has both.
    """
    checked_level(level)
    panel = read_panel(cells, measure, unit=unit)
    month = np.array([Month(m) for m in panel.months])
    known = {
        (panel.units[u], panel.months[m]): i
        for i, (u, m) in enumerate(zip(panel.unit, panel.month, strict=True))
    }
    differences, weights, n, dropped = [], [], 0, 0
    for name in panel.units:
        day = day_of(live.get(name), name)
        if day is None or day not in cohorts:
            continue
        pairs = []
        for m in month:
            if Month.of(day) <= m <= Month.of(end) and (name, str(m)) in known:
                earlier = known.get((name, str(m - 12)))
                if earlier is None:
                    dropped += int(panel.n[known[name, str(m)]])
                else:
                    pairs.append((known[name, str(m)], earlier))
        if pairs:
            now, then = np.array(pairs).T
            after = panel.total[now].sum() / panel.n[now].sum()
            before = panel.total[then].sum() / panel.n[then].sum()
            differences.append(after - before)
            weights.append(float(panel.n[now].sum()))
            n += int(panel.n[now].sum() + panel.n[then].sum())
    if not differences:
        raise CompareError(
            Text("前年同月がそろう職場がありません。", "No unit has the same months a year earlier.")
        )
    w = np.array(weights) / sum(weights)
    d = np.array(differences)
    estimate = float(w @ d)
    units = len(d)
    se = float(np.sqrt((w**2 * (d - estimate) ** 2).sum() * units / (units - 1))) if units > 1 else math.nan
    ci = t_interval(estimate, se, units - 1, level) if units > 1 else (math.nan, math.nan)
    return Comparison(
        measure=measure.id,
        label=measure.label,
        unit=measure.unit,
        decimals=measure.decimals,
        design="descriptive",
        estimand=ESTIMAND,
        estimate=estimate,
        se=se,
        df=float(units - 1),
        ci=ci,
        level=level,
        p=math.nan,
        n=n,
        n_units=units,
        n_clusters=units,
        n_treated_clusters=units,
        dropped={"no_month_a_year_earlier": dropped} if dropped else {},
        inference="paired_t",
        decidable=False,
        undecidable_reason=Text(
            "比べる職場がなく、効果かどうか判断できない",
            "without a comparison group it cannot be called an effect",
        ),
    )

"""Effects by months since going live, with the months before as the check of parallel movement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.compare.design import lay_out
from kumastats.compare.inference import t_interval
from kumastats.compare.outcome import Outcome
from kumastats.compare.twfe import Regressors, solve
from kumastats.errors import CompareError
from kumastats.text import Text


@dataclass(frozen=True, eq=False)
class EventStudy:
    """Effects by event month.

    Attributes
    ----------
    frame
        ``event_month`` (0 is the first month live), ``estimate``, ``se``, ``low``, ``high``, ``n`` (treated rows) and
        ``units`` (treated units). The reference month −1 is zero by construction, without interval.
    """

    measure: str
    label: Text
    unit: Text
    decimals: int
    frame: pd.DataFrame
    n: int
    n_clusters: int
    level: float


def event_study(
    cells: pd.DataFrame,
    *,
    live: Mapping[str, dt.date | None],
    start: dt.date,
    end: dt.date,
    measure: Outcome,
    comparison: str = "not_yet_live",
    cohorts: Sequence[dt.date] = (),
    unit: str = "office_id",
    cluster: Mapping[str, str] | None = None,
    before: int = 12,
    after: int = 12,
    level: float = 0.95,
) -> EventStudy:
    """Estimate an effect for each month around going live; ends are binned.

    Parameters
    ----------
    before, after
        Months shown on each side; earlier and later months count into the outermost.

    Raises
    ------
    CompareError
        If the month before going live is missing, or nothing identifies the effects.
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
    event = np.clip(design.event_month, -before, after)
    mine = design.treated
    months = [int(m) for m in np.unique(event[mine]) if m != -1]
    if -1 not in event[mine]:
        raise CompareError(
            Text("導入直前の月のデータがありません。", "There are no data of the month before going live.")
        )
    code = np.where(mine & (event != -1), np.searchsorted(months, event), -1).astype(np.int64)
    fit = solve(design.panel, Regressors.dummies(code, len(months)))
    df = float(fit.n_clusters - 1)
    rows = []
    for month in sorted([*months, -1]):
        here = mine & (event == month)
        n = int(design.panel.n[here].sum())
        units = len(np.unique(design.panel.unit[here]))
        if month == -1:
            rows.append((month, 0.0, 0.0, np.nan, np.nan, n, units))
            continue
        j = months.index(month)
        estimate, se = float(fit.beta[j]), fit.se(j)
        rows.append((month, estimate, se, *t_interval(estimate, se, df, level), n, units))
    frame = pd.DataFrame(rows, columns=["event_month", "estimate", "se", "low", "high", "n", "units"])
    return EventStudy(
        measure.id, measure.label, measure.unit, measure.decimals, frame, fit.n, fit.n_clusters, level
    )

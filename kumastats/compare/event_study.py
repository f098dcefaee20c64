"""Effects by months since going live, with the months before as the check of parallel movement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.compare.design import lay_out
from kumastats.compare.inference import infer
from kumastats.compare.outcome import Outcome
from kumastats.compare.twfe import Regressors, solve
from kumastats.compare.uniform import correlation, sup_t
from kumastats.display import Figure
from kumastats.errors import CompareError
from kumastats.text import Lang, Text


@dataclass(frozen=True, eq=False)
class EventStudy:
    """Effects by event month.

    Attributes
    ----------
    frame
        ``event_month`` (0 is the first month live), ``estimate``, ``se``, ``low``, ``high`` (each month by itself),
        ``band_low``, ``band_high`` (all months at once), ``n`` (treated rows) and ``units`` (treated units). The reference
        month −1 is zero by construction, without interval.
    critical
        Standard errors the band reaches to each side.
    inference, undecidable_reason
        How the intervals were made; where clusters are too few for any, why (then there are none).
    """

    measure: str
    label: Text
    unit: Text
    decimals: int
    frame: pd.DataFrame
    n: int
    n_clusters: int
    level: float
    critical: float
    inference: str
    undecidable_reason: Text | None = None

    def tidy(self) -> pd.DataFrame:
        """Return a row a month, with columns named as in broom and pyfixest."""
        names = {"se": "std_error", "low": "conf_low", "high": "conf_high"}
        return self.frame.rename(columns=names).assign(measure=self.measure, inference=self.inference)

    def plot(self, lang: Lang = "ja") -> Figure:
        """Draw the effects with intervals and band."""
        from kumastats.compare.plot import event_study_figure

        return event_study_figure(self, lang)


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

    Each month's interval follows the rule of few clusters of a single effect (`kumastats.compare.inference`). The band
    covers all months at once: its critical value is that of the largest |t|, with the months' own correlation and the
    smallest of their degrees of freedom (`kumastats.compare.uniform`).

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
    found = [infer(fit, treated=design.n_treated_clusters, level=level, j=j) for j in range(len(months))]
    decided = [f for f in found if f.decidable]
    critical = np.nan
    if decided:
        critical = sup_t(correlation(fit.influence), df=min(f.df_moments for f in decided), level=level)
    rows = []
    for month in sorted([*months, -1]):
        here = mine & (event == month)
        n = int(design.panel.n[here].sum())
        units = len(np.unique(design.panel.unit[here]))
        if month == -1:
            rows.append((month, 0.0, 0.0, np.nan, np.nan, np.nan, np.nan, n, units))
            continue
        j = months.index(month)
        estimate, f = float(fit.beta[j]), found[j]
        half = critical * f.se
        rows.append((month, estimate, f.se, *f.ci, estimate - half, estimate + half, n, units))
    columns = ["event_month", "estimate", "se", "low", "high", "band_low", "band_high", "n", "units"]
    return EventStudy(
        measure.id, measure.label, measure.unit, measure.decimals, pd.DataFrame(rows, columns=columns), fit.n,
        fit.n_clusters, level, critical, found[0].how, None if decided else found[0].reason,
    )  # fmt: skip

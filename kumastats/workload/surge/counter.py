"""Whether counters were busier after an event than their calendar would have it: ratio of tickets in the weeks that followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kumastats.calendar import FiscalYear
from kumastats.errors import WorkloadError
from kumastats.text import Text

SPANS = ((0, 29), (30, 59), (60, 89))
FEWEST_YEARS = 3


@dataclass(frozen=True)
class Excess:
    """Tickets of a span of days after the event, as a multiple of what the calendar would have it.

    Attributes
    ----------
    first, last
        Days since the event.
    tickets, days
        Seen in the span.
    """

    first: int
    last: int
    ratio: float
    low: float
    high: float
    tickets: int
    days: int


def excess(
    counts: pd.DataFrame, event: dt.date, *, spans: Sequence[tuple[int, int]] = SPANS, level: float = 0.95
) -> tuple[Excess, ...]:
    """Fit Poisson pseudo-maximum likelihood with month, weekday, turn-of-year peak and fiscal-year effects.

    A span holds four or five weeks, too few to be clusters: errors are those of the model, times the dispersion of days
    (Pearson's χ² over its degrees of freedom) and how much more weeks vary than independent days would.

    Descriptive: other things happened in the same weeks, and a closed counter has no tickets.

    Parameters
    ----------
    counts
        date and n of each day the counters were open.

    Raises
    ------
    WorkloadError
        With fewer than three fiscal years, or no day within a span.
    """
    from scipy.special import ndtri
    from statsmodels.genmod import families, generalized_linear_model

    day = pd.to_datetime(counts["date"])
    since = (day - pd.Timestamp(event)).dt.days.to_numpy()
    year = np.array([FiscalYear.of(d.date()).start.year for d in day])
    if len(np.unique(year)) < FEWEST_YEARS:
        raise WorkloadError(
            Text(
                f"ふだんの忙しさを知るには{FEWEST_YEARS}年度以上の番号札が要ります。",
                f"It takes {FEWEST_YEARS} fiscal years of tickets to know the usual load.",
            )
        )
    inside = [(since >= a) & (since <= b) for a, b in spans]
    if not all(i.any() for i in inside):
        raise WorkloadError(
            Text("出来事の後の日が記録にありません。", "No day after the event is in the log.")
        )
    # near 1 April people move: days about it are a season of their own
    april = np.array(
        [min(abs((d.date() - dt.date(y, 4, 1)).days) for y in (d.year - 1, d.year, d.year + 1)) for d in day]
    )
    season = np.where(april <= 9, "peak", np.where(april <= 16, "near", day.dt.strftime("%m")))
    parts = [
        pd.get_dummies(pd.Series(x, index=counts.index), prefix=name, drop_first=True)
        for name, x in (
            ("season", season),
            ("weekday", day.dt.day_of_week),
            ("year", year),
            ("end", day.dt.day.to_numpy() >= 26),
        )
    ]
    design = pd.concat(parts, axis=1).astype(float)
    for (a, b), mine in zip(spans, inside, strict=True):
        design[f"span_{a}_{b}"] = mine.astype(float)
    week = pd.factorize(day.dt.strftime("%G-%V"), sort=True)[0]
    models: Any = generalized_linear_model
    laws: Any = families
    fit = models.GLM(counts["n"].astype(float), design.assign(constant=1.0), family=laws.Poisson()).fit(
        scale="X2"
    )
    left = np.asarray(fit.resid_pearson)
    weekly = float((np.bincount(week, left) ** 2).sum() / (left**2).sum())
    z = float(ndtri(1 - (1 - level) / 2))
    out = []
    for (a, b), mine in zip(spans, inside, strict=True):
        beta, se = (
            float(fit.params[f"span_{a}_{b}"]),
            float(fit.bse[f"span_{a}_{b}"]) * max(1.0, weekly) ** 0.5,
        )
        out.append(
            Excess(
                a, b, float(np.exp(beta)), float(np.exp(beta - z * se)), float(np.exp(beta + z * se)),
                int(counts["n"][mine].sum()), int(mine.sum()),
            )
        )  # fmt: skip
    return tuple(out)

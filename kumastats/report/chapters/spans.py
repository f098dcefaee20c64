"""The latest year of a table, and an interval as it is written."""

from __future__ import annotations

import datetime as dt
import math

from kumastats.calendar import Month
from kumastats.display import interval
from kumastats.report.session import Session
from kumastats.text import Lang
from kumastats.workload.ratio_resampled import Ratio


def year_up_to(session: Session, table: str) -> tuple[dt.date, dt.date] | None:
    """Return the latest twelve months of a table up to the end of the quarter; None where nothing is held by then."""
    span = session.snapshot.span(table) if session.snapshot.has(table) else None
    if span is None or span[0] > session.quarter.end:
        return None
    end = min(session.quarter.end, span[1])
    return max(span[0], (Month.of(end) - 11).start), end


def ends(ratio: Ratio, lang: Lang, decimals: int, *, coarse: int | None = None) -> str:
    """Write an interval of something that cannot be negative; a dash where there is none."""
    if not math.isfinite(ratio.low):
        return "—"
    low, high = max(ratio.low, 0.0), ratio.high
    if coarse is not None:
        low, high = round(low, coarse), round(high, coarse)
    return interval(low, high, lang, decimals)

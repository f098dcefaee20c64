"""A measure's integer summaries, and the one division that turns them into means or shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kumastats.errors import MeasureError
from kumastats.measures.catalogue import measure
from kumastats.measures.model import Measure
from kumastats.text import Text
from kumastats.warehouse import Cells, Snapshot
from kumastats.warehouse.cells import Period


def cells(
    snapshot: Snapshot,
    id_: str,
    *,
    by: Sequence[str] = ("office_id",),
    period: Period = "month",
    start: dt.date | None = None,
    end: dt.date | None = None,
    where: Mapping[str, Any] | None = None,
) -> Cells:
    """Return the integer summaries of a measure.

    Parameters
    ----------
    by
        Columns it may be grouped by; empty for everyone together.
    where
        Further conditions; they may narrow the measure's own, never replace them.

    Raises
    ------
    MeasureError
        If a grouping is not allowed or a condition contradicts the measure.
    """
    asked: Measure = measure(id_)
    for column in by:
        if column not in asked.groupings:
            allowed = ", ".join(asked.groupings)
            raise MeasureError(
                Text(
                    f"「{asked.label.ja}」は {column} で分けられません。",
                    f"“{asked.label.en}” cannot be grouped by {column}.",
                ),
                remedy=Text(f"使えるのは {allowed}", f"Allowed: {allowed}"),
            )
    clash = sorted(set(asked.where) & set(where or {}))
    if clash:
        raise MeasureError(
            Text(
                f"「{asked.label.ja}」の条件 {clash} は変えられません。",
                f"“{asked.label.en}” fixes {clash} itself.",
            )
        )
    return snapshot.cells(
        asked.table, value=asked.value, grain=asked.grain, by=by, period=period, start=start, end=end,
        where={**asked.where, **(where or {})}, over=asked.over,
    )  # fmt: skip


def series(made: Cells, asked: Measure) -> pd.DataFrame:
    """Return the cells with a column ``value``: the mean in the measure's unit, or the share.

    For ``counter_wait_within_40`` and its like (a share that is better high) the complement of ``over`` is used.
    """
    frame = made.frame.copy()
    if asked.is_share:
        hits = frame["over"] if asked.better == "lower" else frame["n"] - frame["over"]
        frame["numerator"] = hits
        frame["value"] = hits / frame["n"]
    else:
        frame["value"] = frame["s1"] / (asked.scale * frame["n"])
    return frame

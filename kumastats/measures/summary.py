"""A measure's integer summaries, and the one division that turns them into means or shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kumastats.calendar import Month
from kumastats.errors import MeasureError
from kumastats.measures.catalogue import measure
from kumastats.measures.model import Measure
from kumastats.text import Text
from kumastats.warehouse import Cells, Snapshot
from kumastats.warehouse.cells import Period

if TYPE_CHECKING:
    import pandas as pd


def cells(
    snapshot: Snapshot,
    id_: str,
    *,
    by: str | Sequence[str] = ("office_id",),
    period: Period = "month",
    start: dt.date | None = None,
    end: dt.date | None = None,
    where: Mapping[str, Any] | None = None,
) -> Cells:
    """Return the integer summaries of a measure.

    Parameters
    ----------
    by
        A column it may be grouped by, or several; empty for everyone together.
    where
        Further conditions; they may narrow the measure's own, never replace them.

    Raises
    ------
    MeasureError
        If a grouping is not allowed or a condition contradicts the measure.
    """
    asked: Measure = measure(id_)
    by = (by,) if isinstance(by, str) else tuple(by)
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
    if asked.is_count:
        return _counted(
            snapshot.cells(
                asked.table,
                by=by,
                period=period,
                start=start,
                end=end,
                where={**asked.where, **(where or {})},
            ),
            by,
            period,
        )
    assert asked.grain != "unit_month"
    return snapshot.cells(
        asked.table, value=asked.value, grain=asked.grain, by=by, period=period, start=start, end=end,
        where={**asked.where, **(where or {})}, over=asked.over,
    )  # fmt: skip


def _counted(rows: Cells, by: Sequence[str], period: Period) -> Cells:
    """Return unit-months as entities: ``n`` is 1, ``s1`` the rows counted; a month without rows is a zero, not a gap."""
    frame = rows.frame
    if period == "month" and len(frame):
        import pandas as pd

        month, last = Month(str(frame["period"].min())), Month(str(frame["period"].max()))
        months = [str(month)]
        while month < last:
            month += 1
            months.append(str(month))
        if by:
            units = frame[list(by)].drop_duplicates()
            grid = units.merge(pd.DataFrame({"period": months}), how="cross")
        else:
            grid = pd.DataFrame({"period": months})
        keys = [*by, "period"]
        frame = grid.merge(frame, on=keys, how="left").sort_values(keys, ignore_index=True)
    count = frame["n"].fillna(0).astype("int64")
    frame = frame.assign(n=(count * 0 + 1), contributors=count, s1=count, s2=count * count)
    return Cells(frame, tuple(by))


def series(made: Cells, asked: Measure) -> pd.DataFrame:
    """Return the cells with a column ``value``: the mean in the measure's unit, or the share.

    For ``counter_wait_within_40`` and its like (a share that is better high) the complement of ``over`` is used; where neither is better, ``over`` itself.
    """
    frame = made.frame.copy()
    if asked.is_share:
        hits = frame["n"] - frame["over"] if asked.better == "higher" else frame["over"]
        frame["numerator"] = hits
        frame["value"] = hits / frame["n"]
    else:
        frame["value"] = frame["s1"] / (asked.scale * frame["n"])
    return frame

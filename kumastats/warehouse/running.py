"""Totals that run over a person's months: since April against the yearly cap, and over two to six months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from kumastats.errors import UsageError
from kumastats.tables import Table
from kumastats.text import Text

Running = Literal["fiscal_year", 2, 3, 4, 5, 6]
MONTHS = (2, 3, 4, 5, 6)


def running_totals(rows: Any, canonical: Table, value: str, by: Sequence[str], running: Running) -> Any:
    """Return one row a person and month with ``_value``, the total that has run up to that month.

    The total follows the person through all offices; the month counts where the person was on its last day. A total of
    k months needs rows in each of them: an average above 80 hours is a total above k × 4,800 minutes, so nothing is
    divided.

    Parameters
    ----------
    rows
        Rows with a value, of a table with persons and dates.
    by
        Groups, such as the office; taken from the person's last row of the month.
    running
        ``fiscal_year`` since April, or a number of months from 2 to 6.

    Returns
    -------
    ibis.Table
        With `by`, ``person_id``, ``_month`` (201810) and ``_value``.
    """
    import ibis as untyped

    ibis: Any = untyped
    if running != "fiscal_year" and running not in MONTHS:
        raise UsageError(
            Text(f"累計の期間 {running} は使えません。", f"A total cannot run over {running}."),
            remedy=Text("fiscal_year か 2～6 を指定してください。", "Give fiscal_year or 2 to 6."),
        )
    day = rows[canonical.date_column]
    year, month = day.year().cast("int64"), day.month().cast("int64")
    rows = rows.mutate(
        _month=year * 100 + month, _index=year * 12 + month, _fiscal=year - (month < 4).cast("int64")
    )
    mine = ["person_id", "_month"]
    last = [
        ibis.desc(canonical.date_column),
        *(k for k in canonical.key if k not in ("person_id", canonical.date_column)),
    ]
    rows = rows.mutate(
        _total=rows[value].cast("int64").sum().over(ibis.window(group_by=mine)).cast("int64"),
        _place=ibis.row_number().over(ibis.window(group_by=mine, order_by=last)),
    )
    months = rows.filter(rows._place == 0).select([*by, "person_id", "_month", "_index", "_fiscal", "_total"])
    if running == "fiscal_year":
        window = ibis.cumulative_window(group_by=["person_id", "_fiscal"], order_by="_index")
        made = months.mutate(
            _value=months._total.sum().over(window).cast("int64"), _held=ibis.literal(0, "int64")
        )
        needed = 0
    else:
        window = ibis.range_window(
            preceding=running - 1, following=0, group_by="person_id", order_by="_index"
        )
        made = months.mutate(
            _value=months._total.sum().over(window).cast("int64"), _held=months._total.count().over(window)
        )
        needed = running
    return made.filter(made._held >= needed).select([*by, "person_id", "_month", "_value"])

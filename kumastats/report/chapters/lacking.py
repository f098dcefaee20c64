"""Tables and columns that an analysis needs and no export has filled, told by their names."""

from __future__ import annotations

from collections.abc import Callable

from kumastats.report.session import Session
from kumastats.tables import table as canonical
from kumastats.text import Text


def _lacking(holds: Callable[[str], bool], names: tuple[str, ...]) -> Text | None:
    missing = [canonical(n) for n in names if not holds(n)]
    if not missing:
        return None
    return Text(
        "と".join(f"「{t.label.ja}」（表 {t.name}）" for t in missing),
        " and ".join(f"“{t.label.en}” (table {t.name})" for t in missing),
    )


def tables_lacking(holds: Callable[[str], bool], *names: str) -> Text | None:
    """Return which of some tables are not held, in words; None if all are. Looks for these tables only, so that no other one counts as read."""
    told = _lacking(holds, names)
    if told is None:
        return None
    return Text(
        f"ここには{told.ja}が要ります。取り込むと示します。",
        f"This needs {told.en}; it is shown once taken in.",
    )


def tables_lacking_in_report(holds: Callable[[str], bool], *names: str) -> Text | None:
    """Return the same in the style of reports (である), which notebooks (です・ます) do not share."""
    told = _lacking(holds, names)
    if told is None:
        return None
    return Text(
        f"ここには{told.ja}が要る。取り込むと示す。", f"This needs {told.en}; it is shown once taken in."
    )


def columns_lacking(session: Session, table: str, *columns: str) -> Text | None:
    """Return what is missing, in words: the table, or which of these columns no row has; None if each has a value somewhere.

    Of a table with dates, rows after the quarter do not count.
    """
    if (missing := tables_lacking(session.snapshot.has, table)) is not None:
        return missing
    known = canonical(table)
    rows = session.snapshot.table(table)
    if known.date_column is not None:
        rows = rows.filter(rows[known.date_column].cast("date") <= session.quarter.end)
    counts = rows.aggregate(**{c: rows[c].count() for c in columns}).execute().iloc[0]
    empty = [known.column(c) for c in columns if not counts[c]]
    if not empty:
        return None
    ja = "、".join(f"「{c.label.ja}」（{c.name}）" for c in empty)
    en = ", ".join(f"“{c.label.en}” ({c.name})" for c in empty)
    return Text(
        f"{known.label.ja}（{table}）に{ja}の値がないので、ここは示せません。その列のあるデータを取り込むと示します。",
        f"{known.label.en} ({table}): no row has {en}, so this cannot be shown; it is once an export with that column is taken in.",
    )

"""What later deliveries changed in quarters that were already reported, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kumastats.tables import Table, table
from kumastats.warehouse.cells import dated, period_name
from kumastats.warehouse.snapshot import Snapshot

NUMBERS = frozenset({"minutes", "seconds", "count", "integer", "thousandths", "yen"})


@dataclass(frozen=True)
class Revision:
    """One column of a table in one quarter, before and after.

    Attributes
    ----------
    column
        A column of integers.
    n_before, n_after
        Rows with a value.
    sum_before, sum_after
        Their sums, in the column's unit.
    """

    table: str
    column: str
    quarter: str
    n_before: int
    n_after: int
    sum_before: int
    sum_after: int

    @property
    def change(self) -> int:
        """By how much the sum changed."""
        return self.sum_after - self.sum_before


def revisions(before: Snapshot, after: Snapshot) -> tuple[Revision, ...]:
    """Compare two snapshots in the quarters the first one holds; what did not change is left out.

    Quarters that only the later snapshot holds are news, not revisions. Tables whose deliveries are the same are not
    read at all.

    Parameters
    ----------
    before, after
        Such as `Warehouse.find` of the snapshot the last report was made on, and `Warehouse.snapshot`.

    Returns
    -------
    tuple
        Sorted by table, column and quarter.
    """
    return tuple(
        revision
        for name in before.tables
        if [d.id for d in before.of(name)] != [d.id for d in after.of(name)]
        for revision in _of_table(before, after, table(name))
    )


def _of_table(before: Snapshot, after: Snapshot, canonical: Table) -> Iterator[Revision]:
    columns = sorted(c.name for c in canonical.columns if c.kind in NUMBERS)
    if canonical.date_column is None or not columns:
        return
    old, new = (_sums(s, canonical, columns) if s.has(canonical.name) else {} for s in (before, after))
    for column in columns:
        for quarter in sorted(old):
            (n, s), (n_now, s_now) = old[quarter][column], new.get(quarter, {}).get(column, (0, 0))
            if (n, s) != (n_now, s_now):
                yield Revision(canonical.name, column, quarter, n, n_now, s, s_now)


def _sums(snapshot: Snapshot, canonical: Table, columns: list[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return (n, Σ) by quarter and column."""
    rows: Any = dated(snapshot.table(canonical.name), canonical, "quarter")
    wanted = {f"n_{c}": rows[c].count().cast("int64") for c in columns}
    wanted |= {f"s_{c}": rows[c].cast("int64").sum().fill_null(0).cast("int64") for c in columns}
    found = snapshot.engine.integers(rows.group_by("_period").aggregate(**wanted), ["_period"])
    return {
        period_name(row["_period"], "quarter"): {c: (int(row[f"n_{c}"]), int(row[f"s_{c}"])) for c in columns}
        for row in found.to_dict("records")
    }

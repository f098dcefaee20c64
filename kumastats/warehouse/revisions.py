"""What later deliveries changed in quarters that were already reported, and by how much.

Rows are matched by their key, whatever their columns hold: numbers, text, times and flags. Nothing but integers leaves
the engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kumastats.calendar import Quarter
from kumastats.tables import Table, table
from kumastats.warehouse.cells import dated, period_name, restrict
from kumastats.warehouse.delivery import SPANS, Coverage
from kumastats.warehouse.derived import DERIVED
from kumastats.warehouse.snapshot import Snapshot

NUMBERS = frozenset({"minutes", "seconds", "count", "integer", "thousandths", "yen"})
ROWS = "*"
UNDATED = "all"
# what a row of these says also depends on others: windows side by side, the next contact under a reference
ACROSS_ROWS = frozenset({"usage", "enquiry"})


@dataclass(frozen=True)
class Revision:
    """One column of a table in one quarter, before and after; or its rows as such.

    Attributes
    ----------
    column
        A column, one derived from several (`kumastats.warehouse.derived`), or `ROWS`.
    quarter
        Of the row as it was; ``all`` for lists without dates.
    n_before, n_after
        Rows with a value.
    sum_before, sum_after
        Their sums, in the column's unit; 0 for text, times and rows.
    changed
        Rows that are in both with another value; for `ROWS`, with another value of any column.
    added, removed
        Rows that are only in the later or only in the earlier state; told for `ROWS`.
    """

    table: str
    column: str
    quarter: str
    n_before: int
    n_after: int
    sum_before: int
    sum_after: int
    changed: int = 0
    added: int = 0
    removed: int = 0

    @property
    def change(self) -> int:
        """By how much the sum changed."""
        return self.sum_after - self.sum_before


def revisions(before: Snapshot, after: Snapshot) -> tuple[Revision, ...]:
    """Compare two snapshots in the quarters the first one holds; what did not change is left out.

    Quarters that only the later snapshot holds are news, not revisions. Tables whose deliveries are the same are not
    read at all, and of the others only places and times that deliveries differ in.

    Parameters
    ----------
    before, after
        Such as `Warehouse.find` of the snapshot the last report was made on, and `Warehouse.snapshot`.

    Returns
    -------
    tuple
        Sorted by table, column and quarter; the rows as such stand first.
    """
    earlier = before.beside(after)
    return tuple(
        revision
        for name in before.tables
        if [d.id for d in before.of(name)] != [d.id for d in after.of(name)]
        for revision in _of_table(earlier, after, table(name))
    )


def _of_table(before: Snapshot, after: Snapshot, canonical: Table) -> Iterator[Revision]:
    moved = _moved(before, after, canonical)
    if not moved and canonical.name not in ACROSS_ROWS:
        return
    start, end = _span(moved, canonical)
    old, new = (_sums(s, canonical, start, end) if s.has(canonical.name) else {} for s in (before, after))
    for column in sorted(_columns(canonical), key=lambda c: (c != ROWS, c)):
        for quarter in sorted(old):
            (n, s), (n_now, s_now) = old[quarter][column], new.get(quarter, {}).get(column, (0, 0))
            told = moved.get(quarter, {})
            changed = told.get(f"c_{column}", 0)
            added, removed = (told.get(k, 0) if column == ROWS else 0 for k in ("added", "removed"))
            if (n, s) != (n_now, s_now) or changed or added or removed:
                yield Revision(canonical.name, column, quarter, n, n_now, s, s_now, changed, added, removed)


def _columns(canonical: Table) -> list[str]:
    return [ROWS, *canonical.names, *DERIVED.get(canonical.name, ())]


def _quarter(rows: Any, canonical: Table) -> Any:
    import ibis

    if canonical.date_column is None:
        return rows.mutate(_period=ibis.literal(0, "int64"))
    made = dated(rows, canonical, "quarter")
    return made.mutate(_period=made._period.fill_null(0))


def _name(period: Any) -> str:
    return period_name(period, "quarter") if int(period) else UNDATED


def _moved(before: Snapshot, after: Snapshot, canonical: Table) -> dict[str, dict[str, int]]:
    """Return by quarter how many rows were added and removed, and how many differ: in each column and in any."""
    import ibis as untyped

    ibis: Any = untyped
    names, keys = [c for c in _columns(canonical) if c != ROWS], list(canonical.key)
    area = _area(before, after, canonical)
    sides = [
        _within(s.table(canonical.name).select(names), canonical, area).mutate(_side=ibis.literal(side, "int64"))
        for s, side in ((before, -1), (after, 1))
        if s.has(canonical.name)
    ]  # fmt: skip
    rows = ibis.union(*sides) if len(sides) > 1 else sides[0]
    # equal rows of both sides cancel, missing values included
    alone = rows.group_by(names).aggregate(_side=rows._side.sum().cast("int64"))
    alone = _quarter(alone.filter(alone._side != 0), canonical)
    was, now = alone._side < 0, alone._side > 0
    wanted = {"_was": was.cast("int64").sum(), "_now": now.cast("int64").sum()}
    for side, here in (("o", was), ("n", now)):
        for c in [*(n for n in names if n not in keys), "_period"]:
            value = alone[c].cast("int64") if alone[c].type().is_boolean() else alone[c]
            wanted[f"{side}_{c}"] = here.ifelse(value, ibis.null(value.type())).max()
    pairs = alone.group_by(keys).aggregate(**wanted)
    both = (pairs._was > 0) & (pairs._now > 0)
    flags = {f"c_{ROWS}": both, "added": pairs._was == 0, "removed": pairs._now == 0} | {
        f"c_{c}": both & ~pairs[f"o_{c}"].identical_to(pairs[f"n_{c}"]) for c in names if c not in keys
    }
    # where a row was, or if it is new where it is; a row may also have moved to another quarter
    whens = {"_from": ibis.coalesce(pairs.o__period, pairs.n__period), "_to": pairs.n__period.fill_null(-1)}
    told = pairs.mutate(**whens, **{k: v.cast("int64") for k, v in flags.items()})
    counted = told.group_by([*whens]).aggregate(**{k: told[k].sum().cast("int64") for k in flags})
    out: dict[str, dict[str, int]] = {}
    for row in after.engine.integers(counted, [*whens]).to_dict("records"):
        if int(row["_to"]) >= 0:
            out.setdefault(_name(row["_to"]), {})
        here = out.setdefault(_name(row["_from"]), {})
        for k in flags:
            here[k] = here.get(k, 0) + int(row[k])
    return out


def _area(before: Snapshot, after: Snapshot, canonical: Table) -> Coverage | None:
    """Return places and times of the deliveries that only one snapshot holds; None for everything."""
    if canonical.date_column is None or canonical.name in ACROSS_ROWS:
        return None
    held = [{d.id: d for d in s.of(canonical.name)} for s in (before, after)]
    alone = held[0].keys() ^ held[1].keys()
    return frozenset().union(*({**held[0], **held[1]}[i].coverage for i in alone))


def _within(rows: Any, canonical: Table, area: Coverage | None) -> Any:
    import ibis

    if area is None:
        return rows
    pairs = sorted(area)
    wanted = ibis.memtable({"_place": [p for p, _ in pairs], "_time": [t for _, t in pairs]})
    keyed = rows.mutate(
        _place=rows[canonical.place_column].fill_null(""),
        _time=rows[canonical.date_column].strftime(SPANS[canonical.span]),
    )
    return keyed.semi_join(wanted, ["_place", "_time"]).drop("_place", "_time")


def _span(moved: Mapping[str, Any], canonical: Table) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of the quarters that need to be summed; None for no bound."""
    quarters = [Quarter(q) for q in moved if q != UNDATED]
    if canonical.date_column is None or canonical.name in ACROSS_ROWS or len(quarters) < len(moved):
        return None, None
    return min(q.start for q in quarters), max(q.end for q in quarters)


def _sums(
    snapshot: Snapshot, canonical: Table, start: dt.date | None, end: dt.date | None
) -> dict[str, dict[str, tuple[int, int]]]:
    """Return (n, Σ) by quarter and column."""
    rows: Any = _quarter(restrict(snapshot.table(canonical.name), canonical, start, end, None), canonical)
    numbers = {c.name for c in canonical.columns if c.kind in NUMBERS} | set(DERIVED.get(canonical.name, ()))
    columns = _columns(canonical)
    wanted = {f"n_{c}": (rows.count() if c == ROWS else rows[c].count()).cast("int64") for c in columns}
    wanted |= {
        f"s_{c}": rows[c].cast("int64").sum().fill_null(0).cast("int64") for c in columns if c in numbers
    }
    found = snapshot.engine.integers(rows.group_by("_period").aggregate(**wanted), ["_period"])
    return {
        _name(row["_period"]): {c: (int(row[f"n_{c}"]), int(row.get(f"s_{c}", 0))) for c in columns}
        for row in found.to_dict("records")
    }

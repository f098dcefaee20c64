"""A table checked by one aggregate query: every rule of its rows counted in the same scan, and its keys exactly once each.

Rules are expressions that hold for rows that break them. Uniqueness is exact: no hash or approximation stands for a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kumastats.tables import table as canonical_table
from kumastats.warehouse.native import repeated_days
from kumastats.warehouse.snapshot import Snapshot

Broken = Callable[[Any], Any]
SHOWN = 5


@dataclass(frozen=True)
class Validation:
    """What breaks the rules of a table.

    Attributes
    ----------
    rows
        Rows of the table.
    broken
        Rows that break each rule, by its id; a rule that is missing (NULL) for a row is not broken by it.
    repeated
        Rows beyond the first of their key.
    examples
        Of each broken rule, up to five places and days with the most such rows: never who.
    """

    table: str
    rows: int
    broken: Mapping[str, int]
    repeated: int
    examples: Mapping[str, tuple[tuple[str, str, int], ...]]

    @property
    def passed(self) -> bool:
        """Whether nothing breaks a rule and no key is repeated."""
        return not self.repeated and not any(self.broken.values())


def validate(
    snapshot: Snapshot, table: str, rules: Mapping[str, Broken], *, unique: bool = True
) -> Validation:
    """Count the rows that break each rule in one scan, and rows of a repeated key.

    Parameters
    ----------
    rules
        Id of each rule to an expression of the table that holds for rows that break it.
    unique
        Also count rows whose key was there before.
    """
    rows = snapshot.table(table)
    counts, total = count_broken(rows, rules)
    examples = {id_: _examples(rows, table, rules[id_]) for id_ in sorted(counts) if counts[id_]}
    return Validation(table, total, counts, repeated(snapshot, table) if unique else 0, examples)


def count_broken(rows: Any, rules: Mapping[str, Broken]) -> tuple[dict[str, int], int]:
    """Return how many rows break each rule, and how many there are, by one aggregate query."""
    ids = sorted(rules)
    asked = {
        f"r{i}": rows.count(where=rules[id_](rows).fill_null(False)).cast("int64")
        for i, id_ in enumerate(ids)
    }
    made = rows.aggregate(rows=rows.count().cast("int64"), **asked).execute()
    return {id_: int(made[f"r{i}"].iloc[0]) for i, id_ in enumerate(ids)}, int(made["rows"].iloc[0])


def repeated(snapshot: Snapshot, table: str) -> int:
    """Return how many rows have a key that was there before.

    Exact: keys with a day by a bitmap of days (`kumastats.warehouse.native`), the others by the different values of their
    last column.
    """
    canonical = canonical_table(table)
    rows = snapshot.table(table)
    dates = [k for k in canonical.key if canonical.column(k).kind == "date"]
    if dates:
        return repeated_days(snapshot.engine, rows, [k for k in canonical.key if k != dates[0]], dates[0])
    *others, last = canonical.key
    counted = {"n": rows[last].count(), "different": rows[last].nunique()}
    groups = rows.group_by(others).aggregate(**counted) if others else rows.aggregate(**counted)
    made = groups.aggregate(extra=(groups.n - groups.different).sum().fill_null(0).cast("int64")).execute()
    return int(made["extra"].iloc[0])


def _examples(rows: Any, name: str, rule: Broken) -> tuple[tuple[str, str, int], ...]:
    """Return the places and days with the most broken rows."""
    import ibis

    canonical = canonical_table(name)
    broken = rows.filter(rule(rows).fill_null(False))
    place: Any = ibis.literal("—")
    if canonical.place_column in rows.columns:
        place = broken[canonical.place_column].fill_null("—")
    when: Any = ibis.literal("—")
    if canonical.date_column is not None:
        when = broken[canonical.date_column].strftime("%Y-%m-%d")
    asked = broken.select(place=place, when=when).group_by(["place", "when"]).aggregate(n=lambda t: t.count())
    made = asked.order_by([ibis.desc("n"), "place", "when"]).limit(SHOWN).execute()
    return tuple((str(r.place), str(r.when), int(r.n)) for r in made.itertuples(index=False))

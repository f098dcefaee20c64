"""Measures that a study defines itself, under ``measures:`` of its register."""

from __future__ import annotations

from types import MappingProxyType
from typing import cast

from kumastats.measures import Measure
from kumastats.measures.catalogue import THEMES
from kumastats.measures.model import Better, Entity
from kumastats.study.yaml_reader import Node
from kumastats.tables import CATALOGUE
from kumastats.text import Text
from kumastats.warehouse.derived import DERIVED

KEYS = (
    "id", "theme", "item", "label", "unit", "better", "table", "value", "entity", "scale", "numerator", "denominator",
    "population", "caveat", "where", "groupings", "shock_outcome", "over", "decimals",
)  # fmt: skip
BETTER = ("lower", "higher", "neither")
ENTITIES = ("row", "person_month", "unit_month")
POPULATIONS = ("city", "teacher", "staff", "counter", "citizen", "area")


def own_measure(n: Node, items: set[str]) -> Measure:
    """Read one measure.

    Raises
    ------
    StudyError
        With file, line, key and remedy: an unknown table or column above all.
    """
    n.known(*KEYS)
    name = n.one_of("table", tuple(CATALOGUE))
    columns = {*CATALOGUE[name].names, *DERIVED.get(name, ())}
    where = dict(n["where"].value) if n.has("where") else {}
    for asked in (n.string("value"), *where, *n.texts("groupings")):
        if asked not in columns:
            raise n.error(
                Text(f"表 {name} に列「{asked}」はありません。", f"The table {name} has no column “{asked}”."),
                Text(f"あるのは: {', '.join(sorted(columns))}", f"It has: {', '.join(sorted(columns))}"),
            )  # fmt: skip
    over = n.number("over", None)
    return Measure(
        id=n.string("id"),
        theme=n.one_of("theme", tuple(t.__name__.rpartition(".")[2] for t in THEMES)),
        item=n.one_of("item", tuple(sorted(items))),
        label=n.text("label"),
        unit=n.text("unit"),
        better=cast(Better, n.one_of("better", BETTER)),
        table=name,
        value=n.string("value"),
        grain=cast(Entity, n.one_of("entity", ENTITIES, "row")),
        scale=float(n.number("scale", 1.0)),
        numerator=n.text("numerator"),
        denominator=n.text("denominator"),
        population=n.one_of("population", POPULATIONS, "staff"),
        caveat=n.text("caveat"),
        where=MappingProxyType({k: tuple(v) if isinstance(v, list) else v for k, v in sorted(where.items())}),
        groupings=n.texts("groupings") or ("office_id",),
        shock_outcome=n.string("shock_outcome", None),
        over=None if over is None else int(over),
        decimals=int(n.number("decimals", 1)),
    )

"""What a measure says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from kumastats.text import Text
from kumastats.warehouse.cells import Grain

Better = Literal["higher", "lower", "neither"]
Entity = Grain | Literal["unit_month"]

OFFICES, SCHOOLS = Text("職場", "offices"), Text("学校", "schools")
UNITS = {
    "area": Text("地区", "areas"),
    "ward": Text("区", "wards"),
    "topic": Text("分類", "topics"),
    "service": Text("業務", "services"),
    "school_id": SCHOOLS,
}


@dataclass(frozen=True)
class Measure:
    """An outcome.

    Attributes
    ----------
    theme
        The module it stands in, which is also its chapter: ``working_time``, ``meetings``, …
    item
        The partnership item it speaks to.
    unit
        Of the mean or share, as printed.
    better
        Which direction is an improvement; a negative control has none.
    table, value, grain, where
        Where it is summed: column, entity, and the rows that count. An entity is a row, a person's month
        (``person_month``), a person seen in a round (``glance``), or a unit's month whose rows are counted (``unit_month``).
    scale
        Integer sums are divided by this to give `unit`.
    groupings
        Columns it may be grouped by; the first is the unit an initiative reaches.
    min_n
        Smallest number of people a published value rests on.
    caveat
        What the number is not.
    population
        Whom it is about: ``city``, ``teacher``, ``counter``, ``staff``, ``citizen`` or ``area``.
    shock_outcome
        Column of the calendar of shocks that touches it; None where none does.
    over
        Set for a share of entities above this value, in the integer unit.
    """

    id: str
    theme: str
    item: str
    label: Text
    unit: Text
    better: Better
    table: str
    value: str
    grain: Entity
    scale: float
    numerator: Text
    denominator: Text
    population: str
    caveat: Text
    where: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    groupings: tuple[str, ...] = ("office_id",)
    min_n: int = 10
    shock_outcome: str | None = None
    over: int | None = None
    decimals: int = 1

    @property
    def unit_column(self) -> str:
        """The column whose values initiatives reach one after another."""
        return self.groupings[0]

    @property
    def units(self) -> Text:
        """What an initiative reaches one after another, as a noun."""
        named = UNITS.get(self.unit_column, OFFICES)
        return SCHOOLS if named is OFFICES and self.population == "teacher" else named

    @property
    def of_people(self) -> bool:
        """Whether the rows are those of colleagues, not of tickets, posts or areas."""
        return self.population in ("city", "teacher", "staff")

    @property
    def is_count(self) -> bool:
        """Whether the rows of a unit's month are counted."""
        return self.grain == "unit_month"

    @property
    def is_share(self) -> bool:
        """Whether it is a share of entities above a threshold."""
        return self.over is not None

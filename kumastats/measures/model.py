"""What a measure says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from kumastats.text import Text
from kumastats.warehouse.cells import Grain

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Measure:
    """An outcome.

    Attributes
    ----------
    unit
        Of the mean or share, as printed.
    better
        Which direction is an improvement; a negative control has none.
    table, value, grain, where
        Where it is summed: column, entity, and the rows that count.
    scale
        Integer sums are divided by this to give `unit`.
    groupings
        Columns it may be grouped by.
    min_n
        Smallest number of people a published value rests on.
    caveat
        What the number is not.
    population
        Whom it is about: ``city``, ``teacher``, ``counter`` or ``staff``.
    shock_outcome
        Column of the calendar of shocks that touches it; None where none does.
    over
        Set for a share of entities above this value, in the integer unit.
    """

    id: str
    label: Text
    unit: Text
    better: Better
    table: str
    value: str
    grain: Grain
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
    def is_share(self) -> bool:
        """Whether it is a share of entities above a threshold."""
        return self.over is not None

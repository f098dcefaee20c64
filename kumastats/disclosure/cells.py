"""Which people a published number is about: the declaration by which it enters the ledger."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kumastats.calendar import Quarter
from kumastats.errors import DisclosureError
from kumastats.text import Text

Where = Mapping[str, tuple[str, ...]]
PERIOD = "period"
_NOWHERE: Where = MappingProxyType({})
_QUARTER = re.compile(r"FY\d{4}Q[1-4]")
_YEAR = re.compile(r"FY(\d{4})")


@dataclass(frozen=True)
class Cells:
    """The cells a number adds up, by dimension; a dimension left out means everyone in it.

    Attributes
    ----------
    of
        The population counted. Numbers that share it are attacked together, so people counted in two tables need
        one name (``staff``), and unrelated ones different names.
    what
        What is added over them, a measure id; empty for people themselves.
    where
        Dimension to labels: ``{"office": ("F",), "period": ("FY2018Q1",)}``. Fiscal years and quarters
        (``FY2018``, ``FY2018Q1``) are taken apart into months (``2018-04``). Flows of people are a dimension too:
        staff of the first quarter are ``{"flow": ("stayed", "left")}``, of the second ``("stayed", "joined")``.
    minus
        Of a difference: the cells subtracted.
    closed
        Dimensions whose labels in the ledger are all there are: no “other” remains.
    signed
        Whether single values can be negative (changes, differences).
    """

    of: str
    what: str = ""
    where: Where = field(default_factory=lambda: _NOWHERE)
    minus: Where | None = None
    closed: tuple[str, ...] = ()
    signed: bool = False

    def __post_init__(self) -> None:
        if not self.of:
            raise DisclosureError(
                Text("セルの対象集団（of）がありません。", "The cells name no population (of).")
            )
        object.__setattr__(self, "where", _frozen(self.where))
        if self.minus is not None:
            object.__setattr__(self, "minus", _frozen(self.minus))
        object.__setattr__(self, "closed", tuple(sorted(self.closed)))

    def within(self, dimension: str, *labels: str) -> Cells:
        """Return the part of these cells with `labels` in `dimension`."""
        return Cells(
            self.of, self.what, {**self.where, dimension: labels}, self.minus, self.closed, self.signed
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for JSON."""
        made: dict[str, Any] = {"of": self.of, "where": {k: list(v) for k, v in self.where.items()}}
        if self.what:
            made["what"] = self.what
        if self.minus is not None:
            made["minus"] = {k: list(v) for k, v in self.minus.items()}
        if self.closed:
            made["closed"] = list(self.closed)
        if self.signed:
            made["signed"] = True
        return made

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Cells:
        """Return the cells `to_dict` wrote."""
        return cls(**value)


def _frozen(where: Mapping[str, Any]) -> Where:
    return MappingProxyType({k: tuple(sorted(str(x) for x in where[k])) for k in sorted(where)})


def atoms(dimension: str, label: str) -> tuple[str, ...]:
    """Return the smallest labels that make up a label: a fiscal year or quarter is its months.

    >>> atoms("period", "FY2018Q1")
    ('2018-04', '2018-05', '2018-06')
    >>> atoms("office", "F")
    ('F',)
    """
    if dimension != PERIOD:
        return (label,)
    if _QUARTER.fullmatch(label):
        first = Quarter(label).start
        return tuple(f"{first.year}-{first.month + i:02d}" for i in range(3))
    year = _YEAR.fullmatch(label)
    if year:
        return tuple(itertools.chain(*(atoms(PERIOD, f"{label}Q{q}") for q in range(1, 5))))
    return (label,)

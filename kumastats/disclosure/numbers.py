"""A number that may be published, with what the disclosure rules must know about it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from kumastats.disclosure.cells import Cells
from kumastats.errors import DisclosureError
from kumastats.text import Text

Form = Literal[
    "count", "total", "mean", "share", "difference", "coefficient", "interval_bound", "quantile", "extreme",
    "constant", "simulated", "money", "individual",
]  # fmt: skip
FORMS: tuple[Form, ...] = get_args(Form)
NOT_PERSON_DATA: frozenset[Form] = frozenset({"constant", "simulated", "money"})
# not linear in the people's values: kept by primary rules only, and listed as not attacked
NOT_ATTACKED: frozenset[Form] = frozenset({"coefficient", "interval_bound", "quantile"})
NO_UNIT = Text("", "")
_COUNTS = ("n", "contributors", "numerator", "below", "above")  # of a series, by point
_USUAL = {"rounded_to": 1, "dimension": ""}  # left out of JSON
_NAME = re.compile(r"[a-z][a-z0-9_]*(\[[^\[\]]*\])?")


def _refuse(name: str, ja: str, en: str) -> DisclosureError:
    return DisclosureError(Text(f"数値「{name}」: {ja}", f"Number “{name}”: {en}"))


@dataclass(frozen=True)
class PublishedNumber:
    """A number with its form and what it rests on.

    Attributes
    ----------
    name
        Lower-case letters, digits and underscores; unique in its record.
    value
        In `unit`; a share is a fraction between 0 and 1, money is in yen.
    form
        What kind of number it is; decides which rules apply. ``constant``, ``simulated`` and ``money`` are no
        person data. ``extreme`` (a minimum or maximum) and ``individual`` (a point or residual of one person) are
        always refused.
    n
        Rows it rests on (people, person-months, tickets); the denominator of a share. Of a difference or a
        coefficient, the smaller side where sides are known.
    numerator
        Of a share, or of a count out of n: the rows that count. A count without it is of everyone it rests on.
    contributors
        Distinct people. Needed for person data: 120 person-months may be one person. Tickets, which carry no
        identity, count as one person each.
    decimals
        Decimals shown (of a share: of the percentage).
    low, high
        Interval, in the unit of `value`.
    units
        Of a coefficient: distinct units (offices, schools) it rests on.
    below, above
        Of a quantile: rows strictly on either side.
    rows_per_person
        The most rows one person can have; 3 for person-months in a quarter.
    cells
        The people it is about, by which it enters the publication ledger (see `kumastats.disclosure.cells`).
    rounded_to
        Of a count or total: it was rounded to a multiple of this before it was handed over.
    top_share, remainder
        Of a total: what `kumastats.disclosure.concentration.concentration` found of the values it adds.
    """

    name: str
    value: float
    form: Form
    n: int | None = None
    numerator: int | None = None
    contributors: int | None = None
    unit: Text = NO_UNIT
    decimals: int = 0
    low: float | None = None
    high: float | None = None
    units: int | None = None
    below: int | None = None
    above: int | None = None
    rows_per_person: int = 1
    cells: Cells | None = None
    rounded_to: int = 1
    top_share: float | None = None
    remainder: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Text.of(self.unit))
        if not _NAME.fullmatch(self.name):
            raise _refuse(
                self.name, "名前は英小文字・数字・_ です。", "a name is lower-case letters, digits and _."
            )
        if self.form not in FORMS:
            raise _refuse(
                self.name, f"形式「{self.form}」は未知です。", f"the form “{self.form}” is unknown."
            )
        for number in (self.value, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise _refuse(self.name, "有限の値ではありません。", "it is not a finite number.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise _refuse(self.name, "区間の上下が逆です。", "its interval is upside down.")
        for count in (self.n, self.numerator, self.contributors, self.units, self.below, self.above):
            if count is not None and count < 0:
                raise _refuse(self.name, "件数が負です。", "a count is negative.")
        if self.form == "share" and not 0 <= self.value <= 1:
            raise _refuse(self.name, "割合は 0～1 で渡します。", "a share is given between 0 and 1.")
        if self.numerator is not None and self.n is not None and self.numerator > self.n:
            raise _refuse(self.name, "分子が分母より大きい。", "its numerator exceeds its denominator.")
        if self.decimals < 0 or self.rows_per_person < 1 or self.rounded_to < 1:
            raise _refuse(
                self.name,
                "桁数・丸め・一人当たり行数が不正です。",
                "decimals, rounding or rows per person are wrong.",
            )
        if self.rounded_to > 1 and self.value % self.rounded_to:
            raise _refuse(
                self.name,
                f"{self.rounded_to} の倍数に丸めてありません。",
                f"it is not rounded to a multiple of {self.rounded_to}.",
            )

    @property
    def is_person_data(self) -> bool:
        """Whether it was made from people's data."""
        return self.form not in NOT_PERSON_DATA

    @property
    def step(self) -> float:
        """The distance between two values that could be shown."""
        if self.rounded_to > 1:
            return float(self.rounded_to)
        return float(10.0 ** -(self.decimals + 2 if self.form == "share" else self.decimals))

    @property
    def shown(self) -> float:
        """The value as it is shown."""
        return float(round(self.value, self.decimals + 2 if self.form == "share" else self.decimals)) + 0.0

    def people(self, rows: int) -> int:
        """Return the fewest people `rows` of its rows can belong to."""
        per_person = self.rows_per_person
        if self.n and self.contributors:
            per_person = max(per_person, math.ceil(self.n / self.contributors))
        return math.ceil(rows / per_person)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for JSON."""
        return _to_dict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> PublishedNumber:
        """Return the number `to_dict` wrote."""
        return cls(**{**value, "unit": Text.of(value.get("unit", "")), "cells": _cells(value)})


@dataclass(frozen=True)
class PublishedSeries:
    """What a figure plots: one point per x. Every point is held to the rules of its form.

    Attributes
    ----------
    x
        Periods, names or event times.
    y, lo, hi
        Values and intervals; None where a point is withheld. `lo` and `hi` may be empty.
    n, contributors, numerator, below, above
        Rows, distinct people, (of shares) rows that count and (of quantiles) rows on either side, by point; may be
        empty for no person data.
    form, unit, decimals, units, rows_per_person, cells, rounded_to
        As in `PublishedNumber`.
    dimension
        The dimension of `cells` whose labels the x are (``period``, ``office``); empty where they are none.
    label
        What the reader sees.
    """

    name: str
    x: tuple[str | int | float, ...]
    y: tuple[float | None, ...]
    lo: tuple[float | None, ...] = ()
    hi: tuple[float | None, ...] = ()
    n: tuple[int, ...] = ()
    contributors: tuple[int, ...] = ()
    numerator: tuple[int, ...] = ()
    below: tuple[int, ...] = ()
    above: tuple[int, ...] = ()
    form: Form = "mean"
    unit: Text = NO_UNIT
    decimals: int = 0
    units: int | None = None
    rows_per_person: int = 1
    label: Text = field(default=NO_UNIT)
    cells: Cells | None = None
    dimension: str = ""
    rounded_to: int = 1

    def __post_init__(self) -> None:
        for name in ("unit", "label"):
            object.__setattr__(self, name, Text.of(getattr(self, name)))
        for name in ("x", "y", "lo", "hi", *_COUNTS):
            column = tuple(getattr(self, name))
            object.__setattr__(self, name, column)
            if len(column) != len(self.x) and (column or name == "y"):
                raise _refuse(
                    self.name,
                    f"系列の{name}の長さがxと違います。",
                    f"{name} of the series is not as long as x.",
                )
        for i, y in enumerate(self.y):
            shown = [c[i] for c in (self.lo, self.hi) if c and c[i] is not None]
            if y is None and shown:
                raise _refuse(
                    self.name,
                    "伏せた点に区間が残っています。",
                    "a withheld point still shows its interval.",
                )
        for _ in self.points():
            pass

    def points(self) -> Iterator[PublishedNumber]:
        """Yield the points shown, as numbers named ``name[x]``."""
        for i, y in enumerate(self.y):
            if y is not None:
                yield PublishedNumber(
                    name=f"{self.name}[{self.x[i]}]",
                    value=y,
                    form=self.form,
                    n=self.n[i] if self.n else None,
                    numerator=self.numerator[i] if self.numerator else None,
                    contributors=self.contributors[i] if self.contributors else None,
                    below=self.below[i] if self.below else None,
                    above=self.above[i] if self.above else None,
                    unit=self.unit,
                    decimals=self.decimals,
                    low=self.lo[i] if self.lo else None,
                    high=self.hi[i] if self.hi else None,
                    units=self.units,
                    rows_per_person=self.rows_per_person,
                    rounded_to=self.rounded_to,
                )

    def declared(self) -> Iterator[tuple[PublishedNumber, Cells | None]]:
        """Yield the points shown with the cells each is about."""
        shown = (x for x, y in zip(self.x, self.y, strict=True) if y is not None)
        for x, point in zip(shown, self.points(), strict=True):
            held = self.cells
            yield point, held.within(self.dimension, str(x)) if held and self.dimension else held

    def withhold(self, xs: frozenset[str | int | float] | set[str | int | float]) -> PublishedSeries:
        """Return the series without values, counts and intervals at `xs`."""
        hide = [x in xs for x in self.x]

        def kept(column: tuple[Any, ...], blank: Any) -> tuple[Any, ...]:
            return tuple(blank if h else c for h, c in zip(hide, column, strict=True)) if column else ()

        return replace(
            self,
            y=kept(self.y, None),
            lo=kept(self.lo, None),
            hi=kept(self.hi, None),
            n=kept(self.n, 0),
            contributors=kept(self.contributors, 0),
            numerator=kept(self.numerator, 0),
            below=kept(self.below, 0),
            above=kept(self.above, 0),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for JSON."""
        return _to_dict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> PublishedSeries:
        """Return the series `to_dict` wrote."""
        return cls(
            **{
                **value,
                "unit": Text.of(value.get("unit", "")),
                "label": Text.of(value.get("label", "")),
                "cells": _cells(value),
            }
        )


def _cells(value: Mapping[str, Any]) -> Cells | None:
    held = value.get("cells")
    return Cells.from_dict(held) if held is not None else None


def _to_dict(thing: PublishedNumber | PublishedSeries) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for f in fields(thing):
        value = getattr(thing, f.name)
        if isinstance(value, (Text, Cells)):
            value = value.to_dict()
        elif isinstance(value, tuple):
            value = list(value)
        if value is not None and value != [] and (f.name not in _USUAL or value != _USUAL[f.name]):
            made[f.name] = value
    return made

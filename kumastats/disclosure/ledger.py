"""Every linear number ever released, as a row over unknown cells; append-only, chained by hash.

``releases/ledger.jsonl`` holds one line a release: its rows, the names of numbers that are not attacked, the hash of
the line before and its own. The rows follow from the released register alone, so that anyone can rebuild them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kumastats.disclosure.cells import Cells, Where
from kumastats.disclosure.numbers import NOT_PERSON_DATA, PublishedNumber, PublishedSeries
from kumastats.errors import DisclosureError, Place
from kumastats.text import Text

Quantity = Literal["count", "total"]
NAME = "ledger.jsonl"
ANSWER = "answer"  # of a share: "yes" and "no" are all answers there are
START = "0" * 64


@dataclass(frozen=True)
class Row:
    """``value − half ≤ Σ over cells ≤ value + half``.

    Attributes
    ----------
    subject
        Where it was published: ``record/number``.
    quantity
        Whether people (rows of data) or their values are added.
    per_person
        The most rows of data one person can have.
    """

    subject: str
    quantity: Quantity
    cells: Cells
    value: float
    half: float
    per_person: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**vars(self), "cells": self.cells.to_dict()}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Row:
        """Return the row `to_dict` wrote."""
        return cls(**{**value, "cells": Cells.from_dict(value["cells"])})


def rows_of(subject: str, x: PublishedNumber, cells: Cells | None) -> tuple[Row, ...]:
    """Return what a number, as it is shown, tells about its cells; nothing if it is not linear in them.

    A mean with its n tells a total to within n times half its last digit, a share with its n a number of people.
    """
    if cells is None or x.form in NOT_PERSON_DATA:
        return ()
    per = x.rows_per_person
    people = Cells(cells.of, "", cells.where, None, cells.closed)
    shown = () if x.n is None else (Row(subject, "count", people, float(x.n), 0.0, per),)
    value = x.shown
    half = x.step / 2
    if x.form == "count" and not cells.what:
        counted = Cells(cells.of, "", cells.where, cells.minus, cells.closed)
        whole = 0.0 if x.rounded_to == 1 else x.rounded_to / 2
        return (Row(subject, "count", counted, value, whole, per),)
    if x.form in ("count", "total"):
        return (*shown, Row(subject, "total", cells, value, half, per))
    if x.form == "difference" and cells.minus is not None:
        return (Row(subject, "total" if cells.what else "count", cells, value, half, per),)
    if x.n is None:
        return ()
    if x.form == "mean":
        return (*shown, Row(subject, "total", cells, value * x.n, half * x.n, per))
    if x.form == "share":
        yes = Cells(
            cells.of, "", {**cells.where, f"{ANSWER}:{cells.what or subject}": ("yes",)}, None, cells.closed
        )
        return (*shown, Row(subject, "count", yes, value * x.n, half * x.n, per))
    return shown


def contribution(
    numbers: Iterable[tuple[str, PublishedNumber | PublishedSeries]],
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return the rows of a release and the names of its person numbers that are not attacked, both in order.

    Parameters
    ----------
    numbers
        Record id and number.
    """
    rows: list[Row] = []
    left: set[str] = set()
    for record, x in numbers:
        for point, cells in x.declared() if isinstance(x, PublishedSeries) else ((x, x.cells),):
            subject = f"{record}/{point.name}"
            made = rows_of(subject, point, cells)
            rows += made
            value = any(r.quantity == "total" for r in made) or point.form in ("count", "share")
            if point.is_person_data and not (made and value):
                left.add(f"{record}/{x.name}")
    return tuple(rows), tuple(sorted(left))


@dataclass(frozen=True)
class Entry:
    """What one release added to the ledger.

    Attributes
    ----------
    release, profile, quarter, content_hash
        Which release, and the SHA-256 of what was released.
    not_attacked
        Person numbers that are no sum over cells (coefficients, quantiles), or that declare no cells.
    previous
        Hash of the entry before.
    """

    release: str
    profile: str
    quarter: str
    content_hash: str
    rows: tuple[Row, ...]
    not_attacked: tuple[str, ...]
    previous: str = START

    @property
    def body(self) -> dict[str, Any]:
        """Everything that is hashed."""
        return {
            **vars(self),
            "rows": [r.to_dict() for r in self.rows],
            "not_attacked": list(self.not_attacked),
        }

    @property
    def hash(self) -> str:
        """SHA-256 over the entry and, by `previous`, over all before it."""
        return hashlib.sha256(_line(self.body).encode()).hexdigest()

    def to_line(self) -> str:
        """Return the line of the ledger."""
        return _line({**self.body, "hash": self.hash})

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Entry:
        """Return the entry of a line."""
        kept = {k: v for k, v in value.items() if k != "hash"}
        rows = tuple(Row.from_dict(r) for r in kept.pop("rows"))
        return cls(**{**kept, "rows": rows, "not_attacked": tuple(kept["not_attacked"])})


@dataclass(frozen=True)
class Ledger:
    """All entries, first release first."""

    path: Path
    entries: tuple[Entry, ...] = ()

    @classmethod
    def open(cls, releases: Path) -> Ledger:
        """Read the ledger beside the releases; none yet is an empty one.

        Raises
        ------
        DisclosureError
            If a line was changed, taken out or put in: the chain of hashes breaks there.
        """
        path = releases / NAME
        if not path.is_file():
            return cls(path)
        entries: list[Entry] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                value = json.loads(line)
                entry = Entry.from_dict(value)
                fits = value["hash"] == entry.hash and entry.previous == (
                    entries[-1].hash if entries else START
                )
            except (ValueError, KeyError, TypeError, AttributeError):
                fits = False
            if not fits:
                raise DisclosureError(
                    Text("公表の元帳が書き換えられています。", "The publication ledger has been altered."),
                    place=Place(file=f"releases/{NAME}", row=number),
                    remedy=Text(
                        "バックアップから戻す。元帳は公表のときにだけ増える。",
                        "Restore it from a backup; it only ever grows when something is released.",
                    ),
                )
            entries.append(entry)
        return cls(path, tuple(entries))

    @property
    def last(self) -> str:
        """Hash of the last entry."""
        return self.entries[-1].hash if self.entries else START

    def entry(self, release: str) -> Entry | None:
        """Return the entry of a release, or None."""
        return next((e for e in self.entries if e.release == release), None)

    def published(self, profiles: Sequence[str] = ("public",)) -> tuple[Entry, ...]:
        """Return the entries of these profiles."""
        return tuple(e for e in self.entries if e.profile in profiles)

    def add(self, entry: Entry) -> Ledger:
        """Append an entry on disk and return the longer ledger; a release already in it is not added twice.

        Raises
        ------
        DisclosureError
            If the entry does not follow the last one.
        """
        if self.entry(entry.release) is not None:
            return self
        if entry.previous != self.last:
            raise DisclosureError(
                Text("元帳がその間に増えています。", "The ledger has grown in the meantime."),
                remedy=Text("もう一度実行してください。", "Run it again."),
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8", newline="\n") as out:
            out.write(entry.to_line() + "\n")
            out.flush()
            os.fsync(out.fileno())
        return Ledger(self.path, (*self.entries, entry))


def where_text(where: Where) -> str:
    """Return cells in one line: ``office=F, period=2018-04``."""
    return ", ".join(f"{k}={'+'.join(v)}" for k, v in where.items()) or "*"


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

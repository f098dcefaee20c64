"""From ledger rows to the attacker's system: the cells that the publications tell apart, and a row for each number.

Every combination of labels is a cell. Cells that always appear together cannot be told apart and are one unknown: it
is the group a difference of publications isolates.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from kumastats.disclosure.attack import System
from kumastats.disclosure.cells import Where, atoms
from kumastats.disclosure.ledger import ANSWER, Row
from kumastats.errors import DisclosureError
from kumastats.text import Text

OTHER = "(other)"
MOST_CELLS = 400_000
Group = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Unknowns:
    """The unknown cells of one population, counted or added up, and what was published about them.

    Attributes
    ----------
    dimensions
        Names of the dimensions.
    groups
        Each unknown: the combinations of labels that always appear together.
    rows
        The publications, one a row of `system`.
    """

    population: str
    what: str
    dimensions: tuple[str, ...]
    groups: tuple[tuple[Group, ...], ...]
    rows: tuple[Row, ...]
    system: System

    def text(self, group: int) -> str:
        """Return the cells of an unknown in words: ``office=F, grade=head``."""
        members = self.groups[group]
        parts = []
        for i, dimension in enumerate(self.dimensions):
            labels = sorted({label for member in members for label in member[i]})
            if labels == [OTHER] and len(self.dimensions) > 1:
                continue
            parts.append(f"{dimension}={_span(labels)}")
        return ", ".join(parts) or "*"


def _span(labels: Sequence[str]) -> str:
    return "+".join(labels) if len(labels) <= 3 else f"{labels[0]}…{labels[-1]} ({len(labels)})"


def assemble(population: str, what: str, rows: Sequence[Row]) -> Unknowns:
    """Return the unknowns of a population that `rows` (all of one quantity) are about.

    Raises
    ------
    DisclosureError
        If there are too many combinations of labels to attack.
    """
    regions = [(i, 1.0, r.cells.where) for i, r in enumerate(rows)]
    regions += [(i, -1.0, r.cells.minus) for i, r in enumerate(rows) if r.cells.minus is not None]
    closed = {d for r in rows for d in r.cells.closed}
    dimensions = tuple(sorted({d for _, _, where in regions for d in where}))
    classes: list[list[tuple[str, ...]]] = []
    inside: list[list[np.ndarray[Any, Any]]] = []  # by dimension and region: which classes it covers
    for dimension in dimensions:
        labels = _labels(dimension, [w for _, _, w in regions], closed)
        covered = np.ones((len(regions), len(labels)), dtype=bool)
        place = {label: j for j, label in enumerate(labels)}
        for k, (_, _, where) in enumerate(regions):
            if dimension in where:
                covered[k] = False
                covered[k, [place[a] for label in where[dimension] for a in atoms(dimension, label)]] = True
        alike: dict[bytes, list[int]] = {}
        for j in range(len(labels)):
            alike.setdefault(covered[:, j].tobytes(), []).append(j)
        classes.append([tuple(labels[j] for j in js) for js in alike.values()])
        first = [js[0] for js in alike.values()]
        inside.append([np.flatnonzero(c) for c in covered[:, first]])
    shape = [len(c) for c in classes]
    if np.prod(shape, dtype=float) > MOST_CELLS:
        raise DisclosureError(
            Text(f"「{population}」の組み合わせが多すぎます。", f"“{population}” has too many combinations."),
            remedy=Text("次元かラベルを減らして公表する。", "Publish fewer dimensions or labels."),
        )
    at, cell, weight = [], [], []
    for k, (row, sign, _) in enumerate(regions):
        mesh = np.ix_(*(inside[d][k] for d in range(len(dimensions))))
        flat = np.arange(int(np.prod(shape))).reshape(shape)[mesh].ravel() if dimensions else np.zeros(1, int)
        at.append(np.full(len(flat), row))
        cell.append(flat)
        weight.append(np.full(len(flat), sign))
    matrix = sparse.csc_matrix(  # type: ignore[no-untyped-call]
        (np.concatenate(weight), (np.concatenate(at), np.concatenate(cell))),
        shape=(len(rows), int(np.prod(shape))),
    )
    matrix.sum_duplicates()  # type: ignore[no-untyped-call]
    matrix.eliminate_zeros()  # type: ignore[no-untyped-call]
    together: dict[bytes, list[int]] = {}
    for j in range(matrix.shape[1]):
        span = slice(matrix.indptr[j], matrix.indptr[j + 1])
        if span.start != span.stop:
            together.setdefault(matrix.indices[span].tobytes() + matrix.data[span].tobytes(), []).append(j)
    kept = [js[0] for js in together.values()]
    groups = tuple(tuple(_group(j, shape, classes) for j in js) for js in together.values())
    signed = any(r.cells.signed for r in rows)
    system = System(
        sparse.csr_matrix(matrix[:, kept]),  # type: ignore[no-untyped-call]
        np.array([r.value - r.half for r in rows]),
        np.array([r.value + r.half for r in rows]),
        np.full(len(kept), -np.inf if signed else 0.0),
        np.full(len(kept), np.inf),
    )
    return Unknowns(population, what, dimensions, groups, tuple(rows), system)


def _labels(dimension: str, wheres: Sequence[Where], closed: set[str]) -> list[str]:
    named = {a for w in wheres if dimension in w for label in w[dimension] for a in atoms(dimension, label)}
    if dimension.startswith(f"{ANSWER}:"):
        return sorted(named | {"yes", "no"})
    whole = any(dimension not in w for w in wheres)
    return sorted(named) + ([OTHER] if whole and dimension not in closed else [])


def _group(position: int, shape: Sequence[int], classes: Sequence[Sequence[tuple[str, ...]]]) -> Group:
    if not shape:
        return ()
    return tuple(classes[d][int(i)] for d, i in enumerate(np.unravel_index(position, shape)))


def populations(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return rows by population and what is added, people (``""``) first, in order of name."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.cells.of, row.cells.what if row.quantity == "total" else ""), []).append(row)
    return {k: found[k] for k in sorted(found)}


def leaves(group: Sequence[Group]) -> frozenset[tuple[str, ...]]:
    """Return the single combinations of labels in an unknown."""
    return frozenset(itertools.chain.from_iterable(itertools.product(*member) for member in group))

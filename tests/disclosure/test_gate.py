"""The gate on the publication ledger: it finds what enumeration finds, and a further publication tells no less."""

import itertools

import numpy as np
import pytest
from test_tables import enumerated, random_table

from kumastats.disclosure.assessment import assess
from kumastats.disclosure.cells import Cells
from kumastats.disclosure.ledger import contribution
from kumastats.disclosure.numbers import PublishedNumber
from kumastats.disclosure.tables import CountTable
from kumastats.disclosure.thresholds import Thresholds

FEW = Thresholds(min_n=3, interval_width=3)


def told(made: CountTable) -> list[tuple[str, PublishedNumber]]:
    """The table as it is published: its cells but for the blanks, and every margin."""
    out = []
    for at in itertools.product(*(map(range, made.counts.shape))):
        if not made.suppressed[at]:
            out.append(count(made, [{i} for i in at]))
    for axis, size in enumerate(made.counts.shape):
        others = [range(s) for a, s in enumerate(made.counts.shape) if a != axis]
        for at in itertools.product(*others):
            chosen = [{i} for i in at]
            out.append(count(made, [*chosen[:axis], set(range(size)), *chosen[axis:]]))
    return out


def count(made: CountTable, chosen: list[set[int]]) -> tuple[str, PublishedNumber]:
    """The people in some labels of each dimension, as a number of a record of its own."""
    where = {
        f"d{k}": tuple(map(str, sorted(labels)))
        for k, labels in enumerate(chosen)
        if len(labels) < made.counts.shape[k]
    }
    closed = tuple(f"d{k}" for k in range(made.counts.ndim))
    value = int(made.counts[np.ix_(*map(sorted, chosen))].sum())
    name = "_".join(["n", *("".join(map(str, sorted(labels))) for labels in chosen)])
    return "table", PublishedNumber(name, value, "count", cells=Cells("staff", where=where, closed=closed))


def name(cell: tuple[int, ...]) -> str:
    return "staff: " + ", ".join(f"d{k}={i}" for k, i in enumerate(cell))


@pytest.mark.parametrize("block", range(3))
def test_the_gate_finds_what_enumeration_finds(block):
    exposed = 0
    for seed in range(300 + block * 20, 320 + block * 20):
        made = random_table(seed)
        found = {x.cells for x in assess(contribution(told(made))[0], FEW).exposures}
        truth = {cell: (v, v) for cell, v in np.ndenumerate(made.counts)} | enumerated(made)
        known = {name(cell) for cell, (low, high) in truth.items() if high - low < 3 and low < 3}
        assert found >= known, seed
        if (
            made.counts.ndim == 2
        ):  # in more dimensions fractions may reach below three where whole numbers do not
            assert found == known, seed
        exposed += len(known)
    assert exposed > 50


def test_a_further_publication_never_widens_an_interval_of_the_ledger():
    rng = np.random.default_rng(17)
    narrower = 0
    for seed in range(20):
        made = random_table(seed)
        rows = told(made)
        before = dict(assess(contribution(rows)[0], FEW, with_intervals=True).intervals)
        for _ in range(2):
            chosen = [
                set(rng.choice(size, rng.integers(1, size + 1), replace=False).tolist())
                for size in made.counts.shape
            ]
            rows = [*rows, count(made, chosen)]
            after = dict(assess(contribution(rows)[0], FEW, with_intervals=True).intervals)
            assert after.keys() == before.keys()
            for cell, was in before.items():
                assert was.low - 1e-6 <= after[cell].low <= after[cell].high <= was.high + 1e-6, (seed, cell)
                narrower += after[cell].width < was.width - 1e-6
            before = after
    assert narrower > 5

"""Protected tables, by the attack: every primary cell at least as wide as asked, and no complement to spare blindly."""

import numpy as np
import pytest

from kumastats.disclosure import argus, suppression
from kumastats.disclosure.suppression import protect
from kumastats.disclosure.tables import CountTable
from kumastats.errors import DisclosureError

WIDE = 10


def tables():
    rng = np.random.default_rng(5)
    for shape in ((12, 6), (5, 4, 3)):
        counts = rng.poisson(30, shape)
        primary = rng.random(shape) < 0.06
        counts[primary] = rng.integers(1, 10, primary.sum())
        yield counts, primary


@pytest.mark.parametrize("way", ["heuristic", "OPT", "MOD"])
def test_every_primary_is_hidden_as_widely_as_asked(way):
    if way != "heuristic":
        pytest.importorskip("pytauargus")
    for counts, primary in tables():
        made = protect(counts, primary, WIDE, way)
        found = CountTable(counts, made.table.suppressed).intervals()
        cells = [tuple(map(int, c)) for c in np.argwhere(primary)]
        assert all(found[c].width >= WIDE - 1e-6 for c in cells)
        assert all(found[c].low - 1e-6 <= counts[c] <= found[c].high + 1e-6 for c in cells)
        assert made.primary == primary.sum() and made.complementary > 0
        assert (made.table.suppressed & primary).sum() == primary.sum()


def test_optimal_suppression_hides_no_more_than_the_heuristic():
    pytest.importorskip("pytauargus")
    for counts, primary in tables():
        people = [
            counts[protect(counts, primary, WIDE, way).table.suppressed].sum() for way in ("OPT", "heuristic")
        ]
        assert people[0] <= people[1]


@pytest.mark.parametrize("seed", range(6))
def test_a_needed_complement_removed_always_fails_the_gate(seed):
    """Each complement shown again either leaves every primary wide enough (it was to spare) or is found by the gate."""
    rng = np.random.default_rng(seed)
    shape = ((7, 5), (4, 3, 3))[seed % 2]
    counts = rng.poisson(14, shape)
    primary = (counts > 0) & (rng.random(shape) < 0.08)
    counts[primary] = rng.integers(1, 10, primary.sum())
    if not primary.any():
        primary[(0,) * len(shape)] = True
    made = protect(counts, primary, WIDE)
    cells = [tuple(map(int, c)) for c in np.argwhere(primary)]
    needed = 0
    for at in np.argwhere(made.table.suppressed & ~primary):
        shown = made.table.suppressed.copy()
        shown[tuple(at)] = False
        fewer = CountTable(counts, shown)
        truth = {c for c, i in fewer.intervals().items() if c in cells and i.width < WIDE - 1e-6}
        assert set(fewer.narrow(WIDE, cells)) == truth
        needed += bool(truth)
    assert needed


def test_what_the_other_tool_returns_is_never_believed(monkeypatch):
    """A pattern that protects nothing is mended by the heuristic, or refused."""
    counts, primary = next(tables())
    monkeypatch.setattr(suppression, "pattern", lambda *_: np.zeros(counts.shape, bool))
    made = protect(counts, primary, WIDE, "OPT")
    assert made.complementary > 0
    assert not made.table.narrow(WIDE, [tuple(map(int, c)) for c in np.argwhere(primary)])


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(DisclosureError, match=r"kumastats\[protect\]"):
        argus.pattern(np.ones((2, 2)), np.eye(2, dtype=bool), WIDE, "OPT")


def test_a_table_that_cannot_be_protected_says_so():
    with pytest.raises(DisclosureError, match="coarser"):
        protect(np.array([[1, 1], [1, 1]]), np.array([[True, False], [False, False]]), 10)

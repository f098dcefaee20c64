"""Tables with a known outcome, tables small enough to enumerate, and properties no attack may break.

The named tables are those of the research page on disclosure (A2); Fischetti and Salazar's interval [5, 30] is also in
the literature on cell suppression, and every other outcome is recomputed here by enumeration.
"""

import itertools
from functools import cache

import numpy as np
import pytest
from scipy import sparse

from kumastats.disclosure.attack import Attacker, Interval, System
from kumastats.disclosure.tables import CountTable
from kumastats.errors import DisclosureError

KNOWN = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]


def table(counts, *blank) -> CountTable:
    suppressed = np.zeros(np.shape(counts), bool)
    for cell in blank:
        suppressed[cell] = True
    return CountTable(counts, suppressed)


def ends(found) -> dict:
    return {cell: (i.low, i.high) for cell, i in found.items()}


def test_fischetti_and_salazar_three_by_three():
    found = table(KNOWN, (1, 0), (1, 2), (2, 0), (2, 2)).intervals()
    assert ends(found)[1, 2] == (5, 30)


def test_a_complement_in_one_direction_only_protects_nothing():
    found = table([[3, 30, 40], [20, 40, 90], [25, 45, 60]], (0, 0), (0, 1)).intervals()
    assert ends(found) == {(0, 0): (3, 3), (0, 1): (30, 30)}


def test_a_block_of_ones_is_not_exact_and_still_unsafe():
    made = table([[1, 1, 50], [1, 1, 60], [40, 30, 70]], *itertools.product((0, 1), repeat=2))
    assert set(ends(made.intervals()).values()) == {(0, 2)}
    assert len(made.narrow(4)) == 4


def test_a_primary_alone_is_exact():
    assert ends(table(KNOWN, (1, 2)).intervals()) == {(1, 2): (22, 22)}


def test_percentages_without_decimals_give_every_count_away():
    """Counts 3, 30 and 40 of 73 shown as 4, 41 and 55 %."""
    percent, n = np.array([4, 41, 55]), 73
    system = System(
        sparse.csr_matrix(np.vstack([np.eye(3), np.ones(3)])),
        np.r_[(percent - 0.5) * n / 100, n], np.r_[(percent + 0.5) * n / 100, n],
        np.zeros(3), np.full(3, np.inf),
    )  # fmt: skip
    found = Attacker(system).intervals(range(3))
    expected = [(2.555, 3.285), (29.565, 30.295), (39.785, 40.515)]
    for cell, (low, high) in enumerate(expected):
        assert (found[cell].low, found[cell].high) == pytest.approx((low, high), abs=1e-6)
    assert [found[c].whole() for c in range(3)] == [Interval(3, 3), Interval(30, 30), Interval(40, 40)]


def test_cells_rounded_to_five_beside_exact_margins():
    counts = np.array([[3, 30, 40], [12, 7, 21], [4, 9, 2]])
    shown = 5 * np.floor(counts / 5 + 0.5)
    exact = table(counts).system()
    found = Attacker(
        System(exact.matrix, exact.low, exact.high, np.maximum(0, shown - 2.5).ravel(), (shown + 2.5).ravel()),
        integer=True,
    ).intervals(range(9))  # fmt: skip
    assert ends({c: found[c] for c in (0, 3, 4, 5)}) == {0: (3, 5), 3: (11, 12), 4: (6, 7), 5: (21, 22)}


def test_two_safe_quarters_and_a_leaver_of_the_whole_city():
    """Unknown: who stayed, left and joined in each of four cells; known: both quarters, one leaver, no joiner."""
    first, second = np.array([80, 60, 70, 50]), np.array([80, 59, 70, 50])
    eye, none = np.eye(4), np.zeros((4, 4))
    rows = np.vstack(
        [np.hstack([eye, eye, none]), np.hstack([eye, none, eye]), np.r_[none[0], np.ones(4), none[0]],
         np.r_[none[0], none[0], np.ones(4)]]
    )  # fmt: skip
    known = np.r_[first, second, 1, 0]
    system = System(sparse.csr_matrix(rows), known, known, np.zeros(12), np.full(12, np.inf))
    found = Attacker(system).intervals(range(4, 8))
    assert [(i.low, i.high) for i in found.values()] == [(0, 0), (1, 1), (0, 0), (0, 0)]


@pytest.mark.parametrize(("decimals", "reach"), [(2, 0.595), (1, 5.95), (0, 59.5)])
def test_means_give_a_leavers_hours_away_by_their_decimals(decimals, reach):
    """Sixty clerks, then the fifty-nine who stayed: the sums of their hours are known to n times half the last digit."""
    hours = np.r_[9.2, np.random.default_rng(4).normal(40, 6, 59).round(1)]
    sums = [n * round(float(x.mean()), decimals) for n, x in ((60, hours), (59, hours[1:]))]
    half = 0.5 * 10.0**-decimals * np.array([60, 59])
    known = System(  # unknown: the leaver's hours, and those of all who stayed
        sparse.csr_matrix([[1.0, 1], [0, 1]]), sums - half, sums + half, np.full(2, -np.inf), np.full(2, np.inf)
    )  # fmt: skip
    found = Attacker(known).interval(0)
    assert found.width / 2 == pytest.approx(reach, abs=1e-6)
    assert found.low <= 9.2 <= found.high


def test_tau_argus_pattern_has_the_wider_true_interval():
    """The tool's own audit says [2, 20] of the cell of 3; enumeration says [0, 23]."""
    counts = [[40, 60, 80], [30, 50, 70], [20, 40, 90], [25, 45, 60], [35, 55, 85], [3, 30, 40]]
    assert ends(table(counts, (2, 0), (2, 1), (5, 0), (5, 1)).intervals())[5, 0] == (0, 23)


def test_false_totals_contradict_what_was_published_before():
    system = System(
        sparse.csr_matrix([[1.0, 1, 1], [1, 1, 1]]), np.array([73.0, 70]), np.array([73.0, 70]),
        np.zeros(3), np.full(3, np.inf),
    )  # fmt: skip
    with pytest.raises(DisclosureError, match="contradict"):
        Attacker(system)


def enumerated(made: CountTable) -> dict:
    """The range of each blank over every table of whole numbers with these margins and these cells shown."""
    shape = made.counts.shape
    blanks = [tuple(map(int, c)) for c in np.argwhere(made.suppressed)]
    lines = [
        [(axis, *(x for i, x in enumerate(cell) if i != axis)) for axis in range(len(shape))] for cell in blanks
    ]  # fmt: skip
    left: dict = {}
    last: dict = {}
    for i, (cell, sums) in enumerate(zip(blanks, lines, strict=True)):
        for line in sums:
            left[line] = left.get(line, 0) + int(made.counts[cell])
            last[line] = i
    names = sorted(left)

    @cache
    def possible(i: int, rest: tuple[int, ...]) -> tuple[frozenset[int], ...] | None:
        if i == len(blanks):
            return ()
        at = [names.index(line) for line in lines[i]]
        least = {rest[a] for a, line in zip(at, lines[i], strict=True) if last[line] == i}
        if len(least) > 1:
            return None
        union: list[set[int]] | None = None
        for value in least or range(min(rest[a] for a in at) + 1):
            if value > min(rest[a] for a in at):
                continue
            after = list(rest)
            for a in at:
                after[a] -= value
            tail = possible(i + 1, tuple(after))
            if tail is not None:
                head = [{value}, *map(set, tail)]
                union = head if union is None else [u | h for u, h in zip(union, head, strict=True)]
        return None if union is None else tuple(frozenset(u) for u in union)

    found = possible(0, tuple(left[n] for n in names))
    return {cell: (min(v), max(v)) for cell, v in zip(blanks, found or (), strict=True)}


def random_table(seed: int) -> CountTable:
    rng = np.random.default_rng(seed)
    shape = [(3, 3), (4, 3), (3, 5), (2, 2, 3), (3, 3, 2)][seed % 5]
    return CountTable(rng.integers(0, 5, shape), rng.random(shape) < 0.55)


@pytest.mark.parametrize("block", range(6))
def test_three_hundred_small_tables_agree_with_enumeration(block):
    for seed in range(block * 50, block * 50 + 50):
        made = random_table(seed)
        truth = enumerated(made)
        assert ends(made.intervals(integer=True)) == truth, seed
        if made.counts.ndim == 2:  # bounds of two-way tables are whole numbers already
            assert ends(made.intervals()) == truth, seed
        narrow = {c for c, (low, high) in truth.items() if high - low < 3}
        found = Attacker(made.system(), integer=True).narrow(made.blanks(), 3)
        assert {made.cell(i) for i in found} == narrow, seed


def test_bridges_are_the_cells_known_exactly_whatever_the_counts():
    rng = np.random.default_rng(7)
    seen = 0
    for _ in range(40):
        shape = tuple(rng.integers(3, 9, 2))
        made = CountTable(rng.integers(5, 30, shape), rng.random(shape) < 0.3)
        exact = {c for c, i in made.intervals().items() if i.width == 0}
        assert made.bridges() == exact
        seen += len(exact)
    assert seen > 20


def test_adding_a_publication_never_widens_an_interval():
    rng = np.random.default_rng(11)
    for seed in range(30):
        made = random_table(seed)
        s = made.system()
        cells = rng.random(s.cells) < 0.4
        extra = made.counts.ravel()[cells].sum()
        more = System(
            sparse.csr_matrix(sparse.vstack([s.matrix, cells.astype(float)[None]])), np.r_[s.low, extra - 1], np.r_[s.high, extra + 1],
            s.lower, s.upper,
        )  # fmt: skip
        before, after = (Attacker(x).intervals(made.blanks()) for x in (s, more))
        for cell, was in before.items():
            assert after[cell].low >= was.low - 1e-6
            assert after[cell].high <= was.high + 1e-6


def test_the_order_of_rows_and_columns_does_not_matter():
    rng = np.random.default_rng(3)
    counts, blank = rng.poisson(5, (7, 5)), rng.random((7, 5)) < 0.4
    rows, columns = rng.permutation(7), rng.permutation(5)
    plain = ends(CountTable(counts, blank).intervals())
    mixed = ends(CountTable(counts[rows][:, columns], blank[rows][:, columns]).intervals())
    assert {(int(rows[r]), int(columns[c])): v for (r, c), v in mixed.items()} == plain

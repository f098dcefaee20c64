"""The privacy gate beside cold linear programs, complementary suppression each way, three years of releases."""

from __future__ import annotations

from functools import partial

import numpy as np
from city_tables import SMALL, TINY, gate, protection
from row import Row

RELEASES, TABLES, BUREAUS, GRADES = 12, 40, 6, 5


def witnesses(name: str, below: int):
    table = gate(name, below)

    def timed() -> str:
        found = table.narrow(below)
        return f"{len(table.blanks())} cells blank, {len(found)} of them known to less than {below}."

    return timed


def cold(name: str, below: int):
    """Two linear programs a blank cell by SciPy, each from the start."""
    from scipy.optimize import linprog

    table = gate(name, below)
    system = table.system()
    free = np.array(table.blanks())
    shown = np.setdiff1d(np.arange(system.cells), free)
    matrix = system.matrix[:, free]
    kept = np.flatnonzero(np.diff(matrix.indptr))
    sums = (system.low - system.matrix[:, shown] @ system.lower[shown])[kept]

    def timed() -> str:
        narrow = 0
        for i in range(len(free)):
            cost = np.zeros(len(free))
            cost[i] = 1
            low = linprog(cost, A_eq=matrix[kept], b_eq=sums, bounds=(0, None)).fun
            high = -linprog(-cost, A_eq=matrix[kept], b_eq=sums, bounds=(0, None)).fun
            narrow += high - low < below - 1e-6
        return f"Cold programs find {narrow}."

    return timed


def protected(name: str, way: str):
    """Suppression and its attack: every primary cell at least ten wide, or it fails."""
    from kumastats.disclosure.suppression import protect

    counts, primary = protection(name)

    def timed() -> str:
        made = protect(counts, primary, SMALL, way)
        found = made.table.narrow(SMALL, [tuple(map(int, c)) for c in np.argwhere(primary)])
        assert not found
        return (
            f"{made.primary} primary cells, {made.complementary} more blank, none known to less than {SMALL}."
        )

    return timed


def three_years():
    """Twelve quarterly releases of forty measures by bureau and grade, with both margins."""
    from kumastats.disclosure.assessment import assess
    from kumastats.disclosure.cells import Cells
    from kumastats.disclosure.ledger import contribution
    from kumastats.disclosure.numbers import PublishedNumber

    rng = np.random.default_rng(1)
    people = rng.integers(30, 200, (BUREAUS, GRADES))
    rows = []
    for quarter in range(RELEASES):
        period = f"FY{2018 + quarter // 4}Q{quarter % 4 + 1}"
        people = people + rng.integers(10, 20, people.shape) * rng.choice([-1, 1], people.shape)
        people = np.maximum(people, 30)
        for m in range(TABLES):
            totals = people * rng.normal(40, 5, people.shape)
            for b in (*range(BUREAUS), None):
                for g in (*range(GRADES), None):
                    if b is None and g is None:
                        continue
                    at = (slice(None) if b is None else b, slice(None) if g is None else g)
                    n = int(people[at].sum())
                    where = {"period": (period,)}
                    where |= {} if b is None else {"bureau": (str(b),)}
                    where |= {} if g is None else {"grade": (str(g),)}
                    cells = Cells("staff", f"m{m}", where, closed=("bureau", "grade"))
                    x = PublishedNumber(
                        "x", float(totals[at].sum() / n), "mean", n=n, contributors=n, cells=cells
                    )
                    rows += contribution([(f"{period}-{m}-{b}-{g}", x)])[0]

    def timed() -> str:
        found = assess(rows)
        return f"{found.rows} numbers, {found.cells} cells, {found.programs} programs, {len(found.exposures)} exposures."

    return timed


def _gate(name: str, below: int, goal: str, *, peer: bool) -> Row:
    said = name.replace("x", " × ")
    return Row(
        f"gate_{name}_{below}", f"privacy gate, {said}, cells of 1 to {below - 1} blank, {below} wide", partial(witnesses, name, below),
        partial(cold, name, below) if peer else None, "scipy" if peer else "", goal=goal,
    )  # fmt: skip


def _protect(name: str, way: str) -> Row:
    said = name.replace("x", " × ")
    by = "the heuristic" if way == "heuristic" else f"τ-ARGUS {way}"
    return Row(
        f"protect_{name}_{way.lower()}", f"complementary suppression, {said}, by {by}, verified by the attack",
        partial(protected, name, way), repeats=1,
    )  # fmt: skip


ROWS = (
    _gate("136x12", TINY, "at most 0.2 s", peer=True),
    _gate("20x20x5", TINY, "at most 1.5 s", peer=True),
    _gate("136x12", SMALL, "", peer=False),
    _gate("20x20x5", SMALL, "", peer=False),
    *(_protect(name, way) for name in ("136x12", "20x20x5") for way in ("OPT", "MOD", "heuristic")),
    Row(
        "ledger_three_years",
        f"attack on {RELEASES} releases of {TABLES} tables ({BUREAUS} × {GRADES} and margins)",
        three_years,
        repeats=2,
    ),
)

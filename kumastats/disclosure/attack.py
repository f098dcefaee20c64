"""What an attacker can work out: the range each unknown cell can take, given every published number.

Each published number is a row ``low ≤ a·x ≤ high`` over unknown cells. The range of a cell over all x that satisfy
every row is its interval of uncertainty (秘匿インターバル), found by two linear programs. Every solution met on the way
is kept as a witness: a cell already seen far apart in two solutions needs no program of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from kumastats.disclosure.quiet import solver
from kumastats.errors import DisclosureError
from kumastats.text import Lang, Text

TOLERANCE = 1e-6
FAR = 1e9  # where an unbounded cell is cut off
BULK = 6  # rounds in which all undecided cells are pushed at once
INTEGER_CELLS = 60  # up to so many unknowns, whole-number bounds are computed

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class System:
    """Every published number as a row over the unknown cells: ``low ≤ matrix·x ≤ high``, ``lower ≤ x ≤ upper``."""

    matrix: sparse.csr_matrix
    low: Array
    high: Array
    lower: Array
    upper: Array

    @property
    def cells(self) -> int:
        """Unknown cells."""
        return len(self.lower)


@dataclass(frozen=True, order=True)
class Interval:
    """The range of a cell that fits all publications."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How far apart its ends are."""
        return self.high - self.low

    def whole(self) -> Interval:
        """Return the whole numbers in it: a count is one of them."""
        return Interval(float(np.ceil(self.low - 1e-5)), float(np.floor(self.high + 1e-5)))

    def text(self, lang: Lang = "ja") -> str:
        """Return it in words; an end that nothing bounds is left open."""
        far = Text("上限なし", "unbounded")(lang)
        ends = (
            "−∞" if self.low <= -FAR / 2 else f"{self.low:,.10g}",
            far if self.high >= FAR / 2 else f"{self.high:,.10g}",
        )
        return f"{ends[0]}～{ends[1]}" if lang == "ja" else f"{ends[0]} to {ends[1]}"  # fmt: skip


@dataclass(eq=False)
class Attacker:
    """Solves for cells of one system; the solver stays warm between questions.

    Parameters
    ----------
    system
        All publications.
    integer
        Whether cells are whole numbers: sharper and far slower, for small tables.

    Raises
    ------
    DisclosureError
        If the publications contradict each other (no table fits them all).

    Notes
    -----
    Interval protection: Fischetti and Salazar (2001); witnesses: every optimal vertex is a feasible table, so the
    least and greatest value met of a cell lie inside its interval, and a cell met `width` apart is at least that wide.
    """

    system: System
    integer: bool = False
    programs: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._least = np.full(self.system.cells, np.inf)
        self._most = np.full(self.system.cells, -np.inf)
        self._prepare()
        if len(self._free):
            self._solve(np.zeros(len(self._free)), maximise=True)
        else:
            self._meet(np.zeros(0))

    def _prepare(self) -> None:
        """Fix cells published one by one, and pass what remains to the solver."""
        s = self.system
        lower, upper = np.maximum(s.lower, -FAR), np.minimum(s.upper, FAR)
        matrix = sparse.csr_matrix(s.matrix)  # type: ignore[no-untyped-call]
        entries = np.diff(matrix.indptr)
        for row in np.flatnonzero(entries == 1):
            at = matrix.indptr[row]
            cell, weight = matrix.indices[at], matrix.data[at]
            ends = sorted((s.low[row] / weight, s.high[row] / weight))
            lower[cell], upper[cell] = max(lower[cell], ends[0]), min(upper[cell], ends[1])
        if np.any(lower > upper + TOLERANCE):
            raise _contradiction()
        if self.integer:
            lower, upper = np.ceil(lower - TOLERANCE), np.floor(upper + TOLERANCE)
        upper = np.maximum(upper, lower)
        kept = np.flatnonzero(entries > 1)
        matrix, low, high = matrix[kept], s.low[kept], s.high[kept]
        free = np.flatnonzero(upper - lower > 1e-9)
        known = np.where(upper - lower > 1e-9, 0.0, lower)
        low, high = low - matrix @ known, high - matrix @ known
        matrix = matrix[:, free]
        empty = np.diff(matrix.indptr) == 0
        if np.any(empty & ((low > TOLERANCE) | (high < -TOLERANCE))):
            raise _contradiction()
        self._free, self._known = free, known
        self._place = np.full(s.cells, -1)
        self._place[free] = np.arange(len(free))
        self._load(matrix[~empty], low[~empty], high[~empty], lower[free], upper[free])
        self._lower, self._upper = self._outer(
            matrix[~empty], low[~empty], high[~empty], lower[free], upper[free]
        )

    @staticmethod
    def _outer(matrix: Any, low: Array, high: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
        """Return bounds that hold anyway: where every entry is positive, no cell exceeds its row."""
        upper = upper.copy()
        if matrix.shape[0] and np.all(lower >= 0):
            whole = np.array(
                [matrix.data[a:b].min() > 0 for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False)]
            )
            coo = matrix[whole].tocoo()
            room = (high[whole] - matrix[whole] @ lower)[coo.row] / coo.data + lower[coo.col]
            np.minimum.at(upper, coo.col, room)
        return lower, upper

    def _load(self, matrix: Any, low: Array, high: Array, lower: Array, upper: Array) -> None:
        import highspy

        self._high = solver()
        for option, value in (("threads", 1), ("simplex_strategy", 4)):
            self._high.setOptionValue(option, value)
        lp = highspy.HighsLp()
        columns = matrix.tocsc()
        columns.sort_indices()
        lp.num_col_, lp.num_row_ = len(lower), matrix.shape[0]
        lp.col_cost_ = np.zeros(len(lower))
        lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_ = lower, upper, low, high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            columns.indptr, columns.indices, columns.data,
        )  # fmt: skip
        if self.integer:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * len(lower)
        self._high.passModel(lp)
        self._all = np.arange(len(lower), dtype=np.int32)
        self._sense = (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize)
        self._optimal = highspy.HighsModelStatus.kOptimal

    def _solve(self, cost: Array, *, maximise: bool) -> None:
        self._high.changeColsCost(len(cost), self._all, cost)
        self._high.changeObjectiveSense(self._sense[maximise])
        self._high.run()
        self.programs += 1
        if self._high.getModelStatus() != self._optimal:
            raise _contradiction()
        self._meet(np.asarray(self._high.getSolution().col_value))

    def _meet(self, x: Array) -> None:
        met = self._known.copy()
        met[self._free] = x
        np.minimum(self._least, met, out=self._least)
        np.maximum(self._most, met, out=self._most)

    def _push(self, cell: int, *, up: bool) -> float:
        """Return the end of the cell's interval; no program where a witness stands at a bound that holds anyway."""
        place = self._place[cell]
        if place < 0:
            return float(self._known[cell])
        bound = (self._lower, self._upper)[up][place]
        met = (self._least, self._most)[up][cell]
        if abs(met - bound) > TOLERANCE:
            cost = np.zeros(len(self._free))
            cost[place] = 1
            self._solve(cost, maximise=up)
            met = (self._least, self._most)[up][cell]
        return float(np.round(met, 7)) + 0.0

    def interval(self, cell: int) -> Interval:
        """Return the interval of uncertainty of a cell, by its position."""
        return Interval(self._push(cell, up=False), self._push(cell, up=True))

    def intervals(self, cells: Iterable[int]) -> dict[int, Interval]:
        """Return the interval of each of `cells`."""
        return {int(c): self.interval(int(c)) for c in cells}

    def narrow(
        self, cells: Sequence[int], width: float | Array, safe_from: float | Array = np.inf
    ) -> dict[int, Interval]:
        """Return the cells whose interval is narrower than `width` and begins below `safe_from`.

        Parameters
        ----------
        width
            Width asked; one for all or one a cell.
        safe_from
            From this value on a cell may be known exactly (a group of so many people).
        """
        targets = np.asarray(cells, dtype=int)
        wide = np.broadcast_to(np.asarray(width, float), targets.shape)
        safe = np.broadcast_to(np.asarray(safe_from, float), targets.shape)
        self._push_all(targets, wide)
        found = {}
        for cell, need, enough in zip(targets.tolist(), wide.tolist(), safe.tolist(), strict=True):
            if self._most[cell] - self._least[cell] >= need - TOLERANCE:
                continue
            low = self._push(cell, up=False)
            if low >= enough - TOLERANCE or self._most[cell] - low >= need - TOLERANCE:
                continue
            high = self._push(cell, up=True)
            if high - low < need - TOLERANCE:
                found[cell] = Interval(low, high)
        return found

    def _push_all(self, targets: Any, width: Array) -> None:
        """Move all undecided cells at once, in random directions from a fixed seed."""
        rng = np.random.default_rng(0)
        for _ in range(BULK):
            undecided = (self._place[targets] >= 0) & (self._most[targets] - self._least[targets] < width)
            places = self._place[targets[undecided]]
            if not len(places):
                return
            cost = np.zeros(len(self._free))
            cost[places] = rng.choice([-1.0, 1.0], len(places))
            self._solve(cost, maximise=True)
            self._solve(cost, maximise=False)


def _contradiction() -> DisclosureError:
    return DisclosureError(
        Text(
            "公表した数値が互いに矛盾します（どの表も全部には合いません）。",
            "The published numbers contradict each other: no table fits them all.",
        ),
        remedy=Text(
            "合計から秘匿した人を除いていないか、版の違う数値が混ざっていないかを調べる。",
            "See whether totals leave out suppressed people, or numbers of different revisions are mixed.",
        ),
    )

"""A table of counts with suppressed cells, as an attacker sees it: the cells shown and every margin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from kumastats.disclosure.attack import Attacker, Interval, System
from kumastats.errors import DisclosureError
from kumastats.text import Text

Cell = tuple[int, ...]
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class CountTable:
    """Counts by two or more classes, and which cells are left blank.

    Attributes
    ----------
    counts
        Whole numbers from 0, any number of dimensions from two.
    suppressed
        True where a cell is blank; the margins (sums over one dimension, and so all sums of sums) are shown.

    Examples
    --------
    The 3 × 3 table of Fischetti and Salazar: the blank 22 may be anything from 5 to 30.

    >>> table = CountTable([[20, 50, 10], [8, 19, 22], [17, 32, 12]], [[0, 0, 0], [1, 0, 1], [1, 0, 1]])
    >>> table.intervals()[1, 2]
    Interval(low=5.0, high=30.0)
    """

    counts: Array
    suppressed: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", np.asarray(self.counts, dtype=float))
        object.__setattr__(self, "suppressed", np.asarray(self.suppressed, dtype=bool))
        if self.counts.shape != self.suppressed.shape or self.counts.ndim < 2 or np.any(self.counts < 0):
            raise DisclosureError(
                Text(
                    "表は2次元以上の0以上の件数です。", "A table has two or more dimensions of counts from 0."
                )
            )

    def margin_rows(self) -> list[Array]:
        """Return, for each margin, the positions of the cells it adds up."""
        ids = np.arange(self.counts.size).reshape(self.counts.shape)
        return [
            line
            for axis in range(self.counts.ndim)
            for line in np.moveaxis(ids, axis, -1).reshape(-1, self.counts.shape[axis])
        ]

    def system(self, half_width: float = 0.0, inner_half_width: float = 0.0) -> System:
        """Return what is published as rows over the cells.

        Parameters
        ----------
        half_width, inner_half_width
            Half the rounding of margins and of the cells shown: 2.5 when rounded to 5.
        """
        flat = self.counts.ravel()
        hidden = self.suppressed.ravel()
        lower = np.where(hidden, 0.0, np.maximum(0.0, flat - inner_half_width))
        upper = np.where(hidden, np.inf, flat + inner_half_width)
        lines = self.margin_rows()
        ends = np.cumsum([0, *(len(line) for line in lines)])
        matrix = sparse.csr_matrix(  # type: ignore[no-untyped-call]
            (np.ones(ends[-1]), np.concatenate(lines), ends), shape=(len(lines), flat.size)
        )
        sums = matrix @ flat
        return System(matrix, sums - half_width, sums + half_width, lower, upper)

    def intervals(self, *, integer: bool = False) -> dict[Cell, Interval]:
        """Return the interval of uncertainty of each suppressed cell."""
        attacker = Attacker(self.system(), integer)
        return {self.cell(i): attacker.interval(i) for i in self.blanks()}

    def narrow(self, width: float, cells: Iterable[Cell] | None = None) -> dict[Cell, Interval]:
        """Return the suppressed cells (or those of `cells`) that an attacker knows to less than `width`."""
        asked = (
            self.blanks()
            if cells is None
            else [int(np.ravel_multi_index(c, self.counts.shape)) for c in cells]
        )
        found = Attacker(self.system()).narrow(asked, width)
        return {self.cell(i): interval for i, interval in found.items()}

    def blanks(self) -> list[int]:
        """Return the positions of suppressed cells."""
        return np.flatnonzero(self.suppressed.ravel()).tolist()

    def cell(self, position: int) -> Cell:
        """Return the indices of a position."""
        return tuple(int(i) for i in np.unravel_index(position, self.counts.shape))

    def bridges(self) -> set[Cell]:
        """Return the suppressed cells of a 2-D table that the margins give away exactly, whatever the counts.

        They are the bridges of the graph joining a row and a column by each suppressed cell (Gusfield 1988, SIAM J.
        Comput. 17).
        """
        rows, columns = self.counts.shape
        edges = [(int(r), rows + int(c)) for r, c in np.argwhere(self.suppressed)]
        beside: list[list[tuple[int, int]]] = [[] for _ in range(rows + columns)]
        for e, (a, b) in enumerate(edges):
            beside[a].append((b, e))
            beside[b].append((a, e))
        order = [-1] * (rows + columns)
        least = [0] * (rows + columns)
        found: set[Cell] = set()
        clock = 0
        for start in range(rows + columns):
            if order[start] >= 0:
                continue
            order[start] = least[start] = clock
            clock += 1
            stack = [(start, -1, iter(beside[start]))]
            while stack:
                node, came, rest = stack[-1]
                step = next(rest, None)
                if step is None:
                    stack.pop()
                    if stack:
                        above = stack[-1][0]
                        least[above] = min(least[above], least[node])
                        if least[node] > order[above]:
                            found.add((edges[came][0], edges[came][1] - rows))
                elif step[1] != came:
                    other, edge = step
                    if order[other] >= 0:
                        least[node] = min(least[node], order[other])
                    else:
                        order[other] = least[other] = clock
                        clock += 1
                        stack.append((other, edge, iter(beside[other])))
        return found

"""Complementary suppression: further cells go blank until the attack finds every primary cell hidden well enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.optimize import linprog  # type: ignore[attr-defined]

from kumastats.disclosure.argus import pattern
from kumastats.disclosure.tables import Array, CountTable
from kumastats.errors import DisclosureError
from kumastats.text import Text

ROUNDS = 5


@dataclass(frozen=True, eq=False)
class Protected:
    """A table whose primary cells an attacker knows no better than asked.

    Attributes
    ----------
    table
        With primary and complementary cells blank.
    primary, complementary
        Cells blank because they are small, and cells blank only to hide those.
    """

    table: CountTable
    primary: int
    complementary: int

    @property
    def text(self) -> Text:
        """What was lost, and the advice that goes with it."""
        return Text(
            f"小さいセル{self.primary}件を守るため、ほかに{self.complementary}件を伏せました。粗い区分の方がよいことが多い。",
            f"Hiding {self.primary} small cells took {self.complementary} more; coarser classes are often better.",
        )


Way = Literal["heuristic", "OPT", "MOD"]


def protect(counts: Array, primary: Array, width: float = 10.0, way: Way = "heuristic") -> Protected:
    """Blank further cells until every primary cell's interval is at least `width` wide.

    Parameters
    ----------
    width
        In people.
    way
        ``heuristic`` needs nothing else: for each cell still known too well, the cheapest change of the table that keeps
        every margin and moves the cell up (and down) is found, and what it moves goes blank. ``OPT`` and ``MOD`` ask
        τ-ARGUS (`kumastats.disclosure.argus`), which hides fewer cells. The attack decides in every case, and the
        heuristic mends what it finds wanting.

    Raises
    ------
    DisclosureError
        If no pattern was found: publish coarser classes.

    Notes
    -----
    Network heuristic after Kelly, Golden and Assad (1992), *Networks* 22, as a linear program in any dimension.
    """
    start = CountTable(counts, primary)
    cells = [start.cell(i) for i in start.blanks()]
    table = (
        start
        if way == "heuristic"
        else CountTable(counts, start.suppressed | pattern(counts, primary, width, way))
    )
    for _ in range(ROUNDS):
        narrow = table.narrow(width, cells)
        if not narrow:
            return Protected(table, len(cells), len(table.blanks()) - len(cells))
        blank = table.suppressed.copy()
        for cell in sorted(narrow):
            blank = _hide(table, blank, int(np.ravel_multi_index(cell, blank.shape)), width)
        if np.array_equal(blank, table.suppressed):
            break
        table = CountTable(table.counts, blank)
    raise DisclosureError(
        Text("伏せるだけでは守れない表です。", "Suppression alone cannot protect this table."),
        remedy=Text("粗い区分で公表する。", "Publish coarser classes."),
    )


def _hide(table: CountTable, blank: Array, cell: int, width: float) -> Array:
    flat = table.counts.ravel()
    margins = table.system().matrix
    moves = sparse.hstack([margins, -margins])  # type: ignore[no-untyped-call]
    cost = np.where(blank.ravel(), 0.0, np.log1p(flat) + 1e-3)
    for up in (True, False):
        need = width if up else min(width, flat[cell])
        if need <= 0:
            continue
        low = np.zeros(2 * flat.size)
        high = np.concatenate([np.full(flat.size, np.inf), flat])
        low[cell if up else flat.size + cell] = need
        high[flat.size + cell if up else cell] = 0
        found = linprog(  # type: ignore[no-untyped-call]
            np.tile(cost, 2), A_eq=moves, b_eq=np.zeros(margins.shape[0]), bounds=np.column_stack([low, high])
        )
        if found.status == 0:
            moved = (found.x[: flat.size] > 1e-7) | (found.x[flat.size :] > 1e-7)
            blank = blank | moved.reshape(blank.shape)
            cost = np.where(blank.ravel(), 0.0, cost)
    return blank

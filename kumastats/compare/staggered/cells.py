"""Which groups are compared when: the group-time cells, their base periods and who they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kumastats.compare.cells import Bools, Floats

Control = Literal["never", "not_yet"]
Base = Literal["varying", "universal", "average"]


@dataclass(frozen=True)
class Cell:
    """One group-time cell: the group's first treated time, its period and base periods (places), and its controls' first times."""

    group: float
    at: int
    base: tuple[int, ...]
    control: tuple[float, ...]


def lay_out_cells(
    time: Floats, first: Floats, *, control: Control, base: Base, anticipation: float
) -> tuple[list[Cell], int]:
    """Return the cells that have a base period and a control group, and how many have none.

    The base is the last period before the group is treated (less the anticipation); ``varying`` takes the period just
    before for cells before that, as R's did does by default, and ``average`` the mean of all other periods before.
    """
    groups = [float(g) for g in np.unique(first[np.isfinite(first)])]
    every = [float(g) for g in np.unique(first)]
    cells, without = [], 0
    for g in groups:
        before = np.flatnonzero(time < g - anticipation)
        for at in range(len(time)):
            reference: tuple[int, ...]
            if base == "varying" and time[at] < g:
                if at == 0:
                    continue
                reference = (at - 1,)
            elif not len(before):
                without += 1
                continue
            elif base == "average":
                reference = tuple(int(b) for b in before if b != at)
            else:
                reference = (int(before[-1]),)
            if not reference:
                continue
            last = time[max(at, *reference)] + anticipation
            others = [c for c in every if c != g and (c == np.inf if control == "never" else c > last)]
            if not others:
                without += 1
                continue
            cells.append(Cell(g, at, reference, tuple(others)))
    return cells, without


def members(first: Floats, groups: tuple[float, ...]) -> Bools:
    """Return which units belong to these groups."""
    return np.asarray(np.isin(first, groups))

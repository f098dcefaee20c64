"""Whether chances come true as often as they say: people in tenths of chance, and how many broke the cap."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.overtime.counts import number_interval

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
TENTHS = 10


@dataclass(frozen=True)
class Band:
    """People whose chance lies from `start` to below `end`.

    Attributes
    ----------
    predicted
        Mean chance.
    people, broken
        Person-years, and those that broke the cap.
    low, high
        The numbers between which `broken` falls in all bands at once 95 times in 100 (Šidák), if the chances hold as surely
        as they are known.
    """

    start: float
    end: float
    predicted: float
    people: int
    broken: int
    low: int
    high: int

    @property
    def inside(self) -> bool:
        """Whether what happened lies in the band."""
        return self.low <= self.broken <= self.high


@dataclass(frozen=True)
class Reliability:
    """Chances beside what happened.

    Attributes
    ----------
    bands
        Tenths of chance with anybody in them, lowest first.
    brier, brier_flat
        Mean squared error of the chances, and of giving everyone the overall share.
    """

    bands: tuple[Band, ...]
    people: int
    broken: int
    expected: float
    brier: float
    brier_flat: float

    @property
    def skill(self) -> float:
        """Share of the squared error that the chances take away."""
        return 1 - self.brier / self.brier_flat if self.brier_flat else 0.0


def reliability(
    chance: Floats,
    broken: Bools,
    *,
    error: Callable[[Bools], float] | None = None,
    edges: Iterable[float] | None = None,
) -> Reliability:
    """Return chances beside what happened.

    Parameters
    ----------
    chance, broken
        Of people whose months so far did not decide it.
    error
        From some of the people to the standard error of the number expected among them; none by default.
    edges
        Of the bands, from 0 to 1; tenths by default.

    Raises
    ------
    WorkloadError
        If there are none.
    """
    if not len(chance):
        raise WorkloadError(Text("確かめる見込みがありません。", "There are no chances to check."))
    ends = np.asarray(list(edges) if edges is not None else np.linspace(0, 1, TENTHS + 1), dtype=np.float64)
    at = np.clip(np.searchsorted(ends, chance, side="right") - 1, 0, len(ends) - 2)
    level = 0.95 ** (1 / len(np.unique(at)))
    bands = []
    for i in range(len(ends) - 1):
        mine = at == i
        if mine.any():
            low, high = number_interval(chance[mine], error(mine) if error else 0.0, level)
            bands.append(
                Band(
                    float(ends[i]), float(ends[i + 1]), float(chance[mine].mean()), int(mine.sum()), int(broken[mine].sum()), low, high
                )
            )  # fmt: skip
    share = float(broken.mean())
    return Reliability(
        tuple(bands),
        len(chance),
        int(broken.sum()),
        float(chance.sum()),
        float(((chance - broken) ** 2).mean()),
        float(((share - broken) ** 2).mean()),
    )

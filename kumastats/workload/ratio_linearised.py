"""One total over another, where units – schools, areas, shelters – are what was sampled: closed form, no draws.

`kumastats.workload.ratio_resampled` draws whole clusters again instead, where they are few and skewed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TotalsRatio:
    """A ratio of totals.

    Attributes
    ----------
    value, low, high
        NaN ends with one unit.
    above, below
        The two totals.
    """

    value: float
    low: float
    high: float
    above: int
    below: int
    units: int


def ratio_of_totals(above: Floats, below: Floats, *, level: float = 0.95) -> TotalsRatio:
    """Return Σ above / Σ below over units with its linearised interval (Cochran 1977, section 6.4; t with units − 1 df).

    Raises
    ------
    WorkloadError
        If nothing is below the line.

    >>> ratio_of_totals(np.array([1.0, 2.0]), np.array([10.0, 20.0])).value
    0.1
    """
    from scipy.special import stdtrit

    total = float(below.sum())
    if total <= 0:
        raise WorkloadError(Text("比の分母が0です。", "There is nothing below the line of the ratio."))
    r, g = float(above.sum()) / total, len(above)
    half = math.nan
    if g > 1:
        residual = above - r * below
        se = math.sqrt(g / (g - 1) * float((residual**2).sum())) / total
        half = float(stdtrit(g - 1, 1 - (1 - level) / 2)) * se
    return TotalsRatio(r, r - half, r + half, int(above.sum()), int(total), g)

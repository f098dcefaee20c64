"""Shared lesson content: what schools put up, take and use again, and how much of it a few schools carry."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
ACTIONS = ("uploads", "downloads", "reuses")


@dataclass(frozen=True)
class Concentration:
    """How unevenly schools share.

    Attributes
    ----------
    gini
        0 where all schools do as much, near 1 where one does all; `low` and `high` by the jackknife over schools.
    top_tenth
        Share of the total of the tenth of schools (at least one) that does most.
    """

    gini: float
    low: float
    high: float
    top_tenth: float
    schools: int


def by_school(events: pd.DataFrame, schools: list[str]) -> pd.DataFrame:
    """Return a row a school with its totals; a school without an entry is a zero, not a gap.

    Parameters
    ----------
    events
        Rows of ``lesson_share``.
    schools
        Every school that could have shared.
    """
    totals = events.groupby("school_id", sort=True)[list(ACTIONS)].sum()
    return totals.reindex(sorted({*schools, *totals.index}), fill_value=0).astype("int64")


def gini(values: Floats) -> float:
    """Return half the mean absolute difference of two draws over the mean, from sorted values.

    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 4.0]))
    (0.0, 0.75)
    """
    x = np.sort(values)
    n, total = len(x), float(x.sum())
    if n == 0 or total <= 0:
        return math.nan
    return float((2 * np.arange(1, n + 1) - n - 1) @ x / (n * total))


def concentration(values: Floats, *, level: float = 0.95) -> Concentration:
    """Return Gini's coefficient with the jackknife over schools, and what the busiest tenth does.

    Raises
    ------
    WorkloadError
        With fewer than three schools or nothing shared.
    """
    from scipy.special import stdtrit

    g = len(values)
    if g < 3 or values.sum() <= 0:
        raise WorkloadError(
            Text(
                "偏りを見るには3校以上と共有の記録が要ります。",
                "It takes three schools and something shared to tell how uneven it is.",
            )
        )
    left_out = np.array([gini(np.delete(values, i)) for i in range(g)])
    if not np.isfinite(left_out).all():
        half = math.nan
    else:
        se = math.sqrt((g - 1) / g * float(((left_out - left_out.mean()) ** 2).sum()))
        half = float(stdtrit(g - 1, 1 - (1 - level) / 2)) * se
    made = gini(values)
    top = np.sort(values)[::-1][: max(1, math.ceil(g / 10))]
    return Concentration(
        made, max(0.0, made - half) if half == half else math.nan, min(1.0, made + half) if half == half else math.nan,
        float(top.sum() / values.sum()), g,
    )  # fmt: skip

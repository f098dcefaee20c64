"""The yearly change of time in school, school by school, held against the national one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
COLUMNS = ("school", "year", "minutes", "n")


@dataclass(frozen=True)
class Trend:
    """Mean yearly change over schools.

    Attributes
    ----------
    change, se, low, high
        Minutes a day and year; NaN ends with one school.
    schools, first, last
        Schools with two years or more, and the first and last fiscal year.
    n
        Teacher-days.
    national
        The national change of the same level, minutes a day and year.
    """

    change: float
    se: float
    low: float
    high: float
    schools: int
    first: int
    last: int
    n: int
    national: float

    @property
    def excess(self) -> float:
        """Change beyond the national one; negative: hours fell faster here."""
        return self.change - self.national

    @property
    def beats(self) -> bool | None:
        """Whether the interval lies wholly below the national change; None without an interval.

        The national figure is taken as exact; its own sampling error is not published.
        """
        return None if math.isnan(self.high) else self.high < self.national


def yearly_change(years: pd.DataFrame, national: float, *, level: float = 0.95) -> Trend:
    """Return the mean over schools of each school's least-squares slope, with the interval of such a mean.

    A school is one observation, so that neither its size nor serial correlation within it makes the interval too narrow;
    what all schools share (a calendar, an epidemic) is part of the change and not of its error.

    Parameters
    ----------
    years
        A row a school and fiscal year: school, year, minutes (mean of a teacher's day), n (teacher-days).

    Raises
    ------
    WorkloadError
        If a column is missing or no school has two years.
    """
    missing = [c for c in COLUMNS if c not in years]
    if missing:
        raise WorkloadError(
            Text(f"列 {', '.join(missing)} がありません。", f"The column {', '.join(missing)} is missing.")
        )
    slopes, used = [], []
    for _, mine in years.groupby("school", sort=True):
        if mine["year"].nunique() < 2:
            continue
        x = mine["year"].to_numpy(dtype=np.float64)
        w = mine["n"].to_numpy(dtype=np.float64)
        centred = x - (w * x).sum() / w.sum()
        slopes.append(float((w * centred * mine["minutes"].to_numpy()).sum() / (w * centred**2).sum()))
        used.append(mine)
    if not slopes:
        raise WorkloadError(
            Text("2年以上そろった学校がありません。", "No school has two years."),
            remedy=Text(
                "在校等時間の記録を2年度以上入れてください。", "Hold two fiscal years of time in school."
            ),
        )
    made = pd.concat(used)
    change, se, half = mean_over_units(np.array(slopes), level)
    return Trend(
        change, se, change - half, change + half, len(slopes), int(made["year"].min()), int(made["year"].max()),
        int(made["n"].sum()), national,
    )  # fmt: skip


def mean_over_units(values: Floats, level: float = 0.95) -> tuple[float, float, float]:
    """Return mean, standard error and half the width of its t interval; NaN with one value."""
    from scipy.special import stdtrit

    g = len(values)
    if g < 2:
        return float(values.mean()), math.nan, math.nan
    se = float(values.std(ddof=1) / math.sqrt(g))
    return float(values.mean()), se, float(stdtrit(g - 1, 1 - (1 - level) / 2)) * se

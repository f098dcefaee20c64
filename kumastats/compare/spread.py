"""How a measure changed across offices, told without naming or ranking any: quartiles, groups, and how much is noise.

The change of an office is its mean in one fiscal year less its mean in another. Offices of too few people are put
together with their like first, so that no value rests on a handful of colleagues. How much of the variance between offices
could be chance follows from who happens to work where: with other people drawn from the same office in each year, its mean
would vary by the variance within the office over its people (the within part of DerSimonian and Laird 1986, Controlled
Clinical Trials 7:177–188). Where people stay, less of it is chance: the share is an upper bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.errors import CompareError
from kumastats.text import Text

LEAST_UNITS, LEAST_GROUP = 8, 3


@dataclass(frozen=True, eq=False)
class Spread:
    """Changes of offices from one fiscal year to another.

    Attributes
    ----------
    first, last
        Fiscal years, ``FY2017``.
    changes
        A row per office or pool of small offices: ``group``, ``change``, ``se`` (by who happens to work there), ``people`` (the
        fewer of the two years). No office is named.
    pooled
        Offices too small to stand alone.
    dropped
        Offices left out: ``one_year`` (without people in one of the years), ``too_few`` (too few even put together).
    low, median, high
        Quartiles of the changes, each office counting once.
    noise
        Share of the variance between offices that people coming and going could make, 0 to 1: an upper bound.
    groups
        A row per kind of office: ``group``, ``change`` (mean of its offices), ``low``, ``high`` (95 %), ``units``, ``people``.
        Kinds of fewer than three offices are put together as ``other``.
    """

    first: str
    last: str
    changes: pd.DataFrame
    pooled: int
    dropped: dict[str, int]
    low: float
    median: float
    high: float
    noise: float
    groups: pd.DataFrame

    @property
    def n_units(self) -> int:
        """Offices and pools that were compared."""
        return len(self.changes)

    @property
    def people(self) -> int:
        """People behind them, of the year with fewer."""
        return int(self.changes["people"].sum())

    def side(self, at: float) -> tuple[int, int]:
        """Return the people of offices strictly below and above a change."""
        c = self.changes
        return int(c.loc[c["change"] < at, "people"].sum()), int(c.loc[c["change"] > at, "people"].sum())


def spread(years: pd.DataFrame, kinds: pd.Series, *, first: str, last: str, min_n: int) -> Spread:
    """Return how the change of a measure is spread over offices.

    Parameters
    ----------
    years
        A row per unit and fiscal year: ``unit``, ``year`` (``FY2017``), ``n`` (rows), ``total`` and ``square`` (sum and sum of
        squares of the measure over its rows), ``people`` (distinct).
    kinds
        Kind of each unit, by unit.
    first, last
        The fiscal years compared.
    min_n
        People an office must have in both years to stand alone.

    Raises
    ------
    CompareError
        If fewer than eight offices or pools are left: quartiles would be single offices.
    """
    both = _paired(years, first, last)
    kind = both["unit"].map(lambda u: str(kinds.get(u, "other")))
    small = both[["people_0", "people_1"]].min(axis=1) < min_n
    both = both.assign(group=kind, small=small, key=both["unit"].where(~small, "pool:" + kind))
    added = both.drop(columns="unit").groupby(["key", "group"], sort=True, as_index=False).sum()
    added["units"] = both.groupby(["key", "group"], sort=True).size().to_numpy()
    added["people"] = added[["people_0", "people_1"]].min(axis=1).astype("int64")
    made = added[added["people"] >= min_n].copy()
    mean = {i: made[f"total_{i}"] / made[f"n_{i}"] for i in (0, 1)}
    made["change"] = mean[1] - mean[0]
    made["se"] = np.sqrt(
        sum(
            (made[f"square_{i}"] / made[f"n_{i}"] - mean[i] ** 2).clip(lower=0) / made[f"people_{i}"]
            for i in (0, 1)
        )
    )
    if len(made) < LEAST_UNITS:
        raise CompareError(
            Text(
                f"比べられる職場が{len(made)}しかなく、職場による違いは示せません。",
                f"Only {len(made)} offices can be compared: too few to show how they differ.",
            ),
            remedy=Text(
                f"{LEAST_UNITS}以上の職場がある指標で示す。",
                f"Show it for a measure of {LEAST_UNITS} offices or more.",
            ),
        )
    low, median, high = (float(v) for v in np.quantile(made["change"], [0.25, 0.5, 0.75]))
    shown = made[["group", "change", "se", "people"]].sort_values("change", ignore_index=True)
    seen = int(years.loc[years["year"].isin([first, last]), "unit"].nunique())
    dropped = {"one_year": seen - len(both), "too_few": len(both) - int(made["units"].sum())}
    pooled = int(made.loc[made["small"] > 0, "units"].sum())
    return Spread(first, last, shown, pooled, dropped, low, median, high, _noise(made), _groups(made))


def _paired(years: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Return the units seen in both years, the years side by side."""
    columns = ["n", "total", "square", "people"]
    sides = [
        years.loc[years["year"] == year, ["unit", *columns]].rename(columns={c: f"{c}_{i}" for c in columns})
        for i, year in enumerate((first, last))
    ]
    both = sides[0].merge(sides[1], on="unit")
    return both[(both["n_0"] > 0) & (both["n_1"] > 0)]


def _noise(made: pd.DataFrame) -> float:
    """Return the share of the variance between offices that the variance within them makes, at most all of it."""
    between = float(made["change"].var(ddof=1))
    within = float((made["se"] ** 2).mean())
    return min(1.0, within / between) if between > 0 else 1.0


def _groups(made: pd.DataFrame) -> pd.DataFrame:
    from scipy.special import stdtrit

    size = made["group"].value_counts()
    named = made["group"].where(made["group"].map(size) >= LEAST_GROUP, "other")
    rows = []
    for group, part in made.groupby(named, sort=True):
        k = len(part)
        if k < LEAST_GROUP:
            continue
        mean, half = (
            float(part["change"].mean()),
            float(stdtrit(k - 1, 0.975) * part["change"].std(ddof=1) / math.sqrt(k)),
        )
        rows.append((str(group), mean, mean - half, mean + half, k, int(part["people"].sum())))
    return pd.DataFrame(rows, columns=["group", "change", "low", "high", "units", "people"])

"""The one place where integers from an engine become means, deviations and quantiles.

An engine returns n, Σ, Σ² and counts of exact values; here they are divided, in Python's integers as long as they are
integers and then once in floating point. So every engine and every number of threads gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.errors import UsageError
from kumastats.text import Text
from kumastats.warehouse.cells import Cells


@dataclass(frozen=True, eq=False)
class IntegerSummary:
    """Cells and how their values are distributed.

    Attributes
    ----------
    cells
        n, contributors, Σ and Σ² by group and period.
    counts
        Keys, ``period``, ``low`` (a value, or the lower edge of a bin), ``n``, ``contributors`` (distinct people of this
        bin); sorted. Small-cell rules look at the contributors of the bin, not of the group.
    width
        Of a bin; 1 where every value has its own.
    """

    cells: Cells
    counts: pd.DataFrame
    width: int = 1

    @property
    def keys(self) -> list[str]:
        """Names of the keys and of the period."""
        return [*self.cells.by, "period"]

    def mean(self) -> pd.DataFrame:
        """Return Σ / n by cell, with ``n`` and ``contributors``, as all statistics here do."""
        frame = self.cells.frame
        return self._with([s1 / n for s1, n in zip(frame["s1"].tolist(), frame["n"].tolist(), strict=True)])

    def sd(self) -> pd.DataFrame:
        """Return the standard deviation with n − 1; NaN where n is 1. The numerator n Σ² − (Σ)² is an exact integer."""
        frame = self.cells.frame
        columns = zip(frame["n"].tolist(), frame["s1"].tolist(), frame["s2"].tolist(), strict=True)
        return self._with(
            [math.sqrt((n * s2 - s1 * s1) / (n * (n - 1))) if n > 1 else math.nan for n, s1, s2 in columns]
        )

    def quantile(self, p: float) -> pd.DataFrame:
        """Return a quantile by cell, interpolated between order statistics (type 7 of Hyndman and Fan 1996, as NumPy).

        Raises
        ------
        UsageError
            If p is not within 0 and 1, or values were put into bins.
        """
        if not 0 <= p <= 1:
            raise UsageError(Text(f"分位 {p} は0～1で。", f"A quantile of {p} is not within 0 and 1."))
        self._exact()

        def one(values: np.ndarray, counts: np.ndarray) -> float:
            ends = np.cumsum(counts)
            place = (int(ends[-1]) - 1) * p
            below = math.floor(place)
            low, high = (
                int(values[np.searchsorted(ends, rank, side="right")])
                for rank in (below, min(below + 1, int(ends[-1]) - 1))
            )
            return low + (high - low) * (place - below)

        return self._by_cell(one)

    def _exact(self) -> None:
        if self.width != 1:
            raise UsageError(
                Text(
                    f"幅{self.width}の階級からは正確に求められません。",
                    f"Bins of {self.width} do not tell this exactly.",
                ),
                remedy=Text("width=1 で集計してください。", "Summarise with width=1."),
            )

    def _with(self, values: list[float]) -> pd.DataFrame:
        made = self.cells.frame[[*self.keys, "n", "contributors"]].copy()
        made["value"] = np.array(values, dtype=float)
        return made

    def _by_cell(self, statistic: Callable[[np.ndarray, np.ndarray], float]) -> pd.DataFrame:
        """Apply a function of (sorted values, their counts) to every cell; the cells' order is that of the counts."""
        values, counts = self.counts["low"].to_numpy(), self.counts["n"].to_numpy()
        group = self.counts.groupby(self.keys, sort=True, observed=True).ngroup().to_numpy()
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        ends = [*starts[1:], len(group)]
        return self._with([statistic(values[a:b], counts[a:b]) for a, b in zip(starts, ends, strict=True)])

"""A long frame of anybody's data, one row a unit and period, checked on the way in."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumastats.compare.cells import Bools, Floats, Ints
from kumastats.errors import CompareError
from kumastats.text import Text

NEVER = np.inf
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, eq=False)
class LongPanel:
    """Rows of units and periods, sorted by both.

    Attributes
    ----------
    time
        Each period as a number (T,): integers as given, months counted on, anything else by its rank.
    first
        Number of the period in which each unit is first treated (U,); infinite for never within the data.
    cluster
        Cluster of each unit (U,).
    unit, period
        Place of each row in `units` and `periods`.
    y, x
        Outcome (N,) and covariates (N, K).
    weight
        Weight of each unit (U,), the one of its first row, scaled to a mean of one.
    dropped
        Rows left out, by reason.
    """

    units: tuple[Hashable, ...]
    periods: tuple[Hashable, ...]
    time: Floats
    first: Floats
    clusters: tuple[Hashable, ...]
    cluster: Ints
    unit: Ints
    period: Ints
    y: Floats
    x: Floats
    weight: Floats
    dropped: dict[str, int]

    def __len__(self) -> int:
        return len(self.y)

    @property
    def balanced(self) -> bool:
        """Whether every unit is seen in every period."""
        return len(self) == len(self.units) * len(self.periods)

    def wide(self, values: Floats) -> Floats:
        """Return the rows' values as units × periods, NaN where there is no row."""
        out = np.full((len(self.units), len(self.periods)), np.nan)
        out[self.unit, self.period] = values
        return out

    def complete_units(self) -> LongPanel:
        """Return the panel of the units seen in every period.

        Raises
        ------
        CompareError
            If there is none.
        """
        whole = np.bincount(self.unit, minlength=len(self.units)) == len(self.periods)
        if not whole.any():
            raise CompareError(Text("全期間そろう単位がありません。", "No unit is seen in every period."))
        return self.keep(whole[self.unit])

    def keep(self, rows: Bools) -> LongPanel:
        """Return the panel of the rows where `rows` is true, with unused units, periods and clusters gone."""
        used, unit = _renumbered(self.unit[rows], len(self.units))
        shown, period = _renumbered(self.period[rows], len(self.periods))
        groups, cluster = _renumbered(self.cluster[used], len(self.clusters))
        weight = self.weight[used]
        return replace(
            self, units=tuple(self.units[i] for i in used), periods=tuple(self.periods[i] for i in shown), time=self.time[shown],
            first=self.first[used], clusters=tuple(self.clusters[i] for i in groups), cluster=cluster, unit=unit, period=period,
            y=self.y[rows], x=self.x[rows], weight=weight / weight.mean() if len(weight) else weight,
        )  # fmt: skip

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        outcome: str,
        unit: str,
        period: str,
        cohort: str,
        weights: str | None = None,
        cluster: str | None = None,
        covariates: Sequence[str] = (),
        never: Hashable = 0,
    ) -> LongPanel:
        """Check a frame and return its panel; the frame is not changed.

        Parameters
        ----------
        frame
            One row a unit and period.
        period
            Whole numbers, months (``"2018-10"``), dates or other sortable labels.
        cohort
            The period in which the unit is first treated, on the scale of `period`. Missing, infinite, or after the last
            period: never treated within the data.
        never
            A further value of `cohort` that means never (0, as in R's did); None for no such value.
        weights
            Sampling weights, positive; of several rows of a unit the first counts.
        cluster
            Column of independent clusters; units by default.

        Notes
        -----
        Rows whose outcome, weight or covariate is missing, or whose weight is 0, are left out and counted, and so are units treated in or before
        the first period (``treated_from_the_start``): nothing is known about them before.

        Raises
        ------
        CompareError
            If a column is missing or not numeric, a unit has two rows in a period or changes its cohort or cluster, or
            nothing is left.
        """
        named = [outcome, unit, period, cohort, *covariates, *(c for c in (weights, cluster) if c)]
        missing = [c for c in named if c not in frame.columns]
        if missing:
            raise CompareError(
                Text(f"列がありません: {', '.join(missing)}", f"Columns are missing: {', '.join(missing)}.")
            )
        if not len(frame):
            raise CompareError(Text("表が空です。", "The frame is empty."))
        numbers = np.column_stack(
            [_numeric(frame, c) for c in (outcome, *([weights] if weights else []), *covariates)]
        )
        for column in (unit, period, *([cluster] if cluster else [])):
            if frame[column].isna().any():
                raise CompareError(
                    Text(f"列 {column} に欠測があります。", f"The column {column} has missing values.")
                )
        period_no, periods = pd.factorize(frame[period], sort=True)
        if len(periods) < 2:
            raise CompareError(
                Text("期間が一つしかありません。", "There is only one period: nothing is before or after.")
            )
        unit_no, units = pd.factorize(frame[unit], sort=True)
        time, first_of_row = _times(periods, frame[cohort], never)
        if weights and (numbers[:, 1] < 0).any():
            raise CompareError(Text("負の重みがあります。", "There are negative weights."))
        key = unit_no.astype(np.int64) * len(periods) + period_no
        twice = int(len(key) - np.count_nonzero(np.bincount(key, minlength=len(units) * len(periods))))
        if twice:
            raise CompareError(
                Text(
                    f"同じ単位・期間の行が重複しています（{twice}行）。",
                    f"A unit has several rows in one period ({twice} rows too many).",
                ),
                remedy=Text("先に集計してください。", "Aggregate them first."),
            )
        first = _constant(unit_no, first_of_row, len(units), cohort)
        group_no, groups = (unit_no, units) if cluster is None else pd.factorize(frame[cluster], sort=True)
        group = _constant(unit_no, group_no.astype(float), len(units), cluster or unit).astype(np.int64)
        known = np.isfinite(numbers).all(axis=1)
        weighs = numbers[:, 1] > 0 if weights else known
        if weights and known.any() and not (known & weighs).any():
            raise CompareError(Text("重みがすべて0です。", "All weights are zero."))
        ok = known & weighs
        early = first[unit_no] <= time[0]
        dropped = {
            "missing_value": int((~known).sum()),
            "no_weight": int((known & ~weighs).sum()),
            "treated_from_the_start": int((early & ok).sum()),
        }
        rows: Bools = ok & ~early
        if not rows.any():
            raise CompareError(Text("使える行が残りません。", "No usable row is left."))
        kept = np.flatnonzero(rows)
        place = np.full(len(units) * len(periods), -1, dtype=np.int64)
        place[key[kept]] = kept
        order = place[place >= 0]  # by unit and period
        used_u, u = _renumbered(unit_no[order], len(units))
        used_p, p = _renumbered(period_no[order], len(periods))
        used_g, g = _renumbered(group[used_u], len(groups))
        heads = np.flatnonzero(np.diff(u, prepend=-1))
        w = numbers[order[heads], 1] if weights else np.ones(len(used_u))
        return cls(
            tuple(units[used_u]), tuple(periods[used_p]), time[used_p], first[used_u],
            tuple(groups[used_g]), g, u, p,
            numbers[order, 0], numbers[order, 2 if weights else 1 :], w / w.mean(), {k: n for k, n in dropped.items() if n},
        )  # fmt: skip


def _renumbered(values: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the numbers used, ascending, and each value's place among them."""
    seen = np.bincount(values, minlength=size) > 0
    return np.flatnonzero(seen).astype(np.int64), (np.cumsum(seen) - 1)[values].astype(np.int64)


def _numeric(frame: pd.DataFrame, column: str) -> Floats:
    values = frame[column]
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_complex_dtype(values):
        raise CompareError(
            Text(f"列 {column} が数値ではありません。", f"The column {column} is not numeric."),
            remedy=Text("数値に直してから渡してください。", "Convert it to numbers first."),
        )
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def _times(periods: pd.Index, cohort: pd.Series, never: Hashable) -> tuple[Floats, Floats]:
    """Return periods as numbers, and each row's cohort on the same scale, infinite for never within the data."""
    known = cohort.notna()
    if never is not None:
        known &= cohort != never
    first = np.full(len(cohort), NEVER)
    if pd.api.types.is_numeric_dtype(periods):
        time = periods.to_numpy(dtype=np.float64)
        if not pd.api.types.is_numeric_dtype(cohort):
            raise _scale()
        if isinstance(never, (int, float)) and time[0] <= never <= time[-1] and (cohort == never).any():
            raise CompareError(
                Text(
                    f"値{never}は期間の中にあります。", f"The value {never} is a period and also means never."
                ),
                remedy=Text("never=None を指定してください。", "Give never=None, and missing for never."),
            )
        first[known] = cohort[known].to_numpy(dtype=np.float64)
    elif all(isinstance(p, str) and MONTH.fullmatch(p) for p in periods):
        time = np.array([_month(p) for p in periods])
        told = cohort[known].astype(str)
        if not told.str.fullmatch(MONTH).all():
            raise _scale()
        first[known] = [_month(p) for p in told]
    else:
        time = np.arange(len(periods), dtype=np.float64)
        try:
            first[known] = periods.searchsorted(pd.Index(cohort[known]))
        except TypeError as cause:
            raise _scale() from cause
    first[first > time[-1]] = NEVER
    return time, first


def _month(label: str) -> float:
    return int(label[:4]) * 12.0 + int(label[5:])


def _scale() -> CompareError:
    return CompareError(
        Text(
            "導入時期と期間の型が違います。",
            "The cohort is not on the scale of the period.",
        ),
        remedy=Text(
            "期間と同じ型（整数・YYYY-MM・日付）で、導入なしは欠測にしてください。",
            "Give it in the type of the period (whole numbers, YYYY-MM, dates), missing for never.",
        ),
    )


def _constant(unit: Ints, values: Floats, units: int, column: str) -> Floats:
    """Return the one value each unit has."""
    out = np.full(units, np.nan)
    out[unit] = values
    if (out[unit] != values).any():
        raise CompareError(
            Text(f"列 {column} が単位の中で変わります。", f"The column {column} changes within a unit.")
        )
    return out

"""Unit × month cells as arrays, checked on the way in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.outcome import Outcome
from kumastats.errors import CompareError
from kumastats.text import Text

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, eq=False)
class Panel:
    """Cells sorted by unit and month.

    Attributes
    ----------
    units, months, clusters
        Labels, sorted. `cluster` gives the cluster number of each unit.
    unit, month
        For each cell, its place in `units` and `months`.
    n
        Entities in the cell (person-months, tickets).
    total
        Sum of the outcome over them, in the measure's unit.
    """

    units: tuple[str, ...]
    months: tuple[str, ...]
    clusters: tuple[str, ...]
    cluster: Ints
    unit: Ints
    month: Ints
    n: Ints
    total: Floats

    def __len__(self) -> int:
        return len(self.unit)

    def keep(self, rows: Bools) -> Panel:
        """Return the panel of the cells where `rows` is true, with unused labels gone."""
        used_units, unit = np.unique(self.unit[rows], return_inverse=True)
        used_months, month = np.unique(self.month[rows], return_inverse=True)
        used_clusters, cluster = np.unique(self.cluster[used_units], return_inverse=True)
        return replace(
            self,
            units=tuple(self.units[i] for i in used_units),
            months=tuple(self.months[i] for i in used_months),
            clusters=tuple(self.clusters[i] for i in used_clusters),
            cluster=cluster.astype(np.int64),
            unit=unit.astype(np.int64),
            month=month.astype(np.int64),
            n=self.n[rows],
            total=self.total[rows],
        )


def read_panel(
    cells: pd.DataFrame,
    measure: Outcome,
    *,
    unit: str = "office_id",
    cluster: Mapping[str, str] | None = None,
) -> Panel:
    """Check a frame of cells and return its arrays.

    Parameters
    ----------
    cells
        One row a unit and month: the unit's column, ``period`` (``"2018-10"``), and the integers ``n``
        and ``s1`` (``over`` instead of ``s1`` where the measure is a share above a threshold).
    measure
        Gives the scale of the sums.
    unit
        Name of the unit's column.
    cluster
        Cluster of each unit; without it each unit is its own.

    Raises
    ------
    CompareError
        For missing columns, sums that are not integers, a month that is not ``YYYY-MM``, a unit and month
        found twice, or a unit without a cluster.
    """
    column = "over" if getattr(measure, "over", None) is not None and "over" in cells else "s1"
    missing = [c for c in (unit, "period", "n", column) if c not in cells]
    if missing:
        raise CompareError(
            Text(
                f"セル表に列 {', '.join(missing)} がありません。",
                f"The cells lack the column {', '.join(missing)}.",
            ),
            remedy=Text(
                'kumastats.measures.cells(…, period="month") の .frame を渡してください。',
                'Pass the .frame of kumastats.measures.cells(…, period="month").',
            ),
        )
    n = _integers(cells["n"])
    if (n < 0).any():
        raise CompareError(Text("件数 n が負のセルがあります。", "A cell has a negative n."))
    frame, n = (cells, n) if n.all() else (cells.loc[n > 0], n[n > 0])
    if not len(frame):
        raise CompareError(
            Text("比較に使えるセルがありません。", "There are no cells to compare."),
            remedy=Text("期間と対象を確かめてください。", "Check the window and the population."),
        )
    total = _integers(frame[column])
    unit_no, units = _codes(frame[unit], unit)
    month_no, months = _codes(frame["period"], "period")
    bad = [m for m in months if not MONTH.fullmatch(m)]
    if bad:
        raise CompareError(
            Text(f"月として読めない期間があります: {bad[0]}", f"A period is not a month: {bad[0]}"),
            remedy=Text("「2018-10」の形にしてください。", "Write it as “2018-10”."),
        )
    of_unit = list(units) if cluster is None else [_cluster_of(u, cluster) for u in units]
    clusters, cluster_no = np.unique(np.array(of_unit, dtype=str), return_inverse=True)
    key = unit_no * len(months) + month_no
    order = np.argsort(key, kind="stable")
    twice = int((np.diff(key[order]) == 0).sum())
    if twice:
        raise CompareError(
            Text(f"同じ単位・月のセルが{twice}件重複しています。", f"{twice} cells repeat a unit and month."),
            remedy=Text("単位と月で一度だけ集計してください。", "Aggregate once by unit and month."),
        )
    return Panel(
        units=units,
        months=months,
        clusters=tuple(str(c) for c in clusters),
        cluster=cluster_no.astype(np.int64),
        unit=unit_no[order],
        month=month_no[order],
        n=n[order],
        total=total[order] / float(measure.scale),
    )


def _codes(values: pd.Series, column: str) -> tuple[Ints, tuple[str, ...]]:
    """Return each row's place among the labels, and the labels as text, sorted."""
    code, found = pd.factorize(values)
    if (code < 0).any():
        raise CompareError(
            Text(f"列 {column} に欠測があります。", f"The column {column} has missing values."),
            remedy=Text("欠測の行を除いて数えてください。", "Leave those rows out, and count them."),
        )
    labels, place = np.unique(np.array([str(f) for f in found], dtype=str), return_inverse=True)
    return place.astype(np.int64)[code], tuple(str(x) for x in labels)


def _integers(values: pd.Series) -> Ints:
    array = values.to_numpy()
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    if array.dtype.kind == "c":
        array = np.full(len(array), np.nan)
    as_float = pd.to_numeric(pd.Series(array), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    whole = np.isfinite(as_float).all() and (as_float == np.round(as_float)).all()
    if not whole or (np.abs(as_float) >= 2.0**63).any():
        raise CompareError(
            Text(
                f"列 {values.name} に整数でない値があります。",
                f"The column {values.name} is not all integers.",
            ),
            remedy=Text(
                "集計は整数の和で渡してください（欠測のセルは除いて数えます）。",
                "Give sums as integers; leave out, and count, cells without a value.",
            ),
        )
    return as_float.astype(np.int64)


def _cluster_of(unit: str, cluster: Mapping[str, str]) -> str:
    if unit not in cluster:
        raise CompareError(
            Text(f"単位 {unit} のクラスターが分かりません。", f"The unit {unit} has no cluster."),
            remedy=Text("cluster に加えてください。", "Add it to `cluster`."),
        )
    return str(cluster[unit])

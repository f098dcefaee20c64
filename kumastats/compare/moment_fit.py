"""Two-way fixed-effects fits and event studies from moment cells: the regression on the rows, without the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from kumastats.compare.subject import numbers
from kumastats.compare.two_way import (
    Bools,
    Columns,
    Floats,
    Ints,
    Solved,
    Sums,
    solve,
    without_each,
)
from kumastats.errors import CompareError
from kumastats.text import Text
from kumastats.warehouse.moments import MomentCells

# unit to cluster; None makes every unit a cluster
Clusters = Mapping[str, str] | None


@dataclass(frozen=True, eq=False)
class MomentFit:
    """A regression with unit and period effects.

    Attributes
    ----------
    names, beta
        Regressors and their coefficients (P,).
    covariance
        CRV1 (P, P) with fixest's default small-sample factor G/(G−1) · (N−1)/(N−k), where k counts regressors and
        period effects; unit effects are nested in clusters.
    n, n_units, n_periods, n_clusters
        Rows, units, periods and clusters used.
    dropped
        Rows left out, by reason.
    cells
        Id of the cells: hash of snapshot and specification.
    clusters, influence
        Names of the clusters (units where each is its own), and the part of each in the errors of the coefficients (G, P).
    """

    names: tuple[str, ...]
    beta: Floats
    covariance: Floats
    n: int
    n_units: int
    n_periods: int
    n_clusters: int
    dropped: Mapping[str, int]
    cells: str
    clusters: tuple[str, ...] = ()
    influence: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @cached_property
    def se(self) -> Floats:
        """Standard errors (P,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return estimate, se, t, p and interval of each regressor, by t with clusters − 1 degrees of freedom."""
        from scipy import special

        df = self.n_clusters - 1
        t = self.beta / self.se
        half = special.stdtrit(df, (1 + level) / 2) * self.se
        return pd.DataFrame(
            {
                "term": self.names, "estimate": self.beta, "se": self.se, "t": t, "p": 2 * special.stdtr(df, -np.abs(t)),
                "low": self.beta - half, "high": self.beta + half,
            }
        )  # fmt: skip


def fit_moments(
    cells: MomentCells,
    y: str,
    x: Sequence[str] = (),
    *,
    constant: Mapping[str, Floats] | None = None,
    cluster: Clusters = None,
    drop_singletons: bool = True,
    jackknife: bool = False,
) -> MomentFit:
    """Regress y on x with unit and period effects; equal to ``feols("y ~ x | unit + period")`` on the rows.

    Parameters
    ----------
    y, x
        Variables of the cells; x may vary within a cell.
    constant
        Further regressors by name, a value a cell (cells,): anything that is a function of unit and period needs no scan.
    cluster
        Cluster of each unit, by the unit's name; each unit is its own by default.
    drop_singletons
        Leave out units and periods with a single row, again and again, as pyfixest does: they only widen n.
    jackknife
        The covariance is CRV3, (G − 1)/G · Σ (β₍g₎ − β)(β₍g₎ − β)', by leaving out each cluster in turn: CRV1 is too small
        where clusters are few or unlike (MacKinnon, Nielsen and Webb 2023, Journal of Applied Econometrics 38(5)).

    Raises
    ------
    CompareError
        If a regressor cannot be told apart from the effects, or there are fewer than two clusters.
    """
    matrix = stacked(constant, len(cells))
    return _fit(
        cells,
        y,
        x,
        Columns.dense(matrix),
        tuple(constant or {}),
        cluster,
        drop_singletons,
        jackknife,
    )


def event_study_moments(
    cells: MomentCells,
    y: str,
    x: Sequence[str] = (),
    *,
    cohort: Mapping[str, str | None],
    reference: int = -1,
    window: tuple[int, int] | None = None,
    cluster: Clusters = None,
    drop_singletons: bool = True,
) -> MomentFit:
    """Regress y on indicators of the periods since a unit's start, with both effects; no scan is needed.

    Parameters
    ----------
    cohort
        First treated period of each unit (``2018-10``, or a day where cells are by date); None, or a unit that is
        not named, is never treated. A unit that starts within a period belongs to a finer one.
    reference
        Event time left out.
    window
        First and last event time; what lies beyond is added to them.

    Returns
    -------
    Fit whose regressors are named ``event_-3``, …, in order, then `x`.
    """
    by_month = len(cells.periods[0]) == 7
    kind = "datetime64[M]" if by_month else "datetime64[D]"
    periods = np.array(cells.periods, dtype=kind).astype(np.int64)
    starts = [cohort.get(u) for u in cells.units]
    treated = np.array([not pd.isna(s) for s in starts], dtype=bool)
    if not treated.any():
        raise CompareError(Text("導入した単位がありません。", "No unit is treated."))
    try:
        days = [s if known else cells.periods[0] for s, known in zip(starts, treated, strict=True)]
        start = np.array(days, dtype=kind).astype(np.int64)
    except ValueError:
        raise CompareError(
            Text("導入時期に、期間として読めないものがあります。", "A cohort cannot be read as a period."),
            remedy=Text("「2018-10」の形で、導入なしは None に。", "Write it as “2018-10”; None for never."),
        ) from None
    event = periods[cells.period] - start[cells.unit]
    if window is not None:
        event = np.clip(event, *window)
    shown = treated[cells.unit] & (event != reference)
    times = np.unique(event[shown])
    code = np.where(shown, np.searchsorted(times, event), -1)
    names = tuple(f"event_{t}" for t in times.tolist())
    return _fit(cells, y, x, Columns.dummies(code, len(times)), names, cluster, drop_singletons)


def _fit(
    cells: MomentCells,
    y: str,
    x: Sequence[str],
    constant: Columns,
    names: tuple[str, ...],
    cluster: Clusters,
    drop_singletons: bool,
    jackknife: bool = False,
) -> MomentFit:
    kept = without_singletons(cells) if drop_singletons else np.ones(len(cells), dtype=bool)
    sums, units = _sums(cells, y, x, constant, kept)
    n = int(cells.rows[kept].sum())
    made = concluded(
        cells,
        (*names, *x),
        solve(sums),
        units,
        len(np.unique(sums.period)),
        n,
        cluster,
        {"singleton": cells.n - n},
    )
    if not jackknife:
        return made
    held = [cells.units[u] for u in units.tolist()]
    code = np.unique([cluster[u] for u in held] if cluster is not None else held, return_inverse=True)[1]
    moved = without_each(sums, code.astype(np.int64)) - made.beta
    g = made.n_clusters
    return replace(made, covariance=np.asarray((g - 1) / g * (moved.T @ moved)))


def stacked(constant: Mapping[str, Floats] | None, cells: int, first: Sequence[Floats] = ()) -> Floats:
    """Return regressors that are constant within cells as columns (cells, K), `first` before the named ones."""
    columns = [*first, *(constant or {}).values()]
    for name, given in (constant or {}).items():
        value = numbers(given, name)
        if len(value) != cells or np.isnan(value).any():
            raise CompareError(
                Text(
                    f"{name} はセルごとに一つ、欠けなく必要です（{cells}）。",
                    f"{name} takes one value a cell ({cells}), none missing.",
                )
            )
    return np.column_stack([np.empty((cells, 0)), *(np.asarray(c, dtype=np.float64) for c in columns)])


def concluded(
    cells: MomentCells,
    names: tuple[str, ...],
    solved: Solved,
    units: Ints,
    periods: int,
    n: int,
    cluster: Clusters,
    dropped: Mapping[str, int],
) -> MomentFit:
    """Return the fit of a solved regression, with its clustered covariance."""
    clusters, influence = by_cluster(solved, units, cells.units, cluster)
    covariance = sandwich(influence, n, len(names) + periods)
    return MomentFit(
        names=names,
        beta=solved.beta,
        covariance=covariance,
        n=n,
        n_units=len(units),
        n_periods=periods,
        n_clusters=len(clusters),
        dropped=dropped,
        cells=cells.id,
        clusters=clusters,
        influence=influence,
    )


def _sums(cells: MomentCells, y: str, x: Sequence[str], constant: Columns, kept: Bools) -> tuple[Sums, Ints]:
    """Return the sums of the cells kept, variables centred by whole numbers so that little cancels, and their units."""
    at, positions = cells.position(y), [cells.position(name) for name in x]
    w = cells.weight[kept]
    total = int(w.sum())
    if total <= 0:
        raise CompareError(Text("重みの合計が正でありません。", "The weights do not add up to more than 0."))
    centre = {p: round(int(cells.first[kept, p].sum()) / total) for p in {at, *positions}}

    def first(p: int) -> Ints:
        return np.asarray(cells.first[kept, p] - centre[p] * w)

    def second(a: int, b: int) -> Ints:
        # exact: whole numbers wrap around and back, and what remains is small
        return np.asarray(cells.product(a, b)[kept] - centre[a] * first(b) - centre[b] * cells.first[kept, a])

    used, unit = np.unique(cells.unit[kept], return_inverse=True)
    _, period = np.unique(cells.period[kept], return_inverse=True)
    count = len(used)

    def by_unit(values: Ints) -> Floats:
        return np.bincount(unit, values.astype(np.float64), count).astype(np.float64)

    k = len(positions)
    wxx = np.zeros((count, k, k))
    for a in range(k):
        for b in range(a + 1):
            wxx[:, a, b] = wxx[:, b, a] = by_unit(second(positions[a], positions[b]))
    wx = [first(p).astype(np.float64) for p in positions]
    wxy = [by_unit(second(p, at)) for p in positions]
    sums = Sums(
        unit=unit.astype(np.int64),
        period=period.astype(np.int64),
        w=w.astype(np.float64),
        wy=first(at).astype(np.float64),
        constant=constant.keep(kept),
        wx=np.column_stack(wx) if wx else np.empty((len(unit), 0)),
        wxy=np.column_stack(wxy) if wxy else np.empty((count, 0)),
        wxx=wxx,
    )
    return sums, used.astype(np.int64)


def without_singletons(cells: MomentCells) -> Bools:
    """Return which cells stay when units and periods with one row go, again and again."""
    kept = np.ones(len(cells), dtype=bool)
    while True:
        rows = np.where(kept, cells.rows, 0)
        by_unit = np.bincount(cells.unit, rows)[cells.unit]
        by_period = np.bincount(cells.period, rows)[cells.period]
        alone = kept & ((by_unit == 1) | (by_period == 1))
        if not alone.any():
            return kept
        kept &= ~alone


def by_cluster(
    solved: Solved, units: Ints, names: Sequence[str], cluster: Clusters
) -> tuple[tuple[str, ...], Floats]:
    """Return the names of the clusters and their influence on the coefficients (G, P)."""
    held = [names[u] for u in units.tolist()]
    if cluster is None:
        return tuple(held), solved.influence
    missing = sum(name not in cluster for name in held)
    if missing:
        raise CompareError(
            Text(f"{missing}単位のクラスターがありません。", f"{missing} units have no cluster."),
            remedy=Text("全ての単位を割り当ててください。", "Assign every unit."),
        )
    distinct, code = np.unique([cluster[name] for name in held], return_inverse=True)
    per = [np.bincount(code, column, len(distinct)) for column in solved.influence.T]
    sums: Floats = np.column_stack(per).astype(np.float64, copy=False)
    return tuple(distinct.tolist()), sums


def sandwich(influence: Floats, n: int, k: int) -> Floats:
    """Return the CRV1 covariance with fixest's small-sample factor."""
    g = len(influence)
    if g < 2 or n <= k:
        raise CompareError(
            Text("クラスターか行が足りません。", "There are too few clusters or rows."),
            remedy=Text("2クラスター以上が必要です。", "At least two clusters are needed."),
        )
    return np.asarray(g / (g - 1) * (n - 1) / (n - k) * (influence.T @ influence))

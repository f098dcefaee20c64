"""Is it used: who is active, what reached which office, and – exploratory – what an outcome changed by for each day of use.

Going live is what was decided and what a comparison of live dates estimates (intention to treat). Use is chosen by people, and a
comparison of users with others compares kinds of people. The dose here divides the effect of going live on the outcome by its
effect on use (Wald 1940; Angrist, Imbens and Rubin 1996): it rests on going live having no other road to the outcome.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.moment_fit import fit_moments
from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.warehouse.moments import MomentCells
from kumastats.warehouse.windows import TOLERATED

Floats = npt.NDArray[np.float64]
SHARE, LICENCE = "active", "licensed"
WEAK = (
    10.0  # F of the first stage below which a ratio of effects is not to be trusted (Staiger and Stock 1997)
)


@dataclass(frozen=True)
class Active:
    """Users of a product in one window.

    Attributes
    ----------
    until
        Last day of the window; windows do not overlap.
    users, licensed, active
        Users in the report, those with a licence, and those active in the window.
    concealed
        Whether the report hid who they are.
    """

    product: str
    until: dt.date
    users: int
    licensed: int
    active: int
    concealed: bool


def active_users(usage: pd.DataFrame) -> tuple[Active, ...]:
    """Return users by product and window, in order; users whose report does not say whether they were active are left out.

    Parameters
    ----------
    usage
        Rows of ``usage`` of people: unit_kind, unit_id, product, metric (``licensed``, ``active``), period_start, period_end and
        value. Overlapping windows must be gone already, as `Snapshot.table` leaves them out; two that share a day are refused.

    Raises
    ------
    WorkloadError
        If two windows of a product are stacked.
    """
    people = usage[usage["unit_kind"].isin(["person", "concealed"]) & usage["metric"].isin([SHARE, LICENCE])]
    keys = ["product", "period_start", "period_end", "unit_kind", "unit_id"]
    wide = people.pivot_table(index=keys, columns="metric", values="value", aggfunc="max").reset_index()
    if not {SHARE, LICENCE} <= set(wide.columns):
        return ()
    wide = wide.dropna(subset=[SHARE, LICENCE])
    out = []
    for product, mine in wide.groupby("product", sort=True):
        if _stacked(mine):
            raise WorkloadError(
                Text(f"「{product}」の集計期間が重なっています。", f"Windows of “{product}” overlap."),
                remedy=Text(
                    "snapshot.frame('usage') から読んでください。重なる期間を除きます。",
                    "Read them by snapshot.frame('usage'), which leaves overlapping ones out.",
                ),
            )
        for until, of in mine.groupby(mine["period_end"].astype("datetime64[s]"), sort=True):
            there = of[of[LICENCE] > 0]
            out.append(
                Active(
                    str(product), pd.Timestamp(str(until)).date(), len(of), len(there), int((there[SHARE] > 0).sum()),
                    bool((of["unit_kind"] == "concealed").any()),
                )
            )  # fmt: skip
    return tuple(out)


def _stacked(rows: pd.DataFrame) -> bool:
    """Tell whether two windows share more than the tenth of their days that month ends make windows of 30 days share."""
    windows = rows[["period_start", "period_end"]].drop_duplicates().sort_values("period_end")
    first, last = (pd.to_datetime(windows[c]) for c in ("period_start", "period_end"))
    days = (last - first).dt.days.to_numpy() + 1
    shared = (last.shift(1) - first).dt.days.to_numpy()[1:] + 1
    return bool((shared > days[1:] // TOLERATED).any())


@dataclass(frozen=True)
class Coverage:
    """Devices that reached offices, at the end of a fiscal year.

    Attributes
    ----------
    reached, units
        Offices with at least one in place, of those of the kind.
    in_place
        Given less returned.
    """

    product: str
    year: int
    reached: int
    units: int
    in_place: int


def coverage(
    usage: pd.DataFrame, units: Mapping[str, int], years: Mapping[int, dt.date]
) -> tuple[Coverage, ...]:
    """Return devices in place by product and fiscal year.

    Parameters
    ----------
    usage
        Rows of ``usage`` of offices: unit_id, product, metric (``given``, ``returned``), period_end, value.
    units
        Product to the number of offices it is meant for.
    years
        Fiscal year to its last day.

    Raises
    ------
    WorkloadError
        If an office gave back more than it had.
    """
    held = usage[(usage["unit_kind"] == "office") & usage["metric"].isin(["given", "returned"])]
    signed = held.assign(value=held["value"].where(held["metric"] == "given", -held["value"]))
    out = []
    for product, mine in signed.groupby("product", sort=True):
        for year, last in sorted(years.items()):
            there = (
                mine[pd.to_datetime(mine["period_end"]) <= pd.Timestamp(last)]
                .groupby("unit_id")["value"]
                .sum()
            )
            if (there < 0).any():
                raise WorkloadError(
                    Text(
                        f"「{product}」の返却が配備より多い職場があります。",
                        f"An office returned more of “{product}” than it was given.",
                    )
                )
            out.append(
                Coverage(
                    str(product),
                    year,
                    int((there > 0).sum()),
                    units.get(str(product), mine["unit_id"].nunique()),
                    int(there.sum()),
                )
            )
    return tuple(out)


@dataclass(frozen=True)
class Dose:
    """Effect of going live on use and on an outcome, and their ratio.

    Attributes
    ----------
    first, first_se
        On use, in the units of use.
    itt, itt_se
        On the outcome: intention to treat.
    f
        Of the first stage.
    ratio, low, high
        Outcome for each unit of use, with Fieller's (Anderson and Rubin's) interval; NaN ends where it is unbounded.
    units, clusters, n
        Units, clusters and rows.
    """

    first: float
    first_se: float
    itt: float
    itt_se: float
    ratio: float
    low: float
    high: float
    units: int
    clusters: int
    n: int

    def interval(self, estimate: float, se: float, level: float = 0.95) -> tuple[float, float]:
        """Return the interval of the first stage or of the intention to treat, by t with clusters − 1 degrees of freedom."""
        from scipy.special import stdtrit

        half = float(stdtrit(self.clusters - 1, 1 - (1 - level) / 2)) * se
        return estimate - half, estimate + half

    @property
    def f(self) -> float:
        """F of the first stage."""
        return (self.first / self.first_se) ** 2 if self.first_se > 0 else math.nan

    @property
    def trusted(self) -> bool:
        """Whether the first stage is strong and the interval bounded."""
        return self.f >= WEAK and math.isfinite(self.low)


def uses(outcome: str, use: str, scale: int) -> dict[str, Any]:
    """Return the outcomes `dose` needs, as expressions: outcome, use, and outcome + scale × use for their covariance."""

    def together(rows: Any) -> Any:
        return rows[outcome].cast("int64") + scale * rows[use].cast("int64")

    return {
        "outcome": lambda rows: rows[outcome].cast("int64"),
        "use": lambda rows: rows[use].cast("int64"),
        "together": together,
    }


def dose(cells: MomentCells, live: str, scale: int, *, level: float = 0.95) -> Dose:
    """Return the effects of `live` on use and outcome, two-way fixed effects, clustered by unit, and their ratio.

    The interval holds the ratios θ at which outcome − θ × use does not move with going live at this level: it is right however weak
    the first stage, and unbounded where use was not shown to move.

    Parameters
    ----------
    cells
        With the outcomes of `uses` and the regressor `live`.
    scale
        As given to `uses`.

    Raises
    ------
    CompareError
        If going live cannot be told from the effects.
    """
    from scipy.special import stdtrit

    fits = {name: fit_moments(cells, name, [live]) for name in ("outcome", "use", "together")}
    value = {k: float(f.beta[0]) for k, f in fits.items()}
    var = {k: float(f.covariance[0, 0]) for k, f in fits.items()}
    # Var(y + s d) = Var y + 2 s Cov + s² Var d
    cov = (var["together"] - var["outcome"] - scale**2 * var["use"]) / (2 * scale)
    fit = fits["use"]
    t = float(stdtrit(fit.n_clusters - 1, 1 - (1 - level) / 2))
    low, high = fieller(value["outcome"], value["use"], var["outcome"], var["use"], cov, t)
    return Dose(
        value["use"], math.sqrt(var["use"]), value["outcome"], math.sqrt(var["outcome"]),
        value["outcome"] / value["use"] if value["use"] else math.nan, low, high, fit.n_units, fit.n_clusters, fit.n,
    )  # fmt: skip


def fieller(a: float, b: float, var_a: float, var_b: float, cov: float, t: float) -> tuple[float, float]:
    """Return the interval of a/b (Fieller 1954); NaN where b is not shown to differ from zero and it is unbounded.

    >>> low, high = fieller(2.0, 1.0, 0.0, 0.0, 0.0, 2.0)
    >>> low == high == 2.0
    True
    """
    square = b * b - t * t * var_b
    if square <= 0:
        return math.nan, math.nan
    middle = a * b - t * t * cov
    root = math.sqrt(max(middle * middle - square * (a * a - t * t * var_a), 0.0))
    return (middle - root) / square, (middle + root) / square

"""Staggered difference-in-differences: effects by group and period and their means, as comparisons."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from kumastats.compare.cells import Floats, Ints
from kumastats.compare.clusters import spread, undecidable
from kumastats.compare.inference import EXACT, ROUNDING, checked_level, t_quantile
from kumastats.compare.long import LongPanel
from kumastats.compare.result import OFFICES, Comparison
from kumastats.compare.staggered.adjusted import Method
from kumastats.compare.staggered.cells import Base, Control
from kumastats.compare.staggered.drawing import PathDrawing
from kumastats.compare.staggered.group_time import GroupTime, Missing, group_time
from kumastats.errors import UsageError
from kumastats.text import Text

Aggregate = Literal["simple", "dynamic", "group", "calendar"]
QUARTILES = 1.3489795003921634  # distance of the normal quartiles

ESTIMAND = {
    "simple": Text("導入後のすべての期間の平均効果", "mean effect over all treated periods"),
    "dynamic": Text("導入からの期間ごとの効果の平均", "mean of the effects by time since treatment"),
    "group": Text("導入時期ごとの平均効果の平均", "mean of the groups' mean effects"),
    "calendar": Text("暦の期間ごとの効果の平均", "mean of the effects by calendar period"),
}
AGAINST = {
    "never": Text("導入しなかった単位と比べる", "against units never treated"),
    "not_yet": Text("まだ導入していない単位と比べる", "against units not yet treated"),
}


@dataclass(frozen=True)
class Named:
    """How results are called: measure, label, unit and the noun of what clusters count."""

    measure: str
    label: Text
    unit: Text
    decimals: int = 3
    counted: Text = OFFICES


@dataclass(frozen=True, eq=False)
class Staggered:
    """Effects of a staggered roll-out.

    Attributes
    ----------
    cells
        Group-time effects with their influence.
    draws
        Draws of the multiplier bootstrap; 0 for none.
    """

    cells: GroupTime
    named: Named
    control: Control
    level: float = 0.95
    draws: int = 0
    rng: np.random.Generator | None = field(default=None, repr=False)

    @cached_property
    def _multipliers(self) -> np.ndarray:
        if self.rng is None:
            raise UsageError(
                Text("ブートストラップには rng が要ります。", "The bootstrap needs a generator (rng).")
            )
        bits = np.frombuffer(
            self.rng.bytes((self.draws * len(self.cells.influence) + 7) // 8), dtype=np.uint8
        )
        signs = np.unpackbits(bits, count=self.draws * len(self.cells.influence)).astype(np.float32)
        signs *= 2
        signs -= 1
        return signs.reshape(self.draws, len(self.cells.influence))

    def _drawn(self, influence: Floats) -> np.ndarray:
        """Return the bootstrap's draws of estimates; signs meet clusters in an order that no label moves."""
        own = self.cells.influence
        order = np.lexsort((own.sum(axis=1), own[:, 0]))
        return np.asarray(self._multipliers @ influence[order].astype(np.float32))

    @property
    def att_gt(self) -> pd.DataFrame:
        """One row a group and period: group, time, post, and the columns of `path`."""
        c = self.cells
        frame = self._path(c.effect, c.influence)
        return pd.concat(
            [pd.DataFrame({"group": c.group, "time": c.time, "post": c.time >= c.group}), frame], axis=1
        )

    def aggregate(self, kind: Aggregate) -> Comparison:
        """Return a mean of the group-time effects, with the means it is made of as its `path`."""
        column, points, effects, given, shares = self._points(kind)
        counted = points >= 0 if kind == "dynamic" else np.ones(len(points), dtype=bool)
        weight = counted / counted.sum()
        of_weight = np.zeros(len(given))
        if kind == "group":
            at = np.searchsorted(self.cells.groups, points)
            share = self.cells.share[at]
            weight = share / share.sum()
            of_weight = self.cells.share_influence[:, at] @ (effects - weight @ effects) / share.sum()
        effect, own = float(weight @ effects), given @ weight
        influence = own + shares @ weight + of_weight
        if kind == "simple":  # its path is the event study
            column, points, effects, given, shares = self._points("dynamic")
        path = pd.concat([pd.DataFrame({column: points}), self._path(effects, given + shares)], axis=1)
        return self._comparison(kind, effect, influence, own, path)

    def _points(self, kind: Aggregate) -> tuple[str, Floats, Floats, Floats, Floats]:
        """Return what a kind of mean runs over – its name, its points and their effects – and the influence on these.

        The influence (G, points) comes in two parts: with the groups' shares given, and that of estimating the shares.
        """
        c = self.cells
        post = c.time >= c.group
        column, key = {
            "simple": ("all", np.zeros(len(post))), "dynamic": ("event_time", c.time - c.group), "group": ("group", c.group),
            "calendar": ("time", c.time),
        }[kind]  # fmt: skip
        used = np.arange(len(post)) if kind == "dynamic" else np.flatnonzero(post)
        points, code = np.unique(key[used], return_inverse=True)
        group = np.searchsorted(c.groups, c.group[used])
        total = np.bincount(code, c.share[group])
        weight = np.zeros((len(post), len(points)))
        weight[used, code] = c.share[group] / total[code]
        effects = c.effect @ weight
        by_share = np.zeros((len(c.groups), len(points)))
        np.add.at(by_share, (group, code), (c.effect[used] - effects[code]) / total[code])
        return column, points, effects, c.influence @ weight, c.share_influence @ by_share

    def _path(self, effect: Floats, influence: Floats) -> pd.DataFrame:
        """Return effects with pointwise intervals and, when bootstrapped, a uniform band."""
        se = np.sqrt((influence**2).sum(axis=0))
        moving = se > 1e-12 * (1 + np.abs(effect))
        z = t_quantile(1 - (1 - self.level) / 2, math.inf)
        band = math.nan
        if self.draws and moving.any():
            drawn = self._drawn(influence[:, moving])
            se = se.copy()
            se[moving] = np.diff(np.quantile(drawn, [0.25, 0.75], axis=0), axis=0)[0] / QUARTILES
            band = float(np.quantile((np.abs(drawn) / se[moving]).max(axis=1), self.level))
        se = np.where(moving, se, np.nan)
        return pd.DataFrame(
            {
                "estimate": effect, "std_error": se, "conf_low": effect - z * se, "conf_high": effect + z * se,
                "band_low": effect - band * se, "band_high": effect + band * se,
            }
        )  # fmt: skip

    def _comparison(
        self, kind: Aggregate, effect: float, influence: Floats, own: Floats, path: pd.DataFrame
    ) -> Comparison:
        """Return the verdict by `own`, the influence with shares given; `influence` is the usual one."""
        c, named = self.cells, self.named
        panel, clusters, treated = c.panel, len(c.influence), len(c.treated)
        analytic = float(np.sqrt((influence**2).sum()))
        reason = undecidable(clusters, treated)
        nan = math.nan
        se, df, ci, p, detectable, how = nan, nan, (nan, nan), nan, nan, "none"
        if reason is None:
            made = spread(own, *self._strata())
            if not made.se > ROUNDING * float(np.abs(panel.y).max()):  # NaN too
                reason = Text(
                    "単位間のばらつきがなく、誤差を見積もれない",
                    "units do not vary, so no error can be estimated",
                )
            else:
                low, high, df = made.interval(effect, self.level)
                se, ci, p, how = made.se, (low, high), made.p(effect), EXACT
                detectable = (t_quantile(1 - (1 - self.level) / 2, df) + t_quantile(0.8, df)) * se
        extra: dict[str, float] = {
            "se_influence": analytic,
            "cells_without_control": float(c.without_control),
        }
        if self.draws:
            drawn = self._drawn(influence)
            extra["se_bootstrap"] = float(np.diff(np.quantile(drawn, [0.25, 0.75]))[0] / QUARTILES)
        estimand, against = ESTIMAND[kind], AGAINST[self.control]
        return Comparison(
            measure=named.measure, label=named.label, unit=named.unit, decimals=named.decimals, design="staggered",
            estimand=Text(f"{estimand.ja}（{against.ja}）", f"{estimand.en}, {against.en}"), estimate=effect, se=se, df=df, ci=ci,
            level=self.level, p=p, n=c.n_used, n_units=len(panel.units), n_clusters=clusters, n_treated_clusters=treated,
            dropped=dict(sorted(c.dropped.items())), inference=how, decidable=reason is None, undecidable_reason=reason,
            minimal_detectable_effect=detectable, extra=extra, term=kind, counted=named.counted, path=path, drawing=PathDrawing(),
        )  # fmt: skip

    def _strata(self) -> tuple[Ints, Floats, Ints]:
        """Return the cohort each cluster belongs to (the earliest of its units), its weight, and which cohorts are treated."""
        panel, clusters = self.cells.panel, len(self.cells.influence)
        first = np.full(clusters, np.inf)
        np.minimum.at(first, panel.cluster, panel.first)
        known, stratum = np.unique(first, return_inverse=True)
        weight = np.bincount(panel.cluster, panel.weight, clusters).astype(np.float64)
        return stratum.astype(np.int64), weight, np.flatnonzero(np.isfinite(known)).astype(np.int64)

    @property
    def simple(self) -> Comparison:
        """Mean over all treated group-periods, weighted by the groups' sizes."""
        return self.aggregate("simple")

    @property
    def dynamic(self) -> Comparison:
        """Mean of the effects by time since treatment; the path is the event study."""
        return self.aggregate("dynamic")


def staggered_panel(
    panel: LongPanel,
    *,
    control: Control = "not_yet",
    method: Method = "dr",
    base: Base = "varying",
    anticipation: float = 0,
    missing: Missing | None = None,
    named: Named | None = None,
    level: float = 0.95,
    draws: int = 0,
    rng: np.random.Generator | None = None,
) -> Staggered:
    """Estimate the effects of a staggered roll-out from any panel.

    Parameters
    ----------
    panel
        See `LongPanel.from_frame`.
    control
        Compared with units ``never`` treated, or ``not_yet`` treated (these included).
    method
        With covariates: ``reg``, ``ipw`` or ``dr``; without them the three are the same.
    base, anticipation
        Base period of cells before treatment, and periods before it in which effects may already show.
    missing
        See `group_time`; needed only where units are not seen in every period.
    draws, rng
        Of the multiplier bootstrap (Rademacher, by cluster); with them paths carry uniform bands.

    Returns
    -------
    Staggered
        ``simple``, ``dynamic``, ``aggregate(kind)`` and ``att_gt``. A comparison's `se` is small-sample corrected and takes the
        groups' shares as given: a roll-out has the sizes it has, and the verdict is about these units. The large-sample
        one that R's did and csdid print, with estimated shares, is ``extra["se_influence"]``.

    Raises
    ------
    CompareError
        If nothing identifies an effect.
    """
    checked_level(level)
    cells = group_time(
        panel, control=control, method=method, base=base, anticipation=anticipation, missing=missing
    )
    outcome = Named("outcome", Text("アウトカム", "outcome"), Text("単位", "units"))
    return Staggered(cells, named or outcome, control, level, draws, rng)

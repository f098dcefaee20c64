"""One treated unit beside a weighted mean of donors; the verdict is its rank among placebos."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.drawing import SeriesDrawing
from kumastats.compare.inference import POWER, checked_level
from kumastats.compare.result import Check, Comparison
from kumastats.compare.subject import PLAIN, Array, Subject, conclude
from kumastats.compare.synthetic.weights import simplex_weights
from kumastats.display import Figure
from kumastats.errors import CompareError
from kumastats.text import Lang, Text


@dataclass(frozen=True, eq=False)
class SyntheticControl:
    """A synthetic control.

    Attributes
    ----------
    comparison
        Mean gap after; the p-value is the treated unit's rank by RMSPE ratio.
    weights
        Donor to weight, largest first, those above zero.
    path
        Columns ``treated``, ``synthetic``, ``gap`` by period.
    placebos
        A row a unit, sorted by ``ratio``: ``estimate``, ``rmspe_before``, ``rmspe_after``, ``ratio``.
    leave_one_out
        Estimate without each donor of weight.
    """

    comparison: Comparison
    weights: Mapping[str, float]
    path: pd.DataFrame
    placebos: pd.DataFrame
    leave_one_out: Mapping[str, float]

    def plot(self, lang: Lang = "ja") -> Figure:
        """Draw the unit and its synthetic twin."""
        return self.comparison.plot(lang)


def synthetic_control(
    outcomes: pd.DataFrame,
    treated: Hashable,
    start: object,
    *,
    donors: Sequence[Hashable] | None = None,
    subject: Subject = PLAIN,
    level: float = 0.95,
) -> SyntheticControl:
    """Compare `treated` with the convex mix of donors that follows it best before `start`.

    Parameters
    ----------
    outcomes
        A row a period, a column a unit; sorted by period here. Donors with a gap are left out and counted.
    start
        First treated period, on the frame's index.

    Raises
    ------
    CompareError
        If the unit is unknown or has gaps, no donor is whole, or there are fewer than two periods before and one after.

    Source: Abadie, Diamond and Hainmueller (2010), JASA 105. The interval inverts the placebo test of the mean gap over
    the RMSPE before, for a constant effect.
    """
    checked_level(level)
    outcomes = outcomes.set_axis([str(c) for c in outcomes.columns], axis=1)
    treated, donors = str(treated), None if donors is None else [str(d) for d in donors]
    if treated not in outcomes.columns or not outcomes.columns.is_unique or not outcomes.index.is_unique:
        raise CompareError(
            Text(
                f"「{treated}」がないか、単位や期間が重なっています。",
                f"“{treated}” is not there, or units or periods repeat.",
            )
        )
    try:
        if any(t.kind in "cmM" for t in outcomes.dtypes if isinstance(t, np.dtype)):
            raise TypeError
        table = outcomes.sort_index().astype(float)
    except (TypeError, ValueError):
        raise CompareError(
            Text(
                "数値でない値か、順に並ばない期間があります。",
                "An outcome is no number, or periods have no order.",
            )
        ) from None
    try:
        before = np.asarray(table.index < start)
    except TypeError:
        raise CompareError(
            Text(
                f"開始 {start} が期間の型と違います。",
                f"The start {start} is not on the scale of the periods.",
            )
        ) from None
    names = sorted(str(c) for c in (outcomes.columns if donors is None else donors) if c != treated)
    unknown = [d for d in names if d not in table.columns]
    if unknown:
        raise CompareError(Text(f"「{unknown[0]}」がありません。", f"There is no unit “{unknown[0]}”."))
    whole = [d for d in names if np.isfinite(table[d].to_numpy()).all()]
    if not whole or before.sum() < 2 or before.all() or not np.isfinite(table[treated].to_numpy()).all():
        raise CompareError(
            Text(
                "比べる単位、導入前の2期間、導入後の1期間、欠けのない系列が必要です。",
                "It takes a whole donor, two periods before, one after, and a treated unit without gaps.",
            )
        )
    units = [treated, *whole]
    values = table[units].to_numpy()
    weights = simplex_weights(values[before, 0], values[before, 1:])
    gaps = [values[:, 0] - values[:, 1:] @ weights]
    for i in range(1, len(units)):  # the treated unit is no donor of a placebo
        others = [j for j in range(1, len(units)) if j != i]
        if others:
            gaps.append(
                values[:, i]
                - values[:, others] @ simplex_weights(values[before, i], values[before][:, others])
            )
    return _finish(table, units, before, weights, gaps, len(names) - len(whole), subject, level)


def _finish(
    table: pd.DataFrame, units: list[str], before: npt.NDArray[np.bool_], weights: Array, gaps: list[Array], lost: int, subject: Subject, level: float
) -> SyntheticControl:  # fmt: skip
    values = table[units].to_numpy()
    gap = np.array(gaps)
    pre = np.sqrt((gap[:, before] ** 2).mean(1))
    post = np.sqrt((gap[:, ~before] ** 2).mean(1))
    mean = gap[:, ~before].mean(1)
    floor = 1e-12 * max(1.0, float(np.abs(values).max()))
    ratio = post / np.maximum(pre, floor)
    places = len(gap)
    least_p = 1 / places
    p = float((ratio >= ratio[0] * (1 - 1e-12)).sum()) / places
    alpha = 1 - level
    reason = None
    ci, detectable = (math.nan, math.nan), math.nan
    if least_p > alpha:
        reason = Text(
            f"比べる単位が{places - 1}しかなく、順位のp値は{least_p:.3f}より小さくなれない",
            f"with {places - 1} donors a rank p-value cannot be below {least_p:.3f}",
        )
    else:
        most = math.floor(
            alpha * places + 1e-9
        )  # as many of all, the treated unit among them, may lie beyond
        scaled = mean[1:] / np.maximum(pre[1:], floor) * pre[0]
        cut = np.sort(np.abs(scaled))[::-1][most - 1]
        ci = (mean[0] - cut, mean[0] + cut)
        # the effect that four placebos of five, of either sign, would still carry past the cut
        detectable = float(cut + np.quantile(np.concatenate([scaled, -scaled]), POWER))
    ordinary = float(np.median(pre[1:])) if places > 1 else math.nan
    fits = bool(pre[0] <= 2 * ordinary) if places > 1 else False
    frame = pd.DataFrame(
        {"unit": units[:places], "estimate": mean, "rmspe_before": pre, "rmspe_after": post, "ratio": ratio}
    ).sort_values(["ratio", "unit"], ascending=[False, True], ignore_index=True)
    ordered = sorted(
        (i for i in range(len(weights)) if weights[i] > 1e-9), key=lambda i: (-weights[i], units[i + 1])
    )
    without: dict[str, float] = {}
    for i in ordered:
        rest = [j for j in range(len(weights)) if j != i]
        if rest:
            w = simplex_weights(values[before, 0], values[before][:, 1:][:, rest])
            without[units[i + 1]] = float((values[~before, 0] - values[~before][:, 1:][:, rest] @ w).mean())
    did = values[:, 0] - values[:, 1:].mean(1)
    path = pd.DataFrame(
        {"treated": values[:, 0], "synthetic": values[:, 1:] @ weights, "gap": gap[0]}, index=table.index
    )
    comparison = conclude(
        subject, design="synthetic_control", inference="placebo_in_space", estimate=mean[0], n=values.size,
        units=len(units), treated=1, level=level, ci=ci, p=p, undecidable=reason, dropped={"donor_with_gap": lost} if lost else {},
        estimand=Text(
            "導入した単位と、導入前に最もよく追う比較単位の混合との、導入後の平均の差",
            "the mean gap after going live between the unit and the mix of donors that follows it best before",
        ),
        checks=(
            Check("fit_before", "pass" if fits else "warn", Text(
                "導入前の当てはまりは、比較単位の中央値の2倍以内か", "whether the fit before is within twice the donors' median"
            ), float(pre[0])),
        ),
        extra={
            "rmspe_before": float(pre[0]), "rmspe_ratio": float(ratio[0]), "attainable_p": least_p,
            "periods_before": float(before.sum()), "did": float(did[~before].mean() - did[before].mean()),
        },
        path=path, drawing=SeriesDrawing(("treated", "synthetic"), int(before.sum())), detectable=detectable,
    )  # fmt: skip
    return SyntheticControl(
        comparison, MappingProxyType({units[i + 1]: float(weights[i]) for i in ordered}), path, frame, MappingProxyType(without)
    )  # fmt: skip

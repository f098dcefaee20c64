"""Checks of a difference-in-differences: what would have to be true, looked at in the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from kumastats.calendar import Month, Shock, shocks_during
from kumastats.compare.cells import read_panel
from kumastats.compare.design import Design
from kumastats.compare.goodman_bacon import goodman_bacon
from kumastats.compare.inference import infer, joint
from kumastats.compare.outcome import Outcome
from kumastats.compare.randomisation import randomisation
from kumastats.compare.result import Check
from kumastats.compare.twfe import Fit, Regressors, solve
from kumastats.errors import CompareError
from kumastats.text import Text

ALARM, CAUTION = 0.05, 0.10
MUCH_FORBIDDEN = 0.10
LEAD_WIDTH = 3  # months a lead is averaged over
MOST_LEADS = 4


def _not_run(name: str, ja: str, en: str, *, asked: bool = True) -> Check:
    return Check(name, "not_run", Text(ja, en), asked=asked)


def two_way(design: Design) -> float:
    """Return the two-way estimate of a design."""
    return float(solve(design.panel, Regressors.indicator(design.post)).beta[0])


def two_way_p(design: Design) -> float:
    """Return the p-value of the two-way estimate by the rule of few clusters; NaN where they are too few."""
    fit = solve(design.panel, Regressors.indicator(design.post))
    return infer(fit, treated=design.n_treated_clusters, level=0.95).p


def pre_trend(design: Design) -> Check:
    """Test whether treated units already moved apart before going live (jointly, by quarters before)."""
    name = "pre_trend"
    lead = np.where(
        design.treated & (design.event_month < -LEAD_WIDTH), (-design.event_month - 1) // LEAD_WIDTH - 1, -1
    )
    lead = np.minimum(lead, MOST_LEADS - 1)
    held = sorted(set(lead[lead >= 0].tolist()))
    if not held:
        return _not_run(name, "導入前の月が足りない", "too few months before going live")
    before = ~design.post
    code = np.searchsorted(held, lead)
    code = np.where(lead >= 0, code, -1)[before].astype(np.int64)
    try:
        fit = solve(design.panel.keep(before), Regressors.dummies(code, len(held)))
    except CompareError:
        return _not_run(name, "導入前の傾向を推定できない", "the earlier trend cannot be estimated")
    p = joint(fit, treated=design.n_treated_clusters)
    if not np.isfinite(p):
        return _not_run(name, "職場が少なく検定できない", "too few units to test")
    if p < ALARM:
        return Check(
            name, "fail", Text("導入前から動きが違っていた", "the groups moved apart before going live"), p
        )
    if p < CAUTION:
        return Check(
            name,
            "warn",
            Text("導入前の動きが違っていたおそれがある", "the groups may have moved apart before"),
            p,
        )
    return Check(
        name, "pass",
        Text("導入前の動きに差は見つからない（差がない証明ではない）", "no difference was found before going live (which proves none)"), p,
    )  # fmt: skip


def negative_control(
    design: Design,
    cells: pd.DataFrame | None,
    measure: Outcome | None,
    *,
    unit: str,
    cluster: Mapping[str, str] | None,
    test: Callable[[Design], float] = two_way_p,
) -> Check:
    """Repeat the comparison on an outcome the change should not move; `test` gives its p-value."""
    name = "negative_control"
    if cells is None or measure is None or not len(cells):
        return _not_run(name, "陰性対照の指標がない", "there is no negative-control outcome", asked=False)
    panel = read_panel(cells, measure, unit=unit, cluster=cluster)
    place = {
        (design.panel.units[u], design.panel.months[m]): i
        for i, (u, m) in enumerate(zip(design.panel.unit, design.panel.month, strict=True))
    }
    at = np.array(
        [
            place.get((panel.units[u], panel.months[m]), -1)
            for u, m in zip(panel.unit, panel.month, strict=True)
        ]
    )
    rows = at >= 0
    own = at[rows]
    if not design.post[own].any():
        return _not_run(name, "陰性対照のデータがない", "there are no data of the negative control")
    try:
        p = test(Design(panel.keep(rows), design.treated[own], design.post[own], design.event_month[own], {}))
    except CompareError:
        return _not_run(name, "陰性対照を推定できない", "the negative control cannot be estimated")
    if not np.isfinite(p):
        return _not_run(name, "職場が少なく検定できない", "too few units to test")
    told = f"{measure.label.ja}", f"{measure.label.en}"
    if p < ALARM:
        return Check(
            name,
            "fail",
            Text(
                f"動くはずのない指標（{told[0]}）も動いた", f"an outcome that should not move did ({told[1]})"
            ),
            p,
        )
    return Check(
        name,
        "pass",
        Text(
            f"動くはずのない指標（{told[0]}）は動いていない",
            f"the outcome that should not move did not ({told[1]})",
        ),
        p,
    )


def without_each(design: Design, estimator: Callable[[Design], float]) -> list[float | None]:
    """Return the estimate with each cluster left out in turn; None where nothing then identifies it."""
    own = design.panel.cluster[design.panel.unit]
    out: list[float | None] = []
    for g in range(len(design.panel.clusters)):
        try:
            out.append(estimator(design.keep(own != g)))
        except CompareError:
            out.append(None)
    return out


def leave_one_out(estimate: float, without: Sequence[float | None], ci: tuple[float, float]) -> Check:
    """Judge the estimates without each cluster in turn (None: not identified): no single one may carry the finding."""
    name = "leave_one_out"
    values = [v for v in without if v is not None]
    if len(values) < len(without):
        return Check(
            name, "warn", Text("一つの職場を除くと推定できない", "without one unit nothing can be estimated")
        )
    furthest = max(values, key=lambda v: abs(v - estimate))
    flips = any(np.sign(v) != np.sign(estimate) for v in values)
    outside = bool(np.isfinite(ci[0])) and not ci[0] <= furthest <= ci[1]
    ratio = abs(furthest - estimate) / abs(estimate) if estimate else float("inf")
    if outside:
        return Check(
            name, "fail", Text("一つの職場で結果が決まっている", "one unit carries the finding"), ratio
        )
    if flips:
        return Check(
            name,
            "warn",
            Text("一つの職場を除くと符号が変わる", "leaving out one unit changes the sign"),
            ratio,
        )
    return Check(
        name, "pass", Text("どの職場を除いても符号は変わらない", "no single unit changes the sign"), ratio
    )


def timing_weights(design: Design, fit: Fit) -> Check:
    """Tell how much of the estimate comes with negative weights (de Chaisemartin and D'Haultfœuille 2020)."""
    weights = fit.residualised(0)[design.post]
    negative = float(-weights[weights < 0].sum() / weights[weights > 0].sum()) if (weights > 0).any() else 0.0
    name = "timing_weights"
    if negative > 0.1:
        return Check(
            name,
            "fail",
            Text(
                "導入時期の違いで、効果に負の重みがつく",
                "staggered timing gives effects large negative weights",
            ),
            negative,
        )
    if negative > 0:
        return Check(
            name,
            "warn",
            Text(
                "導入時期の違いで、わずかに負の重みがある",
                "staggered timing gives some effects small negative weights",
            ),
            negative,
        )
    return Check(name, "pass", Text("負の重みはない", "no effect has a negative weight"), negative)


def forbidden_comparisons(design: Design) -> Check:
    """Tell how much of the estimate compares with units already live (Goodman-Bacon 2021).

    Units seen in every month in which all treated ones are, by their mean size: the decomposition needs a balanced panel.
    """
    name = "forbidden_comparisons"
    panel = design.long()
    if len(np.unique(panel.first[np.isfinite(panel.first)])) < 2:
        told = Text(
            "導入済みの職場を比較に使っていない（導入日は一つ）",
            "no office already live is compared with: there is one live date",
        )
        return Check(name, "pass", told, 0.0)
    wide = panel.wide(panel.y)
    whole = np.asarray(np.isfinite(wide[np.isfinite(panel.first)]).all(axis=0))
    try:
        taken = goodman_bacon(panel.keep(whole[panel.period]).complete_units())
    except CompareError:
        return _not_run(
            name, "全期間そろう職場が足りず分解できない", "too few offices are seen in every month"
        )
    return Check(name, "warn" if taken.forbidden > MUCH_FORBIDDEN else "pass", taken.told, taken.forbidden)


def shocks_masked(
    design: Design,
    shocks: Sequence[Shock],
    ci: tuple[float, float],
    *,
    estimator: Callable[[Design], float] = two_way,
) -> Check:
    """Estimate again without the months of each grave shock; the estimate must stay within its interval."""
    name = "shocks"
    if not shocks:
        return Check(
            name, "pass", Text("期間内に重大な別の出来事はない", "no grave other event falls into the window")
        )
    if not np.isfinite(ci[0]):
        return _not_run(name, "区間がないので比べられない", "there is no interval to compare with")
    moved = []
    for shock in shocks:
        months = np.array([_touches(m, shock) for m in design.panel.months])[design.panel.month]
        if months.all():
            moved.append(shock)
            continue
        try:
            beta = estimator(design.keep(~months))
        except CompareError:
            moved.append(shock)
            continue
        if not ci[0] <= beta <= ci[1]:
            moved.append(shock)
    if moved:
        told = _events(moved)
        return Check(
            name,
            "fail",
            Text(
                f"出来事（{told.ja}）の月を除くと、推定が区間を外れるか、推定できなくなる",
                f"without the months of an event ({told.en}) the estimate leaves its interval, or none is left",
            ),
        )
    told = _events(shocks)
    return Check(
        name,
        "pass",
        Text(
            f"出来事（{told.ja}）の月を除いても推定は区間内にある",
            f"without the months of {told.en} the estimate stays within its interval",
        ),
    )


def _touches(month: str, shock: Shock) -> bool:
    held = Month(month)
    last = shock.last if shock.end or shock.last != dt.date.max else dt.date.max
    return held.start <= last and held.end >= shock.start


def reassigned(design: Design, p: float, *, draws: int, rng: np.random.Generator) -> Check:
    """Draw the live dates anew: does the verdict stand where only who was treated when is left to chance?"""
    name = "reassigned"
    if len(design.panel.clusters) < len(design.panel.units):
        return _not_run(name, "職場をまとめて導入した", "offices went live in clusters", asked=False)
    try:
        made = randomisation(design, draws=draws, rng=rng)
    except CompareError:
        return _not_run(name, "入れ替える相手がいない", "there is nobody to exchange with", asked=False)
    if made.smallest_p > ALARM or not np.isfinite(p):
        return _not_run(name, "入れ替え方が少なく判断できない", "too few ways to exchange to decide anything")
    again = made.p()
    if (again <= ALARM) == (p <= ALARM):
        return Check(
            name,
            "pass",
            Text("導入した職場を入れ替える検定も同じ判断", "exchanging who went live decides alike"),
            again,
        )
    return Check(
        name, "warn",
        Text("導入した職場を入れ替える検定では判断が変わる", "exchanging who went live decides otherwise"), again,
    )  # fmt: skip


def grave_shocks(measure: Outcome, start: dt.date, end: dt.date) -> tuple[Shock, ...]:
    """Return the grave shocks in the window that touch the outcome."""
    if measure.shock_outcome is None:
        return ()
    return tuple(s for s in shocks_during(start, end, outcome=measure.shock_outcome) if s.grave)


def _events(shocks: Sequence[Shock]) -> Text:
    return Text("、".join(s.event.ja for s in shocks), "; ".join(s.event.en for s in shocks))

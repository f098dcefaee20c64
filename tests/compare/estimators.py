"""Every public estimator of kumastats.compare with a plain input, by what it is called with: tables for the tests that walk them."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from outcomes import Plain, panel

import kumastats.compare as compare
from kumastats.compare.design import lay_out
from kumastats.compare.twfe import Regressors, solve
from kumastats.text import Text
from kumastats.warehouse.moments import MomentCells

HOURS = Plain(scale=1000.0)
START, LIVE_DAY, END = dt.date(2017, 1, 1), dt.date(2018, 1, 1), dt.date(2018, 12, 31)
COLUMNS = {"outcome": "y", "unit": "u", "period": "t", "cohort": "g"}


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def two_arrays() -> dict[str, Any]:
    x = rng().normal(10, 2, 14)
    return {"x": x, "y": x + rng(2).normal(1, 3, 14)}


def waits() -> dict[str, Any]:
    day = np.arange(48) % 12
    return {"x": rng().exponential(10, 48), "dx": day, "y": rng(2).exponential(13, 48), "dy": day + 100}


def survey() -> dict[str, Any]:
    answer = rng().integers(1, 6, 80)
    frame = {"answer": answer, "wave": ["2017"] * 40 + ["2018"] * 40, "w": rng(2).uniform(0.5, 2, 80)}
    return {"frame": pd.DataFrame({**frame, "c": np.arange(80) % 16})}


def months_of_units() -> dict[str, Any]:
    rows = panel(rng(), 8, 36, 4, 24, -1000).rename(columns={"office_id": "unit", "s1": "value"})
    return {"frame": rows, "live": dict.fromkeys(sorted(rows["unit"].unique())[:4], dt.date(2018, 4, 1))}


def cells() -> dict[str, Any]:
    rows = panel(rng(), 16, 24, 6, 12, -1000)
    people = rng(3).integers(5, 20, len(rows))
    rows = rows.assign(n=people, s1=(rows["s1"] // 12) * people)
    return {"frame": rows, "live": dict.fromkeys(sorted(rows["office_id"].unique())[:6], LIVE_DAY)}


def long() -> dict[str, Any]:
    rows = [(f"u{i:02d}", t, 0 if i >= 8 else 4 + i % 3) for i in range(20) for t in range(1, 9)]
    frame = pd.DataFrame(rows, columns=["u", "t", "g"])
    effect = ((frame["g"] > 0) & (frame["t"] >= frame["g"])).astype(float)
    return {"frame": frame.assign(y=rng(4).normal(0, 1, len(frame)) + frame["t"] * 0.1 - effect)}


def series() -> dict[str, Any]:
    e = rng(5)
    return {"y": 10 + np.cumsum(e.normal(0, 0.3, 60)) + e.normal(0, 1, 60) - 2 * (np.arange(60) >= 36)}


def units_beside() -> dict[str, Any]:
    walk = rng(6).normal(0, 1, (24, 25)).cumsum(axis=0) + 10
    return {"frame": pd.DataFrame(walk, columns=[f"s{i:02d}" for i in range(25)])}


def moment_cells() -> dict[str, Any]:
    e, units, periods = rng(7), 12, 8
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    rows = e.integers(3, 9, units * periods)
    y = [e.poisson(20 + i % 5, size=m) for i, m in enumerate(rows)]
    names = tuple(f"u{i:02d}" for i in range(units)), tuple(f"2018-{i + 1:02d}" for i in range(periods))
    first = np.array([[a.sum()] for a in y])
    made = MomentCells(
        *names,
        unit,
        period,
        ("y",),
        rows,
        rows,
        first,
        {(0, 0): np.array([(a * a).sum() for a in y])},
        1,
        "id",
    )
    late = ((unit < 5) & (period >= 4)).astype(float)
    return {"cells": made, "late": late, "cohort": dict.fromkeys(names[0][:5], "2018-05")}


def kept(given: dict[str, Any], rows: np.ndarray) -> dict[str, Any]:
    """Return the moment cells of some rows, with their regressor."""
    c = given["cells"]
    part = {"unit": c.unit[rows], "period": c.period[rows], "rows": c.rows[rows], "weight": c.weight[rows]}
    second = {k: v[rows] for k, v in c.second.items()}
    made = dataclasses.replace(c, **part, first=c.first[rows], second=second)
    return {**given, "cells": made, "late": given["late"][rows]}


def by_cells(function: Callable[..., Any], **more: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda i: function(i["frame"], live=i["live"], measure=HOURS, **{k: v() if callable(v) else v for k, v in more.items()})  # fmt: skip


def by_fit(function: Callable[..., Any]) -> Callable[[dict[str, Any]], Any]:
    def ask(i: dict[str, Any]) -> Any:
        design = lay_out(i["frame"], HOURS, live=i["live"], start=START, end=END)
        return function(design, solve(design.panel, Regressors.indicator(design.post)))

    return ask


def by_long(function: Callable[..., Any], **more: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda i: function(compare.LongPanel.from_frame(i["frame"], **COLUMNS), **more)


def by_pair(function: Callable[..., Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda i: function(i["x"], i["y"])


def halves(i: dict[str, Any]) -> np.ndarray:
    return (np.arange(len(np.atleast_1d(i["x"]))) % 2).astype(float)


def hac(i: dict[str, Any]) -> Any:
    size = len(np.atleast_1d(i["y"]))
    return compare.newey_west(i["y"], np.column_stack([np.ones(size), np.arange(size)]), 3)


def fitting(i: dict[str, Any]) -> Any:
    """Weights of the donors before the change, by the frame's own columns."""
    frame = i["frame"].sort_index().iloc[:12]
    return compare.simplex_weights(frame.iloc[:, 0].to_numpy(), frame.iloc[:, 1:].to_numpy())


PLAN = compare.Plan.even(10, waiting=5, before=6, after=5)
WINDOW = {"start": START, "end": END}
# the plain input of each kind
PLAIN: dict[str, Callable[[], dict[str, Any]]] = {
    "pairs": two_arrays, "groups": two_arrays, "waits": waits, "survey": survey, "months": months_of_units, "cells": cells,
    "fit": cells, "long": long, "series": series, "beside": units_beside, "moments": moment_cells,
}  # fmt: skip
# kind and call of every public function that takes data
TRIED: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "paired_t": ("pairs", by_pair(compare.paired_t)),
    "signed_rank": ("pairs", by_pair(compare.signed_rank)),
    "d_z": ("pairs", by_pair(compare.d_z)),
    "d_av": ("pairs", by_pair(compare.d_av)),
    "rank_biserial": ("pairs", by_pair(compare.rank_biserial)),
    "ancova": ("pairs", lambda i: compare.ancova(i["x"], i["y"], halves(i))),
    "welch": ("groups", by_pair(compare.welch)),
    "rank_sum": ("groups", by_pair(compare.rank_sum)),
    "hedges_g": ("groups", by_pair(compare.hedges_g)),
    "cliffs_delta": ("groups", by_pair(compare.cliffs_delta)),
    "quantile_change": ("waits", lambda i: compare.quantile_change((i["x"], i["dx"]), (i["y"], i["dy"]), rng=rng(), draws=99)),
    "wave_change": ("survey", lambda i: compare.wave_change(i["frame"], weight="w", cluster="c")),
    "same_month": ("months", lambda i: compare.same_month(i["frame"], i["live"])),
    "did": ("cells", by_cells(compare.did, rng=rng, draws=99, **WINDOW)),
    "staggered_rollout": ("cells", by_cells(compare.staggered_rollout, **WINDOW)),
    "event_study": ("cells", by_cells(compare.event_study, **WINDOW)),
    "before_after": ("cells", by_cells(compare.before_after, end=END, cohorts=[LIVE_DAY])),
    "placebo_in_time": ("cells", by_cells(compare.placebo_in_time, start=START, rng=rng, earlier=6)),
    "did_specifications": ("cells", lambda i: compare.specification_curve(by_cells(compare.did_specifications, seed=1, draws=19, **WINDOW)(i))),
    "specification_curve": ("cells", lambda i: compare.specification_curve([(Text("差の差", "did"), lambda: by_cells(compare.did, rng=rng, draws=19, run_checks=False, **WINDOW)(i))])),
    "compare_plans": ("cells", lambda i: compare.compare_plans(i["frame"], [PLAN], measure=HOURS, smallest_effect=1.0, seed=1, repetitions=8, live=i["live"])),
    "wild_bootstrap": ("fit", by_fit(lambda _, f: compare.wild_bootstrap(f, weights="webb", draws=99, rng=rng()))),
    "crv3": ("fit", by_fit(lambda _, f: compare.crv3(f))),
    "ward_mean": ("fit", by_fit(lambda d, _: compare.ward_mean(d))),
    "detectable_drift": ("fit", by_fit(lambda d, _: compare.detectable_drift(d))),
    "randomisation": ("fit", by_fit(lambda d, _: compare.randomisation(d, draws=99, rng=rng()))),
    "staggered_panel": ("long", by_long(compare.staggered_panel, missing="pairs")),
    "sun_abraham": ("long", by_long(compare.sun_abraham)),
    "imputation": ("long", by_long(compare.imputation)),
    "goodman_bacon": ("long", by_long(compare.goodman_bacon)),
    "interrupted_series": ("series", lambda i: compare.interrupted_series(i["y"], 36)),
    "local_level": ("series", lambda i: compare.local_level(i["y"], interruption=36)),
    "xmr": ("series", lambda i: compare.xmr(i["y"])),
    "newey_west": ("series", hac),
    "synthetic_control": ("beside", lambda i: compare.synthetic_control(i["frame"], "s00", 12)),
    "simplex_weights": ("beside", fitting),
    "fit_moments": ("moments", lambda i: compare.fit_moments(i["cells"], "y", constant={"late": i["late"]})),
    "fit_poisson": ("moments", lambda i: compare.fit_poisson(i["cells"], "y", constant={"late": i["late"]})),
    "event_study_moments": ("moments", lambda i: compare.event_study_moments(i["cells"], "y", cohort=i["cohort"])),
}  # fmt: skip
# public functions of a few plain numbers: their own table of what is refused
SMALL: dict[str, tuple[Callable[[], Any], ...]] = {
    "adjusted": tuple(lambda p=p: compare.adjusted(p) for p in ([2], [-0.1], [np.nan], ["a"], [[0.1]], 0.1, [np.inf], [None])),
    "family": tuple(lambda a=a: compare.family([compare.paired_t([1, 2, 4], [2, 4, 5])], alpha=a) for a in (0, 1, np.nan)),
    "risk_difference": tuple(lambda p=p: compare.risk_difference(p, (1, 2)) for p in ((1, 0), (-1, 2), (3, 2), (np.nan, 2), (1, np.inf), ("a", 2), (None, 2))),
    "fixed_b": tuple(lambda a=a: compare.fixed_b(*a) for a in ((60, 60), (0, 0), (60, -1), (60, 3, 0.5), (60, 3, np.nan))),
    "sup_t": tuple(lambda m=m: compare.sup_t(m) for m in (np.empty((0, 0)), np.ones(3), np.ones((2, 3)), np.full((2, 2), np.nan), np.array([["a"]])))
    + tuple(lambda k=k: compare.sup_t(np.eye(2), **k) for k in ({"df": 0}, {"df": np.nan}, {"level": 1}, {"level": np.nan})),
    "draw": (*(lambda o=o: compare.draw(PLAN, o, seed=1) for o in ([], ["a"] * 10, [None] * 10, [np.nan] * 10)),
    lambda: compare.draw(PLAN, [f"o{k}" for k in range(10)], seed=-1)),
}  # fmt: skip
TYPES = {
    "Check", "Comparison", "EventStudy", "GoodmanBacon", "LongPanel", "Plan", "Randomisation", "Staggered", "SyntheticControl",
}  # fmt: skip


def figures(made: Any) -> list[float]:
    """Every figure of an answer, whatever its type."""
    if isinstance(made, compare.Comparison):
        return [made.estimate, made.se, *made.ci, made.p]
    if isinstance(made, compare.Staggered):
        return [x for k in ("simple", "dynamic", "group", "calendar") for x in figures(made.aggregate(k))]
    if isinstance(made, compare.SyntheticControl):
        return figures(made.comparison)
    if isinstance(made, compare.GoodmanBacon):
        return [made.estimate, *sorted(made.frame["weight"])]
    if isinstance(made, compare.EventStudy):
        return made.frame["estimate"].tolist()
    if hasattr(made, "specifications"):
        return [x for s in made.specifications for x in figures(s.comparison)]
    if hasattr(made, "tried"):
        return made.frame().select_dtypes("number").to_numpy(dtype=float).ravel().tolist()
    if hasattr(made, "beta"):
        return [*made.beta, *made.se]
    if callable(getattr(made, "interval", None)):
        return [made.estimate, made.p(), *made.interval()]
    if isinstance(getattr(made, "frame", None), pd.DataFrame):
        return made.frame[["value", "centre", "low", "high"]].to_numpy(dtype=float).ravel().tolist()
    if dataclasses.is_dataclass(made):
        return [float(v) for v in dataclasses.astuple(made)]
    if isinstance(made, tuple) and isinstance(made[0], compare.Comparison):
        return figures(made[0])
    return [float(v) for part in (made if isinstance(made, tuple) else (made,)) for v in np.ravel(part)]


def comparisons(made: Any) -> list[compare.Comparison]:
    """The comparisons within an answer."""
    if isinstance(made, compare.Comparison):
        return [made]
    if isinstance(made, compare.Staggered):
        return [made.aggregate(k) for k in ("simple", "dynamic", "group", "calendar")]
    if isinstance(made, compare.SyntheticControl):
        return [made.comparison]
    if hasattr(made, "specifications"):
        return [s.comparison for s in made.specifications]
    return [made[0]] if isinstance(made, tuple) and isinstance(made[0], compare.Comparison) else []

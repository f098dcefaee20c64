"""A staggered roll-out on a study's cells: equal to the two routes it generalises, and its checks."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain, months, panel

from kumastats.compare import LongPanel, did, staggered_panel, staggered_rollout

WINDOW = {"start": dt.date(2017, 1, 1), "end": dt.date(2018, 12, 31)}
HOURS = Plain(scale=1000.0)


def three_dates(cells: pd.DataFrame, *, day: int = 1) -> dict[str, dt.date | None]:
    """Offices in thirds: live in January 2018, in July 2018, never."""
    units = sorted(cells["office_id"].unique())
    third = len(units) // 3
    early, late = dt.date(2018, 1, 1), dt.date(2018, 7, day)
    return {u: early if i < third else late if i < 2 * third else None for i, u in enumerate(units)}


def rollout(cells: pd.DataFrame, live: dict[str, dt.date | None], **more):
    return staggered_rollout(cells, live=live, measure=HOURS, **WINDOW, **more)


def test_with_one_date_it_is_the_difference_in_differences():
    cells = panel(np.random.default_rng(1), 24, 24, 8, 12, -1500)
    live = dict.fromkeys(sorted(cells["office_id"].unique())[:8], dt.date(2018, 1, 1))
    ours = rollout(cells, live, run_checks=False)
    two_way = did(cells, live=live, measure=HOURS, rng=np.random.default_rng(1), run_checks=False, **WINDOW)
    assert ours.estimate == pytest.approx(two_way.estimate, rel=1e-10)
    assert (ours.n, ours.n_units, ours.dropped) == (two_way.n, two_way.n_units, two_way.dropped)
    assert ours.se == pytest.approx(two_way.se, rel=0.02) and ours.df == pytest.approx(two_way.df)
    assert ours.minimal_detectable_effect == pytest.approx(two_way.minimal_detectable_effect, rel=0.02)


def test_with_the_last_month_before_it_is_callaway_and_santanna():
    cells = panel(np.random.default_rng(2), 24, 24, 0, 12, 0)
    live = three_dates(cells)
    ours = rollout(cells, live, run_checks=False, base="varying", comparison="never", aggregate="dynamic")
    place = {m: i for i, m in enumerate(months(24))}
    first = {u: 0 if d is None else place[f"{d:%Y-%m}"] + 1 for u, d in live.items()}
    frame = cells.assign(
        t=cells["period"].map(place) + 1, g=cells["office_id"].map(first), y=cells["s1"] / cells["n"] / 1000
    )
    long = LongPanel.from_frame(frame, outcome="y", unit="office_id", period="t", cohort="g")
    theirs = staggered_panel(long, control="never").dynamic
    assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-10)
    assert ours.se == pytest.approx(theirs.se, rel=1e-10)
    assert list(ours.path["event_time"]) == list(theirs.path["event_time"])


def test_growing_effects_bias_two_way_but_not_this():
    cells = panel(np.random.default_rng(3), 30, 24, 0, 12, 0, sd=300)
    live = three_dates(cells, day=10)
    place = {m: i for i, m in enumerate(months(24))}
    since = [
        place[p] - place[f"{live[u]:%Y-%m}"] if live[u] else -1
        for u, p in zip(cells["office_id"], cells["period"], strict=True)
    ]
    growing = np.maximum(np.array(since), -1) + 1
    moved = cells.assign(s1=cells["s1"] - 300 * growing * cells["n"])
    partly = (cells["period"] == "2018-07") & cells["office_id"].map(
        lambda u: (live[u] or dt.date.max).day == 10
    )
    truth = -0.3 * growing[(growing > 0) & ~partly.to_numpy()].mean()
    ours = rollout(moved, live)
    two_way = did(moved, live=live, measure=HOURS, rng=np.random.default_rng(1), **WINDOW)
    assert ours.ci[0] <= truth <= ours.ci[1] and ours.headline
    assert ours.dropped == {"partly_live_month": 10 * 12} == two_way.dropped
    assert abs(two_way.estimate - truth) > 5 * abs(ours.estimate - truth)
    assert ours.check("forbidden_comparisons").value == 0 < two_way.check("forbidden_comparisons").value
    assert len(ours.plot("ja").svg) > 1000 and ours.path["event_time"].max() == 11


def test_checks_find_what_they_are_for():
    rng = np.random.default_rng(5)
    cells, control = panel(rng, 30, 24, 0, 12, 0), panel(rng, 30, 24, 0, 12, 0)
    live = three_dates(cells)
    good = rollout(cells, live, control_cells=control, control_measure=HOURS)
    assert {c.name: c.result for c in good.checks} == {
        "pre_trend": "pass", "negative_control": "pass", "leave_one_out": good.check("leave_one_out").result,
        "forbidden_comparisons": "pass", "shocks": "pass",
    }  # fmt: skip
    place = {m: i for i, m in enumerate(months(24))}
    after = [live[u] is not None and p >= f"{live[u]:%Y-%m}" for u, p in zip(control["office_id"], control["period"], strict=True)]  # fmt: skip
    moved = control.assign(s1=control["s1"] - 3000 * np.array(after) * control["n"])
    assert rollout(cells, live, control_cells=moved, control_measure=HOURS).check("negative_control").result == "fail"  # fmt: skip
    drift = cells["period"].map(place) * cells["office_id"].map(lambda u: 500 * (live[u] is not None)) * cells["n"]  # fmt: skip
    assert rollout(cells.assign(s1=cells["s1"] + drift), live).check("pre_trend").result == "fail"

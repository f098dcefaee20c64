"""Power by simulation: against adding the effect for real, against a closed form, and the recorded draw."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain, months, panel

from kumastats.compare import did
from kumastats.compare.plan import Draw, Plan, PlannedWave, draw
from kumastats.compare.planner import compare_plans
from kumastats.compare.power import power, wilson
from kumastats.errors import CompareError

HOURS = Plain(scale=1000.0)
PAST = panel(np.random.default_rng(3), 40, 36, 0, 0, 0.0)
PLAN = Plan.even(24, waves=2, waiting=10, before=12, after=6)


def test_one_fit_answers_for_every_effect():
    """Adding the effect to the sums and asking again gives the verdict that shifting the interval gives."""
    size = 0.9
    found = power(PAST, PLAN, measure=HOURS, rng=np.random.default_rng(5), repetitions=40)

    def with_effect(cells, *, live, start, end, measure, rng):
        gone = {u: f"{d:%Y-%m}" for u, d in live.items() if d}
        treated = np.array(
            [p >= gone.get(u, "9999-99") for u, p in zip(cells["office_id"], cells["period"], strict=True)]
        )
        changed = cells.assign(s1=cells["s1"] - np.where(treated, round(size * 1000) * cells["n"], 0))
        return did(
            changed, live=live, start=start, end=end, measure=measure, rng=rng, draws=999, run_checks=False
        )

    again = power(
        PAST, PLAN, measure=HOURS, rng=np.random.default_rng(5), repetitions=40, estimator=with_effect
    )
    # verdicts of the changed panels: the interval lies below zero
    assert (again.threshold == 0).mean() == pytest.approx(found.at(size), abs=1e-12)
    assert 0.2 < found.at(size) < 1


def test_power_agrees_with_the_formula_on_independent_cells():
    """Without serial correlation the detectable effect is (t.975 + t.80) times the standard error of four means."""
    rng = np.random.default_rng(1)
    rows = [
        (f"U{u:02d}", m, 10, round(rng.normal(0, 1000) * 10 + 50_000)) for u in range(60) for m in months(24)
    ]
    cells = pd.DataFrame(rows, columns=["office_id", "period", "n", "s1"])
    plan = Plan((PlannedWave(12, 30),), 30, 24)
    found = power(cells, plan, measure=HOURS, rng=np.random.default_rng(2), repetitions=400)
    se = np.sqrt(4 / (30 * 12)) * 1.0
    assert found.detectable() == pytest.approx((2.0 + 0.848) * se, rel=0.1)
    low, high = wilson(round(found.false_positive * 400), 400)
    assert low <= 0.065 and high >= 0.035


def test_months_after_going_live_are_not_used():
    live = dict.fromkeys(sorted(PAST["office_id"].unique())[:30], dt.date(2018, 1, 1))
    with pytest.raises(CompareError, match="at most 10"):
        power(PAST, PLAN, measure=HOURS, rng=np.random.default_rng(1), live=live, repetitions=5)


def test_the_planner_chooses_the_smallest_plan_that_sees_the_effect():
    plans = [Plan.even(n, waiting=n // 2, before=12, after=a) for n in (10, 30) for a in (3, 9)]
    found = compare_plans(PAST, plans, measure=HOURS, smallest_effect=1.2, seed=1, repetitions=60)
    frame = found.frame()
    assert list(frame["offices"]) == [10, 10, 30, 30]
    assert frame["detectable"].iloc[-1] < frame["detectable"].iloc[0]
    assert found.chosen is not None and found.chosen.at(1.2) >= 0.8
    nothing = compare_plans(PAST, plans[:1], measure=HOURS, smallest_effect=0.01, seed=1, repetitions=20)
    assert nothing.chosen is None and "None of these plans" in nothing.text("en")


def test_a_draw_depends_on_seed_and_names_only_and_spreads_over_strata():
    names = [f"O{i:02d}" for i in range(24)]
    stratum = {n: "ward" if i < 8 else "bureau" for i, n in enumerate(names)}
    first = draw(PLAN, names, seed=7, stratum=stratum)
    assert first == draw(PLAN, list(reversed(names)), seed=7, stratum=stratum)
    assert first.sha256 != draw(PLAN, names, seed=8, stratum=stratum).sha256
    counts = pd.Series(first.waves).value_counts()
    assert (counts[0], counts[1], counts[-1]) == (7, 7, 10)
    for group, size in (("ward", 8), ("bureau", 16)):
        places = pd.Series({n: w for n, w in first.waves.items() if stratum[n] == group}).value_counts()
        for place, share in ((0, 7 / 24), (1, 7 / 24), (-1, 10 / 24)):
            assert abs(places.get(place, 0) - share * size) < 2
    assert Draw(**{k: v for k, v in first.to_dict().items() if k != "sha256"}) == first


def test_every_office_is_as_likely_to_be_early():
    names = [f"O{i}" for i in range(6)]
    plan = Plan((PlannedWave(6, 2),), 4, 12)
    early = np.zeros(6)
    for seed in range(1500):
        early += [draw(plan, names, seed=seed).waves[n] == 0 for n in names]
    # each is early in a third of draws; 4.2 standard errors of a share of 1,500
    assert np.abs(early / 1500 - 1 / 3).max() < 4.2 * np.sqrt(2 / 9 / 1500)


@pytest.mark.parametrize(
    ("waves", "waiting", "length"),
    [((), 3, 12), (((12, 3),), 3, 12), (((3, 2), (3, 2)), 1, 12), (((3, 2),), 0, 12), (((0, 2),), 2, 12)],
)
def test_plans_that_cannot_answer_are_refused(waves, waiting, length):
    with pytest.raises(CompareError):
        Plan(tuple(PlannedWave(m, n) for m, n in waves), waiting, length)

"""Work sampling: against the closed form of one glance each, statsmodels' clusters, by hand, a simulation, and the city's truth."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kumastats.errors import WorkloadError
from kumastats.workload.work_sampling import (
    by_group,
    change,
    glances_for_change,
    glances_for_width,
    minutes_on_paper,
    minutes_searching,
    rounds,
)

DUTY = 465


def frame(seen, searching, offices, weight=1000, days="2018-11-12", duty=DUTY):
    return pd.DataFrame(
        {
            "office_id": offices,
            "observed_at": pd.to_datetime(days),
            "observed": seen,
            "searching": searching,
            "on_duty_min": duty,
            "weight": weight,
        }
    )


def study(rng, offices=30, days=4, a_day=8, share=0.025, spread=0.4, first="2018-11-12"):
    """Rounds at offices that differ in their share, in size and in weight."""
    mine = share * np.exp(spread * rng.standard_normal(offices) - spread**2 / 2)
    o, d, r = (x.ravel() for x in np.indices((offices, days, a_day)))
    seen = rng.integers(1, 20, len(o))
    at = pd.Timestamp(first) + pd.to_timedelta(d, unit="D") + pd.to_timedelta(540 + 50 * r, unit="min")
    return rounds(
        frame(seen, rng.binomial(seen, mine[o]), [f"o{i:02d}" for i in o], 1000 + 500 * (o % 3), at)
    )


def test_one_glance_each_is_the_binomial():
    """2 % of 465 minutes are 9.3; of 10,000 glances the error is 465·√(0.02·0.98/10,000) = 0.65 minutes."""
    n, hits = 10_000, 200
    found = minutes_searching(rounds(frame(1, np.arange(n) < hits, [f"o{i:05d}" for i in range(n)])))
    assert found.mean == pytest.approx(9.3, abs=1e-12)
    assert found.se == pytest.approx(DUTY * np.sqrt(0.02 * 0.98 / (n - 1)), rel=1e-10)
    assert round(found.se, 2) == 0.65
    assert found.share == pytest.approx(0.02) and found.glances == n
    assert found.design_effect == pytest.approx(n / (n - 1), rel=1e-10)


def test_mean_and_error_are_those_of_a_weighted_cluster_regression():
    """WLS of each round's minutes a person on a constant, weighted by weight × people seen; clusters are offices."""
    made = study(np.random.default_rng(1))
    fit = sm.WLS(
        made["searching"] / made["observed"] * made["on_duty"],
        np.ones(len(made)),
        weights=made["weight"] * made["observed"],
    ).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(made["office_id"])[0]}, use_t=True)
    found = minutes_searching(made)
    assert found.mean == pytest.approx(float(fit.params.iloc[0]), abs=1e-10)
    assert found.se == pytest.approx(float(fit.bse.iloc[0]), rel=1e-10)
    assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int().iloc[0]), abs=1e-9)


def test_change_is_the_slope_of_a_weighted_cluster_regression():
    rng = np.random.default_rng(2)
    before, after = study(rng), study(rng, share=0.017, first="2019-11-11")
    both = pd.concat([before, after], ignore_index=True)
    late = np.r_[np.zeros(len(before)), np.ones(len(after))]
    fit = sm.WLS(
        both["searching"] / both["observed"] * both["on_duty"],
        sm.add_constant(late),
        weights=both["weight"] * both["observed"],
    ).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(both["office_id"])[0]}, use_t=True)
    n = len(both)
    found = change(before, after)
    assert found.mean == pytest.approx(float(fit.params.iloc[1]), abs=1e-10)
    assert found.se == pytest.approx(float(fit.bse.iloc[1]) / np.sqrt((n - 1) / (n - 2)), rel=1e-10)


def test_a_ratio_by_hand_with_some_of_three_offices_drawn():
    """Two of three offices, each standing for 1.5: a saw 10 and 10 (1, 0 searching), b 5 and 5 (1, 1)."""
    made = rounds(
        frame(
            [10, 10, 5, 5],
            [1, 0, 1, 1],
            ["a", "a", "b", "b"],
            1500,
            ["2018-11-12 10:00", "2018-11-13 10:00"] * 2,
            100,
        )
    )
    found = minutes_searching(made, offices=3)
    assert found.mean == pytest.approx(10.0)
    # residuals 100·searching − 10·seen over 30 people: a 0, −100; b 50, 50; offices −100, 100
    between = 2 / 1 * ((-100 / 30) ** 2 + (100 / 30) ** 2)
    within = 2 / 1 * 2 * (50 / 30) ** 2
    assert found.se**2 == pytest.approx(between / 3 + within * 2 / 3, rel=1e-12)
    assert minutes_searching(made).se ** 2 == pytest.approx(between, rel=1e-12)
    assert (found.people, found.most_rounds, found.rounds, found.glances) == (15, 2, 4, 30)


def test_when_every_office_is_seen_only_days_vary():
    made = study(np.random.default_rng(3))
    all_seen = minutes_searching(made.assign(weight=1.0), offices=30)
    assert 0 < all_seen.se < minutes_searching(made.assign(weight=1.0)).se


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Shares differ between offices, which are drawn anew each time; the truth is the mean share."""
    held = 0
    for seed in range(300):
        found = minutes_searching(study(np.random.default_rng(seed), offices=40, days=2))
        held += found.low <= 0.025 * DUTY <= found.high
    assert 0.905 <= held / 300 <= 0.98


def test_the_design_effect_is_one_for_independent_glances_and_grows_with_likeness():
    alike = np.mean(
        [minutes_searching(study(np.random.default_rng(s), spread=0.8)).design_effect for s in range(20)]
    )
    alone = np.mean(
        [
            minutes_searching(study(np.random.default_rng(s), spread=0.0).assign(weight=1.0)).design_effect
            for s in range(20)
        ]
    )
    assert alone == pytest.approx(1, abs=0.15)
    assert alike > 1.8


def test_planned_glances_give_the_width_that_was_wished():
    n = glances_for_width(0.02, DUTY, half_width=1.276)
    assert n == pytest.approx(10_000, rel=2e-3)
    assert glances_for_width(0.02, DUTY, half_width=1.276, design_effect=2.0) == pytest.approx(2 * n, abs=2)
    p = np.random.default_rng(4).binomial(n, 0.02, 4000) / n
    assert np.mean(np.abs(p - 0.02) * DUTY <= 1.276) == pytest.approx(0.95, abs=0.012)


def test_planned_glances_find_the_change_four_times_in_five():
    n, rng = glances_for_change(0.025, DUTY, detect=3.0), np.random.default_rng(5)
    before, after = rng.binomial(n, 0.025, 4000) / n, rng.binomial(n, 0.025 - 3 / DUTY, 4000) / n
    se = np.sqrt(before * (1 - before) / n + after * (1 - after) / n)
    # fewer search after, so that the study is a little surer than planned
    assert 0.79 <= np.mean((before - after) / se > 1.96) <= 0.88


def test_groups_of_offices_are_estimated_by_themselves():
    made = study(np.random.default_rng(6))
    groups = {f"o{i:02d}": "waiting" if i % 3 else "digitised" for i in range(30)}
    found = by_group(made, groups)
    assert {k: v.offices for k, v in found.items()} == {"digitised": 10, "waiting": 20}
    alone = minutes_searching(made[made["office_id"].map(groups) == "digitised"])
    assert found["digitised"] == alone


def test_minutes_on_paper_are_a_part_of_all():
    held = frame([10, 10], [2, 1], ["a", "b"]).assign(searching_paper=[1, 1])
    made = rounds(held)
    found = minutes_on_paper(made)
    assert found is not None and found.mean == pytest.approx(2 / 3 * minutes_searching(made).mean)
    assert minutes_on_paper(rounds(held.drop(columns="searching_paper"))) is None
    assert minutes_on_paper(rounds(held.assign(searching_paper=[1, None]))) is None


def test_where_nobody_searches_the_upper_end_is_the_exact_one():
    """300 rounds without a search: at most 1 − 0.025^(1/300) = 1.2 % of the time."""
    found = minutes_searching(rounds(frame(4, 0, [f"o{i % 10}" for i in range(300)])))
    assert (found.mean, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(DUTY * (1 - 0.025 ** (1 / 300)), rel=1e-12)


def test_one_office_alone_has_no_interval():
    found = minutes_searching(rounds(frame([5, 5], [1, 0], "a")))
    assert np.isnan(found.se) and np.isnan(found.low)


def test_rounds_without_counts_or_people_are_left_out():
    made = rounds(frame([5, 0, None, 4], [1, 0, 1, None], "a"))
    assert made["observed"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"weight": 0}, "weight"),
        ({"weight": np.nan}, "weight"),
        ({"searching": 6}, "more people searching"),
        ({"searching": -1}, "negative"),
        ({"on_duty_min": 0}, "working minutes"),
        ({"on_duty_min": None}, "working minutes"),
        ({"observed": 0}, "no round"),
    ],
)
def test_what_cannot_be_read_is_refused(changed, match):
    held = frame([5, 5], [1, 0], ["a", "b"])
    with pytest.raises(WorkloadError, match=match):
        rounds(held.assign(**changed))
    with pytest.raises(WorkloadError, match="lack the column weight"):
        rounds(held.drop(columns="weight"))


def test_weights_that_do_not_add_up_are_refused():
    made = rounds(frame([5, 5], [1, 0], ["a", "b"], 1500))
    assert minutes_searching(made, offices=3).offices == 2
    for offices, match in ((4, "add up to 3.00, not to the 4"), (1, "fewer than the 2")):
        with pytest.raises(WorkloadError, match=match):
            minutes_searching(made, offices=offices)


@pytest.mark.parametrize(
    "wrong", [{"share": 0.0}, {"share": 1.0}, {"on_duty": 0}, {"half_width": 0.0}, {"design_effect": -1.0}]
)
def test_a_plan_without_sense_is_refused(wrong):
    with pytest.raises(WorkloadError, match="between 0 and 1"):
        glances_for_width(**{"share": 0.02, "on_duty": DUTY, "half_width": 1.0, **wrong})

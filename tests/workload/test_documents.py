"""Diaries: against statsmodels' weighted cluster regression, a simulated truth, and by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kumastats.errors import WorkloadError
from kumastats.workload.documents import (
    Components,
    change,
    components,
    diary_days,
    heaping,
    mean_minutes,
    people_needed,
)


def diaries(rng, people=40, days=5, mean=10.0, between=3.0, within=5.0, first="2018-11-05"):
    level = rng.normal(0, between, people)
    rows = [
        (f"p{i:02d}", day, max(0, round(mean + level[i] + rng.normal(0, within))), 1000 + 250 * (i % 3))
        for i in range(people)
        for day in pd.date_range(first, periods=days)
    ]
    return pd.DataFrame(rows, columns=["person_id", "date", "search_min", "weight"])


def test_mean_and_error_are_those_of_a_weighted_cluster_regression():
    """WLS on a constant with cluster-robust errors; statsmodels' factor is G/(G−1) · (N−1)/(N−1) here."""
    made = diary_days(diaries(np.random.default_rng(1)))
    fit = sm.WLS(made["minutes"], np.ones(len(made)), weights=made["weight"]).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(made["person_id"])[0]}
    )
    found = mean_minutes(made)
    assert found.mean == pytest.approx(float(fit.params.iloc[0]), abs=1e-10)
    assert found.se == pytest.approx(float(fit.bse.iloc[0]), rel=1e-10)
    assert (found.days, found.people) == (200, 40)


def test_change_is_the_slope_of_a_weighted_cluster_regression():
    rng = np.random.default_rng(2)
    before, after = diary_days(diaries(rng)), diary_days(diaries(rng, mean=7.0, first="2019-11-05"))
    both = pd.concat([before, after], ignore_index=True)
    late = np.r_[np.zeros(len(before)), np.ones(len(after))]
    fit = sm.WLS(both["minutes"], sm.add_constant(late), weights=both["weight"]).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(both["person_id"])[0]}, use_t=True
    )
    n = len(both)
    found = change(before, after)
    assert found.mean == pytest.approx(float(fit.params.iloc[1]), abs=1e-10)
    # statsmodels also multiplies by (N − 1)/(N − 2) for the second coefficient
    assert found.se == pytest.approx(float(fit.bse.iloc[1]) / np.sqrt((n - 1) / (n - 2)), rel=1e-10)


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = 0
    for seed in range(300):
        found = mean_minutes(diary_days(diaries(np.random.default_rng(seed), people=25, mean=30.0)))
        held += found.low <= 30.0 <= found.high
    assert 0.915 <= held / 300 <= 0.98  # 4 standard errors below, 2.4 above, of 95 %


def test_variance_components_by_hand_and_by_simulation():
    """Two people, two days each: within 2, between (8 − 2) / 2 = 3... with means 11 and 15."""
    frame = pd.DataFrame({"person_id": ["a", "a", "b", "b"], "minutes": [10.0, 12.0, 14.0, 16.0]})
    made = components(frame)
    assert made.within == pytest.approx(2.0) and made.between == pytest.approx((16.0 - 2.0) / 2)
    many = diary_days(diaries(np.random.default_rng(3), people=3000, mean=60.0))
    found = components(many)
    assert found.within == pytest.approx(25, rel=0.05) and found.between == pytest.approx(9, rel=0.1)


def test_heaping_is_seen_where_it_was_planted_and_only_there():
    rng = np.random.default_rng(4)
    smooth = rng.gamma(6, 3, 20_000).round()
    assert heaping(smooth).ratio == pytest.approx(1, abs=0.04)
    rounded = np.where(rng.random(20_000) < 0.4, np.round(smooth / 5) * 5, smooth)
    # each fifth value gains 40 % of its four neighbours' answers, which keep 60 %
    assert heaping(rounded).ratio == pytest.approx((1 + 4 * 0.4) / 0.6, rel=0.06)


def test_people_needed_find_the_change_four_times_in_five():
    variance, days, detect = Components(9.0, 25.0), 5, 2.0
    n = people_needed(variance, days=days, detect=detect)
    rng, found = np.random.default_rng(5), 0
    from scipy.stats import ttest_1samp

    for _ in range(600):
        found += ttest_1samp(rng.normal(detect, np.sqrt(2 * 25 / days), n), 0).pvalue < 0.05
    assert 0.74 <= found / 600 <= 0.88


def test_media_of_a_day_add_up_and_days_without_an_answer_are_left_out():
    frame = pd.DataFrame(
        {
            "person_id": ["a", "a", "b"],
            "date": ["d", "d", "d"],
            "search_min": [4, 6, None],
            "weight": [1000] * 3,
        }
    )
    assert list(diary_days(frame)["minutes"]) == [10.0]


@pytest.mark.parametrize(
    ("change_", "match"),
    [({"weight": 0}, "weight"), ({"search_min": -1}, "negative"), ({"search_min": None}, "No diary day")],
)
def test_what_cannot_be_read_is_refused(change_, match):
    frame = diaries(np.random.default_rng(1)).assign(**change_)
    with pytest.raises(WorkloadError, match=match):
        diary_days(frame)
    with pytest.raises(WorkloadError, match="lack"):
        diary_days(frame.drop(columns="weight"))

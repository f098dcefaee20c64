"""Surveys: by hand, against statsmodels' weighted errors, against Wilson, and on populations whose truth is known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kumastats.compare.proportions import wilson
from kumastats.errors import WorkloadError
from kumastats.workload.satisfaction import (
    answers,
    answers_needed,
    bounds,
    check_weights,
    habits,
    post_stratified,
    response,
    waves_compared,
    weighted_mean,
    weighted_share,
)

RNG = np.random.default_rng


def rows(scores, *, wave="FY2018", unit=None, weight=None, question="Q1"):
    n = len(scores)
    return pd.DataFrame(
        {
            "response_id": [f"{wave}-{i:04d}" for i in range(n)],
            "wave": wave,
            "question_id": question,
            "office_id": unit if unit is not None else "A",
            "score": pd.array(scores, dtype="Int64"),
            "scale_max": 5,
            "weight": pd.array([None] * n if weight is None else weight, dtype="Int64"),
        }
    )


def test_equal_weights_give_wilson_and_the_plain_t_interval():
    hit = np.repeat([1.0, 0.0], [21, 49])
    made = weighted_share(hit, np.full(70, 3.0))
    assert (made.low, made.high) == pytest.approx(wilson(21, 70), abs=1e-12)
    assert made.effective == pytest.approx(70)
    score = RNG(1).integers(1, 6, 80).astype(float)
    mean = weighted_mean(score, np.ones(80))
    low, high = sm.stats.DescrStatsW(score).tconfint_mean()
    assert (mean.low, mean.high) == pytest.approx((low, high), abs=1e-12)


def test_weights_widen_as_a_weighted_regression_with_robust_errors_says():
    """HC1 of WLS on a constant is n/(n − 1) times the sum of squared influences."""
    rng = RNG(2)
    hit, w = (rng.random(300) < 0.3).astype(float), rng.gamma(2, 1, 300)
    fit = sm.WLS(hit, np.ones(300), weights=w).fit(cov_type="HC1")
    made = weighted_share(hit, w)
    p, variance = float(fit.params[0]), float(fit.bse[0]) ** 2
    assert made.value == pytest.approx(p, abs=1e-12)
    assert made.effective == pytest.approx(300 / 299 * p * (1 - p) / variance, rel=1e-9)
    assert made.effective < 300


def test_intervals_of_weighted_shares_hold_the_truth():
    held = 0
    for seed in range(400):
        rng = RNG(seed)
        group = rng.random(150) < 0.3  # three times as likely to answer as its share of 1 in 8
        hit = (rng.random(150) < np.where(group, 0.7, 0.2)).astype(float)
        made = weighted_share(hit, np.where(group, 0.125 / 0.3, 0.875 / 0.7))
        held += made.low <= 0.125 * 0.7 + 0.875 * 0.2 <= made.high
    assert 0.915 <= held / 400 <= 0.985


def test_weights_must_add_up():
    check_weights([1.2, 0.8], "FY2018")
    check_weights([120, 80], "FY2018", size=200)
    with pytest.raises(WorkloadError, match="not to the 2 respondents or the 200 people"):
        check_weights([2, 1], "FY2018", size=200)
    with pytest.raises(WorkloadError, match="1 respondents have no weight"):
        check_weights([1, np.nan], "FY2018")
    with pytest.raises(WorkloadError, match="not to the 2 respondents"):
        answers(rows([3, 4], weight=[500, 500]))
    made = answers(rows([3, 4, 5], weight=[500, 500, 2000]))
    assert made.weighted and made.weight.tolist() == [0.5, 0.5, 2.0]


def test_answers_left_out_are_counted_and_scales_must_agree():
    made = answers(pd.concat([rows([4, None, 5]), rows([1, 2], wave="FY2019")]))
    assert len(made) == 4 and made.unanswered == {"FY2018": 1} and made.waves == ("FY2018", "FY2019")
    assert made.satisfied.tolist() == [1, 1, 0, 0]
    with pytest.raises(WorkloadError, match="scales of different length"):
        answers(pd.concat([rows([4]), rows([1], wave="FY2019").assign(scale_max=10)]))
    with pytest.raises(WorkloadError, match="lacks: weight"):
        answers(rows([4]).drop(columns="weight"))
    with pytest.raises(WorkloadError, match="no answer"):
        answers(rows([None]))


def test_post_stratification_by_hand():
    """A: 60 asked, 5 answered; B: 40 asked, 15 answered: shares 0.6 and 0.4 of 20 answers are 12 and 8."""
    mine = answers(rows([5] * 5 + [1] * 15, unit=["A"] * 5 + ["B"] * 15))
    weight = post_stratified(mine, {"A": 60, "B": 40})
    assert weight == pytest.approx([12 / 5] * 5 + [8 / 15] * 15)
    assert np.average(mine.score, weights=weight) == pytest.approx(0.6 * 5 + 0.4)
    # C and D are too small to speak for themselves and stand together for 30 + 30 of 120
    small = answers(rows([5] * 10 + [1, 1, 3], unit=["A"] * 10 + ["C", "C", "D"]))
    assert post_stratified(small, {"A": 60, "C": 30, "D": 30}) == pytest.approx([0.65] * 10 + [6.5 / 3] * 3)
    # where response is even, nothing changes
    even = answers(rows([1, 2, 3, 4, 5] * 4, unit=["A"] * 10 + ["B"] * 10))
    assert post_stratified(even, {"A": 30, "B": 30}) == pytest.approx(np.ones(20))


def test_post_stratification_takes_out_the_bias_of_uneven_response():
    rng = RNG(3)
    office = rng.integers(0, 10, 4000)
    score = np.clip(np.round(3 + 0.25 * (office - 4.5) + 0.5 * rng.normal(size=4000)), 1, 5)
    came = rng.random(4000) < 0.2 + 0.06 * office
    mine = answers(rows(score[came].astype(int).tolist(), unit=[f"O{o}" for o in office[came]]))
    headcount = {f"O{o}": int((office == o).sum()) for o in range(10)}
    weight = post_stratified(mine, headcount)
    assert mine.score.mean() - score.mean() > 0.2
    assert np.average(mine.score, weights=weight) == pytest.approx(score.mean(), abs=0.04)


def test_response_and_bounds_by_hand():
    mine = answers(rows([5] * 20 + [1] * 20, unit=["A"] * 30 + ["B"] * 10))
    made = response(mine, {"A": 40, "B": 40})
    assert (made.asked, made.answered, made.rate) == (80, 40, 0.5)
    assert made.by_unit == {"A": (40, 30), "B": (40, 10)} and made.beyond == ()
    assert made.spread == pytest.approx(np.sqrt(0.125 - 0.25 / 40))
    limits = bounds(mine, 80, reference=0.6)
    # half answered, half of them satisfied: 0.25 to 0.75; 0.6 needs 0.35 of the silent half
    assert (limits.low, limits.high, limits.turning) == pytest.approx((0.25, 0.75, 0.7))
    assert response(answers(rows([1] * 50)), {"A": 40}).beyond == ("A",)
    with pytest.raises(WorkloadError, match="how many people were asked"):
        response(mine, {})


def test_habits_by_hand():
    both = pd.concat([rows([3, 3, 1, 5]), rows([3, 2, 1, 4], question="Q2")])
    made = habits(both)
    assert (made.answers, made.middle, made.ends) == (8, 3, 3)
    assert (made.respondents, made.alike) == (4, 2)
    # by value: 3: 2/4 · 1/4, 1: 1/4 · 1/4, the others meet nothing; of four
    assert made.alike_expected == pytest.approx(4 * (2 / 16 + 1 / 16))
    assert habits(rows([3, 3])).respondents == 0
    with pytest.raises(WorkloadError, match="on a scale"):
        habits(rows([0, 1]).assign(scale_max=1))


def wave_rows(rng, gain, units=24, each=12, spread=0.3):
    frames = []
    for wave, shift in (("FY2018", 0.0), ("FY2019", gain)):
        unit = np.repeat(np.arange(units), each)
        latent = 3 + spread * rng.normal(size=units)[unit] + 0.8 * rng.normal(size=len(unit)) + shift
        score = np.clip(np.floor(latent + rng.random(len(unit))), 1, 5).astype(int)
        frames.append(rows(score.tolist(), wave=wave, unit=[f"U{u:02d}" for u in unit]))
    return pd.concat(frames)


def test_a_difference_of_waves_is_held_by_its_interval_and_all_four_answers_agree():
    held = 0
    for seed in range(80):
        made = waves_compared(answers(wave_rows(RNG(seed), 0.5)), "FY2018", "FY2019")
        held += made.mean.ci[0] <= 0.5 * 0.985 <= made.mean.ci[1]  # the ends of the scale take a little
        if seed < 10:
            assert made.clustered and made.odds is not None
            signs = {np.sign(x) for x in (made.mean.estimate, made.satisfied.estimate, made.delta.estimate)}
            assert signs == {1.0} and made.odds.odds_ratio("late")[0] > 1
    assert held >= 68  # 95 % less four standard errors
    with pytest.raises(WorkloadError, match="no wave FY2020"):
        waves_compared(answers(wave_rows(RNG(1), 0)), "FY2018", "FY2020")


def test_few_units_are_not_taken_for_clusters():
    made = waves_compared(answers(wave_rows(RNG(1), 0.5, units=5, each=40)), "FY2018", "FY2019")
    assert not made.clustered and made.mean.n_clusters == 400


def test_answers_needed_find_the_difference_four_times_in_five():
    rng = RNG(4)
    score = rng.integers(1, 6, 20_000)
    n = answers_needed(answers(rows(score.tolist())), 0.4)
    from scipy.stats import ttest_ind

    found = sum(ttest_ind(rng.choice(score, n), rng.choice(score, n) + 0.4).pvalue < 0.05 for _ in range(600))
    assert 0.74 <= found / 600 <= 0.86
    # twice the spread of weights takes more of them
    heavy = answers(rows([1, 2, 3, 4, 5] * 4, weight=[500, 1500] * 10))
    assert answers_needed(heavy, 0.4) == pytest.approx(
        1.25 * answers_needed(answers(rows([1, 2, 3, 4, 5] * 4)), 0.4), rel=0.02
    )
    with pytest.raises(WorkloadError, match="above 0"):
        answers_needed(heavy, 0.0)

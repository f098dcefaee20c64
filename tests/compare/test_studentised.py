"""The law of a difference of few means over its own error, against what is known of it and against plain simulation."""

import numpy as np
import pytest
from scipy.special import stdtr, stdtrit

from kumastats.compare import studentised
from kumastats.compare.clusters import spread
from kumastats.compare.studentised import Law, Stratum, equivalent_df


def law(*sizes: int) -> Law:
    return Law.of([Stratum(sign, np.full(n, 1 / n)) for n, sign in zip(sizes, (1.0, -1.0), strict=True)])


@pytest.mark.parametrize("n", [2, 5, 12])
def test_two_equal_groups_have_students_t(n: int):
    """With equal sizes Welch's error is Student's, on 2n − 2 degrees of freedom."""
    made, df = law(n, n), 2 * n - 2
    for t in (0.3, 1.7, 4.0):
        assert made.beyond(t) == pytest.approx(2 * stdtr(df, -t), abs=1e-10)
    for level in (0.9, 0.95, 0.99):
        c = made.critical(level)
        assert c == pytest.approx(stdtrit(df, (1 + level) / 2), rel=1e-8)
        assert equivalent_df(c, level) == pytest.approx(df, rel=1e-6)


@pytest.mark.parametrize("unequal", [False, True])
def test_few_and_unlike_clusters_are_as_simulated(unequal: bool):
    """Three of ten treated: the share of draws beyond the critical value is 5 %, where Bell and McCaffrey's t leaves less."""
    rng = np.random.default_rng(5)
    weight = np.where(np.arange(10) % 3 == 0, 5.0, 1.0) if unequal else np.ones(10)
    side = np.repeat([1, 0], [3, 7])
    made = spread(np.ones(10), side, weight, np.array([1]))
    x = rng.standard_normal((200_000, 10))
    difference, variance = 0.0, 0.0
    for k, sign in ((1, 1.0), (0, -1.0)):
        v = weight[side == k] / weight[side == k].sum()
        mean = x[:, side == k] @ v
        difference = difference + sign * mean
        variance = variance + ((v * (x[:, side == k] - mean[:, None])) ** 2 / (1 - v)).sum(axis=1)
    found = float((np.abs(difference) > made.critical(0.95) * np.sqrt(variance)).mean())
    assert found == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / len(x)))
    assert made.critical(0.95) < stdtrit(made.df, 0.975)


def test_the_figures_of_the_methods_page():
    """Three of ten clusters treated: the exact critical value, that of Student's t by moments, and how often the latter rejects."""
    by_moments = stdtrit(spread(np.ones(10), np.repeat([1, 0], [3, 7]), np.ones(10), np.array([1])).df, 0.975)
    made = law(3, 7)
    assert [round(c, 2) for c in (made.critical(0.95), by_moments)] == [2.59, 2.82]
    assert round(made.beyond(by_moments), 3) == 0.038


def test_a_large_stratum_may_enter_by_its_moments(monkeypatch):
    """With equal weights the two moments are all there is; with unequal ones they are near enough."""
    rng = np.random.default_rng(8)
    weight = rng.uniform(1, 9, 50)
    unlike = [Stratum(1.0, np.full(4, 1 / 4)), Stratum(-1.0, weight / weight.sum())]
    by_moments = law(3, 41), Law.of(unlike)
    monkeypatch.setattr(studentised, "LARGEST_EXACT", 200)
    whole = law(3, 41), Law.of(unlike)
    assert len(by_moments[0].rest) == 1 and not len(whole[0].rest)
    assert by_moments[0].critical(0.95) == pytest.approx(whole[0].critical(0.95), rel=1e-8)
    assert by_moments[1].critical(0.95) == pytest.approx(whole[1].critical(0.95), rel=5e-3)
    # thousands of comparison units are as good as one known mean
    assert law(5, 20_000).critical(0.95) == pytest.approx(stdtrit(4, 0.975), rel=1e-3)


def test_p_value_and_interval_agree():
    rng = np.random.default_rng(2)
    side, weight = np.repeat([1, 0], [4, 9]), rng.uniform(1, 6, 13)
    made = spread(rng.standard_normal(13) / 10, side, weight, np.array([1]))
    low, high, df = made.interval(1.0, 0.95)
    half = (high - low) / 2
    assert made.p(half) == pytest.approx(0.05, abs=1e-8)
    assert half == pytest.approx(stdtrit(df, 0.975) * made.se, rel=1e-8)


def test_a_cohort_of_one_borrows_the_spread_of_its_side():
    """The lone cluster's variance is taken from the others of its side: the law is that of the whole statistic."""
    rng = np.random.default_rng(9)
    stratum = np.repeat([0, 1, 2], [4, 1, 8])
    made = spread(np.ones(13), stratum, np.ones(13), np.array([0, 1]))
    x = rng.standard_normal((200_000, 13))
    treated, four, rest = x[:, :5].mean(axis=1), x[:, :4], x[:, 5:]
    variance = four.var(axis=1, ddof=1) / 4 * (4 / 5) ** 2 * (5 / 4) + rest.var(axis=1, ddof=1) / 8
    found = float((np.abs(treated - rest.mean(axis=1)) > made.critical(0.95) * np.sqrt(variance)).mean())
    assert found == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / len(x)))

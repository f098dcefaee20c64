"""Designs other than difference-in-differences: published values, second routes, and when they must stay silent."""

import itertools

import numpy as np
import pytest
from scipy import stats

from kumastats.compare.multiple import adjusted, family
from kumastats.compare.paired import ancova, paired_t, signed_rank
from kumastats.compare.proportions import risk_difference, wilson
from kumastats.compare.regression_to_mean import from_data, from_share
from kumastats.compare.unpaired import rank_sum, welch
from kumastats.errors import CompareError

# hours of sleep gained with two drugs by ten patients: Student (1908), The probable error of a mean, Biometrika 6, p. 20
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)


def test_students_sleep():
    """Student (1908), R t.test(paired = TRUE): t −4.0621, df 9, p .002833, −2.4599 to −.7001."""
    first, second = SLEEP
    made = paired_t(second, first)
    assert made.estimate == pytest.approx(-1.58, abs=1e-12)
    assert made.estimate / made.se == pytest.approx(-4.0621, abs=5e-5)
    assert (made.df, made.p) == (9, pytest.approx(0.002833, abs=5e-7))
    assert made.ci == pytest.approx((-2.4599, -0.7001), abs=5e-5)


def test_signed_rank_against_scipy_and_enumeration():
    rng = np.random.default_rng(3)
    x = rng.normal(size=12)
    y = x + 0.4 + rng.normal(size=12)
    made = signed_rank(x, y)
    assert made.p == pytest.approx(stats.wilcoxon(y, x, method="exact").pvalue, abs=1e-12)
    d = np.array([1.0, 1.0, -1.0, 2.0, 3.0, 3.0, 4.0])  # with ties: every sign, by hand
    ranks = stats.rankdata(np.abs(d))
    sums = np.array([ranks[list(map(bool, s))].sum() for s in itertools.product((0, 1), repeat=len(d))])
    low = min(ranks[d > 0].sum(), ranks[d < 0].sum())
    tied = signed_rank(np.zeros(7), d)
    assert tied.p == pytest.approx(2 * (sums <= low).mean(), abs=1e-12)
    assert tied.check("ties").result == "warn"


@pytest.mark.parametrize("n", [6, 9, 20])
def test_the_signed_rank_interval_is_what_the_test_does_not_reject(n: int):
    d = np.random.default_rng(n).normal(0.3, 1, n)
    low, high = signed_rank(np.zeros(n), d).ci
    for edge, inward in ((low, 1), (high, -1)):
        assert signed_rank(np.zeros(n), d - (edge + inward * 1e-9)).p > 0.05
        assert signed_rank(np.zeros(n), d - (edge - inward * 1e-9)).p <= 0.05


def test_unpaired_against_scipy():
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=9), rng.normal(0.5, 2, size=14)
    w = stats.ttest_ind(y, x, equal_var=False)
    made = welch(x, y)
    assert made.p == pytest.approx(w.pvalue, abs=1e-12)
    assert made.ci == pytest.approx(tuple(w.confidence_interval()), abs=1e-10)
    assert rank_sum(x, y).p == pytest.approx(stats.mannwhitneyu(y, x, method="exact").pvalue, abs=1e-12)
    a, b = np.round(x), np.round(y)
    assert rank_sum(a, b).p == pytest.approx(stats.mannwhitneyu(b, a, method="asymptotic").pvalue, abs=1e-12)


def test_ancova_is_the_regression():
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    before, treated = rng.normal(size=40), np.repeat([0, 1], 20)
    after = 0.8 * before + 0.5 * treated + rng.normal(size=40) * 0.3
    fit = sm.OLS(after, np.column_stack([treated, before, np.ones(40)])).fit()
    made = ancova(before, after, treated)
    assert (made.estimate, made.se, made.p) == pytest.approx(
        (fit.params[0], fit.bse[0], fit.pvalues[0]), abs=1e-10
    )
    assert made.extra["theta"] == pytest.approx(fit.params[1], abs=1e-10)


def test_newcombes_own_examples():
    """Newcombe (1998), Statistics in Medicine 17, table II, method 10: 56/70 − 48/80 and 9/10 − 3/10."""
    assert risk_difference((48, 80), (56, 70)).ci == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert risk_difference((3, 10), (9, 10)).ci == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert wilson(0, 10)[0] == 0


@pytest.mark.parametrize(("ours", "theirs"), [("holm", "holm"), ("benjamini_hochberg", "fdr_bh")])
def test_adjustment_agrees_with_statsmodels(ours: str, theirs: str):
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(6).beta(0.5, 2, 17)
    assert adjusted(p, ours) == pytest.approx(multipletests(p, method=theirs)[1], abs=1e-12)


def test_the_undecided_count_in_the_family():
    clear, silent = paired_t(np.zeros(9), np.arange(9) + 5.0), paired_t([1, 2], [2, 3])
    table = family([clear, silent, silent])
    assert table["p_adjusted"][0] == pytest.approx(3 * clear.p)
    assert table["rejected"].tolist() == [True, False, False] and table["p_adjusted"].isna().sum() == 2


def test_regression_to_the_mean():
    """Closed form: 0.4 × 1.754983 = .701993 sd; and from two periods, by simulation."""
    assert from_share(0.1, 0.6).expected == pytest.approx(0.701993, abs=5e-7)
    rng = np.random.default_rng(7)
    truth = rng.normal(scale=np.sqrt(0.6), size=200_000)
    one, two, three = (truth + rng.normal(scale=np.sqrt(0.4), size=200_000) for _ in range(3))
    top = one > np.quantile(one, 0.9)
    made = from_data(one, two, top)
    assert made.expected == pytest.approx(one[top].mean() - three[top].mean(), abs=0.02)
    assert "fall" in made.text("en") and "下がる" in made.text("ja")


def test_what_cannot_be_decided_says_so():
    for made in (
        signed_rank(np.zeros(5), np.arange(1.0, 6)),
        rank_sum([1, 2], [3, 4]),
        paired_t([1, 2], [2, 3]),
    ):
        assert not made.decidable and np.isnan(made.p) and np.isnan(made.ci).all() and made.undecidable_reason


@pytest.mark.parametrize(
    "job",
    [
        lambda: paired_t([], []),
        lambda: paired_t([1], [2]),
        lambda: paired_t([1, 2], [1, 2, 3]),
        lambda: paired_t(["a", "b"], [1, 2]),
        lambda: paired_t([1, np.inf], [1, 2]),
        lambda: signed_rank([1, 2], [1, 2]),
        lambda: welch([1], [2, 3]),
        lambda: ancova([1, 1, 1, 1], [1, 2, 3, 4], [0, 0, 1, 1]),
        lambda: wilson(3, 2),
        lambda: adjusted([0.5, np.nan]),
    ],
)
def test_awkward_input_is_refused(job):
    with pytest.raises(CompareError):
        job()


def test_missing_is_counted_and_inputs_are_untouched():
    x, y = np.array([1.0, np.nan, 3.0, 4.0]), np.array([2.0, 2.0, 5.0, 4.5])
    kept = x.copy()
    assert dict(paired_t(x, y).dropped) == {"incomplete_pair": 1}
    np.testing.assert_array_equal(x, kept)

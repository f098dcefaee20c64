"""Proportional odds: against statsmodels' ordered model, its logit with clusters, weights as repeated rows, a known truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from kumastats.compare.proportional_odds import proportional_odds
from kumastats.errors import CompareError


def answers(rng, n=600, beta=(0.7, -0.3), cuts=(-2.0, -0.5, 0.8, 2.2)):
    x = np.column_stack([rng.random(n) < 0.5, rng.normal(size=n)]).astype(float)
    latent = x @ np.array(beta) + rng.logistic(size=n)
    return 1 + (latent[:, None] > np.array(cuts)).sum(1), x


def test_estimates_are_those_of_statsmodels():
    y, x = answers(np.random.default_rng(1))
    made = proportional_odds(y, x, ("a", "b"))
    theirs = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=False, maxiter=500, gtol=1e-8)
    assert made.beta == pytest.approx(theirs.params[:2], abs=2e-6)
    assert made.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)
    thresholds = OrderedModel(y, x, distr="logit").transform_threshold_params(theirs.params)[1:-1]
    assert made.thresholds == pytest.approx(thresholds, abs=2e-6)


def test_two_answers_are_a_logit_with_clustered_errors():
    rng = np.random.default_rng(2)
    y, x = answers(rng, cuts=(0.0,))
    groups = rng.integers(0, 25, len(y))
    made = proportional_odds(y, x, ("a", "b"), cluster=groups)
    fit = sm.Logit(y - 1, sm.add_constant(x)).fit(
        disp=False, cov_type="cluster", cov_kwds={"groups": groups}, tol=1e-12
    )
    assert made.beta == pytest.approx(fit.params[1:], abs=1e-9)
    # statsmodels' factor is G/(G−1) · (N−1)/(N−k)
    factor = np.sqrt((len(y) - 1) / (len(y) - 3))
    assert np.sqrt(np.diag(made.covariance)) == pytest.approx(fit.bse[1:] / factor, rel=1e-8)
    assert np.isnan(made.parallel) and made.df == 24


def test_a_weight_of_two_is_an_answer_given_twice_by_one_person():
    y, x = answers(np.random.default_rng(3), n=200)
    w = np.where(np.arange(200) % 3, 1.0, 2.0)
    twice = np.repeat(np.arange(200), w.astype(int))
    one = proportional_odds(y, x, ("a", "b"), weight=w, cluster=np.arange(200))
    two = proportional_odds(y[twice], x[twice], ("a", "b"), cluster=twice)
    assert one.beta == pytest.approx(two.beta, abs=1e-10)
    assert one.covariance == pytest.approx(two.covariance, rel=1e-9)


def test_scores_count_by_their_order_and_turning_the_scale_turns_the_sign():
    y, x = answers(np.random.default_rng(4))
    made = proportional_odds(y, x, ("a", "b"))
    assert proportional_odds(10 * y**2, x, ("a", "b")).beta == pytest.approx(made.beta, abs=1e-10)
    turned = proportional_odds(-y, x, ("a", "b"))
    assert turned.beta == pytest.approx(-made.beta, abs=1e-9)
    assert turned.parallel == pytest.approx(made.parallel, abs=1e-8)
    order = np.random.default_rng(5).permutation(len(y))
    assert proportional_odds(y[order], x[order], ("a", "b")).beta == pytest.approx(made.beta, abs=1e-10)


def test_the_truth_lies_in_the_interval_and_the_test_of_parallel_lines_is_of_its_size():
    held = refused = 0
    for seed in range(200):
        y, x = answers(np.random.default_rng(seed), n=250)
        made = proportional_odds(y, x, ("a", "b"))
        _, low, high = made.odds_ratio("a")
        held += low <= np.exp(0.7) <= high
        refused += made.parallel < 0.05
    assert 180 <= held <= 199  # 95 %: four standard errors below, three above
    assert refused <= 23  # 5 % and four standard errors


def test_lines_that_are_not_parallel_are_seen():
    rng = np.random.default_rng(6)
    y = np.r_[rng.choice([1, 2, 3], 400, p=[0.4, 0.2, 0.4]), rng.choice([1, 2, 3], 400, p=[0.2, 0.6, 0.2])]
    assert proportional_odds(y, np.repeat([0.0, 1.0], 400), ("late",)).parallel < 1e-6


def test_what_cannot_be_fitted_is_refused():
    y, x = answers(np.random.default_rng(7), n=50)
    for kwargs, match in (
        ({"answer": np.ones(50)}, "All answers are the same"),
        ({"x": np.ones((50, 1))}, "does not vary"),
        ({"weight": np.r_[-1.0, np.ones(49)]}, "Weights"),
        ({"x": (y > 2).astype(float)}, "separates"),
        ({"cluster": np.zeros(50)}, "one cluster"),
    ):
        with pytest.raises(CompareError, match=match):
            proportional_odds(**{"answer": y, "x": x, "names": ("a", "b"), **kwargs})

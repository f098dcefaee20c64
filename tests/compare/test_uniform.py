"""The critical value of a band: closed forms, the distribution function, and the multiplier bootstrap."""

import numpy as np
import pytest
from scipy import stats

from kumastats.compare.uniform import correlation, sup_t

EQUAL = 0.4 * np.ones((3, 3)) + 0.6 * np.eye(3)


@pytest.mark.parametrize("k", [1, 5, 24])
def test_independent_and_identical_estimates_have_closed_forms(k):
    assert sup_t(np.eye(k)) == pytest.approx(stats.norm.ppf((1 + 0.95 ** (1 / k)) / 2), rel=5e-3)
    assert sup_t(np.ones((k, k)), df=7) == pytest.approx(stats.t.ppf(0.975, 7), rel=1e-2)


@pytest.mark.parametrize("df", [4, np.inf])
def test_the_distribution_function_gives_the_level_back(df):
    c = np.full(3, sup_t(EQUAL, df=df, level=0.9))
    made = stats.multivariate_normal(cov=EQUAL) if np.isinf(df) else stats.multivariate_t(shape=EQUAL, df=df)
    below = made.cdf(c, lower_limit=-c) if np.isinf(df) else made.cdf(c, lower_limit=-c, random_state=1)
    assert below == pytest.approx(0.9, abs=2e-3)


def test_the_multiplier_bootstrap_agrees():
    rng = np.random.default_rng(3)
    influence = rng.normal(size=(400, 6)) @ rng.normal(size=(6, 6))
    signs = rng.choice([-1.0, 1.0], size=(20_000, 400))
    drawn = np.abs(signs @ influence) / np.sqrt((influence**2).sum(axis=0))
    assert sup_t(correlation(influence)) == pytest.approx(np.quantile(drawn.max(axis=1), 0.95), rel=1.5e-2)

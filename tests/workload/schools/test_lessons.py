"""Reuse and unevenness: against brute force over pairs, scipy's jackknife by hand, and a regression through the origin."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kumastats.errors import WorkloadError
from kumastats.workload.ratio_linearised import ratio_of_totals
from kumastats.workload.schools.lessons import by_school, concentration, gini


def test_gini_is_half_the_mean_difference_of_all_pairs():
    x = np.random.default_rng(1).gamma(1.5, 20, 40)
    pairs = np.abs(x[:, None] - x[None, :]).mean()
    assert gini(x) == pytest.approx(pairs / 2 / x.mean(), rel=1e-12)
    assert gini(x * 7) == pytest.approx(gini(x), rel=1e-12)
    assert gini(np.r_[np.zeros(9), 5.0]) == pytest.approx(0.9)


def test_the_jackknife_covers_a_known_coefficient():
    """Gini of an exponential law is one half."""
    held = 0
    for seed in range(200):
        made = concentration(np.random.default_rng(seed).exponential(10, 136))
        held += made.low <= 0.5 <= made.high
    assert 0.88 <= held / 200 <= 0.99


def test_the_busiest_tenth():
    values = np.r_[np.full(9, 1.0), 11.0]
    assert concentration(values).top_tenth == pytest.approx(0.55)


def test_the_ratio_is_a_weighted_regression_through_the_origin():
    rng = np.random.default_rng(2)
    below = rng.poisson(40, 30).astype(float) + 1
    above = rng.poisson(0.4 * below).astype(float)
    fit = sm.WLS(above / below, np.ones(30), weights=below).fit(cov_type="HC0")
    made = ratio_of_totals(above, below)
    assert made.value == pytest.approx(float(fit.params[0]), rel=1e-12)
    half = (made.high - made.low) / 2
    from scipy.stats import t

    assert half == pytest.approx(float(fit.bse[0]) * np.sqrt(30 / 29) * t.ppf(0.975, 29), rel=1e-10)


def test_a_school_without_an_entry_is_a_zero():
    events = pd.DataFrame({"school_id": ["a", "a"], "uploads": [1, 2], "downloads": [0, 1], "reuses": [0, 0]})
    made = by_school(events, ["a", "b"])
    assert made.loc["b"].sum() == 0 and made.loc["a", "uploads"] == 3


def test_refusals():
    with pytest.raises(WorkloadError, match="below the line"):
        ratio_of_totals(np.array([1.0]), np.array([0.0]))
    with pytest.raises(WorkloadError, match="three schools"):
        concentration(np.array([1.0, 2.0]))

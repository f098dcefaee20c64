"""The surge of shelters: statsmodels' negative binomial on the same design, the sample's own truth, and invariances."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from sample_shelters import of_sample

from kumastats.errors import WorkloadError
from kumastats.sample import community
from kumastats.workload.surge.decay import FIRST_DAY, Step, fit_surge


def simulated(rng, sites=6, days=40, alpha=0.03, first=0.4):
    level, rate = rng.uniform(4, 6, sites), rng.uniform(0.02, 0.08, sites)
    rows = []
    for s in range(sites):
        mu = np.exp(level[s] - rate[s] * np.arange(days))
        mu[0] *= first
        y = rng.poisson(rng.gamma(1 / alpha, alpha, days) * mu) if alpha else rng.poisson(mu)
        rows += [(f"s{s}", t, float(n)) for t, n in enumerate(y)]
    return pd.DataFrame(rows, columns=["site_id", "day", "evacuees"]), level, rate


def test_estimates_and_errors_are_those_of_a_negative_binomial_regression():
    frame, _, _ = simulated(np.random.default_rng(1))
    made = fit_surge(frame)
    dummies = pd.get_dummies(frame["site_id"]).astype(float)
    design = pd.concat(
        [dummies, (-dummies.mul(frame["day"], axis=0)).add_prefix("rate_"), (frame["day"] == 0).astype(float).rename("step")], axis=1
    )  # fmt: skip
    start = np.r_[made.level, made.rate, made.step, made.dispersion]
    fit = sm.NegativeBinomial(frame["evacuees"], design).fit(
        start_params=start * 0.99, disp=0, maxiter=500, method="bfgs", gtol=1e-8
    )
    assert made.dispersion == pytest.approx(float(fit.params["alpha"]), rel=1e-3)
    assert made.rate == pytest.approx(fit.params.filter(like="rate_").to_numpy(), abs=1e-5)
    assert made.step[0] == pytest.approx(float(fit.params["step"]), abs=1e-4)
    glm = sm.GLM(frame["evacuees"], design, family=sm.families.NegativeBinomial(alpha=made.dispersion)).fit(
        tol=1e-12
    )
    inflate = (
        math.sqrt((1 + made.autocorrelation) / (1 - made.autocorrelation))
        if made.autocorrelation > 0
        else 1.0
    )
    assert np.sqrt(made.rate_var) == pytest.approx(
        glm.bse.filter(like="rate_").to_numpy() * inflate, rel=1e-5
    )
    assert made.step_se[0] == pytest.approx(float(glm.bse["step"]) * inflate, rel=1e-5)


def test_poisson_counts_need_no_dispersion():
    frame, _, _ = simulated(np.random.default_rng(2), alpha=0.0)
    made = fit_surge(frame)
    assert made.dispersion < 0.003 and made.poisson_p > 0.01
    wild, _, _ = simulated(np.random.default_rng(2), alpha=0.2)
    assert fit_surge(wild).poisson_p < 1e-6


def test_intervals_of_rates_hold_the_truth_as_often_as_they_say():
    held = []
    for seed in range(60):
        frame, _, rate = simulated(np.random.default_rng(seed))
        made = fit_surge(frame)
        held += list(np.abs(made.rate - rate) < 1.96 * np.sqrt(made.rate_var))
    assert 0.91 <= np.mean(held) <= 0.985


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sample_city(seed):
    """Whole people are counted, so that small shelters seem to empty a little faster: rates come out 1.6 % high."""
    held, frame = of_sample(seed)
    made = fit_surge(frame)
    truth = {s.name: 1 / s.stay for s in held}
    gap = np.array([r / truth[s] - 1 for s, r in zip(made.sites, made.rate, strict=True)])
    assert abs(gap.mean()) < 0.03
    assert abs(made.step[0] - math.log(community.FIRST_NIGHT)) < 3 * made.step_se[0]
    fine = np.arange(1, 121, 0.01)
    total = sum(s.most * np.exp(-fine / s.stay) for s in held)
    true_half = fine[(total <= total[0] / 2).argmax()] - 1
    assert made.half_life() == pytest.approx(true_half, rel=0.03)
    low, high = made.half_life_interval(np.random.default_rng(1))
    assert low < made.half_life() < high < 1.03 * made.half_life()
    assert made.dropped["not_counted"] == frame["evacuees"].isna().sum()


def test_order_and_names_do_not_matter():
    frame, _, _ = simulated(np.random.default_rng(3))
    made = fit_surge(frame)
    other = fit_surge(
        frame.assign(site_id=frame["site_id"].map(lambda s: f"z{9 - int(s[1:])}")).sample(
            frac=1, random_state=1
        )
    )
    assert other.rate[::-1] == pytest.approx(made.rate, rel=1e-6)


def test_expectation_adds_up_and_one_shelter_halves_as_its_rate_says():
    frame, _, _ = simulated(np.random.default_rng(4), sites=1, alpha=0.0)
    made = fit_surge(frame)
    assert made.half_life() == pytest.approx(math.log(2) / made.rate[0], abs=0.1)
    days = np.arange(5.0)
    assert made.expected_of(["s0"] * 5, days) == pytest.approx(made.expected(days))
    assert made.expected_of(["other"] * 5, days).sum() == 0


def test_steps_that_repeat_each_other_and_bad_counts_are_refused():
    frame, _, _ = simulated(np.random.default_rng(5))
    with pytest.raises(WorkloadError, match="told apart"):
        fit_surge(frame, (FIRST_DAY, Step("again", 0, 0)))
    with pytest.raises(WorkloadError, match="negative"):
        fit_surge(frame.assign(evacuees=-1.0))
    with pytest.raises(WorkloadError, match="five days"):
        fit_surge(frame[frame["day"] < 3])

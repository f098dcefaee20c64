"""Interrupted series and synthetic control: published values, second routes, and refusals."""

import numpy as np
import pandas as pd
import pytest
from real_files import needs, real_file

from kumastats.compare.its import fixed_b, interrupted_series, local_level, newey_west
from kumastats.compare.its.remembering import _given, _whitened
from kumastats.compare.its.series import design_matrix
from kumastats.compare.synthetic import simplex_weights, synthetic_control
from kumastats.errors import CompareError

SEATBELTS, PROPOSITION_99 = "reference/uk_seatbelts.csv", "reference/california_prop99_long.csv"


@needs(SEATBELTS)
def test_seatbelts_by_newey_and_west():
    """R sandwich NeweyWest(lag = 12): −.161411, OLS .022668, .0300933 adjusted and .0288939 not; statsmodels to 1e-9."""
    import statsmodels.api as sm

    raw = pd.read_csv(real_file(SEATBELTS))
    x = np.column_stack(
        [raw["law"], np.log(raw["PetrolPrice"]), np.log(raw["kms"]), np.ones(len(raw))]
        + [raw["month"] == m for m in range(2, 13)]
    ).astype(float)
    y = np.log(raw["drivers"].to_numpy())
    for adjust, printed in ((True, 0.0300933), (False, 0.0288939)):
        beta, covariance = newey_west(y, x, 12, adjust=adjust)
        peer = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 12, "use_correction": adjust})
        assert beta[0] == pytest.approx(-0.161411, abs=5e-7)
        assert np.sqrt(covariance[0, 0]) == pytest.approx(printed, abs=5e-8)
        assert np.sqrt(np.diag(covariance)) == pytest.approx(peer.bse, abs=1e-9)


def test_fixed_b_holds_its_level_where_the_normal_does_not():
    """The mean of 200 independent values with 99 lags: the normal's critical value rejects three times too often."""
    rng, count = np.random.default_rng(12), 1500
    x = np.ones((200, 1))
    ratios = []
    for y in rng.standard_normal((count, 200)):
        beta, covariance = newey_west(y, x, 99, adjust=False)
        ratios.append(abs(beta[0]) / np.sqrt(covariance[0, 0]))
    share = np.mean(np.array(ratios) > fixed_b(200, 99))
    assert share == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / count))
    assert np.mean(np.array(ratios) > 1.96) > 0.15
    assert fixed_b(10**6, 0) == pytest.approx(1.96, abs=1e-4)
    with pytest.raises(CompareError):
        fixed_b(60, 60)


def test_nile():
    """R StructTS(Nile, "level"): 1469 and 15099; a break at 1899 of −247.778 (28.435), where the level stands still."""
    from statsmodels.datasets import nile as volumes

    nile = volumes.load_pandas().data["volume"].to_numpy()
    made = local_level(nile)
    assert (made.level_variance, made.irregular_variance) == pytest.approx((1469, 15099), abs=0.6)
    broken = local_level(nile, interruption=28)
    assert (broken.break_estimate, broken.break_se) == pytest.approx((-247.778, 28.435), abs=5e-4)
    assert made.interior and not broken.interior


@pytest.mark.parametrize(("phi", "theta"), [(0.5, 0.0), (0.8, -0.4), (-0.3, 0.6), (0.9, -0.9)])
def test_errors_with_memory_by_two_other_routes(phi: float, theta: float):
    """Given φ and θ: generalised least squares on the dense covariance, and the likelihood of statsmodels' state space."""
    from scipy.linalg import toeplitz
    from statsmodels.tsa.arima_process import arma_acovf
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    rng, n = np.random.default_rng(4), 60
    x, names = design_matrix(n, [30])
    y = rng.normal(size=n).cumsum()
    contrast = np.zeros(x.shape[1])
    contrast[names.index("level_1")] = 1
    covariance = toeplitz(arma_acovf([1, -phi], [1, theta], n))
    inverse = np.linalg.inv(covariance)
    gram = x.T @ inverse @ x
    beta = np.linalg.solve(gram, x.T @ inverse @ y)
    left = y - x @ beta
    rss = float(left @ inverse @ left)
    estimate, error, restricted, betas = _given(np.column_stack([x, y]), contrast, np.array([phi]), theta)
    k = x.shape[1]
    assert betas[0] == pytest.approx(beta, rel=1e-8, abs=1e-9)
    assert estimate[0] == pytest.approx(beta @ contrast, rel=1e-8)
    assert error[0] == pytest.approx(
        np.sqrt(contrast @ np.linalg.solve(gram, contrast) * rss / (n - k)), rel=1e-8
    )
    log_volume = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(gram)[1]
    assert restricted[0] == pytest.approx(-0.5 * log_volume - (n - k) / 2 * np.log(rss), rel=1e-8)
    white, precision = _whitened(y[:, None], np.array([phi]), theta)
    log = 0.5 * (precision[0] - n * np.log(2 * np.pi) - float((white**2).sum()))
    assert log == pytest.approx(SARIMAX(y, order=(1, 0, 1)).loglike([phi, theta, 1.0]), rel=1e-8)


def test_a_moving_average_makes_an_interval_wider_where_errors_last_longer_than_they_look():
    """ARMA(0.9, −0.6) looks like a weak AR(1)."""
    rng, wider = np.random.default_rng(6), []
    for _ in range(12):
        e = rng.standard_normal(161)
        u = np.zeros(161)
        for t in range(1, 161):
            u[t] = 0.9 * u[t - 1] + e[t] - 0.6 * e[t - 1]
        made = {memory: interrupted_series(u[-60:], 30, memory=memory) for memory in ("ar1", "arma11")}
        assert made["arma11"].inference == "arma11_reml_mixture"
        assert made["arma11"].ci[0] < made["arma11"].estimate < made["arma11"].ci[1]
        wider.append(np.ptp(made["arma11"].ci) / np.ptp(made["ar1"].ci))
    assert np.median(wider) > 1
    with pytest.raises(CompareError, match=r"arma21.*ar1, arma11"):
        interrupted_series(u[-60:], 30, memory="arma21")


def test_without_a_control_it_is_no_effect():
    y = np.random.default_rng(1).normal(size=60).cumsum()
    made = interrupted_series(y, 30)
    assert "no effect" in made.text("en") and "効果とは言え" in made.text("ja")
    assert made.check("control_series").result == "warn"
    assert interrupted_series(y, 30, control=np.zeros(60)).design == "comparative_its"


def test_a_series_made_by_the_model_gives_its_numbers_back():
    rng = np.random.default_rng(2)
    x, names = design_matrix(120, [40, 80])
    beta = np.zeros(len(names))
    beta[[names.index("level_2"), names.index("slope_1"), names.index("month_4")]] = 5, -0.2, 3
    y = x @ beta + rng.normal(scale=0.01, size=120)
    assert interrupted_series(y, [40, 80], which=2).estimate == pytest.approx(5, abs=0.03)
    assert interrupted_series(y, [40, 80], what="slope").estimate == pytest.approx(-0.2, abs=0.002)
    y[40:43] += 100  # a rough start, left to itself
    made = interrupted_series(y, [40, 80], which=2, transition=3)
    assert made.estimate == pytest.approx(5, abs=0.03) and made.dropped == {"transition": 6}


def test_counts_find_the_ratio():
    rng = np.random.default_rng(3)
    rate = 400 * np.exp(0.2 * np.cos(2 * np.pi * np.arange(60) / 12) - 0.3 * (np.arange(60) >= 30))
    made = interrupted_series(rng.negative_binomial(50, 50 / (50 + rate)), 30, counts=True, slopes=False)
    assert made.ci[0] < -0.3 < made.ci[1] and made.ci[1] < 0


@pytest.mark.slow
@pytest.mark.parametrize("points", [24, 36, 60])
@pytest.mark.parametrize("memory", [0.2, 0.5, 0.8])
def test_false_positives_of_an_interrupted_series(points: int, memory: float):
    rng = np.random.default_rng(points)
    count = 1500
    e = np.empty((count, points))
    e[:, 0] = rng.normal(size=count) / np.sqrt(1 - memory**2)
    for t in range(1, points):
        e[:, t] = memory * e[:, t - 1] + rng.normal(size=count)
    y = e + 3 * np.cos(2 * np.pi * np.arange(points) / 12)
    rate = np.mean([interrupted_series(row, points // 2).p <= 0.05 for row in y])
    slack = 3 * np.sqrt(0.05 * 0.95 / count)
    assert 0.035 - slack <= rate <= 0.065 + slack


@needs(PROPOSITION_99)
def test_proposition_99():
    """Outcomes only, simplex: −19.5136, RMSE before 1.6564 and six donors; DiD −27.3491 (closed form)."""
    raw = pd.read_csv(real_file(PROPOSITION_99), sep=";")
    wide = raw.pivot(index="Year", columns="State", values="PacksPerCapita")
    made = synthetic_control(wide.sample(frac=1, random_state=1), "California", 1989)
    c = made.comparison
    assert c.estimate == pytest.approx(-19.5136, abs=5e-5)
    assert c.extra["rmspe_before"] == pytest.approx(1.6564, abs=5e-5)
    assert c.extra["did"] == pytest.approx(-27.3491, abs=5e-5)
    printed = {"Utah": 0.394, "Montana": 0.232, "Nevada": 0.205, "Connecticut": 0.109, "New Hampshire": 0.045, "Colorado": 0.015}  # fmt: skip
    assert list(made.weights) == list(printed)
    assert list(made.weights.values()) == pytest.approx(list(printed.values()), abs=5e-4)
    assert c.p == pytest.approx(3 / 39) and c.decidable and len(made.leave_one_out) == 6
    assert made.plot("en").alt


def test_weights_are_optimal():
    """Karush, Kuhn and Tucker: no donor pulls harder than those with weight."""
    rng = np.random.default_rng(4)
    donors, target = rng.normal(size=(20, 40)), rng.normal(size=20) * 2
    w = simplex_weights(target, donors)
    pull = donors.T @ (donors @ w - target)
    assert w.sum() == pytest.approx(1, abs=1e-12) and (w >= 0).all()
    assert pull.min() >= pull[w > 0].max() - 1e-9
    assert np.ptp(pull[w > 0]) <= 1e-9


def test_few_donors_cannot_decide_and_gaps_are_counted():
    frame = pd.DataFrame(np.random.default_rng(5).normal(size=(12, 8)), columns=list("ABCDEFGH"))
    frame.loc[3, "H"] = np.nan
    kept = frame.copy()
    made = synthetic_control(frame, "A", 8).comparison
    assert not made.decidable and np.isnan(made.p) and made.dropped == {"donor_with_gap": 1}
    assert made.extra["attainable_p"] == pytest.approx(1 / 7)
    pd.testing.assert_frame_equal(frame, kept)


@pytest.mark.parametrize(
    "job",
    [
        lambda: interrupted_series([], 5),
        lambda: interrupted_series(np.ones(60), 30),
        lambda: interrupted_series(np.r_[np.nan, np.arange(59)], 30),
        lambda: interrupted_series(np.arange(10) ** 2, 5),
        lambda: interrupted_series(np.arange(60) ** 2, 59),
        lambda: interrupted_series(np.arange(60) - 5, 30, counts=True),
        lambda: local_level(np.ones(20)),
        lambda: synthetic_control(pd.DataFrame({"A": [1.0, 2, 3]}), "A", 2),
        lambda: synthetic_control(pd.DataFrame({"A": [1, 2, 3], "B": ["x", "y", "z"]}), "A", 2),
        lambda: synthetic_control(pd.DataFrame({"A": [1.0, 2, 3], "B": [1.0, 2, 3]}), "Z", 2),
    ],
)
def test_awkward_series_are_refused(job):
    with pytest.raises(CompareError):
        job()

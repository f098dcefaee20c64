"""Effect sizes, same months, quantiles, survey waves and control charts: published values and second routes."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kumastats.compare.effect_size import cliffs_delta, d_av, d_z, hedges_g, rank_biserial
from kumastats.compare.ordinal import wave_change
from kumastats.compare.quantiles import quantile_change
from kumastats.compare.same_months import same_month
from kumastats.compare.spc import D2, D3, D4, E2, xmr
from kumastats.errors import CompareError


def test_d_z_is_t_over_root_n_and_its_ends_are_noncentral():
    rng = np.random.default_rng(1)
    x = rng.normal(size=15)
    y = x + rng.normal(0.5, 1, 15)
    made = d_z(x, y)
    t = stats.ttest_rel(y, x).statistic
    assert made.estimate == pytest.approx(t / np.sqrt(15), abs=1e-12)
    tails = [stats.nct.sf(t, 14, made.ci[0] * np.sqrt(15)), stats.nct.cdf(t, 14, made.ci[1] * np.sqrt(15))]
    assert tails == pytest.approx([0.025, 0.025], abs=1e-8)
    assert d_av(x, y).estimate == pytest.approx((y - x).mean() / np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2))


def test_hedges_correction_by_gamma():
    made = hedges_g([1, 2, 3, 4], [3, 4, 6, 7])
    assert made.estimate / made.extra["d"] == pytest.approx(1 - 3 / (4 * 6 - 1), abs=3e-3)
    assert made.ci[0] < made.estimate < made.ci[1]


@pytest.mark.parametrize("size", [12, 40])
def test_cliffs_interval_covers(size: int):
    rng = np.random.default_rng(size)
    truth = 2 * stats.norm.cdf(0.6 / np.sqrt(2)) - 1
    hits = [
        low <= truth <= high
        for low, high in (
            cliffs_delta(rng.normal(size=size), rng.normal(0.6, 1, size)).ci for _ in range(600)
        )
    ]
    assert 0.92 <= np.mean(hits) <= 0.98


def test_rank_biserial_by_hand():
    """Differences 1, −2, 3, 4: ranks up 8, down 2 of 10."""
    assert rank_biserial([0, 0, 0, 0], [1, -2, 3, 4]).estimate == pytest.approx(0.6)
    assert not rank_biserial([0, 0, 0], [1, 2, 3]).decidable
    assert not cliffs_delta([0, 1], [2, 3]).decidable


def test_april_with_april():
    rows = [
        {"unit": u, "period": f"{y}-{m:02d}", "value": 10 * m + shift * (y >= 2018) + bump * (y >= 2019)}
        for u, shift, bump in (("A", -3, 0), ("B", -5, -2))
        for y in (2017, 2018, 2019)
        for m in range(1, 13)
    ]
    live = {"A": dt.date(2018, 1, 1), "B": dt.date(2018, 1, 1)}
    made = same_month(pd.DataFrame(rows), live)
    assert made.estimate == pytest.approx(
        (-3 - 6) / 2
    )  # 2019 goes back to 2017, not to a month after going live
    fewer = same_month(pd.DataFrame(rows).iloc[1:], live)
    assert fewer.dropped == {"no_same_month_before": 2}
    with pytest.raises(CompareError):
        same_month(pd.DataFrame(rows + rows[:1]), live)


def test_quantiles_resample_days():
    rng = np.random.default_rng(2)
    days = np.repeat(np.arange(20), 30)
    shift = rng.normal(0, 2, 20)[days]
    x, y = 20 + shift + rng.exponential(5, 600), 15 + shift + rng.exponential(5, 600)
    made = quantile_change((x, days), (y, days), rng=np.random.default_rng(3), draws=499)
    expected = np.quantile(y, 0.5, method="inverted_cdf") - np.quantile(x, 0.5, method="inverted_cdf")
    assert made.estimate == pytest.approx(expected, abs=1e-12)
    alone = quantile_change((x, np.arange(600)), (y, np.arange(600)), rng=np.random.default_rng(3), draws=499)
    assert made.se > 1.5 * alone.se  # waits of a day go together
    few = quantile_change((x, days // 10), (y, days // 10), rng=np.random.default_rng(3))
    assert not few.decidable and np.isnan(few.ci).all()


def test_survey_waves_are_weighted_regression_with_clustered_errors():
    import statsmodels.api as sm

    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "wave": np.repeat([1, 2], 100), "answer": rng.integers(1, 6, 200), "w": rng.uniform(0.5, 2, 200),
            "ward": rng.integers(0, 15, 200),
        }
    )  # fmt: skip
    made = wave_change(frame, weight="w", cluster="ward")
    x = np.column_stack([frame["wave"] == 2, np.ones(200)]).astype(float)
    peer = sm.WLS(frame["answer"], x, weights=frame["w"]).fit(
        cov_type="cluster", cov_kwds={"groups": frame["ward"], "use_correction": False}
    )
    assert made.estimate == pytest.approx(peer.params.iloc[0], abs=1e-12)
    assert made.se == pytest.approx(peer.bse.iloc[0] * np.sqrt(15 / 14), abs=1e-10)
    assert (made.n_clusters, made.df) == (15, 13)
    high = wave_change(frame, statistic="top_two")
    assert high.extra["first"] == pytest.approx((frame.loc[frame["wave"] == 1, "answer"] >= 4).mean())


def test_chart_constants():
    """Montgomery, appendix VI, n = 2: d2 1.128, d3 .853, D4 3.267; E2 is printed 2.660, from the rounded d2."""
    assert pytest.approx((D2, D3, D4), abs=5e-4) == (1.128, 0.853, 3.267)
    assert pytest.approx(3 / 1.1283792, abs=1e-6) == E2


def test_nist_flow_rate():
    """NIST/SEMATECH handbook 6.3.2.2, ten batches: mean 50.81, mean range 1.8778, limits 55.8041 and 45.8159."""
    made = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]).frame.iloc[0]
    assert (made["centre"], made["high"], made["low"]) == pytest.approx((50.81, 55.8041, 45.8159), abs=2e-3)


def test_run_rules_phases_and_season():
    calm = np.tile([0.0, 1.0], 6)
    chart = xmr(np.r_[calm, calm + 10], phases=[12])
    assert len(chart.signals) == 0  # the go-live is a new phase, no signal
    assert len(xmr(np.r_[calm, calm + 10]).signals) > 0
    run = xmr(np.r_[[-3.0, 3.0] * 5, [0.4, 0.5, 0.4, 0.6, 0.5, 0.4, 0.5, 0.6]] - 0.1).frame
    assert run["eight_on_one_side"].tolist().index(True) in (16, 17)
    season = np.tile(np.sin(np.arange(12)), 3)
    taken = xmr(season + np.random.default_rng(5).normal(0, 0.01, 36), season=12)
    assert taken.frame["value"].std() < 0.02
    assert chart.plot("en").alt and chart.plot("ja").alt
    with pytest.raises(CompareError):
        xmr([1, 2, np.nan, 4])

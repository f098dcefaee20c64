"""First replies: Kaplan and Meier's median, a regression with clusters, coverage by simulation, and posts by hand."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kumastats.errors import WorkloadError
from kumastats.workload.replies import contrast, replies
from kumastats.workload.survival import kaplan_meier

UNTIL = dt.datetime(2020, 12, 31)


def posts(rng, n=600, areas=20, silent=0.08, shift=1.0):
    area = rng.integers(0, areas, n)
    pace = np.exp(0.3 * rng.standard_normal(areas))[area]
    minutes = np.maximum(np.exp(5 + 0.8 * rng.standard_normal(n)) * pace * shift, 1).astype(int).astype(float)
    minutes[rng.random(n) < silent] = np.nan
    when = [dt.datetime(2020, 1, 1) + dt.timedelta(hours=int(h)) for h in rng.integers(0, 24 * 350, n)]
    return pd.DataFrame({"area": [f"a{a:02d}" for a in area], "posted_at": when, "first_reply_min": minutes})


def test_the_median_is_that_of_kaplan_and_meier():
    """With every post old enough, one never answered is one censored at the end of the log."""
    frame = posts(np.random.default_rng(1))
    found = replies(frame, UNTIL)
    observed = (pd.Timestamp(UNTIL) - frame["posted_at"]).dt.total_seconds() / 60
    happened = frame["first_reply_min"].notna().to_numpy()
    curve = kaplan_meier(np.where(happened, frame["first_reply_min"], observed).astype(float), happened)
    assert found.median == curve.quantile(0.5)
    for w in found.within:
        assert w.share == pytest.approx(curve.within(w.minutes)[0], abs=1e-9)
    assert (found.posts, found.young) == (600, 0) and found.answered == happened.sum()


def test_shares_have_the_errors_of_a_clustered_regression():
    frame = posts(np.random.default_rng(2))
    hit = (frame["first_reply_min"] <= 180).astype(float)
    codes = pd.factorize(frame["area"], sort=True)[0]
    fit = sm.OLS(hit, np.ones(len(hit))).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    soon = next(w for w in replies(frame, UNTIL).within if w.minutes == 180)
    low, high = fit.conf_int().iloc[0]
    n, g = len(hit), codes.max() + 1
    assert g == 20 and n == 600  # statsmodels' factor is G/(G−1) · (N−1)/(N−1) for one coefficient
    assert (soon.low, soon.high) == pytest.approx((low, high), rel=1e-9)


def test_a_contrast_is_the_slope_of_a_clustered_regression():
    frame = posts(np.random.default_rng(3))
    drill = np.random.default_rng(4).random(600) < 0.2
    made = contrast(frame, drill, UNTIL)
    hit = (frame["first_reply_min"] <= 180).astype(float)
    codes = pd.factorize(frame["area"], sort=True)[0]
    fit = sm.OLS(hit, sm.add_constant(drill.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": codes}, use_t=True
    )
    assert made.difference == pytest.approx(float(fit.params.iloc[1]))
    half = (made.high - made.low) / 2
    low, high = fit.conf_int().iloc[1]
    # statsmodels also multiplies by (N − 1)/(N − 2) for two coefficients
    assert half == pytest.approx((high - low) / 2 * np.sqrt(598 / 599), rel=1e-9)


def test_intervals_of_the_median_hold_the_truth_as_often_as_they_say():
    """Areas differ, so the truth is that of many areas: exp(5) lies above the median by the share never answered."""
    many = replies(posts(np.random.default_rng(9), n=200_000, areas=4000), UNTIL).median
    held = 0
    for seed in range(150):
        made = replies(posts(np.random.default_rng(seed)), UNTIL)
        held += made.low <= many <= made.high
    assert 0.88 <= held / 150 <= 0.99


def test_young_posts_are_left_out_and_silence_is_for_ever():
    frame = pd.DataFrame(
        {
            "area": list("aabbcc"), "first_reply_min": [10, np.nan, 30, np.nan, np.nan, 50],
            "posted_at": [dt.datetime(2020, 12, 1)] * 4 + [dt.datetime(2020, 12, 30)] * 2,
        }
    )  # fmt: skip
    made = replies(frame, UNTIL, minutes=(30,))
    assert (made.posts, made.answered, made.young) == (5, 3, 1)
    assert made.median == 50 and made.within[0].share == 2 / 5
    silent = replies(frame[frame["first_reply_min"].isna()], UNTIL)
    assert silent.median == math.inf and math.isnan(silent.low)


def test_a_mean_of_answered_posts_would_hide_silence():
    rng = np.random.default_rng(5)
    frame = posts(rng, n=4000)
    quiet = frame.assign(first_reply_min=frame["first_reply_min"].where(frame["first_reply_min"] < 200))
    assert quiet["first_reply_min"].mean() < frame["first_reply_min"].mean()
    assert replies(quiet, UNTIL).median == pytest.approx(replies(frame, UNTIL).median)


def test_refusals():
    frame = posts(np.random.default_rng(6), n=20)
    with pytest.raises(WorkloadError, match="before its post"):
        replies(frame.assign(first_reply_min=-1.0), UNTIL)
    with pytest.raises(WorkloadError, match="No post"):
        replies(frame.iloc[:0], UNTIL)
    with pytest.raises(WorkloadError, match="one side"):
        contrast(frame, np.zeros(20, dtype=bool), UNTIL)

"""The yearly change over schools: by hand, against a regression on centred rows, and as often right as it says."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from kumastats.errors import WorkloadError
from kumastats.workload.schools.national import NATIONAL
from kumastats.workload.schools.trend import mean_over_units, yearly_change


def years(rng, schools=12, slope=-5.0, spread=2.0, noise=4.0, first=2017, last=2022):
    rows = [
        (f"S{s:03d}", y, 650 + 10 * s + b * (y - first) + rng.normal(0, noise), 6000 + 100 * s)
        for s in range(schools)
        for b in [rng.normal(slope, spread)]
        for y in range(first, last + 1)
    ]
    return pd.DataFrame(rows, columns=["school", "year", "minutes", "n"])


def test_by_hand():
    frame = pd.DataFrame(
        {"school": list("aabb"), "year": [2018, 2020] * 2, "minutes": [660.0, 650, 640, 636], "n": [10] * 4}
    )
    made = yearly_change(frame, -5.0)
    assert made.change == pytest.approx(-3.5) and made.excess == pytest.approx(1.5)
    assert made.se == pytest.approx(np.std([-5, -2], ddof=1) / math.sqrt(2))
    assert made.beats is False and (made.first, made.last, made.schools, made.n) == (2018, 2020, 2, 40)


def test_slopes_are_those_of_weighted_regressions():
    frame = years(np.random.default_rng(1))
    slopes = [
        smf.wls("minutes ~ year", mine, weights=mine["n"]).fit().params["year"]
        for _, mine in frame.groupby("school")
    ]
    assert yearly_change(frame, 0.0).change == pytest.approx(np.mean(slopes), rel=1e-9)


def test_the_order_of_rows_and_the_names_of_schools_do_not_matter():
    frame = years(np.random.default_rng(2))
    made = yearly_change(frame, -5.0)
    renamed = frame.assign(school=frame["school"].map(lambda s: f"x{999 - int(s[1:])}")).sample(
        frac=1, random_state=1
    )
    other = yearly_change(renamed, -5.0)
    assert (other.change, other.low) == pytest.approx((made.change, made.low), rel=1e-12)


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = [
        made.low <= -5 <= made.high
        for made in (yearly_change(years(np.random.default_rng(s)), -5.0) for s in range(200))
    ]
    assert 0.90 <= np.mean(held) <= 0.99  # three standard errors about 95 %


def test_what_cannot_be_told():
    one = years(np.random.default_rng(3), schools=1)
    assert yearly_change(one, -5.0).beats is None
    with pytest.raises(WorkloadError, match="two years"):
        yearly_change(one[one["year"] == 2017], -5.0)
    with pytest.raises(WorkloadError, match="column n"):
        yearly_change(one.drop(columns="n"), -5.0)
    assert math.isnan(mean_over_units(np.array([1.0]))[1])


def test_the_national_figures_are_the_published_ones():
    """Kyoiku Shimbun 2023-04-28/29: weekdays 11:15 to 10:45 (elementary), 11:32 to 11:01 (junior high)."""
    assert NATIONAL["elementary"].last - NATIONAL["elementary"].first == -30
    assert NATIONAL["junior_high"].last - NATIONAL["junior_high"].first == -31

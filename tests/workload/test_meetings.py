"""Meetings: counterfactuals by brute force, intervals against the linearised error and by simulation, rows counted."""

import datetime as dt
import math

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from kumastats.errors import WorkloadError
from kumastats.warehouse.derived import with_derived
from kumastats.workload.meetings import (
    CHANGES,
    meetings_held,
    ratio_of_sums,
    savings,
    size_by_length,
    uses,
)
from kumastats.workload.meetings.shape import outside_minutes


def log(rng, n=400, offices=12):
    """Meetings with all that a log may hold."""
    invited = 2 + rng.poisson(5, n)
    attended = np.minimum(invited, np.maximum(rng.binomial(invited, 0.85), 1))
    minutes = rng.choice([20, 30, 45, 60, 90, 120, 480], n)
    return pd.DataFrame(
        {
            "start": pd.Timestamp("2019-06-03 08:00") + pd.to_timedelta(rng.integers(0, 28 * 96, n) * 15, "min"),
            "duration_min": minutes,
            "organiser_office_id": [f"A{i:02d}" for i in rng.integers(0, offices, n)],
            "invited": invited,
            "attended": attended,
            "multitasking": rng.binomial(attended, 0.2),
            "recurring": rng.random(n) < 0.5,
            "cancelled": rng.random(n) < 0.05,
            "attendee_min": minutes * attended,
        }
    )  # fmt: skip


def by_hand(row, uptake):
    """Person-minutes a meeting keeps under the three changes, said again in words of its own."""
    minutes, people = row.minutes, row.attended
    shorter = uptake * 5 * (minutes // 30)
    fewer = uptake * max(people - 8, 0)
    stays = 1.0
    if row.start.day_name() == "Wednesday" and dt.time(13) <= row.start.time() < dt.time(17, 15):
        stays = 1 - uptake
    return (
        (minutes - shorter) * people,
        minutes * (people - fewer),
        minutes * people * stays,
        (minutes - shorter) * (people - fewer) * stays,
    )


@pytest.mark.parametrize("uptake", [1.0, 0.5])
def test_changes_are_those_computed_meeting_by_meeting(uptake):
    held = meetings_held(log(np.random.default_rng(3)))
    kept = np.array([by_hand(row, uptake) for row in held.frame.itertuples()])
    whole = held.frame["person_min"].sum()
    found = savings(held, rng=np.random.default_rng(1), uptake=uptake)
    assert [s.id for s in found] == ["slots", "people", "afternoon", "together"]
    for s, left in zip(found, kept.sum(axis=0), strict=True):
        assert s.share.value == pytest.approx(1 - left / whole, abs=1e-12)
        assert s.share.low < s.share.value < s.share.high


def test_a_minute_is_taken_away_once():
    held = meetings_held(log(np.random.default_rng(4)))
    *apart, together = savings(held, rng=np.random.default_rng(1))
    assert max(s.share.value for s in apart) <= together.share.value < sum(s.share.value for s in apart)
    other = savings(held, rng=np.random.default_rng(1), changes=CHANGES[::-1])[-1]
    assert other.share.value == pytest.approx(together.share.value, abs=1e-12)
    nothing = savings(held, rng=np.random.default_rng(1), uptake=0.0)
    assert all(s.share.value == 0 and s.touched == 0 for s in nothing)
    with pytest.raises(WorkloadError, match="not between 0 and 1"):
        savings(held, rng=np.random.default_rng(1), uptake=1.2)


def test_every_row_is_counted_once_by_reason():
    raw = log(np.random.default_rng(5))
    raw.loc[:3, "cancelled"] = True
    raw.loc[4:8, "attended"] = np.nan
    raw.loc[9, "organiser_office_id"] = None
    raw.loc[10:12, "attended"] = 1
    raw.loc[10:12, "duration_min"] = 480
    held = meetings_held(raw)
    assert len(held) + sum(held.dropped.values()) == len(raw)
    assert held.dropped["missing"] >= 5 and held.dropped["alone"] >= 3 and held.dropped["all_day"] > 0
    assert (held.frame["minutes"] < 480).all() and (held.frame["attended"] >= 2).all()
    before = raw.copy()
    meetings_held(raw)
    pd.testing.assert_frame_equal(raw, before)
    with pytest.raises(WorkloadError, match="lacks attended"):
        meetings_held(raw.drop(columns="attended"))


def test_minutes_of_those_present_are_the_export_s_where_it_has_them():
    raw = log(np.random.default_rng(6), n=60)
    raw["attendee_min"] = np.where(np.arange(60) % 2, 999, 0)
    frame = meetings_held(raw).frame
    stated = frame["person_min"] == 999
    assert stated.any() and (~stated).any()
    assert (frame["person_min"] == frame["minutes"] * frame["attended"])[~stated].all()


def test_the_bootstrap_agrees_with_the_linearised_error():
    """Särndal et al. 1992, section 5.7: se² of a ratio = G/(G−1) Σ(y − Rx)² / (Σx)²."""
    rng = np.random.default_rng(7)
    x = rng.gamma(5, 100, 40)
    y = 0.3 * x + rng.normal(0, 20, 40)
    found = ratio_of_sums(y, x, rng=rng, draws=20_000)
    r = y.sum() / x.sum()
    se = math.sqrt(40 / 39 * ((y - r * x) ** 2).sum()) / x.sum()
    assert found.value == pytest.approx(r, rel=1e-12)
    assert found.se == pytest.approx(se, rel=0.05)
    assert found.high - found.value == pytest.approx(stdtrit(39, 0.975) * found.se, rel=1e-12)


def test_intervals_cover():
    """20 offices of uneven size with shares of their own: the share of all offices lies in the interval 95 times in 100."""
    rng, hit, runs = np.random.default_rng(8), 0, 500
    for _ in range(runs):
        x = rng.gamma(4, 50, 20)
        y = x * rng.beta(12, 28, 20)
        found = ratio_of_sums(y, x, rng=rng, draws=300)
        hit += found.low <= 0.3 <= found.high
    assert abs(hit / runs - 0.95) <= 0.03  # three binomial errors of 1 %


def test_few_offices_have_no_interval():
    few = ratio_of_sums([1.0, 2.0, 3.0, 0.0], [2.0, 5.0, 5.0, 0.0], rng=np.random.default_rng(1))
    assert few.value == 0.5 and few.clusters == 3 and math.isnan(few.low)
    with pytest.raises(WorkloadError, match="zero"):
        ratio_of_sums([1.0], [0.0], rng=np.random.default_rng(1))
    with pytest.raises(WorkloadError, match="fit together"):
        ratio_of_sums([1.0], [1.0, 2.0], rng=np.random.default_rng(1))


def test_small_cells_are_not_shown_nor_told_by_the_rest():
    held = meetings_held(log(np.random.default_rng(9), n=300))
    grid = size_by_length(held, fewest=10)
    hidden = np.isnan(grid.share)
    assert grid.meetings.sum() == len(held) and grid.hidden == hidden.sum() > 0
    assert (grid.meetings[~hidden & (grid.share > 0)] >= 10).all()
    assert grid.meetings[hidden].sum() >= 10
    whole = size_by_length(held, fewest=1)
    assert whole.hidden == 0 and np.nansum(whole.share) == pytest.approx(1.0)
    sizes = (held.frame["attended"] >= 9) & (held.frame["minutes"] > 90)
    assert whole.share[2, 3] == pytest.approx(held.frame.loc[sizes, "person_min"].sum() / held.frame["person_min"].sum())  # fmt: skip


def test_minutes_outside_working_hours_are_those_counted_one_by_one():
    rng = np.random.default_rng(10)
    start = pd.Series(pd.Timestamp("2019-04-26 06:00") + pd.to_timedelta(rng.integers(0, 2000, 40) * 10, "min"))  # fmt: skip
    minutes = pd.Series(rng.integers(5, 200, 40).astype(float))
    closed = {dt.date(2019, 4, 29), dt.date(2019, 4, 30), *(dt.date(2019, 5, d) for d in range(1, 7))}

    def outside(begin, length):
        made = 0
        for k in range(int(length)):
            at = begin + pd.Timedelta(minutes=k)
            working = begin.weekday() < 5 and begin.date() not in closed and at.date() == begin.date()
            made += not (working and dt.time(8, 30) <= at.time() < dt.time(17, 15))
        return made

    by_minute = [outside(b, m) for b, m in zip(start, minutes, strict=True)]
    assert outside_minutes(start, minutes).tolist() == by_minute


def test_uses_are_ratios_of_sums():
    raw = log(np.random.default_rng(11))
    raw.loc[::7, "invited"] = np.nan
    held = meetings_held(raw)
    f = held.frame
    known = f[f["invited"].notna()]
    told = {u.id: u for u in uses(held, rng=np.random.default_rng(1))}
    assert told["attended"].ratio.value == pytest.approx(known["person_min"].sum() / (known["invited"] * known["minutes"]).sum())  # fmt: skip
    assert told["attended"].n == len(known) and told["multitasking"].n == len(f)
    recurring = known[known["recurring"].eq(True)]
    assert told["half_empty"].hits == (recurring["attended"] * 2 < recurring["invited"]).sum()
    assert told["absent_recurring"].n + told["absent_single"].n == len(known)
    rows = f.sample(frac=1, random_state=1)
    again = {u.id: u for u in uses(type(held)(rows, held.dropped), rng=np.random.default_rng(1))}
    assert {k: v.ratio.low for k, v in again.items()} == pytest.approx(
        {k: v.ratio.low for k, v in told.items()}
    )


def test_columns_a_meeting_carries_are_unknown_where_a_part_is():
    rows = pd.DataFrame(
        {
            "invited": [10, 10, 4, None, 12],
            "attended": [4, 5, 5, 3, None],
            "duration_min": [60, 61, 61, 90, 90],
        },
        dtype="Int64",
    )
    rows.loc[5] = [12, 9, 61]
    made = with_derived("meeting", ibis.memtable(rows)).execute().astype("Int64")
    assert made["absent"].fillna(-1).tolist() == [6, 5, 0, -1, -1, 3]
    assert made["half_absent"].fillna(-1).tolist() == [1, 0, 0, -1, -1, 0]
    assert made["large_long"].fillna(-1).tolist() == [0, 0, 0, 0, -1, 1]

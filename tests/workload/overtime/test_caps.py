"""Caps: each limit by hand and against a plain loop; which regime has which, and from when."""

import datetime as dt

import numpy as np
import pytest
from cities import made

from kumastats.errors import WorkloadError
from kumastats.workload.overtime.caps import BEFORE, CAPS, MONTH_45, SIX_MONTHS, YEAR_360, YEAR_720, cap_of

H = 60


def year(*hours, before=(-1,) * BEFORE):
    return np.array([*before, *(int(h * H) for h in hours)], dtype=np.int64)


def limit(regime, name):
    return next(x for x in CAPS[regime].limits if x.id == name)


@pytest.mark.parametrize(
    ("which", "hours", "broken"),
    [
        (MONTH_45, [45] * 12, False),
        (MONTH_45, [0, 45 + 1 / 60], True),
        (YEAR_360, [30] * 12, False),
        (YEAR_360, [30] * 11 + [30 + 1 / 60], True),
        (YEAR_720, [60] * 12, False),
        (YEAR_720, [60] * 11 + [61], True),
        (SIX_MONTHS, [50] * 6 + [45] * 6, False),
        (SIX_MONTHS, [50] * 7, True),
        (limit("heteronomous", "under_100"), [99 + 59 / 60], False),
        (limit("heteronomous", "under_100"), [100], True),
        (limit("heteronomous", "average_80"), [80] * 12, False),
        (limit("heteronomous", "average_80"), [80, 80 + 1 / 60], True),
        (limit("heteronomous", "average_80"), [0, 95, 60, 95, 60, 95], True),
        (limit("heteronomous", "average_80"), [90, 60, 90, 60], False),
    ],
)
def test_limits_at_their_edges(which, hours, broken):
    assert bool(which.broken(year(*hours), year(*[0] * len(hours)))) is broken


def test_averages_reach_back_over_april_and_stop_where_nothing_is_held():
    average = limit("article36", "average_80")
    none = np.zeros(BEFORE + 1, dtype=np.int64)
    assert average.broken(year(75, before=(0, 0, 0, 0, 86 * H)), none)
    assert not average.broken(year(75, before=(0, 0, 0, 86 * H, -1)), none)
    assert not average.broken(year(99), none)  # one month is no average


def test_averages_are_those_of_a_plain_loop():
    rng = np.random.default_rng(1)
    hours = rng.integers(40, 110, (400, BEFORE + 9)) * H
    hours[rng.random(hours.shape) < 0.05] = -1
    average = limit("heteronomous", "average_80")

    def plain(row):
        return any(
            (part >= 0).all() and part.mean() > 80 * H
            for k in range(2, 7)
            for end in range(BEFORE + 1, len(row) + 1)
            if end >= k
            for part in [row[end - k : end]]
        )

    expected = [plain(row) for row in hours]
    assert average.broken(hours, np.zeros_like(hours)).tolist() == expected
    assert 20 < sum(expected) < 390


def test_work_on_holidays_counts_only_where_the_law_says():
    assert {(r, x.id) for r, c in CAPS.items() for x in c.limits if x.holiday_work} == {
        ("article36", "under_100"), ("article36", "average_80"),
    }  # fmt: skip
    ordered, holiday = year(96), year(4)
    assert CAPS["article36"].broken(ordered, holiday) and not CAPS["heteronomous"].broken(ordered, holiday)
    assert all(c.note.ja and c.note.en for c in CAPS.values())


def test_nothing_was_capped_before_april_2019_and_some_never_are():
    for regime in CAPS:
        assert cap_of(regime, dt.date(2019, 3, 31)).limits == ()
    assert [r for r in CAPS if not cap_of(r, dt.date(2019, 4, 1)).limits] == ["special", "manager"]
    with pytest.raises(WorkloadError, match="unknown"):
        cap_of("none", dt.date(2020, 4, 1))


def test_city_staff_and_teachers_are_never_added():
    city, school = made(np.zeros((2, 12)), [2020]), made(np.zeros((2, 12)), [2020], population="teacher")
    with pytest.raises(WorkloadError, match="cannot be added"):
        city + school
    assert len(city + city) == 4

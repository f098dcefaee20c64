"""Heaps at the cap: exact where the course is a polynomial, none where none was planted, errors as a bootstrap's."""

import datetime as dt

import numpy as np
import pytest

from kumastats.errors import WorkloadError
from kumastats.report import open_session
from kumastats.warehouse import Warehouse
from kumastats.workload.overtime.bunching import FIRST, LAST, bunching
from kumastats.workload.overtime.months import person_months
from kumastats.workload.overtime.pc_gap import pc_gap


def months_at(counts):
    """Person-months with these counts by hour, a person each."""
    minutes = np.repeat(np.arange(FIRST, LAST) * 60 + 7, counts)
    return minutes, np.arange(len(minutes))


def test_planted_mass_is_found_exactly_on_a_polynomial_with_round_numbers():
    hours = np.arange(FIRST, LAST)
    course = 900 - 14 * (hours - 20) + 120 * (hours % 5 == 0) + 80 * (hours % 10 == 0)
    made = bunching(*months_at(course))
    assert made.excess == pytest.approx(0, abs=1e-7)
    planted = course.copy()
    planted[45 - FIRST] += 300
    planted[46 - FIRST] += 50
    made = bunching(*months_at(planted))
    assert made.excess == pytest.approx(350, abs=1e-7)
    assert made.relative == pytest.approx(350 / made.course[made.window].mean(), rel=1e-9)
    assert bunching(*months_at(planted), at=30).excess == pytest.approx(0, abs=1e-7)
    # a window that does not hold the whole heap lets it bend the course, and placebos tell
    planted[52 - FIRST] += 200
    assert bunching(*months_at(planted), above=9).excess == pytest.approx(550, abs=1e-7)
    assert bunching(*months_at(planted), above=6).excess < 350
    assert abs(bunching(*months_at(planted), at=60, above=6).excess) > 10


def smooth(rng, people, months=12):
    level = rng.normal(np.log(25), 0.5, people)
    minutes = np.exp(level[:, None] + 0.4 * rng.normal(size=(people, months))) * 60
    return minutes.astype(int).ravel(), np.repeat(np.arange(people), months)


def test_no_heap_is_found_where_there_is_none_and_errors_are_a_bootstraps():
    inside = 0
    for seed in range(60):
        made = bunching(*smooth(np.random.default_rng(seed), 600))
        inside += abs(made.excess) < 1.96 * made.se
    assert inside >= 50  # 95 % less four standard errors
    rng = np.random.default_rng(99)
    minutes, person = smooth(rng, 600)
    made = bunching(minutes, person)
    by_person = [np.flatnonzero(person == p) for p in range(600)]
    draws = []
    for _ in range(200):
        rows = np.concatenate([by_person[p] for p in rng.integers(0, 600, 600)])
        who = np.repeat(np.arange(600), 12)
        draws.append(bunching(minutes[rows], who).excess)
    assert made.se == pytest.approx(np.std(draws), rel=0.2)


def test_the_sample_city_heaps_at_the_cap_after_the_caps_only(small_study):
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    held = person_months(snapshot, "city", dt.date(2023, 3, 31))

    def of(years, at=45):
        columns = np.concatenate([np.arange(s.start, s.stop) for s in map(held.of_year, years)])
        minutes = held.ordered[:, columns]
        who = np.broadcast_to(np.arange(len(held))[:, None], minutes.shape)
        return bunching(minutes[minutes >= 0], who[minutes >= 0], at)

    before, after = of(range(2016, 2019)), of(range(2019, 2023))
    assert abs(before.excess) < 2 * before.se and after.excess > 4 * after.se
    assert all(abs(b.excess) < 2.5 * b.se for at in (30, 60) for b in [of(range(2019, 2023), at)])


def test_the_pc_log_shows_what_of_the_fall_was_not_written_down(small_study):
    """Truth of the synthetic city: recorded hours fell by more than true hours; the gap opened by the difference."""
    session = open_session(str(small_study), "FY2022Q4", "en", notebook="test")
    truth = {k: session.truth[k]["value"] for k in ("overtime-caps-true", "overtime-caps-recorded")}
    opened = truth["overtime-caps-true"] - truth["overtime-caps-recorded"]
    made = pc_gap(session.snapshot, dt.date(2023, 3, 31), dt.date(2019, 4, 1))
    gap = made.change(2018, 2019, "gap")
    assert 0 < gap.low <= opened <= gap.high
    assert gap.value == pytest.approx(opened, abs=0.15)
    quiet = made.change(2017, 2018, "gap")
    assert quiet.low <= 0 <= quiet.high  # nothing was capped yet
    parts = [made.change(2018, 2019, what).value for what in ("by_pc", "recorded")]
    assert parts[0] - parts[1] == pytest.approx(gap.value, abs=1e-9)
    bands = made.by_band(2019).set_index("band")
    assert (
        bands.loc[20, "by_pc"] - bands.loc[20, "recorded"]
        < 4
        < bands.loc[60, "by_pc"] - bands.loc[60, "recorded"]
    )


def test_what_cannot_be_told_is_refused(small_study):
    with pytest.raises(WorkloadError, match="Nothing can be said about 22"):
        bunching(*months_at(np.full(60, 50)), at=22)
    with pytest.raises(WorkloadError, match="too few person-months"):
        bunching(np.full(40, 30 * 60), np.arange(40))
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    with pytest.raises(WorkloadError, match="before the caps"):
        pc_gap(snapshot, dt.date(2017, 3, 31), dt.date(2015, 4, 1))

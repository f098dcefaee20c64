"""2016 again: the course through the public points, the staff by hand, and what moves the answer."""

import math
from dataclasses import replace

import numpy as np
import pytest

from kumastats.study.model import Range
from kumastats.workload.surge import scenario as s
from kumastats.workload.surge.caps import HETERONOMOUS, ORDINARY

FIXED = s.Assumptions(
    peak=Range(110_000, 110_000, 110_000), per_person=Range(0.02, 0.02, 0.02), per_site=Range(2, 2, 2), absent=Range(0.1, 0.1, 0.1),
    shape=Range(1, 1, 1), spared=Range(0.5, 0.5, 0.5), base=Range(5, 5, 5), certificates_a_day=Range(12, 12, 12),
)  # fmt: skip


@pytest.mark.parametrize("shape", [0.5, 1.0, 1.5])
def test_the_course_joins_the_public_points(shape):
    days = np.array([0.0, (s.SECOND_ON - s.PEAK_ON).days])
    assert s.left(days, s.PEAK_PEOPLE, s.SECOND_PEOPLE, shape) == pytest.approx([110_000, 1616])
    assert s.left(days, s.PEAK_SITES, s.SECOND_SITES, shape) == pytest.approx([267, 74])
    half = s.half_life(s.PEAK_PEOPLE, shape)
    assert s.left(half, s.PEAK_PEOPLE, s.SECOND_PEOPLE, shape) == pytest.approx(55_000)


def test_by_hand_with_nothing_uncertain():
    made = s.again(FIXED, HETERONOMOUS, np.random.default_rng(1), roster=7_000, size=20)
    assert made.peak_staff.mean == pytest.approx(2 * 267 + 0.02 * 110_000)
    assert made.peak_staff.low == made.peak_staff.high
    day = np.arange(60)
    staff = 2 * 267 * (74 / 267) ** (day / 31) + 0.02 * 110_000 * (1616 / 110_000) ** (day / 31)
    beyond = 24 * (1 - 38.75 / 168)
    months = staff[:30].sum() * beyond, staff[30:].sum() * beyond
    people = math.ceil(max(months[0] / (100 - 1 / 60 - 5), sum(months) / (2 * 75)) - 1e-9)
    assert made.people.mean == math.ceil(people / 0.9 - 1e-9)
    assert (made.present.mean, made.free.mean) == (pytest.approx(6_300), pytest.approx(3_150))
    assert made.carried.mean == pytest.approx(staff.sum() * 3_150 / people) and made.enough == float(
        people <= 3_150
    )
    assert made.certificate_staff.mean == pytest.approx(2040 / 12)
    assert (made.backlog, made.backlog_growth, made.backlog_days) == (41_478, 1_062, 43)


def test_stricter_limits_take_more_people_and_so_does_absence():
    rng = lambda: np.random.default_rng(1)  # noqa: E731
    usual = s.again(FIXED, HETERONOMOUS, rng(), roster=7_000, size=50).people.mean
    assert s.again(FIXED, ORDINARY, rng(), roster=7_000, size=50).people.mean > usual
    assert (
        s.again(
            replace(FIXED, absent=Range(0.3, 0.3, 0.3)), HETERONOMOUS, rng(), roster=7_000, size=50
        ).people.mean
        > usual
    )


def test_what_shelters_tell_moves_the_middle_and_never_narrows_the_range():
    assumed = s.Assumptions()
    made = assumed.with_need((1.7, 0.1), (0.016, 0.0))
    assert made.per_site == Range(1, 1.7, 3) and made.per_person == Range(1 / 100, 0.016, 1 / 40)
    assert made.absent == assumed.absent
    wider = assumed.with_need((3.5, 0.5), (0.005, 0.001))
    assert (wider.per_site.low, wider.per_site.high) == (1, pytest.approx(3.5 + 0.98))
    assert (wider.per_person.low, wider.per_person.high) == (pytest.approx(0.005 - 0.00196), 1 / 40)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("peak", "peak_staff"), ("per_person", "peak_staff"), ("per_site", "peak_staff"), ("shape", "staff_days"), ("shape", "half_life"),
        ("absent", "people"), ("absent", "free"), ("spared", "carried"), ("base", "people"), ("certificates_a_day", "certificate_staff"),
    ],
)  # fmt: skip
def test_the_range_of_each_assumption_reaches_the_answer(name, answer):
    """Alone with its range, all else fixed, it gives the answer a band; without, there is none."""
    rng = lambda: np.random.default_rng(3)  # noqa: E731
    one = replace(FIXED, **{name: getattr(s.Assumptions(), name)})
    told = [
        getattr(s.again(held, HETERONOMOUS, rng(), roster=7_000, size=200), answer) for held in (FIXED, one)
    ]
    assert told[0].low == pytest.approx(told[0].high)
    assert told[1].high - told[1].low > 0.03 * told[1].mean


def test_twice_the_staff_carry_twice_as_much_and_suffice_no_less_often():
    made = [
        s.again(s.Assumptions(), HETERONOMOUS, np.random.default_rng(5), roster=n, size=400)
        for n in (7_000, 14_000)
    ]
    assert made[1].carried.mean == pytest.approx(2 * made[0].carried.mean)
    assert made[1].enough > made[0].enough and made[0].people == made[1].people

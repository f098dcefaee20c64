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
    base=Range(5, 5, 5), certificates_a_day=Range(12, 12, 12),
)  # fmt: skip


def test_the_course_joins_the_public_points():
    days = (s.SECOND_ON - s.PEAK_ON).days
    assert s.PEAK_PEOPLE * math.exp(-s.rate() * days) == pytest.approx(1616)
    assert s.PEAK_SITES * math.exp(-s.site_rate() * days) == pytest.approx(74)


def test_by_hand_with_nothing_uncertain():
    made = s.again(FIXED, HETERONOMOUS, np.random.default_rng(1), size=20)
    assert made.peak_staff.mean == pytest.approx(2 * 267 + 0.02 * 110_000)
    assert made.peak_staff.low == made.peak_staff.high
    day = np.arange(60)
    staff = 2 * 267 * np.exp(-s.site_rate() * day) + 0.02 * 110_000 * np.exp(-s.rate() * day)
    beyond = 24 * (1 - 38.75 / 168)
    months = staff[:30].sum() * beyond, staff[30:].sum() * beyond
    people = math.ceil(max(months[0] / (100 - 1 / 60 - 5), sum(months) / (2 * 75)) - 1e-9)
    assert made.people.mean == math.ceil(people / 0.9 - 1e-9)
    assert made.certificate_staff.mean == pytest.approx(2040 / 12)
    assert (made.backlog, made.backlog_growth, made.backlog_days) == (41_478, 1_062, 43)


def test_stricter_limits_take_more_people_and_so_does_absence():
    rng = lambda: np.random.default_rng(1)  # noqa: E731
    usual = s.again(FIXED, HETERONOMOUS, rng(), size=50).people.mean
    assert s.again(FIXED, ORDINARY, rng(), size=50).people.mean > usual
    assert (
        s.again(replace(FIXED, absent=Range(0.3, 0.3, 0.3)), HETERONOMOUS, rng(), size=50).people.mean > usual
    )


def test_what_shelters_tell_takes_the_place_of_the_assumption():
    made = s.Assumptions().with_need((1.7, 0.1), (0.016, 0.0))
    assert (
        made.per_site == Range(1.7 - 0.196, 1.7, 1.7 + 0.196)
        and made.per_person.low == made.per_person.high == 0.016
    )
    assert made.absent == s.Assumptions().absent

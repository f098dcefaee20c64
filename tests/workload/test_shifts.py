"""Shifts: the law's breaks, a cover checked by trying everything, and one that a simulation can use."""

import itertools

import numpy as np
import pytest

from kumastats.errors import WorkloadError
from kumastats.workload.counter.hours import DeskPlan
from kumastats.workload.counter.shifts import Shift, cover, legal_break, shifts_between


def test_breaks_of_the_labour_standards_act():
    """Article 34: 45 minutes for more than 6 hours of work, 60 for more than 8; the day of 7 h 45 min takes 45."""
    assert [legal_break(m) for m in (360, 360.1, 465, 480, 480.1)] == [0, 45, 45, 45, 60]
    full = [s for s in shifts_between(510, 1035) if s.end - s.start == 525]
    assert full and all(sum(m for _, m in s.breaks) == 45 for s in full)
    assert all(a >= 690 and a + m <= 810 for s in full for a, m in s.breaks)
    long = shifts_between(480, 1080, lengths=(580,))
    assert all(s.breaks[0][1] == 60 and s.work <= 520 for s in long)
    for start, end, breaks in ((510, 1035, ()), (510, 1035, ((720, 30),)), (480, 1030, ((720, 45),))):
        with pytest.raises(WorkloadError, match="article 34"):
            Shift(start, end, breaks)
    with pytest.raises(WorkloadError, match="inside the shift"):
        Shift(510, 1035, ((510, 60),))


def test_the_cover_is_the_best_of_all():
    edges = np.arange(0.0, 360, 60)
    shifts = tuple(Shift(a, b) for a, b in ((0, 120), (60, 240), (120, 300), (0, 300), (240, 300)))
    needed = np.array([1, 2, 3, 2, 1])
    made = cover(edges, needed, shifts)
    assert (made.covered >= needed).all()
    best = min(
        sum(n * s.work for n, s in zip(people, shifts, strict=True)) / 60
        for people in itertools.product(range(4), repeat=5)
        if (sum(n * s.covers(edges).astype(int) for n, s in zip(people, shifts, strict=True)) >= needed).all()
    )
    assert made.hours == pytest.approx(best)
    assert made.cost(2000) == pytest.approx(best * 2000)


def test_a_cover_is_a_plan_of_desks():
    edges = np.arange(510.0, 1036, 15)
    needed = np.full(35, 3)
    needed[8:20] = 5
    made = cover(edges, needed, shifts_between(510, 1035))
    plan = made.plan()
    assert all(plan.at((a + b) / 2) == c for a, b, c in zip(edges[:-1], edges[1:], made.covered, strict=True))
    assert any(d.leaves == np.inf for d in plan.desks)
    assert "paid hours" in made.table("en", yen_an_hour=2667).html()


def test_what_cannot_be_covered_is_said():
    edges = np.array([0.0, 60, 120])
    with pytest.raises(WorkloadError, match="No shift covers the period from 1:00"):
        cover(edges, [1, 1], [Shift(0, 60)])
    with pytest.raises(WorkloadError, match="2 people cannot"):
        cover(edges, [3, 0], [Shift(0, 60)], most_people=2)
    with pytest.raises(WorkloadError, match="do not fit"):
        cover(edges, [1], [Shift(0, 60)])


def test_steps_become_desks():
    plan = DeskPlan.steps(np.array([0.0, 60, 120, 180]), np.array([1, 3, 2]))
    assert [plan.at(m) for m in (30, 90, 150, 500)] == [1, 3, 2, 2]

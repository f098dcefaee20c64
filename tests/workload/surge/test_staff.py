"""Caps, duty and counters: a linear programme, brute force, and known ratios."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from sample_shelters import of_sample
from scipy.optimize import linprog

from kumastats.calendar import workdays
from kumastats.errors import WorkloadError
from kumastats.workload.surge.caps import HETERONOMOUS, ORDINARY, WINDOWS, crew
from kumastats.workload.surge.counter import excess
from kumastats.workload.surge.duty import duty, need


def feasible(people, hours, limits, base):
    """Whether `people` can share the hours, each within the limits: a linear programme over everybody's months."""
    months = len(hours)
    rows, bounds = [], []
    for p in range(people):
        for size in (1, *WINDOWS):
            limit = limits.month if size == 1 else limits.average
            if limit is None:
                continue
            for i in range(months - size + 1):
                row = np.zeros(people * months)
                row[p * months + i : p * months + i + size] = 1
                rows.append(row)
                bounds.append(size * (limit - base))
    equal = np.zeros((months, people * months))
    for m in range(months):
        equal[m, m::months] = 1
    found = linprog(
        np.zeros(people * months), np.array(rows), np.array(bounds), equal, np.array(hours), bounds=(0, None)
    )
    return found.status == 0


@pytest.mark.parametrize("limits", [HETERONOMOUS, ORDINARY], ids=["other", "ordinary"])
@pytest.mark.parametrize("seed", range(6))
def test_no_smaller_crew_can_do_it(limits, seed):
    rng = np.random.default_rng(seed)
    hours, base = list(rng.uniform(0, 700, int(rng.integers(1, 9)))), float(rng.uniform(0, 20))
    made = crew(hours, limits, base=base)
    assert feasible(made.people, hours, limits, base)
    assert made.people == 0 or not feasible(made.people - 1, hours, limits, base)


def test_absence_and_binding_months():
    made = crew([90.0, 90.0, 10.0], HETERONOMOUS, absent=0.2)
    assert made.people == 2 and made.with_absence == 3 and made.binding == (0, 1)
    assert crew([99.0, 0.0], HETERONOMOUS).binding == (0, 0)
    assert crew([100.0], HETERONOMOUS).people == 2  # less than 100, not 100
    with pytest.raises(WorkloadError, match="already reaches"):
        crew([1.0], ORDINARY, base=45.0)


def test_moving_staff_meets_no_more_than_there_is():
    rows = pd.DataFrame(
        {
            "site_id": ["a", "b", "c", "a"], "area": ["x", "x", "y", "x"], "date": [dt.date(2016, 4, 14)] * 3 + [dt.date(2016, 4, 15)],
            "staff": [5, 1, 6, 2], "staff_needed": [3, 5, 3, 2],
        }
    )  # fmt: skip
    made = duty(rows)
    # b lacks four; a spares two in its area, c three more in the city
    assert (made.short, made.within_area, made.within_city) == (4, 2, 0)
    assert (made.needed, made.on_duty, made.site_days) == (13, 14, 4)
    assert made.share_short.value == pytest.approx(1 / 4)


def test_staff_that_people_need_as_the_sample_has_it():
    """One more member of staff for each sixty people, two for a shelter; whole staff only, so half of one less."""
    _, frame = of_sample(1)
    made = need(frame)
    assert 1 / made.per_person == pytest.approx(60, rel=0.05)
    assert made.per_site == pytest.approx(1.5, abs=0.25)
    with pytest.raises(WorkloadError, match="cannot be told"):
        need(frame.assign(evacuees=10.0))


def days_of(rng, ratio=1.0, event=dt.date(2018, 7, 2)):
    days = workdays(dt.date(2016, 4, 1), dt.date(2020, 3, 31))
    mean = np.array(
        [
            60 * (1.3 if d.month == 3 else 1.0) * (1.2 if d.weekday() == 0 else 1.0) * (ratio if 0 <= (d - event).days < 30 else 1.0)
            for d in days
        ]
    )  # fmt: skip
    return pd.DataFrame({"date": days, "n": rng.poisson(rng.gamma(50, mean / 50))}), event


def test_an_event_that_doubles_the_load_is_found_and_one_that_does_nothing_is_not():
    frame, event = days_of(np.random.default_rng(1), 2.0)
    first, second, _ = excess(frame, event)
    assert first.low < 2.0 < first.high and first.low > 1.8
    assert second.low < 1.0 < second.high
    assert first.tickets == frame["n"][[0 <= (d - event).days < 30 for d in frame["date"]]].sum()


def test_false_alarms_are_as_rare_as_they_say():
    wrong = [
        not x.low <= 1 <= x.high for seed in range(20) for x in excess(*days_of(np.random.default_rng(seed)))
    ]
    assert np.mean(wrong) <= 0.14  # 5 % of sixty and three standard errors


def test_too_short_a_log_is_refused():
    frame, event = days_of(np.random.default_rng(1))
    with pytest.raises(WorkloadError, match="fiscal years"):
        excess(frame[frame["date"] < dt.date(2017, 4, 1)], event)
    with pytest.raises(WorkloadError, match="after the event"):
        excess(frame, dt.date(2021, 1, 1))
    assert math.isfinite(excess(frame, event)[0].ratio)

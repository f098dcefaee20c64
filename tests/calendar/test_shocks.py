"""Known shocks: which windows hold which events."""

import datetime as dt

import pytest

from kumastats.calendar import shocks_during
from kumastats.calendar.shocks import OUTCOMES, known_shocks
from kumastats.errors import UsageError


def test_the_calendar_of_shocks_is_whole():
    shocks = known_shocks()
    assert len({s.id for s in shocks}) == len(shocks) == 63
    assert all(s.start <= (s.end or s.start) for s in shocks)
    assert {s.confidence for s in shocks} <= {"A", "A/B", "B"}
    assert {v for s in shocks for v in s.touches.values()} <= {
        "0",
        "+",
        "++",
        "-",
        "±",
        "definition",
        "measurement",
    }


def ids(start: str, end: str, outcome: str | None = None) -> set[str]:
    return {
        s.id for s in shocks_during(dt.date.fromisoformat(start), dt.date.fromisoformat(end), outcome=outcome)
    }


def test_the_caps_touch_city_overtime_only_from_april_2019():
    assert "S21" not in ids("2017-07-01", "2019-03-31", "overtime_city")
    assert "S21" in ids("2017-07-01", "2019-04-30", "overtime_city")
    assert "S21" not in ids("2019-04-02", "2019-12-31"), "in force throughout: no change within the window"
    assert "S21" not in ids("2019-01-01", "2019-12-31", "overtime_teacher")


def test_the_earthquake_is_grave_and_the_reform_is_no_shock_to_itself():
    by_id = {s.id: s for s in known_shocks()}
    assert by_id["S06"].grave and by_id["S21"].grave
    assert not by_id["S16"].grave and not by_id["S20"].grave and not by_id["S08"].grave


def test_what_only_says_something_of_an_announced_figure_moves_no_outcome():
    """The day quoted for the 40 minutes was a Sunday: no counter was open, and none waits longer or shorter for it."""
    sunday = next(s for s in known_shocks() if s.id == "S15")
    assert sunday.start.weekday() == 6
    assert not any(sunday.touches_outcome(o) for o in OUTCOMES)
    assert not ids("2017-07-01", "2018-09-30", "counter_load") & {"S15", "S13", "S16"}
    assert {"S23", "S30"} <= ids("2018-07-01", "2020-03-31", "counter_load")


def test_an_unknown_outcome_is_refused():
    with pytest.raises(UsageError):
        shocks_during(dt.date(2018, 1, 1), dt.date(2018, 2, 1), outcome="mood")
    assert len(OUTCOMES) == 3

"""Watching over neighbours, on area-months small enough to add up by hand."""

import datetime as dt

import pandas as pd
import pytest

from kumastats.workload.watching import by_area, by_year

ROWS = pd.DataFrame(
    {
        "area": ["a", "a", "b"], "month": [dt.date(2018, 4, 1), dt.date(2018, 5, 1), dt.date(2018, 4, 1)],
        "households_due": [40, 20, 30], "households_visited": [30, 20, 27], "households_overdue": [4, 0, 3],
        "activities_held": [2, None, 0], "activities_attended": [26, None, 0],
    }
)  # fmt: skip


def test_by_hand():
    (made,) = by_year(ROWS).values()
    assert (made.due, made.visited, made.overdue) == (90, 77, 7)
    assert made.visited_share.value == pytest.approx(77 / 90) and made.visited_share.units == 2
    # an area-month without word of activities is not one without activities; b's May was not delivered
    assert (made.held, made.attended, made.unknown, made.missing) == (2, 26, 1, 1)
    assert made.attendance is not None and made.attendance.value == 13


def test_areas_add_up_to_the_years():
    areas = by_area(ROWS)
    assert sum(w.due for w in areas.values()) == sum(w.due for w in by_year(ROWS).values())
    assert areas["b"].attendance is None


def test_the_sample_city_says_what_was_never_delivered(small_study):
    from kumastats.warehouse import Warehouse

    rows = Warehouse.open(small_study / "warehouse").snapshot().frame("watch_over")
    years = by_year(rows)
    areas = rows["area"].nunique()
    assert {y: w.missing for y, w in years.items() if w.missing} == {"FY2020": areas}
    assert years["FY2020"].unknown >= 2 * areas > years["FY2018"].unknown
    assert years["FY2020"].visited_share.high < years["FY2018"].visited_share.low

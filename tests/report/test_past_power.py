"""A roll-out tried on the months before it: the plan it was, cut to what the past holds; a size beside the one by formula."""

import datetime as dt
import math

import pandas as pd
import pytest

from kumastats import measures
from kumastats.calendar import Month
from kumastats.compare.asked import Asked
from kumastats.compare.plan import Plan, PlannedWave
from kumastats.report import open_session
from kumastats.report.chapters import answered, past_power
from kumastats.text import Text


def asked(live: dict[str, dt.date | None], start="2018-04", end="2019-09") -> Asked:
    first, last = Month(start), Month(end)
    cells = pd.DataFrame({"office_id": sorted(live), "period": str(first), "n": 10, "s1": 0})
    return Asked(
        cells=cells, live=live, cohorts=(), start=first.start, end=last.end, measure=measures.measure("ordered_overtime"),
        unit="office_id", seed=1,
    )  # fmt: skip


def offices(*dates: dt.date | None) -> dict[str, dt.date | None]:
    return {f"A{i:02d}": day for i, day in enumerate(dates)}


OCTOBER, JANUARY, LATER = dt.date(2018, 10, 1), dt.date(2019, 1, 1), dt.date(2020, 4, 1)


def test_the_plan_is_the_roll_out_that_was():
    made = past_power.rolled_out(asked(offices(OCTOBER, OCTOBER, JANUARY, None, LATER)), "2016-04")
    assert made == Plan((PlannedWave(6, 2), PlannedWave(9, 1)), waiting=2, months=18)


def test_a_short_past_cuts_the_window_and_then_the_waves():
    live = offices(OCTOBER, OCTOBER, JANUARY, None, None)
    made = past_power.rolled_out(asked(live), "2017-10")  # twelve months before the first wave
    assert made == Plan((PlannedWave(5, 2), PlannedWave(8, 1)), waiting=2, months=12)
    made = past_power.rolled_out(asked(live), "2018-04")  # six
    assert made == Plan((PlannedWave(3, 3),), waiting=2, months=6)
    made = past_power.rolled_out(asked(live), "2018-08")
    assert isinstance(made, Text) and "Only 2 months" in made.en
    made = past_power.rolled_out(asked(offices(None, LATER)), "2016-04")
    assert isinstance(made, Text) and "No office" in made.en


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="test")


def test_the_size_tried_is_of_the_order_of_the_one_by_formula(session):
    found = answered.of_theme(session, "working_time").found
    (main,) = [f for f in found if f.answer.question.kind == "confirmatory"]
    tried = past_power.try_on_past(session, main)
    assert tried.decidable == 1 and tried.repetitions == past_power.DRAWS
    assert tried.plan.offices >= main.answer.comparison.n_clusters
    by_formula = main.answer.comparison.minimal_detectable_effect
    assert 0.4 < tried.detectable() / by_formula < 2.5
    low, high = tried.curve([0.0])[["low", "high"]].iloc[0]
    assert low <= 0.05 <= high
    said, figure = past_power.shown(session, main)
    assert "80% power" in str(said.data if hasattr(said, "data") else said._repr_markdown_())
    assert figure.svg.startswith(b"<?xml") and figure.alt
    assert all(past_power.shown(session, f) == [] for f in found if f is not main)
    assert math.isfinite(tried.detectable())

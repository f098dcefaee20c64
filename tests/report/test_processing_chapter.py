"""Processing times in notebook 05: counted again by hand, told only where they may be."""

import dataclasses

import pytest
from lacking import empty

from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import processing


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2021Q4", "en", notebook="05_counters")


def test_the_share_within_the_standard_is_that_of_a_count(session):
    """Few cases are censored before their standard period ends, so Kaplan–Meier and the plain share agree to two points."""
    made = processing.cases(session)
    assert made._with_standard()
    for row in made._with_standard():
        held = session.snapshot.frame(
            "case", start=session.quarter.end - processing.YEAR, end=session.quarter.end
        )
        mine = held[held["procedure"] == row.procedure]
        days = (mine["completed_at"].dt.normalize() - mine["received_at"].dt.normalize()).dt.days
        assert row.within == pytest.approx(float((days <= row.standard).sum() / len(mine)), abs=0.02)


def test_it_is_told_only_where_ten_lie_on_either_side(session):
    made = processing.cases(session)
    row = max(made._with_standard(), key=lambda r: (r.n, r.procedure))
    inside = round(row.within * row.n)
    record = made.record(session)
    assert (record is None) == (min(inside, row.n - inside) < session.thresholds.min_n)
    larger = processing.Cases(
        dataclasses.replace(made.found, rows=(dataclasses.replace(row, n=100 * row.n),))
    )
    told = larger.record(session)
    assert told is not None and row.procedure in sentence(told, "ja")
    assert told.number("within").n == 100 * row.n


def test_the_figure_has_an_interval_for_each_procedure(session):
    made = processing.cases(session)
    assert made.figure(session).alt.count(";") + 1 == len(made._with_standard())


def test_without_cases_there_is_nothing(session):
    assert processing.cases(empty(session)) is None

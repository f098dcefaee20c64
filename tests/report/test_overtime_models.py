"""The chapter's models: parts that add up in what is shown, records that may be told, reasons where there is nothing."""

import numpy as np
import pytest
from lacking import empty

from kumastats.disclosure import check
from kumastats.report import open_session
from kumastats.report.chapters import overtime_models, overtime_parts
from kumastats.text import Text
from kumastats.workload.schools.national import NATIONAL


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2020Q1", "en", notebook="test")


@pytest.fixture(scope="module")
def modelled(session):
    return overtime_models.modelled(session)


@pytest.fixture(scope="module")
def parts(session, modelled):
    return overtime_parts.quarter_parts(session, modelled)


def test_questions_by_three_models_hold_the_truth(session, modelled):
    assert [m.question.id for m in modelled] == ["overtime-cloud-workplace", "overtime-telework"]
    for one in modelled:
        for name in ("office", "person", "hurdle_mean"):
            _, low, high = one.models.effects()[name].percent
            assert low <= one.truth <= high
        assert len(overtime_models.models_table(session, one).rows) == 6


def test_parts_add_up_and_may_be_told(session, parts):
    assert sum(parts.parts.values()) == pytest.approx(parts.change, abs=1e-10)
    record = overtime_parts.parts_record(session, parts)
    assert not check(record.published, session.thresholds, "internal")
    told = [record.number(n).value for n in overtime_parts.TOLD]
    assert sum(told) == pytest.approx(record.number("change").value, abs=1e-10)
    assert {p for _, (_, names) in overtime_parts.TOLD.items() for p in names} == set(parts.parts)
    shown = [float(r[1].replace("−", "-")) for r in overtime_parts.parts_table(session, parts).rows]
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=0.005 * len(shown))
    assert "epidemic" in overtime_parts.parts_figure(session, parts).alt


def test_parts_that_cannot_be_told_apart_are_told_by_their_sum(small_study, session, modelled, parts):
    """A year after the epidemic's peak: its end and the months' own movement nearly cancel, and neither is sure."""
    later = open_session(str(small_study), "FY2022Q4", "ja", notebook="test")
    found = overtime_parts.quarter_parts(later, modelled)
    assert found.close() == (("epidemic", "unexplained"),)
    both = found.interval(("epidemic", "unexplained"))
    assert both[1] - both[0] < min(-np.subtract(*found.interval((n,))) for n in ("epidemic", "unexplained"))
    table = overtime_parts.parts_table(later, found)
    assert "「感染症」と「説明できない月の動き」は、このデータでは見分けられない" in table.note
    by_name = {r[0]: r[2] for r in table.rows}
    assert by_name["勤務日数"] == "集計値" and "～" in by_name["感染症"]
    record = overtime_parts.parts_record(later, found)
    assert record.number("together").value == pytest.approx(
        record.number("shocks").value + record.number("rest").value, abs=1e-10
    )
    assert "見分けられず" in record.statement.ja and "cannot be told apart" in record.statement.en
    assert not check(record.published, later.thresholds, "internal")
    # in the quarter it began the epidemic stands out
    assert parts.close() == () and parts.interval(("epidemic",))[0] > 0
    assert "apart;" not in overtime_parts.parts_record(session, parts).statement.en


def test_teachers_stand_beside_the_nation(session):
    assert NATIONAL["elementary"].change(2016, 2022) == 10 * 60 + 45 - (11 * 60 + 15)
    assert NATIONAL["junior_high"].change(2016, 2022) == 11 * 60 + 1 - (11 * 60 + 32)
    beside = overtime_models.against_national(session)
    assert [b.level for b in beside] == ["elementary"]  # there is one junior high school in so small a city
    (one,) = beside
    assert (one.first, one.last) == ("FY2017", "FY2019")
    # the city's trend is 4 minutes a year; other things move hours, too
    assert one.ours == pytest.approx(2 * -4, abs=3 * one.error + 4)
    for record in overtime_models.national_records(session, beside):
        assert not check(record.published, session.thresholds, "internal")


def test_where_there_is_nothing_it_says_why(session, small_study):
    none = empty(session)
    assert overtime_models.modelled(none) == ()
    assert isinstance(overtime_parts.quarter_parts(none, ()), Text)
    assert "person_day" in overtime_models.against_national(none).en
    early = open_session(str(small_study), "FY2018Q2", "en", notebook="test")
    assert overtime_models.modelled(early) == ()  # no window has closed

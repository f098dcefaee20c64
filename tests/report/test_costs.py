"""Chapters on documents and money: what they say of the synthetic city, and when they stay silent."""

import numpy as np
import pytest

from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import answered, costs, documents


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="10_costs_and_benefits")


def test_the_comparison_of_digitised_offices_holds_the_truth(session):
    found = documents.diaries(session)
    assert found is not None and list(found.waves) == ["2018-11", "2019-11", "2020-11"]
    (made,) = answered.of_theme(session, "documents").found
    truth = session.truth["search-documents"]["value"]
    low, high = made.answer.comparison.ci
    assert low <= truth <= high and truth < 0
    record = documents.record(session, found)
    assert record is not None and "2020-11" in sentence(record, "en") and record.design == "descriptive"


def test_before_the_second_diary_there_is_no_change(small_study):
    early = open_session(str(small_study), "FY2018Q4", "en", notebook="04_documents")
    found = documents.diaries(early)
    assert found is not None and found.change is None and len(found.waves) == 1
    (kept,) = answered.of_theme(early, "documents").refused
    assert "2019-12" in kept.why.en


def test_the_sheet_repeats_the_implied_wages(session):
    rows = costs.announced_table(session).rows
    assert [r[2] for r in rows] == ["¥1,180", "¥1,283", "¥1,844", "¥2,108", "¥2,459"]


def test_costs_are_actual_and_stop_at_the_quarter(small_study, session):
    frame = session.snapshot.frame("cost", ("fiscal_year", "kind", "yen"))
    actual = frame[frame["kind"] == "actual"].groupby("fiscal_year")["yen"].sum()
    made = costs.worth(session, None)
    assert {f"FY{y}": v for y, v in made.costs.items()} == actual.astype(float).to_dict()
    early = costs.worth(open_session(str(small_study), "FY2019Q1", "en", notebook="10"), None)
    assert sorted(early.costs) == [2018, 2019]
    assert not early.savings.themes[0].measured


def test_benefits_count_only_for_days_that_were_live(session):
    made = costs.worth(session, documents.diaries(session))
    assert 0 < made.ramp[2018] < made.ramp[2019] <= 1 and made.ramp[2022] == 1
    both = next(iter(made.flows.values()))
    year = made.savings.capacity_yen.mean + made.savings.cash_yen.mean
    assert both.benefit[-1] == pytest.approx(year, rel=1e-12)
    assert np.isclose(both.benefit[0], year * made.ramp[2018])


def test_records_tell_capacity_from_cash(session):
    made = costs.worth(session, documents.diaries(session))
    savings, total = costs.records(session, made)
    assert {n.form for n in savings.numbers} <= {"simulated", "money", "constant"}
    assert "capacity" in sentence(savings, "en") and "cash" in sentence(savings, "en")
    assert any("not cash" in r.en for r in savings.reasons)
    assert total.number("total").value == sum(made.costs.values())


def test_minutes_saved_are_those_of_the_comparison_where_it_decides(session, small_study):
    made = costs.worth(session, documents.diaries(session))
    (asked,) = answered.of_theme(session, "documents").found
    low, high = asked.answer.comparison.ci
    minutes = made.savings.themes[0].minutes
    assert (minutes.low, minutes.likely, minutes.high) == (-high, -asked.answer.comparison.estimate, -low)
    assert made.basis is costs.COMPARED
    early = open_session(str(small_study), "FY2018Q4", "en", notebook="10_costs_and_benefits")
    assert (
        costs.worth(early, documents.diaries(early)).basis is costs.ASSUMED
    )  # the window is open, and there is one diary

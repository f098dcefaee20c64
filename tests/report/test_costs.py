"""Chapters on documents and money: what they say of the synthetic city, and when they stay silent."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import answered, costs, documents, enquiries, freed, savings_to_date
from kumastats.study.model import Range


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
    assert record is not None and "November 2020" in sentence(record, "en") and record.design == "descriptive"


def test_before_the_second_diary_there_is_no_change(small_study):
    early = open_session(str(small_study), "FY2018Q4", "en", notebook="04_documents")
    found = documents.diaries(early)
    assert found is not None and found.change is None and len(found.waves) == 1
    (kept,) = answered.of_theme(early, "documents").refused
    assert "2019-12" in kept.why.en


def test_what_was_never_measured_is_told_as_an_assumption(small_study):
    early = open_session(str(small_study), "FY2018Q4", "en", notebook="10_costs_and_benefits")
    found = costs.worth(early, None)
    record = costs.records(early, found)[0]
    assert not any(t.measured for t in found.savings.themes) and record.id == "savings-year"
    assert sentence(record, "ja").startswith("まだ測っていない。公表された前提（一人一日10分）のとおりなら、")
    assert "assumption (10 minutes a day and person) held: spread to" in sentence(record, "en")


def test_savings_to_date_are_a_years_by_the_days_that_were_live(session, small_study):
    found = costs.worth(session, None)
    record = savings_to_date.record(session, found)
    years = sum(savings_to_date.years_live(session).values())
    capacity, hours = record.number("capacity"), record.number("hours")
    assert (
        capacity.value == round(found.savings.capacity_yen.mean * years, -5) and capacity.low < capacity.value
    )
    assert hours.high == round(found.savings.hours.high * years, -2)
    (by_year,) = record.series
    assert by_year.x == ("FY2018", "FY2019", "FY2020", "FY2021", "FY2022")
    assert abs(sum(by_year.y) * 1e6 - capacity.value) < 4e5
    told = sentence(record, "ja")
    cash = found.savings.cash_yen
    assert ("ゼロと区別できない" in told) == (cash.low <= 0 <= cash.high)
    assert "テレワークで、時間外勤務は減ったか" in told
    # a quarter within a year counts the year in part; before anything was live there is nothing to tell
    half = open_session(str(small_study), "FY2022Q2", "en", notebook="10")
    assert savings_to_date.years_live(half)[2022] == pytest.approx(183 / 365)
    first = open_session(str(small_study), "FY2018Q1", "en", notebook="10")
    assert savings_to_date.record(first, found) is None


def test_cash_that_was_not_measured_is_told_with_the_question_that_would_settle_it(session):
    found = costs.worth(session, None)
    without = dataclasses.replace(found, savings=dataclasses.replace(found.savings, overtime_hours=None))
    record = savings_to_date.record(session, without)
    assert record.number("cash") is None
    assert "No cash saving can be given" in sentence(record, "en")
    assert "“Did telework reduce overtime?” would settle it." in sentence(record, "en")


def test_the_sheet_repeats_the_implied_wages(session):
    rows = costs.announced_table(session).rows
    assert [r[2] for r in rows] == ["¥1,180", "¥1,283", "¥1,844", "¥2,108", "¥2,459"]


def test_the_figure_of_rates_holds_the_sheet_and_the_usual_cost(session):
    figure = costs.announced_figure(session)
    assert "for 12,500 people 1,180;" in figure.alt and "usual cost 2,100 (1,900 to 3,800)" in figure.alt


def test_costs_are_actual_and_stop_at_the_quarter(small_study, session):
    frame = session.snapshot.frame("cost", ("fiscal_year", "kind", "yen"))
    actual = frame[frame["kind"] == "actual"].groupby("fiscal_year")["yen"].sum()
    made = costs.worth(session, None)
    assert {f"FY{y}": v for y, v in made.costs.items()} == actual.astype(float).to_dict()
    early = costs.worth(open_session(str(small_study), "FY2019Q1", "en", notebook="10"), None)
    assert sorted(early.costs) == [2018, 2019]
    asked = open_session(str(small_study), "FY2019Q1", "en", notebook="10")
    assert [r[0] for r in costs.costs_table(asked).rows] == ["FY2018", "FY2019"]
    assert not early.savings.themes[0].measured


def test_overtime_is_spread_to_city_staff_who_may_be_ordered_it(session):
    """The share is counted from the rows: teachers are ordered none and stand in neither number."""
    rows = session.snapshot.frame(
        "person_day", ("person_id", "role", "date", "overtime_eligible", "ordered_overtime_min")
    )
    year = rows[(rows["role"] == "city") & rows["date"].between("2022-04-01", "2023-03-31")]
    may = year[(year["overtime_eligible"] == True) & year["ordered_overtime_min"].notna()]  # noqa: E712
    share = may["person_id"].nunique() / year["person_id"].nunique()
    assert 0.85 < share < 1 and (rows["role"] == "teacher").any()
    made = freed.decided(session, "ordered_overtime")
    found = costs.worth(session, None)
    hours, _ = found.freed.overtime
    assert hours == pytest.approx(-made.estimate * 12 * found.assumptions.people.low * share, rel=1e-12)


def test_the_headline_names_the_range_of_people_it_is_the_mean_over(session):
    record = costs.records(session, costs.worth(session, documents.diaries(session)))[0]
    assert sentence(record, "en").startswith("Spread to 7,000 to 12,500 people, ")
    assert sentence(record, "ja").startswith("7,000～12,500人に広げると、")


def test_benefits_count_only_for_days_that_were_live(session):
    made = costs.worth(session, documents.diaries(session))
    assert 0 < made.ramp[2018] < made.ramp[2019] <= 1 and made.ramp[2022] == 1
    both = next(iter(made.flows.values()))
    year = made.savings.capacity_yen.mean + made.savings.cash_yen.mean
    assert both.benefit[-1] == pytest.approx(year, rel=1e-12)
    assert np.isclose(both.benefit[0], year * made.ramp[2018])


def test_records_tell_capacity_from_cash(session):
    made = costs.worth(session, documents.diaries(session))
    savings, to_date, total = costs.records(session, made)
    assert to_date.id == "savings-to-date"
    assert {n.form for n in savings.numbers} <= {"simulated", "money", "constant"}
    assert "capacity" in sentence(savings, "en") and "cash" in sentence(savings, "en")
    assert any("not cash" in r.en for r in savings.reasons)
    assert total.number("total").value == sum(made.costs.values())


def test_minutes_saved_are_those_of_each_theme_s_own_comparison(session, small_study):
    made = costs.worth(session, documents.diaries(session))
    themes = {t.id: t for t in made.savings.themes}
    (asked,) = answered.of_theme(session, "documents").found
    low, high = asked.answer.comparison.ci
    minutes = themes["documents"].minutes
    assert (minutes.low, minutes.likely, minutes.high) == (-high, -asked.answer.comparison.estimate, -low)
    basis = dict(made.freed.basis)
    assert basis[freed.DOCUMENTS] is freed.COMPARED and basis[freed.MEETINGS] is freed.RULES
    # hours a person-week to minutes a day of five
    week = freed.decided(session, "meeting_time")
    assert themes["meetings"].minutes.likely == pytest.approx(-week.estimate * 60 / 5, rel=1e-12)
    # the chatbot's hours on balance, over the city's own staff
    net = enquiries.chatbot(session).hours.net
    staff = session.snapshot.cells(
        "person_day", by=(), period="year", start=dt.date(2022, 4, 1), end=dt.date(2023, 3, 31), where={"role": "city"}
    ).frame["contributors"].iloc[0]  # fmt: skip
    # 243 workdays in fiscal 2022
    assert themes["enquiries"].minutes.likely * staff * 243 / 60 == pytest.approx(net.value, rel=1e-12)
    assert themes["enquiries"].of_everyone and not themes["meetings"].of_everyone
    told = made.freed.table(session)
    assert len(told.rows) == 4 and "different work" in made.savings.table("en").note
    early = open_session(str(small_study), "FY2018Q4", "en", notebook="10_costs_and_benefits")
    # one diary, no rules for meetings and no chatbot yet; the first waves' overtime is known
    then = dict(costs.worth(early, documents.diaries(early)).freed.basis)
    assert then[freed.DOCUMENTS] is freed.ASSUMED
    assert then[freed.MEETINGS] is then[freed.ENQUIRIES] is freed.UNDECIDED
    assert then[freed.OVERTIME] is freed.FALL


def test_break_even_minutes_follow_the_assumptions(session):
    rows = {r[0]: r for r in costs.break_even_table(session).rows}
    assert float(rows["7,000"][1]) == round(4.7e9 / 5 / (7_000 * 244 / 60 * 2_100), 1) == 15.7
    assert (
        rows["7,000"][2]
        == f"{4.7e9 / 5 / (7_000 * 244 / 60 * 3_800):.1f}–{4.7e9 / 5 / (7_000 * 244 / 60 * 1_900):.1f}"
    )
    assert float(rows["7,000"][3]) == pytest.approx(15.73 / 0.45, abs=0.1)
    dearer = dataclasses.replace(
        session,
        study=dataclasses.replace(
            session.study, savings={"rate": Range(4_200, 4_200, 4_200), "days": Range(240, 240, 240)}
        ),
    )
    assert float(costs.break_even_table(dearer).rows[3][1]) == round(
        4.7e9 / 5 / (7_000 * 240 / 60 * 4_200), 1
    )
    assert "240 days" in costs.announced_table(dearer).caption


def test_what_the_benefit_must_be_multiplied_by_covers_the_cost(session):
    made = costs.worth(session, documents.diaries(session))
    discount = made.assumptions.discount.likely
    flow = next(iter(made.flows.values()))
    times = flow.break_even_factor(discount)
    again = dataclasses.replace(flow, benefit=tuple(times * b for b in flow.benefit))
    assert again.net_present_value(discount) == pytest.approx(0, abs=1)
    shown = costs.payback_table(session, made).rows[0]
    assert shown[3] == ("over 100" if times >= 100 else f"{times:,.1f}")

"""The chapter on schools: what it says of the synthetic city, and when it stays silent."""

import pytest
from lacking import without

from kumastats import measures
from kumastats.disclosure import check
from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import school_arrivals, school_sharing, schools
from kumastats.text import Text


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="07_schools")


@pytest.fixture(scope="module")
def hours(session):
    return schools.hours(session)


def test_beyond_regular_is_counted_from_the_rows(session):
    rows = session.snapshot.frame("person_day", ("date", "in_school_min"), where={"role": "teacher"})
    assert not (rows["date"].map(lambda d: d.weekday()) >= 5).any()  # else the formula below would differ
    by_hand = (rows["in_school_min"] - 465).clip(lower=0).sum()
    made = measures.cells(session.snapshot, "time_beyond_regular", by=(), period="all").frame
    assert int(made["s1"].iloc[0]) == int(by_hand)


def test_city_staff_have_no_time_in_school(session):
    rows = session.snapshot.frame("person_day", ("beyond_regular_min",), where={"role": "city"})
    assert rows["beyond_regular_min"].isna().all()


def test_print_and_logs_agree(hours):
    a = hours.agreement
    assert a.compared == a.close >= 20 and a.withheld >= 6  # the last school is always held back
    assert abs(a.difference) < 1 and a.headcount == 0


def test_years_obey_the_rules_and_are_never_both_populations(session, hours):
    assert list(hours.years) == [f"FY{y}" for y in range(2017, 2023)]
    for told in hours.years.values():
        for x in told.values():
            assert not check([x], session.thresholds, "internal")
    assert hours.years["FY2022"]["day"].contributors == 180
    assert "Never added" in hours.table(session).note


def test_the_city_is_held_against_the_country(session, hours):
    trend = hours.trends["elementary"]
    # four minutes less a year, and eight from the system on top within the years
    assert trend.low <= -4 - 8 / 5 <= trend.high and trend.beats is False
    (record,) = [r for r in schools.records(session, hours) if r.id == "schools-national"]
    assert "country −5.0" in sentence(record, "en") and "全国は△5.0" in sentence(record, "ja")
    assert record.design == "descriptive"


def test_before_the_year_is_over_it_is_not_in_the_trend(small_study):
    early = open_session(str(small_study), "FY2019Q1", "en", notebook="07_schools")
    found = schools.hours(early)
    assert found.trends["elementary"].last == 2018
    assert "over_year" not in found.years["FY2019"]


def test_five_schools_do_not_part_two_arrivals(session):
    why = school_arrivals.beside(session)
    assert isinstance(why, Text) and "cannot be parted" in why.en


def test_reuse_is_that_of_the_rows(session):
    found = school_sharing.lessons(session)
    rows = session.snapshot.frame("lesson_share")
    assert sum(y["downloads"] for y in found.years.values()) == rows["downloads"].sum()
    assert found.uneven is None and "single ones" in found.spread(session).note
    record = school_sharing.lessons_record(session, found)
    assert not check(record.published, session.thresholds, "internal")


def test_prices_make_a_cost_and_say_so(session):
    unknown, priced = school_sharing.printing(session), school_sharing.printing(session, 2.0, 15.0)
    assert unknown.cost == "unknown" and unknown.schools["yen"].isna().all()
    assert priced.cost == "assumed" and "assumption" in priced.table(session).note
    rows = session.snapshot.frame("print_day", where={"office_id": "S001"})
    day = (rows["pages_mono"] * 2 + rows["pages_colour"] * 15).mean()
    assert priced.schools.loc["S001", "yen"] == pytest.approx(day)


def test_without_a_table_the_chapter_is_shorter(session):
    assert schools.hours(without(session, "person_day")) is None
    assert schools.hours(without(session, "school_year")).agreement is None
    assert school_sharing.lessons(without(session, "lesson_share")) is None
    assert school_sharing.printing(without(session, "print_day")) is None
    why = school_arrivals.beside(without(session, "rollout"))
    assert "rollout" in why.en and "rollout）が要ります" in why.ja

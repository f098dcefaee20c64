"""The chapter on schools: what it says of the synthetic city, and when it stays silent."""

import dataclasses
import datetime as dt

import pandas as pd
import pytest
from lacking import without

from kumastats import measures
from kumastats.compare import Comparison
from kumastats.disclosure import check
from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import school_arrivals, school_sharing, schools
from kumastats.text import Text
from kumastats.workload.schools.arrival import Concurrent


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


def test_both_arrivals_are_shown_beside_their_truth(session):
    """Ours after its first days, as it is estimated; the city knows both, a real study none."""
    ours, other = (
        school_arrivals.Reached(i, Text(i, i), {"S001": dt.date(2019, 7, 1)}, ours=mine)
        for i, mine in (("school_affairs", True), ("pupil_tablets", False))
    )
    one = Comparison(
        measure="in_school", label=Text("x", "x"), unit=Text("分", "min"), decimals=1, design="did", estimand=Text("x", "x"), estimate=-7.9, se=0.3, df=9.0,
        ci=(-8.5, -7.3), p=0.0, n=900, n_units=14, n_clusters=14, n_treated_clusters=9, dropped={}, inference="t", decidable=True, level=0.95, undecidable_reason=None,
    )  # fmt: skip
    found = Concurrent(together={ours.id: one, other.id: one}, alone={ours.id: one, other.id: one})
    made = school_arrivals.Beside(ours, other, found, dt.date(2018, 7, 1), dt.date(2022, 3, 31), 180)
    assert session.truth["in-school-school-affairs-settled"]["value"] == pytest.approx(-8, abs=0.2)
    told = {r[0]: r[1] for r in made.table(session).rows if "truth" in r[0] or "true" in r[0].lower()}
    assert len(told) == 2 and {"−8.0", "+3.0"} == set(told.values())
    real = dataclasses.replace(session, truth={})
    assert len(made.table(real).rows) == 4


def test_reuse_is_that_of_the_rows(session):
    found = school_sharing.lessons(session)
    rows = session.snapshot.frame("lesson_share")
    assert sum(y["downloads"] for y in found.years.values()) == rows["downloads"].sum()
    assert found.uneven is None and "single ones" in found.spread(session).note
    record = school_sharing.lessons_record(session, found)
    assert not check(record.published, session.thresholds, "internal")


def test_what_printing_costs_rests_on_named_prices(session):
    """No log of the city holds a cost: the study's prices stand in, the reader's instead where given, a recorded cost before both."""
    assumed, priced = school_sharing.printing(session), school_sharing.printing(session, 2.0, 15.0)
    rows = session.snapshot.frame("print_day", where={"office_id": "S001"})
    mono, colour = rows["pages_mono"].mean(), rows["pages_colour"].mean()
    for found, low, high in ((assumed, 1 * mono + 10 * colour, 3 * mono + 25 * colour), (priced, 2 * mono + 15 * colour, 2 * mono + 15 * colour)):  # fmt: skip
        school = found.schools.loc["S001"]
        assert found.cost == "assumed" and school.yen == pytest.approx(2 * mono + 15 * colour)
        assert (school.yen_low, school.yen_high) == (pytest.approx(low), pytest.approx(high))
        assert all(r[-1].startswith("¥") for r in found.table(session).rows)
    assert "side_mono" in assumed.table(session).note and "yen_mono" in priced.table(session).note


def test_a_cost_on_record_comes_before_any_price(session, monkeypatch):
    rows = session.snapshot.frame(
        "print_day", where={"office_id": sorted(school_arrivals.school_levels(session))}
    )
    read = type(session.snapshot).frame
    first = [700, *[None] * (len(rows) - 1)]
    for cost, told in ((700, "recorded"), (first, "part")):
        held = rows.assign(
            cost_yen=pd.array(cost if isinstance(cost, list) else [cost] * len(rows), dtype="Int64")
        )
        monkeypatch.setattr(
            type(session.snapshot), "frame",
            lambda self, table, names=None, held=held, **k: held[list(names)] if table == "print_day" else read(self, table, names, **k),
        )  # fmt: skip
        found = school_sharing.printing(session)
        note = found.table(session).note
        assert found.cost == told
        if told == "recorded":
            assert (found.schools["yen"] == 700).all() and "print server records" in note
        else:
            assert found.schools["yen"].notna().all() and "without a recorded cost" in note


def test_without_a_table_the_chapter_is_shorter(session):
    assert schools.hours(without(session, "person_day")) is None
    assert schools.hours(without(session, "school_year")).agreement is None
    assert school_sharing.lessons(without(session, "lesson_share")) is None
    assert school_sharing.printing(without(session, "print_day")) is None
    why = school_arrivals.beside(without(session, "rollout"))
    assert "rollout" in why.en and "rollout）が要ります" in why.ja

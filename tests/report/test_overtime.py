"""The chapter on caps: numbers of people only, rounded; records that may be told; reasons where there is nothing."""

import dataclasses
import re

import pytest
from lacking import empty

from kumastats.disclosure import check
from kumastats.display import interval
from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import overtime, overtime_heaps, overtime_shown
from kumastats.text import Text


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2021Q2", "en", notebook="test")


@pytest.fixture(scope="module")
def city(session):
    return overtime.held(session, "city")


@pytest.fixture(scope="module")
def caps(session, city):
    return overtime.caps(session, city)


def test_the_watch_looks_from_each_quarter_so_far(caps):
    assert (caps.year, [s.month for s in caps.steps], caps.tested_month) == (2021, [3, 6], 6)
    assert caps.tested_years == (2020,)  # FY2019 had only uncapped years before it
    now = caps.now
    assert now.already <= now.interval[0] <= now.expected <= now.interval[1] <= now.people
    assert now.broken == {} and now.came_out is None  # the year is not over


def test_only_rounded_numbers_of_people_are_shown(session, city, caps):
    tables = [
        overtime_shown.regimes_table(session, caps),
        overtime_shown.lines_table(session),
        overtime_shown.watch_table(session, caps),
    ]
    told = []
    for table, counted in zip(tables, (4, 2, 2), strict=True):
        told += [row[counted] for row in table.rows if row[counted] != "—"]
    # counts of people come in tens, and some are told at all
    assert told and all(int(n.replace(",", "")) % 10 == 0 for n in told)
    text = " ".join(" ".join(c for r in t.rows for c in r) + t.caption + t.note for t in tables)
    text += overtime_shown.reliability_sentence(session, caps)
    people = session.snapshot.frame("person", ("person_id",))["person_id"].unique()
    assert not any(p in text for p in people)


def test_records_may_be_told_and_begin_with_cap(session, city, caps):
    heaps, gap = overtime.heaps(session, city), overtime.gap(session)
    made = [
        *overtime.caps_records(session, caps),
        overtime_heaps.record(session, heaps, gap),
        overtime.gap_record(session, gap),
    ]
    assert [r.id for r in made] == ["cap-broken-city", "cap-expected-city", "cap-bunching", "cap-unrecorded"]
    for record in made:
        assert not check(record.published, session.thresholds, "internal")
    assert made[0].number("broken").value % 10 == 0
    truth = made[-1].number("truth").value
    assert made[-1].number("gap").low <= truth <= made[-1].number("gap").high


def test_the_heap_is_told_with_its_controls_and_the_pc_log(session, city):
    """What the picture shows: where, how sure, that round hours and the years before have none, and what the PC log says."""
    heaps, gap = overtime.heaps(session, city), overtime.gap(session)
    made = overtime_heaps.record(session, heaps, gap)
    assert {x.name for x in made.numbers} == {"excess", "before", "at_30", "at_60", "gap"}
    assert made.number("excess").decimals == 0  # an interval of some ± 13 is worth no tenths
    told = sentence(made, "en")
    excess = made.number("excess")
    assert "from 43 to under 54 hours" in told and interval(excess.low, excess.high, "en") in told
    assert ("does not explain it" in told) == all(
        made.number(n).low <= 0 <= made.number(n).high for n in ("before", "at_30", "at_60")
    )
    assert ("no longer written down" in told) == (made.number("gap").low > 0)
    cells = [c for r in overtime_heaps.table(session, heaps).rows for c in r]
    assert interval(excess.low, excess.high, "en") in cells
    picture = overtime_heaps.figure_of(session, heaps)
    assert "that of 45" in picture.alt and interval(excess.low, excess.high, "en") in picture.alt
    alone = sentence(overtime_heaps.record(session, heaps, Text("なし", "none")), "ja")
    assert "PC" not in alone and alone.endswith("。")


def test_a_heap_where_none_should_be_casts_doubt(session, city):
    heaps = overtime.heaps(session, city)
    doubted = dataclasses.replace(heaps, placebos=(dataclasses.replace(heaps.after, at=30),))
    assert "not to be relied on" in sentence(overtime_heaps.record(session, doubted, Text("", "")), "en")
    nothing = dataclasses.replace(heaps, after=heaps.placebos[1])
    assert "a heap is not shown" in sentence(overtime_heaps.record(session, nothing, Text("", "")), "en")


def test_both_languages_tell_the_same_figures(session, city, caps):
    japanese = dataclasses.replace(session, lang="ja")
    gap, heaps = overtime.gap(session), overtime.heaps(session, city)
    for draw, thing in (
        (overtime_shown.watch_table, caps), (overtime_heaps.table, heaps), (overtime_shown.gap_table, gap),
    ):  # fmt: skip
        one, other = (
            re.findall(r"\d[\d.,]*", str([r[1:] for r in draw(s, thing).rows])) for s in (session, japanese)
        )
        assert one == other and one


def test_where_there_is_nothing_it_says_why(session, city, small_study):
    none = empty(session)
    assert "person_day" in overtime.held(none, "city").en and "person_day" in overtime.gap(none).en
    early = open_session(str(small_study), "FY2018Q2", "ja", notebook="test")
    months = overtime.held(early, "city")
    assert "まだ上限がありません" in overtime.caps(early, months).ja
    assert isinstance(overtime.heaps(early, months), Text)
    assert overtime.gap_record(early, overtime.gap(early)) is None
    first = open_session(str(small_study), "FY2019Q1", "en", notebook="test")
    made = overtime.caps(first, overtime.held(first, "city"))
    assert made.tested is None and "Too few years" in overtime_shown.reliability_sentence(first, made)

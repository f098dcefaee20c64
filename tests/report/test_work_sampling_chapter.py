"""Work sampling in the chapter on documents: beside diaries, against the truth, silent where too little is held."""

import dataclasses

import pytest
from lacking import without

from kumastats.disclosure import check, primary
from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import answered, documents, work_sampling
from kumastats.report.chapters.lacking import tables_lacking
from kumastats.report.chapters.levels import levels


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="04_documents")


@pytest.fixture(scope="module")
def seen(session):
    found = work_sampling.sampled(session)
    assert found is not None
    return found


def test_every_wave_holds_the_true_level(session, seen):
    truth = session.told_truth["levels"]["search_time_seen"]
    assert set(seen.waves) == set(truth)
    for month, s in seen.waves.items():
        # three intervals at once: 99 % each
        half = (s.high - s.low) / 2 * 1.4
        assert abs(s.mean - truth[month]) < half, month
    assert seen.change.mean == pytest.approx(seen.waves["2020-11"].mean - seen.waves["2018-11"].mean)


def test_less_is_searched_on_paper_once_documents_are_digitised(session, seen):
    rows = seen.table(session).rows
    share = [float(r[3]) / float(r[1]) for r in rows]
    assert 1 > share[0] > share[-1] > 0


def test_diaries_and_rounds_stand_side_by_side(session, seen):
    told = documents.diaries(session)
    table, figure = work_sampling.beside(session, told, seen)
    assert [r[0] for r in table.rows] == [*seen.waves, "last less first"]
    assert table.rows[0][1].startswith(f"{told.waves['2018-11'].mean:.1f} (")
    assert table.rows[0][2].startswith(f"{seen.waves['2018-11'].mean:.1f} (")
    assert "2018-11 diary" in figure.alt and "2018-11 rounds" in figure.alt
    assert work_sampling.beside(session, None, seen) is None
    assert work_sampling.beside(session, told, None) is None


def test_the_registers_question_is_answered_by_rounds_too(session):
    told = answered.of_theme(session, "documents")
    found = work_sampling.compared(session)
    assert not found.refused
    (made,) = found.found
    assert made.record.id == "search-documents-seen" and made.record.status == "exploratory"
    assert made.truth == session.truth["search-documents-seen"]["value"] < 0
    low, high = made.answer.comparison.ci
    assert low <= made.truth <= high
    (diary,) = told.found
    assert made.answer.question.start == diary.answer.question.start
    assert not check(made.record.published, session.thresholds, "public")
    figure = work_sampling.changes(session, told, found)
    assert figure is not None and "diary" in figure.alt and "rounds" in figure.alt


def test_the_record_passes_disclosure_and_says_what_it_rests_on(session, seen):
    record = work_sampling.record(session, seen)
    assert record is not None and record.id == "documents-search-seen"
    assert not primary(record.published, session.thresholds)
    said = sentence(record, "en")
    assert "November 2018" in said and "November 2020" in said
    assert f"{seen.waves['2020-11'].mean:.1f} min" in said
    now = next(n for n in record.numbers if n.name == "now")
    assert now.contributors == seen.waves["2020-11"].people < now.n
    assert now.rows_per_person >= seen.waves["2020-11"].most_rounds


def test_too_few_people_or_offices_are_not_told(session, seen):
    few = dataclasses.replace(seen.waves["2018-11"], people=9)
    assert not work_sampling._may_be_told(session, few)
    assert not work_sampling._may_be_told(session, dataclasses.replace(few, people=90, offices=2))
    named = dataclasses.replace(seen, waves={"2018-11": few}, change=None)
    assert work_sampling.record(session, named) is None


def test_offices_reached_and_waiting_are_those_of_the_question(session, seen):
    table = seen.groups(session)
    assert table.heads[1:] == ["2018-11", "2019-11"] and len(table.rows) == 2


def test_the_planner_asks_less_for_less(session, seen):
    rows = [[int(cell.replace(",", "")) for cell in row] for row in seen.planner(session).rows]
    for column in range(1, 5):
        needed = [r[column] for r in rows]
        assert needed == sorted(needed, reverse=True) and needed[-1] > 0


def test_a_level_of_the_quarter_knows_its_people(small_study):
    asked = open_session(str(small_study), "FY2018Q3", "en", notebook="00_start_here")
    (level,) = [v for v in levels(asked) if v.measure.id == "search_time_seen"]
    wave = work_sampling.sampled(asked).waves["2018-11"]
    assert (level.now.n, level.now.contributors) == (wave.glances, wave.people)
    assert level.record is not None and not check(level.record.published, asked.thresholds, "internal")


def test_without_rounds_the_table_is_named(session):
    lacking = without(session, "work_sample")
    assert work_sampling.sampled(lacking) is None
    assert work_sampling.compared(lacking).found == ()
    told = tables_lacking(lacking.snapshot.has, work_sampling.TABLE)
    assert "work_sample" in told.ja and "work_sample" in told.en


def test_rounds_alone_are_enough(session):
    alone = without(session, "document_diary")
    found = work_sampling.sampled(alone)
    assert found is not None and work_sampling.record(alone, found) is not None
    assert len(work_sampling.compared(alone).found) == 1


def test_before_the_second_wave_there_is_no_change(small_study):
    early = open_session(str(small_study), "FY2018Q4", "ja", notebook="04_documents")
    found = work_sampling.sampled(early)
    assert list(found.waves) == ["2018-11"] and found.change is None and found.groups(early) is None
    record = work_sampling.record(early, found)
    assert "2018年11月に一人一日平均" in sentence(record, "ja") and record.design == "measurement"
    (kept,) = work_sampling.compared(early).refused
    assert "2019-12" in kept.why.en

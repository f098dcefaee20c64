"""The chapter on meetings: on the synthetic city, on the sample exports of Viva Insights, and with tables missing."""

import dataclasses
import shutil

import pytest
from lacking import without
from real_files import needs, real_file

from kumastats import measures
from kumastats.disclosure import check
from kumastats.errors import MeasureError
from kumastats.ingest import ingest
from kumastats.report import open_session
from kumastats.report.chapters import answered, meeting_weeks, meetings
from kumastats.study import StudyFolder

VIVA = {name: f"viva/{name}_query_sample.csv" for name in ("person", "meeting")}


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="test")


@pytest.fixture(scope="module")
def viva(tmp_path_factory):
    """The two sample exports as they come, in a study of their own."""
    root = StudyFolder.lay_out(tmp_path_factory.mktemp("viva") / "study").root
    for name, file in VIVA.items():
        shutil.copy(real_file(file), root / "raw" / f"viva_{name}")
    ingest(root)
    return root


def told(session, made):
    assert not check(made.published, session.thresholds, "internal"), made.id
    return made


def test_what_the_city_shows_is_what_was_put_in(session):
    """Of those invited nine in ten come, two in ten of these do something else, a quarter of meeting time is such."""
    weeks, log = meeting_weeks.weeks(session), meetings.meeting_log(session)
    use = {u.id: u.ratio for u in log.uses}
    assert use["attended"].low <= 0.9 <= use["attended"].high
    assert use["multitasking"].low <= 0.2 <= use["multitasking"].high
    assert use["absent_single"].low <= 0.1 <= use["absent_single"].high
    for id_, share in (("conflicting_time", 0.12), ("multitasking_time", 0.25), ("large_long_time", 0.2)):
        assert weeks.shares[id_].value == pytest.approx(share, abs=0.001)
    assert weeks.hours_a_year == pytest.approx(52 * weeks.hours["meeting_time"].value)


def test_hours_a_week_are_the_measure_s(session):
    weeks = meeting_weeks.weeks(session)
    frame = session.snapshot.frame(
        "person_week", ("person_id", "meeting_min"), start=weeks.start, end=weeks.end
    )
    assert weeks.hours["meeting_time"].value == pytest.approx(frame["meeting_min"].mean() / 60)
    assert (weeks.person_weeks, weeks.people) == (len(frame), frame["person_id"].nunique())


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_records_may_be_told_and_pages_read(small_study, lang):
    session = open_session(str(small_study), "FY2022Q4", lang, notebook="test")
    weeks, log = meeting_weeks.weeks(session), meetings.meeting_log(session)
    told(session, meeting_weeks.record(session, weeks))
    told(session, meetings.use_record(session, log))
    changes = told(session, meetings.savings_record(session, log))
    assert changes.certainty.level == "low" and changes.kind == "model"
    shown = [weeks.table(session), weeks.cost_table(session), log.flaws(session), log.uses_table(session), log.savings_table(session, weeks), log.savings_table(session, None)]  # fmt: skip
    assert all("nan" not in t.html() for t in shown)
    assert all(f.alt and f.caption for f in (log.grid_figure(session), log.savings_figure(session)))


def test_the_page_gets_shorter_without_a_table(session):
    log_only = without(session, "person_week")
    assert meeting_weeks.weeks(log_only) is None
    assert "person_week" in meetings.missing_tables(log_only).en
    found = meetings.meeting_log(log_only)
    assert len(found.savings_table(log_only, None).heads) == 5
    assert {r.question.id for r in answered.of_theme(log_only, "meetings").refused} == {"meetings-rules"}
    neither = without(session, "person_week", "meeting")
    assert meetings.meeting_log(neither) is None
    assert "meeting query" in meetings.missing_tables(neither).ja
    assert meetings.missing_tables(session) is None


def test_nothing_is_told_before_its_time(small_study):
    early = open_session(str(small_study), "FY2018Q1", "en", notebook="test")
    assert meeting_weeks.weeks(early) is None and meetings.meeting_log(early) is None


@needs(*VIVA.values())
def test_sample_exports_of_viva_insights_run_through(viva):
    """300 people, 35 weeks, 7 organisations; the meeting query holds focus time and all-day entries for the most part."""
    session = open_session(str(viva), "FY2024Q3", "ja", notebook="test")
    weeks = meeting_weeks.weeks(session)
    assert (weeks.person_weeks, weeks.people, weeks.offices) == (10_500, 300, 7)
    assert weeks.shares["conflicting_time"].low < weeks.shares["conflicting_time"].value
    told(session, meeting_weeks.record(session, weeks))
    log = meetings.meeting_log(session)
    assert isinstance(log, meetings.TooFew)
    assert log.dropped == {"cancelled": 36, "alone": 543, "all_day": 30}
    assert "543" in log.text.en
    assert not answered.of_theme(session, "meetings").found + answered.of_theme(session, "meetings").refused


@pytest.mark.slow
def test_the_notebook_runs_on_sample_exports_unchanged(viva, tmp_path):
    import papermill

    made = papermill.execute_notebook(
        "notebooks/03_meetings.ipynb", str(tmp_path / "out.ipynb"), progress_bar=False,
        parameters={"study": str(viva), "quarter": "FY2024Q3", "lang": "en"},
    )  # fmt: skip
    text = str(made.cells)
    assert "people spent" in text and "Fewer than 10 meetings" in text and "Traceback" not in text


def test_a_measure_is_not_asked_about_people_it_does_not_describe(session):
    question = dataclasses.replace(session.study.questions["meetings-rules"], population="citizen")
    (kept,) = answered.answers(session, [question]).refused
    assert "not citizen" in kept.why.en and "citizen" in kept.why.ja
    with pytest.raises(MeasureError, match="describes the population city, not teacher"):
        measures.refuse_population(measures.measure("ordered_overtime"), "teacher")
    measures.refuse_population(measures.measure("meeting_time"), "city")

"""An open study in a fresh notebook: it shows itself, names what there is, and answers a question of one's own."""

import datetime as dt

import pytest

import kumastats as ks
from kumastats.errors import MeasureError, UsageError
from kumastats.report.chapters import answered


@pytest.fixture(scope="module")
def session(small_study):
    return ks.open_session(str(small_study), "FY2019Q4", "en", notebook="test")


def test_it_shows_itself_in_a_line(session):
    for shown in (session, session.study, session.snapshot):
        assert len(repr(shown)) < 200 and "\n" not in repr(shown)
    assert session.snapshot.id in repr(session) and "FY2019Q4" in repr(session)
    assert session.study.title.en in session._repr_markdown_()


def test_what_there_is_can_be_listed(session):
    held = session.snapshot.overview("en")
    assert tuple(held.index) == session.snapshot.tables
    assert held.loc["person_day", "last"] == session.snapshot.span("person_day")[1]
    assert "person_day" in session.snapshot._repr_html_()
    known = ks.measures.overview("ja")
    assert set(known.index) == set(ks.measures.MEASURES)
    assert set(ks.measures.overview(theme="meetings")["theme"]) == {"meetings"}
    assert ks.workload.counter.simulate_days and "counter" in dir(ks.workload)
    cells = ks.measures.cells(session.snapshot, "ordered_overtime", by="office_id", period="year")
    assert cells.by == ("office_id",) and "A001" in cells._repr_html_()


def test_a_question_of_ones_own_is_answered_as_the_register_would(session):
    question = session.study.questions["search-documents"]
    own = session.ask(
        question.measure, question.initiative, start=str(question.start), end=question.end, design=question.design
    )  # fmt: skip
    registered = session.answer(question.id)
    assert own.comparison.estimate == registered.comparison.estimate
    assert own.comparison.se == registered.comparison.se
    assert own.question.kind == "exploratory" and question.kind == "confirmatory"
    assert own.text("en").startswith(own.question.text.en)
    assert answered.of_theme(session, "documents").found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"initiative": "telwork"}, "Did you mean telework"),
        ({"design": "diff"}, "design"),
        ({"comparison": "nobody"}, "comparison"),
        ({"start": "April 2018"}, "is not a date"),
        ({"start": dt.date(2021, 1, 1)}, "ends before it starts"),
    ],
)
def test_a_slip_is_told_with_its_remedy(session, change, told):
    asked = {"initiative": "telework", "start": "2018-07-01", "end": "2019-12-31"} | change
    with pytest.raises(UsageError, match=told) as slip:
        session.ask("ordered_overtime", **asked)
    assert slip.value.remedy


def test_names_like_the_one_asked_come_first(session):
    with pytest.raises(MeasureError, match="Did you mean ordered_overtime"):
        ks.measure("ordered_overtme")
    with pytest.raises(UsageError, match="Did you mean person_day") as slip:
        session.snapshot.table("person_days")
    assert any("person_day" in note and "表" in note for note in slip.value.__notes__)
    with pytest.raises(UsageError, match="search-documents"):
        session.answer("search-document")

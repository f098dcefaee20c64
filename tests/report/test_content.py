"""Words of the publications: no typed figure, no unknown number, no unknown block; each fault with file and line."""

import datetime as dt
from dataclasses import replace

import pytest
import small
import yaml

from kumastats.calendar import Quarter
from kumastats.errors import ReleaseError
from kumastats.evidence.marks import marks, plain
from kumastats.report import case_study, content, words
from kumastats.report.page_text import texts
from kumastats.report.public_register import public_view
from kumastats.study import Study
from kumastats.text import LANGS


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = small.study(tmp_path_factory.mktemp("words") / "study")
    records = (small.record(), small.record("waits", 2.5, item="counters"))
    return content.Source(
        study=small.loaded(folder), quarter=Quarter(small.QUARTER), view=public_view(records), records=records, profile="public",
        received_on=dt.date(2018, 10, 15), snapshot="x", tables=(), locked_on=None, deviations=(), elsewhere={"draft": "FY2018Q2/drafts"},
    )  # fmt: skip


def built(source, tmp_path, block, lang="en"):
    body = {
        "notices": [],
        "sections": [{"id": "s", "heading": {"ja": "見出し", "en": "Heading"}, "blocks": [block]}],
    }
    path = tmp_path / "case_study.yml"
    path.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    return case_study.build(source, lang, path).sections[0].blocks


def both(text: str) -> dict:
    return {"text": {"ja": text, "en": text}}


def test_a_number_is_taken_by_id_and_stays_marked(source, tmp_path):
    (paragraph,) = built(source, tmp_path, both("mean {{waits.mean.bare}} {=in Q4}, due {{fact.due}}"))
    assert plain(paragraph.text) == "mean 2.5 in Q4, due 30 September 2023"
    assert [ref for ref, _ in marks(paragraph.text)] == ["waits.mean.bare", "fact.due"]
    (paragraph,) = built(source, tmp_path, both("{{fact.due}}"), "ja")
    assert plain(paragraph.text) == "2023年9月30日"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{wait.mean}}", "waits.mean"),
        ("{{waits.median}}", "waits.mean"),
        ("{{fact.dew}}", "fact.due"),
        ("{{draft.mean}}", "only exists in FY2018Q2/drafts"),
        ("about 40 min", "40 min"),
        ("四十② minutes", "②"),
        ("{waits.mean}", "placeholder"),
        ("{{waits.mean.low_end}}", "placeholder"),
        ("{{waits.mean.signd}}", "placeholder"),
    ],
)  # fmt: skip
def test_a_fault_stops_the_build_with_file_and_line(source, tmp_path, text, told):
    with pytest.raises(ReleaseError, match=told) as caught:
        built(source, tmp_path, both(text))
    assert caught.value.place.file == "case_study.yml"
    line = (tmp_path / "case_study.yml").read_text(encoding="utf-8").splitlines()[caught.value.place.row - 1]
    assert text[:9] in line


def test_both_languages_must_ask_for_the_same_numbers(source, tmp_path):
    with pytest.raises(ReleaseError, match="different numbers"):
        built(source, tmp_path, {"text": {"ja": "{{waits.mean}}", "en": "{{overtime.mean}}"}})


def test_an_unknown_block_stops_the_build(source, tmp_path):
    with pytest.raises(ReleaseError, match="unknown") as caught:
        built(source, tmp_path, {"magic": 1})
    assert caught.value.place.row == 4


def test_a_block_waits_for_its_evidence(source, tmp_path):
    assert built(source, tmp_path, {**both("there"), "when": ["waits"]})
    with pytest.raises(IndexError):  # the section has nothing to show
        built(source, tmp_path, {**both("not there"), "when": ["watch-over"]})


@pytest.mark.parametrize(
    "block",
    [
        {"evidence": ["watch-over", "waits"]},
        {"headlines": ["watch-over"]},
        {"questions": [{"ask": {"ja": "問い", "en": "Asked"}, "answers": ["watch-over"]}]},
        {"findings": {"item": "workplace", "leave": ["watch-over"]}},
        {**both("words"), "when": ["watch-over"]},
    ],
    ids=["evidence", "headlines", "questions", "findings", "when"],
)  # fmt: skip
def test_a_record_that_is_not_there_is_told_and_one_that_can_never_be_stops_the_build(
    source, tmp_path, block
):
    def document(said: dict):
        sections = [
            {"id": "s", "heading": {"ja": "見出し", "en": "Heading"}, "blocks": [both("first"), said]}
        ]
        path = tmp_path / "case_study.yml"
        path.write_text(
            yaml.safe_dump({"notices": [], "sections": sections}, allow_unicode=True), encoding="utf-8"
        )
        return case_study.build(source, "en", path)

    (absent,) = document(block).absent
    lines = (tmp_path / "case_study.yml").read_text(encoding="utf-8").splitlines()
    assert absent.id == "watch-over" and "watch-over" in lines[absent.row - 1]
    never = yaml.safe_load(yaml.safe_dump(block).replace("watch-over", "watch-under"))
    with pytest.raises(ReleaseError, match="watch-over") as caught:  # the near one is suggested
        document(never)
    assert "watch-under" in lines[caught.value.place.row - 1].replace("watch-over", "watch-under")


def test_a_beginning_that_no_record_can_have_stops_the_build(source, tmp_path):
    assert built(source, tmp_path, {"evidence": ["distribution-*"]})
    with pytest.raises(ReleaseError, match="heterogeneity"):
        built(source, tmp_path, {"evidence": ["heterogeneity-*"]})


def test_the_whole_in_both_languages_has_the_same_shape_and_numbers(source):
    made = [case_study.build(source, lang) for lang in LANGS]
    shapes = [[(s.id, [type(b).__name__ for b in s.blocks]) for s in d.sections] for d in made]
    assert shapes[0] == shapes[1]
    assert made[0].facts == made[1].facts
    stem = [
        {r.removesuffix(".bare") for s in d.sections for _, t in texts(s) for r, _ in marks(t)} for d in made
    ]
    assert stem[0] == stem[1]


def test_what_the_case_study_must_hold_is_there(source):
    page = case_study.build(source, "en")
    said = " ".join(plain(t) for s in page.sections for _, t in texts(s))
    ids = [s.id for s in page.sections]
    for asked in ("summary", "key-findings", "reform", "makers", "plan", "data", "distribution", "unintended", "cost-benefit",
                  "claims", "robustness", "limits", "questions", "privacy", "review", "revisions", "provenance", "glossary"):  # fmt: skip
        assert asked in ids
    assert [i.id for i in source.study.items] == [i for i in ids if i in {x.id for x in source.study.items}]
    assert said.count("no evidence yet") >= 4  # items nothing is known about
    assert "days from the latest data to the day the case study is due" in said
    assert "co-author" in said and "No consultation" in said
    (asked,) = (s for s in page.sections if s.id == "questions")
    assert sum(isinstance(b, content.Heading) for b in asked.blocks) == 10


@pytest.fixture(scope="module")
def of_the_city(source, small_study):
    """The same in a city with a plan and a roll-out, at the end of its last year."""
    return replace(source, study=Study.load(small_study), quarter=Quarter("FY2022Q4"))


def test_a_question_without_answer_says_why_where_the_roll_out_tells_it(of_the_city, tmp_path):
    """Two schools were left to compare with when the window of the school affairs system closed."""
    for lang, why in (
        ("ja", "校務支援システムで、在校等時間は減ったか」に答えられない理由: 期間の終わりにまだ導入していなかったのは2か所で"),
        ("en", "reduce time in school?”: at the end of its window 2 had not gone live"),
    ):  # fmt: skip
        said = [plain(x) for b in built(of_the_city, tmp_path, {"plan": "all"}, lang) if isinstance(b, content.Bullets) for x in b.items]  # fmt: skip
        assert sum(why in x for x in said) == 1
        assert not any("overtime" in x or "時間外勤務は" in x for x in said)  # these had offices left
    open_still = replace(of_the_city, quarter=Quarter("FY2019Q4"))
    assert not any(isinstance(b, content.Bullets) for b in built(open_still, tmp_path, {"plan": "all"}))


def test_the_first_page_tells_of_the_reform_before_what_else_came(of_the_city, tmp_path):
    records = tuple(
        small.record(f"schools-beside-{x}", kind="comparison", question=f"schools-beside-{x}", item="schools", design="did")
        for x in ("pupil-tablets", "school-affairs")
    )  # fmt: skip
    held = replace(of_the_city, records=records, view=public_view(records))
    (found,) = built(held, tmp_path, {"headlines": []})
    assert found.id == "schools-beside-school-affairs"
    held = replace(of_the_city, records=records[:1], view=public_view(records[:1]))
    (found,) = built(held, tmp_path, {"headlines": []})
    assert found.id == "schools-beside-pupil-tablets"


def test_overdue_is_told(source):
    late = replace(source, received_on=dt.date(2024, 1, 1))
    said = " ".join(plain(t) for s in case_study.build(late, "en").sections for _, t in texts(s))
    assert "93 days overdue" in said


def test_a_number_that_is_not_there_suggests_near_ones():
    error = words.unknown("waits.men", ["waits.mean", "other.x"], None)
    assert "waits.mean" in error.text("en")

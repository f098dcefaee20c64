"""The page of promises: sentences from the evidence, pictures from executed notebooks, nothing of its own."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from kumastats.errors import UsageError
from kumastats.evidence import Register, sentence
from kumastats.report import open_session
from kumastats.report.chapters import answered
from kumastats.report.gallery import PROMISES, _picture, gallery
from kumastats.report.runner import available
from kumastats.study import StudyFolder

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def study(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with one finding and its executed notebook."""
    root = StudyFolder.lay_out(tmp_path_factory.mktemp("gallery") / "study").root
    run = root / "runs" / "FY2022Q4"
    shutil.copy(small_study / "study.yml", root / "study.yml")
    (run / "evidence").mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({}), encoding="utf-8")
    for lang in ("ja", "en"):
        session = open_session(str(small_study), "FY2022Q4", lang, notebook="04_documents")
        (found,) = answered.of_theme(session, "documents").found
        Register(run / "evidence").write(found.record)
        shown = "".join(found.beside(session).html() for _ in range(2))
        cell = nbformat.v4.new_code_cell(
            "x", outputs=[nbformat.v4.new_output("display_data", {"text/html": shown})]
        )
        (run / lang).mkdir()
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), run / lang / "04_documents.ipynb")
    return root


def test_pages_take_words_from_the_evidence_and_pictures_from_notebooks(study: Path, tmp_path: Path):
    written = gallery(study, tmp_path)
    assert {p.name for p in written} == {
        "promises.md",
        "promises.ja.md",
        "documents.ja.svg",
        "documents.en.svg",
    }
    (record,) = Register(study / "runs/FY2022Q4/evidence").load_all()
    for lang, page in (("en", "promises.md"), ("ja", "promises.ja.md")):
        text = (tmp_path / page).read_text(encoding="utf-8")
        assert sentence(record, lang) in text and f"(pictures/documents.{lang}.svg)" in text
        assert "| 1 | 1 | 1 |" in text  # of the documents, one record: a comparison that can be decided
        assert {"en": "no evidence yet", "ja": "証拠はまだない"}[lang] in text
        assert {"en": "Nothing has been released yet", "ja": "公表はまだない"}[lang] in text
        root = ElementTree.fromstring((tmp_path / "pictures" / f"documents.{lang}.svg").read_bytes())
        assert root.tag.endswith("svg") and root.get("aria-label")


def test_the_same_run_gives_the_same_bytes(study: Path, tmp_path: Path):
    first, again = gallery(study, tmp_path / "a"), gallery(study, tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]


@pytest.mark.parametrize(("lang", "page"), [("ja", "promises.ja.md"), ("en", "promises.md")])
def test_every_promise_of_the_published_page_has_its_picture(lang: str, page: str):
    text = (DOCS / page).read_text(encoding="utf-8")
    for promise in PROMISES:
        assert f"(pictures/{promise.id}.{lang}.svg)" in text, promise.id
        assert (DOCS / "pictures" / f"{promise.id}.{lang}.svg").is_file()


def test_what_has_no_records_is_pictured_from_the_released_page(tmp_path: Path):
    drawn = '<figure id="f{0}"><svg aria-label="figure {0}" viewBox="0 0 1 1"></svg></figure>'
    (tmp_path / "case_study_ja.html").write_text(drawn.format(0) + drawn.format(1), encoding="utf-8")
    whole = [p for p in PROMISES if not p.records]
    assert [_picture(p, tmp_path, tmp_path, "ja")[1] for p in whole] == ["figure 0", "figure 1"]
    assert [_picture(p, tmp_path, None, "ja") for p in whole] == [None, None]


def test_every_promise_has_its_notebook():
    assert {p.notebook for p in PROMISES} <= set(available())
    assert len({p.id for p in PROMISES}) == len(PROMISES)


def test_without_a_run_there_is_nothing_to_show(tmp_path: Path):
    root = StudyFolder.lay_out(tmp_path / "new").root
    register = root / "study.yml"
    with pytest.raises(UsageError, match="not made from a real city"):
        gallery(root, tmp_path)
    register.write_text(
        register.read_text(encoding="utf-8").replace("synthetic: false", "synthetic: true"), encoding="utf-8"
    )
    with pytest.raises(UsageError, match="No quarter was run"):
        gallery(root, tmp_path)

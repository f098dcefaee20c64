"""Words of the publications: no typed figure, no unknown number, no unknown block."""

import datetime as dt

import pytest
import yaml

from kumastats.calendar import Quarter
from kumastats.errors import EvidenceError, ReleaseError
from kumastats.evidence import Register
from kumastats.report import assets, content
from kumastats.study import Study
from kumastats.text import LANGS


@pytest.fixture
def source(published):
    return content.Source(
        study=Study.load(published), quarter=Quarter("FY2022Q4"), register=Register(published / "runs/FY2022Q4/evidence"), profile="public",
        received_on=dt.date(2023, 5, 10), snapshot="x", deliveries=1, rows=1, files=1, locked_on=None, deviations=(),
    )  # fmt: skip


def words(monkeypatch, tmp_path, block):
    body = {
        "notices": [],
        "sections": [{"id": "s", "heading": {"ja": "見出し", "en": "Heading"}, "blocks": [block]}],
    }
    (tmp_path / "case_study.yml").write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(assets, "reports", lambda: tmp_path)


def test_a_number_is_taken_by_id(source, monkeypatch, tmp_path):
    words(
        monkeypatch,
        tmp_path,
        {"text": {"ja": "平均{counter-waits.mean}", "en": "mean {counter-waits.mean.bare} {=in Q4}"}},
    )
    mean = source.register.number("counter-waits.mean").value
    (paragraph,) = content.build(source, "en").sections[0].blocks
    assert paragraph.text == f"mean {mean:.1f} in Q4"


def test_an_unknown_number_stops_the_build(source, monkeypatch, tmp_path):
    words(monkeypatch, tmp_path, {"text": {"ja": "{counter-wait.mean}", "en": "{counter-wait.mean}"}})
    with pytest.raises(EvidenceError, match="counter-waits"):
        content.build(source, "ja")


def test_a_typed_figure_stops_the_build(source, monkeypatch, tmp_path):
    words(monkeypatch, tmp_path, {"text": {"ja": "約40分", "en": "about 40 min"}})
    with pytest.raises(EvidenceError, match="typed"):
        content.build(source, "ja")


def test_an_unknown_block_stops_the_build(source, monkeypatch, tmp_path):
    words(monkeypatch, tmp_path, {"magic": 1})
    with pytest.raises(ReleaseError, match="unknown"):
        content.build(source, "ja")


def test_both_languages_have_the_same_sections_figures_and_tables(source):
    made = [content.build(source, lang) for lang in LANGS]
    shapes = [[(s.id, [type(b).__name__ for b in s.blocks]) for s in d.sections] for d in made]
    assert shapes[0] == shapes[1]

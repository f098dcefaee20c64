"""What cannot be decided is told once, among the lights, and no chapter of the report draws it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from kumastats.display import HtmlTable
from kumastats.evidence import Certainty, EvidenceRecord
from kumastats.report import pdf
from kumastats.report.content import Paragraph
from kumastats.report.quarterly import content
from kumastats.text import Text


def record(id_: str, *, decidable: bool) -> EvidenceRecord:
    return EvidenceRecord(
        id=id_, quarter="FY2022Q4", kind="comparison", title=Text(f"問い{id_}", f"Question {id_}"), statement=Text("文。", "Words."), numbers=(),
        certainty=Certainty("moderate", (Text("理由", "why"),)), decidable=decidable,
        undecidable_reason=None if decidable else Text("少ない", "few"),
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_undecided_comparison_is_named_and_not_drawn(lang, monkeypatch):
    monkeypatch.setattr(content.figures, "of_record", lambda _, r: iter([f"figure of {r.id}"]))
    writer = SimpleNamespace(
        lang=lang,
        say=lambda ja, en: Text(ja, en)(lang),
        writer=SimpleNamespace(finding=lambda r: f"finding {r.id}"),
    )
    asked = (record("one", decidable=True), record("two", decidable=False))
    *told, last = content._Writer._told(writer, asked, ())
    assert told == ["finding one", "figure of one"]
    assert (
        isinstance(last, Paragraph)
        and asked[1].title(lang) in last.text
        and asked[0].title(lang) not in last.text
    )


def test_a_row_of_many_lines_may_be_broken_between_pages(tmp_path: Path):
    short, tall = (HtmlTable(["a", "b"], [["x", "y" * n]], "t") for n in (40, 400))
    assert not pdf._block(short, tmp_path)["tall"] and pdf._block(tall, tmp_path)["tall"]

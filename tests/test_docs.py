"""Every Python block of the documentation runs, top to bottom, on the small study."""

import re
from pathlib import Path

import pytest

from kumastats.report.reference import pages

DOCS = Path(__file__).resolve().parents[1] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted(p for p in DOCS.rglob("*.md") if BLOCK.search(p.read_text(encoding="utf-8")))
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def test_there_are_pages_with_code():
    assert {p.name for p in PAGES} >= {"plan-a-pilot.md", "plan-a-pilot.ja.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_code_runs(page: Path, small_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KUMASTATS_STUDY", str(small_study))
    monkeypatch.chdir(tmp_path)
    Path("population.csv").write_text("区,人口（千人）\n合計,300\n中央区,△100\n東区,x\n", encoding="utf-8")
    held: dict[str, object] = {"__name__": page.stem}
    for i, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
        exec(compile(block, f"{page.name}, block {i + 1}", "exec"), held)


@pytest.mark.parametrize(
    "page", sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]), ids=lambda p: p.name
)
def test_links_lead_somewhere(page: Path):
    lost = [to for to in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / to).exists()]
    assert lost == []


def test_reference_pages_are_those_the_code_writes():
    """`make docs` renews them."""
    assert [name for name, text in pages().items() if (DOCS / name).read_text(encoding="utf-8") != text] == []


@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.ja.md")), ids=lambda p: p.name)
def test_every_how_to_stands_in_both_languages(page: Path):
    assert page.with_name(page.name.replace(".ja.md", ".md")).exists()


@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.md")), ids=lambda p: p.name)
def test_no_how_to_is_in_english_only(page: Path):
    assert page.name.endswith(".ja.md") or page.with_name(page.name.replace(".md", ".ja.md")).exists()

"""The quarterly report in a browser: accessible, self-contained, by keyboard, on a phone and on paper; its notebooks as pages."""

from pathlib import Path

import pytest
from browsing import (
    broken_links,
    cut_on_paper,
    details_by_keyboard,
    narrow,
    open_page,
    other_language_by_keyboard,
    skip_by_keyboard,
    violations,
    walk,
)
from required import missing

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def home(demo: Path) -> Path:
    found = sorted(p.parent for p in demo.glob("runs/FY*/report_ja.html"))
    if not found:
        missing("no quarterly report in the demo study: run `make case-study` first")
    return found[-1]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_report_is_accessible_alone_and_narrow(lang: str, home: Path, browser):
    page, outside = open_page(browser, home / f"report_{lang}.html")
    assert violations(page) == []
    assert outside == []
    assert narrow(page) <= 320


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_report_is_read_by_keyboard(lang: str, home: Path, browser):
    page, _ = open_page(browser, home / f"report_{lang}.html")
    skip_by_keyboard(page)
    details_by_keyboard(page)
    assert walk(page) > 100


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_link_of_the_report_leads_somewhere_and_it_prints_whole(lang: str, home: Path, browser):
    for name in ("report", "evidence"):
        page, _ = open_page(browser, home / f"{name}_{lang}.html")
        assert broken_links(page) == []
        assert cut_on_paper(page) == []
        other = "en" if lang == "ja" else "ja"
        assert other_language_by_keyboard(page) == [other, lang]
        page.context.close()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_its_notebooks_are_accessible_pages_that_ask_for_nothing(lang: str, home: Path, browser):
    pages = sorted((home / lang).glob("*.html"))
    assert pages
    for path in pages:
        page, outside = open_page(browser, path)
        assert outside == []
        assert violations(page) == [], path.name
        assert broken_links(page) == [], path.name
        assert cut_on_paper(page) == [], path.name
        assert narrow(page) <= 320, path.name
        page.context.close()


@pytest.mark.parametrize(("lang", "name"), [("ja", "05_counters"), ("en", "11_claims")])
def test_a_notebook_page_is_read_by_keyboard(lang: str, name: str, home: Path, browser):
    page, _ = open_page(browser, home / lang / f"{name}.html")
    details_by_keyboard(page)
    assert walk(page) > 2

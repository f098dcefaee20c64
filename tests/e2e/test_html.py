"""The case-study pages in a browser: accessible, self-contained, read by keyboard, on a phone and on paper."""

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

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]
PAGES = [(name, lang) for name in ("case_study", "evidence") for lang in ("ja", "en")]


@pytest.mark.parametrize(("name", "lang"), PAGES)
def test_a_page_is_accessible_alone_and_narrow(name: str, lang: str, release: Path, browser):
    page, outside = open_page(browser, release / f"{name}_{lang}.html")
    assert violations(page) == []
    assert outside == []
    assert page.evaluate("document.documentElement.lang") == lang
    assert narrow(page) <= 320


@pytest.mark.parametrize(("name", "lang"), PAGES)
def test_every_link_of_a_page_leads_somewhere(name: str, lang: str, release: Path, browser):
    page, _ = open_page(browser, release / f"{name}_{lang}.html")
    assert broken_links(page) == []
    other = "en" if lang == "ja" else "ja"
    assert other_language_by_keyboard(page) == [other, lang]


@pytest.mark.parametrize(("name", "lang"), [("case_study", "ja"), ("evidence", "en")])
def test_a_page_is_read_by_keyboard(name: str, lang: str, release: Path, browser):
    page, _ = open_page(browser, release / f"{name}_{lang}.html")
    skip_by_keyboard(page)
    if name == "case_study":
        details_by_keyboard(page)
    assert walk(page) > 100


@pytest.mark.parametrize(("name", "lang"), PAGES)
def test_a_page_loses_nothing_on_paper(name: str, lang: str, release: Path, browser):
    page, _ = open_page(browser, release / f"{name}_{lang}.html")
    assert cut_on_paper(page) == []


def test_the_checks_can_fail(tmp_path: Path, browser):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<html><style>a:focus{outline:none}</style><body><a href='#nowhere'>x</a><a href='none.html'>y</a>"
        "<table style='width:900px'><tr><td>x</table><img src='data:,'><h3>x</h3></body></html>",
        encoding="utf-8",
    )
    page, _ = open_page(browser, bad)
    assert violations(page)
    assert broken_links(page) == ["#nowhere", "none.html"]
    assert cut_on_paper(page) == ["TABLE x"]
    for check in (walk, skip_by_keyboard, details_by_keyboard):
        with pytest.raises(AssertionError):
            check(page)

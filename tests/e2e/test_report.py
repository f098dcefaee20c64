"""The quarterly report in a browser: accessible, self-contained, readable on a phone; its notebooks as pages."""

from pathlib import Path

import pytest
from required import missing
from test_html import open_page, violations

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
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_its_notebooks_are_pages_that_ask_for_nothing(lang: str, home: Path, browser):
    for path in sorted((home / lang).glob("*.html")):
        page, outside = open_page(browser, path)
        assert outside == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path.name
        page.context.close()

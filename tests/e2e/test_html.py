"""The case-study pages in a browser: accessible, self-contained, readable on a phone."""

from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]


def open_page(browser, path: Path):
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else outside.append(r.url))
    page.goto(path.resolve().as_uri())
    return page, outside


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    told = ["violations"]  # every one of them; what passed need not be listed
    found = Axe().run(page, options={"runOnly": tags, "resultTypes": told})
    return [f"{v['id']} x{len(v['nodes'])}: {v['help']}" for v in found.response["violations"]]


@pytest.mark.parametrize("name", ["case_study", "evidence"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_page_is_accessible_alone_and_narrow(lang: str, name: str, release: Path, browser):
    page, outside = open_page(browser, release / f"{name}_{lang}.html")
    assert violations(page) == []
    assert outside == []
    assert page.evaluate("document.documentElement.lang") == lang
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_checker_can_fail(tmp_path: Path, browser):
    bad = tmp_path / "bad.html"
    bad.write_text("<html><body><img src='data:,'><h3>x</h3></body></html>", encoding="utf-8")
    page, _ = open_page(browser, bad)
    assert violations(page)

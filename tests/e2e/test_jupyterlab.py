"""JupyterLab in a browser: the first notebook opens, its kernel is picked, all its cells run, its tables and figures are there."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("lab")]


TRIED = """
from kumastats.display import Explorer, HtmlTable, Slider
from kumastats.text import Text

def draw(desks):
    return [HtmlTable(["窓口", "二倍"], [[str(desks), str(2 * desks)]], "試し")]

Explorer(draw, [Slider("desks", Text("窓口", "desks"), 1, 9, 1, 4)], "ja")
"""


@pytest.fixture(scope="module")
def lab(demo: Path, tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("lab") / "study"
    shutil.copytree(demo, root, ignore=shutil.ignore_patterns("raw", "releases", ".lab", "notebooks"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (root / "notebooks").mkdir(exist_ok=True)
    tried = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(TRIED)])
    tried.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(tried, root / "notebooks" / "tried.ipynb")
    words = ["lab", "--study", str(root), "--no-browser", "--port", str(port), "--", "--allow-root"]
    process = subprocess.Popen(
        [sys.executable, "-m", "kumastats.cli", *words], env={**os.environ, "JUPYTER_TOKEN": "t"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    for _ in range(480):
        time.sleep(0.25)
        try:
            urllib.request.urlopen(f"{base}/api/status?token=t", timeout=5).close()
            break
        except OSError:
            assert process.poll() is None
    yield base
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)


def cells(base: str, name: str) -> list[dict]:
    with urllib.request.urlopen(f"{base}/api/contents/notebooks/{name}?token=t", timeout=10) as answer:
        return [c for c in json.loads(answer.read())["content"]["cells"] if c["cell_type"] == "code"]


def test_the_first_notebook_runs_whole_and_shows_its_tables_and_figures(lab: str, browser, tmp_path: Path):
    page = browser.new_context(viewport={"width": 1280, "height": 1400}).new_page()
    outside: list[str] = []
    page.on(
        "request",
        lambda r: (
            None if "127.0.0.1" in r.url or r.url.startswith(("data:", "blob:")) else outside.append(r.url)
        ),
    )
    page.goto(f"{lab}/?token=t")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=180_000)
    page.get_by_text("Python 3 (kumastats) | Idle").wait_for(timeout=180_000)
    page.keyboard.press("Escape")  # whatever asks for attention
    page.locator(".jp-KernelName").first.click()
    dialog = page.locator(".jp-Dialog")
    dialog.locator("select").select_option(label="Python 3 (kumastats)")
    dialog.locator("button.jp-mod-accept").click()
    page.get_by_text("Python 3 (kumastats) | Idle").wait_for(timeout=180_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector(".jp-OutputArea-output table.kt", timeout=180_000)
    for _ in range(240):
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
        ran = cells(lab, "00_start_here.ipynb")
        if all(c["execution_count"] for c in ran if "".join(c["source"]).strip()):
            break
    assert all(c["execution_count"] for c in ran if "".join(c["source"]).strip())
    assert not [o for c in ran for o in c["outputs"] if o["output_type"] == "error"]
    assert page.locator(".jp-OutputArea-output table.kt").count() >= 3
    figure = page.locator(".jp-OutputArea-output figure svg").first
    figure.scroll_into_view_if_needed()
    drawn = figure.bounding_box()
    assert drawn["width"] > 300 and drawn["height"] > 100
    page.evaluate("document.fonts.ready")
    page.screenshot(path=os.environ.get("KUMASTATS_SCREENSHOT", str(tmp_path / "lab.png")))
    assert outside == []
    assert not page.get_by_text("official Jupyter news").count()


def test_an_explorer_has_sliders_that_move_its_table(lab: str, browser):
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{lab}/lab/workspaces/tried/tree/notebooks/tried.ipynb?token=t")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=180_000)
    page.get_by_text("Python 3 (kumastats) | Idle").wait_for(timeout=180_000)
    page.keyboard.press("Escape")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    shown = page.locator(".jp-OutputArea-output table.kt td")
    shown.first.wait_for(timeout=180_000)
    assert shown.all_inner_texts() == ["8"] and page.get_by_text("窓口", exact=True).count()
    handle = page.locator(".widget-slider .noUi-handle")
    handle.focus()
    handle.press("ArrowRight")
    page.locator(".jp-OutputArea-output table.kt td", has_text="10").wait_for(timeout=60_000)
    assert shown.all_inner_texts() == ["10"]
    page.context.close()

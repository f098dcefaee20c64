"""JupyterLab in a study: copies that are the analyst's, the kernel of this environment, and a server that serves them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from road import copy_of

from kumastats.report import assets, lab
from kumastats.report.runner import available
from kumastats.study import StudyFolder


@pytest.fixture
def study(small_study: Path, tmp_path: Path) -> Path:
    return copy_of(small_study, tmp_path / "study")


def test_copies_are_in_one_language_with_the_latest_quarter(study):
    made = lab.prepare(study, "en")
    assert made.copied == available() and not made.kept
    body = json.loads((study / "notebooks/00_start_here.ipynb").read_text(encoding="utf-8"))
    (parameters,) = (c for c in body["cells"] if "parameters" in c["metadata"].get("tags", ()))
    told = "".join(parameters["source"])
    assert 'lang = "en"' in told and 'quarter = "FY2022Q4"' in told and "# " in told
    assert not [c for c in body["cells"] if "lang-ja" in c["metadata"].get("tags", ())]


def test_what_an_analyst_changed_stays_and_the_rest_follows_the_library(study):
    before = {p.name: p.read_bytes() for p in sorted(assets.notebooks().glob("*.ipynb"))}
    lab.prepare(study, "ja")
    mine = study / "notebooks/05_counters.ipynb"
    mine.write_text(mine.read_text(encoding="utf-8").replace("]", "] ", 1), encoding="utf-8")
    held = mine.read_bytes()
    made = lab.prepare(study, "en")
    assert made.kept == ("05_counters",) and mine.read_bytes() == held
    assert 'lang = \\"en\\"' in (study / "notebooks/11_claims.ipynb").read_text(encoding="utf-8")
    assert before == {p.name: p.read_bytes() for p in sorted(assets.notebooks().glob("*.ipynb"))}
    assert "05_counters" in made.text("en") and "05_counters" in made.text("ja")


def test_a_study_without_data_keeps_the_notebooks_own_quarter(tmp_path):
    StudyFolder.lay_out(tmp_path / "study")
    lab.prepare(tmp_path / "study", "ja")
    assert (tmp_path / "study/notebooks/00_start_here.ipynb").is_file()


OWN = """import matplotlib.pyplot as plt
plt.plot([0, 1], [0, 1]); plt.title("待ち時間（分）"); plt.show()"""


def test_a_plot_of_ones_own_has_japanese(study):
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    lab.command(study, browser=False, port=None)
    found = KernelSpecManager(kernel_dirs=[str(study / ".lab" / "kernels")], ensure_native_kernel=False)
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=found)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    told: list[dict] = []
    try:
        client.wait_for_ready(timeout=120)
        client.execute_interactive(OWN, timeout=120, output_hook=told.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert [m for m in told if m["msg_type"] == "display_data" and "image/png" in m["content"]["data"]]
    assert "missing from" not in json.dumps(
        [m["content"] for m in told], default=str
    )  # a glyph without a font


def ask(port: int, path: str) -> dict:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}?token=t", timeout=5) as answer:
        return dict(json.loads(answer.read()))


def test_it_serves_the_first_notebook_with_the_kernel_of_this_environment(study):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["lab", "--study", str(study), "--no-browser", "--port", str(port)]
    root = ["--", "--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    process = subprocess.Popen(
        [sys.executable, "-m", "kumastats.cli", *words, *root], env={**os.environ, "JUPYTER_TOKEN": "t"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(240):
            time.sleep(0.25)
            try:
                held = ask(port, "/api/contents/notebooks/00_start_here.ipynb")
                break
            except OSError:
                assert process.poll() is None
        assert held["type"] == "notebook" and held["content"]["cells"]
        kernel = ask(port, "/api/kernelspecs")["kernelspecs"]["python3"]["spec"]
        assert kernel["argv"][0] == sys.executable and kernel["display_name"] == "Python 3 (kumastats)"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)

"""Running notebooks: a fault keeps nothing, a wrong name is told, hand-run notebooks write drafts."""

import datetime as dt
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from road import copy_of

from kumastats.errors import NotebookError, UsageError, WarehouseError
from kumastats.report import assets, runner
from kumastats.report import execute as execution
from kumastats.report.execute import execute, in_language
from kumastats.report.running.kernels import Ordinary
from kumastats.warehouse import Warehouse
from kumastats.warehouse.disk import locked

ROOT = Path(__file__).resolve().parents[2]
TOOK = re.compile(rb'"seconds": [\d.]+')  # of the run's manifest: times differ, nothing else may


def notebook(*cells: str) -> str:
    body = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    body.cells[0].metadata["tags"] = ["parameters"]
    body.metadata = {
        "kernelspec": {"display_name": "x", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.writes(body)


def test_a_fault_keeps_the_earlier_copy(tmp_path):
    out = tmp_path / "x.ipynb"
    out.write_text("earlier", encoding="utf-8")
    with pytest.raises(NotebookError, match="ZeroDivisionError") as caught:
        execute(notebook("n = 1", "n / 0"), out, {"n": 3}, name="x", evidence=tmp_path / "evidence")
    assert out.read_text(encoding="utf-8") == "earlier" and caught.value.place.file == "x.ipynb"
    assert {p.name for p in tmp_path.iterdir()} == {"x.ipynb", "x.failed.ipynb"}
    kept = json.loads((tmp_path / "x.failed.ipynb").read_text(encoding="utf-8"))
    assert "ZeroDivisionError" in json.dumps(kept) and str(tmp_path) not in json.dumps(kept)
    execute(notebook("n = 1", "n"), out, {"n": 3}, name="x", evidence=tmp_path / "evidence")
    assert [p.name for p in tmp_path.iterdir()] == ["x.ipynb"]


def test_an_executed_copy_has_no_time_and_no_machine_in_it(tmp_path):
    out = tmp_path / "x.ipynb"
    execute(notebook("n = 1", "n"), out, {"n": 3}, name="x", evidence=tmp_path / "evidence")
    text = out.read_text(encoding="utf-8")
    body = json.loads(text)
    assert set(body["metadata"]) == {"kernelspec", "language_info"} and "papermill" not in body["metadata"]
    assert str(tmp_path) not in text and "T0" not in text
    assert (
        body["cells"][-1]["outputs"][0]["data"]["text/plain"] == ["3"]
        or body["cells"][-1]["outputs"][0]["data"]["text/plain"] == "3"
    )


def test_a_cell_that_was_not_executed_is_refused(tmp_path):
    with pytest.raises(NotebookError, match=r"stopped"):
        execute(
            notebook("n = 1", "import os; os._exit(1)", "n"),
            tmp_path / "x.ipynb",
            {},
            name="x",
            evidence=tmp_path,
        )
    assert not (tmp_path / "x.ipynb").exists()


class Unready:
    """Kernels of which the first ones end, or sleep, before they answer."""

    def __init__(self, unready: int, instead: str):
        self.unready, self.instead, self.asked = unready, instead, 0

    def manager(self, environment, folder, log):
        self.asked += 1
        made, words = Ordinary().manager(environment, folder, log)
        if self.asked <= self.unready:
            made.kernel_spec.argv = [sys.executable, "-c", self.instead]
        return made, words


def test_a_kernel_that_does_not_answer_is_started_once_more(tmp_path):
    kernels, restarts = Unready(1, "raise SystemExit(3)"), []
    execute(
        notebook("n = 1", "n"), tmp_path / "x.ipynb", {"n": 3}, name="x", evidence=tmp_path / "evidence", kernels=kernels,
        on_restart=lambda: restarts.append(kernels.asked),
    )  # fmt: skip
    assert kernels.asked == 2 and restarts == [1] and (tmp_path / "x.ipynb").is_file()


def test_kernels_that_never_answer_are_told_in_both_languages(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(execution, "START", 1)
    with pytest.raises(NotebookError, match="did not answer") as caught:
        execute(
            notebook("n"), tmp_path / "x.ipynb", {}, name="x", evidence=tmp_path,
            kernels=Unready(9, "import time; time.sleep(99)"),
        )  # fmt: skip
    assert "応答がありませんでした" in caught.value.text("ja") and "--jobs 1" in caught.value.text("ja")
    assert not list(tmp_path.glob("*")) and capfd.readouterr().err == ""


def test_prose_of_the_other_language_is_left_out():
    source = (assets.notebooks() / "00_start_here.ipynb").read_text(encoding="utf-8")
    ja, en = (json.loads(in_language(source, lang)) for lang in ("ja", "en"))
    assert len(ja["cells"]) == len(en["cells"]) < len(json.loads(source)["cells"])


def test_an_unknown_notebook_is_told(small_study):
    with pytest.raises(UsageError, match="02_working_time"):
        runner.run(small_study, "FY2022Q4", only=["99"])


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """A folder of notebooks of the test's own in place of the library's."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(assets, "notebooks", lambda: folder)
    return folder


@pytest.fixture
def warmed(warm, monkeypatch):
    monkeypatch.setattr(runner._Kernels, "get", lambda _: warm)


def test_one_notebook_failing_leaves_the_others_and_the_register(small_study, tmp_path, notebooks, warmed):
    root = copy_of(small_study, tmp_path / "study")
    shutil.copy(ROOT / "notebooks" / "11_claims.ipynb", notebooks)
    (notebooks / "05_counters.ipynb").write_text(notebook('study = ""', "1 / 0"), encoding="utf-8")
    made = runner.run(root, "FY2022Q4", langs=("en",))
    assert not made.succeeded and {r.notebook: bool(r.error) for r in made.ran} == {
        "05_counters": True,
        "11_claims": False,
    }
    assert all(i.startswith("claim-") for i in made.records) and made.records
    told = json.loads((root / "runs/FY2022Q4/run.json").read_text(encoding="utf-8"))
    assert [bool(n["error"]) for n in told["notebooks"]] == [True, False]
    assert told["notebooks"][0]["parameters"] == {
        "study": "study",
        "quarter": "FY2022Q4",
        "as_of": "",
        "lang": "en",
    }
    took = [n["seconds"] for n in told["notebooks"]]
    assert all(0 < t < 600 for t in took)
    assert (root / "runs/FY2022Q4/en/05_counters.failed.ipynb").is_file()
    # what failed is tried again, what ended well is not
    again = runner.run(root, "FY2022Q4", langs=("en",))
    assert {r.notebook: r.reused for r in again.ran} == {"05_counters": False, "11_claims": True}
    kept = json.loads((root / "runs/FY2022Q4/run.json").read_text(encoding="utf-8"))["notebooks"][1]
    assert kept["seconds"] == took[1] and kept["parameters"]["study"] == "study"


OPENED = (
    'study = ""\nquarter = "FY2022Q4"\nlang = "ja"\nas_of = ""',
    "from kumastats.report import open_session\n"
    "session = open_session(study, quarter, lang, as_of, notebook='NAME')\nsession.notice()",
    "from kumastats.evidence import descriptive\nfrom kumastats.disclosure import PublishedNumber\n"
    "from kumastats.text import Text\n"
    "n = int(session.snapshot.cells('TABLE', by=(), period='all').frame['n'].sum())\n"
    "rows = PublishedNumber('rows', n, 'count', n=n, contributors=400)\n"
    "session.record(descriptive('rows-NUMBER', session.origin_of('TABLE'), item='workplace', title=Text('行', 'rows'),\n"
    "    statement=Text('{rows}。', '{rows}.'), numbers=[rows], n=n))",
)


def reads(notebooks, name, table):
    """Write a notebook that counts the rows of a table."""
    words = {"NAME": name, "TABLE": table, "NUMBER": name[:2]}
    code = list(OPENED)
    for key, word in words.items():
        code = [c.replace(key, word) for c in code]
    (notebooks / f"{name}.ipynb").write_text(notebook(*code), encoding="utf-8")


def test_one_that_finds_different_things_by_language_fails_alone(small_study, tmp_path, notebooks, warmed):
    root = copy_of(small_study, tmp_path / "study")
    for name in ("02_alike", "03_apart"):
        reads(notebooks, name, "ticket")
    path = notebooks / "03_apart.ipynb"
    changed = path.read_text(encoding="utf-8").replace(
        "contributors=400", "contributors=400 + (lang == 'ja')"
    )
    path.write_text(changed, encoding="utf-8")
    made = runner.run(root, "FY2022Q4", only=["02", "03"])
    assert {(r.notebook, bool(r.error)) for r in made.ran} == {("02_alike", False), ("03_apart", True)}
    assert made.records == ("rows-02",) and "different things" in made.text.en
    for lang in ("ja", "en"):
        kept = {p.name for p in (root / "runs/FY2022Q4" / lang).glob("*.ipynb")}
        assert kept == {"02_alike.ipynb", "03_apart.failed.ipynb"}


def test_a_correction_runs_again_only_what_read_it_and_the_rest_is_as_if_run_anew(
    small_study, tmp_path, notebooks, warmed
):
    reads(notebooks, "02_days", "person_day")
    reads(notebooks, "05_tickets", "ticket")
    root, anew = (copy_of(small_study, tmp_path / name) for name in ("one/study", "two/study"))
    first = runner.run(root, "FY2022Q4", langs=("en",))
    assert first.succeeded, first.text("en")
    assert {r.notebook: r.reads for r in first.ran} == {
        "02_days": ("person_day",),
        "05_tickets": ("ticket",),
    }
    for study in (root, anew):
        held = Warehouse.open(study / "warehouse")
        last = [d for d in held.deliveries() if d.table == "ticket"][-1]
        held.retract(last.id, reason="corrected", on=dt.date(2023, 4, 20))
    second = runner.run(root, "FY2022Q4", langs=("en",))
    assert {r.notebook: r.reused for r in second.ran} == {"02_days": True, "05_tickets": False}
    assert second.snapshot != first.snapshot
    runner.run(anew, "FY2022Q4", langs=("en",))
    assert contents(root) == contents(anew)


def contents(study):
    home = study / "runs"
    return {
        str(p.relative_to(home)): TOOK.sub(b"", p.read_bytes())
        for p in sorted(home.rglob("*"))
        if p.is_file() and p.suffix != ".log"
    }


@pytest.mark.slow
def test_a_changed_notebook_or_register_runs_again(small_study, tmp_path, notebooks, warmed):
    reads(notebooks, "02_days", "person_day")
    reads(notebooks, "05_tickets", "ticket")
    root = copy_of(small_study, tmp_path / "study")

    def run():
        return {r.notebook: r.reused for r in runner.run(root, "FY2022Q4", langs=("en",)).ran}

    assert not any(run().values()) and all(run().values())
    with (root / "study.yml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert not any(run().values())
    path = notebooks / "02_days.ipynb"
    path.write_text(
        path.read_text(encoding="utf-8").replace("contributors=400", "contributors=401"), encoding="utf-8"
    )
    assert run() == {"02_days": False, "05_tickets": True}


def test_two_operators_at_once_are_told(small_study, tmp_path, notebooks):
    reads(notebooks, "05_tickets", "ticket")
    root = copy_of(small_study, tmp_path / "study")
    (root / "runs/FY2022Q4").mkdir()
    with (
        locked(root / "runs/FY2022Q4/.lock", runner.BUSY),
        pytest.raises(WarehouseError, match="Another process is running this quarter"),
    ):
        runner.run(root, "FY2022Q4")


def test_every_quarter_held_is_known(small_study):
    held = runner.quarters_held(small_study)
    assert held[0] == "FY2018Q1" and held[-1] == "FY2022Q4" and len(held) == 20

"""Running notebooks: a fault keeps nothing, a wrong name is told, hand-run notebooks write drafts."""

import json
import shutil

import nbformat
import pytest
from road import copy_of

from kumastats.errors import NotebookError, UsageError
from kumastats.report import assets, runner
from kumastats.report.execute import execute, in_language


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


def test_prose_of_the_other_language_is_left_out():
    source = (assets.notebooks() / "00_start_here.ipynb").read_text(encoding="utf-8")
    ja, en = (json.loads(in_language(source, lang)) for lang in ("ja", "en"))
    assert len(ja["cells"]) == len(en["cells"]) < len(json.loads(source)["cells"])


def test_an_unknown_notebook_is_told(small_study):
    with pytest.raises(UsageError, match="02_working_time"):
        runner.run(small_study, "FY2022Q4", only=["99"])


def test_one_notebook_failing_leaves_the_others_and_the_register(small_study, tmp_path, monkeypatch):
    root = copy_of(small_study, tmp_path / "study")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(assets.notebooks() / "11_claims.ipynb", folder)
    (folder / "05_counters.ipynb").write_text(notebook('study = ""', "1 / 0"), encoding="utf-8")
    monkeypatch.setattr(assets, "notebooks", lambda: folder)
    monkeypatch.setattr(runner, "_execute_all", here)
    made = runner.run(root, "FY2022Q4", langs=("en",))
    assert not made.succeeded and {r.notebook: bool(r.error) for r in made.ran} == {
        "05_counters": True,
        "11_claims": False,
    }
    assert all(i.startswith("claim-") for i in made.records) and made.records
    told = json.loads((root / "runs/FY2022Q4/run.json").read_text(encoding="utf-8"))
    assert [bool(n["error"]) for n in told["notebooks"]] == [True, False]


def here(folder, quarter, as_of, home, work, waiting, jobs):
    """Run in this process, where the notebooks folder is the test's own."""
    import os

    out = []
    kept = [os.dup(1), os.dup(2)]
    for name, lang, key in waiting:
        (home / lang).mkdir(exist_ok=True)
        parameters = {"study": str(folder.root.resolve()), "quarter": quarter, "lang": lang, "as_of": as_of}
        error = runner._one(
            name, lang, str(home / lang / f"{name}.ipynb"), parameters, str(work / lang / name)
        )
        out.append(runner.Ran(name, lang, key, False, error))
    for number, saved in enumerate(kept, start=1):
        os.dup2(saved, number)
        os.close(saved)
    return out

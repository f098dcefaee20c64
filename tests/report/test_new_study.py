"""A new user's study: two exports of their own are enough for a run, and what is missing is named."""

import csv
import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from road import kumastats

from kumastats.report.runner import available

SAMPLE = Path(__file__).resolve().parents[2] / "data_sample"
QUARTER = "FY2018Q1"
OWN = ("attendance", "tickets")
LEFT_OUT = {"PCオン", "PCオフ", "所定"}  # what many attendance systems do not export
NEEDS = {
    "02_working_time": "person",
    "03_meetings": "person_week", "04_documents": "document_diary", "05_counters": "case", "06_enquiries": "enquiry",
    "07_schools": "lesson_share", "08_satisfaction": "survey_response", "09_disaster": "shelter_day", "10_costs_and_benefits": "cost",
}  # fmt: skip
ALSO = (("04_documents", "work_sample"),)


def leave_out(export: Path) -> None:
    with export.open(encoding="cp932", newline="") as file:
        rows = list(csv.reader(file))
    kept = [i for i, head in enumerate(next(r for r in rows if "職員番号" in r)) if head not in LEFT_OUT]
    with export.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([r[i] for i in kept if i < len(r)] for r in rows)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("new") / "study"
    assert kumastats("init", str(root)).returncode == 0
    for name in OWN:
        shutil.copytree(SAMPLE / "raw" / name, root / "raw" / name, dirs_exist_ok=True)
        shutil.copy(SAMPLE / "mappings" / f"{name}.yml", root / "mappings")
    for export in (root / "raw/attendance").rglob("*.csv"):
        leave_out(export)
    done = kumastats("ingest", "--study", str(root), "--received-on", "2018-07-10")
    assert done.returncode == 0, done.stderr
    done = kumastats("run", "--study", str(root), "--quarter", QUARTER)
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.mark.slow
@pytest.mark.parametrize(("notebook", "table"), sorted([*NEEDS.items(), *ALSO]))
def test_a_notebook_without_its_data_names_the_table(study: Path, notebook: str, table: str):
    for lang in ("ja", "en"):
        body = json.loads((study / "runs" / QUARTER / lang / f"{notebook}.ipynb").read_text(encoding="utf-8"))
        told = json.dumps(
            [c["outputs"] for c in body["cells"] if c["cell_type"] == "code"], ensure_ascii=False
        )
        assert re.search(rf"\b{table}\b", told, re.ASCII), (notebook, lang)


@pytest.mark.slow
def test_the_report_shows_what_can_be_shown(study: Path):
    home = study / "runs" / QUARTER
    held = {p.stem for p in (home / "evidence").glob("*.json")}
    assert {"counter-waits", "level-ordered-overtime", "level-counter-wait"} <= held
    for lang, none in (("ja", "まだ証拠がない"), ("en", "no evidence yet")):
        page = unescape((home / f"report_{lang}.html").read_text(encoding="utf-8"))
        assert none in page and "counter-waits" in page
        assert (home / f"report_{lang}.pdf").stat().st_size > 10_000


def test_the_notebooks_named_here_are_there():
    assert set(NEEDS) <= set(available())

"""Notebooks in git hold sources only: no outputs, no counts, one parameters cell, both languages."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


THIRTEEN = [
    "00_start_here", "01_data_quality", "02_working_time", "03_meetings", "04_documents", "05_counters", "06_enquiries",
    "07_schools", "08_satisfaction", "09_disaster", "10_costs_and_benefits", "11_claims", "12_case_study",
]  # fmt: skip


def test_no_notebook_is_out_of_place():
    assert NOTEBOOKS and {p.stem for p in NOTEBOOKS} <= set(THIRTEEN)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_is_clean(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert not [c for c in code if c.outputs or c.execution_count is not None]
    assert sum("parameters" in c.metadata.get("tags", []) for c in code) == 1
    tags = [set(c.metadata.get("tags", [])) for c in notebook.cells if c.cell_type == "markdown"]
    assert sum("lang-ja" in t for t in tags) == sum("lang-en" in t for t in tags) > 0
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_tells_what_would_change_our_mind(path: Path):
    heads = {
        lang: [
            c.source.splitlines()[0]
            for c in nbformat.read(path, as_version=4).cells
            if c.cell_type == "markdown" and f"lang-{lang}" in c.metadata.get("tags", [])
        ]
        for lang in ("ja", "en")
    }
    assert [h for h in heads["ja"] if h.endswith("何があれば考えが変わるか")]
    assert [h for h in heads["en"] if h.endswith("hat would change our mind")]

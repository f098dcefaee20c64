"""Notebooks in git hold sources only: no outputs, no counts, one parameters cell, both languages."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


def test_the_notebooks_are_there():
    assert [p.name[:2] for p in NOTEBOOKS] == ["00", "01", "02", "04", "05", "10", "11", "12"]


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

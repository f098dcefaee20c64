"""Every finding of a run has the same bytes on DuckDB with one, two and four threads, with little memory, and on Spark."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from required import missing

from kumastats.report import runner
from kumastats.warehouse.engine.settings import ENGINE, MEMORY, THREADS

QUARTER = "FY2022Q4"
FULL = int(os.environ.get("KUMASTATS_KILL_ROUNDS", "1")) > 1
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not FULL, reason="takes minutes: `make e2e-full`")]
SETTINGS = {
    "one thread": {THREADS: "1"},
    "four threads": {THREADS: "4"},
    "500 MB": {THREADS: "2", MEMORY: "500MB"},
    "Spark": {ENGINE: "spark", THREADS: "2", MEMORY: "1GB"},
}


def records(study: Path, home: Path) -> dict[str, bytes]:
    """Run notebooks on a copy of the study and return the records they wrote."""
    root = home / "study"
    shutil.copytree(study, root, ignore=shutil.ignore_patterns("raw", "runs", "releases"))
    made = runner.run(root, QUARTER, langs=("ja",))
    assert made.succeeded, made.text("en")
    return {p.name: p.read_bytes() for p in sorted((root / "runs" / QUARTER / "evidence").glob("*.json"))}


@pytest.fixture(scope="module")
def usual(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        for name in (ENGINE, THREADS, MEMORY):
            patch.delenv(name, raising=False)
        patch.setenv(THREADS, "2")
        return records(small_study, tmp_path_factory.mktemp("usual"))


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_every_record_has_the_same_bytes(small_study, usual, tmp_path, monkeypatch, settings):
    if settings.get(ENGINE) == "spark" and (
        importlib.util.find_spec("pyspark") is None or shutil.which("java") is None
    ):
        missing("pyspark or Java is not installed")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = records(small_study, tmp_path)
    assert len(usual) > 10
    assert found.keys() == usual.keys()
    assert [name for name in found if found[name] != usual[name]] == []

"""Shared fixtures: a small synthetic study, made once by the road a user takes."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 500 people, ingested. Treat it as read-only."""
    made = os.environ.get("KUMASTATS_TEST_STUDY")
    if made:
        return Path(made)
    from kumastats import cli

    root = tmp_path_factory.mktemp("city") / "study"
    for command in (
        ["sample", str(root), "--people", "500", "--seed", "1"],
        ["lock", "--study", str(root), "--on", "2018-04-03"],
        ["ingest", "--study", str(root), "--received-on", "2023-04-14"],
    ):
        with pytest.raises(SystemExit) as ended:
            cli.main(command)
        assert ended.value.code == 0
    return root

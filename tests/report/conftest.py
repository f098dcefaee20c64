"""A study run and published once, on a copy of the small city."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from road import APPROVE, QUARTER, copy_of, kumastats

from kumastats.report.running.kernels import Kernels, Warm


@pytest.fixture(scope="session")
def published(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study after `run` and a public `publish`."""
    root = copy_of(small_study, tmp_path_factory.mktemp("report") / "study")
    for command in (
        ["run", "--study", str(root), "--quarter", QUARTER],
        ["publish", "--study", str(root), "--quarter", QUARTER, "--profile", "public", *APPROVE],
    ):
        done = kumastats(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="session")
def release(published: Path) -> Path:
    (found,) = (p.parent for p in published.glob("releases/*/SHA256SUMS"))
    return found


@pytest.fixture(scope="session")
def warm() -> Iterator[Kernels]:
    """A warm process that forks kernels."""
    with Warm() as made:
        yield made


# What takes long to make is made on one worker. Larger groups start first, so the run is under way from the beginning.
SHARED = {"published": "road", "release": "road", "warm": "warm"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep together the tests that share a run, those that share a warm process, and those of a module."""
    if Path(__file__).parent in item.path.parents:
        asked = getattr(item, "fixturenames", ())
        group = next((g for name, g in SHARED.items() if name in asked), item.path.stem)
        item.add_marker(pytest.mark.xdist_group(group))

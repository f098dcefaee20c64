"""One synthetic city, made twice, for all tests of the sample."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from exports import PEOPLE, SEED, truth_of

from kumastats import sample


@pytest.fixture(scope="session")
def cities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same city made twice: here, and in a process with another hash seed and time zone."""
    base = tmp_path_factory.mktemp("cities")
    code = f"from kumastats import sample; sample.write({str(base / 'b')!r}, people={PEOPLE}, seed={SEED})"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo"}
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as other:
        steps: list[tuple[int, int, str]] = []
        report = sample.write(base / "a", people=PEOPLE, seed=SEED, progress=lambda *step: steps.append(step))
    assert other.returncode == 0
    assert [s[0] for s in steps] == sorted(s[0] for s in steps)
    assert steps[-1][0] == steps[-1][1]
    assert report.to_dict()["synthetic"] is True
    assert "合成" in report.text("ja")
    assert "invented" in report.text("en")
    return base / "a", base / "b"


@pytest.fixture(scope="session")
def city(cities: tuple[Path, Path]) -> Path:
    return cities[0]


@pytest.fixture(scope="session")
def truth(city: Path) -> dict:
    return truth_of(city)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of the city on one worker, so that it is made no more often than twice."""
    if Path(__file__).parent in item.path.parents and "cities" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("cities"))

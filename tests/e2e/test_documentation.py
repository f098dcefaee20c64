"""The documentation does what it says: every shell block of every page runs, and the site builds without the network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from required import missing

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted(p for p in DOCS.rglob("*.md") if BLOCK.search(p.read_text(encoding="utf-8")))
ENGLISH = [p for p in PAGES if not p.name.endswith(".ja.md")]
pytestmark = pytest.mark.e2e
# the tutorial takes longest: larger groups start earlier, so short tests are put beside it
WITH_TUTORIAL = pytest.mark.xdist_group("tutorial")
TO_RUN = [pytest.param(p, marks=[WITH_TUTORIAL] * (p.stem == "tutorial"), id=p.stem) for p in ENGLISH]


def shell(page: Path, where: Path) -> subprocess.CompletedProcess[str]:
    """Run the blocks of a page one after another in one shell."""
    blocks = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "KUMASTATS_LANG": "en"}
    environment.pop("KUMASTATS_STUDY", None)
    return subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", blocks], cwd=where, env=environment, input="y\n", capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def prepared(study: Path) -> Path:
    """Lay what the pages speak of beside the study: files received, a corrected month, a list of identities."""
    if not (study / "raw").is_dir():
        missing("the small study has no raw files")
    received = sorted((study / "raw" / "attendance").glob("kinmu_201808*.csv"))[0]
    for folder in ("RECEIVED_FOLDER", "corrected"):
        (study / folder).mkdir()
    shutil.copy(received, study / "RECEIVED.csv")
    shutil.copy(received, study / "RECEIVED_FOLDER")
    lines = received.read_bytes().decode("cp932").splitlines(keepends=True)
    (study / "corrected" / "kinmu_201808.csv").write_bytes(
        "".join([*lines[:-40], *lines[-39:]]).encode("cp932")
    )
    shutil.copy(sorted((study / "raw" / "identities").glob("*.csv"))[0], study / "LIST.csv")
    return study


@WITH_TUTORIAL
def test_there_are_pages():
    assert {p.name for p in ENGLISH} >= {
        "tutorial.md",
        "own-data.md",
        "own-initiative.md",
        "corrected-quarter.md",
        "release.md",
    }


@pytest.mark.parametrize("page", TO_RUN)
def test_every_block_runs(page: Path, request: pytest.FixtureRequest, tmp_path: Path):
    where = tmp_path
    if page.name == "release.md":  # in a study whose quarter was run: what is unchanged is not run again
        where = tmp_path / "study"
        left = shutil.ignore_patterns("raw", "releases", "notebooks", ".lab")
        shutil.copytree(request.getfixturevalue("demo"), where, ignore=left)
        (where / "releases").mkdir()
    elif page.name != "tutorial.md":
        where = tmp_path / "study"
        shutil.copytree(request.getfixturevalue("small_study"), where)
        if page.name == "own-initiative.md":
            (where / "study.lock.json").unlink()
        prepared(where)
    done = shell(page, where)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


@WITH_TUTORIAL
@pytest.mark.parametrize("page", ENGLISH, ids=lambda p: p.stem)
def test_both_languages_run_the_same(page: Path):
    def commands(path: Path) -> list[str]:
        blocks = "\n".join(BLOCK.findall(path.read_text(encoding="utf-8")))
        bare = (
            re.sub(r"\s+#.*$", "", re.sub(r'="[^"]*"', '=""', line)).strip() for line in blocks.splitlines()
        )
        return [line for line in bare if line]

    other = page.with_name(page.name.replace(".md", ".ja.md"))
    assert commands(other) == commands(page)


def test_the_site_builds_and_asks_nothing_of_the_network(tmp_path: Path):
    pytest.importorskip("material", reason="the docs extra is not installed")
    site = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", str(site)], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    for page in ("index.html", "ja/index.html", "tutorial.html", "ja/tutorial.html", "data-dictionary.html"):
        text = (site / page).read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]+\.(?:js|css|woff2?|png|svg)"', text), page

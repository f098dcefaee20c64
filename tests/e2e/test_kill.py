"""Commands killed at random moments, a full disk and a read-only folder: nothing torn, nothing lost, the same results."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from crash import COMMANDS, Victim, contents, finish, killed, make, start
from required import missing

ROUNDS = int(os.environ.get("KUMASTATS_KILL_ROUNDS", "1"))  # of ten kills; ten in `make e2e-full`

FULL = ROUNDS > 1

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("kill")]


@pytest.fixture(scope="module")
def study(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (small_study / "raw").is_dir():
        missing("the small study has no raw files: make it anew")
    return make(tmp_path_factory.mktemp("kill"), small_study)


@pytest.fixture(scope="module")
def undisturbed(study: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    root = tmp_path_factory.mktemp("undisturbed") / "study"
    shutil.copytree(study, root)
    return root, {name: finish(root, name) for name in COMMANDS}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_ten_kills_change_no_later_result(study, undisturbed, tmp_path, seed):
    root = tmp_path / "study"
    shutil.copytree(study, root)
    wanted, seconds = undisturbed
    killed(root, seconds, seed)
    assert contents(root) == contents(wanted)


@pytest.mark.parametrize("name", [*COMMANDS] if FULL else ["ingest"])
def test_a_full_disk_says_so_and_loses_nothing(study, undisturbed, tmp_path, name):
    root = tmp_path / "study"
    shutil.copytree(study, root)
    for before in [*COMMANDS][: [*COMMANDS].index(name)]:
        finish(root, before)
    victim = Victim(root)
    victim.check()
    before = contents(root / "warehouse")
    process = start(root, name, file_limit=20_000)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1, out + err
    assert "disk is full" in err and "Make room" in err and "Traceback" not in err
    victim.check()
    assert contents(root / "warehouse") == before
    finish(root, name)


@pytest.mark.parametrize("name", [*COMMANDS] if FULL else ["ingest"])
def test_a_read_only_folder_says_so_and_loses_nothing(undisturbed, tmp_path, name):
    root = tmp_path / "study"
    shutil.copytree(undisturbed[0], root)
    closed = {"ingest": "warehouse", "run": "runs", "publish": "releases"}[name]
    if name == "ingest":
        shutil.rmtree(root / "warehouse")
        (root / "warehouse").mkdir()
    before = contents(root)
    folder = root / closed
    mounted = subprocess.run(["mount", "--bind", "-o", "ro", str(folder), str(folder)], capture_output=True)
    if mounted.returncode:
        missing("a read-only mount is not permitted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        process = start(root, name)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 1, out + err
        assert "cannot be written to" in err and "Check the permissions" in err and "Traceback" not in err
        assert contents(root) == before
    finally:
        subprocess.run(["umount", str(folder)], check=True)

"""The command line in a process of its own, and a copy of a study to use it on."""

import shutil
import subprocess
import sys
from pathlib import Path

QUARTER = "FY2022Q4"
APPROVE = ["--approve", "city=総務局長", "--approve", "partner=責任者"]


def kumastats(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kumastats.cli", "--lang", "en", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def copy_of(study: Path, target: Path) -> Path:
    shutil.copytree(study, target, ignore=shutil.ignore_patterns("raw", "runs", "releases"))
    (target / "runs").mkdir()
    (target / "releases").mkdir()
    return target

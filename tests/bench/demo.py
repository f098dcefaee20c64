"""The demo study: the road of `make case-study` step by step, and every notebook alone under plain papermill."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from row import Row

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PEOPLE, SEED, QUARTER = "1250", "1", "FY2022Q4"
LOCKED, RECEIVED = "2018-04-03", "2023-04-14"
FEW = 4  # of the slowest notebooks are named


def command(*words: str) -> float:
    """Run a command of kumastats; return its seconds."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "kumastats.cli", *words],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - begun


def road(root: Path, *, publish: bool) -> dict[str, float]:
    """Take the steps of `make case-study`; return the seconds of each."""
    at = ("--study", str(root))
    steps = {
        "sample": command("sample", str(root), "--people", PEOPLE, "--seed", SEED),
        "lock": command("lock", *at, "--on", LOCKED),
        "ingest": command("ingest", *at, "--received-on", RECEIVED),
    }
    if publish:
        steps["run"] = command("run", *at, "--quarter", QUARTER)
        steps["publish"] = command("publish", *at, "--quarter", QUARTER)
    return steps


def case_study():
    """Make the case study of the demo from nothing, the environment being there."""
    root = Path(tempfile.mkdtemp(prefix="kumastats-bench-")) / "study"

    def timed() -> str:
        shutil.rmtree(root, ignore_errors=True)
        steps = road(root, publish=True)
        shutil.rmtree(root)
        return ", ".join(f"{name} {seconds:.0f} s" for name, seconds in steps.items()) + "."

    return timed


def alone():
    """Run every notebook on the demo, one after the other, each in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="kumastats-bench-"))
    root = folder / "study"
    road(root, publish=False)

    def timed() -> str:
        took = {}
        for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
            words = [
                sys.executable,
                "-m",
                "papermill",
                str(path),
                str(folder / path.name),
                "--no-progress-bar",
            ]
            begun = time.monotonic()
            subprocess.run(
                [*words, "-p", "study", str(root), "-p", "quarter", QUARTER], check=True,
                env={**os.environ, "KUMASTATS_EVIDENCE": str(folder / "evidence")}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            took[path.stem] = time.monotonic() - begun
        slowest = sorted(took.items(), key=lambda t: -t[1])[:FEW]
        return "Slowest: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slowest) + "."

    return timed


ROWS = (
    Row(
        "demo-case-study", "`make case-study` with its environment in place: 1,250 people, five years, PDF and HTML in both languages",
        case_study, goal="under 240 s", repeats=1, note="Memory is that of the largest process.",
    ),
    Row(
        "demo-notebooks", "all thirteen notebooks on the demo by plain papermill, one after the other", alone,
        goal="each under 20 s", repeats=1, note="Papermill and a kernel are started for each.",
    ),
)  # fmt: skip

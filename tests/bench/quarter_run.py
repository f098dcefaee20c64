"""A quarter's run beside plain papermill over the same notebooks with the same two workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from row import Row

ROOT = Path(__file__).resolve().parents[2]
STUDY = Path(os.environ.get("KUMASTATS_TEST_STUDY", ROOT / "build" / "test-study"))
NOTEBOOKS = ROOT / "notebooks"
QUARTER = "FY2022Q4"
WORKERS = 2
NOTHING = """{"cells": [], "metadata": {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python",
"name": "python3"}, "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}"""


def study() -> Path:
    """Return a copy of the small city without runs."""
    made = Path(tempfile.mkdtemp(prefix="kumastats-bench-")) / "study"
    shutil.copytree(STUDY, made, ignore=shutil.ignore_patterns("raw", "runs", "releases"))
    return made


def run(root: Path, *more: str) -> None:
    words = [
        sys.executable,
        "-m",
        "kumastats.cli",
        "run",
        "--study",
        str(root),
        "--quarter",
        QUARTER,
        "--jobs",
        str(WORKERS),
    ]
    subprocess.run([*words, *more], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ours():
    root = study()
    return lambda: run(root, "--force")


def unchanged():
    root = study()
    run(root)
    return lambda: run(root)


def papermill(notebooks: list[Path], root: Path, out: Path) -> None:
    """Run every notebook in both languages by papermill's own command, two at once."""

    def one(task: tuple[Path, str]) -> None:
        path, lang = task
        words = [
            sys.executable,
            "-m",
            "papermill",
            str(path),
            str(out / f"{path.stem}.{lang}.ipynb"),
            "--no-progress-bar",
        ]
        given = {"study": str(root), "quarter": QUARTER, "lang": lang} if path.parent == NOTEBOOKS else {}
        for name, value in given.items():
            words += ["-p", name, value]
        environment = {**os.environ, "KUMASTATS_EVIDENCE": str(out / "evidence")}
        subprocess.run(
            words, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, [(n, lang) for n in notebooks for lang in ("ja", "en")]))


def theirs():
    root = study()
    return lambda: papermill(sorted(NOTEBOOKS.glob("[0-9]*.ipynb")), root, root.parent)


def empty(folder: Path) -> list[Path]:
    """Write as many notebooks without a cell as there are notebooks."""
    made = []
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        copy = folder / path.name
        copy.write_text(NOTHING, encoding="utf-8")
        made.append(copy)
    return made


def their_start():
    folder = Path(tempfile.mkdtemp(prefix="kumastats-bench-"))
    notebooks = empty(folder)
    return lambda: papermill(notebooks, folder, folder)


def our_start():
    """The same start-up by the run's own workers: the warm process, and a fork for each notebook."""
    from kumastats.report.execute import execute
    from kumastats.report.running.kernels import Warm

    folder = Path(tempfile.mkdtemp(prefix="kumastats-bench-"))
    notebooks = empty(folder)

    def start() -> None:
        with Warm() as warm, ThreadPoolExecutor(WORKERS) as pool:

            def one(task: tuple[Path, str]) -> None:
                path, lang = task
                out = folder / f"{path.stem}.{lang}.ipynb"
                execute(
                    NOTHING,
                    out,
                    {},
                    name=path.stem,
                    evidence=folder,
                    kernels=warm,
                    log=folder / f"{out.stem}.log",
                )

            list(pool.map(one, [(n, lang) for n in notebooks for lang in ("ja", "en")]))

    return start


ROWS = (
    Row(
        "quarter-run", "every notebook of a quarter in both languages, two workers, 500 people", ours, peer=theirs,
        peer_name="papermill", goal="at most 0.7 of plain papermill", repeats=2,
        note="The peer starts papermill and a kernel for each notebook. The same studies, parameters and workers.",
    ),
    Row(
        "quarter-start", "of that, starting the kernels: as many notebooks without a cell, two workers", our_start,
        peer=their_start, peer_name="papermill", goal="shown apart", repeats=2,
        note="Ours includes importing what notebooks use, once; the peer's notebooks import it in their cells, which is not in this row.",
    ),
    Row(
        "quarter-again", "the same run with nothing changed", unchanged, goal="under 5 s", repeats=3,
    ),
)  # fmt: skip

"""What notebooks found, into the register: all of a notebook or nothing, the same in both languages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kumastats.errors import NotebookError
from kumastats.evidence import Register
from kumastats.report.running.manifest import Ran
from kumastats.text import Text


def sweep(home: Path) -> None:
    """Remove what a killed run left half done. Call it under the lock."""
    for left in (*home.glob(".work.*"), *home.glob("*/.*.ipynb.*")):
        shutil.rmtree(left, ignore_errors=True)
    for left in (
        *home.glob(".*.tmp"),
        *home.glob("evidence/.*.tmp"),
        *home.glob("*/.*.tmp"),
        *home.glob("*/.*.ipynb"),
    ):
        left.unlink()


def merge(target: Path, work: Path, ran: Sequence[Ran]) -> None:
    """Move what one notebook found into the register at `target`; one that failed in any language changes nothing.

    Raises
    ------
    NotebookError
        If it found different things in its languages.
    """
    if any(r.error for r in ran):
        return
    name = ran[0].notebook
    found = [{p.name: p.read_bytes() for p in sorted((work / r.lang / name).glob("*.json"))} for r in ran]
    if any(f != found[0] for f in found[1:]):
        raise NotebookError(
            Text(
                f"{name} の証拠が日本語版と英語版で違います。",
                f"{name} found different things in Japanese and in English.",
            ),
            remedy=Text(
                "言語によって計算を変えていないか、実行中にライブラリを書き換えていないか確かめてください。",
                "Check that nothing computed depends on the language, and that the library was not edited during the run.",
            ),
        )
    target.mkdir(parents=True, exist_ok=True)
    for record in Register(target).load_all():
        if record.notebook == name and f"{record.id}.json" not in found[0]:
            (target / f"{record.id}.json").unlink()
    for file, data in found[0].items():
        _put(target / file, data)


def moved(home: Path, ran: Ran, snapshot: str) -> Ran:
    """Let an unchanged notebook hold on a newer snapshot: what it read is the same there, only the snapshot's name differs.

    Its executed copy and its records are those that a run on the newer snapshot would have made.
    """
    if ran.snapshot != snapshot:
        path = home / ran.lang / f"{ran.notebook}.ipynb"
        _put(path, path.read_bytes().replace(ran.snapshot.encode(), snapshot.encode()))
        register = Register(home / "evidence")
        for record in register.load_all():
            if record.notebook == ran.notebook and record.snapshot != snapshot:
                register.write(replace(record, snapshot=snapshot))
    return replace(ran, reused=True, snapshot=snapshot)


def failed(home: Path, ran: Ran, error: str) -> Ran:
    """Let a notebook that ran to its end stand as a failed one: its copy is kept for reading under that name."""
    path = home / ran.lang / f"{ran.notebook}.ipynb"
    if path.is_file():
        path.replace(path.with_name(f"{ran.notebook}.failed.ipynb"))
    return replace(ran, error=error)


def _put(path: Path, data: bytes) -> None:
    staging = path.with_name(f".{path.name}.tmp" if path.suffix == ".json" else f".{path.name}")
    staging.write_bytes(data)
    os.replace(staging, path)  # noqa: PTH105 - the atomic step

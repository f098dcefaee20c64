"""The whole road of a full-size city: 12,500 people, five years, about 1.8 GB of raw exports. Hours on a busy machine.

``python tests/bench --only full-city`` measures it; `make bench` leaves it out. The city lies in ``build/bench/full-city``
or where ``$KUMASTATS_FULL_CITY`` says; what is there already (raw exports, deliveries) is not made again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import city
from row import Row

STUDY = Path(os.environ.get("KUMASTATS_FULL_CITY", city.BENCH / "full-city"))
PEOPLE, SEED = 12_500, 1
LOCKED, RECEIVED, CORRECTED = "2018-04-03", "2023-04-14", "2023-05-20"
QUARTER = "FY2022Q4"
FEW = 5  # of the slowest notebooks are named


def command(*words: str) -> None:
    """Run a command of kumastats on the city."""
    given = [sys.executable, "-m", "kumastats.cli", words[0], "--study", str(STUDY), *words[1:]]
    subprocess.run(given, check=True, stdout=subprocess.DEVNULL)


def made() -> None:
    """Generate and lock the city, unless it is there."""
    if not (STUDY / "study.yml").is_file():
        words = ["sample", str(STUDY), "--people", str(PEOPLE), "--seed", str(SEED)]
        subprocess.run([sys.executable, "-m", "kumastats.cli", *words], check=True, stdout=subprocess.DEVNULL)
    if not (STUDY / "study.lock.json").is_file():
        command("lock", "--on", LOCKED)


def held() -> None:
    """Ingest the city, unless it is held."""
    made()
    if not (STUDY / "warehouse" / "manifest.json").is_file():
        command("ingest", "--received-on", RECEIVED)


def reported() -> None:
    """Run the quarter, so that there is something left unchanged."""
    held()
    command("run", "--quarter", QUARTER)


def ingest():
    """Take in every raw export, into an empty warehouse."""
    shutil.rmtree(STUDY / "warehouse", ignore_errors=True)

    def timed() -> str:
        command("ingest", "--received-on", RECEIVED)
        from kumastats.warehouse import Warehouse

        deliveries = Warehouse.open(STUDY / "warehouse").deliveries()
        return f"{sum(d.rows for d in deliveries):,} rows in {len(deliveries)} deliveries."

    return timed


def run():
    """Run every notebook of a quarter in both languages."""

    def timed() -> str:
        command("run", "--quarter", QUARTER, "--force")
        return f"Slowest notebooks, start-up included: {slowest(QUARTER)}."

    return timed


def slowest(quarter: str) -> str:
    """Return the slowest notebooks of a run in words."""
    from kumastats.report.running.order import TIMES

    told = json.loads((STUDY / "runs" / quarter / TIMES).read_text(encoding="utf-8"))
    most = sorted(told, key=lambda t: -t[2])[:FEW]
    return ", ".join(f"{name} ({lang}) {seconds:.0f} s" for name, lang, seconds in most)


def every_quarter():
    """Run all twenty quarters; those that are up to date are not run again."""
    return lambda: command("run", "--all")


def again():
    """Run with nothing changed."""
    return lambda: command("run", "--quarter", QUARTER)


def correction():
    """Receive a counter's log of the last quarter once more, short of its last rows, then run."""
    log = sorted((STUDY / "raw" / "tickets").glob(f"*_{QUARTER}.csv"))[-1]
    corrected = STUDY / "corrected" / log.name
    corrected.parent.mkdir(exist_ok=True)
    gone = 1 + (len(list(csv_lines(log))) - len(list(csv_lines(corrected))) if corrected.is_file() else 0)
    corrected.write_bytes(b"".join(csv_lines(log)[:-gone]))
    command("ingest", str(corrected), "--source", "tickets", "--received-on", CORRECTED)
    before = keys()

    def timed() -> str:
        command("run", "--quarter", QUARTER)
        after = keys()
        again = sorted({name for (name, _), key in after.items() if before.get((name, _)) != key})
        return f"A counter's log came again; {len(again)} of {len({n for n, _ in after})} notebooks ran: {', '.join(again)}."

    return timed


def csv_lines(path: Path) -> list[bytes]:
    """Return the lines of a file."""
    return path.read_bytes().splitlines(keepends=True)


def keys() -> dict[tuple[str, str], str]:
    """Return what every notebook of the quarter was last run on."""
    told = json.loads((STUDY / "runs" / QUARTER / "run.json").read_text(encoding="utf-8"))
    return {(n["notebook"], n["lang"]): n["key"] for n in told["notebooks"]}


def publish():
    """Build the case study."""
    return lambda: command("publish", "--quarter", QUARTER)


NOTE = "Memory is that of the largest process."
ROWS = (
    Row(
        "full-city-a-ingest", "full-size city: 1,310 raw files of 12,500 people and five years taken in and checked", ingest,
        prepare=made, repeats=1, long=True, note=NOTE,
    ),
    Row(
        "full-city-b-quarter", "full-size city: every notebook of a quarter in both languages, two workers, and its report", run,
        prepare=held, repeats=1, long=True, note=NOTE, goal="a notebook's models at most 60 s and 4 GB",
    ),
    Row(
        "full-city-c-again", "full-size city: the same run with nothing changed", again, prepare=reported, repeats=3, long=True,
        note=NOTE, goal="under 5 s",
    ),
    Row(
        "full-city-d-correction", "full-size city: the same run after one late correction", correction, prepare=reported,
        repeats=1, long=True, note=NOTE, goal="only what depends on it",
    ),
    Row(
        "full-city-e-publish", "full-size city: the case study as PDF and HTML in both languages", publish, prepare=reported,
        repeats=1, long=True, note=NOTE,
    ),
    Row(
        "full-city-f-all", "full-size city: every notebook of all twenty quarters that is not up to date", every_quarter,
        prepare=reported, repeats=1, long=True, note=NOTE,
    ),
)  # fmt: skip

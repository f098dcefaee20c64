"""How fast this machine sums person-days, and what a larger population would take: ``python -m kumastats.warehouse.rate``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kumastats.warehouse.engine import ENGINES, EngineSettings
from kumastats.warehouse.snapshot import Snapshot
from kumastats.warehouse.store import Warehouse

DAYS_A_YEAR = 365.25
REPEATS = 3


@dataclass(frozen=True)
class Rate:
    """A measured rate.

    Attributes
    ----------
    rows
        Rows summed.
    seconds, core_seconds
        Wall time, and CPU time of all threads and of the engine's own process: the smallest of three, the engine's start
        left out. CPU time hardly depends on what else the machine does.
    """

    rows: int
    seconds: float
    core_seconds: float

    @property
    def rows_per_core_second(self) -> float:
        """Rows a core sums in a second."""
        return self.rows / self.core_seconds

    def core_hours(self, people: int, years: float) -> float:
        """Return what person-days of a population would take if time grew with rows.

        Examples
        --------
        >>> round(Rate(rows=22_825_000, seconds=21, core_seconds=42).core_hours(2_800_000, 5), 1)
        2.6
        """
        return people * years * DAYS_A_YEAR / self.rows_per_core_second / 3600

    def text(self, people: int, years: float) -> str:
        """Return the rate and what follows for a population, in a sentence."""
        return (
            f"{self.rows:,} rows in {self.seconds:.3g} s ({self.core_seconds:.3g} core-seconds), "
            f"{self.rows_per_core_second:,.0f} rows a core-second; extrapolated to {people:,} people and {years:g} years "
            f"({people * years * DAYS_A_YEAR:,.0f} rows): {self.core_hours(people, years):.2g} core-hours."
        )


def measure_rate(snapshot: Snapshot) -> Rate:
    """Return the rate of the summary of a snapshot's person-days by person and month."""
    rows = int(snapshot.cells("person_day", value=None, by=(), period="all").frame["n"].sum())
    walls, cores = [], []
    for _ in range(REPEATS):
        wall, core = time.perf_counter(), _spent()
        snapshot.cells("person_day", value="worked_min", grain="person_month")
        walls.append(time.perf_counter() - wall)
        cores.append(_spent() - core)
    return Rate(rows, min(walls), min(cores))


def _spent() -> float:
    """Return CPU seconds of this process and of those it started, such as Spark's."""
    import psutil  # type: ignore[import-untyped]  # comes with ipykernel

    told = [p.cpu_times() for p in psutil.Process().children(recursive=True)]
    return time.process_time() + float(sum(t.user + t.system for t in told))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the rate and the extrapolation."""
    parser = argparse.ArgumentParser(prog="python -m kumastats.warehouse.rate", description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="duckdb")
    parser.add_argument("--people", type=int, default=2_800_000)
    parser.add_argument("--years", type=float, default=5)
    asked = parser.parse_args(arguments)
    settings = replace(EngineSettings.from_environment(), name=asked.engine)
    made = measure_rate(Warehouse.open(asked.study / "warehouse", settings).snapshot())
    sys.stdout.write(f"{asked.engine}: {made.text(asked.people, asked.years)}\n")


if __name__ == "__main__":
    main()

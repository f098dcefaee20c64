"""Which notebook is next: the longest first, and its second language once the first has found what both share."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kumastats.text import Lang

TIMES = Path("logs") / "seconds.log"  # told apart from results: times differ from run to run


@dataclass(frozen=True)
class Task:
    """A notebook to be run in a language.

    Attributes
    ----------
    cells
        How many cells of code it has.
    seconds
        How long it took before; None when it never ran.
    """

    notebook: str
    lang: Lang
    cells: int
    seconds: float | None = None


class Queue:
    """Tasks waiting; several workers may take from it."""

    def __init__(self, tasks: Iterable[Task]):
        self._waiting = sorted(tasks, key=lambda t: (-expected(t, None), t.notebook, t.lang))
        self._running: set[Task] = set()
        self._begun: set[str] = set()
        self._lock = threading.Lock()

    def take(self) -> Task | None:
        """Return the next task, or None when nothing is left.

        First come second languages of notebooks that have ended, then notebooks nobody has begun, then the rest.
        """
        with self._lock:
            if not self._waiting:
                return None
            now = {t.notebook for t in self._running}
            found = min(self._waiting, key=lambda t: self._rank(t, now))
            self._waiting.remove(found)
            self._running.add(found)
            self._begun.add(found.notebook)
            return found

    def _rank(self, task: Task, now: set[str]) -> int:
        if task.notebook in now:
            return 2
        return 0 if task.notebook in self._begun else 1

    def ended(self, task: Task) -> None:
        """Tell that a task has ended."""
        with self._lock:
            self._running.discard(task)

    def stop(self) -> None:
        """Let nothing more begin."""
        with self._lock:
            self._waiting.clear()


def expected(task: Task, pace: float | None) -> float:
    """Return the seconds a task is expected to take: as before, else by its cells.

    Parameters
    ----------
    pace
        Seconds a cell; one half where nothing is known.
    """
    return task.seconds if task.seconds is not None else task.cells * (0.5 if pace is None else pace)


def load_times(homes: Iterable[Path]) -> dict[tuple[str, str], float]:
    """Return seconds by notebook and language from the first of these quarters that has them."""
    for home in homes:
        path = home / TIMES
        if path.is_file():
            try:
                return {(n, lang): float(s) for n, lang, s in json.loads(path.read_text(encoding="utf-8"))}
            except (ValueError, TypeError):
                continue
    return {}


def save_times(home: Path, times: Mapping[tuple[str, str], float]) -> None:
    """Keep the seconds for the next run's order and its time left."""
    path = home / TIMES
    path.parent.mkdir(exist_ok=True)
    told = [[n, lang, round(s, 2)] for (n, lang), s in sorted(times.items())]
    path.write_text(json.dumps(told) + "\n", encoding="utf-8")

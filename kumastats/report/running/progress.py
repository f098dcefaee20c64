"""How far a run is: which notebooks, which cell of how many, and about how long it will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kumastats.report.running.order import Task, expected
from kumastats.text import Lang

Clock = Callable[[], float]


@dataclass(frozen=True)
class Step:
    """A moment of a run.

    Attributes
    ----------
    done, total
        Notebooks in both languages, those left unchanged included.
    running
        Notebook, language, cell now executed (from 1) and number of cells, of each one running.
    left
        Seconds expected until the end; None while nothing can be said.
    ended, seconds, failed
        The notebook that has just ended and its language, how long it took, and whether it failed; None in between.
    restarted
        The notebook and language whose kernel has not answered and is started once more; None otherwise.
    """

    quarter: str
    done: int
    total: int
    running: tuple[tuple[str, Lang, int, int], ...]
    left: float | None
    ended: tuple[str, Lang] | None = None
    seconds: float | None = None
    failed: bool = False
    restarted: tuple[str, Lang] | None = None


Watcher = Callable[[Step], None]


class Progress:
    """Counts what ends and tells a watcher; workers may call it from threads."""

    def __init__(
        self, quarter: str, total: int, watcher: Watcher | None, workers: int, clock: Clock = time.monotonic
    ) -> None:
        self._quarter = quarter
        self._watcher = watcher
        self._workers = workers
        self._clock = clock
        self._lock = threading.Lock()
        self._running: dict[Task, tuple[float, int]] = {}
        self._waiting: list[Task] = []
        self._done = 0
        self._total = total
        self._took: list[tuple[Task, float]] = []

    def unchanged(self, number: int) -> None:
        """Count notebooks that need no run."""
        with self._lock:
            self._done += number
            self._tell()

    def waiting(self, tasks: Iterable[Task]) -> None:
        """Add to what the time left is told of."""
        with self._lock:
            self._waiting += tasks

    def cell(self, task: Task, number: int) -> None:
        """Tell that a cell of a task is being executed; 0 before the first."""
        with self._lock:
            began, _ = self._running.get(task, (self._clock(), 0))
            self._running[task] = (began, number)
            self._waiting = [t for t in self._waiting if t != task]
            self._tell()

    def restarted(self, task: Task) -> None:
        """Tell that a task's kernel has not answered and is started once more."""
        with self._lock:
            self._tell(restarted=(task.notebook, task.lang))

    def ended(self, task: Task, seconds: float, *, failed: bool) -> None:
        """Tell that a task has ended."""
        with self._lock:
            self._running.pop(task, None)
            self._done += 1
            self._took.append((task, seconds))
            self._tell((task.notebook, task.lang), seconds, failed)

    def _tell(
        self,
        ended: tuple[str, Lang] | None = None,
        seconds: float | None = None,
        failed: bool = False,
        restarted: tuple[str, Lang] | None = None,
    ) -> None:
        if self._watcher is not None:
            running = tuple(
                (t.notebook, t.lang, at, t.cells)
                for t, (_, at) in sorted(self._running.items(), key=lambda x: x[1][0])
            )
            self._watcher(
                Step(
                    self._quarter,
                    self._done,
                    self._total,
                    running,
                    self._left(),
                    ended,
                    seconds,
                    failed,
                    restarted,
                )
            )

    def _left(self) -> float | None:
        """Return the seconds left: what tasks took before, scaled by how this run compares, over the workers."""
        known = [t for t in (*self._waiting, *self._running) if t.seconds is not None]
        if not self._took and not known:
            return None
        pace = (
            sum(s for _, s in self._took) / max(1, sum(t.cells for t, _ in self._took))
            if self._took
            else None
        )
        asked = sum(expected(t, pace) for t, _ in self._took)
        scale = sum(s for _, s in self._took) / asked if asked else 1.0
        now = self._clock()
        left = sum(expected(t, pace) * scale for t in self._waiting)
        left += sum(
            max(0.0, expected(t, pace) * scale - (now - began)) for t, (began, _) in self._running.items()
        )
        return left / max(1, self._workers)

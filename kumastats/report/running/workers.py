"""Workers that take notebooks from a queue and run them, each on a kernel of its own."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumastats.errors import KumastatsError
from kumastats.report import assets
from kumastats.report.execute import execute, in_language
from kumastats.report.running.order import Queue, Task
from kumastats.report.running.progress import Progress
from kumastats.warehouse import reading, sharing

if TYPE_CHECKING:
    from kumastats.report.running.kernels import Kernels


@dataclass(frozen=True)
class Outcome:
    """A task that has ended.

    Attributes
    ----------
    error
        What stopped it, in its own language; None when it ran to its end.
    fault
        What stopped the program rather than the notebook, to be raised again.
    """

    task: Task
    seconds: float
    reads: tuple[str, ...]
    error: str | None = None
    fault: BaseException | None = None


@dataclass(frozen=True)
class Bench:
    """Where notebooks are run.

    Attributes
    ----------
    home
        ``runs/<quarter>``: executed copies and logs go here.
    work
        A folder of this run alone, for findings until they are merged.
    shared
        A folder for results shared within this command.
    parameters
        Of every notebook but its language.
    """

    home: Path
    work: Path
    shared: Path
    parameters: Mapping[str, Any]

    def found(self, task: Task) -> Path:
        """Return the folder of what a task finds."""
        return self.work / task.lang / task.notebook

    def output(self, task: Task) -> Path:
        """Return where its executed copy goes."""
        return self.home / task.lang / f"{task.notebook}.ipynb"

    def reads(self, task: Task) -> Path:
        """Return the file its kernel tells its reads to."""
        return self.work / task.lang / f"{task.notebook}.reads"

    def prepare(self, task: Task) -> None:
        """Make the folders of a task."""
        for folder in (self.found(task), self.output(task).parent, self.home / "logs"):
            folder.mkdir(parents=True, exist_ok=True)


def source_of(name: str) -> str:
    """Return a notebook as text."""
    return (assets.notebooks() / f"{name}.ipynb").read_text(encoding="utf-8")


def cells_of(name: str) -> int:
    """Return how many cells of code a notebook has, the one of the parameters given to it included."""
    cells: list[dict[str, Any]] = json.loads(source_of(name))["cells"]
    filled = [c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).strip()]
    return 1 + len(filled)


def run_one(task: Task, bench: Bench, kernels: Kernels, progress: Progress) -> Outcome:
    """Run a task; an error comes back as text, so that the others go on."""
    began = time.monotonic()
    error: str | None = None
    progress.cell(task, 0)
    try:
        bench.prepare(task)
        execute(
            in_language(source_of(task.notebook), task.lang), bench.output(task), {**bench.parameters, "lang": task.lang},
            name=task.notebook, evidence=bench.found(task), kernels=kernels,
            environment={reading.VARIABLE: str(bench.reads(task)), sharing.VARIABLE: str(bench.shared)},
            log=bench.home / "logs" / f"{task.notebook}.{task.lang}.log", on_cell=lambda n: progress.cell(task, n),
            on_restart=lambda: progress.restarted(task),
        )  # fmt: skip
    except KumastatsError as stopped:
        error = stopped.text(task.lang)
    seconds = time.monotonic() - began
    progress.ended(task, seconds, failed=error is not None)
    return Outcome(task, seconds, reading.told(bench.reads(task)), error)


def run_all(
    tasks: Sequence[Task], bench: Bench, kernels: Kernels, jobs: int, progress: Progress
) -> Iterator[Outcome]:
    """Run tasks on some workers and yield each as it ends. Closing the iterator early ends their kernels."""
    waiting = Queue(tasks)
    ended: queue.SimpleQueue[Outcome] = queue.SimpleQueue()

    def work() -> None:
        while (task := waiting.take()) is not None:
            try:
                outcome = run_one(task, bench, kernels, progress)
            except BaseException as fault:  # a worker must answer, or the run would wait for ever
                outcome = Outcome(task, 0.0, (), fault=fault)
            waiting.ended(task)
            ended.put(outcome)

    workers = [threading.Thread(target=work, daemon=True) for _ in range(min(jobs, len(tasks)))]
    for worker in workers:
        worker.start()
    whole = False
    try:
        for _ in tasks:
            outcome = ended.get()
            if outcome.fault is not None:
                raise outcome.fault
            yield outcome
        whole = True
    finally:
        waiting.stop()
        if not whole:
            kernels.close()
        for worker in workers:
            worker.join(5)

"""``kumastats run``: the notebooks of a quarter, unchanged ones not again, each all or nothing into the register."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kumastats.calendar import Quarter
from kumastats.errors import NotebookError, UsageError
from kumastats.evidence import Register
from kumastats.report import assets
from kumastats.report.evidence_seal import touched
from kumastats.report.quarterly.fresh import is_fresh
from kumastats.report.running import manifest, merge, order
from kumastats.report.running.keys import Inputs
from kumastats.report.running.manifest import Ran, RunManifest
from kumastats.report.running.order import Task
from kumastats.report.running.progress import Progress, Watcher
from kumastats.report.running.workers import Bench, cells_of, run_all, source_of
from kumastats.study import Study, StudyFolder
from kumastats.text import LANGS, Lang, Text
from kumastats.warehouse import Snapshot, Warehouse, sharing
from kumastats.warehouse.disk import locked

if TYPE_CHECKING:
    from kumastats.report.running.kernels import Kernels

BUSY = Text("別の処理がこの四半期を実行中です。", "Another process is running this quarter.")
READS_EVIDENCE = ("12_case_study",)  # runs after the others, on what they found


def run(
    study: Path,
    quarter: str,
    *,
    only: Sequence[str] | None = None,
    as_of: str = "",
    force: bool = False,
    jobs: int = 2,
    langs: Sequence[Lang] = LANGS,
    progress: Watcher | None = None,
) -> RunManifest:
    """Run the notebooks of a quarter in both languages.

    Executed copies go to ``runs/<quarter>/<lang>/``, findings to ``runs/<quarter>/evidence/``. A notebook whose code,
    parameters, register, library and data it read are unchanged is not run again.

    Parameters
    ----------
    only
        Numbers (``05``) or names of notebooks; all by default.
    jobs
        Notebooks at once.
    progress
        Told how far it is.

    Raises
    ------
    UsageError
        If a notebook named is unknown.
    WarehouseError
        If nothing is held, or another process runs this quarter.
    """
    (made,) = run_quarters(
        study, [quarter], only=only, as_of=as_of, force=force, jobs=jobs, langs=langs, progress=progress
    )
    return made


def run_quarters(
    study: Path,
    quarters: Sequence[str],
    *,
    only: Sequence[str] | None = None,
    as_of: str = "",
    force: bool = False,
    jobs: int = 2,
    langs: Sequence[Lang] = LANGS,
    progress: Watcher | None = None,
) -> Iterator[RunManifest]:
    """Run several quarters one after another, on the same warm process, and yield each. See `run`."""
    folder = StudyFolder(Path(study))
    settings = Study.load(folder.root).engine_settings
    names = _chosen(only)
    snapshot = Warehouse.open(folder.warehouse, settings).snapshot(
        dt.date.fromisoformat(as_of) if as_of else None
    )
    with _Kernels() as kernels, _shared(folder.runs) as shared:
        for quarter in quarters:
            home = folder.runs / quarter
            home.mkdir(parents=True, exist_ok=True)
            with locked(home / ".lock", BUSY):
                merge.sweep(home)
                made = _Run(
                    folder,
                    quarter,
                    snapshot,
                    tuple(names),
                    tuple(langs),
                    as_of,
                    force,
                    jobs,
                    kernels,
                    shared,
                    progress,
                ).go()
            yield made


@contextlib.contextmanager
def _shared(runs: Path) -> Iterator[Path]:
    """Make a folder for results shared within this command; sweep those of commands that were killed."""
    runs.mkdir(parents=True, exist_ok=True)
    for left in runs.glob(".shared.*"):
        if not _alive(left.suffix[1:]):
            shutil.rmtree(left, ignore_errors=True)
    made = runs / f".shared.{os.getpid()}"
    made.mkdir(mode=0o700, exist_ok=True)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def quarters_held(study: Path) -> tuple[str, ...]:
    """Return the quarters of the study's term that data are held of."""
    folder = StudyFolder(Path(study))
    term = Study.load(folder.root).term
    held = _days_held(folder)
    if held is None:
        return ()
    first, last = max(term.start, held[0]), min(term.end, held[1])
    quarter, found = Quarter.of(first), []
    while quarter.start <= last:
        found.append(str(quarter))
        quarter = Quarter.of(quarter.end + dt.timedelta(days=1))
    return tuple(found)


def refuse_without_data(study: Path, quarter: Quarter) -> None:
    """Refuse a quarter that lies before or after all data held.

    Raises
    ------
    UsageError
        If it does.
    """
    held = _days_held(StudyFolder(Path(study)))
    if held is None or (quarter.start <= held[1] and quarter.end >= held[0]):
        return
    raise UsageError(
        Text(f"{quarter} のデータがありません。", f"No data are held of {quarter}."),
        remedy=Text(
            f"{Quarter.of(held[0])} から {Quarter.of(held[1])} までの四半期を指定するか、データを取り込んでください。",
            f"Ask for a quarter from {Quarter.of(held[0])} to {Quarter.of(held[1])}, or ingest its data.",
        ),
    )


def _days_held(folder: StudyFolder) -> tuple[dt.date, dt.date] | None:
    snapshot = Warehouse.open(folder.warehouse).snapshot()
    spans = [span for t in snapshot.tables if t not in WITHOUT_COURSE and (span := snapshot.span(t))]
    return (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None


WITHOUT_COURSE = frozenset(
    {"office", "person", "rollout", "cost"}
)  # their dates are plans, not a period of data


class _Kernels:
    """Warm kernels where forking is safe, started when the first notebook has to run."""

    def __enter__(self) -> _Kernels:
        self._open = contextlib.ExitStack()
        self._made: Kernels | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def get(self) -> Kernels:
        """Return what starts kernels."""
        if self._made is None:
            from kumastats.report.running.kernels import FORKS, Ordinary, Warm

            self._made = self._open.enter_context(Warm()) if FORKS else Ordinary()
        return self._made


@dataclass(frozen=True)
class _Run:
    """One quarter being run. Use it under the quarter's lock."""

    folder: StudyFolder
    quarter: str
    snapshot: Snapshot
    names: tuple[str, ...]
    langs: tuple[Lang, ...]
    as_of: str
    force: bool
    jobs: int
    kernels: _Kernels
    shared: Path
    watcher: Watcher | None

    def go(self) -> RunManifest:
        """Run what has changed and return what there is."""
        home = self.folder.runs / self.quarter
        work = home / f".work.{os.getpid()}"
        study = str(self.folder.root.resolve())
        bench = Bench(home, work, self.shared, {"study": study, "quarter": self.quarter, "as_of": self.as_of})
        known = manifest.load(home)
        inputs = Inputs(self.folder, self.snapshot, self.quarter, self.as_of)
        progress = Progress(self.quarter, len(self.names) * len(self.langs), self.watcher, self.jobs)
        times = order.load_times((home, *sorted(self.folder.runs.glob("FY*"), reverse=True)))
        try:
            for names in (
                [n for n in self.names if n not in READS_EVIDENCE],
                [n for n in self.names if n in READS_EVIDENCE],
            ):
                self._stage(names, bench, inputs, known, progress, times)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        self._report(inputs, tuple(known.values()))
        ran = tuple(known[n, lang] for n in self.names for lang in self.langs)
        records = Register(self.folder.evidence(self.quarter)).ids()
        return RunManifest(home, self.quarter, self.snapshot.id, ran, records)

    def _report(self, inputs: Inputs, ran: Sequence[Ran]) -> None:
        """Write the quarterly report; what the notebooks have checked need not be checked again for it."""
        if is_fresh(inputs, ran):
            return
        from kumastats.report.quarterly.write import write

        before = os.environ.get(sharing.VARIABLE)
        os.environ[sharing.VARIABLE] = str(self.shared)
        try:
            write(inputs, ran)
        finally:
            os.environ.pop(sharing.VARIABLE)
            if before is not None:
                os.environ[sharing.VARIABLE] = before

    def _stage(
        self,
        names: Sequence[str],
        bench: Bench,
        inputs: Inputs,
        known: dict[tuple[str, Lang], Ran],
        progress: Progress,
        times: dict[tuple[str, str], float],
    ) -> None:
        evidence = inputs.evidence(without=READS_EVIDENCE)
        sources = {n: source_of(n) for n in names}
        edited = touched(bench.home, Register(self.folder.evidence(self.quarter)))
        tasks = []
        for name in names:
            for lang in self.langs:
                ran = known.get((name, lang))
                if (
                    self.force
                    or name in edited
                    or ran is None
                    or ran.error
                    or not (bench.home / lang / f"{name}.ipynb").is_file()
                    or ran.key != inputs.key(sources[name], lang, ran.reads, evidence=evidence)
                ):
                    tasks.append(Task(name, lang, cells_of(name), times.get((name, lang))))
                    continue
                known[name, lang] = merge.moved(bench.home, ran, self.snapshot.id)
        progress.unchanged(len(names) * len(self.langs) - len(tasks))
        if not tasks:
            manifest.save(bench.home, self.quarter, self.snapshot.id, known.values())
            return
        progress.waiting(tasks)
        left = {name: sum(t.notebook == name for t in tasks) for name in names}
        fresh: list[Ran] = []
        for ended in run_all(tasks, bench, self.kernels.get(), self.jobs, progress):
            name, lang = ended.task.notebook, ended.task.lang
            key = inputs.key(sources[name], lang, ended.reads, evidence=evidence)
            given = {"study": Path(bench.parameters["study"]).name, "quarter": self.quarter, "as_of": self.as_of, "lang": lang}  # fmt: skip
            fresh.append(
                Ran(
                    name,
                    lang,
                    key,
                    False,
                    ended.error,
                    ended.reads,
                    self.snapshot.id,
                    given,
                    round(ended.seconds, 2),
                )
            )
            if not ended.error:
                times[name, lang] = ended.seconds
            left[name] -= 1
            if left[name]:
                continue
            mine = [r for r in fresh if r.notebook == name]
            try:
                merge.merge(self.folder.evidence(self.quarter), bench.work, mine)
            except NotebookError as apart:  # as any other failure: the rest goes on
                mine = [merge.failed(bench.home, r, apart.text(r.lang)) for r in mine]
            known.update({(r.notebook, r.lang): r for r in mine})
            manifest.save(bench.home, self.quarter, self.snapshot.id, known.values())
        order.save_times(bench.home, times)


def available() -> tuple[str, ...]:
    """Return the names of the notebooks, in order."""
    return tuple(sorted(p.stem for p in assets.notebooks().glob("[0-9][0-9]_*.ipynb")))


def _chosen(only: Sequence[str] | None) -> list[str]:
    names = available()
    if not only:
        return list(names)
    out = []
    for asked in only:
        found = [n for n in names if n == asked or n.startswith(f"{asked}_")]
        if not found:
            listed = ", ".join(names)
            raise UsageError(
                Text(f"ノートブック「{asked}」はありません。", f"There is no notebook “{asked}”."),
                remedy=Text(f"あるのは {listed}", f"There are {listed}"),
            )
        out += found
    return sorted(set(out))

"""Joins sources to the warehouse: read everything, check everything, then publish – all or nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Counts
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kumastats.beside import Beside
from kumastats.errors import KumastatsError, Place, Problems, UsageError
from kumastats.ingest.report import IngestReport
from kumastats.keys import identity_lists, opened, refuse_destroyed, take_map
from kumastats.scratch import scratch
from kumastats.sources import SOURCES, Mapping, ReadResult, read
from kumastats.sources.control import ControlTotal, is_control, read_control, reconcile, unmatched
from kumastats.sources.explain import Explanation, explain
from kumastats.sources.identity import IdentityKey
from kumastats.sources.recognise import Peek, fits, recognise
from kumastats.sources.registry import source_named
from kumastats.sources.stored import StoredTable
from kumastats.study import Study, StudyFolder
from kumastats.tables import Table
from kumastats.tables.origin import apart, beside
from kumastats.text import Text
from kumastats.warehouse import Delivery, Snapshot, Warehouse
from kumastats.warehouse.large import join
from kumastats.warehouse.rules import CheckReport, check_snapshot
from kumastats.warehouse.rules.deliveries import REPEATED_FILE
from kumastats.warehouse.store import period_of

Progress = Callable[[int, int, str], None]
SMALL, WORTH = 32 << 20, 8  # bytes of a file read beside this process, and how many such files are worth it
_RECEIVED = re.compile(r"received_(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class _Job:
    source: str
    path: Path
    mapping: Mapping


def ingest(
    study: Path | str,
    paths: Sequence[Path] | None = None,
    *,
    source: str | None = None,
    mapping: Path | None = None,
    received_on: dt.date | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Read raw exports into the warehouse of a study.

    Parameters
    ----------
    study
        The study folder.
    paths
        Files or folders; all of ``raw/`` by default. A file ``control_totals.csv`` among them is not an export: what
        was read must agree with it.
    source
        Kind of export of `paths`; by default the name of the folder the file lies in, else what its content tells.
    mapping
        Mapping file; by default the first of ``mappings/<source>*.yml`` whose headers fit.
    dry_run
        Read and check, publish nothing.
    received_on
        Day of receipt; today by default. Files in a folder ``received_YYYY-MM-DD`` were received that day: this is
        how a correction is told from what it corrects.

    Raises
    ------
    Problems
        With every error of every file. Nothing is published then.
    """
    folder = StudyFolder(Path(study))
    day = received_on or dt.date.today()
    jobs, controls = _jobs(folder, paths, source, mapping)
    jobs.sort(key=lambda job: _received(job.path, day))
    warehouse = Warehouse.open(folder.warehouse)
    if identity_lists(folder.root) and not dry_run:
        take_map(folder.root)
    identity = opened(folder.root)
    refuse_destroyed(identity, sorted({j.source for j in jobs if SOURCES[j.source].personal}))
    held = {(f["sha256"], d.mapping_sha256) for d in warehouse.deliveries() for f in d.files}
    fresh: list[_Job] = []
    skipped: list[str] = []
    again: Counter[tuple[str, str]] = Counter()
    problems: list[KumastatsError] = unmatched(controls, [job.path for job in jobs])
    for job in jobs:
        fingerprint = (_sha256(job.path), job.mapping.sha256)
        if fingerprint in held:
            skipped.append(job.path.name)
            again[fingerprint] += 1
            continue
        held.add(fingerprint)
        fresh.append(job)
    results: list[tuple[_Job, ReadResult]] = []
    for done, (job, made) in enumerate(_read(fresh, identity)):
        if progress:
            progress(done + len(skipped), len(jobs), job.path.name)
        if isinstance(made, ReadResult):
            problems += reconcile(controls, made, job.path, job.mapping)
            results.append((job, _with_repeats(made, again, job.mapping)))
        else:
            problems += made.problems if isinstance(made, Problems) else [made]
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    added = []
    if not dry_run:
        for on, batch in _batches(results, day):
            added += _publish(warehouse, batch, on)
    if progress:
        progress(len(jobs), len(jobs), "")
    current = warehouse.current()
    return IngestReport(
        deliveries=tuple(added),
        skipped=tuple(skipped),
        readings=tuple(r.report.to_dict() for _, r in results),
        details=tuple(_detail(r) for _, r in results),
        snapshot=current.id if current else None,
        dry_run=dry_run,
        controls=len(controls),
    )


def _read(jobs: Sequence[_Job], identity: IdentityKey) -> Iterator[tuple[_Job, ReadResult | KumastatsError]]:
    """Read files, small ones two at a time; in the order of `jobs`, each file as its table or as what is wrong with it."""

    def one(job: _Job) -> ReadResult | KumastatsError:
        try:
            return read(job.source, job.path, mapping=job.mapping, identity=identity)
        except KumastatsError as wrong:
            return wrong

    small = [i for i, j in enumerate(jobs) if j.path.is_file() and j.path.stat().st_size <= SMALL]
    sent = set(small) if len(small) >= WORTH else set()

    def beside(i: int) -> ReadResult | KumastatsError | None:
        made = one(jobs[small[i]])
        # a table that went to disk is not sent, but read again by this process
        return None if isinstance(made, ReadResult) and isinstance(made.data, StoredTable) else made

    with Beside(beside, len(sent), processes=2) as read_beside:
        found = iter(read_beside)
        for i, job in enumerate(jobs):
            made = next(found) if i in sent else None
            yield job, one(job) if made is None else made


def _with_repeats(result: ReadResult, again: Counts[tuple[str, str], int], mapping: Mapping) -> ReadResult:
    """Note in the report of a file how often the same bytes came again with it."""
    n = again.get((result.report.sha256, mapping.sha256), 0)
    if not n:
        return result
    counts = {**result.report.counts, REPEATED_FILE: n}
    return replace(result, report=replace(result.report, counts=dict(sorted(counts.items()))))


def _detail(result: ReadResult) -> Text:
    label = source_named(result.source).label
    return Text(f"［{label.ja}］{result.report.text('ja')}", f"[{label.en}] {result.report.text('en')}")


def explain_file(
    path: Path, *, study: Path | str = Path(), source: str | None = None, mapping: Path | None = None
) -> Explanation:
    """Return how a file reads, by the mappings of a study where `study` is one. Nothing is taken in.

    Raises
    ------
    UsageError
        If there is no such file.
    """
    _refuse_missing(Path(path), folders=False)
    folder = StudyFolder(Path(study))
    known = {name: _mappings(folder, name) for name in SOURCES}
    named = source_named(source).name if source is not None else None
    return explain(Path(path), known, source=named, mapping=mapping)


def check(study: Path | str) -> CheckReport:
    """Check what is held in a study's warehouse, rule by rule."""
    folder = StudyFolder(Path(study))
    settings = Study.load(folder.root).engine_settings if folder.register.is_file() else None
    snapshot: Snapshot = Warehouse.open(folder.warehouse, settings).snapshot()
    return check_snapshot(snapshot)


def _sha256(path: Path) -> str:
    import hashlib

    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _jobs(
    folder: StudyFolder, paths: Sequence[Path] | None, source: str | None, mapping: Path | None
) -> tuple[list[_Job], list[ControlTotal]]:
    """Return what is to be read, each file with its source and mapping, and the control totals that came with it."""
    known = {name: _mappings(folder, name) for name in SOURCES}
    given = Mapping.load(mapping) if mapping is not None else None
    wanted = source_named(source).name if source is not None else None
    jobs: list[_Job] = []
    controls: list[ControlTotal] = []
    for path in _given(folder, paths):
        if is_control(path):
            if wanted is None or _folder_source(path) in (None, wanted):
                controls += read_control(path)
            continue
        name = wanted if paths and wanted else _folder_source(path)
        if name is None:
            name, chosen = recognise(path, known)
        elif len(known[name]) > 1:
            chosen = _fitting(path, name, known[name])
        else:
            chosen = next(iter(known[name]), Mapping.default(name))
        if wanted is None or name == wanted:
            jobs.append(_Job(name, path, given or chosen))
    if not jobs:
        raise UsageError(
            Text("取り込むファイルがありません。", "There are no files to ingest."),
            place=Place(file=folder.raw.name),
            remedy=Text(
                "raw/<種類>/ に置くか、ファイルを指定してください。",
                "Put them into raw/<source>/, or name the files.",
            ),
        )
    order = {name: place for place, name in enumerate(SOURCES)}
    return sorted(jobs, key=lambda j: (order[j.source], str(j.path))), controls


def _mappings(folder: StudyFolder, source: str) -> list[Mapping]:
    """Return the city's mappings of a source: ``tickets.yml``, ``tickets-west.yml`` …"""
    found = sorted(
        p for p in folder.mappings.glob(f"{source}*.yml") if re.fullmatch(rf"{source}(-.+)?", p.stem)
    )
    return [Mapping.load(p) for p in found]


def _fitting(path: Path, source: str, mappings: Sequence[Mapping]) -> Mapping:
    peek = Peek.at(path)
    return next((m for m in mappings if fits(source, peek, m)), mappings[0])


def _given(folder: StudyFolder, paths: Sequence[Path] | None) -> list[Path]:
    """Return the files named, those in folders that are named, or all of ``raw/``, sorted."""
    if not paths:
        return [p for name in SOURCES for p in _files(folder.raw / name, SOURCES[name].suffixes)]
    out = []
    every = tuple(sorted({s for known in SOURCES.values() for s in known.suffixes}))
    for path in map(Path, paths):
        _refuse_missing(path)
        out += _files(path, every) if path.is_dir() else [path]
    return out


def _refuse_missing(path: Path, *, folders: bool = True) -> None:
    if not (path.exists() if folders else path.is_file()):
        raise UsageError(
            Text("ファイルがありません。", "There is no such file."),
            place=Place(file=path.name),
            remedy=Text("名前と場所を確かめてください。", "Check its name and folder."),
        )


def _files(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        p
        for p in folder.rglob("*")
        if p.is_file()
        and (p.suffix.lower() in suffixes or is_control(p))
        and not p.name.startswith((".", "~"))
    )


def _folder_source(path: Path) -> str | None:
    """Return the source whose folder the file lies in, or None."""
    return next((part for part in reversed(path.resolve().parts[:-1]) if part in SOURCES), None)


def _batches(
    results: list[tuple[_Job, ReadResult]], received_on: dt.date
) -> list[tuple[dt.date, list[tuple[_Job, ReadResult]]]]:
    """Group what was read by its day of receipt; files in a folder ``received_2018-08-20`` were received that day."""
    days: dict[dt.date, list[tuple[_Job, ReadResult]]] = {}
    for job, result in results:
        days.setdefault(_received(job.path, received_on), []).append((job, result))
    return sorted(days.items())


def _received(path: Path, otherwise: dt.date) -> dt.date:
    dated = [m for part in path.parts if (m := _RECEIVED.fullmatch(part))]
    return dt.date.fromisoformat(dated[-1][1]) if dated else otherwise


def _publish(
    warehouse: Warehouse, results: list[tuple[_Job, ReadResult]], received_on: dt.date
) -> list[Delivery]:
    """Publish what was read as one batch: a delivery for each table, source, mapping and fiscal year."""
    from kumastats.tables import table

    if not results:
        return []
    groups: dict[tuple[str, str, str, str], list[ReadResult]] = {}
    for job, result in results:
        period = period_of(result.report.first_date)
        groups.setdefault((result.table, result.source, period, job.mapping.sha256), []).append(result)
    with warehouse.writing() as transaction, scratch() as folder:
        for (table_name, source, period, mapping_sha256), made in sorted(groups.items(), key=lambda g: g[0]):
            data, origin = _joined(made, table(table_name), folder)
            transaction.add(
                data,
                source=source,
                table_name=table_name,
                period=period,
                received_on=received_on,
                files=[r.report.to_dict() for r in sorted(made, key=lambda r: r.report.file)],
                mapping_sha256=mapping_sha256,
                origin=origin,
            )
    return transaction.added


def _joined(made: list[ReadResult], canonical: Table, folder: Path) -> tuple[Any, Any]:
    """Return the rows of several files sorted by key, and where they came from: Arrow tables, or Parquet files where one is large."""
    import pyarrow as pa

    pieces = [getattr(r.data, "path", r.data) for r in made]
    if not any(isinstance(piece, Path) for piece in pieces):
        dates = [canonical.date_column] if canonical.date_column else []
        order = [(k, "ascending") for k in dict.fromkeys([*canonical.key, *dates])]
        rows = [beside(r.data, r.origin) for r in made]
        return apart(pa.concat_tables(rows).sort_by(order))
    places = [getattr(r.data, "origin_path", r.origin) for r in made]
    if len(pieces) == 1:
        return pieces[0], places[0]
    join(pieces, canonical, folder / "joined.parquet", places, folder / "origin.parquet")
    return folder / "joined.parquet", folder / "origin.parquet"

"""Joins sources to the warehouse: read everything, check everything, then publish – all or nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.errors import KumastatsError, Place, Problems, UsageError
from kumastats.sources import SOURCES, IdentityKey, Mapping, ReadResult, read
from kumastats.sources.registry import source_named
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Delivery, Snapshot, Warehouse
from kumastats.warehouse.quality import CheckReport, check_snapshot
from kumastats.warehouse.store import period_of

Progress = Callable[[int, int, str], None]
SHOWN = 8
_RECEIVED = re.compile(r"received_(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did.

    Attributes
    ----------
    skipped
        Files that were held already.
    readings
        Reading reports of the files read, as dictionaries.
    """

    deliveries: tuple[Delivery, ...]
    skipped: tuple[str, ...]
    readings: tuple[dict[str, Any], ...]
    details: tuple[Text, ...]
    snapshot: str | None

    @property
    def text(self) -> Text:
        """What was read, in words."""
        rows = sum(d.rows for d in self.deliveries)
        lines_ja = [
            f"{len(self.readings):,}ファイルを読み、{rows:,}行を{len(self.deliveries):,}件の受領として取り込みました"
            f"（取り込み済み {len(self.skipped):,}ファイル）。"
        ]
        lines_en = [
            f"{len(self.readings):,} files read; {rows:,} rows taken in as {len(self.deliveries):,} deliveries "
            f"({len(self.skipped):,} files were held already)."
        ]
        for name, label in (
            ("dropped", Text("除外", "dropped")),
            ("quarantined", Text("隔離", "quarantined")),
        ):
            total: dict[str, int] = {}
            for reading in self.readings:
                for kind, n in reading[name].items():
                    total[kind] = total.get(kind, 0) + n
            if total:
                told = ", ".join(f"{k} {n:,}" for k, n in sorted(total.items()))
                lines_ja.append(f"{label.ja}: {told}")
                lines_en.append(f"{label.en}: {told}")
        if self.snapshot:
            lines_ja.append(f"スナップショット {self.snapshot}")
            lines_en.append(f"snapshot {self.snapshot}")
        if len(self.details) <= SHOWN:
            lines_ja += [d.ja for d in self.details]
            lines_en += [d.en for d in self.details]
        return Text("\n".join(lines_ja), "\n".join(lines_en))

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            "deliveries": [
                {k: v for k, v in d.to_dict().items() if k != "coverage"} for d in self.deliveries
            ],
            "skipped": list(self.skipped),
            "readings": list(self.readings),
            "snapshot": self.snapshot,
        }


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
    progress: Progress | None = None,
) -> IngestReport:
    """Read raw exports into the warehouse of a study.

    Parameters
    ----------
    study
        The study folder.
    paths
        Files; all of ``raw/`` by default.
    source
        Kind of export of `paths`; by default the name of the folder the file lies in.
    mapping
        Mapping file; by default ``mappings/<source>.yml`` where there is one.
    received_on
        Day of receipt; today by default. Files in a folder ``received_YYYY-MM-DD`` were received that day: this is
        how a correction is told from what it corrects.

    Raises
    ------
    Problems
        With every error of every file. Nothing is published then.
    """
    folder = StudyFolder(Path(study))
    jobs = _jobs(folder, paths, source, mapping)
    warehouse = Warehouse.open(folder.warehouse)
    identity = IdentityKey.of(folder.keys / "identity.key")
    held = {(f["sha256"], d.mapping_sha256) for d in warehouse.deliveries() for f in d.files}
    results: list[tuple[_Job, ReadResult]] = []
    skipped: list[str] = []
    problems: list[KumastatsError] = []
    for done, job in enumerate(jobs):
        if progress:
            progress(done, len(jobs), job.path.name)
        if (_sha256(job.path), job.mapping.sha256) in held:
            skipped.append(job.path.name)
            continue
        try:
            results.append((job, read(job.source, job.path, mapping=job.mapping, identity=identity)))
        except Problems as many:
            problems += many.problems
        except KumastatsError as one:
            problems.append(one)
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    added = []
    for day, batch in _batches(results, received_on or dt.date.today()):
        added += _publish(warehouse, batch, day)
    if progress:
        progress(len(jobs), len(jobs), "")
    current = warehouse.current()
    return IngestReport(
        deliveries=tuple(added),
        skipped=tuple(skipped),
        readings=tuple(r.report.to_dict() for _, r in results),
        details=tuple(Text(r.report.text("ja"), r.report.text("en")) for _, r in results),
        snapshot=current.id if current else None,
    )


def check(study: Path | str) -> CheckReport:
    """Check what is held in a study's warehouse, rule by rule."""
    snapshot: Snapshot = Warehouse.open(StudyFolder(Path(study)).warehouse).snapshot()
    return check_snapshot(snapshot)


def _sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _jobs(
    folder: StudyFolder, paths: Sequence[Path] | None, source: str | None, mapping: Path | None
) -> list[_Job]:
    if paths is None or not len(paths):
        found = [(name, p) for name in SOURCES for p in _files(folder.raw / name, SOURCES[name].suffixes)]
        if source is not None:
            found = [(s, p) for s, p in found if s == source_named(source).name]
    else:
        found = [(source or _source_of(Path(p)), Path(p)) for p in paths]
    if not found:
        raise UsageError(
            Text("取り込むファイルがありません。", "There are no files to ingest."),
            place=Place(file=folder.raw.name),
            remedy=Text(
                "raw/<種類>/ に置くか、ファイルを指定してください。",
                "Put them into raw/<source>/, or name the files.",
            ),
        )
    known: dict[str, Mapping] = {}
    jobs = []
    for name, path in found:
        source_named(name)
        if name not in known:
            usual = folder.mappings / f"{name}.yml"
            chosen = mapping if mapping is not None else usual if usual.is_file() else None
            known[name] = Mapping.load(chosen) if chosen else Mapping.default(name)
        jobs.append(_Job(name, path, known[name]))
    return jobs


def _files(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        p
        for p in folder.rglob("*")
        if p.is_file() and p.suffix.lower() in suffixes and not p.name.startswith((".", "~"))
    )


def _source_of(path: Path) -> str:
    for part in reversed(path.resolve().parts[:-1]):
        if part in SOURCES:
            return part
    known = ", ".join(SOURCES)
    raise UsageError(
        Text("データの種類が分かりません。", "The kind of export is not known."),
        place=Place(file=path.name),
        remedy=Text(f"--source に {known} のどれかを指定してください。", f"Give --source one of {known}."),
    )


def _batches(
    results: list[tuple[_Job, ReadResult]], received_on: dt.date
) -> list[tuple[dt.date, list[tuple[_Job, ReadResult]]]]:
    """Group what was read by its day of receipt; files in a folder ``received_2018-08-20`` were received that day."""
    days: dict[dt.date, list[tuple[_Job, ReadResult]]] = {}
    for job, result in results:
        dated = [m for part in job.path.parts if (m := _RECEIVED.fullmatch(part))]
        days.setdefault(dt.date.fromisoformat(dated[-1][1]) if dated else received_on, []).append(
            (job, result)
        )
    return sorted(days.items())


def _publish(
    warehouse: Warehouse, results: list[tuple[_Job, ReadResult]], received_on: dt.date
) -> list[Delivery]:
    """Publish what was read as one batch: a delivery for each table, source, mapping and fiscal year."""
    import pyarrow as pa

    from kumastats.tables import table

    if not results:
        return []
    groups: dict[tuple[str, str, str, str], list[ReadResult]] = {}
    for job, result in results:
        period = period_of(result.report.first_date)
        groups.setdefault((result.table, result.source, period, job.mapping.sha256), []).append(result)
    with warehouse.writing() as transaction:
        for (table_name, source, period, mapping_sha256), made in sorted(groups.items(), key=lambda g: g[0]):
            canonical = table(table_name)
            dates = [canonical.date_column] if canonical.date_column else []
            order = [(k, "ascending") for k in dict.fromkeys([*canonical.key, *dates])]
            data = pa.concat_tables([r.data for r in made]).sort_by(order)
            transaction.add(
                data,
                source=source,
                table_name=table_name,
                period=period,
                received_on=received_on,
                files=[r.report.to_dict() for r in sorted(made, key=lambda r: r.report.file)],
                mapping_sha256=mapping_sha256,
            )
    return transaction.added

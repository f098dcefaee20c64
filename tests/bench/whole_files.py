"""Exports that are read whole: a ticket log and a print log, seeded, and what memory their reading takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from city import BENCH
from row import Row

ROWS_READ = 300_000
A_DAY = 1_000
TICKETS = """source: tickets
columns:
  number: 受付番号
  office_id: 庁舎コード
  service: 業務
  issued_at: {date: 発券日, time: 発券時刻}
  called_at: {date: 発券日, time: 呼出時刻}
  finished_at: {date: 発券日, time: 終了時刻}
  desk_id: 窓口番号
  outcome: {column: 状態, values: {完了: served}}
"""
PRINTS = "Time,User,Pages,Copies,Printer,Document Name,Client,Paper Size,Language,Height,Width,Duplex,Grayscale,Size"


def days() -> Iterator[tuple[dt.date, np.random.Generator]]:
    """Yield the days of a log and a generator for each."""
    for i in range(ROWS_READ // A_DAY):
        yield dt.date(2018, 4, 1) + dt.timedelta(i), np.random.default_rng([3, i])


def clock(seconds: int) -> str:
    """Return a time of the day.

    >>> clock(30_603)
    '8:30:03'
    """
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def tickets() -> Iterator[str]:
    """Yield the lines of a ticket log."""
    yield "受付番号,庁舎コード,業務,発券日,発券時刻,呼出時刻,終了時刻,窓口番号,状態"
    for day, rng in days():
        issued = np.sort(rng.integers(8 * 3600, 17 * 3600, A_DAY))
        called = issued + rng.integers(0, 3600, A_DAY)
        ended = called + rng.integers(60, 1800, A_DAY)
        for n, (a, b, c) in enumerate(zip(issued.tolist(), called.tolist(), ended.tolist(), strict=True), 1):
            when = f"{day.year}/{day.month}/{day.day}"
            yield f"{n:04d},W1,証明書,{when},{clock(a)},{clock(b)},{clock(c)},{n % 8},完了"


def prints() -> Iterator[str]:
    """Yield the lines of a print log."""
    yield "PaperCut Print Logger - http://www.papercut.com/"
    yield PRINTS
    for day, rng in days():
        at = np.sort(rng.integers(8 * 3600, 20 * 3600, A_DAY))
        pages = rng.integers(1, 30, A_DAY)
        for n, (s, p) in enumerate(zip(at.tolist(), pages.tolist(), strict=True)):
            time = f"{day} {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}"
            yield f"{time},u{n % 700:05d},{p},1,S{n % 136:03d}-MFP1,x.docx,PC-{n % 700:05d},A4,PCL6,297,210,DUPLEX,GRAYSCALE,24kb"


LOGS = {"tickets": tickets, "print_log": prints}


def path(source: str) -> Path:
    """Return where a log lies."""
    return BENCH / f"{source}_{ROWS_READ}.csv"


def prepare() -> None:
    """Write the logs once."""
    BENCH.mkdir(parents=True, exist_ok=True)
    for source, lines in LOGS.items():
        if not path(source).exists():
            staging = path(source).with_suffix(".tmp")
            staging.write_text("\n".join(lines()) + "\n", encoding="utf-8")
            staging.replace(path(source))


def read(source: str) -> str:
    """Read a log and say how large it is."""
    from kumastats import sources

    mapping = BENCH / "tickets.yml"
    mapping.write_text(TICKETS, encoding="utf-8")
    made = sources.read(
        source, path(source), identity=sources.IdentityKey(b"k" * 32),
        mapping=sources.Mapping.load(mapping) if source == "tickets" else None,
    )  # fmt: skip
    return f"{path(source).stat().st_size / 2**20:.0f} MiB of text, {made.data.num_rows:,} rows made of it."


ROWS = tuple(
    Row(
        f"whole-{source.replace('_', '-')}", f"{what} of {ROWS_READ:,} rows, read whole and checked",
        lambda source=source: lambda: read(source), prepare=prepare, repeats=2,
    )
    for source, what in (("tickets", "ticket log"), ("print_log", "print log"))
)  # fmt: skip

"""City-scale canonical tables, seeded, made once into build/bench."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np

BENCH = Path(__file__).resolve().parents[2] / "build" / "bench"
PEOPLE, DAYS, WEEKS = 12_500, 1_826, 260
FIRST = dt.date(2018, 4, 1)
OFFICES = 300
BLOCK = 500


def _person(i: int) -> str:
    return hashlib.sha256(f"bench {i}".encode()).hexdigest()[:24]


def _parts(table: str, people: int, make):
    """Write a table in blocks of people, one row group each, sorted by person and date."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from kumastats.tables import table as canonical

    path = BENCH / f"{table}_{people}.parquet"
    if path.exists():
        return path
    BENCH.mkdir(parents=True, exist_ok=True)
    ids, schema = sorted(_person(i) for i in range(people)), canonical(table).schema
    staging = path.with_suffix(".tmp")
    with pq.ParquetWriter(staging, schema, compression="zstd", store_schema=False) as writer:
        for start in range(0, people, BLOCK):
            block = ids[start : start + BLOCK]
            columns = make(np.random.default_rng([1, start]), start, len(block))
            rows = len(next(iter(columns.values())))
            who = pa.DictionaryArray.from_arrays(np.repeat(np.arange(len(block)), rows // len(block)), block)
            columns["person_id"] = who
            arrays = [
                pa.array(columns[f.name]).cast(f.type) if f.name in columns else pa.nulls(rows, f.type)
                for f in schema
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=rows)
    staging.replace(path)
    return path


def _text(values: np.ndarray, words: list[str]):
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(values, words)


def days(people: int = PEOPLE) -> Path:
    """Return person-days: 1,826 days each, overtime with a season, live in four waves by office."""

    def make(rng: np.random.Generator, start: int, count: int):
        size = count * DAYS
        person = np.repeat(np.arange(start, start + count), DAYS)
        date = np.tile(np.datetime64(FIRST) + np.arange(DAYS), count)
        weekday = (date.astype("datetime64[D]").view("int64") + 3) % 7
        work = (weekday < 5) & (rng.random(size) > 0.05)
        overtime = np.where(work, np.maximum(rng.normal(40 + person % 37, 60), 0), 0).astype("int32")
        office = person % OFFICES
        return {
            "post_id": _text(np.zeros(size, "int32"), ["1"]), "date": date,
            "office_id": _text(office, [f"A{i:03d}" for i in range(OFFICES)]),
            "role": _text((person % 3 == 0).astype("int32"), ["city", "teacher"]),
            "employment": _text(np.zeros(size, "int32"), ["regular"]), "overtime_eligible": person % 12 > 0,
            "scheduled_min": np.where(work, 465, 0).astype("int32"), "worked_min": np.where(work, 465, 0).astype("int32") + overtime,
            "ordered_overtime_min": overtime, "holiday_work_min": np.zeros(size, "int32"),
            "late_night_min": np.maximum(overtime - 285, 0), "leave_min": np.where((weekday < 5) & ~work, 465, 0).astype("int32"),
            "telework": rng.random(size) < 0.1, "pc_on_min": np.where(work, 480, 0).astype("int32") + overtime,
        }  # fmt: skip

    return _parts("person_day", people, make)


def weeks(people: int = PEOPLE) -> Path:
    """Return person-weeks of Viva Insights: 260 Sundays each."""

    def make(rng: np.random.Generator, start: int, count: int):
        size = count * WEEKS
        person = np.repeat(np.arange(start, start + count), WEEKS)
        minutes = ("meeting", "collaboration", "email", "chat", "after_hours", "conflicting_meeting", "large_long_meeting", "multitasking")  # fmt: skip
        return {
            "week_start": np.tile(np.datetime64(FIRST) + 7 * np.arange(WEEKS), count),
            "office_id": _text(person % OFFICES, [f"A{i:03d}" for i in range(OFFICES)]),
            **{f"{m}_min": rng.poisson(60 + 30 * k, size).astype("int32") for k, m in enumerate(minutes)},
        }

    return _parts("person_week", people, make)


def snapshot(table: str, path: Path):
    """Return a snapshot that holds one file, as a warehouse would give it."""
    import pyarrow.parquet as pq

    from kumastats.warehouse import Delivery, Snapshot

    rows = pq.read_metadata(path).num_rows
    told = {
        "id": f"bench-{table}", "batch": 1, "table": table, "source": "bench", "period": "bench", "received_on": "2023-04-01",
        "rows": rows, "first_date": str(FIRST), "last_date": str(FIRST + dt.timedelta(DAYS - 1)), "files": [], "coverage": [],
        "mapping_sha256": "", "parquet_sha256": "",
    }  # fmt: skip
    return Snapshot([Delivery.from_dict(told)], [path])

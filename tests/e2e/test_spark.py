"""Every warehouse expression on DuckDB and on a local Spark: the same integers, by hash."""

import datetime as dt
import hashlib
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from required import missing

from kumastats.tables import table
from kumastats.warehouse import EngineSettings, Snapshot, Warehouse, revisions
from kumastats.warehouse.native import repeated_days, where_days_repeat

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("spark")]
DAY = dt.date(2020, 4, 10)


def _table(name: str, frame: pd.DataFrame) -> pa.Table:
    schema = table(name).schema
    arrays = [
        pa.array(frame[f.name].tolist(), type=f.type) if f.name in frame else pa.nulls(len(frame), f.type)
        for f in schema
    ]
    return pa.table(arrays, schema=schema)


def _days(offices: dict[str, int], months: list[str], seed: int) -> pa.Table:
    rng = np.random.default_rng(seed)
    rows = [
        (f"{office}{p}", day.date(), office, "city", int(rng.integers(0, 300)))
        for office, people in offices.items() for month in months for day in pd.bdate_range(f"{month}-01", periods=6)
        for p in range(people)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["person_id", "date", "office_id", "role", "ordered_overtime_min"])
    return _table("person_day", frame.assign(post_id="1", overtime_eligible=True))


def _tickets(seed: int) -> pa.Table:
    rng = np.random.default_rng(seed)
    issued = pd.Timestamp("2019-03-31 08:30") + pd.to_timedelta(rng.integers(0, 3 * 86_400, 80), unit="s")
    called = issued + pd.to_timedelta(
        rng.integers(-900, 5_000, 80), unit="s"
    )  # clocks that differ: waits below zero
    frame = pd.DataFrame(
        {"issued_at": issued, "called_at": called, "finished_at": called + pd.Timedelta(minutes=7)}
    )
    frame["ticket_id"] = [f"t{i:03d}" for i in range(80)]
    return _table("ticket", frame.assign(office_id="A", service="窓口", outcome="served"))


def _usage() -> pa.Table:
    rows = [
        (
            "A",
            dt.date(2019, 4, first),
            dt.date(2019, 4, first) + dt.timedelta(days=29),
            "Teams",
            "users",
            first,
        )
        for first in (1, 2, 15)
    ]
    names = ["unit_id", "period_start", "period_end", "product", "metric", "value"]
    return _table("usage", pd.DataFrame(rows, columns=names).assign(unit_kind="office"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Warehouse.open(tmp_path_factory.mktemp("w") / "w")
    given = [
        ("person_day", _days({"A": 3, "B": 4}, ["2019-02", "2019-03", "2019-04", "2019-05"], 1)),
        ("ticket", _tickets(2)),
        ("usage", _usage()),
    ]
    with made.writing() as transaction:
        for name, data in given:
            _add(transaction, name, data, f"{name}-1")
    with made.writing() as transaction:  # a correction: of an office's month, and of a day of tickets
        _add(transaction, "person_day", _days({"A": 2}, ["2019-03"], 3), "person_day-2")
        _add(transaction, "ticket", _tickets(4).slice(0, 1), "ticket-2")
    return made.root


def _add(transaction, name: str, data: pa.Table, file: str) -> None:
    told = {"file": file, "sha256": file, "first_date": "2019-02-01", "last_date": "2019-05-31"}
    transaction.add(
        data, source=name, table_name=name, period="FY2019", received_on=DAY, files=[told], mapping_sha256=""
    )  # fmt: skip


@pytest.fixture(scope="module")
def snapshots(root: Path) -> Iterator[tuple[Snapshot, Snapshot]]:
    if importlib.util.find_spec("pyspark") is None:
        missing("pyspark is not installed")
    if shutil.which("java") is None:
        missing("Java is not installed")
    spark = Warehouse.open(root, EngineSettings("spark", memory="1GB")).snapshot()
    yield Warehouse.open(root, EngineSettings()).snapshot(), spark
    spark.connection._session.stop()


def _hash(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def _without_last(s: Snapshot, name: str) -> Snapshot:
    """Return a snapshot of a table's first delivery."""
    first = s.of(name)[0]
    return Snapshot([first], [s._paths[first.id]], s._settings)


OVERTIME = {"value": "ordered_overtime_min", "grain": "person_month"}
EXPRESSIONS: dict[str, Callable[[Snapshot], str]] = {
    "rows by month": lambda s: s.cells("person_day", value="ordered_overtime_min", over=120).hash,
    "rows by quarter": lambda s: s.cells("person_day", value="ordered_overtime_min", by=("role",), period="quarter").hash,
    "rows by fiscal year": lambda s: s.cells("person_day", value=None, by=(), period="year").hash,
    "rows by date": lambda s: s.cells("person_day", value="ordered_overtime_min", by=(), period="date").hash,
    "person-months": lambda s: s.cells("person_day", over=600, **OVERTIME).hash,
    "person-months of a window": lambda s: s.cells(
        "person_day", start=dt.date(2019, 3, 4), end=dt.date(2019, 4, 9), where={"office_id": ["A", "B"]}, **OVERTIME
    ).hash,
    "since April": lambda s: s.cells("person_day", running="fiscal_year", over=21_600, **OVERTIME).hash,
    "three months": lambda s: s.cells("person_day", running=3, by=(), over=14_400, **OVERTIME).hash,
    "summary": lambda s: _hash(s.summary("person_day", "ordered_overtime_min", grain="person_month").counts),
    "histogram": lambda s: _hash(s.histogram("person_day", "ordered_overtime_min", width=60, grain="person_month")),
    "histogram below zero": lambda s: _hash(s.histogram("ticket", "wait_sec", width=60)),
    "table without what was replaced": lambda s: _hash(s.frame("person_day")),
    "tickets": lambda s: _hash(s.frame("ticket", ["ticket_id", "wait_sec", "service_sec"])),
    "tickets by date": lambda s: s.cells("ticket", value="wait_sec", by=("service",), period="date").hash,
    "windows side by side": lambda s: _hash(s.frame("usage", ["product", "period_start", "value"])),
    "repeated days": lambda s: str(s.repeated_days("person_day")),
    "repeated days, found": lambda s: str(
        repeated_days(s.engine, s.table("person_day").union(s.table("person_day")), ["person_id"], "date")
    ),
    "where days repeat": lambda s: _hash(
        where_days_repeat(s.engine, s.table("person_day").union(s.table("person_day")), ["person_id"], "date", "office_id")
    ),
    "same rows": lambda s: str(s.same_rows(*s.of("person_day"))),
    "revisions": lambda s: str(revisions(_without_last(s, "person_day"), s)),
    "revisions of tickets": lambda s: str(revisions(_without_last(s, "ticket"), s)),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_spark_and_duckdb_give_the_same_bytes(snapshots, name):
    here, there = (EXPRESSIONS[name](s) for s in snapshots)
    assert there == here


def test_the_data_try_what_is_hard(snapshots):
    here, _ = snapshots
    assert here.superseded(here.of("person_day")[0]) == {("A", "2019-03")}
    assert here.frame("ticket", ["wait_sec"])["wait_sec"].min() < 0
    assert len(here.pulled("usage").execute()) == 3 and len(here.frame("usage")) < 3
    assert int(EXPRESSIONS["repeated days, found"](here)) > 0


def test_evidence_built_on_both_is_the_same(snapshots):
    from kumastats import measures
    from kumastats.measures import measure

    made = [
        measures.series(measures.cells(s, "ordered_overtime"), measure("ordered_overtime")) for s in snapshots
    ]
    assert _hash(made[0]) == _hash(made[1])

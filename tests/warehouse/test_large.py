"""Deliveries too large for memory are the deliveries they would be in memory."""

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sources"))
from files import ROWS, attendance

from kumastats.errors import WarehouseError
from kumastats.ingest import ingest
from kumastats.sources import scan
from kumastats.study import StudyFolder
from kumastats.tables import table
from kumastats.warehouse import Warehouse, large

CANONICAL = table("person_day")
DAY = dt.date(2018, 5, 10)


@pytest.fixture
def small_blocks(monkeypatch):
    """Make every file of more than a few rows one of many parts."""
    monkeypatch.setattr(scan.scan, "__kwdefaults__", {**scan.scan.__kwdefaults__, "block": 300})


def rows_of_month(month: int, people: int) -> list[str]:
    return [
        f"{1000 + p:07d},架空,A{p % 3:02d},課,正規,,30. {month}.{day},出勤,7:45,8:30,19:15,1:00,2:00,,,,"
        for p in range(people)
        for day in range(2, 7)
    ]


def published(root: Path) -> tuple[list[dict], list[pa.Table]]:
    warehouse = Warehouse.open(StudyFolder(root).warehouse)
    held = warehouse.deliveries()
    told = [{k: v for k, v in d.to_dict().items() if k != "parquet_sha256"} for d in held]
    return told, [pq.read_table(warehouse.path(d)) for d in held]


def study(folder: Path, months: dict[int, int]) -> Path:
    root = StudyFolder.lay_out(folder).root
    (root / "keys" / "identity.key").parent.mkdir(exist_ok=True)
    (root / "keys" / "identity.key").write_text("ab" * 32 + "\n", encoding="ascii")
    for month, people in months.items():
        attendance(
            root / "raw/attendance", *rows_of_month(month, people), name=f"kinmu_2018{month:02d}.csv",
            banner=f"勤務実績一覧（平成30年{month}月分）",
        )  # fmt: skip
    ingest(root, received_on=DAY)
    return root


@pytest.mark.parametrize("months", [{4: 40}, {4: 40, 5: 1, 6: 30}], ids=["one file", "large and small files"])
def test_a_large_delivery_is_the_one_it_would_be_in_memory(tmp_path, months, request):
    told, tables = published(study(tmp_path / "whole", months))
    request.getfixturevalue("small_blocks")
    again, parted = published(study(tmp_path / "parts", months))
    assert again == told and [t.equals(u) for t, u in zip(parted, tables, strict=True)] == [True]
    assert told[0]["rows"] == sum(months.values()) * 5


def canonical(folder: Path, *people: str) -> Path:
    rows = [
        {"person_id": p, "post_id": "1", "date": dt.date(2018, 4, 2), "office_id": "A01", "role": "city"}
        for p in people
    ]
    path = folder / "days.parquet"
    pq.write_table(
        pa.Table.from_pylist(rows, schema=CANONICAL.schema), path, row_group_size=2, store_schema=False
    )
    return path


def test_repeated_keys_are_found_within_and_across_row_groups(tmp_path):
    assert large.repeated_keys(canonical(tmp_path, "pa", "pb", "pc"), CANONICAL) == 0
    assert large.repeated_keys(canonical(tmp_path, "pa", "pb", "pb", "pc", "pc", "pc"), CANONICAL) == 3
    with (
        pytest.raises(WarehouseError, match="1 rows"),
        Warehouse.open(tmp_path / "w").writing() as transaction,
    ):
        transaction.add(
            canonical(tmp_path, "pa", "pb", "pb"), source="attendance", table_name="person_day", period="2018",
            received_on=DAY, files=[{"file": "a.csv", "sha256": "0" * 64}],
        )  # fmt: skip
    assert Warehouse.open(tmp_path / "w").deliveries() == ()


def test_another_schema_is_refused(tmp_path):
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"person_id": ["p"]}), path)
    with (
        pytest.raises(WarehouseError, match="columns of person_day differ"),
        Warehouse.open(tmp_path / "w").writing() as transaction,
    ):
        transaction.add(
            path,
            source="attendance",
            table_name="person_day",
            period="2018",
            received_on=DAY,
            files=[{"sha256": "0"}],
        )


def test_the_same_rows_in_two_large_files_are_refused(tmp_path, small_blocks):
    root = StudyFolder.lay_out(tmp_path / "study").root
    for name in ("one.csv", "two.csv"):
        attendance(root / "raw/attendance", *rows_of_month(4, 40), *ROWS[:0], name=name)
    # the second differs, so that it is another file with the same keys
    two = root / "raw/attendance/two.csv"
    two.write_bytes(two.read_bytes().replace(b"19:15", b"19:30"))
    with pytest.raises(WarehouseError, match="200 rows"):
        ingest(root, received_on=DAY)
    assert Warehouse.open(StudyFolder(root).warehouse).deliveries() == ()


@pytest.mark.slow
def test_a_year_of_a_large_city_is_joined_within_its_memory(tmp_path):
    """Twelve months of 8,000 people: 2.9 million rows in twelve files, more than the sort may hold."""
    canonical, people = table("person_day"), 8_000
    names = [f"{i:024d}" for i in range(people)]
    pieces = []
    for month in range(12):
        days = np.arange(30) + np.datetime64("2018-04-01") + 30 * month
        rows = people * 30
        filled = {
            "person_id": pa.array(np.repeat(names, 30)), "post_id": pa.array(np.repeat(names, 30)), "date": pa.array(np.tile(days, people)),
            "office_id": pa.array(["A001"] * rows), "role": pa.array(["city"] * rows),
        }  # fmt: skip
        minutes = pa.array(np.random.default_rng(month).integers(0, 600, rows))
        columns = [
            filled[f.name].cast(f.type) if f.name in filled
            else minutes.cast(f.type) if pa.types.is_integer(f.type) else pa.nulls(rows, f.type)
            for f in canonical.schema
        ]  # fmt: skip
        pieces.append(tmp_path / f"{month}.parquet")
        pq.write_table(
            pa.Table.from_arrays(columns, schema=canonical.schema), pieces[-1], row_group_size=1 << 17
        )
    large.join(pieces[::-1], canonical, tmp_path / "joined.parquet")
    assert large.rows_of(tmp_path / "joined.parquet") == 12 * 30 * people
    assert large.repeated_keys(tmp_path / "joined.parquet", canonical) == 0

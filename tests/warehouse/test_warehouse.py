"""Deliveries and snapshots: nothing half written, corrections by office and month, integers that equal pandas."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumastats.errors import UsageError, WarehouseError
from kumastats.tables import table
from kumastats.warehouse import Warehouse

DAY = dt.date(2020, 4, 10)


def person_days(offices: dict[str, int], months: list[str], *, base: int = 60, seed: int = 1) -> pa.Table:
    rng = np.random.default_rng(seed)
    rows = []
    for office, people in offices.items():
        for month in months:
            for day in pd.bdate_range(f"{month}-01", periods=15):
                for p in range(people):
                    rows.append((f"p{office}{p}", day.date(), office, int(base + rng.integers(0, 120))))
    frame = pd.DataFrame(rows, columns=["person_id", "date", "office_id", "ordered_overtime_min"])
    frame["post_id"], frame["role"], frame["overtime_eligible"] = "1", "city", True
    schema = table("person_day").schema
    arrays = [
        pa.array(frame[f.name], type=f.type) if f.name in frame else pa.nulls(len(frame), f.type)
        for f in schema
    ]
    return pa.table(arrays, schema=schema)


def report(name: str, first: str, last: str) -> dict[str, object]:
    return {
        "file": name,
        "sha256": name,
        "first_date": first,
        "last_date": last,
        "dropped": {},
        "quarantined": {},
    }


def add(warehouse: Warehouse, data: pa.Table, name: str, received_on: dt.date = DAY):
    with warehouse.writing() as transaction:
        transaction.add(
            data,
            source="attendance",
            table_name="person_day",
            period="FY2018",
            received_on=received_on,
            files=[report(name, "2018-04-02", "2018-06-30")],
        )
    return warehouse.snapshot()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_cells_equal_pandas(tmp_path):
    data = person_days({"A": 4, "B": 7}, ["2018-04", "2018-05"])
    snapshot = add(Warehouse.open(tmp_path / "w"), data, "one")
    frame = data.to_pandas()
    frame["month"] = pd.to_datetime(frame["date"]).dt.strftime("%Y-%m")
    by_person = (
        frame.groupby(["office_id", "month", "person_id"])["ordered_overtime_min"].sum().reset_index(name="v")
    )
    wanted = by_person.groupby(["office_id", "month"]).agg(
        n=("v", "size"),
        s1=("v", "sum"),
        s2=("v", lambda v: (v**2).sum()),
        over=("v", lambda v: (v > 1800).sum()),
    )
    made = snapshot.cells("person_day", value="ordered_overtime_min", grain="person_month", over=1800).frame
    assert made["period"].tolist() == ["2018-04", "2018-05"] * 2
    for column in ("n", "s1", "s2", "over"):
        assert made[column].tolist() == wanted[column].tolist() and made[column].dtype == np.int64
    whole = snapshot.cells(
        "person_day", value="ordered_overtime_min", grain="person_month", by=(), period="quarter"
    ).frame
    assert (
        whole["period"].tolist() == ["FY2018Q1"]
        and whole["contributors"].tolist() == [11]
        and whole["n"].tolist() == [22]
    )
    days = snapshot.cells("person_day", value="ordered_overtime_min", by=(), period="date").frame
    assert len(days) == 30 and days["s1"].sum() == frame["ordered_overtime_min"].sum()


def test_a_correction_replaces_its_office_months_only(tmp_path):
    warehouse = Warehouse.open(tmp_path / "w")
    first = add(warehouse, person_days({"A": 4, "B": 7}, ["2018-04", "2018-05"]), "one")
    before = first.cells("person_day", value="ordered_overtime_min").frame
    fix = person_days({"A": 3}, ["2018-05"], base=500)
    second = add(warehouse, fix, "fix", received_on=dt.date(2020, 9, 1))
    after = second.cells("person_day", value="ordered_overtime_min").frame
    same = ~((after["office_id"] == "A") & (after["period"] == "2018-05"))
    pd.testing.assert_frame_equal(after[same], before[same])
    assert after.loc[~same, "s1"].iloc[0] == sum(fix["ordered_overtime_min"].to_pylist())
    old = warehouse.snapshot(dt.date(2020, 8, 31))
    assert (
        old.id == first.id
        and old.cells("person_day", value="ordered_overtime_min").hash
        == first.cells("person_day", value="ordered_overtime_min").hash
    )
    assert second.superseded(second.deliveries[0]) == {("A", "2018-05")}


def test_the_same_delivery_twice_changes_nothing(tmp_path):
    warehouse = Warehouse.open(tmp_path / "w")
    data = person_days({"A": 4}, ["2018-04"])
    add(warehouse, data, "one")
    before = contents(tmp_path / "w")
    add(warehouse, data, "one")
    assert contents(tmp_path / "w") == before


def test_two_files_with_the_same_rows_are_refused(tmp_path):
    warehouse = Warehouse.open(tmp_path / "w")
    data = person_days({"A": 4}, ["2018-04"])
    with pytest.raises(WarehouseError, match="more than one of the files"):
        add(warehouse, pa.concat_tables([data, data]), "twice")
    assert warehouse.deliveries() == ()


def test_a_fault_while_writing_leaves_every_byte(tmp_path, monkeypatch):
    warehouse = Warehouse.open(tmp_path / "w")
    add(warehouse, person_days({"A": 4}, ["2018-04"]), "one")
    before = contents(tmp_path / "w")
    with pytest.raises(RuntimeError), warehouse.writing() as transaction:
        transaction.add(
            person_days({"B": 4}, ["2018-04"]),
            source="attendance",
            table_name="person_day",
            period="FY2018",
            received_on=DAY,
            files=[report("two", "2018-04-02", "2018-04-20")],
        )
        raise RuntimeError("power cut")
    assert contents(tmp_path / "w") == before


def test_a_kill_between_parquet_and_manifest_shows_the_old_state_and_the_next_run_goes_on(
    tmp_path, monkeypatch
):
    import kumastats.warehouse.store as store

    warehouse = Warehouse.open(tmp_path / "w")
    first = add(warehouse, person_days({"A": 4}, ["2018-04"]), "one")
    real = store.os.replace
    monkeypatch.setattr(
        store.os,
        "replace",
        lambda a, b: (
            (_ for _ in ()).throw(KeyboardInterrupt) if str(b).endswith("manifest.json") else real(a, b)
        ),
    )
    with pytest.raises(KeyboardInterrupt):
        add(warehouse, person_days({"B": 4}, ["2018-04"]), "two")
    assert warehouse.snapshot().id == first.id
    monkeypatch.undo()
    assert add(warehouse, person_days({"B": 4}, ["2018-04"]), "two").id != first.id


def test_two_writers_do_not_meet(tmp_path):
    warehouse = Warehouse.open(tmp_path / "w")
    with warehouse.writing(), pytest.raises(WarehouseError, match="Another process"), warehouse.writing():
        pass


def test_an_empty_or_damaged_warehouse_says_what_to_do(tmp_path):
    with pytest.raises(WarehouseError, match="kumastats ingest"):
        Warehouse.open(tmp_path / "w").snapshot()
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(WarehouseError, match="damaged"):
        Warehouse.open(tmp_path / "w").deliveries()


def test_impossible_questions_are_refused(tmp_path):
    snapshot = add(Warehouse.open(tmp_path / "w"), person_days({"A": 4}, ["2018-04"]), "one")
    with pytest.raises(WarehouseError, match="No data are held"):
        snapshot.table("ticket")
    with pytest.raises(UsageError):
        snapshot.cells("person_day", value=None, grain="person_month")


def test_histogram_counts_everyone_once(tmp_path):
    data = person_days({"A": 4, "B": 7}, ["2018-04"])
    snapshot = add(Warehouse.open(tmp_path / "w"), data, "one")
    made = snapshot.histogram("person_day", "ordered_overtime_min", width=60)
    frame = data.to_pandas()
    people = frame.groupby(frame["ordered_overtime_min"] // 60 * 60)["person_id"].nunique()
    assert made["contributors"].tolist() == people.tolist()
    values = np.array(data["ordered_overtime_min"].to_pylist())
    assert made["n"].sum() == len(values)
    assert dict(zip(made["low"], made["n"], strict=True)) == {
        int(k): int(v) for k, v in zip(*np.unique(values // 60 * 60, return_counts=True), strict=True)
    }

"""`check` names the file and row to mend, after any number of sorts, and none that it does not know."""

import datetime as dt
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sources"))
from files import attendance, school

from kumastats import keys
from kumastats.ingest import check, ingest
from kumastats.sources import scan
from kumastats.study import StudyFolder
from kumastats.tables.origin import sheet_origin
from kumastats.warehouse import Warehouse, origin_files, rewriting

DAY = dt.date(2018, 6, 10)
# work on a Sunday that is not recorded as holiday work
SUNDAY = "{:07d},架空,{},課,正規,,30. {}.{},出勤,0:00,9:00,12:00,,,,,,"
PLAIN = "{:07d},架空,{},課,正規,,30. {}.{},出勤,7:45,8:30,17:15,1:00,,,,,"
NAMES = {4: "kinmu_201804.csv", 5: "kinmu_201805.csv"}
SUNDAYS = {4: 15, 5: 13}


def study(folder: Path, people: int = 8) -> Path:
    """Two months, people in no order; on a Sunday of each, the third row of people works."""
    root = StudyFolder.lay_out(folder).root
    for month, name in NAMES.items():
        rows = [
            PLAIN.format(9000 - (p * 37) % 101, "A01", month, day) for p in range(people) for day in (9, 10)
        ]
        rows.insert(4, SUNDAY.format(8000 + month, "A01", month, SUNDAYS[month]))
        attendance(root / "raw/attendance", *rows, name=name, banner=f"勤務実績一覧（平成30年{month}月分）")
    ingest(root, received_on=DAY)
    return root


def places(root: Path, rule: str = "holiday_work_unmarked") -> list[tuple]:
    (result,) = [r for r in check(root).results if r.rule.id == rule]
    found = [r for e in result.examples for r in e.at]
    return [(r.source.file, r.source.sheet, r.source.row) if r.source else None for r in found]


WANTED = [(NAMES[4], None, 7), (NAMES[5], None, 7)]  # below a banner, a header and four rows


def test_an_example_names_the_file_and_row_of_the_export(tmp_path):
    root = study(tmp_path / "s")
    line = (root / "raw/attendance" / NAMES[4]).read_bytes().decode("cp932").split("\r\n")[6]
    assert line == SUNDAY.format(8004, "A01", 4, 15)
    assert places(root) == WANTED
    told = check(root).text
    assert "A01 2018-04-15 ×1（kinmu_201804.csvの7行目）" in told.ja
    assert "A01 2018-05-13 ×1 (kinmu_201805.csv, row 7)" in told.en
    assert "0008004" not in told.ja and "受領" not in told.ja.split("holiday_work_unmarked")[1].split("\n")[1]


@pytest.mark.parametrize("in_memory", [1 << 21, 0], ids=["in memory", "in pieces"])
def test_it_does_so_after_the_key_was_rotated(tmp_path, monkeypatch, in_memory):
    root = study(tmp_path / "s")
    monkeypatch.setattr(rewriting, "IN_MEMORY", in_memory)
    keys.rotate(root, secret=b"n" * 32)
    assert places(root) == WANTED
    held = Warehouse.open(root / "warehouse").deliveries()
    named = {origin_files.path_of(root / "warehouse", d).name for d in held}
    assert {p.name for p in (root / "warehouse/origins").iterdir()} == named


def test_a_large_delivery_tells_what_a_small_one_does(tmp_path, monkeypatch):
    monkeypatch.setattr(scan.scan, "__kwdefaults__", {**scan.scan.__kwdefaults__, "block": 300})
    assert places(study(tmp_path / "parts", people=40)) == WANTED


def test_origins_leave_deliveries_and_snapshots_as_they_are(tmp_path):
    root = study(tmp_path / "s")
    warehouse = Warehouse.open(root / "warehouse")
    before = [(d.id, d.parquet_sha256, warehouse.path(d).read_bytes()) for d in warehouse.deliveries()]
    snapshot = warehouse.snapshot().id
    shutil.rmtree(root / "warehouse/origins")
    assert warehouse.snapshot().id == snapshot
    assert [
        (d.id, d.parquet_sha256, warehouse.path(d).read_bytes()) for d in warehouse.deliveries()
    ] == before
    assert places(root) == [None, None]
    assert f"kinmu_201804.csv 受領{before[0][0]}の" in check(root).text.ja


def test_the_origin_of_another_content_is_not_believed(tmp_path):
    root = study(tmp_path / "s")
    (delivery,) = Warehouse.open(root / "warehouse").deliveries()
    path = origin_files.path_of(root / "warehouse", delivery)
    origin_files.write(sheet_origin("other.csv", None, [1, 2, 3]), path)
    assert places(root) == [None, None]


def test_what_an_interrupted_ingest_left_is_swept(tmp_path):
    root = study(tmp_path / "s")
    left = root / "warehouse/origins/left-over.parquet"
    left.write_bytes(b"half written")
    with Warehouse.open(root / "warehouse").writing():
        assert not left.exists()
    assert places(root) == WANTED


def test_after_the_key_is_destroyed_no_row_leads_back_to_an_export(tmp_path):
    root = study(tmp_path / "s")
    keys.destroy(root, dt.date(2023, 10, 1))
    assert not (root / "warehouse/origins").exists()
    assert places(root) == [None, None]


def test_a_sheet_is_named_beside_its_book(tmp_path):
    root = StudyFolder.lay_out(tmp_path / "s").root
    school(root / "raw/school_hours", {3: "9:00"})
    ingest(root, received_on=DAY)
    (delivery,) = Warehouse.open(root / "warehouse").deliveries()
    found = origin_files.places(root / "warehouse", delivery, [0])
    assert found[0].text("ja") == "zaiko_2018_S001.xlsx、シート「4月」、3行目"

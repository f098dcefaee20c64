"""Every row knows the row of its file, however the file was ordered."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from files import KEY, school
from small_exports import SAMPLE, Export, exports

from kumastats.sources import Mapping, read
from kumastats.tables.origin import NAMES, apart, beside, schema, sheet_origin, unknown

# a conversation is of several activities, a day or month of several jobs, uploads or devices
COUNTED = {"bot", "print_log", "lesson_share", "devices"}


def _read(export: Export, folder: Path, data: bytes) -> tuple[pa.Table, pa.Table]:
    path = folder / export.name
    path.write_bytes(export.file(data))
    mapping = SAMPLE / "mappings" / f"{export.source}.yml"
    made = read(
        export.source, path, mapping=Mapping.load(mapping) if mapping.exists() else None, identity=KEY
    )
    return made.data, made.origin


def _backwards(export: Export) -> tuple[bytes, int]:
    """Return the export with its first rows below the header in the opposite order, and the sum of two mirrored rows."""
    text = export.data.decode(export.encoding)
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(ending)
    kept = [i for i, x in enumerate(lines) if x and not x.startswith("合計")]
    wide = {i: len(next(csv.reader([lines[i]]))) for i in kept}
    head = next(i for i in kept if wide[i] == max(wide.values()))
    body = [i for i in kept if i > head]
    turned = list(lines)
    for i, j in zip(body, body[::-1], strict=True):
        turned[i] = lines[j]
    return ending.join(turned).encode(export.encoding), body[0] + body[-1] + 2


@pytest.mark.parametrize("export", [e for e in exports() if e.source not in COUNTED], ids=lambda e: e.label)
def test_a_row_that_moves_in_its_file_is_told_where_it_went(export: Export, tmp_path: Path) -> None:
    data, told = _read(export, tmp_path, export.data)
    turned, both = _backwards(export)
    again, mirrored = _read(export, tmp_path, turned)
    assert told.schema == schema() and told.num_rows == data.num_rows > 0
    assert set(told["origin_file"].to_pylist()) == {export.name}
    assert not {w for w in told["origin_row"].to_pylist() if w is None or w < 2}
    order = [(n, "ascending") for n in data.column_names]
    first = beside(data, told).sort_by(order)
    second = beside(again, mirrored).sort_by(order)
    assert first.select(data.column_names).equals(second.select(data.column_names))
    sums = np.array(first["origin_row"]) + np.array(second["origin_row"])
    assert set(sums.tolist()) == {both}


@pytest.mark.parametrize("name", ["print.csv", "printlog_2018_06_01.log"])
def test_a_day_of_several_jobs_is_told_by_the_first(name: str, tmp_path: Path) -> None:
    (export,) = [e for e in exports() if e.name == name]
    _, told = _read(export, tmp_path, export.data)
    assert told["origin_row"].to_pylist() == ([3, 4] if name == "print.csv" else [1])


def test_a_cell_of_a_workbook_is_told_with_its_sheet(tmp_path: Path) -> None:
    made = read("school_hours", school(tmp_path, {3: "9:00", 2: "10:00"}, shift=(2, 1)), identity=KEY)
    assert made.origin.to_pylist() == [
        dict(zip(NAMES, ("zaiko_2018_S001.xlsx", "4月", 5), strict=True)) for _ in range(2)
    ]


def test_rows_and_their_origins_are_sorted_together() -> None:
    known = beside(pa.table({"k": [3, 1]}), sheet_origin("a.csv", None, np.array([2, 3])))
    more = beside(pa.table({"k": [2]}), sheet_origin("b.xlsx", "4月", np.array([9])))
    data, told = apart(pa.concat_tables([known, more, beside(pa.table({"k": [4]}), None)]).sort_by("k"))
    assert data["k"].to_pylist() == [1, 2, 3, 4]
    assert [tuple(r.values()) for r in told.to_pylist()] == [
        ("a.csv", None, 3), ("b.xlsx", "4月", 9), ("a.csv", None, 2), (None, None, None),
    ]  # fmt: skip
    assert unknown(0).num_rows == 0 and unknown(0).schema == schema()

"""The whole sample city, taken in: its planted defects are found, and no person is in what is held."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kumastats.sources import SOURCES
from kumastats.tables import CATALOGUE
from kumastats.warehouse import Warehouse
from kumastats.warehouse.rules import check_snapshot, score


def test_planted_defects_are_found_with_few_false_alarms(small_study: Path) -> None:
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    truth = json.loads((small_study / "truth.json").read_text(encoding="utf-8"))
    report = check_snapshot(snapshot)
    made = score(truth, report, snapshot.deliveries)
    assert made.count("found") + made.count("missed") > 100
    assert made.share_found >= 0.95
    assert made.false_alarms_per_1000 <= 1
    assert report.passed


def test_every_source_and_table_is_held(small_study: Path) -> None:
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    assert set(snapshot.tables) == set(CATALOGUE)
    assert {d.source for d in snapshot.deliveries} == set(SOURCES)


def test_no_canary_is_in_a_table_or_the_manifest(small_study: Path) -> None:
    canaries = json.loads((small_study / "truth.json").read_text(encoding="utf-8"))["canaries"]
    assert len(canaries) > 8
    held = (small_study / "warehouse/manifest.json").read_text(encoding="utf-8")
    for path in sorted((small_study / "warehouse/deliveries").glob("*.parquet")):
        table = pq.read_table(path)
        for name in table.column_names:
            if pa.types.is_string(table.schema.field(name).type):
                held += "\n".join(str(v) for v in table[name].unique().to_pylist())
    assert [c for c in canaries if c in held] == []

"""Ten thousand ways a file goes wrong: each is refused, told in the report, or in format and in range – never a crash.

With control totals, every change that moves a total is refused.
"""

from __future__ import annotations

import collections
import datetime as dt
import random
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import test_microsoft as microsoft
from mutate import BINARY, TEXT
from small_exports import SAMPLE, Export, exports

from kumastats.errors import KumastatsError, Place
from kumastats.sources import SOURCES, IdentityKey, Mapping, ReadResult, read
from kumastats.sources.control import ControlTotal, reconcile
from kumastats.tables import CATALOGUE

KEY = IdentityKey(b"k" * 32)
MUTATIONS = 10_000
GROUPS = 20
# groups in the everyday tests; `make validity` runs them all
EVERY_DAY = 1
PLAUSIBLE = (dt.date(1970, 1, 1), dt.date(2099, 12, 31))
LONGEST = {
    "person_day": 24 * 60,
    "person_week": 168 * 60,
    "meeting": 14 * 24 * 60,
    "document_diary": 24 * 60,
    "work_sample": 24 * 60,
}
# who and what is in the exports; none of it may be in an error, wherever a cell has gone
SECRETS = (
    "カナリア", "9990001", "999000", "0001234", "架空 花子", "髙﨑", "096-000-9990", "相談", "困った", "助けて", "算数",
    "架空の文書", "u1@city", "99900011",
)  # fmt: skip


@cache
def mapping_of(source: str) -> Mapping:
    path = SAMPLE / "mappings" / f"{source}.yml"
    return Mapping.load(path) if path.is_file() else Mapping.default(source)


def mutations(numbers: range) -> Iterator[tuple[int, Export, str, bytes]]:
    """Yield mutations by number, spread evenly over exports and kinds; the same ones every time."""
    every = exports()
    for number in numbers:
        export = every[number % len(every)]
        how = TEXT[(number // len(every)) % len(TEXT)]
        yield number, export, how.__name__, how(export.data, export.encoding, random.Random(number))


def valid(result: ReadResult) -> list[str]:
    """Return what of a canonical table is not in format and in range."""
    canonical, wrong = CATALOGUE[result.table], []
    for column in canonical.columns:
        values = [v for v in result.data[column.name].to_pylist() if v is not None]
        if column.required and len(values) < result.data.num_rows:
            wrong.append(f"{column.name}: missing")
        if column.allowed and not set(values) <= set(column.allowed):
            wrong.append(f"{column.name}: not allowed")
        if column.kind in ("date", "instant"):
            days = [v.date() if isinstance(v, dt.datetime) else v for v in values]
            if any(not PLAUSIBLE[0] <= d <= PLAUSIBLE[1] for d in days):
                wrong.append(f"{column.name}: {min(days)} to {max(days)}")
        if column.kind == "minutes" and any(not 0 <= v <= LONGEST.get(result.table, 10**6) for v in values):
            wrong.append(f"{column.name}: {min(values)} to {max(values)}")
        if column.kind == "count" and any(v < 0 for v in values):
            wrong.append(f"{column.name}: negative")
    keys = list(zip(*[result.data[k].to_pylist() for k in canonical.key], strict=True))
    if len(set(keys)) < len(keys):
        wrong.append("repeated key")
    return wrong


def totals(data: pa.Table) -> dict[str, int]:
    """Return the rows, and the sum of every column of numbers."""
    sums = {"rows": data.num_rows}
    for name in data.column_names:
        if pa.types.is_integer(data.schema.field(name).type):
            sums[name] = sum(v for v in data[name].to_pylist() if v is not None)
    return sums


def _control(export: Export, path: Path) -> list[ControlTotal]:
    """State the totals of the file as it should be, counted here."""
    path.write_bytes(export.file(export.data))
    truth = read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
    stated = [("件数", truth.report.rows_read - truth.report.dropped.get("totals_row", 0))]
    for head in export.sums:
        probe = ControlTotal(path.name, head, -(10**9), Place(), path.parent)
        (told,) = reconcile([probe], truth, path, mapping_of(export.source))
        stated.append((head, int(told.found.en.rsplit("file ", 1)[1].rstrip(").").replace(",", ""))))
    return [ControlTotal(path.name, item, value, Place(), path.parent) for item, value in stated]


@pytest.mark.parametrize(
    "group", [pytest.param(g, marks=() if g < EVERY_DAY else pytest.mark.slow) for g in range(GROUPS)]
)
def test_a_mutation_is_refused_told_or_in_range(group: int, tmp_path: Path) -> None:
    every = exports()
    truths: dict[str, ReadResult] = {}
    controls: dict[str, list[ControlTotal]] = {}
    for export in every:
        path = tmp_path / export.name
        controls[export.label] = _control(export, path)
        truths[export.label] = read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
    seen: collections.Counter[str] = collections.Counter()
    size = MUTATIONS // GROUPS
    for number, export, how, data in mutations(range(group * size, (group + 1) * size)):
        path = tmp_path / export.name
        path.write_bytes(export.file(data))
        where = f"mutation {number}: {how} of {export.label}"
        try:
            result = read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
        except KumastatsError as refused:
            seen["refused"] += 1
            told = refused.text("ja") + refused.text("en") + str(refused.to_dict())
            assert not [s for s in SECRETS if s in told], where
            continue
        assert valid(result) == [], where
        truth = truths[export.label]
        if result.data.equals(truth.data):
            seen["same"] += 1
            continue
        if _told(result) != _told(truth):
            seen["told"] += 1
            continue
        seen["in range"] += 1
        if export.sums and _moved(result, truth, export):
            assert reconcile(controls[export.label], result, path, mapping_of(export.source)), where
            seen["total moved"] += 1
    print(f"group {group}: {dict(sorted(seen.items()))}")
    assert seen["refused"] > seen["in range"]
    assert sum(seen[k] for k in ("refused", "same", "told", "in range")) == MUTATIONS // GROUPS


def _told(result: ReadResult) -> tuple[dict[str, int], dict[str, int]]:
    return result.report.dropped, result.report.quarantined


def _moved(result: ReadResult, truth: ReadResult, export: Export) -> bool:
    """Tell whether a total the sender stated has moved: the rows, or the columns its headers fill."""
    filled = {
        "attendance": ("ordered_overtime_min", "scheduled_min", "holiday_work_min", "late_night_min"),
        "school_year": ("teachers", "beyond_regular_min", "over_45h"),
        "cases": ("standard_days", "approvals"),
        "rollout": ("devices",),
        "costs": ("yen",),
        "document_diary": ("search_min", "searches"),
        "work_sample": ("observed", "searching", "searching_paper"),
        "shelters": ("evacuees", "staff", "staff_needed"),
        "community": ("replies",),
        "watch_over": ("households_due", "households_visited", "households_overdue", "activities_held", "activities_attended"),
        "m365": ("value",),
    }.get(export.source, ())  # fmt: skip
    now, then = totals(result.data), totals(truth.data)
    rows = result.report.rows_read - result.report.dropped.get("totals_row", 0)
    before = truth.report.rows_read - truth.report.dropped.get("totals_row", 0)
    return rows != before or any(now[c] != then[c] for c in filled)


def test_every_source_is_among_the_exports() -> None:
    assert {e.source for e in exports()} == set(SOURCES)


def test_every_kind_of_mutation_changes_files() -> None:
    changed = collections.Counter(
        how for _, export, how, data in mutations(range(2_000)) if data != export.data
    )
    assert set(changed) == {m.__name__ for m in TEXT}


def test_broken_workbooks_are_refused_or_the_same(tmp_path: Path) -> None:
    export = microsoft._forms(
        tmp_path,
        microsoft.JA[:7],
        *[[i, microsoft.AT, microsoft.AT, "", "", "A001", "満足"] for i in range(9)],
    )
    data = export.read_bytes()
    truth = read("survey", export, identity=KEY).data
    refused = 0
    for number in range(300):
        rng = random.Random(number + zlib.crc32(b"workbooks"))
        export.write_bytes(BINARY[number % len(BINARY)](data, "", rng))
        try:
            assert read("survey", export, identity=KEY).data.equals(truth), f"mutation {number}"
        except KumastatsError:
            refused += 1
    assert refused > 150


def test_outcomes_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[Any]) -> None:
    seen: collections.Counter[str] = collections.Counter()
    for _, export, _, data in mutations(range(360)):
        path = tmp_path / export.name
        path.write_bytes(export.file(data))
        try:
            read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
            seen["read"] += 1
        except KumastatsError as refused:
            assert refused.found.ja and refused.found.en
            seen["refused"] += 1
    assert seen["refused"] > 100

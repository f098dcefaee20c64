"""Rounds of work sampling summed as people seen: n, Σ and Σ² by hand, and no fewer people than were seen at once."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from kumastats import measures
from kumastats.errors import UsageError
from kumastats.tables import table
from kumastats.warehouse import Snapshot, Warehouse

# office, day, hour, seen, searching, working minutes
ROUNDS = (
    ("A1", 12, 10, 10, 1, 465),
    ("A1", 12, 14, 12, 2, 465),
    ("A1", 13, 10, 8, 0, 400),
    ("A2", 12, 10, 5, 1, 465),
    ("A2", 13, 10, 0, 0, 465),
    ("A2", 14, 10, None, 1, 465),
    ("A2", 15, 10, 9, None, 465),
    ("A2", 16, 10, 9, 1, None),
)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    schema = table("work_sample").schema
    names = ("office_id", "observed_at", "observed", "searching", "on_duty_min")
    rows = [
        dict(zip(names, (office, dt.datetime(2018, 11, day, hour), *rest), strict=True))
        for office, day, hour, *rest in ROUNDS
    ]
    data = pa.table(
        {f.name: pa.array([r.get(f.name) for r in rows], type=f.type) for f in schema}, schema=schema
    )
    warehouse = Warehouse.open(tmp_path / "warehouse")
    file = {
        "file": "w.csv",
        "sha256": "w",
        "first_date": "2018-11-12",
        "last_date": "2018-11-16",
        "dropped": {},
        "quarantined": {},
    }
    with warehouse.writing() as adding:
        adding.add(
            data, source="work_sample", table_name="work_sample", period="FY2018", received_on=dt.date(2018, 12, 1), files=[file]
        )  # fmt: skip
    return warehouse.snapshot()


def test_everyone_seen_is_an_entity(snapshot: Snapshot) -> None:
    made = measures.cells(snapshot, "search_time_seen")
    frame = made.frame.set_index("office_id")
    assert frame["n"].to_dict() == {"A1": 30, "A2": 5}
    assert frame["s1"].to_dict() == {"A1": 3 * 465, "A2": 465}
    assert frame["s2"].to_dict() == {"A1": 3 * 465**2, "A2": 465**2}
    value = measures.series(made, measures.measure("search_time_seen"))["value"]
    assert value.tolist() == [3 * 465 / 30, 465 / 5]


def test_people_are_at_least_those_seen_at_once_office_by_office(snapshot: Snapshot) -> None:
    by_office = measures.cells(snapshot, "search_time_seen").frame
    assert by_office["contributors"].tolist() == [12, 5]
    everyone = measures.cells(snapshot, "search_time_seen", by=(), period="all").frame
    assert (everyone["contributors"].tolist(), everyone["n"].tolist()) == ([17], [35])
    by_day = measures.cells(snapshot, "search_time_seen", period="date").frame
    assert by_day["contributors"].tolist() == [12, 8, 5]


def test_rows_of_rounds_never_count_as_so_many_people(snapshot: Snapshot) -> None:
    rounds = snapshot.cells("work_sample", by=(), period="all").frame
    assert (rounds["n"].tolist(), rounds["contributors"].tolist()) == ([8], [12 + 9])
    bins = snapshot.histogram("work_sample", "searching", width=1)
    assert bins["contributors"].tolist() == [8, 10, 12]


def test_what_is_no_round_has_no_glances(snapshot: Snapshot) -> None:
    with pytest.raises(UsageError, match="Glances need"):
        snapshot.cells("work_sample", grain="glance", by=("office_id",))
    with pytest.raises(UsageError, match="Glances need"):
        snapshot.cells("work_sample", value="on_duty_min", grain="glance", by=("office_id",), over=1)

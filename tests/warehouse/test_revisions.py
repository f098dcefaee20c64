"""Corrected rows are told whatever their columns hold, by table, quarter and number, and by how much a measure moved."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest

from kumastats.tables import table
from kumastats.warehouse import Revision, Warehouse, revisions
from kumastats.warehouse.revisions import ROWS

DAYS = ("2019-05-10", "2019-08-09")
FIELDS = ["ticket_id", "office_id", "service", "issued_at", "called_at", "finished_at", "outcome"]


def canonical(name: str, frame: pd.DataFrame) -> pa.Table:
    schema = table(name).schema
    made = [
        pa.array(frame[f.name].astype(object).where(frame[f.name].notna(), None), type=f.type)
        if f.name in frame
        else pa.nulls(len(frame), f.type)
        for f in schema
    ]
    return pa.table(made, schema=schema)


def tickets(office: str, day: str, numbers: range) -> pd.DataFrame:
    """Return tickets a minute apart, called after ten minutes, finished after five more."""
    issued = [pd.Timestamp(f"{day} 09:00") + pd.Timedelta(minutes=i) for i in numbers]
    called = [t + pd.Timedelta(minutes=10) for t in issued]
    finished = [t + pd.Timedelta(minutes=5) for t in called]
    rows = zip((f"{day}-{i:03d}" for i in numbers), issued, called, finished, strict=True)
    return pd.DataFrame([(id_, office, "住民票", a, b, c, "served") for id_, a, b, c in rows], columns=FIELDS)


def add(warehouse: Warehouse, name: str, frame: pd.DataFrame, file: str, on: dt.date):
    told = {"file": file, "sha256": file, "first_date": DAYS[0], "last_date": DAYS[1]}
    with warehouse.writing() as transaction:
        transaction.add(
            canonical(name, frame),
            source=name,
            table_name=name,
            period="FY2019",
            received_on=on,
            files=[told],
        )
    return warehouse.snapshot()


@pytest.fixture
def states(tmp_path):
    warehouse = Warehouse.open(tmp_path / "w")
    held = pd.concat([tickets(office, day, range(60)) for office in "AB" for day in DAYS])
    first = add(warehouse, "ticket", held, "one", dt.date(2019, 10, 1))
    fix = tickets("A", DAYS[0], range(11, 80))  # 11 are gone, 20 are new
    fix.loc[fix.index[:15], "called_at"] += pd.Timedelta(seconds=60)
    fix.loc[fix.index[10:22], "service"] = "戸籍"
    fix.loc[fix.index[30:33], "finished_at"] = None
    return warehouse, first, add(warehouse, "ticket", fix, "fix", dt.date(2019, 11, 1))


def test_a_corrected_ticket_log_is_told_by_column(states):
    _, first, second = states
    found = {r.column: r for r in revisions(first, second)}
    assert {r.quarter for r in found.values()} == {"FY2019Q1"}
    rows = found[ROWS]
    assert (rows.n_before, rows.n_after) == (120, 129)
    assert (rows.changed, rows.added, rows.removed) == (15 + 12 - 5 + 3, 20, 11)
    changed = {c: r.changed for c, r in found.items() if r.changed}
    assert changed == {
        ROWS: 25, "called_at": 15, "service": 12, "finished_at": 3, "wait_sec": 15, "service_sec": 18,
    }  # fmt: skip
    # the wait is called minus issued: ten minutes each, one more of the fifteen
    wait = found["wait_sec"]
    assert (wait.sum_before, wait.sum_after) == (120 * 600, 129 * 600 + 15 * 60)
    assert wait.change == 9 * 600 + 15 * 60
    assert (found["finished_at"].n_before, found["finished_at"].n_after) == (120, 126)
    assert revisions(second, second) == ()


def test_a_retraction_tells_the_same_backwards(states):
    warehouse, first, second = states
    forth = {(r.column, r.quarter): r for r in revisions(first, second)}
    warehouse.retract(second.deliveries[-1].id, reason="wrong counter", on=dt.date(2019, 12, 1))
    back = {(r.column, r.quarter): r for r in revisions(second, warehouse.snapshot())}
    assert forth.keys() == back.keys()
    for key, r in forth.items():
        assert back[key] == Revision(
            r.table, r.column, r.quarter, r.n_after, r.n_before, r.sum_after, r.sum_before, r.changed, r.removed, r.added
        )  # fmt: skip


def test_a_ticket_that_moves_to_another_quarter_is_changed_where_it_was(states):
    warehouse, _, second = states
    moved = tickets("B", DAYS[0], range(60))
    moved.loc[moved.index[:1], ["issued_at", "called_at", "finished_at"]] += pd.Timedelta(days=91)
    both = pd.concat([moved, tickets("B", DAYS[1], range(60))])
    third = add(warehouse, "ticket", both, "moved", dt.date(2019, 12, 1))
    found = {(r.column, r.quarter): r for r in revisions(second, third)}
    here = found[ROWS, "FY2019Q1"]
    assert (here.n_before - here.n_after, here.changed, here.added, here.removed) == (1, 1, 0, 0)
    there = found[ROWS, "FY2019Q2"]
    assert (there.n_after - there.n_before, there.changed) == (1, 0)


def test_a_list_without_dates_is_compared_as_a_whole(tmp_path):
    warehouse = Warehouse.open(tmp_path / "w")
    names = ["fiscal_year", "initiative_id", "item", "kind", "yen"]
    rows = [("FY2018", "cloud", f"item {i}", "budget", 1000 * i) for i in range(1, 5)]
    first = add(warehouse, "cost", pd.DataFrame(rows, columns=names), "one", dt.date(2019, 4, 1))
    rows[0] = (*rows[0][:4], 5000)
    second = add(warehouse, "cost", pd.DataFrame(rows[:3], columns=names), "two", dt.date(2019, 5, 1))
    found = {r.column: r for r in revisions(first, second)}
    assert {r.quarter for r in found.values()} == {"all"}
    assert (found[ROWS].n_before, found[ROWS].n_after) == (4, 3)
    assert (found[ROWS].changed, found[ROWS].removed) == (1, 1)
    assert (found["yen"].sum_before, found["yen"].sum_after, found["yen"].changed) == (10_000, 10_000, 1)


def test_a_quarter_only_the_later_state_holds_is_news(states):
    warehouse, _, second = states
    third = add(warehouse, "ticket", tickets("A", "2019-10-10", range(30)), "news", dt.date(2019, 12, 1))
    assert revisions(second, third) == ()

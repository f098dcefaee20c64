"""Retraction, the history of snapshots, revisions of reported quarters, and what `status` tells of them."""

import datetime as dt
import shutil

import pytest
from test_warehouse import add, contents, person_days

from kumastats.errors import UsageError, WarehouseError
from kumastats.warehouse import Warehouse, revisions
from kumastats.warehouse.disk import locked
from kumastats.warehouse.store import BUSY


@pytest.fixture
def warehouse(tmp_path):
    made = Warehouse.open(tmp_path / "w")
    add(made, person_days({"A": 4, "B": 7}, ["2018-04", "2018-07"]), "one", dt.date(2020, 4, 10))
    add(made, person_days({"A": 3}, ["2018-07"], base=500), "fix", dt.date(2020, 9, 1))
    return made


def test_a_retracted_delivery_is_left_out_and_its_history_stays(warehouse):
    first, second = warehouse.history()
    files = sorted(p.name for p in (warehouse.root / "deliveries").iterdir())
    gone = warehouse.retract(second.deliveries[-1].id, reason="sent by mistake", on=dt.date(2020, 10, 1))
    assert gone.retraction and gone.retraction.reason == "sent by mistake"
    now = warehouse.snapshot()
    assert now.id == first.id
    assert (
        now.cells("person_day", value="worked_min").hash == first.cells("person_day", value="worked_min").hash
    )
    assert warehouse.snapshot(dt.date(2020, 9, 30)).id == second.id
    assert warehouse.snapshot(dt.date(2020, 10, 1)).id == first.id
    assert [s.id for s in warehouse.history()] == [first.id, second.id]
    found = warehouse.find(second.id)
    assert found is not None and len(found.deliveries) == 2 and warehouse.find("0" * 12) is None
    assert sorted(p.name for p in (warehouse.root / "deliveries").iterdir()) == files


def test_what_cannot_be_retracted_is_refused_and_changes_nothing(warehouse):
    before = contents(warehouse.root)
    id_ = warehouse.deliveries()[0].id
    with pytest.raises(UsageError, match="no delivery"):
        warehouse.retract("nothing", reason="why", on=dt.date(2020, 10, 1))
    with pytest.raises(UsageError, match="reason"):
        warehouse.retract(id_, reason="  ", on=dt.date(2020, 10, 1))
    assert contents(warehouse.root) == before
    warehouse.retract(id_, reason="why", on=dt.date(2020, 10, 1))
    with pytest.raises(UsageError, match="was retracted on 2020-10-01"):
        warehouse.retract(id_, reason="why", on=dt.date(2020, 10, 2))
    warehouse.retract(warehouse.deliveries()[1].id, reason="why", on=dt.date(2020, 10, 2))
    assert warehouse.current() is None
    with pytest.raises(WarehouseError):
        warehouse.snapshot()


def test_revisions_tell_what_changed_in_reported_quarters(warehouse):
    before, after = warehouse.history()
    (found,) = [r for r in revisions(before, after) if r.column == "ordered_overtime_min"]
    old, new = (
        s.frame("person_day", start=dt.date(2018, 7, 1), end=dt.date(2018, 9, 30))["ordered_overtime_min"]
        for s in (before, after)
    )
    assert (found.table, found.quarter) == ("person_day", "FY2018Q2")
    assert (found.n_before, found.n_after) == (len(old), len(new)) == (165, 150)
    assert (found.sum_before, found.sum_after) == (old.sum(), new.sum())
    assert found.change == new.sum() - old.sum()
    assert revisions(after, after) == ()
    add(warehouse, person_days({"A": 4}, ["2018-10"]), "news", dt.date(2021, 1, 1))
    assert revisions(after, warehouse.snapshot()) == ()


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path):
    path = tmp_path / ".lock"
    path.write_text("left by a killed process", encoding="utf-8")
    with locked(path, BUSY), pytest.raises(WarehouseError, match="Another process"), locked(path, BUSY):
        pass
    assert not path.exists()


def test_status_and_retract_by_command(small_study, tmp_path, capsys):
    import json

    from kumastats import cli

    root = tmp_path / "study"
    root.mkdir()
    shutil.copy(small_study / "study.yml", root / "study.yml")
    made = Warehouse.open(root / "warehouse")
    add(made, person_days({"A": 4}, ["2018-04"]), "one", dt.date(2020, 4, 10))
    add(made, person_days({"A": 3}, ["2018-04"]), "fix", dt.date(2020, 9, 1))
    fix = made.deliveries()[-1].id

    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(["--lang", "en", *words, "--study", str(root)])
        assert ended.value.code == 0
        return capsys.readouterr().out

    assert "was retracted" in run("retract", fix, "--reason", "double file", "--on", "2020-10-01")
    told = run("status", "--deliveries")
    assert "double file" in told and fix in told and made.snapshot().id in told
    body = json.loads(run("status", "--json"))
    assert [s["added"] for s in body["snapshots"]] == [1, 1]
    assert [bool(d.get("retraction")) for d in body["deliveries"]] == [False, True]

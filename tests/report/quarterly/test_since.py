"""What changed: against an earlier register and an earlier snapshot; few rows are not told apart."""

import datetime as dt
import json
from dataclasses import replace

from road import copy_of

from kumastats.calendar import Quarter
from kumastats.disclosure import PublishedNumber
from kumastats.evidence import Register, descriptive
from kumastats.evidence.findings import Origin
from kumastats.measures import measure
from kumastats.report.public_register import public_view
from kumastats.report.quarterly import since
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Revision, Warehouse


def finding(id_, value, quarter="FY2022Q4", snapshot="a" * 12):
    origin = Origin(
        quarter=quarter, snapshot=snapshot, deliveries=(), code_version="1", notebook="x", parameters={}
    )
    x = PublishedNumber("x", value, "mean", n=500, contributors=500, unit=Text("分", "min"), decimals=1)
    return descriptive(
        id_,
        origin,
        item="counters",
        title=Text("待ち", "waits"),
        statement=Text("{x}。", "{x}."),
        numbers=[x],
        n=500,
    )


def answer(id_, value, quarter="FY2022Q4"):
    return replace(finding(id_, value, quarter), kind="claim", verdict="supported")


def view(*records):
    return json.loads(public_view(records))


def test_changed_new_and_gone_findings(tmp_path):
    folder = StudyFolder(tmp_path)
    before = Register(folder.evidence("FY2022Q3"))
    for made in (
        answer("same", 5.0), answer("moved", 5.0), answer("gone", 1.0), finding("level-x", 1.0),
    ):  # fmt: skip
        before.write(replace(made, quarter="FY2022Q3"))
    now = view(answer("same", 5.04), answer("moved", 6.0), answer("fresh", 1.0), finding("level-x", 9.0))
    earlier = since.last_quarter(folder, Quarter("FY2022Q4"))
    assert earlier is not None and earlier.name.en.startswith("the report of FY2022 Q3")
    # 5.04 is still shown as 5.0; the measures of another quarter are no revision of this one
    assert [(c.id, c.before.value, c.after.value) for c in earlier.changed(now) if c.after] == [
        ("moved.x", 5.0, 6.0)
    ]
    assert earlier.fresh(now) == ["fresh"] and earlier.gone(now) == ["gone"]


def test_only_quarters_before_count(tmp_path):
    folder = StudyFolder(tmp_path)
    Register(folder.evidence("FY2022Q4")).write(finding("same", 5.0))
    assert since.last_quarter(folder, Quarter("FY2022Q4")) is None
    assert since.last_release(folder) is None


def test_corrected_data_are_found_between_the_snapshots(small_study, tmp_path):
    root = copy_of(small_study, tmp_path / "study")
    folder = StudyFolder(root)
    held = Warehouse.open(folder.warehouse)
    before = held.snapshot()
    home = folder.runs / "FY2022Q3"
    home.mkdir()
    (home / "run.json").write_text(json.dumps({"snapshot": before.id}), encoding="utf-8")
    Register(home / "evidence").write(finding("same", 5.0, "FY2022Q3"))
    earlier = since.last_quarter(folder, Quarter("FY2022Q4"))
    assert earlier is not None and since.revised(folder, earlier, before) == ()
    last = [d for d in held.deliveries() if d.table == "person_day"][-1]
    held.retract(last.id, reason="counted twice", on=dt.date(2023, 5, 20))
    found = since.revised(folder, earlier, held.snapshot())
    assert found and {r.table for r in found} == {"person_day"}
    assert sum(r.n_before - r.n_after for r in found if r.column == "scheduled_min") <= last.rows
    unknown = replace(earlier, snapshot="0" * 12)
    assert since.revised(folder, unknown, held.snapshot()) is None


def test_a_difference_of_few_rows_is_not_told():
    rows = since.revisions_table(
        [
            Revision("person_day", "worked_min", "FY2022Q3", 1000, 997, 50, 40),
            Revision("person_day", "worked_min", "FY2022Q4", 1000, 900, 50, 40),
            Revision("person_day", "worked_min", "FY2022Q2", 5, 0, 50, 0),
        ],
        "en",
    ).rows
    assert rows[0][4] == "within 10" and rows[1][4] == "900"
    assert rows[2][3] == rows[2][4] == "fewer than 10" and rows[2][8] == "—"


def test_corrected_tickets_are_told_by_the_measure_they_move():
    rows = since.revisions_table(
        [
            Revision("ticket", "*", "FY2022Q3", 1000, 1010, 0, 0, 40, 15, 5),
            Revision("ticket", "called_at", "FY2022Q3", 1000, 1010, 0, 0, 40),
            Revision("ticket", "wait_sec", "FY2022Q3", 1000, 1010, 600_000, 612_000, 40),
            Revision("ticket", "wait_sec", "FY2022Q4", 1000, 1000, 600_000, 612_000, 3),
            Revision("enquiry", "next_contact_min", "FY2022Q3", 1000, 990, 50, 40),
            Revision("cost", "yen", "all", 1000, 1000, 100, 110, 40),
        ],
        "en",
    ).rows
    assert rows[0][4:] == ["within 10", "40", "15", "fewer than 10", "—"]
    assert rows[1][5:] == ["40", "", "", "—"]
    assert rows[2][1] == measure("counter_wait").label.en and rows[2][8] == "+2.0%"
    assert rows[3][5] == "fewer than 10" and rows[3][8] == "—"
    assert len(rows) == 5 and rows[4][2] == "all periods"  # what no measure stands for is left out

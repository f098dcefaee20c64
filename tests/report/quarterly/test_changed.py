"""What an operator is told of a change, by name."""

import json

from kumastats.report.quarterly.changed import summary, to_make_again
from kumastats.report.quarterly.fresh import on_earlier_data
from kumastats.report.quarterly.since import Earlier
from kumastats.text import Text
from kumastats.warehouse import Revision
from kumastats.warehouse.revisions import ROWS


def view(*ids: str) -> dict:
    return {"records": [{"id": i, "title": {"ja": f"題{i}", "en": f"title {i}"}} for i in ids]}


def test_findings_that_came_and_went_are_named():
    earlier = Earlier(Text("前の報告", "the report before"), view("a", "b"), "")
    told = summary(earlier, 1, view("b", *"cdefgh"))
    assert told.ja == "前の報告から: 変わった数値1件、新しい証拠6件（「題c」「題d」「題e」「題f」「題g」ほか1件）、なくなった証拠1件（「題a」）。"  # fmt: skip
    assert told.en.startswith("Since the report before: 1 number changed; new findings: 6 (“title c”,")
    assert "and 1 more); findings gone: 1 (“title a”)." in told.en


def test_reports_made_before_a_correction_are_to_be_made_again():
    row = Revision("person_day", ROWS, "FY2018Q2", 20, 20, 12, 0, 0, 0, 0)
    again = to_make_again([row], ["FY2018Q1", "FY2018Q2"])
    assert again is not None and "kumastats run --quarter FY2018Q2" in again.ja and "FY2018Q1" not in again.en
    assert to_make_again([row], ["FY2018Q1"]) is None


def test_quarters_whose_run_stands_on_other_data_are_behind(tmp_path):
    for quarter, snapshot in (("FY2018Q1", "old"), ("FY2018Q2", "new"), ("FY2018Q4", "old")):
        (tmp_path / quarter).mkdir()
        (tmp_path / quarter / "run.json").write_text(json.dumps({"snapshot": snapshot}), encoding="utf-8")
    (tmp_path / "FY2017Q4").mkdir()
    assert on_earlier_data(tmp_path, "FY2018Q3", "new") == ("FY2018Q1",)

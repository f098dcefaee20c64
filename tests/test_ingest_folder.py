"""Ingest of a folder as it was received: sources told by their content, control totals, dry run, explanation."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "sources"))
from files import attendance
from test_lists import CASES, ROSTER, WATCH

from kumastats import cli
from kumastats.errors import KumastatsError, Place, Problems, SourceError, UsageError
from kumastats.ingest import explain_file, ingest
from kumastats.sources import Mapping
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Warehouse
from kumastats.warehouse.rules import check_snapshot

DAY = dt.date(2018, 5, 10)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return StudyFolder.lay_out(tmp_path / "study").root


@pytest.fixture
def received(tmp_path: Path) -> Path:
    folder = tmp_path / "received"
    folder.mkdir()
    attendance(folder)
    (folder / "申請.csv").write_text(CASES, encoding="utf-8")
    (folder / "jinji.csv").write_text(ROSTER, encoding="cp932")
    (folder / "見守り.csv").write_text(WATCH, encoding="utf-8")
    return folder


def _control(folder: Path, *rows: str) -> None:
    (folder / "control_totals.csv").write_text("\n".join(["ファイル,項目,値", *rows, ""]), encoding="cp932")


def test_a_folder_is_told_apart_by_content(study: Path, received: Path) -> None:
    report = ingest(study, [received], received_on=DAY)
    held = Warehouse.open(StudyFolder(study).warehouse).snapshot()
    assert held.tables == ("case", "person", "person_day", "watch_over")
    assert {d.source for d in report.deliveries} == {"attendance", "cases", "roster", "watch_over"}


def test_an_unknown_file_stops_the_ingest_and_names_it(study: Path, received: Path) -> None:
    (received / "memo.csv").write_text("日付,メモ\n2018/4/1,あ\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"memo\.csv"):
        ingest(study, [received], received_on=DAY)
    assert not Warehouse.open(StudyFolder(study).warehouse).deliveries()


def test_the_same_file_twice_is_read_once(study: Path, received: Path) -> None:
    again = received / "received_2018-06-01"
    again.mkdir()
    (again / "copy.csv").write_bytes((received / "申請.csv").read_bytes())
    report = ingest(study, [received], received_on=DAY)
    assert report.skipped == ("copy.csv",)


def test_control_totals_that_agree_are_counted(study: Path, received: Path) -> None:
    _control(
        received,
        "kinmu_201804.csv,件数,3",
        "kinmu_201804.csv,時間外命令,8:00",
        "申請.csv,決裁段数,3",
        "申請.csv,件数,1",
    )
    report = ingest(study, [received], received_on=DAY)
    assert report.controls == 4
    assert "4項目" in report.text.ja


@pytest.mark.parametrize(
    "wrong",
    [
        "kinmu_201804.csv,件数,4",
        "kinmu_201804.csv,時間外命令,8:01",
        "申請.csv,決裁段数,2",
        "来なかった.csv,件数,1",
        "申請.csv,存在しない,1",
    ],
)
def test_control_totals_that_do_not_agree_refuse_everything(wrong: str, study: Path, received: Path) -> None:
    _control(received, "申請.csv,件数,1", wrong)
    with pytest.raises(KumastatsError) as refused:
        ingest(study, [received], received_on=DAY)
    assert "control_totals.csv" in refused.value.text("ja")
    assert not Warehouse.open(StudyFolder(study).warehouse).deliveries()


def test_a_dry_run_reads_everything_and_takes_nothing_in(
    study: Path, received: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["ingest", str(received), "--study", str(study), "--dry-run", "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"] and len(told["readings"]) == 4
    assert not Warehouse.open(StudyFolder(study).warehouse).deliveries()


def test_a_file_that_comes_twice_is_told_by_its_rule(study: Path, received: Path) -> None:
    (received / "received_2018-06-01").mkdir()
    again = received / "received_2018-06-01" / "見守り_再送.csv"
    again.write_bytes((received / "見守り.csv").read_bytes())
    report = ingest(study, [received], received_on=DAY)
    assert report.skipped == (again.name,)
    snapshot = Warehouse.open(StudyFolder(study).warehouse).snapshot()
    (told,) = [r for r in check_snapshot(snapshot).results if r.rule.id == "repeated_delivery"]
    assert told.rows == snapshot.table("watch_over").count().execute() > 0


def test_explain_tells_how_a_file_reads_and_saves_it_as_a_mapping(
    received: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "cases.yml"
    with pytest.raises(SystemExit) as ended:
        cli.main(
            ["--lang", "en", "ingest", "--explain", str(received / "申請.csv"), "--save-mapping", str(saved)]
        )
    assert ended.value.code == 0
    assert "application cases (cases)" in capsys.readouterr().out
    mapping = Mapping.load(saved)
    assert mapping.columns["received_at"].heads == ("受付日時",)
    assert (
        explain_file(received / "申請.csv", mapping=saved).report
        == explain_file(received / "申請.csv").report
    )


def test_explain_drafts_the_mapping_of_a_file_with_other_headers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, saved = tmp_path / "log.csv", tmp_path / "tickets.yml"
    log.write_text(
        "番号,庁舎,業務,発券時刻,呼出時刻\n1,本庁,住民票,2019/4/1 9:00,2019/4/1 9:10\n", encoding="utf-8"
    )
    words = ["ingest", "--source", "tickets", "--explain", str(log)]
    with pytest.raises(SystemExit):
        cli.main([*words, "--save-mapping", str(saved)])
    told = capsys.readouterr().out
    assert "見出しは 受付番号、庁舎コード、業務" in told and "下書き" in told
    draft = Mapping.load(saved)
    assert draft.columns["service"].heads == ("業務",) and draft.columns["called_at"].heads == ("呼出日時",)
    mine = {
        "受付番号": "番号",
        "庁舎コード": "{column: 庁舎, values: {本庁: H1}}",
        "発券日時": "発券時刻",
        "呼出日時": "呼出時刻",
        "状態": "{constant: 完了}",
    }
    text = saved.read_text(encoding="utf-8")
    for usual, here in mine.items():
        text = text.replace(usual, here)
    saved.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main([*words, "--mapping", str(saved)])
    assert "対応表からその行を消してください" in capsys.readouterr().out
    saved.write_text(re.sub(r".*(終了日時|離脱日時|窓口番号)\n", "", text), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--mapping", str(saved)])
    assert ended.value.code == 0


def test_the_same_problem_of_several_rows_is_told_once() -> None:
    found, remedy = Text("値が違います。", "Wrong value."), Text("直してください。", "Mend it.")
    several = Problems(
        [SourceError(found, place=Place("a.csv", row=n, column="x"), remedy=remedy) for n in (3, 4, 5, 9)]
    )
    assert (
        several.text("ja")
        == "4件の問題が見つかりました。\na.csv、3–5・9行目、列「x」: 値が違います。\n対処: 直してください。"
    )
    assert several.text("en").splitlines()[1] == "a.csv, rows 3–5, 9, column “x”: Wrong value."


def test_explain_says_what_is_wrong_with_a_file(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (received / "申請.csv").write_text(CASES.replace("2019/04/02 10", "2019/03/02 10"), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        cli.main(["ingest", "--explain", str(received / "申請.csv")])
    assert ended.value.code == 1
    assert "finished_before_receipt" in capsys.readouterr().out


def test_of_two_mappings_of_a_source_the_fitting_one_is_used(study: Path) -> None:
    folder = StudyFolder(study)
    (folder.mappings / "cases-a.yml").write_text(
        "source: cases\ncolumns: {case_id: No, office_id: {constant: A1}}\n", encoding="utf-8"
    )
    (folder.mappings / "cases-b.yml").write_text(
        "source: cases\ncolumns: {case_id: 受付番号, office_id: {constant: B1}}\n", encoding="utf-8"
    )
    (folder.raw / "cases").mkdir(exist_ok=True)
    (folder.raw / "cases/east.csv").write_text("No,手続,受付日時\n1,転入,2019/4/1 9:00\n", encoding="utf-8")
    (folder.raw / "cases/west.csv").write_text(
        "受付番号,手続,受付日時\n1,転入,2019/4/1 9:00\n", encoding="utf-8"
    )
    ingest(study, received_on=DAY)
    held = Warehouse.open(folder.warehouse).snapshot().frame("case")
    assert sorted(held["office_id"]) == ["A1", "B1"]

"""Ingest: all or nothing, by the command line, and the real logs of a bank and of Viva through to their notebooks."""

import datetime as dt
import re
import sys
from pathlib import Path

import pytest
from real_files import needs, real_file

sys.path.insert(0, str(Path(__file__).parent / "sources"))
from files import HEADS, ROWS, attendance

from kumastats import cli, measures
from kumastats.display.reasons import REASONS
from kumastats.ingest import check, ingest
from kumastats.ingest.report import IngestReport
from kumastats.study import StudyFolder
from kumastats.tables import table
from kumastats.text import Text
from kumastats.warehouse import Warehouse

BANK = "queue/anonymous_bank_1999_february.txt"
BANK_MAPPING = Path(__file__).parent / "data/mappings/bank_calls.yml"
VIVA = "viva/person_query_sample.csv"


@pytest.fixture
def study(tmp_path) -> Path:
    root = StudyFolder.lay_out(tmp_path / "study").root
    attendance(root / "raw/attendance")
    ingest(root, received_on=dt.date(2018, 5, 10))
    return root


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


BAD = {
    "binary": b"\x00\x01\x02\x03",
    "empty": b"",
    "wrong_columns": "受付番号,状態\n1,完了\n".encode("cp932"),
    "mixed_encodings": HEADS.encode("cp932")
    + b"\n"
    + ROWS[0].encode("cp932")
    + b"\n"
    + ROWS[1].encode()
    + b"\n",
    "impossible_time": f"{HEADS}\n{ROWS[0].replace('30. 4. 2', '2018/4/9').replace('25:30', '17:75')}\n".encode(
        "cp932"
    ),
    "duplicate_person_days": f"{HEADS}\n{ROWS[0]}\n{ROWS[0].replace('8:00', '9:00')}\n".replace(
        "30. 4. 2", "2018/4/9"
    ).encode("cp932"),
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_a_wrong_file_changes_nothing_and_exits_with_one(kind, study, capsys):
    bad = study / "raw/attendance/kinmu_201805.csv"
    bad.write_bytes(BAD[kind])
    before = contents(study / "warehouse")
    with pytest.raises(SystemExit) as ended:
        cli.main(["--lang", "en", "ingest", "--study", str(study)])
    told = " ".join(capsys.readouterr().err.split())
    assert ended.value.code == 1
    assert "kinmu_201805.csv" in told and "Remedy" in told and "Traceback" not in told
    if kind not in ("binary", "empty"):
        assert re.search(r"\brows? \d", told)
    if kind == "impossible_time":
        assert "column “退勤”" in told
    assert "0012345" not in told and "架空" not in told
    assert contents(study / "warehouse") == before


def test_one_bad_file_among_good_ones_keeps_all_out(study):
    attendance(
        study / "raw/attendance",
        ROWS[0].replace("30. 4. 2", "30. 5. 2"),
        name="kinmu_201805.csv",
        banner="勤務実績一覧（平成30年5月分）",
    )
    (study / "raw/attendance/kinmu_201806.csv").write_bytes(BAD["empty"])
    before = contents(study / "warehouse")
    with pytest.raises(SystemExit):
        cli.main(["ingest", "--study", str(study)])
    assert contents(study / "warehouse") == before
    (study / "raw/attendance/kinmu_201806.csv").unlink()
    assert len(ingest(study).readings) == 1


def test_held_files_are_skipped_and_corrections_count_by_their_day(study):
    assert ingest(study).skipped == ("kinmu_201804.csv",)
    folder = study / "raw/attendance/received_2018-08-20"
    folder.mkdir()
    attendance(folder, ROWS[0].replace(",8:00,", ",2:00,"), ROWS[1])
    ingest(study)
    warehouse = Warehouse.open(study / "warehouse")
    now, then = warehouse.snapshot(), warehouse.snapshot(dt.date(2018, 6, 1))
    s1 = [
        measures.cells(s, "ordered_overtime", where={"office_id": "A01"}).frame["s1"].tolist()
        for s in (then, now)
    ]
    assert s1 == [[480], [120]]


def test_json_tells_an_error_with_its_place(study, capsys):
    import json

    (study / "raw/attendance/kinmu_201805.csv").write_bytes(BAD["impossible_time"])
    with pytest.raises(SystemExit):
        cli.main(["ingest", "--study", str(study), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["place"] == {"file": "kinmu_201805.csv", "row": 2, "column": "退勤"} and told["remedy"]["ja"]


@needs(BANK)
@pytest.mark.slow
def test_the_bank_log_reaches_the_counters_notebook(tmp_path):
    """Its outcomes, faults and service times, counted from its 33,344 lines by other means."""
    from kumastats.report.chapters import counters
    from kumastats.report.session import open_session

    root = StudyFolder.lay_out(tmp_path / "study").root
    ingest(root, [real_file(BANK)], source="tickets", mapping=BANK_MAPPING, received_on=dt.date(2020, 1, 1))
    session = open_session(str(root), "FY1998Q4", "en", notebook="05_counters")
    found = counters.in_quarter(session)
    assert found is not None
    assert dict(found.audit.outcomes) == {"served": 27_162, "left": 5_904, "void": 278}
    assert found.audit.zero_service + found.audit.no_finish == 85
    assert found.audit.no_desk == 491
    assert (found.audit.short_service + found.audit.no_finish) / 27_162 == pytest.approx(0.067, abs=0.0005)
    assert found.services.mean * 60 == pytest.approx(188.7, abs=0.05)
    assert found.services.median * 60 == 116
    assert found.services.sd_log == pytest.approx(0.953, abs=0.0005)
    executed = run_notebook("05_counters", root, "FY1998Q4", tmp_path)
    assert "27,162" in executed and "5,904" in executed and "278" in executed
    assert "3.1" in executed  # 188.7 s in minutes


@needs(VIVA)
def test_the_viva_sample_reaches_a_notebook(tmp_path):
    import pandas as pd

    root = StudyFolder.lay_out(tmp_path / "study").root
    ingest(root, [real_file(VIVA)], source="viva_person", received_on=dt.date(2025, 1, 10))
    assert check(root).passed
    snapshot = Warehouse.open(root / "warehouse").snapshot()
    made = measures.cells(snapshot, "meeting_time", by=(), period="all").frame.iloc[0]
    raw = pd.read_csv(real_file(VIVA))
    assert (made["n"], made["contributors"]) == (10_500, 300)
    assert made["s1"] / 60 / made["n"] == pytest.approx(raw["Meeting_hours"].mean(), abs=1e-4)
    executed = run_notebook("00_start_here", root, "FY2024Q1", tmp_path)
    assert "meeting time" in executed and raw["PersonId"].iloc[0] not in executed


def run_notebook(name: str, study: Path, quarter: str, tmp_path: Path) -> str:
    """Plain papermill, as an analyst would call it."""
    import papermill

    from kumastats.report import assets

    out = tmp_path / f"{name}.ipynb"
    papermill.execute_notebook(
        str(assets.notebooks() / f"{name}.ipynb"),
        str(out),
        parameters={"study": str(study), "quarter": quarter, "lang": "en"},
        progress_bar=False,
    )
    return out.read_text(encoding="utf-8")


def test_the_summary_of_an_ingest_speaks_in_words(small_study):
    warehouse = Warehouse.open(small_study / "warehouse")
    held = warehouse.deliveries()
    readings = tuple(f for d in held for f in d.files)
    report = IngestReport(held, (), readings, details=(Text("", ""),) * len(readings), snapshot=None)
    assert table("person_day").label.ja in report.text.ja and "（person_day）" in report.text.ja
    assert "合計の行 " in report.text.ja and "row of totals: " in report.text.en
    kinds = {k for r in readings for name in ("dropped", "quarantined", "counts") for k in r[name]}
    assert len(kinds) > 10 and kinds <= set(REASONS)
    for line in report.text.ja.splitlines()[1:]:  # every name stands behind its words
        assert not re.search(r"[a-z]+_[a-z_]+", re.sub(r"（[a-z_0-9]+）", "", line)), line

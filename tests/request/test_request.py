"""The data request: every source has its sheet, the letter asks for what was missing, nothing in it executes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kumastats import cli
from kumastats.errors import UsageError
from kumastats.request import column_sheets, write_request
from kumastats.request.letter import MISSING
from kumastats.sources import SOURCES
from kumastats.study import StudyFolder


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return StudyFolder.lay_out(tmp_path / "study").root


def test_every_source_has_a_sheet_with_its_usual_headers() -> None:
    sheets = {s.name: s for s in column_sheets()}
    assert set(SOURCES) | {"identities", "control_totals"} == set(sheets)
    for name in ("roster", "cases", "costs", "watch_over"):
        heads = {r.head for r in sheets[name].rows}
        assert {h[0] for h in SOURCES[name].usual.values()} <= heads
    assert all(s.label.ja and s.label.en for s in sheets.values())


def test_the_letter_asks_for_what_was_missing_and_says_what_not_to_send(study: Path) -> None:
    made = write_request(study, on=dt.date(2018, 4, 3))
    told = made.files[0].read_text(encoding="utf-8")
    assert all(m.ja in told and m.en in told for m in MISSING)
    assert "平成30年4月3日" in told
    assert "電話番号" in told
    assert str(study) not in told


def test_the_same_request_has_the_same_bytes(study: Path, tmp_path: Path) -> None:
    one, two = (write_request(study, tmp_path / name).files for name in ("a", "b"))
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_no_cell_of_the_sheets_executes(study: Path) -> None:
    book = openpyxl.load_workbook(write_request(study).files[1])
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert len(cells) > 500
    assert {c.data_type for c in cells} == {"s"}


def test_the_command_writes_some_sources_only(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--lang", "en", "request", "--study", str(study), "--source", "cases"])
    assert ended.value.code == 0
    assert "column_sheets.xlsx" in capsys.readouterr().out
    assert openpyxl.load_workbook(study / "request/column_sheets.xlsx").sheetnames == [
        "cases", "identities", "control_totals",
    ]  # fmt: skip
    with pytest.raises(UsageError):
        write_request(study, sources=["unheard"])


def test_the_key_is_shown_rotated_and_destroyed_by_commands(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, said in (
        (["status"], "no key yet"),
        (["destroy", "--yes", "--on", "2023-09-30"], "2023-09-30"),
    ):
        with pytest.raises(SystemExit) as ended:
            cli.main(["--lang", "en", "key", *command, "--study", str(study)])
        assert ended.value.code == 0
        assert said in capsys.readouterr().out

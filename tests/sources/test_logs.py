"""Print logs and chatbot transcripts: both forms of each, what is counted, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from kumastats.errors import KumastatsError
from kumastats.sources import IdentityKey, Mapping, read
from kumastats.sources.identity_map import IdentityMap
from kumastats.sources.recognise import recognise

KEY = IdentityKey(b"k" * 32)
BANNER = "PaperCut Print Logger - http://www.papercut.com/"
HEAD = "Time,User,Pages,Copies,Printer,Document Name,Client,Paper Size,Language,Height,Width,Duplex,Grayscale,Size"


def _logger(folder: Path, *rows: str) -> Path:
    path = folder / "papercut-print-log-2018-06.csv"
    path.write_bytes("\r\n".join([BANNER, HEAD, *rows, ""]).encode("cp932"))
    return path


def _job(
    pages: int,
    copies: int,
    duplex: str,
    grey: str,
    printer: str = "A001-MFP1",
    at: str = "2018-06-01 09:00:00",
) -> str:
    return f"{at},u1,{pages},{copies},{printer},架空の文書.docx,PC1,A4,PCL6,297,210,{duplex},{grey},10kb"


def test_sides_and_sheets_are_pages_times_copies(tmp_path: Path) -> None:
    path = _logger(
        tmp_path, _job(3, 2, "DUPLEX", "NOT GRAYSCALE"), _job(5, 1, "NOT DUPLEX", "GRAYSCALE"),
        _job(1, 1, "NOT DUPLEX", "GRAYSCALE", printer="B002-MFP9"), _job(1, 1, "NOT DUPLEX", "GRAYSCALE", at="2018-06-02 08:00:00"),
    )  # fmt: skip
    result = read("print_log", path, identity=KEY)
    made = {(r["office_id"], r["date"]): r for r in result.data.to_pylist()}
    first = made["A001", dt.date(2018, 6, 1)]
    assert (first["pages_colour"], first["pages_mono"], first["sheets"], first["jobs"]) == (6, 5, 4 + 5, 2)
    assert sorted(made) == [
        ("A001", dt.date(2018, 6, 1)),
        ("A001", dt.date(2018, 6, 2)),
        ("B002", dt.date(2018, 6, 1)),
    ]
    assert "架空の文書" not in str(result.data.to_pylist()) + result.report.text("ja")
    assert recognise(path, {})[0] == "print_log"


def test_print_users_not_in_the_identity_map_are_counted_and_kept_nowhere(tmp_path: Path) -> None:
    known = IdentityMap({"1234": {"staff": frozenset({"1234"}), "print": frozenset({"u1"})}})
    path = _logger(
        tmp_path,
        _job(3, 2, "DUPLEX", "GRAYSCALE"),
        _job(1, 1, "DUPLEX", "GRAYSCALE").replace(",u1,", ",u9,"),
        _job(1, 1, "DUPLEX", "GRAYSCALE").replace(",u1,", ",U9,"),
    )
    result = read("print_log", path, identity=IdentityKey(b"k" * 32, identities=known))
    assert result.report.counts["unknown_identity"] == 1
    assert "1 of 2 users not in the identity map (print user)" in result.report.text("en")
    assert "u9" not in str(result.report.to_dict()) + str(result.data.to_pylist())
    assert "unknown_identity" not in read("print_log", path, identity=KEY).report.counts


def test_ng_mf_has_no_header_and_tabs(tmp_path: Path) -> None:
    lines = [
        "2018-06-01 09:00:00\tsrv\tA001-MFP1\tu1\tacc\tpc\t架空の文書\t3\t1\t2\tN\tN\tA4",
        "2018-06-01 10:00:00\tsrv\tA001-MFP1\tu1\tacc\tpc\t架空の文書\t2\t0\t1\tY\tY\tA4",
    ]
    path = tmp_path / "printlog_2018_06_01.log"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    result = read("print_log", path, identity=KEY)
    (row,) = result.data.to_pylist()
    assert (row["pages_colour"], row["pages_mono"], row["sheets"], row["jobs"]) == (2, 4 + 2, 6 + 1, 2)
    assert recognise(path, {})[0] == "print_log"
    path.write_text("\n".join([*lines, "2018-06-01 10:00:00\tshort", ""]), encoding="utf-8")
    with pytest.raises(KumastatsError) as refused:
        read("print_log", path, identity=KEY)
    assert "3行目" in refused.value.text("ja")


def test_a_printer_without_an_office_is_refused_until_the_mapping_names_it(tmp_path: Path) -> None:
    path = _logger(tmp_path, _job(1, 1, "DUPLEX", "GRAYSCALE", printer="会議室複合機"))
    with pytest.raises(KumastatsError, match="unknown_printer"):
        read("print_log", path, identity=KEY)
    (tmp_path / "m.yml").write_text(
        "source: print_log\ncolumns:\n  office_id: {column: Printer, values: {会議室複合機: A007}}\n",
        encoding="utf-8",
    )
    (row,) = read("print_log", path, mapping=Mapping.load(tmp_path / "m.yml"), identity=KEY).data.to_pylist()
    assert row["office_id"] == "A007"


@pytest.mark.parametrize(
    ("job", "kind"),
    [
        (_job(0, 1, "DUPLEX", "GRAYSCALE"), "impossible_number"),
        (_job(1, 1, "MAYBE", "GRAYSCALE"), "unknown_value"),
        (_job(1, 1, "DUPLEX", "GRAYSCALE", at="2018-06-31 09:00:00"), "no date"),
        (_job(1, 1, "DUPLEX", "GRAYSCALE").replace(",1,1,", ",one,1,"), "unreadable_number"),
    ],
)
def test_a_bad_job_is_refused(job: str, kind: str, tmp_path: Path) -> None:
    with pytest.raises(KumastatsError, match=kind):
        read("print_log", _logger(tmp_path, job), identity=KEY)


def _activity(kind: str, at: str, conversation: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": at, "timestamp": at, "conversation": {"id": conversation}, **more}


ASKER = {"id": "user-7", "name": "架空 花子", "role": "user"}
ACTIVITIES = [
    _activity("conversationUpdate", "2019-06-30T15:00:00Z", "c1"),
    _activity("message", "2019-06-30T15:30:05.123Z", "c1", **{"from": ASKER, "text": "住民票について"}),
    _activity("event", "2019-06-30T15:30:06Z", "c1", name="topic", value={"topic": "certificates"}),
    _activity("event", "2019-06-30T15:31:05Z", "c1", name="resolved", value={"resolved": False}),
    _activity("event", "2019-06-30T15:32:00Z", "c1", name="handoff", value={"to": "phone"}),
    _activity("message", "2019-06-30T16:32:00Z", "c2", **{"from": ASKER}),
    _activity("message", "2019-06-30T16:32:00Z", "c3", **{"from": {"id": "bot", "role": "bot"}}),
]


def _transcript(folder: Path, body: Any, *, lines: bool = False) -> Path:
    path = folder / "transcripts_201907.json"
    told = (
        "\n".join(json.dumps(a, ensure_ascii=False) for a in body)
        if lines
        else json.dumps(body, ensure_ascii=False)
    )
    path.write_text(told, encoding="utf-8")
    return path


@pytest.mark.parametrize("lines", [False, True])
def test_a_conversation_is_an_enquiry_in_japan_time(lines: bool, tmp_path: Path) -> None:
    path = _transcript(tmp_path, ACTIVITIES, lines=lines)
    result = read("bot", path, identity=KEY)
    made = {r["started_at"]: r for r in result.data.to_pylist()}
    first = made[dt.datetime(2019, 7, 1)]
    assert (first["topic"], first["resolved"], first["escalated_to"]) == ("certificates", False, "phone")
    assert first["ended_at"] == dt.datetime(2019, 7, 1, 0, 32)
    assert first["follow_up_within_min"] == 60
    assert result.report.dropped == {"no_question": 1}
    told = str(result.data.to_pylist()) + str(result.report.to_dict())
    assert not [s for s in ("架空", "住民票", "user-7") if s in told]
    assert recognise(path, {})[0] == "bot"


@pytest.mark.parametrize(
    "broken",
    [
        {"timestamp": "2019-07-01 09:00"},
        {"timestamp": "yesterday"},
        {"timestamp": "2119-07-01T00:31:05Z"},
        {"type": "unheard"},
        {"conversation": None},
    ],
)
def test_a_broken_activity_is_refused_with_its_number(broken: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(KumastatsError) as refused:
        read("bot", _transcript(tmp_path, [*ACTIVITIES[:2], {**ACTIVITIES[2], **broken}]), identity=KEY)
    assert "3行目" in refused.value.text("ja")


def test_a_transcript_cut_off_is_refused(tmp_path: Path) -> None:
    path = _transcript(tmp_path, ACTIVITIES)
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(KumastatsError, match="JSON"):
        read("bot", path, identity=KEY)

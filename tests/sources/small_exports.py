"""A small export of every source as it should be, to be changed in ten thousand ways."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import test_lists as lists
import test_logs as logs
import test_microsoft as microsoft

SAMPLE = Path(__file__).parents[2] / "data_sample"
ROWS = 14
DAYS = ",".join(str(d) for d in range(1, 32))


@dataclass(frozen=True)
class Export:
    """A small export as it should be.

    Attributes
    ----------
    data, encoding
        Its cells as delimited text, which is what is changed.
    sums
        Raw headers whose totals the sender states, each with the canonical columns it fills.
    made
        Makes the file from the text, where the file is a workbook.
    """

    source: str
    name: str
    data: bytes
    encoding: str
    sums: tuple[str, ...] = ()
    made: Callable[[bytes], bytes] | None = None

    @property
    def label(self) -> str:
        """Tell exports of one source apart."""
        return f"{self.source} {self.name}"

    def file(self, data: bytes) -> bytes:
        """Return the file that holds this text."""
        return self.made(data) if self.made is not None else data


def workbook(sheet_name: str) -> Callable[[bytes], bytes]:
    """Return what makes a workbook of one sheet out of delimited text; digits become numbers."""

    def made(data: bytes) -> bytes:
        text = "".join(c for c in data.decode("utf-8", "replace") if c >= " " or c == "\n")
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = sheet_name
        for row in csv.reader(io.StringIO(text)):
            sheet.append([int(c) if c.isascii() and c.isdigit() and c[0] != "0" else c or None for c in row])
        held = io.BytesIO()
        book.save(held)
        return held.getvalue()

    return made


def _written(source: str, text: str, encoding: str, *sums: str, name: str = "export.csv") -> Export:
    return Export(source, name, text.encode(encoding), encoding, sums)


def _slice(path: Path, source: str, encoding: str, *sums: str) -> Export:
    lines = path.read_bytes().decode(encoding).split("\r\n")
    kept = [*lines[:ROWS], *[x for x in lines[-2:] if x.startswith("合計")], ""]
    return Export(source, path.name, "\r\n".join(kept).encode(encoding), encoding, sums)


def _attendance() -> list[Export]:
    """The layouts of attendance: a row a day, a row a person, several pairs, items of the next day, premium rates."""
    cells = ["2:30", "", "", "1:00", "", "", "0:45", *[""] * 24]
    wide = f"職員番号,氏名,所属コード,所属名,任用区分,管理職,年月,{','.join(f'{d}日' for d in range(1, 32))},計\n"
    wide += f"0001234,架空 花子,A01,総務課,正規,,平成27年4月,{','.join(cells)},4:15\n"
    pairs = "カードNo,所属コード,年月日,入1,退1,入2,退2,当日:残業時間,翌日:残業時間\n0001234,A01,2018/04/02,8:30,12:00,13:00,26:15,6:45,2:15\n"
    rates = "職員番号,氏名,所属コード,勤務日,125/100,150/100,休憩\n0001234,架空 花子,A01,2018/04/02,1:30,0:45,1:00\n"
    return [
        _written("attendance", wide, "utf-8", name="meirei_201504.csv"),
        _written("attendance", pairs, "cp932", name="pairs.csv"),
        _written("attendance", rates, "cp932", name="rates.csv"),
    ]


def _workbooks() -> list[Export]:
    cells = ["", "10:45", "11:00", "", "9:30", *[""] * 26]
    school = f"平成30年度 在校等時間記録 架空小学校（S001）\n職員番号,氏名,職名,{DAYS},計\n"
    school += f"0001234,架空 花子,教諭,{','.join(cells)},31:15\n0001235,架空 一子,教諭,{','.join(cells)},31:15\n合計\n"
    forms = ",".join(microsoft.JA[:7]) + "\n"
    forms += "".join(
        f"{i},2018-10-01 09:05:00,2018-10-01 09:06:00,u1@city.example.jp,架空 花子,A001,{'満足' if i % 2 else '不満'}\n"
        for i in range(1, 11)
    )
    return [
        Export("school_hours", "zaiko_2018_S001.xlsx", school.encode(), "utf-8", (), workbook("4月")),
        Export("survey", "survey_staff_FY2018.xlsx", forms.encode(), "utf-8", (), workbook("Sheet1")),
    ]


def _microsoft() -> list[Export]:
    teams = "\n".join(
        [
            microsoft.TEAMS_2019,
            f"2019-04-30,{microsoft.USER},2019-04-26,False,,X,3,4,5,6,No,30",
            "2019-04-30,u2@city.example.jp,2019-04-26,False,,X,13,14,15,16,No,30",
            "",
        ]
    )
    skype = f"{microsoft.SKYPE}\n2019-04-30,{microsoft.USER},False,,2019-04-26,1,2,3,4,5,6,7,8,X,7\n"
    meetings = (
        "MeetingId,StartDate,StartTimeUTC,DurationHours,Attendees,Invitees,Attendee_meeting_hours,"
        "Attendees_multitasking,IsCancelled,IsRecurring,Subject,Organizer_Organization\n"
        "m1,12/30/2019,23:30:00,0.5,4,6,2,1,FALSE,TRUE,架空の会議,A001\n"
        "m2,12/31/2019,01:00:00,1,3,5,3,0,FALSE,FALSE,架空の相談,A001\n"
    )
    return [
        Export("m365", "teams.csv", teams.encode(), "utf-8", ("TeamChatMessageCount", "PrivateChatMessageCount", "CallCount", "MeetingCount")),
        Export("m365", "skype.csv", skype.encode(), "utf-8"),
        Export("viva_meeting", "meetings.csv", meetings.encode(), "utf-8"),
    ]  # fmt: skip


def _logs() -> list[Export]:
    jobs = [
        logs._job(3, 2, "DUPLEX", "NOT GRAYSCALE"),
        logs._job(5, 1, "NOT DUPLEX", "GRAYSCALE", printer="B002-MFP9"),
    ]
    ng_mf = [
        "2018-06-01 09:00:00\tsrv\tA001-MFP1\tu1\tacc\tpc\t架空の文書\t3\t1\t2\tN\tN\tA4",
        "2018-06-01 10:00:00\tsrv\tA001-MFP1\tu1\tacc\tpc\t架空の文書\t2\t0\t1\tY\tY\tA4",
    ]
    activities = json.loads((SAMPLE / "raw/bot/transcripts_201907.json").read_text(encoding="utf-8"))
    transcript = "[" + ",\n".join(json.dumps(a, ensure_ascii=False) for a in activities[:ROWS]) + "]\n"
    return [
        Export("print_log", "print.csv", "\n".join([logs.BANNER, logs.HEAD, *jobs, ""]).encode(), "utf-8", ("Pages", "Copies")),
        _written("print_log", "\n".join([*ng_mf, ""]), "utf-8", name="printlog_2018_06_01.log"),
        _written("bot", transcript, "utf-8", name="transcripts_201907.json"),
    ]  # fmt: skip


def exports() -> list[Export]:
    """Every source, small."""
    raw = SAMPLE / "raw"
    return [
        _slice(raw / "attendance/kinmu_201804.csv", "attendance", "cp932", "時間外命令", "所定", "休憩", "休日勤務", "深夜"),
        _slice(raw / "tickets/tickets_W1_FY2018Q1.csv", "tickets", "utf-8-sig"),
        _slice(raw / "viva_person/person_query_FY2018Q4.csv", "viva_person", "utf-8"),
        _slice(raw / "offices/offices.csv", "offices", "utf-8-sig"),
        _written("roster", lists.ROSTER, "cp932"),
        _written("school_year", lists.SCHOOL_YEAR, "utf-8", "教員数", "年間時間外", "月45時間超の人数"),
        _written("cases", lists.CASES, "utf-8", "標準処理期間", "決裁段数"),
        _written("enquiries", lists.ENQUIRIES, "cp932"),
        _written("rollout", lists.ROLLOUT, "utf-8", "端末数"),
        _written("costs", lists.COSTS, "cp932", "金額(千円)"),
        _written("document_diary", lists.DIARY, "cp932", "探した時間", "回数"),
        _written("work_sample", lists.SAMPLED, "cp932", "観測人数", "文書を探していた人数", "うち紙"),
        _written("shelters", lists.SHELTERS, "utf-8", "避難者数", "従事職員数", "必要職員数"),
        _written("community", lists.COMMUNITY, "utf-8", "返信数"),
        _written("watch_over", lists.WATCH, "utf-8", "訪問予定世帯", "訪問済世帯", "期限超過世帯", "活動回数", "参加者数"),
        _written("lesson_share", lists.LESSONS, "utf-8"),
        _written("devices", lists.DEVICES, "cp932", "対応室数"),
        *_attendance(),
        *_workbooks(),
        *_microsoft(),
        *_logs(),
    ]  # fmt: skip

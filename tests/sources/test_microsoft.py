"""Microsoft 365 usage reports, Viva Insights meeting query and Forms: the vintages met in the field."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from real_files import needs, real_file

from kumastats.errors import KumastatsError
from kumastats.sources import IdentityKey, Mapping, read
from kumastats.sources.recognise import recognise

KEY = IdentityKey(b"k" * 32)
VIVA = "viva/meeting_query_sample.csv"
TEAMS_2019 = (
    "Report Refresh Date,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Assigned Products,"
    "Team Chat Message Count,Private Chat Message Count,Call Count,Meeting Count,Has Other Action,Report Period"
)
TEAMS_2024 = (
    "Report Refresh Date,Tenant Display Name,Shared Channel Tenant Display Names,User Id,User Principal Name,"
    "Last Activity Date,Is Deleted,Deleted Date,Assigned Products,Team Chat Message Count,Private Chat Message Count,"
    "Call Count,Meeting Count,Post Messages,Reply Messages,Urgent Messages,Meetings Organized Count,"
    "Meetings Attended Count,Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,"
    "Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,"
    "Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,Audio Duration,"
    "Video Duration,Screen Share Duration,Audio Duration In Seconds,Video Duration In Seconds,"
    "Screen Share Duration In Seconds,Has Other Action,Is Licensed,Report Period"
)
SKYPE = (
    "Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,"
    "Total Peer-to-peer Session Count,Total Organized Conference Count,Total Participated Conference Count,"
    "Peer-to-peer Audio Count,Peer-to-peer Audio Minutes,Peer-to-peer Video Count,Peer-to-peer Video Minutes,"
    "Paricipated Conference IM Count,Assigned Products,Report Period"
)
ACTIVE = (
    "Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Has Exchange License,"
    "Has Teams License,Exchange Last Activity Date,Teams Last Activity Date,Assigned Products"
)
USER = "u1@city.example.jp"
HIDDEN = "0123456789ABCDEF0123456789abcdef"


def _csv(folder: Path, head: str, *rows: str) -> Path:
    path = folder / "report.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([head, *rows, ""]).encode())
    return path


def _values(path: Path) -> dict[tuple[str, str], int]:
    made = read("m365", path, identity=KEY).data.to_pylist()
    return {(r["product"], r["metric"]): r["value"] for r in made}


def test_teams_of_2019_and_2024_fill_the_same_metrics(tmp_path: Path) -> None:
    old = _values(_csv(tmp_path, TEAMS_2019, f"2019-04-30,{USER},2019-04-26,False,,X,3,4,5,6,No,30"))
    row = f"2024-04-30,t,,id,{USER},2024-04-26,False,,X,3,4,5,6,1,2,0,1,2,0,0,0,0,0,0,PT1H2M,PT0S,PT30S,3720,0,30,No,Yes,30"
    new = _values(_csv(tmp_path, TEAMS_2024, row))
    assert {k: new[k] for k in old} == old
    assert old["teams", "meetings"] == 6
    assert new["teams", "audio_seconds"] == 3720


def test_durations_are_read_from_iso_8601_where_seconds_are_not_given(tmp_path: Path) -> None:
    head = TEAMS_2019.replace("Has Other Action", "Audio Duration")
    assert (
        _values(_csv(tmp_path, head, f"2019-04-30,{USER},,False,,X,3,4,5,6,PT1H2M,30"))[
            "teams", "audio_seconds"
        ]
        == 3720
    )
    with pytest.raises(KumastatsError, match="impossible_time"):
        _values(_csv(tmp_path, head, f"2019-04-30,{USER},,False,,X,3,4,5,6,P1H2M,30"))


def test_the_misspelt_header_of_skype_is_met(tmp_path: Path) -> None:
    made = _values(_csv(tmp_path, SKYPE, f"2019-04-30,{USER},False,,2019-04-26,1,2,3,4,5,6,7,8,X,7"))
    assert made["skype", "conferences_joined_im"] == 8
    assert made["skype", "peer_video_minutes"] == 7


def test_a_window_is_its_first_and_last_day(tmp_path: Path) -> None:
    path = _csv(tmp_path, TEAMS_2019, f"2019-04-30,{USER},,False,,X,3,4,5,6,No,30")
    row = read("m365", path, identity=KEY).data.to_pylist()[0]
    assert (row["period_start"], row["period_end"]) == (dt.date(2019, 4, 1), dt.date(2019, 4, 30))


def test_concealed_names_are_kept_apart_and_counted(tmp_path: Path) -> None:
    path = _csv(
        tmp_path, TEAMS_2019, f"2021-09-30,{HIDDEN},,False,,X,3,4,5,6,No,30", f"2021-09-30,{USER},,False,,X,1,1,1,1,No,30"
    )  # fmt: skip
    result = read("m365", path, identity=KEY)
    assert {r["unit_kind"] for r in result.data.to_pylist()} == {"person", "concealed"}
    assert result.report.counts["concealed_user"] == 1
    assert HIDDEN not in str(result.data.to_pylist())


def test_active_users_become_licences_and_activity(tmp_path: Path) -> None:
    rows = [
        f"2019-04-30,{USER},架空,False,,True,False,2019-04-29,,X",
        "2019-04-30,u2@city.example.jp,架空,False,,True,True,2019-01-01,,X",
    ]
    made = read("m365", _csv(tmp_path, ACTIVE, *rows), identity=KEY).data.to_pylist()
    licensed = sum(r["value"] for r in made if (r["product"], r["metric"]) == ("exchange", "licensed"))
    active = sum(r["value"] for r in made if (r["product"], r["metric"]) == ("exchange", "active"))
    assert (licensed, active) == (2, 1)
    assert "架空" not in str(made)


def test_deleted_users_are_left_out_and_counted(tmp_path: Path) -> None:
    result = read("m365", _csv(tmp_path, TEAMS_2019, f"2019-04-30,{USER},,True,2019-04-01,X,3,4,5,6,No,30", "2019-04-30,u2@x.jp,,False,,X,3,4,5,6,No,30"), identity=KEY)  # fmt: skip
    assert result.report.dropped == {"deleted_user": 1}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (f"2019-04-30,{USER},,False,,X,-3,4,5,6,No,30", "negative_number"),
        (f"2019-04-30,{USER},,False,,X,3,4,5,6,No,31", "unreadable_period"),
        (f"2019-04-31,{USER},,False,,X,3,4,5,6,No,30", "2019-04-31"),
        ("2019-04-30,,,False,,X,3,4,5,6,No,30", "missing_value"),
        (f"2019-04-30,{USER},,False,,X,3,4,5,six,No,30", "unreadable_number"),
    ],
)
def test_a_bad_usage_row_is_refused(row: str, kind: str, tmp_path: Path) -> None:
    with pytest.raises(KumastatsError) as refused:
        read("m365", _csv(tmp_path, TEAMS_2019, row), identity=KEY)
    assert kind in refused.value.text("en")
    assert USER not in refused.value.text("ja")


def test_rows_repeated_with_other_numbers_are_refused(tmp_path: Path) -> None:
    rows = [f"2019-04-30,{USER},,False,,X,{n},4,5,6,No,30" for n in (3, 4)]
    with pytest.raises(KumastatsError, match="conflicting_usage"):
        read("m365", _csv(tmp_path, TEAMS_2019, *rows), identity=KEY)


@needs(VIVA)
def test_the_real_meeting_query_reads_day_first() -> None:
    exported = real_file(VIVA)
    result = read("viva_meeting", exported, identity=KEY)
    made = result.data.to_pylist()
    assert (len(made), result.report.rows_read) == (612, 612)
    assert min(r["start"] for r in made) == dt.datetime(2022, 12, 5, 8, 30)
    with exported.open(encoding="utf-8-sig") as file:
        hours = [float(r["Attendee_meeting_hours"]) for r in csv.DictReader(file)]
    assert sum(r["attendee_min"] for r in made) == sum(round(h * 60) for h in hours)
    assert "Subject" in result.report.ignored_columns
    assert recognise(exported, {})[0] == "viva_meeting"


def test_the_old_meeting_query_comes_in_utc(tmp_path: Path) -> None:
    head = "MeetingId,StartDate,StartTimeUTC,DurationHours,Attendees,Invitees,Attendee_meeting_hours,Attendees_multitasking,IsCancelled,IsRecurring,Subject,Organizer_Organization"
    path = tmp_path / "meetings.csv"
    path.write_text(
        f"{head}\nm1,12/30/2019,23:30:00,0.5,4,6,2,1,FALSE,TRUE,秘密の会議,A001\n", encoding="utf-8"
    )
    (row,) = read("viva_meeting", path, identity=KEY).data.to_pylist()
    assert row["start"] == dt.datetime(2019, 12, 31, 8, 30)
    assert (row["duration_min"], row["attended"], row["invited"], row["attendee_min"]) == (30, 4, 6, 120)
    assert (row["recurring"], row["cancelled"], row["organiser_office_id"]) == (True, False, "A001")
    assert "秘密" not in str(row)


def test_dates_that_fit_both_orders_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "meetings.csv"
    path.write_text("MeetingId,Collaboration_start_time,Duration\nm1,05/12/2022 16:30,1\n", encoding="utf-8")
    with pytest.raises(KumastatsError, match="2022-12-05"):
        read("viva_meeting", path, identity=KEY)


def _forms(
    folder: Path, head: list[str], *rows: list[object], name: str = "survey_staff_FY2018.xlsx"
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    book.save(folder / name)
    return folder / name


JA = ["ID", "開始時刻", "完了時刻", "メール", "名前", "所属コード", "Q1.仕事の満足", "Q2.使う道具", "ご意見"]
AT = dt.datetime(2018, 10, 1, 9, 5)


def test_forms_answers_on_a_scale_and_choices(tmp_path: Path) -> None:
    rows = [
        [i, AT, AT, "anonymous", "架空", "A001", w, "Teams;メール;" if i % 2 else "私だけの道具", f"意見{i}"]
        for i, w in enumerate(["満足", "不満", "とても満足", "無回答", "どちらでもない", "満足"])
    ]
    result = read("survey", _forms(tmp_path, JA, *rows), identity=KEY)
    made = result.data.to_pylist()
    scores = [r["score"] for r in made if r["question_id"] == "Q1"]
    assert sorted(s for s in scores if s is not None) == [2, 3, 4, 4, 5]
    assert [r["missing_reason"] for r in made if r["question_id"] == "Q1" and r["score"] is None] == ["none"]
    chosen = {r["question_id"]: 0 for r in made if r["question_id"].startswith("Q2#")}
    for r in made:
        if r["question_id"] in chosen:
            chosen[r["question_id"]] += r["score"]
    assert sorted(chosen.values()) == [3, 3, 3]
    told = str(made) + result.report.text("ja")
    assert not [s for s in ("架空", "意見0", "私だけの道具", "anonymous") if s in told]
    assert {(r["population"], r["wave"]) for r in made} == {("staff", "FY2018")}


def test_forms_in_english_and_numbers(tmp_path: Path) -> None:
    head = ["ID", "Start time", "Completion time", "Email", "Name", "Ward", "How satisfied are you?"]
    path = _forms(
        tmp_path,
        head,
        [1, AT, AT, "a@b.c", "N", "中央区", 4],
        [2, AT, AT, "a@b.c", "N", "東区", 5],
        name="citizen.xlsx",
    )
    made = read("survey", path, identity=KEY).data.to_pylist()
    assert sorted((r["score"], r["ward"], r["population"]) for r in made) == [
        (4, "中央区", "citizen"),
        (5, "東区", "citizen"),
    ]
    assert recognise(path, {})[0] == "survey"


def test_a_survey_of_nobody_known_is_refused(tmp_path: Path) -> None:
    path = _forms(tmp_path, JA[:7], [1, AT, AT, "", "", "A001", "満足"], name="forms.xlsx")
    with pytest.raises(KumastatsError, match="population"):
        read("survey", path, identity=KEY)
    (tmp_path / "m.yml").write_text(
        "source: survey\ncolumns:\n  population: {constant: staff}\n  wave: {constant: first}\n",
        encoding="utf-8",
    )
    (row,) = read("survey", path, mapping=Mapping.load(tmp_path / "m.yml"), identity=KEY).data.to_pylist()
    assert (row["population"], row["wave"]) == ("staff", "first")


def test_an_answer_off_the_scale_of_the_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(
        "source: survey\ncolumns:\n  satisfaction: {column: Q1.仕事の満足, values: {満足: 3, 不満: 1}}\n",
        encoding="utf-8",
    )
    mapping = Mapping.load(tmp_path / "m.yml")
    good = _forms(tmp_path, JA[:7], [1, AT, AT, "", "", "A001", "満足"])
    assert (
        read("survey", good, mapping=mapping, identity=KEY).data.to_pylist()[0]["question_id"]
        == "satisfaction"
    )
    bad = _forms(tmp_path, JA[:7], [1, AT, AT, "", "", "A001", "ふつう"])
    with pytest.raises(KumastatsError, match="unknown_value"):
        read("survey", bad, mapping=mapping, identity=KEY)

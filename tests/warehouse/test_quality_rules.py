"""Each rule fires on what it is for, with the exact count, and not on what is right; no example tells who."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kumastats.tables import CATALOGUE, table
from kumastats.warehouse import Snapshot, Warehouse
from kumastats.warehouse.delivery import Delivery
from kumastats.warehouse.rules import RULES, Example, check_snapshot, score
from kumastats.warehouse.rules.gaps import missing_months, missing_weeks, missing_workdays
from kumastats.warehouse.rules.rows import files_of

Row = dict[str, Any]
D = dt.date
T = dt.datetime
PERSON = "p-someone"
DAY = {
    "person_id": PERSON,
    "post_id": "1",
    "date": D(2018, 4, 2),
    "office_id": "A1",
    "role": "city",
    "overtime_eligible": True,
    "scheduled_min": 465,
    "worked_min": 500,
    "ordered_overtime_min": 20,
}
WEEK = {"person_id": PERSON, "week_start": D(2019, 4, 7), "office_id": "A1", "meeting_min": 60}
POST = {
    "person_id": PERSON,
    "post_id": "1",
    "valid_from": D(2018, 4, 1),
    "valid_to": D(2019, 3, 31),
    "office_id": "A1",
    "role": "city",
}
MEETING = {
    "meeting_id": "m",
    "start": T(2019, 4, 8, 9),
    "duration_min": 60,
    "organiser_office_id": "A1",
    "invited": 5,
    "attended": 4,
}
DIARY = {"person_id": PERSON, "date": D(2018, 9, 3), "office_id": "A1", "search_min": 10, "medium": "paper"}
ROUND = {
    "office_id": "A1",
    "observed_at": T(2018, 11, 12, 10, 25),
    "observed": 12,
    "searching": 2,
    "searching_paper": 1,
    "on_duty_min": 465,
    "weight": 1000,
}
TICKET = {
    "ticket_id": "2018-04-02-001",
    "office_id": "A1",
    "issued_at": T(2018, 4, 2, 9),
    "called_at": T(2018, 4, 2, 9, 5),
    "finished_at": T(2018, 4, 2, 9, 9),
    "outcome": "served",
}
CASE = {
    "case_id": "c",
    "office_id": "A1",
    "procedure": "転入",
    "received_at": T(2019, 4, 1, 9),
    "completed_at": T(2019, 4, 3, 9),
    "standard_days": 7,
}
ENQUIRY = {
    "enquiry_id": "e",
    "channel": "phone",
    "office_id": "A1",
    "started_at": T(2019, 10, 1, 9),
    "ended_at": T(2019, 10, 1, 9, 5),
    "resolved": True,
}
PRINT = {
    "office_id": "A1",
    "date": D(2018, 6, 1),
    "pages_mono": 10,
    "pages_colour": 2,
    "sheets": 8,
    "jobs": 3,
}
USAGE = {
    "unit_kind": "person",
    "unit_id": PERSON,
    "period_start": D(2019, 4, 1),
    "period_end": D(2019, 4, 30),
    "product": "teams",
    "metric": "calls",
    "value": 3,
}
ANSWER = {
    "response_id": "r",
    "population": "staff",
    "wave": "FY2018",
    "answered_on": D(2018, 10, 1),
    "office_id": "A1",
    "question_id": "Q1",
    "score": 4,
    "scale_max": 5,
}
NEGATIVE = {**USAGE, "value": -1}
LESSON = {"school_id": "S1", "date": D(2019, 4, 8), "uploads": 1, "downloads": 2, "reuses": 0}
YEAR = {
    "office_id": "A1",
    "year_start": D(2019, 4, 1),
    "teachers": 20,
    "beyond_regular_min": 24294,
    "over_45h": 3,
}
ROLLOUT = {
    "initiative_id": "cloud",
    "unit_id": "A1",
    "announced_on": D(2018, 4, 3),
    "live_on": D(2018, 10, 1),
}
COST = {"fiscal_year": "FY2018", "initiative_id": "cloud", "item": "使用料", "kind": "budget", "yen": 10}
SHELTER = {
    "site_id": "X",
    "date": D(2016, 4, 14),
    "area": "A",
    "evacuees": 120,
    "staff": 8,
    "staff_needed": 8,
}
POSTED = {
    "post_id": "p",
    "area": "A",
    "posted_at": T(2019, 4, 1, 10),
    "kind": "request",
    "first_reply_min": 30,
}
WATCH = {
    "area": "A",
    "month": D(2019, 4, 1),
    "households_due": 20,
    "households_visited": 18,
    "households_overdue": 2,
}
OFFICE = {"office_id": "A1", "name_ja": "総務課", "kind": "head_office"}
RIGHT: dict[str, list[Row]] = {
    "office": [OFFICE], "person_day": [DAY], "person_week": [WEEK], "person": [POST], "meeting": [MEETING], "document_diary": [DIARY],
    "work_sample": [ROUND],
    "ticket": [TICKET], "case": [CASE], "enquiry": [ENQUIRY], "print_day": [PRINT], "usage": [USAGE], "survey_response": [ANSWER],
    "lesson_share": [LESSON], "school_year": [YEAR], "rollout": [ROLLOUT], "cost": [COST], "shelter_day": [SHELTER],
    "community_post": [POSTED], "watch_over": [WATCH],
}  # fmt: skip


def _months(office: str, minutes: int, month: D, people: int) -> list[Row]:
    return [
        {
            **DAY,
            "person_id": f"{PERSON}-{office}-{i}",
            "office_id": office,
            "date": month,
            "ordered_overtime_min": minutes,
            "worked_min": 1200,
        }
        for i in range(people)
    ]


HEAPED = [r for m in range(1, 13) for r in _months("A1", 2699, D(2019, m, 8), 1)]
# table, rule, rows that break it, how many are counted
BROKEN: list[tuple[str, str, list[Row], int]] = [
    ("person_day", "day_too_long", [{**DAY, "worked_min": 1441}, {**DAY, "date": D(2018, 4, 3), "pc_on_min": -1}], 2),
    ("person_day", "overtime_without_eligibility", [{**DAY, "overtime_eligible": False}], 1),
    ("person_day", "holiday_work_unmarked", [{**DAY, "date": D(2018, 4, 7)}, {**DAY, "date": D(2018, 4, 30)}, {**DAY, "date": D(2018, 4, 8), "holiday_work_min": 300}], 2),
    ("person_day", "scheduled_on_closed_day", [{**DAY, "date": D(2018, 12, 29)}], 1),
    ("person_day", "half_hour_steps", [{**DAY, "ordered_overtime_min": 90}, {**DAY, "date": D(2018, 4, 3), "ordered_overtime_min": 0}], 1),
    ("person_day", "pc_gap", [{**DAY, "pc_on_min": 620}, {**DAY, "date": D(2018, 4, 3), "pc_on_min": 619}], 1),
    ("person_day", "two_posts", [DAY, {**DAY, "post_id": "2"}], 1),
    ("person_day", "office_known", [{**DAY, "office_id": "Z9"}], 1),
    ("person_day", "missing_month", [DAY, {**DAY, "date": D(2018, 7, 2)}], 2),
    ("person_day", "exactly_at_cap", HEAPED, 12),
    ("person_day", "sudden_zero", [*_months("A1", 100, D(2018, 4, 2), 6), *_months("A1", 0, D(2018, 5, 2), 6), *_months("A1", 100, D(2018, 6, 4), 6)], 6),
    ("person_day", "transfers", [DAY, {**DAY, "date": D(2019, 4, 1), "office_id": "A2"}, {**DAY, "person_id": "q"}, {**DAY, "person_id": "q", "date": D(2019, 4, 1)}], 1),
    ("person_week", "week_too_long", [{**WEEK, "meeting_min": 168 * 60 + 1}], 1),
    ("person_week", "not_sunday", [{**WEEK, "week_start": D(2019, 4, 8)}], 1),
    ("person_week", "missing_week", [WEEK, {**WEEK, "week_start": D(2019, 4, 28)}], 2),
    ("person", "ends_before_start", [{**POST, "valid_to": D(2018, 3, 31)}], 1),
    ("person", "overlapping_posts", [POST, {**POST, "valid_from": D(2019, 3, 31), "office_id": "A2"}, {**POST, "person_id": "q"}, {**POST, "person_id": "q", "valid_from": D(2019, 4, 1)}, {**POST, "post_id": "2"}], 1),
    ("meeting", "more_attended_than_invited", [{**MEETING, "attended": 6}], 1),
    ("meeting", "longer_than_a_day", [{**MEETING, "duration_min": 1441}], 1),
    ("document_diary", "search_too_long", [{**DIARY, "search_min": 481}], 1),
    ("work_sample", "more_searching_than_seen", [{**ROUND, "searching": 13}, {**ROUND, "observed_at": T(2018, 11, 12, 11), "searching_paper": 3}, {**ROUND, "observed_at": T(2018, 11, 12, 12), "observed": None}], 2),
    ("work_sample", "outside_hours", [{**ROUND, "observed_at": T(2018, 11, 12, h, m)} for h, m in ((8, 29), (8, 30), (17, 14), (17, 15))] + [{**ROUND, "observed_at": T(2018, 11, 11, 10)}], 3),
    ("work_sample", "nobody_seen", [{**ROUND, "observed": 0, "searching": 0, "searching_paper": 0}], 1),
    ("work_sample", "office_known", [{**ROUND, "office_id": "Z9"}], 1),
    ("ticket", "negative_wait", [{**TICKET, "called_at": T(2018, 4, 2, 8, 59)}, {**TICKET, "ticket_id": "2018-04-02-002", "finished_at": T(2018, 4, 2, 9, 4)}], 2),
    ("ticket", "no_finish", [{**TICKET, "finished_at": None}], 1),
    ("ticket", "wait_over_day", [{**TICKET, "called_at": T(2018, 4, 2, 19, 1), "finished_at": None, "outcome": "no_show"}], 1),
    ("ticket", "restarted_numbers", [{**TICKET, "ticket_id": f"2018-04-02-00{i}{s}"} for i in range(6) for s in ("", "-2")], 1),
    ("ticket", "missing_day", [TICKET, {**TICKET, "ticket_id": "2018-04-05-001", "issued_at": T(2018, 4, 5, 9), "called_at": None, "finished_at": None, "outcome": "left"}], 2),
    ("case", "finished_before_receipt", [{**CASE, "completed_at": T(2019, 3, 31)}], 1),
    ("case", "finished_before_receipt", [{**CASE, "completed_at": T(2019, 4, 1)}, {**CASE, "case_id": "d", "completed_at": T(2019, 4, 1, 8)}], 1),
    ("case", "beyond_standard_days", [{**CASE, "completed_at": T(2019, 4, 9)}, {**CASE, "case_id": "d", "completed_at": T(2019, 4, 8)}], 1),
    ("enquiry", "ends_before_start", [{**ENQUIRY, "ended_at": T(2019, 10, 1, 8)}], 1),
    ("enquiry", "handed_over_unresolved", [{**ENQUIRY, "escalated_to": "counter", "resolved": False}], 1),
    ("print_day", "impossible_pages", [{**PRINT, "sheets": 13}], 1),
    ("usage", "negative_use", [{**USAGE, "value": -1}], 1),
    ("usage", "concealed_user", [{**USAGE, "unit_kind": "concealed"}], 1),
    ("usage", "overlapping_window", [USAGE, {**USAGE, "period_start": D(2019, 4, 2), "period_end": D(2019, 5, 1)}], 1),
    ("usage", "schema_break", [USAGE, {**USAGE, "period_start": D(2019, 5, 1), "period_end": D(2019, 5, 30)}, {**USAGE, "period_start": D(2019, 5, 1), "period_end": D(2019, 5, 30), "metric": "new"}], 1),
    ("survey_response", "score_outside_scale", [{**ANSWER, "score": 6}], 1),
    ("survey_response", "renamed_column", [ANSWER, {**ANSWER, "wave": "FY2019", "question_id": "Q9"}], 2),
    ("survey_response", "no_answer", [{**ANSWER, "score": None, "missing_reason": "none"}], 1),
    ("lesson_share", "negative_count", [{**LESSON, "reuses": -1}], 1),
    ("school_year", "impossible_hours", [{**YEAR, "over_45h": 21}], 1),
    ("rollout", "dates_out_of_order", [{**ROLLOUT, "live_on": D(2018, 4, 2)}], 1),
    ("rollout", "no_live_date", [{**ROLLOUT, "live_on": None}], 1),
    ("cost", "negative_amount", [{**COST, "yen": -1}], 1),
    ("cost", "actual_without_budget", [{**COST, "kind": "actual"}, COST, {**COST, "kind": "actual", "fiscal_year": "FY2019"}], 1),
    ("shelter_day", "negative_count", [{**SHELTER, "evacuees": -1}], 1),
    ("shelter_day", "staff_missing", [{**SHELTER, "staff": 7}], 1),
    ("community_post", "reply_before_post", [{**POSTED, "first_reply_min": -1}], 1),
    ("watch_over", "more_visited_than_due", [{**WATCH, "households_visited": 21}], 1),
    ("watch_over", "missing_month", [WATCH, {**WATCH, "month": D(2019, 6, 1)}], 1),
]  # fmt: skip


def _table(name: str, rows: list[Row]) -> pa.Table:
    schema = table(name).schema
    return pa.table(
        {f.name: pa.array([r.get(f.name) for r in rows], type=f.type) for f in schema}, schema=schema
    )


def _snapshot(folder: Path, tables: dict[str, list[Row]], **report: Any) -> Snapshot:
    warehouse = Warehouse.open(folder / "warehouse")
    with warehouse.writing() as adding:
        for name, rows in tables.items():
            file = {
                "sha256": name,
                "file": f"{name}.csv",
                "first_date": "2018-04-02",
                "last_date": "2018-04-02",
                "dropped": {},
                "quarantined": {},
                "counts": {},
                **report,
            }
            adding.add(
                _table(name, rows),
                source=name,
                table_name=name,
                period="FY2018",
                received_on=D(2018, 5, 1),
                files=[file],
            )
    return warehouse.snapshot()


def _found(snapshot: Snapshot, name: str, rule: str) -> int:
    return sum(r.rows for r in check_snapshot(snapshot).results if (r.rule.table, r.rule.id) == (name, rule))


def _without_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the results of rules without row numbers, which depend on how rows are held."""
    rules: list[dict[str, Any]] = check_snapshot(snapshot).to_dict()["rules"]
    for rule in rules:
        for example in rule["examples"]:
            del example["at"]
    return rules


def test_what_is_right_breaks_no_rule(tmp_path: Path) -> None:
    report = check_snapshot(_snapshot(tmp_path, RIGHT))
    assert {r.rule.id: r.rows for r in report.results if r.rows} == {}
    assert report.passed
    assert set(RIGHT) == set(CATALOGUE)


@pytest.mark.parametrize(("name", "rule", "rows", "expected"), BROKEN, ids=[f"{b[0]}.{b[1]}" for b in BROKEN])
def test_a_rule_counts_exactly_what_breaks_it(
    name: str, rule: str, rows: list[Row], expected: int, tmp_path: Path
) -> None:
    offices = [OFFICE, {**OFFICE, "office_id": "A2"}]
    snapshot = _snapshot(tmp_path, {"office": offices, name: rows})
    assert _found(snapshot, name, rule) == expected
    again = _snapshot(tmp_path / "reversed", {"office": offices, name: rows[::-1]})
    assert _without_rows(again) == _without_rows(snapshot)


@pytest.mark.parametrize(("name", "rule", "rows", "expected"), BROKEN, ids=[f"{b[0]}.{b[1]}" for b in BROKEN])
def test_no_example_tells_who(name: str, rule: str, rows: list[Row], expected: int, tmp_path: Path) -> None:
    report = check_snapshot(_snapshot(tmp_path, {name: rows}))
    assert PERSON not in report.text.ja + report.text.en + str(report.to_dict())


def _examples(snapshot: Snapshot, name: str, rule: str) -> list[Example]:
    (result,) = [r for r in check_snapshot(snapshot).results if (r.rule.table, r.rule.id) == (name, rule)]
    return list(result.examples)


def test_an_example_tells_row_delivery_and_file(tmp_path: Path) -> None:
    rows = [
        TICKET,
        {**TICKET, "ticket_id": "2018-04-02-002", "finished_at": None},
        {**TICKET, "ticket_id": "2018-04-02-003", "issued_at": T(2018, 4, 3, 9), "finished_at": None},
        {**TICKET, "ticket_id": "2018-04-02-004", "finished_at": None},
    ]
    snapshot = _snapshot(tmp_path, {"ticket": rows})
    first, second = _examples(snapshot, "ticket", "no_finish")
    (delivery,) = snapshot.of("ticket")
    assert [(r.delivery, r.row, r.files) for r in first.at] == [
        (delivery.id, 2, ("ticket.csv",)),
        (delivery.id, 4, ("ticket.csv",)),
    ]
    assert [r.row for r in second.at] == [3]
    assert f"A1 2018-04-03 ×1（ticket.csv 受領{delivery.id}の3行目）" in check_snapshot(snapshot).text.ja


@pytest.mark.parametrize(
    ("name", "rule", "expected"),
    [
        ("person", "overlapping_posts", [[1]]),
        ("ticket", "restarted_numbers", [[2, 4, 6]]),
        ("person_day", "office_known", [[1]]),
        ("watch_over", "missing_month", [[]]),
        ("person_day", "missing_month", [[], []]),
        ("person_day", "sudden_zero", [[7, 8, 9]]),
        ("cost", "actual_without_budget", [[3]]),
        ("usage", "schema_break", [[2, 3]]),
        ("survey_response", "renamed_column", [[1], [2]]),
        ("person_day", "exactly_at_cap", [[]]),
        ("usage", "negative_use", [[1]]),
        ("rollout", "no_live_date", [[1]]),
    ],
)
def test_rules_about_rows_together_tell_rows_where_there_are_any(
    name: str, rule: str, expected: list[list[int]], tmp_path: Path
) -> None:
    (rows,) = [b[2] for b in BROKEN if b[:2] == (name, rule)] if rule != "negative_use" else [[NEGATIVE]]
    offices = [OFFICE, {**OFFICE, "office_id": "A2"}]
    snapshot = _snapshot(tmp_path, {"office": offices, name: rows})
    assert [[r.row for r in e.at] for e in _examples(snapshot, name, rule)] == expected


def test_row_numbers_leave_out_replaced_rows(tmp_path: Path) -> None:
    warehouse = Warehouse.open(tmp_path / "warehouse")
    made = []
    for i, days in enumerate(([1, 2], [2])):
        with warehouse.writing() as adding:
            rows = [
                {**TICKET, "ticket_id": str(d), "issued_at": T(2018, 4, 1 + d, 9), "finished_at": None}
                for d in days
            ]
            made.append(
                adding.add(
                    _table("ticket", rows), source="tickets", table_name="ticket", period="FY2018",
                    received_on=D(2018, 5, 1 + i),
                    files=[
                        {"sha256": f"{i}", "file": f"{i}.csv", "first_date": f"2018-04-0{1 + days[0]}", "last_date": "2018-04-03"}
                    ],
                )
            )  # fmt: skip
    found = _examples(warehouse.snapshot(), "ticket", "no_finish")
    assert [(e.when, [(r.delivery, r.row, r.files) for r in e.at]) for e in found] == [
        ("2018-04-02", [(made[0].id, 1, ("0.csv",))]),
        ("2018-04-03", [(made[1].id, 1, ("1.csv",))]),
    ]


def test_the_file_of_a_row_is_the_one_with_its_day() -> None:
    files = tuple(
        {"file": f"{m}.csv", "first_date": f"2018-{m}-01", "last_date": f"2018-{m}-30"}
        for m in ("04", "05", "06")
    )
    delivery = Delivery(
        "d", 1, "ticket", "tickets", "FY2018", D(2018, 7, 1), 1, None, None, files, "", "", frozenset()
    )
    assert files_of(delivery, "2018-05-09") == files_of(delivery, "2018-05") == ("05.csv",)
    assert files_of(delivery, "—") == ("04.csv", "05.csv", "06.csv")


def test_every_rule_has_a_case() -> None:
    # these need several deliveries, or a key the warehouse itself refuses in one
    apart = {
        ("*", "late_correction"),
        ("*", "schema_drift"),
        ("*", "repeated_delivery"),
        ("person_day", "duplicate_person_day"),
    }
    office = {(r.table, r.id) for r in RULES if r.id == "office_known"}
    assert {(r.table, r.id) for r in RULES} - apart - office == {(b[0], b[1]) for b in BROKEN} - office


def test_an_error_fails_the_check_and_a_warning_does_not(tmp_path: Path) -> None:
    assert check_snapshot(_snapshot(tmp_path / "w", {"ticket": [{**TICKET, "finished_at": None}]})).passed
    assert not check_snapshot(_snapshot(tmp_path / "e", {"usage": [{**USAGE, "value": -1}]})).passed


def test_corrections_drift_and_duplicates_between_deliveries(tmp_path: Path) -> None:
    warehouse = Warehouse.open(tmp_path / "warehouse")
    days = (
        (D(2018, 5, 1), "A1", ["氏名"]),
        (D(2018, 8, 1), "A1", ["氏名", "備考"]),
        (D(2018, 8, 2), "A2", ["氏名"]),
    )
    for i, (received, office, ignored) in enumerate(days):
        with warehouse.writing() as adding:
            adding.add(
                _table("person_day", [{**DAY, "office_id": office}]), source="attendance", table_name="person_day", period="FY2018",
                received_on=received,
                files=[{"sha256": str(i), "file": f"{i}.csv", "first_date": "2018-04-02", "last_date": "2018-04-02", "ignored_columns": ignored, "dropped": {}, "quarantined": {}}],
            )  # fmt: skip
    snapshot = warehouse.snapshot()
    assert _found(snapshot, "*", "late_correction") == 1
    assert _found(snapshot, "*", "repeated_delivery") == 1
    assert _found(snapshot, "*", "schema_drift") == 1
    assert _found(snapshot, "person_day", "duplicate_person_day") == 1
    assert not check_snapshot(snapshot).passed


def test_gaps_follow_the_calendar() -> None:
    assert missing_months(["2018-11", "2019-02"]) == ["2018-12", "2019-01"]
    assert missing_weeks([D(2019, 4, 7), D(2019, 4, 21)]) == [D(2019, 4, 14)]
    # 28 April to 6 May 2019 were closed
    assert missing_workdays([D(2019, 4, 26), D(2019, 5, 8)]) == [D(2019, 5, 7)]


def test_the_score_counts_found_missed_hidden_and_false_alarms(tmp_path: Path) -> None:
    rows = [{**TICKET, "finished_at": None}, {**TICKET, "ticket_id": "2018-04-02-002", "finished_at": None}]
    snapshot = _snapshot(tmp_path, {"ticket": rows}, dropped={"exact_duplicate": 3})
    planted = [
        {"id": "missing_finish", "source": "ticket", "table": "ticket", "place": "ticket.csv", "count": 1, "found_by": "rule", "rule": "no_finish"},
        {"id": "exact_duplicate", "source": "ticket", "table": "ticket", "place": "ticket.csv", "count": 3, "found_by": "reading", "rule": "exact_duplicate"},
        {"id": "lost_day", "source": "ticket", "table": "ticket", "place": "ticket.csv", "count": 1, "found_by": "reading", "rule": "lost_day"},
        {"id": "shadow", "source": "ticket", "table": "ticket", "place": "ticket.csv", "count": 1, "found_by": "not_visible", "rule": ""},
    ]  # fmt: skip
    made = score({"defects": planted}, check_snapshot(snapshot), snapshot.deliveries)
    assert [d.outcome for d in made.defects] == ["found", "found", "missed", "not_visible"]
    assert made.share_found == pytest.approx(2 / 3, abs=1e-12)
    assert (made.false_alarms, made.rows) == (1, 2)

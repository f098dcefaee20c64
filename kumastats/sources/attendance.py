"""City staff attendance: monthly files, long (a row a person-day) or wide (a row a person, a column a day).

A long file may hold several pairs of coming and going, parts of a day kept as the next day's, and overtime by premium
rate. Ordered overtime (時間外勤務命令) is what was ordered and recorded, not what was worked; an empty cell of a person
who can be ordered overtime is none. Managers cannot be ordered overtime: their value is missing, not zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.calendar import Month, era_of, parse_date
from kumastats.errors import DateError
from kumastats.sources import build, clocking, monthgrid, premium
from kumastats.sources.assembly import Part
from kumastats.sources.columns import Coded, without_unit
from kumastats.sources.defects import Defects
from kumastats.sources.fields import MISSING, Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.joining import joined
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_files
from kumastats.sources.raw import RawTable, plain
from kumastats.sources.rawfile import RawFile
from kumastats.sources.report import ReadResult
from kumastats.sources.words import NO
from kumastats.tables import table
from kumastats.text import Text

USUAL = {
    "person_id": ("職員番号", "社員番号", "従業員コード", "カードNo", "カード番号"),
    "post_id": ("ポスト", "ポスト番号"),
    "date": ("勤務日", "日付", "年月日"),
    "office_id": ("所属コード", "課所コード"),
    "employment": ("任用区分", "雇用区分"),
    "manager": ("管理職", "管理職区分"),
    "attendance": ("勤務区分", "出勤区分"),
    "scheduled_min": ("所定", "所定時間"),
    "clock_in": ("出勤", "出勤時刻"),
    "clock_out": ("退勤", "退勤時刻"),
    "break_min": ("休憩", "休憩時間"),
    "ordered_overtime_min": ("時間外命令", "時間外勤務命令", "時間外", "残業時間", "所定外時間"),
    "holiday_work_min": ("休日勤務", "休日所定時間"),
    "late_night_min": ("深夜", "深夜残業時間", "深夜時間"),
    "pc_on": ("PCオン", "PC起動"),
    "pc_off": ("PCオフ", "PC終了"),
    "month": ("年月",),
}
EMPLOYMENT = {
    "正規": "regular", "再任用": "reappointed", "会計年度任用": "appointee", "嘱託": "appointee", "臨時": "appointee",
}  # fmt: skip
# what a day was: worked, teleworked, or leave (which counts the scheduled time as leave)
ATTENDANCE = {
    "出勤": "work", "テレワーク": "telework", "在宅": "telework", "休日出勤": "work", "年休": "leave", "病休": "leave",
    "特休": "leave", "夏季休暇": "leave", "出張": "work", "休日": "off", "欠勤": "absent",
}  # fmt: skip
TOTALS = re.compile(r"合計|総計|計|小計")
MANAGERS = ("該当", "管理職", "管理監督者", "有", "○", "1", "true", "yes")
DURATIONS = ("scheduled_min", "ordered_overtime_min", "holiday_work_min", "late_night_min")
_NOT_ELIGIBLE = np.array(["not_applicable", None], dtype=object)
_FOLLOWING = re.compile(r"(当日|翌日):(.+)")


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one file, in parts if it is large."""
    refuse_wrong_source(mapping, "attendance")
    spec = mapping.columns.get("person_id")
    staff = {plain(h) for h in (*(spec.heads if spec else ()), *USUAL["person_id"])}
    found = raw_files(
        path,
        looks_like_header=lambda cells: bool(staff & set(cells)) and len(cells) >= 4,
        encoding=mapping.encoding,
        wanted=_wanted(mapping),
    )
    return joined([_file(raw, mapping, key) for raw in found], table("person_day"), path)


def _file(raw: RawFile, mapping: Mapping, key: IdentityKey) -> ReadResult:
    body, totals = raw.without(TOTALS)
    outline = body.outline
    defects = Defects(0, outline.place, mapping.quarantine)
    fields = Fields(outline, mapping, USUAL, defects, symbols={})
    fields.notice("machine_dependent_characters", raw.machine_dependent)
    wide = "年月" in body.heads and any(monthgrid.is_day(h) for h in body.heads)

    def parts() -> Iterator[Part]:
        seen: set[tuple[str, str, str]] = set()
        for part in body.parts():
            fields.part(part, defects.part(len(part), part.place))
            if wide:
                yield _with_constants(monthgrid.days(fields, _person(fields, key), seen))
                continue
            columns = _long(part, fields, key)
            _rules(columns, fields.defects)
            yield _with_constants(Part(columns, part.lines, fields.defects.keep))

    if totals:
        defects.dropped["totals_row"] = totals
    return build.assembled(
        "attendance", table("person_day"), parts(), decoded=raw.decoded, fields=fields, defects=defects,
        layout="wide" if wide else _layout(body.heads), rows_read=raw.rows, one_part=body.part_count == 1,
    )  # fmt: skip


def _wanted(mapping: Mapping) -> Callable[[str], bool]:
    """Return what tells the headers that are read; the others are not kept."""
    names = {plain(h) for heads in USUAL.values() for h in heads} | mapping.named_heads()

    def wanted(head: str) -> bool:
        following = _FOLLOWING.fullmatch(head)
        bare = following[2] if following else head
        return (
            bare in names
            or without_unit(bare) in names
            or monthgrid.is_day(head)
            or clocking.is_clocking(head)
            or premium.rate_of(head) is not None
        )

    return wanted


def _layout(heads: Sequence[str]) -> str:
    return "pairs" if clocking.pairs_of(heads).ins else "long"


def _person(fields: Fields, key: IdentityKey) -> dict[str, Any]:
    rows = len(fields.raw)
    manager = fields.flags("manager", MANAGERS, (*NO, "", "一般"))
    post = fields.coded_code("post_id", required=False)
    person, office = fields.coded_hash("person_id", "staff", key), fields.coded_code("office_id")
    assert person is not None and office is not None
    for column, ja, en in (
        (person, "職員番号", "staff number"),
        (post, "ポスト", "post"),
        (office, "所属コード", "office code"),
    ):
        if column is not None:
            fields.defects.add(
                "missing_value", np.flatnonzero((column.codes < 0) & fields.defects.keep), ja,
                Text(f"{ja}がありません。", f"There is no {en}."),
            )  # fmt: skip
    return {
        "person_id": person,
        "post_id": post if post is not None else Coded.constant("1", rows),
        "office_id": office,
        "employment": fields.coded_category("employment", EMPLOYMENT, required=False),
        "overtime_eligible": np.ones(rows, dtype=bool) if manager is None else ~manager.astype(bool),
    }


def _long(raw: RawTable, fields: Fields, key: IdentityKey) -> dict[str, Any]:
    columns = _person(fields, key)
    columns["date"] = fields.dates("date", era=era_of(raw.preamble))
    empty = np.isnat(columns["date"])
    fields.defects.add(
        "missing_date",
        np.flatnonzero(empty & fields.defects.keep),
        "勤務日",
        Text("日付がありません。", "There is no date."),
    )
    kind = fields.coded_category("attendance", ATTENDANCE, required=False)
    for name in DURATIONS:
        columns[name] = _duration(fields, name)
    premium.add_up(fields, columns)
    columns["worked_min"] = clocking.worked(fields, fields.minutes("break_min"))
    on, off = fields.clock("pc_on"), fields.clock("pc_off")
    if on is not None and off is not None:
        columns["pc_on_min"] = np.where((on != MISSING) & (off != MISSING), off - on, MISSING)
    overtime, eligible = columns["ordered_overtime_min"], columns["overtime_eligible"]
    if overtime is None:
        overtime = np.full(len(raw), MISSING, dtype=np.int64)
        fields.decide("時間外命令の列がない", "there is no column of ordered overtime")
    else:
        overtime = np.where(eligible, np.where(overtime == MISSING, 0, overtime), MISSING)
        fields.decide(
            "時間外命令の空欄は0、管理職は対象外",
            "an empty overtime cell is none; managers have none to order",
        )
    columns["ordered_overtime_min"] = overtime
    scheduled = columns["scheduled_min"]
    if scheduled is not None:
        leave = _is(kind, "leave", len(raw))
        columns["leave_min"] = np.where(leave & (scheduled != MISSING), scheduled, 0)
    columns["telework"] = _is(kind, "telework", len(raw))
    _outside_banner(raw, columns["date"], fields)
    return columns


def _is(kind: Coded | None, word: str, rows: int) -> Any:
    if kind is None:
        return np.zeros(rows, dtype=bool)
    return np.array([label == word for label in kind.labels])[kind.codes]


def _duration(fields: Fields, name: str) -> Any:
    """Return a duration; where a system keeps it as 当日 and 翌日 items, their sum."""
    if name not in fields.mapping.columns:
        for head in map(plain, USUAL[name]):
            following = [h for h in (f"当日:{head}", f"翌日:{head}") if h in fields.raw.columns]
            if following:
                return fields.sum_of(name, [h for h in (head,) if h in fields.raw.columns] + following)
    return fields.minutes(name)


def _with_constants(part: Part) -> Part:
    rows = len(part.lines)
    eligible = part.columns["overtime_eligible"]
    reason = Coded(_NOT_ELIGIBLE, np.where(eligible, -1, 0))
    return replace(
        part, columns={**part.columns, "role": Coded.constant("city", rows), "missing_reason": reason}
    )


def _outside_banner(raw: RawTable, dates: Any, fields: Fields) -> None:
    """Refuse dates outside the month that the banner announces: a shifted or joined file."""
    match = re.search(r"[（(]?([^（(\s]*\d+年\d{1,2}月|[^（(\s]*元年\d{1,2}月)分?", raw.preamble)
    if match is None:
        return
    try:
        month = Month.of(parse_date(match[1] + "1日"))
    except DateError:
        return
    fields.decide(f"表題の月: {month}", f"month of the banner: {month}")
    start, end = np.datetime64(month.start, "D"), np.datetime64(month.end, "D")
    outside = ~np.isnat(dates) & ((dates < start) | (dates > end))
    fields.defects.add(
        "date_outside_banner", np.flatnonzero(outside), "勤務日",
        Text(f"表題の月（{month}）に入らない日付です。", f"The date lies outside the month of the banner ({month})."),
    )  # fmt: skip


def _rules(columns: dict[str, Any], defects: Defects) -> None:
    for name in ("ordered_overtime_min", "worked_min", "holiday_work_min", "late_night_min", "pc_on_min"):
        values = columns.get(name)
        if values is None:
            continue
        held = values != MISSING
        label = table("person_day").column(name).label
        defects.add(
            "negative_duration", np.flatnonzero(held & (values < 0)), label.ja,
            Text(f"{label.ja}が負になります。", f"{label.en}: negative."),
        )  # fmt: skip
        defects.add(
            "over_24_hours", np.flatnonzero(held & (values > 24 * 60)), label.ja,
            Text(f"{label.ja}が24時間を超えます。", f"{label.en}: over 24 hours."),
        )  # fmt: skip

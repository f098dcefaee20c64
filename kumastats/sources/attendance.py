"""City staff attendance: monthly CSVs, long (a row a person-day) or wide (a row a person, a column a day).

Ordered overtime (時間外勤務命令) is what was ordered and recorded, not what was worked; an empty cell of a person who
can be ordered overtime is none. Managers cannot be ordered overtime: their value is missing, not zero.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kumastats.calendar import Month, era_of, is_workday, parse_date
from kumastats.errors import DateError, DurationError, SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import decode
from kumastats.sources.fields import MISSING, Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.mapping import Mapping
from kumastats.sources.raw import RawTable, plain, read_delimited
from kumastats.sources.report import ReadResult
from kumastats.tables import table
from kumastats.text import Text

USUAL = {
    "person_id": ("職員番号", "社員番号"),
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
    "ordered_overtime_min": ("時間外命令", "時間外勤務命令", "時間外"),
    "holiday_work_min": ("休日勤務",),
    "late_night_min": ("深夜",),
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
_DAY = re.compile(r"(\d{1,2})日")


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one month's file."""
    refuse_wrong_source(mapping, "attendance")
    decoded = decode(path, encoding=mapping.encoding)
    spec = mapping.columns.get("person_id")
    staff = {plain(h) for h in (*(spec.heads if spec else ()), *USUAL["person_id"])}
    raw = read_delimited(
        decoded, looks_like_header=lambda cells: bool(staff & set(cells)) and len(cells) >= 4
    )
    first = raw.columns[raw.heads[0]]
    totals = first.take([bool(TOTALS.fullmatch(v)) for v in first.values], False).astype(bool)
    body = raw.keep(~totals)
    defects = Defects(len(body), lambda row, column: body.place(row, column), mapping.quarantine)
    fields = Fields(body, mapping, USUAL, defects)
    wide = "年月" in body.heads and any(_DAY.fullmatch(h) for h in body.heads)
    columns = _wide(body, fields, key) if wide else _long(body, fields, key)
    person_day = table("person_day")
    if not wide:
        _rules(columns, defects)
        build.duplicates(person_day, columns, defects)
    defects.refuse()
    if totals.any():
        defects.dropped["totals_row"] = int(totals.sum())
    keep = np.ones(len(columns["date"]), dtype=bool) if wide else defects.keep
    return build.result(
        "attendance", person_day, columns, decoded=decoded, fields=fields, defects=defects, keep=keep,
        layout="wide" if wide else "long", rows_read=len(raw),
    )  # fmt: skip


def _post(fields: Fields) -> Any:
    post = fields.text("post_id", required=False)
    return post if post is not None else np.full(len(fields.raw), "1", dtype=object)


def _person(fields: Fields, key: IdentityKey) -> dict[str, Any]:
    manager = fields.column("manager", required=False)
    eligible = np.ones(len(fields.raw), dtype=bool) if manager is None else manager.empty
    return {
        "person_id": fields.hashed("person_id", "staff", key),
        "post_id": _post(fields),
        "office_id": fields.text("office_id"),
        "employment": fields.category("employment", EMPLOYMENT, required=False),
        "overtime_eligible": eligible,
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
    kind = fields.category("attendance", ATTENDANCE, required=False)
    day = kind if kind is not None else np.full(len(raw), "work", dtype=object)
    for name in ("scheduled_min", "ordered_overtime_min", "holiday_work_min", "late_night_min"):
        columns[name] = fields.minutes(name)
    start, end, rest = fields.clock("clock_in"), fields.clock("clock_out"), fields.minutes("break_min")
    on, off = fields.clock("pc_on"), fields.clock("pc_off")
    n = len(raw)
    if start is not None and end is not None:
        both = (start != MISSING) & (end != MISSING)
        taken = np.where(rest != MISSING, rest, 0) if rest is not None else 0
        columns["worked_min"] = np.where(both, end - start - taken, MISSING)
    if on is not None and off is not None:
        columns["pc_on_min"] = np.where((on != MISSING) & (off != MISSING), off - on, MISSING)
    overtime = columns["ordered_overtime_min"]
    if overtime is None:
        overtime = np.full(n, MISSING, dtype=np.int64)
        fields.decide("時間外命令の列がない", "there is no column of ordered overtime")
    else:
        eligible = columns["overtime_eligible"]
        overtime = np.where(eligible & (overtime == MISSING), 0, overtime)
        overtime = np.where(eligible, overtime, MISSING)
        fields.decide(
            "時間外命令の空欄は0、管理職は対象外",
            "an empty overtime cell is none; managers have none to order",
        )
    columns["ordered_overtime_min"] = overtime
    scheduled = columns["scheduled_min"]
    if scheduled is not None:
        columns["leave_min"] = np.where(day == "leave", np.where(scheduled == MISSING, 0, scheduled), 0)
    columns["telework"] = day == "telework"
    columns["role"] = np.full(n, "city", dtype=object)
    columns["missing_reason"] = _reason(columns["overtime_eligible"])
    _outside_banner(raw, columns["date"], fields)
    return columns


def _reason(eligible: Any) -> Any:
    reasons = np.full(len(eligible), None, dtype=object)
    reasons[~eligible] = "not_applicable"
    return reasons


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


def _wide(raw: RawTable, fields: Fields, key: IdentityKey) -> dict[str, Any]:
    person = _person(fields, key)
    heads = [(int(found[1]), h) for h in raw.heads if (found := _DAY.fullmatch(h))]
    month_column = fields.column("month")
    assert month_column is not None
    fields.used |= {h for _, h in heads}
    months = [_month(v, raw) for v in month_column.values]
    rows, days, minutes = [], [], []
    for day, head in heads:
        column = raw.columns[head]
        parsed = np.array([*_durations(column, fields), MISSING], dtype=np.int64)[column.codes]
        for m, month in enumerate(months):
            mine = np.flatnonzero(month_column.codes == m)
            if day > month.end.day:
                outside = mine[parsed[mine] != MISSING]
                fields.defects.add(
                    "date_outside_month",
                    outside,
                    head,
                    Text("その月にない日です。", "The month has no such day."),
                )
                continue
            date = dt.date(month.start.year, month.start.month, day)
            kept = mine if is_workday(date) else mine[parsed[mine] != MISSING]
            rows.append(kept)
            days.append(np.full(len(kept), np.datetime64(date, "D")))
            minutes.append(np.where(parsed[kept] == MISSING, 0, parsed[kept]))
    fields.decide(
        "横持ち（日ごとの列）。平日の空欄は時間外0、休日の空欄は勤務なし",
        "wide, a column a day; an empty workday is no overtime, an empty day off no work",
    )
    fields.defects.refuse()
    at = np.concatenate(rows)
    eligible = person["overtime_eligible"][at]
    out = {k: (v[at] if v is not None else None) for k, v in person.items()}
    out["date"] = np.concatenate(days).astype("datetime64[D]")
    out["ordered_overtime_min"] = np.where(eligible, np.concatenate(minutes), MISSING)
    out["role"] = np.full(len(at), "city", dtype=object)
    out["missing_reason"] = _reason(eligible)
    _one_row_a_person(out, at, raw)
    return out


def _one_row_a_person(columns: dict[str, Any], at: Any, raw: RawTable) -> None:
    frame = pd.DataFrame({n: columns[n] for n in ("person_id", "post_id", "date")})
    twice = frame.duplicated(keep=False)
    if twice.any():
        row = int(np.asarray(at)[np.flatnonzero(twice.to_numpy())[-1]])
        raise SourceError(
            Text("同じ人・ポストの行が同じ月に二つあります。", "A person and post have two rows in a month."),
            place=raw.place(row, "職員番号"),
            remedy=Text("重複を除いて出力し直してください。", "Export again without the duplicate."),
        )


def _durations(column: Any, fields: Fields) -> list[int]:
    from kumastats.calendar import parse_minutes

    out = []
    used = column.used()
    for i, value in enumerate(column.values):
        made = MISSING
        if i in used:
            try:
                made = parse_minutes(value)
                if made < 0 or made > 24 * 60:
                    raise DurationError(
                        Text(
                            f"「{value}」は一日の時間外ではありません。",
                            f"“{value}” is no overtime of a day.",
                        )
                    )
            except DurationError as error:
                fields.defects.add(
                    "impossible_time", column.rows_of(i), column.name, error.found, error.remedy
                )
                made = MISSING
        out.append(made)
    return out


def _month(value: str, raw: RawTable) -> Month:
    return Month.of(parse_date(value.removesuffix("分") + "1日", place=raw.place(column="年月")))

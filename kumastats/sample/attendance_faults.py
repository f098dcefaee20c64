"""Faults of the attendance exports: which month has which, planted and counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kumastats.sample.defects import Defects, FoundBy

HEADS = ("職員番号", "氏名", "所属コード", "所属名", "任用区分", "管理職", "勤務日", "勤務区分", "所定", "出勤", "退勤", "休憩", "時間外命令", "休日勤務", "深夜", "PCオン", "PCオフ")  # fmt: skip
OFFICE, MANAGER, KIND, OUT, OVERTIME, HOLIDAY, PC_OFF = 2, 5, 7, 10, 12, 13, 16
CORRECTED = (dt.date(2018, 7, 1), dt.date(2018, 8, 1), dt.date(2018, 9, 1))
CORRECTION_RECEIVED = dt.date(2023, 5, 10)
REPEATED, REPEATED_RECEIVED = dt.date(2017, 2, 1), dt.date(2023, 4, 28)
SUDDEN_ZERO = dt.date(2019, 12, 1)
Rows = list[list[str]]


def planted(rows: Rows, file: str, month: dt.date, defects: Defects) -> Rows:
    """Return the rows of a month with that month's faults, if it has any."""
    plant = _PLANTS.get(month)
    return plant([list(r) for r in rows], file, defects) if plant else rows


def _note(
    defects: Defects, id_: str, file: str, count: int, what: str, found_by: FoundBy = "reading"
) -> None:
    defects.note(id_, file, count, what, source="attendance", table="person_day", found_by=found_by)


def _duplicates(rows: Rows, file: str, defects: Defects) -> Rows:
    _note(defects, "exact_duplicate", file, 12, "twelve rows exported twice")
    return [*rows, *[list(r) for r in rows[100:112]]]


def _negative(rows: Rows, file: str, defects: Defects) -> Rows:
    worked = [r for r in rows if r[OUT]][40:43]
    for row in worked:
        row[OUT] = "6:10"
    _note(defects, "negative_duration", file, len(worked), "clocked out before clocking in")
    return rows


def _conflicts(rows: Rows, file: str, defects: Defects) -> Rows:
    worked = [list(r) for r in rows if r[OUT]][60:62]
    for row in worked:
        row[OVERTIME] = "9:00"
    what = "person-days exported twice with different overtime"
    _note(defects, "conflicting_person_day", file, 2 * len(worked), what)
    return [*rows, *worked]


def _impossible(rows: Rows, file: str, defects: Defects) -> Rows:
    """A clock time with 75 minutes; in the pairs layout 退勤1 stands where 退勤 stood."""
    worked = [r for r in rows if r[OUT]][80:82]
    for row in worked:
        row[OUT] = "17:75"
    _note(defects, "impossible_time", file, len(worked), "a clock time with 75 minutes")
    return rows


def _pc_gap(rows: Rows, file: str, defects: Defects) -> Rows:
    """Let PCs stay on for three hours and more after clocking out."""
    chosen = [r for r in rows if r[PC_OFF] and r[OUT] and not r[OVERTIME]][200:220]
    for row in chosen:
        hours, minutes = map(int, row[OUT].split(":"))
        row[PC_OFF] = f"{hours + 4}:{minutes:02d}"
    what = "the PC was on for hours after the person had clocked out"
    _note(defects, "pc_gap", file, len(chosen), what, "rule")
    return rows


def _unmarked(rows: Rows, file: str, defects: Defects) -> Rows:
    chosen = [r for r in rows if r[KIND] == "休日出勤"][:5]
    for row in chosen:
        row[KIND], row[HOLIDAY] = "出勤", ""
    what = "work on a closed day without a mark of holiday work"
    _note(defects, "holiday_work_unmarked", file, len(chosen), what, "rule")
    return rows


def _zero(rows: Rows, file: str, defects: Defects) -> Rows:
    """Empty the overtime of the branch with the most of it, for a month."""
    held: dict[str, int] = {}
    for row in rows:
        if row[OVERTIME] and row[OFFICE].startswith("B"):
            held[row[OFFICE]] = held.get(row[OFFICE], 0) + 1
    office = max(sorted(held), key=lambda o: held[o])
    for row in rows:
        if row[OFFICE] == office:
            row[OVERTIME] = ""
    what = f"all overtime of office {office} is gone for a month"
    _note(defects, "sudden_zero", file, held[office], what, "rule")
    return rows


_PLANTS = {
    dt.date(2016, 11, 1): _duplicates,
    dt.date(2017, 6, 1): _negative,
    dt.date(2018, 11, 1): _pc_gap,
    dt.date(2019, 1, 1): _unmarked,
    SUDDEN_ZERO: _zero,
    dt.date(2020, 11, 1): _conflicts,
    dt.date(2021, 10, 1): _impossible,
}


def uncorrected(rows: Rows, file: str, defects: Defects) -> Rows:
    """Return the month as first delivered: every tenth person's overtime is missing."""
    made = [list(r) for r in rows]
    people = set(sorted({r[0] for r in made})[::10])
    hidden = 0
    for row in made:
        if row[0] in people and row[OVERTIME]:
            row[OVERTIME] = ""
            hidden += 1
    what = "first delivered without part of the overtime; corrected years later"
    _note(defects, "late_correction", file, hidden, what, "rule")
    return made


def minutes(rows: Rows, column: int = OVERTIME) -> list[int]:
    """Return the minutes a column of every row holds, of ordered overtime by default; an empty cell is none."""
    return [int(c[:-3]) * 60 + int(c[-2:]) if (c := row[column]) else 0 for row in rows]


def paid(rows: Rows) -> list[int]:
    """Return the minutes of ordered overtime of those who can be ordered any: managers are not."""
    return minutes([row for row in rows if not row[MANAGER]])


def told(rows: Rows, heads: Sequence[str], file: str, month: dt.date, defects: Defects) -> None:
    """Count what is awkward about a month as it is: totals, times past midnight, years without their era."""
    _note(defects, "totals_row", file, 1, "a row of totals")
    out, off = heads.index("退勤2" if "退勤2" in heads else "退勤"), heads.index("PCオフ")
    late = sum((r[out][:2] in _LATE) + (r[off][:2] in _LATE) for r in rows)
    if "翌日退勤" in heads:
        late += sum(bool(r[heads.index("翌日退勤")]) for r in rows)
    _note(defects, "past_midnight", file, late, "times of the next morning, of people and of PCs")
    if dt.date(2018, 4, 1) <= month < dt.date(2019, 4, 1):
        _note(defects, "era_without_name", file, len(rows), "years of an era that only the banner names")


_LATE = {f"{hour}" for hour in range(24, 48)}

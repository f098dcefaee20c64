"""Teachers' time in school (在校等時間): a workbook a school and year, a sheet a month, a row a teacher.

Cells come as Excel durations, as text (``10:45``, ``10‘45``) or as decimal hours, by the habit of the school; the
header may stand anywhere in the first rows and columns of its sheet.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.calendar import FiscalYear, Month, parse_minutes
from kumastats.errors import DateError, DurationError, KumastatsError, Place, SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.fields import refuse_wrong_source
from kumastats.sources.identity import IdentityKey, pattern
from kumastats.sources.mapping import Mapping
from kumastats.sources.monthgrid import is_day, refuse_gaps
from kumastats.sources.quoting import safely
from kumastats.sources.raw import plain
from kumastats.sources.report import ReadingReport, ReadResult
from kumastats.sources.sheets import Sheet, sheets
from kumastats.tables import table
from kumastats.tables.origin import rows_origin
from kumastats.text import Text

HEAD_SEARCH = 10
STAFF = ("職員番号", "教職員番号")
NOTHING = ("", "-", "―", "－")
USUAL = {"person_id": STAFF, "date": ("1日",), "in_school_min": ("1",)}
_SHEET = re.compile(r"(\d{1,2})月")
_CODE = re.compile(r"[（(]([A-Za-z0-9]+)[）)]")
_YEAR = re.compile(r"([^\s\d]{0,2}(?:\d+|元))年度")
_TOTALS = re.compile(r"合計|計|平均|総計")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class _Cell:
    place: Place
    staff: str
    date: dt.date
    minutes: int


@dataclass
class _Reading:
    """What is kept while a workbook is read."""

    cells: list[_Cell] = field(default_factory=list)
    decisions: list[Text] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, KumastatsError]] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    rows: int = 0
    school: str = ""

    def problem(self, kind: str, place: Place, found: Text, remedy: Text | None = None) -> None:
        hint = Text(
            f"元のデータを直すか、対応表の quarantine に {kind} と書いてください。",
            f"Mend the export, or list {kind} under quarantine in the mapping.",
        )
        told = Text(f"{found.ja}（{kind}）", f"{found.en} ({kind})")
        self.problems.append((kind, SourceError(told, place=place, remedy=remedy or hint)))


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one workbook."""
    refuse_wrong_source(mapping, "school_hours")
    book = sheets(path)
    if book[0].name is None:
        raise SourceError(
            Text("Excelブック（xlsx）として読めません。", "It cannot be read as an Excel workbook (xlsx)."),
            place=Place(file=path.name),
            remedy=Text("Excelで開いて xlsx で保存し直してください。", "Open it in Excel and save it again as xlsx."),
        )  # fmt: skip
    held = _Reading()
    for sheet in book:
        _read_sheet(sheet, held)
    if not held.school:
        raise SourceError(
            Text("月のシート（4月など）がありません。", "There is no sheet of a month (such as 4月)."),
            place=Place(file=path.name),
            remedy=Text("月ごとのシートに分けたブックを渡してください。", "Give a workbook with a sheet a month."),
        )  # fmt: skip
    cells = held.cells
    defects = Defects(len(cells), lambda row, column: cells[row].place, mapping.quarantine)
    for kind, error in held.problems:
        if kind in mapping.quarantine:
            defects.quarantined[kind] = defects.quarantined.get(kind, 0) + 1
        else:
            defects.add_error(error)
    columns: dict[str, Any] = {
        "person_id": np.array(key.hash_all("staff", [c.staff for c in cells]), dtype=object),
        "post_id": np.full(len(cells), "1", dtype=object),
        "date": np.array([c.date for c in cells], dtype="datetime64[D]"),
        "office_id": np.full(len(cells), held.school, dtype=object),
        "role": np.full(len(cells), "teacher", dtype=object),
        "in_school_min": np.array([c.minutes for c in cells], dtype=np.int64),
    }
    person_day = table("person_day")
    if cells:
        build.duplicates(person_day, columns, defects)
    defects.refuse()
    kept = [c.place for c, keep in zip(cells, defects.keep, strict=True) if keep]
    told = rows_origin([p.file for p in kept], [p.sheet for p in kept], [p.row for p in kept])
    made, told = build.make(person_day, columns, defects.keep, told)
    dates = columns["date"][defects.keep]
    report = ReadingReport(
        file=path.name,
        sha256=book[0].sha256,
        bytes=book[0].size,
        encoding=book[0].encoding,
        layout="sheets",
        decisions=tuple(dict.fromkeys(held.decisions)),
        rows_read=held.rows,
        rows_kept=made.num_rows,
        dropped={**held.dropped, **defects.dropped},
        quarantined=defects.quarantined,
        ignored_columns=tuple(sorted(held.ignored)),
        first_date=dates.min().item() if len(dates) else None,
        last_date=dates.max().item() if len(dates) else None,
        counts={k: n for k, n in sorted(held.counts.items()) if n},
    )
    return ReadResult("school_hours", "person_day", made, report, told)


def _read_sheet(sheet: Sheet, held: _Reading) -> None:
    month_name = _SHEET.fullmatch(plain(sheet.name or ""))
    if month_name is None:
        held.decisions.append(
            Text(
                f"シート「{sheet.name}」は月ではないので読まない",
                f"sheet “{sheet.name}” is no month and is not read",
            )
        )
        return
    held.school, year = _title(sheet)
    month = Month(year.year + (1 if int(month_name[1]) < 4 else 0), int(month_name[1]))
    head, days, staff_at = _header(sheet, held, month.end.day)
    for r in range(head + 1, len(sheet.rows)):
        row = [plain(c) for c in sheet.rows[r]]
        if not any(row):
            continue
        staff = row[staff_at]
        if _TOTALS.fullmatch(staff) or (not staff and _TOTALS.fullmatch(next(c for c in row if c))):
            held.dropped["totals_row"] += 1
            continue
        held.rows += 1
        held.cells += _row(sheet, r, row, staff, days, month, held)


def _title(sheet: Sheet) -> tuple[str, FiscalYear]:
    for row in sheet.rows[:HEAD_SEARCH]:
        for cell in row:
            words = plain(cell)
            code, year = _CODE.search(words), _YEAR.search(words)
            if code and year:
                try:
                    return code[1], FiscalYear.parse(year[1])
                except DateError:
                    continue
    raise SourceError(
        Text("表題に年度と学校コードがありません。", "The title names no fiscal year and school code."),
        place=Place(sheet.file, sheet.name, 1),
        remedy=Text(
            "例: 平成30年度 在校等時間記録 ○○小学校（S001）",
            "For example: 平成30年度 在校等時間記録 ○○小学校（S001）",
        ),
    )


def _header(sheet: Sheet, held: _Reading, last: int) -> tuple[int, dict[int, int], int]:
    """Return the row of the header, the day of each column of a day, and the column of the staff number."""
    for r, row in enumerate(sheet.rows[:HEAD_SEARCH]):
        words = [plain(c) for c in row]
        at = next((words.index(s) for s in STAFF if s in words), None)
        if at is None:
            continue
        days = {i: int(w.removesuffix("日")) for i, w in enumerate(words) if is_day(w)}
        if days:
            refuse_gaps(list(days.values()), sheet.place(r), last)
            if (r, at) != (1, 0):
                held.counts["shifted_table"] += 1
                held.decisions.append(
                    Text(
                        f"シート「{sheet.name}」の表は{r + 1}行目・{at + 1}列目から始まる",
                        f"sheet “{sheet.name}”: the table starts at row {r + 1}, column {at + 1}",
                    )
                )
            held.ignored |= {w for i, w in enumerate(words) if w and i not in days and w not in STAFF}
            return r, days, at
    raise SourceError(
        Text("「職員番号」と日の見出しが見つかりません。", "No header with 職員番号 and days was found."),
        place=Place(sheet.file, sheet.name, 1),
        remedy=Text(
            "見出しは「職員番号、氏名、職名、1、2、…」の形です。",
            "The header reads 職員番号, 氏名, 職名, 1, 2, …",
        ),
    )


def _row(
    sheet: Sheet, r: int, row: Sequence[str], staff: str, days: dict[int, int], month: Month, held: _Reading
) -> Iterator[_Cell]:
    if not re.fullmatch(r"[0-9A-Za-z\-]{3,32}", staff):
        held.problem(
            "unreadable_identity", sheet.place(r, "職員番号"),
            Text(f"職員番号の形ではありません（形: {pattern(staff)}）。", f"This is no staff number (its form: {pattern(staff)})."),
            Text("列がずれていないか確かめてください。", "Check whether the columns have shifted."),
        )  # fmt: skip
        return
    for i, day in days.items():
        text = row[i]
        if text in NOTHING:
            continue
        place = sheet.place(r, f"{day}日")
        if day > month.end.day:
            held.problem(
                "date_outside_month", place, Text("その月にない日です。", "The month has no such day.")
            )
            continue
        if (r, i) in sheet.lost_days:
            held.problem(
                "lost_day", place,
                Text("24時間以上の値が h:mm の書式で表示され、1日分が見えなくなっています。", "A value of 24 hours or more is shown as h:mm, which hides a day."),
                Text("セルの書式を [h]:mm に直してください。", "Format the cell as [h]:mm."),
            )  # fmt: skip
            continue
        try:
            minutes = parse_minutes(text, unit="decimal_hours" if _NUMBER.fullmatch(text) else None)
        except DurationError as error:
            told = safely(error, [text])
            held.problem("impossible_time", place, told.found, told.remedy)
            continue
        if not 0 <= minutes <= 24 * 60:
            held.problem(
                "over_24_hours",
                place,
                Text("一日の在校等時間が24時間を超えるか負です。", "A day's time in school is negative or over 24 hours."),
            )  # fmt: skip
            continue
        held.counts["hours_minutes_quote"] += any(q in text for q in "‘’'′")
        yield _Cell(place, staff, dt.date(month.start.year, month.start.month, day), minutes)

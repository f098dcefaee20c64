"""Teachers' time in school (在校等時間): a workbook a school and year, a sheet a month, a row a teacher.

Cells come as Excel durations, as text (``10:45``, ``10‘45``) or as decimal hours, by the habit of the school; the
header may stand anywhere in the first rows and columns of its sheet.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.calendar import FiscalYear, Month, era_year, parse_date, parse_minutes
from kumastats.errors import DateError, DurationError, Place, SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.fields import MISSING, refuse_wrong_source
from kumastats.sources.identity import IdentityKey, pattern
from kumastats.sources.mapping import Mapping
from kumastats.sources.quoting import safely
from kumastats.sources.report import ReadingReport, ReadResult
from kumastats.tables import table
from kumastats.text import Text

HEAD_SEARCH = 10
STAFF = ("職員番号", "教職員番号")
_SHEET = re.compile(r"(\d{1,2})月")
_CODE = re.compile(r"[（(]([A-Za-z0-9]+)[）)]")
_YEAR = re.compile(r"([^\s\d]{0,2}(?:\d+|元))年度")
_TOTALS = re.compile(r"合計|計|平均|総計")


@dataclass(frozen=True)
class _Cell:
    place: Place
    staff: str
    date: dt.date
    minutes: int


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one workbook."""
    refuse_wrong_source(mapping, "school_hours")
    data = path.read_bytes()
    book = _open(path, data)
    cells: list[_Cell] = []
    decisions: list[Text] = []
    dropped: dict[str, int] = {}
    problems: list[tuple[str, Place, Text, Text | None]] = []
    school, rows_read, ignored = "", 0, set()
    for sheet in book.worksheets:
        month_name = _SHEET.fullmatch(unicodedata.normalize("NFKC", sheet.title).strip())
        if month_name is None:
            decisions.append(
                Text(
                    f"シート「{sheet.title}」は月ではないので読まない",
                    f"sheet “{sheet.title}” is no month and is not read",
                )
            )
            continue
        grid = [list(row) for row in sheet.iter_rows()]
        code, year = _title(grid, path, sheet.title)
        school = code
        month = Month(year.year + (1 if int(month_name[1]) < 4 else 0), int(month_name[1]))
        head_row, days, staff_at, others = _header(grid, path, sheet.title, decisions)
        ignored |= others
        for row in grid[head_row + 1 :]:
            staff = _text(row[staff_at]) if staff_at < len(row) else ""
            if not any(c.value is not None for c in row):
                continue
            if _TOTALS.fullmatch(staff) or (not staff and _TOTALS.fullmatch(_first(row))):
                dropped["totals_row"] = dropped.get("totals_row", 0) + 1
                continue
            rows_read += 1
            cells += _row(row, staff, days, month, path, sheet.title, problems)
    if not school:
        raise SourceError(
            Text("月のシート（4月など）がありません。", "There is no sheet of a month (such as 4月)."),
            place=Place(file=path.name),
            remedy=Text(
                "月ごとのシートに分けたブックを渡してください。", "Give a workbook with a sheet a month."
            ),
        )
    defects = Defects(len(cells), lambda row, column: cells[row].place, mapping.quarantine)
    _report(problems, mapping, defects)
    columns: dict[str, Any] = {
        "person_id": np.array(key.hash_all("staff", [c.staff for c in cells]), dtype=object),
        "post_id": np.full(len(cells), "1", dtype=object),
        "date": np.array([c.date for c in cells], dtype="datetime64[D]"),
        "office_id": np.full(len(cells), school, dtype=object),
        "role": np.full(len(cells), "teacher", dtype=object),
        "in_school_min": np.array([c.minutes for c in cells], dtype=np.int64),
    }
    person_day = table("person_day")
    if cells:
        build.duplicates(person_day, columns, defects)
    defects.refuse()
    made = build.make(person_day, columns, defects.keep)
    dates = columns["date"][defects.keep]
    report = ReadingReport(
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        encoding="xlsx",
        layout="sheets",
        decisions=tuple(dict.fromkeys(decisions)),
        rows_read=rows_read,
        rows_kept=made.num_rows,
        dropped={**dropped, **defects.dropped},
        quarantined=defects.quarantined,
        ignored_columns=tuple(sorted(ignored)),
        first_date=dates.min().item() if len(dates) else None,
        last_date=dates.max().item() if len(dates) else None,
    )
    return ReadResult("school_hours", "person_day", made, report)


def _open(path: Path, data: bytes) -> Any:
    import openpyxl

    place = Place(file=path.name)
    if not data:
        raise SourceError(
            Text("ファイルが空です。", "The file is empty."),
            place=place,
            remedy=Text("出力し直してください。", "Export it again."),
        )
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise SourceError(
            Text("Excelブック（xlsx）として読めません。", "It cannot be read as an Excel workbook (xlsx)."),
            place=place,
            remedy=Text(
                "Excelで開いて xlsx で保存し直してください。", "Open it in Excel and save it again as xlsx."
            ),
        ) from error


def _text(cell: Any) -> str:
    return "" if cell.value is None else unicodedata.normalize("NFKC", str(cell.value)).strip()


def _first(row: list[Any]) -> str:
    return next((t for c in row if (t := _text(c))), "")


def _title(grid: list[list[Any]], path: Path, sheet: str) -> tuple[str, FiscalYear]:
    for row in grid[:HEAD_SEARCH]:
        for cell in row:
            words = _text(cell)
            code, year = _CODE.search(words), _YEAR.search(words)
            if code and year:
                try:
                    return code[1], FiscalYear.of(parse_date(f"{year[1]}年4月1日"))
                except DateError:
                    continue
    raise SourceError(
        Text("表題に年度と学校コードがありません。", "The title names no fiscal year and school code."),
        place=Place(path.name, sheet, 1),
        remedy=Text(
            "例: 平成30年度 在校等時間記録 ○○小学校（S001）",
            "For example: 平成30年度 在校等時間記録 ○○小学校（S001）",
        ),
    )


def _header(
    grid: list[list[Any]], path: Path, sheet: str, decisions: list[Text]
) -> tuple[int, dict[int, int], int, set[str]]:
    for r, row in enumerate(grid[:HEAD_SEARCH]):
        words = [_text(c) for c in row]
        at = next((words.index(s) for s in STAFF if s in words), None)
        if at is None:
            continue
        days = {
            i: int(w.removesuffix("日"))
            for i, w in enumerate(words)
            if re.fullmatch(r"\d{1,2}日?", w) and 1 <= int(w.removesuffix("日")) <= 31
        }
        if days:
            if (r, at) != (1, 0):
                decisions.append(
                    Text(
                        f"シート「{sheet}」の表は{r + 1}行目・{at + 1}列目から始まる",
                        f"sheet “{sheet}”: the table starts at row {r + 1}, column {at + 1}",
                    )
                )
            others = {w for i, w in enumerate(words) if w and i not in days and w not in STAFF}
            return r, days, at, others
    raise SourceError(
        Text("「職員番号」と日の見出しが見つかりません。", "No header with 職員番号 and days was found."),
        place=Place(path.name, sheet, 1),
        remedy=Text(
            "見出しは「職員番号、氏名、職名、1、2、…」の形です。",
            "The header reads 職員番号, 氏名, 職名, 1, 2, …",
        ),
    )


def _row(
    row: list[Any], staff: str, days: dict[int, int], month: Month, path: Path, sheet: str,
    problems: list[tuple[str, Place, Text, Text | None]],
) -> Iterator[_Cell]:  # fmt: skip
    number = next((c.row for c in row if getattr(c, "row", None)), None)
    if not re.fullmatch(r"[0-9A-Za-z\-]{3,32}", staff):
        form = pattern(staff)
        problems.append(
            ("unreadable_identity", Place(path.name, sheet, number, "職員番号"),
             Text(f"職員番号の形ではありません（形: {form}）。", f"This is no staff number (its form: {form})."),
             Text("列がずれていないか確かめてください。", "Check whether the columns have shifted."))
        )  # fmt: skip
        return
    for i, day in days.items():
        if i >= len(row) or row[i].value is None or _text(row[i]) in ("", "-", "―", "－"):
            continue
        place = Place(path.name, sheet, number, f"{day}日")
        if day > month.end.day:
            problems.append(
                (
                    "date_outside_month",
                    place,
                    Text("その月にない日です。", "The month has no such day."),
                    None,
                )
            )
            continue
        cell = row[i]
        decimal = isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
        try:
            minutes = parse_minutes(
                cell.value,
                unit="decimal_hours" if decimal else None,
                number_format=cell.number_format,
                place=place,
            )
        except DurationError as error:
            told = safely(error, [str(cell.value)])
            problems.append(("impossible_time", place, told.found, told.remedy))
            continue
        if not 0 <= minutes <= 24 * 60:
            problems.append(
                (
                    "over_24_hours",
                    place,
                    Text(
                        "一日の在校等時間が24時間を超えるか負です。",
                        "A day's time in school is negative or over 24 hours.",
                    ),
                    None,
                )
            )
            continue
        yield _Cell(place, staff, dt.date(month.start.year, month.start.month, day), minutes)


def _report(problems: list[tuple[str, Place, Text, Text | None]], mapping: Mapping, defects: Defects) -> None:
    for kind, place, found, remedy in problems:
        if kind in mapping.quarantine:
            defects.quarantined[kind] = defects.quarantined.get(kind, 0) + 1
        else:
            hint = Text(
                f"元のデータを直すか、対応表の quarantine に {kind} と書いてください。",
                f"Mend the export, or list {kind} under quarantine in the mapping.",
            )
            defects.add_error(
                SourceError(
                    Text(f"{found.ja}（{kind}）", f"{found.en} ({kind})"), place=place, remedy=remedy or hint
                )
            )


__all__ = ["MISSING", "era_year", "read"]

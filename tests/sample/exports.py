"""Raw exports of the synthetic city read by plain means, never by kumastats.sources."""

import csv
import datetime as dt
import io
import json
from pathlib import Path

import openpyxl

PEOPLE, SEED = 200, 3
WINDOW = dt.date(2017, 7, 1), dt.date(2019, 3, 31)
ENCODINGS = {
    "attendance": "cp932", "roster": "cp932", "identities": "cp932", "enquiries": "cp932", "document_diary": "cp932", "work_sample": "cp932",
    "print_log": "cp932", "devices": "cp932", "rollout": "cp932", "costs": "cp932", "shelters": "cp932",
    "viva_person": "utf-8", "lesson_share": "utf-8",
}  # fmt: skip


def cells(path: Path, encoding: str | None = None, delimiter: str = ",") -> list[list[str]]:
    """Return every row of a delimited export."""
    source = next((p for p in path.parts if p in ENCODINGS), "")
    text = path.read_bytes().decode(encoding or ENCODINGS.get(source, "utf-8-sig"))
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def records(path: Path, head: int = 0, totals: tuple[str, ...] = ("合計", "計")) -> list[dict[str, str]]:
    """Return rows as dictionaries; `head` rows stand before the header, totals are left out."""
    rows = cells(path)
    return [dict(zip(rows[head], r, strict=True)) for r in rows[head + 1 :] if r[0] not in totals]


def sheets(path: Path) -> dict[str, list[tuple]]:
    """Return the rows of every sheet of a workbook."""
    book = openpyxl.load_workbook(path)
    return {s.title: [tuple(row) for row in s.iter_rows()] for s in book.worksheets}


def truth_of(city: Path) -> dict:
    return json.loads((city / "truth.json").read_text(encoding="utf-8"))


def as_minutes(text: str) -> int:
    return int(text.split(":")[0]) * 60 + int(text.split(":")[1]) if text else 0


def clock_seconds(text: str) -> int:
    h, m, s = map(int, text.split(":"))
    return h * 3600 + m * 60 + s


def ordered(row: dict[str, str]) -> int:
    """Return the ordered overtime of a long or a pairs row, in minutes."""
    if "時間外命令" in row:
        return as_minutes(row["時間外命令"])
    return sum(as_minutes(row[f"時間外{rate}"]) for rate in (100, 125, 150))


def months(city: Path) -> list[Path]:
    """Return the monthly files of FY2016 on, as first delivered."""
    return sorted((city / "raw/attendance").glob("kinmu_*.csv"))

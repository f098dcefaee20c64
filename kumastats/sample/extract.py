"""A small slice of a synthetic city's raw exports: one ward's offices and schools, one quarter. ``make data-sample``.

Files keep their format, encoding and faults; only rows of other offices, areas and people are left out.
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ATTENDANCE = ("kinmu_201804.csv", "kinmu_201805.csv", "kinmu_201806.csv")
SCHOOL_YEAR, SCHOOLS = 2018, 2
WARD = "中央区"
Row = list[str]


@dataclass(frozen=True)
class Slice:
    """How a file is cut.

    Attributes
    ----------
    heads
        Leading rows that stay: titles, banners and headers.
    of
        What the cell at `column` must be one of: ``unit``, ``area``, ``number``, ``upn``, ``printer``; nothing keeps every row.
    """

    file: str
    encoding: str = "cp932"
    heads: int = 1
    column: int = 0
    of: str = ""
    newline: str = "\r\n"


SLICES = (
    Slice("offices/offices.csv", "utf-8-sig", column=0, of="unit"),
    *(Slice(f"attendance/{name}", heads=2, column=2, of="unit") for name in ATTENDANCE),
    Slice("viva_person/person_query_FY2018Q4.csv", "utf-8", column=-1, of="unit"),
    Slice("viva_meeting/meeting_query_FY2019Q1.csv", "utf-8-sig", column=24, of="unit"),
    Slice("roster/jinji_daicho.csv", column=3, of="unit"),
    Slice("identities/identities.csv", column=0, of="number"),
    Slice("school_year/zaiko_nenkan_2018.csv", "utf-8-sig", heads=2, column=0, of="unit"),
    Slice("document_diary/diary_2018.csv", column=1, of="unit"),
    Slice("work_sample/work_sample_2018.csv", column=0, of="unit"),
    Slice("cases/cases_FY2018.csv", "utf-8-sig", column=1, of="unit"),
    Slice("enquiries/enquiries_FY2018Q1.csv", column=2, of="unit"),
    Slice("m365/TeamsUserActivityUserDetail_20190331.csv", "utf-8-sig", column=1, of="upn"),
    Slice("m365/SkypeForBusinessActivityUserDetail_20190331.csv", "utf-8-sig", column=1, of="upn"),
    Slice("print_log/papercut-print-log-2019-05.csv", heads=3, column=4, of="printer"),
    Slice("lesson_share/lesson_share_FY2019.csv", "utf-8", column=1, of="unit"),
    Slice("devices/devices_2018.csv", column=2, of="unit"),
    Slice("rollout/rollout.csv", column=1, of="unit"),
    Slice("costs/costs.csv"),
    Slice("shelters/shelters_2016.csv", heads=2, column=1, of="area"),
    Slice("community/community_FY2019.csv", "utf-8-sig", column=1, of="area"),
    Slice("watch_over/watch_over_FY2019.csv", "utf-8-sig", column=0, of="area"),
)
WHOLE = ("tickets/tickets_W1_FY2018Q1.csv", "bot/transcripts_201907.json", "survey/survey_staff_FY2018.xlsx")
TOTALS = ("合計", "計")


def extract(study: Path, target: Path, ward: str = WARD) -> list[Path]:
    """Write the slice of a study's ``raw/`` and ``mappings/`` into `target` and return its files, sorted.

    Parameters
    ----------
    study
        A synthetic study (``kumastats sample``).
    target
        Its ``raw/`` and ``mappings/`` are replaced.
    ward
        The ward kept.
    """
    raw, out = study / "raw", target / "raw"
    for folder in (out, target / "mappings"):
        shutil.rmtree(folder, ignore_errors=True)
    offices = _rows(raw / "offices" / "offices.csv", "utf-8-sig")
    units = {r[0] for r in offices[1:] if r[4] == ward}
    schools = sorted(r[0] for r in offices[1:] if r[4] == ward and r[3] == "学校")[:SCHOOLS]
    roster = _rows(raw / "roster" / "jinji_daicho.csv", "cp932")
    numbers = {r[0] for r in roster[1:] if r[3] in units}
    tests: dict[str, Callable[[str], bool]] = {
        "": lambda cell: True,
        "unit": units.__contains__,
        "area": lambda cell: cell.startswith(ward.removesuffix("区")),
        "number": numbers.__contains__,
        "upn": lambda cell: cell.split("@")[0].removeprefix("u") in numbers,
        "printer": lambda cell: cell.split("-")[0] in units,
    }
    for cut in SLICES:
        _cut(raw / cut.file, out / cut.file, cut, tests[cut.of])
    copied = [*WHOLE, *(f"school_hours/zaiko_{SCHOOL_YEAR}_{school}.xlsx" for school in schools)]
    for name in copied:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(raw / name, out / name)
    shutil.copytree(study / "mappings", target / "mappings")
    return sorted(p for p in target.rglob("*") if p.is_file())


def _rows(path: Path, encoding: str) -> list[Row]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding))))


def _cut(source: Path, target: Path, cut: Slice, keep: Callable[[str], bool]) -> None:
    rows = _rows(source, cut.encoding)
    kept = [r for i, r in enumerate(rows) if i < cut.heads or r[0] in TOTALS or keep(r[cut.column])]
    target.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    csv.writer(text, lineterminator=cut.newline).writerows(kept)
    target.write_bytes(text.getvalue().encode(cut.encoding))


if __name__ == "__main__":
    written = extract(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(f"{len(written)} files, {sum(p.stat().st_size for p in written):,} bytes\n")

"""A small slice of a synthetic city's raw exports: one ward's offices and schools, one quarter. ``make data-sample``.

Files keep their format, encoding and faults; only rows of other offices are left out.
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

ATTENDANCE = ("kinmu_201804.csv", "kinmu_201805.csv", "kinmu_201806.csv")
SCHOOL_YEAR, SCHOOLS = 2018, 2
TICKETS = "tickets_W1_FY2018Q1.csv"
VIVA = "person_query_FY2018Q4.csv"  # the first quarter with Viva Insights
WARD = "中央区"


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
    offices = raw / "offices" / "offices.csv"
    rows = list(csv.reader(io.StringIO(offices.read_bytes().decode("utf-8-sig"))))
    kept = {r[0] for r in rows[1:] if r[4] == ward}
    schools = sorted(r[0] for r in rows[1:] if r[4] == ward and r[3] == "学校")[:SCHOOLS]
    _filtered(
        offices,
        out / "offices" / "offices.csv",
        "utf-8-sig",
        "\r\n",
        lambda r: r[0] in kept or r[0] == "所属コード",
    )
    for name in ATTENDANCE:
        _filtered(
            raw / "attendance" / name,
            out / "attendance" / name,
            "cp932",
            "\r\n",
            lambda r: len(r) < 3 or r[2] in kept or r[0] in ("職員番号", "合計"),
        )
    (out / "school_hours").mkdir(parents=True)
    for school in schools:
        name = f"zaiko_{SCHOOL_YEAR}_{school}.xlsx"
        shutil.copyfile(raw / "school_hours" / name, out / "school_hours" / name)
    (out / "tickets").mkdir()
    shutil.copyfile(raw / "tickets" / TICKETS, out / "tickets" / TICKETS)
    _filtered(
        raw / "viva_person" / VIVA,
        out / "viva_person" / VIVA,
        "utf-8",
        "\r\n",
        lambda r: r[-1] in kept or r[0] == "PersonId",
    )
    shutil.copytree(study / "mappings", target / "mappings")
    return sorted(p for p in target.rglob("*") if p.is_file())


def _filtered(
    source: Path, target: Path, encoding: str, newline: str, keep: Callable[[list[str]], bool]
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    out = csv.writer(text, lineterminator=newline)
    out.writerows(r for r in csv.reader(io.StringIO(source.read_bytes().decode(encoding))) if keep(r))
    target.write_bytes(text.getvalue().encode(encoding))


if __name__ == "__main__":
    written = extract(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(f"{len(written)} files, {sum(p.stat().st_size for p in written):,} bytes\n")

"""The yearly print of schools: hours beyond the regular ones, a teacher, written 404‘54."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from kumastats.sample import files, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects

HEADS = ("学校コード", "学校名", "教員数", "年間時間外", "月45時間超の人数")
REGULAR, CAP = 7 * 60 + 45, 45 * 60
SMALLEST = 10  # schools with fewer teachers are suppressed
Ints = npt.NDArray[np.int64]


def beyond(made: Ints, months: Ints) -> tuple[int, int]:
    """Return minutes beyond the regular ones, a teacher and year, and how many passed 45 hours in any month.

    Parameters
    ----------
    made
        Minutes in school, teachers × days; −1 is absent.
    months
        The month of each day.
    """
    extra = np.where(made >= 0, np.maximum(made - REGULAR, 0), 0)
    if not len(extra):
        return 0, 0
    monthly = np.stack([extra[:, months == m].sum(axis=1) for m in np.unique(months)], axis=1)
    return int(extra.sum() // len(extra)), int((monthly > CAP).any(axis=1).sum())


def write(city: City, year: int, found: list[tuple[int, int, int]], raw: Path, defects: Defects) -> None:
    """Write a year's print.

    Parameters
    ----------
    found
        For each school: teachers, minutes a teacher, and how many passed the cap.
    """
    rows: list[list[object]] = []
    quoted = 0
    for i, (school, (teachers, minutes, over)) in enumerate(zip(city.schools, found, strict=True)):
        small = teachers < SMALLEST or i == len(found) - 1
        # the last school is always held back, so that there is one at every size
        hours = "x" if small else f"{minutes // 60}‘{minutes % 60:02d}"
        quoted += not small
        rows.append([school.id, school.ja, teachers, hours, "x" if small else over or "-"])
    name = f"zaiko_nenkan_{year}.csv"
    title = f"{spelling.fiscal_title(year)} 在校等時間（一人当たり年間）"
    total = ["計", "", sum(t for t, _, _ in found), "", ""]
    files.put(raw / "school_year" / name, [[title], HEADS, *rows, total], "utf-8-sig")
    defects.note("totals_row", name, 1, "a row of totals", source="school_year", table="school_year")
    defects.note(
        "hours_minutes_quote", name, quoted, "hours and minutes with a quotation mark between", source="school_year",
        table="school_year",
    )  # fmt: skip

"""Teachers' time in school: a workbook a school and year, a sheet a month, each school by its own habit."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any, cast

import numpy as np
import openpyxl
from openpyxl.cell import WriteOnlyCell

from kumastats.sample import config, days, spelling
from kumastats.sample.city import City, Office
from kumastats.sample.defects import Defects

FIXED = (1980, 1, 1, 0, 0, 0)
HABITS = ("duration", "text", "decimal", "quote")
ROLES = ("教諭", "教諭", "教諭", "養護教諭", "教頭", "講師")


def write(city: City, year: int, raw: Path, defects: Defects) -> None:
    """Write the workbooks of a fiscal year."""
    folder = raw / "school_hours"
    folder.mkdir(parents=True, exist_ok=True)
    y = year - config.FIRST_YEAR
    posts = np.arange(city.teachers_from, city.people)
    for s, school in enumerate(city.schools):
        mine = posts[city.office[posts, y] == len(city.offices) + s]
        path = folder / f"zaiko_{year}_{school.id}.xlsx"
        path.write_bytes(_workbook(city, year, s, school, [int(p) for p in mine], defects))


def minutes(city: City, year: int, school: int, posts: list[int], dates: list[dt.date]) -> np.ndarray:
    """Return minutes in school, posts × workdays."""
    rng = city.rng(10, year, school)
    y = year - config.FIRST_YEAR
    trait = city.rng(11).standard_normal(int(city.person.max()) + 1)
    person = city.person[posts, y]
    at = np.array(dates, dtype="datetime64[D]")
    wave = config.SCHOOL_SYSTEM_WAVES[school % len(config.SCHOOL_SYSTEM_WAVES)]
    mean = config.IN_SCHOOL_MEAN + config.SCHOOL_TREND_A_YEAR * (year - config.FIRST_YEAR)
    month = np.array([{4: 25, 6: 12, 10: 10, 8: -120, 12: 0, 3: 5}.get(d.month, 0) for d in dates])
    system = config.SCHOOL_SYSTEM_MINUTES * days.ramp(at, wave, 60)
    tablets = config.TABLETS_MINUTES * (
        (at >= np.datetime64("2020-09-01")) & (at < np.datetime64("2021-04-01"))
    )
    base = mean + month + system + tablets
    made = base[None, :] + config.IN_SCHOOL_PERSON_SD * trait[person][:, None]
    made = made + config.IN_SCHOOL_SD * rng.standard_normal((len(posts), len(dates)))
    absent = (
        rng.random((len(posts), len(dates)))
        < np.array([0.45 if d.month == 8 else 0.05 for d in dates])[None, :]
    )
    return np.where(absent, -1, np.clip(made, 240, 1020).astype(np.int64))


def _workbook(
    city: City, year: int, number: int, school: Office, posts: list[int], defects: Defects
) -> bytes:
    y = year - config.FIRST_YEAR
    dates = days.workdays(*days.fiscal_year(year))
    made = minutes(city, year, number, posts, dates)
    habit = HABITS[number % len(HABITS)]
    book = openpyxl.Workbook(write_only=True)
    for first, last in days.months(year):
        sheet = book.create_sheet(f"{first.month}月")
        shifted = year == 2019 and number == 1 and first.month == 9
        if shifted:
            defects.note(
                "shifted_sheet",
                f"zaiko_{year}_{school.id}.xlsx 9月",
                1,
                "the table starts two rows lower and a column to the right",
            )
        pad: list[object] = [None] if shifted else []
        title = (
            f"{spelling.era_year(first)[:-1]}年度"
            if first.month >= 4
            else f"{spelling.era_year(dt.date(year, 4, 1))[:-1]}年度"
        )
        if year == 2019:
            title = "令和元年度"
        sheet.append([f"{title} 在校等時間記録 {school.ja}（{school.id}）"])
        if shifted:
            sheet.append([])
            sheet.append([])
        sheet.append([*pad, "職員番号", "氏名", "職名", *range(1, 32), "計"])
        columns = {d.day: i for i, d in enumerate(dates) if first <= d <= last}
        for row, post in enumerate(posts):
            person = int(city.person[post, y])
            canary = post == city.teachers_from
            number_, called = (
                config.CANARIES[2:4] if canary else (spelling.staff_number(person), spelling.name(person))
            )
            values = [made[row, columns[d]] if d in columns else -1 for d in range(1, 32)]
            total = int(sum(v for v in values if v >= 0))
            cells = [_cell(sheet, int(v), habit) for v in values]
            sheet.append(
                [*pad, number_, called, ROLES[post % len(ROLES)], *cells, _cell(sheet, total, habit)]
            )
        sheet.append([*pad, "合計", None, None, *[None] * 31, None])
    held = io.BytesIO()
    book.save(held)
    return _same_bytes(held.getvalue())


def _cell(sheet: Any, value: int, habit: str) -> object:
    if value < 0:
        return None
    if habit == "duration":
        cell = WriteOnlyCell(sheet, value=cast(Any, dt.timedelta(minutes=value)))
        cell.number_format = "[h]:mm"
        return cell
    if habit == "decimal":
        return round(value / 60, 4)
    return f"{value // 60}{'‘' if habit == 'quote' else ':'}{value % 60:02d}"


def _same_bytes(data: bytes) -> bytes:
    """Return the workbook without the time of its making."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in sorted(old.namelist()):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", b"2018-04-01T00:00:00Z", body)
            new.writestr(zipfile.ZipInfo(name, FIXED), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()

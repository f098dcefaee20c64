"""Teachers' time in school: a workbook a school and year, a sheet a month, each school by its own habit."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import openpyxl
from openpyxl.cell import WriteOnlyCell

from kumastats.sample import config, days, files, identities, schedule, school_year, spelling
from kumastats.sample.city import City, Office
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

HABITS = ("duration", "text", "decimal", "quote")
ROLES = ("教諭", "教諭", "教諭", "養護教諭", "教頭", "講師")
TRIP_MINUTES = 36 * 60  # a school trip of two days in one cell
SHIFTED, TRIP = (2019, 1, 9), (2018, 0, 6)  # fiscal year, school and month of two faults
Ints = npt.NDArray[np.int64]


def write(city: City, year: int, raw: Path, defects: Defects) -> None:
    """Write the workbooks of a fiscal year, and its yearly print."""
    folder = raw / "school_hours"
    folder.mkdir(parents=True, exist_ok=True)
    dates = days.workdays(*days.fiscal_year(year))
    months = np.array([d.month for d in dates])
    found = []
    for s, school in enumerate(city.schools):
        posts = teachers(city, year, s)
        made = minutes(city, year, s, posts, dates)
        name = f"zaiko_{year}_{school.id}.xlsx"
        body = _workbook(city, year, s, school, posts, dates, made, defects)
        (folder / name).write_bytes(body)
        _note(defects, "totals_row", name, 12, "a row of totals in each sheet")
        if HABITS[s % len(HABITS)] == "quote":
            what = "hours and minutes with a quotation mark between"
            _note(defects, "hours_minutes_quote", name, int((made >= 0).sum()), what)
        found.append((len(posts), *school_year.beyond(made, months)))
    school_year.write(city, year, found, raw, defects)


def _note(defects: Defects, id_: str, place: str, count: int, what: str) -> None:
    defects.note(id_, place, count, what, source="school_hours", table="person_day")


def teachers(city: City, year: int, school: int) -> list[int]:
    """Return the posts of a school in a fiscal year."""
    posts = np.arange(city.teachers_from, city.people)
    mine = posts[city.office[posts, year - config.FIRST_YEAR] == len(city.offices) + school]
    return [int(p) for p in mine]


def minutes(
    city: City, year: int, school: int, posts: list[int], dates: list[dt.date], off: Off = NONE
) -> Ints:
    """Return minutes in school, posts × days; −1 is absent.

    With ``school_affairs`` or ``pupil_tablets`` in `off`, of the twin without it.
    """
    rng = city.rng(10, year, school)
    y = year - config.FIRST_YEAR
    trait = city.rng(11).standard_normal(int(city.person.max()) + 1)
    person = city.person[posts, y]
    at = np.array(dates, dtype="datetime64[D]")
    mean = config.IN_SCHOOL_MEAN + config.SCHOOL_TREND_A_YEAR * (year - config.FIRST_YEAR)
    month = np.array([{4: 25, 6: 12, 10: 10, 8: -120, 12: 0, 3: 5}.get(d.month, 0) for d in dates])
    base = mean + month.astype(float)
    id_ = city.schools[school].id
    if "school_affairs" not in off:
        base += config.SCHOOL_SYSTEM_MINUTES * days.ramp(at, schedule.school_affairs(city)[id_], 60)
    if "pupil_tablets" not in off:
        since = (at - np.datetime64(schedule.pupil_tablets(city)[id_], "D")).astype(int)
        base += config.TABLETS_MINUTES * ((since >= 0) & (since < config.PUPIL_TABLET_DAYS))
    made = base[None, :] + config.IN_SCHOOL_PERSON_SD * trait[person][:, None]
    made = made + config.IN_SCHOOL_SD * rng.standard_normal((len(posts), len(dates)))
    absent = (
        rng.random((len(posts), len(dates)))
        < np.array([0.45 if d.month == 8 else 0.05 for d in dates])[None, :]
    )
    return np.where(absent, -1, np.clip(made, 240, 1020).astype(np.int64))


def _workbook(
    city: City, year: int, number: int, school: Office, posts: list[int], dates: list[dt.date], made: Ints, defects: Defects
) -> bytes:  # fmt: skip
    habit = HABITS[number % len(HABITS)]
    book = openpyxl.Workbook(write_only=True)
    for first, last in days.months(year):
        sheet = book.create_sheet(f"{first.month}月")
        here = (year, number, first.month)
        name = f"zaiko_{year}_{school.id}.xlsx {first.month}月"
        pad: list[object] = []
        sheet.append([f"{spelling.fiscal_title(year)} 在校等時間記録 {school.ja}（{school.id}）"])
        if here == SHIFTED:
            pad = [None]
            sheet.append([])
            sheet.append([])
            what = "the table starts two rows lower and a column to the right"
            _note(defects, "shifted_table", name, 1, what)
        sheet.append([*pad, "職員番号", "氏名", "職名", *range(1, 32), "計"])
        lost = 0
        columns = {d.day: i for i, d in enumerate(dates) if first <= d <= last}
        for row, post in enumerate(posts):
            who = identities.of(city, post, year)
            values = [int(made[row, columns[d]]) if d in columns else -1 for d in range(1, 32)]
            total = sum(v for v in values if v >= 0)
            cells = [_cell(sheet, v, habit) for v in values]
            if (
                here == TRIP
                and row < 3
                and (day := next((i for i, v in enumerate(values) if v >= 0), None)) is not None
            ):
                cells[day] = _lost_day(sheet)
                lost += 1
            sheet.append(
                [*pad, who.number, who.name, ROLES[post % len(ROLES)], *cells, _cell(sheet, total, habit)]
            )
        sheet.append([*pad, "合計", None, None, *[None] * 31, None])
        _note(defects, "lost_day", name, lost, "36 hours in a cell formatted h:mm, which shows 12:00")
    held = io.BytesIO()
    book.save(held)
    return files.same_bytes(held.getvalue())


def _lost_day(sheet: Any) -> object:
    cell = WriteOnlyCell(sheet, value=cast(Any, dt.timedelta(minutes=TRIP_MINUTES)))
    cell.number_format = "h:mm"
    return cell


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

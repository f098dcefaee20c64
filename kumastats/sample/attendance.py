"""Monthly attendance exports: wide in FY2015, long from FY2016, awkward throughout and faulty in places."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kumastats.sample import config, days, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.overtime import Year

HEADS = ("職員番号", "氏名", "所属コード", "所属名", "任用区分", "管理職", "勤務日", "勤務区分", "所定", "出勤", "退勤", "休憩", "時間外命令", "休日勤務", "深夜", "PCオン", "PCオフ")  # fmt: skip
EMPLOYMENT = ("正規", "会計年度任用", "正規")
START, END, SCHEDULED = 8 * 60 + 30, 17 * 60 + 15, 7 * 60 + 45
NIGHT = 22 * 60
CORRECTED = dt.date(2018, 8, 1)
CORRECTION_RECEIVED = dt.date(2023, 5, 10)


def write(city: City, year: Year, raw: Path, defects: Defects) -> None:
    """Write the twelve files of a fiscal year."""
    folder = raw / "attendance"
    folder.mkdir(parents=True, exist_ok=True)
    for first, last in days.months(year.year):
        columns = [i for i, d in enumerate(year.days) if first <= d <= last]
        stamp = f"{first:%Y%m}"
        if year.year == config.FIRST_YEAR:
            _put(folder / f"meirei_{stamp}.csv", _wide(city, year, first, last, columns), "utf-8", "\n")
            continue
        rows = list(_long(city, year, first, last, columns))
        banner = [f"勤務実績一覧（{spelling.era_year(first)}{first.month}月分）"]
        if first == CORRECTED:
            corrected = folder / f"received_{CORRECTION_RECEIVED}"
            corrected.mkdir(exist_ok=True)
            _put(
                corrected / f"kinmu_{stamp}.csv", [banner, list(HEADS), *rows, _total(rows)], "cp932", "\r\n"
            )
            rows = defects.uncorrected(rows, stamp)
        rows = defects.attendance(rows, f"kinmu_{stamp}.csv", first)
        _put(folder / f"kinmu_{stamp}.csv", [banner, list(HEADS), *rows, _total(rows)], "cp932", "\r\n")


def _put(path: Path, rows: list[list[str]], encoding: str, newline: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=newline).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def _total(rows: list[list[str]]) -> list[str]:
    return ["合計", "", "", "", "", "", f"{len(rows)}件", *[""] * (len(HEADS) - 7)]


def _who(city: City, y: int) -> list[list[str]]:
    out = []
    for post in range(city.teachers_from):
        office, person = city.offices[city.office[post, y]], int(city.person[post, y])
        number, called = (
            (config.CANARIES[0], config.CANARIES[1])
            if post == 0
            else (spelling.staff_number(person), spelling.name(person))
        )
        kind = int(city.kinds[post])
        out.append([number, called, office.id, office.ja, EMPLOYMENT[kind], "該当" if kind == 2 else ""])
    return out


def _wide(city: City, year: Year, first: dt.date, last: dt.date, columns: list[int]) -> list[list[str]]:
    clock = spelling.clock()
    day_of = {year.days[i].day: i for i in columns}
    rows = [
        [
            "職員番号",
            "氏名",
            "所属コード",
            "所属名",
            "任用区分",
            "管理職",
            "年月",
            *[f"{d}日" for d in range(1, 32)],
            "計",
        ]
    ]
    month = f"{spelling.era_year(first)}{first.month}月"
    for post, who in enumerate(_who(city, year.year - config.FIRST_YEAR)):
        values = year.recorded[post]
        cells = [
            clock[values[day_of[d]]] if d in day_of and values[day_of[d]] > 0 else "" for d in range(1, 32)
        ]
        total = int(values[columns].sum())
        rows.append([*who, month, *cells, f"{total // 60}:{total % 60:02d}"])
    return rows


def _long(city: City, year: Year, first: dt.date, last: dt.date, columns: list[int]) -> Iterator[list[str]]:
    y = year.year - config.FIRST_YEAR
    rng = city.rng(9, year.year, first.month)
    clock = spelling.clock()
    n, m = city.teachers_from, len(columns)
    early = rng.integers(0, 25, (n, m))
    late = rng.integers(0, 12, (n, m))
    pc_early, pc_late = rng.integers(-6, 12, (n, m)), rng.integers(0, 14, (n, m))
    pc_missing = rng.random((n, m)) < 0.06
    at_home = (rng.random((n, m)) < (0.04 if year.year >= 2020 else 0.01)) & (first >= dt.date(2019, 7, 1))
    dates = [spelling.written_date(year.days[i]) for i in columns]
    who = _who(city, y)
    closed = days.days_off(first, last)
    worked_off = rng.random((n, len(closed))) < config.HOLIDAY_WORK
    leave_kind = np.array(["年休", "年休", "年休", "年休", "特休", "病休"])[rng.integers(0, 6, (n, m))]
    for post in range(n):
        person = who[post]
        for k, i in enumerate(columns):
            if year.leave[post, i]:
                yield [
                    *person,
                    dates[k],
                    str(leave_kind[post, k]),
                    clock[SCHEDULED],
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                ]
                continue
            true, ordered = int(year.true[post, i]), int(year.recorded[post, i])
            start, end = START - int(early[post, k]), END + true + int(late[post, k])
            on, off = max(start + int(pc_early[post, k]), 0), end - int(pc_late[post, k])
            blank = pc_missing[post, k]
            yield [
                *person, dates[k], "テレワーク" if at_home[post, k] else "出勤", clock[SCHEDULED], clock[start], clock[end],
                "1:00", clock[ordered] if ordered else "", "", clock[end - NIGHT] if end > NIGHT else "",
                "" if blank else clock[on], "" if blank else clock[off],
            ]  # fmt: skip
        if person[5] != "該当":
            for k, day in enumerate(closed):
                if worked_off[post, k]:
                    yield [
                        *person,
                        spelling.written_date(day),
                        "休日出勤",
                        "",
                        "9:00",
                        "15:00",
                        "1:00",
                        "",
                        "5:00",
                        "",
                        "8:58",
                        "14:55",
                    ]

"""Monthly attendance exports: wide in FY2015, long from FY2016, pairs of times from FY2021; awkward, and faulty in places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kumastats.sample import attendance_faults as faults
from kumastats.sample import config, days, files, identities, schedule, spelling
from kumastats.sample.attendance_faults import HEADS
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.overtime import Year

EMPLOYMENT = ("正規", "会計年度任用", "正規")
PAIRS_FROM = 2021
# worked, teleworked, and leave; what is paid at which rate stands apart from FY2021
PAIRS = (
    *HEADS[:9], "出勤1", "退勤1", "出勤2", "退勤2", "翌日退勤", "休憩", "時間外100", "時間外125", "時間外150", "休日135", "休日160",
    "深夜25", "PCオン", "PCオフ", "備考",
)  # fmt: skip
START, END, SCHEDULED = 8 * 60 + 30, 17 * 60 + 15, 7 * 60 + 45
NIGHT, MIDNIGHT = 22 * 60, 24 * 60
PART_TIME_TO_8_HOURS = 15  # an appointee's first quarter of an hour is paid at the plain rate
CONTROLLED = (dt.date(2023, 1, 1), dt.date(2023, 2, 1), dt.date(2023, 3, 1))
Ints = npt.NDArray[np.int64]
Rows = list[list[str]]
Line = Callable[[list[str], str, "Day"], list[str]]


@dataclass(frozen=True)
class Day:
    """A person's day, in minutes after midnight; a clock time of −1 is missing."""

    kind: str
    scheduled: int
    start: int = -1
    end: int = -1
    rest: int = 0
    ordered: int = 0
    holiday: int = 0
    late: int = 0
    on: int = -1
    off: int = -1
    appointee: bool = False


def write(city: City, year: Year, raw: Path, defects: Defects) -> None:
    """Write the twelve files of a fiscal year."""
    folder = raw / "attendance"
    totals: list[tuple[str, str, object]] = []
    for first, last in days.months(year.year):
        columns = [i for i, d in enumerate(year.days) if first <= d <= last]
        stamp = f"{first:%Y%m}"
        if year.year == config.FIRST_YEAR:
            files.put(folder / f"meirei_{stamp}.csv", _wide(city, year, first, last, columns), "utf-8", "\n")
            continue
        pairs = year.year >= PAIRS_FROM
        name, heads = f"kinmu_{stamp}.csv", PAIRS if pairs else HEADS
        line = _pairs if pairs else _long
        rows = [line(who, date, day) for who, date, day in _days(city, year, first, last, columns)]
        banner = [f"勤務実績一覧（{spelling.era_year(first)}{first.month}月分）"]

        def put(path: Path, body: Rows, banner: list[str] = banner, heads: tuple[str, ...] = heads) -> None:
            files.put(path, [banner, heads, *body, _total(body, len(heads))], "cp932")

        if first in faults.CORRECTED:
            put(folder / f"received_{faults.CORRECTION_RECEIVED}" / name, rows)
            as_it_is = faults.paid(rows)
            rows = faults.uncorrected(rows, name, defects)
            defects.correct(name, first, faults.paid(rows), as_it_is)
        rows = faults.planted(rows, name, first, defects)
        put(folder / name, rows)
        faults.told(rows, heads, name, first, defects)
        if first == faults.REPEATED:
            again = folder / f"received_{faults.REPEATED_RECEIVED}" / f"kinmu_{stamp}_再送.csv"
            again.parent.mkdir(exist_ok=True)
            again.write_bytes((folder / name).read_bytes())
            defects.note(
                "repeated_delivery", f"received_{faults.REPEATED_RECEIVED}/{again.name}", len(rows), f"{name} came a second time",
                source="attendance", table="person_day",
            )  # fmt: skip
        if first in CONTROLLED:
            totals += [(name, "件数", len(rows)), (name, "時間外125", _sum(rows, PAIRS.index("時間外125")))]
    if totals:
        files.control(folder, totals)


def _total(rows: Rows, width: int) -> list[str]:
    return ["合計", "", "", "", "", "", f"{len(rows)}件", *[""] * (width - 7)]


def _sum(rows: Rows, column: int) -> str:
    minutes = sum(faults.minutes(rows, column))
    return f"{minutes // 60}:{minutes % 60:02d}"


def _who(city: City, year: int) -> Rows:
    out = []
    for post in range(city.teachers_from):
        office, who = (
            city.offices[city.office[post, year - config.FIRST_YEAR]],
            identities.of(city, post, year),
        )
        kind = int(city.kinds[post])
        out.append(
            [who.number, who.name, office.id, office.ja, EMPLOYMENT[kind], "該当" if kind == 2 else ""]
        )
    return out


def _wide(city: City, year: Year, first: dt.date, last: dt.date, columns: list[int]) -> Rows:
    clock = spelling.clock()
    day_of = {year.days[i].day: i for i in columns}
    rows = [[*HEADS[:6], "年月", *[f"{d}日" for d in range(1, 32)], "計"]]
    month = f"{spelling.era_year(first)}{first.month}月"
    for post, who in enumerate(_who(city, year.year)):
        values = year.recorded[post]
        cells = [
            clock[values[day_of[d]]] if d in day_of and values[day_of[d]] > 0 else "" for d in range(1, 32)
        ]
        total = int(values[columns].sum())
        rows.append([*who, month, *cells, f"{total // 60}:{total % 60:02d}"])
    return rows


def _days(
    city: City, year: Year, first: dt.date, last: dt.date, columns: list[int]
) -> Iterator[tuple[list[str], str, Day]]:
    rng = city.rng(9, year.year, first.month)
    n, m = city.teachers_from, len(columns)
    early, late = rng.integers(0, 25, (n, m)), rng.integers(0, 12, (n, m))
    pc_early, pc_late = rng.integers(-6, 12, (n, m)), rng.integers(0, 14, (n, m))
    pc_missing = rng.random((n, m)) < 0.06
    at_home = _at_home(city, year, columns, rng.random((n, m)))
    dates = [spelling.written_date(year.days[i]) for i in columns]
    who = _who(city, year.year)
    closed = days.days_off(first, last)
    worked_off = rng.random((n, len(closed))) < config.HOLIDAY_WORK
    leave_kind = np.array(["年休", "年休", "年休", "年休", "特休", "病休"])[rng.integers(0, 6, (n, m))]
    for post in range(n):
        person, appointee = who[post], city.kinds[post] == 1
        for k, i in enumerate(columns):
            if year.leave[post, i]:
                yield person, dates[k], Day(str(leave_kind[post, k]), SCHEDULED)
                continue
            start, end = START - int(early[post, k]), END + int(year.true[post, i]) + int(late[post, k])
            blank = pc_missing[post, k]
            yield (
                person,
                dates[k],
                Day(
                    "テレワーク" if at_home[post, k] else "出勤", SCHEDULED, start, end, 60, int(year.recorded[post, i]), 0,
                    max(end - NIGHT, 0), -1 if blank else max(start + int(pc_early[post, k]), 0),
                    -1 if blank else end - int(pc_late[post, k]), bool(appointee),
                ),
            )  # fmt: skip
        if person[5] != "該当":
            for k, day in enumerate(closed):
                if worked_off[post, k]:
                    yield (
                        person,
                        spelling.written_date(day),
                        Day("休日出勤", -1, 540, 900, 60, 0, 300, 0, 538, 895),
                    )


def _at_home(
    city: City, year: Year, columns: list[int], draws: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Return who teleworked: a few from the day their office may, more from FY2020 on; it changes no hours."""
    opened = schedule.telework(city)
    office = city.office[: city.teachers_from, year.year - config.FIRST_YEAR]
    since = np.array([opened[o.id] for o in city.offices], dtype="datetime64[D]")[office]
    at = np.array([year.days[i] for i in columns], dtype="datetime64[D]")
    return np.asarray((draws < (0.04 if year.year >= 2020 else 0.01)) & (at[None, :] >= since[:, None]))


def _long(who: list[str], date: str, day: Day) -> list[str]:
    clock = spelling.clock()
    return [
        *who, date, day.kind, clock[day.scheduled] if day.scheduled >= 0 else "", clock[day.start] if day.start >= 0 else "",
        clock[day.end] if day.end >= 0 else "", clock[day.rest] if day.rest else "", clock[day.ordered] if day.ordered else "",
        clock[day.holiday] if day.holiday else "", clock[day.late] if day.late else "", clock[day.on] if day.on >= 0 else "",
        clock[day.off] if day.off >= 0 else "",
    ]  # fmt: skip


def _pairs(who: list[str], date: str, day: Day) -> list[str]:
    """Return the same day with pairs of times and overtime by premium rate.

    A stay past eight in the evening is a second pair after half an hour out, taken off the break. A stay past midnight
    leaves its last time empty and gives the minutes of the next day in 翌日退勤.
    """
    clock = spelling.clock()
    ends = [day.start, day.end, -1, -1]
    rest = day.rest
    if day.end >= 20 * 60:
        ends, rest = [day.start, END + 15, END + 45, day.end], day.rest - 30
    beyond = day.end - MIDNIGHT
    if beyond >= 0:
        ends[3] = -1
    night = min(day.ordered, day.late)
    plain = min(day.ordered - night, PART_TIME_TO_8_HOURS) if day.appointee else 0
    rates = (plain, day.ordered - night - plain, night, day.holiday, 0, day.late - night)
    note = config.TEXT_CANARY if who[0] == config.STAFF_CANARY else ""
    return [
        *who, date, day.kind, clock[day.scheduled] if day.scheduled >= 0 else "", *(clock[t] if t >= 0 else "" for t in ends),
        clock[beyond] if beyond >= 0 else "", clock[rest] if rest else "", *(clock[r] if r else "" for r in rates),
        clock[day.on] if day.on >= 0 else "", clock[day.off] if day.off >= 0 else "", note,
    ]  # fmt: skip

"""Attendance written wide: a row a person and month, a column of ordered overtime a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from kumastats.calendar import Month, is_workday, parse_date
from kumastats.errors import DateError, Place, SourceError
from kumastats.sources.assembly import Part
from kumastats.sources.columns import MISSING, Coded
from kumastats.sources.fields import Fields
from kumastats.sources.quoting import safely
from kumastats.sources.raw import RawColumn, RawTable
from kumastats.text import Text

_DAY = re.compile(r"(0?[1-9]|[12]\d|3[01])日?")


def is_day(head: str) -> bool:
    """Tell whether a header is that of a day of the month."""
    return _DAY.fullmatch(head) is not None


def refuse_gaps(days: Sequence[int], place: Place, last: int = 28) -> None:
    """Refuse a header whose days do not count up to the `last` of a month: a day without a column would be a day off.

    Raises
    ------
    SourceError
        Naming the days that are missing or come twice.
    """
    wanted = range(1, max(last, *days) + 1)
    wrong = [d for d in wanted if list(days).count(d) != 1]
    if wrong:
        told = "、".join(map(str, wrong))
        raise SourceError(
            Text(
                f"日の見出しがそろっていません（ないか重なる日: {told}）。",
                f"The days of the header do not count up (missing or twice: {told.replace('、', ', ')}).",
            ),
            place=place,
            remedy=Text("1日から月末まで一列ずつにしてください。", "Give each day of the month one column."),
        )


def days(fields: Fields, person: dict[str, Any], seen: set[tuple[str, str, str]]) -> Part:
    """Return a part's rows, a row a person and day.

    Parameters
    ----------
    person
        The columns of the person, a row a person and month.
    seen
        The persons, posts and months read so far; the part's are added.
    """
    raw = fields.raw
    heads = [(int(found[1]), h) for h in raw.heads if (found := _DAY.fullmatch(h))]
    month_column = fields.column("month")
    assert month_column is not None
    fields.used |= {h for _, h in heads}
    used = month_column.used()
    months = [_month(v, raw) if i in used else None for i, v in enumerate(month_column.values)]
    longest = max((m.end.day for m in months if m is not None), default=28)
    refuse_gaps([d for d, _ in heads], raw.place(), longest)
    _one_row_a_person(person, month_column, raw, seen)
    rows, dates, minutes = [], [], []
    for day, head in heads:
        parsed = _durations(raw.columns[head], fields)
        for m, month in enumerate(months):
            if month is None:
                continue
            mine = np.flatnonzero(month_column.codes == m)
            if day > month.end.day:
                fields.defects.add(
                    "date_outside_month", mine[parsed[mine] != MISSING], head,
                    Text("その月にない日です。", "The month has no such day."),
                )  # fmt: skip
                continue
            date = dt.date(month.start.year, month.start.month, day)
            kept = mine if is_workday(date) else mine[parsed[mine] != MISSING]
            rows.append(kept)
            dates.append(np.full(len(kept), np.datetime64(date, "D")))
            minutes.append(np.where(parsed[kept] == MISSING, 0, parsed[kept]))
    fields.decide(
        "横持ち（日ごとの列）。平日の空欄は時間外0、休日の空欄は勤務なし",
        "wide, a column a day; an empty workday is no overtime, an empty day off no work",
    )
    at = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    eligible = person["overtime_eligible"][at]
    out: dict[str, Any] = {n: _at(v, at) for n, v in person.items()}
    out["date"] = np.concatenate(dates) if dates else np.zeros(0, dtype="datetime64[D]")
    out["ordered_overtime_min"] = np.where(eligible, np.concatenate(minutes) if minutes else at, MISSING)
    return Part(out, raw.lines[at], fields.defects.keep[at])


def _at(values: Any, rows: Any) -> Any:
    if isinstance(values, Coded):
        return Coded(values.labels, values.codes[rows])
    return None if values is None else values[rows]


def _one_row_a_person(
    person: dict[str, Any], month: RawColumn, raw: RawTable, seen: set[tuple[str, str, str]]
) -> None:
    who, post = person["person_id"].spread(), person["post_id"].spread()
    for row, key in enumerate(zip(who, post, month.take(month.values, ""), strict=True)):
        if key in seen:
            raise SourceError(
                Text(
                    "同じ人・ポストの行が同じ月に二つあります。",
                    "A person and post have two rows in a month.",
                ),
                place=raw.place(row, "職員番号"),
                remedy=Text("重複を除いて出力し直してください。", "Export again without the duplicate."),
            )
        seen.add(key)


def _durations(column: RawColumn, fields: Fields) -> Any:
    made = fields.durations("ordered_overtime_min", column)
    fields.defects.add(
        "impossible_time", np.flatnonzero((made != MISSING) & ((made < 0) | (made > 24 * 60))), column.name,
        Text("一日の時間外ではありません。", "This is no overtime of a day."),
    )  # fmt: skip
    return made


def _month(value: str, raw: RawTable) -> Month:
    first = value.removesuffix("分") + "1日"
    try:
        return Month.of(parse_date(first, place=raw.place(column="年月")))
    except DateError as error:
        raise safely(error, [first]) from error

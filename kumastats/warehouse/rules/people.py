"""Rules about people's days and weeks, posts, meetings, diaries and work sampling."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kumastats.calendar import Month, is_workday
from kumastats.calendar.workdays import SATURDAY
from kumastats.warehouse.native import where_days_repeat
from kumastats.warehouse.rules import gaps
from kumastats.warehouse.rules.model import Example, GroupRule, RowRule, either, rule
from kumastats.warehouse.snapshot import Snapshot

DAY, WEEK = 24 * 60, 168 * 60
PC_GAP = 120
OPENS, CLOSES = 8 * 60 + 30, 17 * 60 + 15  # of the city hall
CAP, BELOW, ABOVE = 45 * 60, 30, 30
FEWEST = 5  # person-months in a heap
FEW_EXACT = 3  # person-months at 44:59 to the minute
TIMES = 5  # a heap is this many times what lies just above
BUSY = 300  # minutes an office-month has before it can fall to nothing suddenly


def _minutes(rows: Any) -> list[str]:
    return [c for c in rows.columns if c.endswith("_min") and c != "first_reply_min"]


def _closed(rows: Any, day: Any = None) -> Any:
    """Return whether the city hall is closed on the day, by the calendar; `day` where the table has no column `date`."""
    day = rows.date if day is None else day
    first, last = rows.aggregate(a=day.min(), b=day.max()).execute().iloc[0]
    # weekends are told by the day of the week: to list them as well makes a query several times as long
    weekdays = (d.date() for d in pd.bdate_range(first, last))
    weekend = day.day_of_week.index() >= SATURDAY
    return weekend | day.isin([d for d in weekdays if not is_workday(d)])


def _minute(instant: Any) -> Any:
    return instant.hour() * 60 + instant.minute()


DAYS = (
    RowRule(
        rule("day_too_long", "person_day", "error", "一日が24時間を超える、または負", "days over 24 hours, or negative"),
        lambda t: either(*[(t[c] > DAY) | (t[c] < 0) for c in _minutes(t)]),
    ),
    RowRule(
        rule("overtime_without_eligibility", "person_day", "error", "対象外の人の時間外命令", "overtime ordered of who is not eligible"),
        lambda t: t.ordered_overtime_min.notnull() & ~t.overtime_eligible.fill_null(True),
    ),
    RowRule(
        rule("holiday_work_unmarked", "person_day", "warning", "閉庁日の勤務が休日勤務として記録されていない", "work on a closed day not recorded as holiday work"),
        lambda t: _closed(t) & (t.worked_min > 0) & (t.holiday_work_min.fill_null(0) == 0) & (t.role == "city"),
    ),
    RowRule(
        rule("scheduled_on_closed_day", "person_day", "warning", "閉庁日に所定時間がある", "scheduled time on a closed day"),
        lambda t: _closed(t) & (t.scheduled_min > 0),
    ),
    RowRule(
        rule("half_hour_steps", "person_day", "note", "30分刻みで記録された時間外", "overtime recorded in steps of half an hour"),
        lambda t: (t.ordered_overtime_min > 0) & (t.ordered_overtime_min % 30 == 0),
    ),
    RowRule(
        rule("pc_gap", "person_day", "note", "PC使用が実働より2時間以上長い", "PC on for two hours more than worked"),
        lambda t: t.pc_on_min - t.worked_min >= PC_GAP,
    ),
    RowRule(
        rule("two_posts", "person_day", "note", "二つ目のポストの行", "rows of a second post"),
        lambda t: t.post_id != "1",
    ),
    RowRule(
        rule("week_too_long", "person_week", "error", "一週間が168時間を超える、または負", "weeks over 168 hours, or negative"),
        lambda t: either(*[(t[c] > WEEK) | (t[c] < 0) for c in _minutes(t)]),
    ),
    RowRule(
        rule("not_sunday", "person_week", "warning", "週の初日が日曜でない", "weeks that do not start on a Sunday"),
        lambda t: t.week_start.day_of_week.index() != 6,
    ),
    RowRule(
        rule("ends_before_start", "person", "error", "発令日より前に終わる在籍", "posts that end before they start"),
        lambda t: t.valid_to < t.valid_from,
    ),
    RowRule(
        rule("more_attended_than_invited", "meeting", "note", "招待より多い出席", "more people attended than were invited"),
        lambda t: t.attended > t.invited,
    ),
    RowRule(
        rule("longer_than_a_day", "meeting", "warning", "24時間を超える会議", "meetings over 24 hours"),
        lambda t: (t.duration_min > DAY) & ~t.cancelled.fill_null(False),
    ),
    RowRule(
        rule("search_too_long", "document_diary", "warning", "探した時間が一日8時間を超える", "over eight hours of searching in a day"),
        lambda t: t.search_min > 8 * 60,
    ),
    RowRule(
        rule("more_searching_than_seen", "work_sample", "error", "探していた人が観測した人より多い", "more people searching than were seen"),
        lambda t: (t.searching > t.observed) | (t.searching_paper > t.searching),
    ),
    RowRule(
        rule("outside_hours", "work_sample", "warning", "閉庁日、または8時30分～17時15分の外の観測", "rounds on a closed day or outside 8:30–17:15"),
        lambda t: _closed(t, t.observed_at.date()) | (_minute(t.observed_at) < OPENS) | (_minute(t.observed_at) >= CLOSES),
    ),
    RowRule(
        rule("nobody_seen", "work_sample", "note", "誰も席にいなかった観測", "rounds in which nobody was seen"),
        lambda t: t.observed == 0,
    ),
)  # fmt: skip


def _missing_month(snapshot: Snapshot) -> list[Example]:
    return gaps.months_of_each_place(snapshot, "person_day", "office_id", "date")


def _missing_week(snapshot: Snapshot) -> list[Example]:
    return gaps.weeks_of_all(snapshot, "person_week", "week_start")


def _person_months(snapshot: Snapshot) -> Any:
    rows = snapshot.table("person_day")
    held = rows.filter(rows.ordered_overtime_min.notnull())
    return (
        held.mutate(when=held.date.strftime("%Y-%m"))
        .group_by(["person_id", "office_id", "when"])
        .aggregate(s=lambda t: t.ordered_overtime_min.sum())
    )


def _exactly_at_cap(snapshot: Snapshot) -> list[Example]:
    """Find offices whose person-months heap just below 45 hours.

    Controls are the half hours around, and for 44:59 to the minute the same minute of the hours around.
    """
    months = _person_months(snapshot)
    near = months.mutate(
        at=((months.s >= CAP - BELOW) & (months.s < CAP)).cast("int64"),
        over=((months.s >= CAP) & (months.s < CAP + ABOVE)).cast("int64"),
        under=((months.s >= CAP - 2 * BELOW) & (months.s < CAP - BELOW)).cast("int64"),
        minute=(months.s == CAP - 1).cast("int64"),
        others=months.s.isin([CAP - 1 - 60, CAP - 1 + 60]).cast("int64"),
    )
    made = (
        near.group_by("office_id")
        .aggregate(at=near.at.sum(), over=near.over.sum(), under=near.under.sum(), minute=near.minute.sum(), others=near.others.sum(), first=near.when.min(), last=near.when.max())
        .execute()
        .sort_values("office_id")
    )  # fmt: skip
    wide = (made["at"] >= FEWEST) & (made["at"] >= TIMES * (made[["over", "under"]].max(axis=1) + 1))
    exact = (made["minute"] >= FEW_EXACT) & (made["minute"] >= TIMES * made["others"])
    rows = made["at"].where(wide, made["minute"])
    return [
        Example(str(r.office_id), f"{r.first}–{r.last}", int(n))
        for r, n in zip(made[wide | exact].itertuples(index=False), rows[wide | exact], strict=True)
    ]


def _sudden_zero(snapshot: Snapshot) -> list[Example]:
    """Find office-months without overtime between months that had hours of it."""
    months = _person_months(snapshot)
    made = months.group_by(["office_id", "when"]).aggregate(s=months.s.sum(), n=months.count()).execute()
    found = []
    for office, mine in made.sort_values(["office_id", "when"]).groupby("office_id", sort=True):
        s, when, n = mine["s"].tolist(), mine["when"].tolist(), mine["n"].tolist()
        found += [
            Example(str(office), when[i], int(n[i]))
            for i in range(1, len(s) - 1)
            if s[i] == 0 and s[i - 1] >= BUSY and s[i + 1] >= BUSY and n[i] >= FEWEST
        ]
    return found


def _of_office_month(rows: Any, example: Example) -> Any:
    month = Month(example.when)
    within = (rows.date >= month.start) & (rows.date <= month.end)
    return rows.ordered_overtime_min.notnull() & (rows.office_id == example.place) & within


def _overlapping_posts(snapshot: Snapshot) -> list[Example]:
    """Find posts of a person, under one post number, whose times overlap."""
    held = snapshot.frame("person", ["person_id", "post_id", "valid_from", "valid_to", "office_id"])
    held = held.sort_values(["person_id", "post_id", "valid_from"], ignore_index=True)
    same = (held[["person_id", "post_id"]] == held[["person_id", "post_id"]].shift(-1)).all(axis=1)
    end = pd.to_datetime(held["valid_to"]).fillna(pd.Timestamp("2222-12-31"))
    after = pd.to_datetime(held["valid_from"].shift(-1))
    broken = held[same & (after <= end)]
    return [
        Example(str(office), str(start)[:10], 1)
        for office, start in zip(broken["office_id"], broken["valid_from"], strict=True)
    ]


def _window(**kwargs: Any) -> Any:
    import ibis

    made: Any = ibis.window
    return made(**kwargs)


def _overlaps_the_next(rows: Any, example: Example) -> Any:
    post = _window(group_by=["person_id", "post_id"], order_by="valid_from")
    following = rows.valid_from.lead().over(post)
    overlaps = following.notnull() & (rows.valid_to.isnull() | (following <= rows.valid_to))
    return (
        overlaps & (rows.office_id == example.place) & (rows.valid_from.strftime("%Y-%m-%d") == example.when)
    )


def _transfers(snapshot: Snapshot) -> list[Example]:
    """Count who is in another office after 1 April than before."""
    rows = snapshot.table("person_day")
    fiscal = rows.date.year() - (rows.date.month() < 4).ifelse(1, 0)
    first = (
        rows.mutate(fiscal=fiscal)
        .group_by(["person_id", "fiscal"])
        .aggregate(office=lambda t: t.office_id.min())
    )
    held = first.execute().sort_values(["person_id", "fiscal"])
    moved = held[
        (held["person_id"] == held["person_id"].shift())
        & (held["fiscal"] == held["fiscal"].shift() + 1)
        & (held["office"] != held["office"].shift())
    ]
    return [
        Example("—", f"{year}-04-01", int(n)) for year, n in moved.groupby("fiscal", sort=True).size().items()
    ]


def _duplicates(snapshot: Snapshot) -> list[Example]:
    """Find months in which a person has two rows of a day in one post, by the office of the first."""
    held = where_days_repeat(
        snapshot.engine, snapshot.table("person_day"), ["person_id", "post_id"], "date", "office_id"
    )
    months = zip(*(held[c].tolist() for c in ("place", "year", "month", "repeated")), strict=True)
    return [Example(place, f"{year}-{month:02d}", rows) for place, year, month, rows in months]


def _held_twice(rows: Any, example: Example) -> Any:
    twice = rows.date.count().over(_window(group_by=["person_id", "post_id", "date"])) > 1
    number = rows.date.year() * 12 + rows.date.month()
    office = rows.office_id.min().over(_window(group_by=["person_id", "post_id", number]))
    month = Month(example.when)
    return twice & (office == example.place) & (rows.date >= month.start) & (rows.date <= month.end)


# a heap at the cap is told by office only: to name its rows would name people, and none of them is wrong by itself
GROUPS = (
    GroupRule(rule("duplicate_person_day", "person_day", "error", "同じ人・ポスト・日の行が二つある", "two rows of a person, post and day"), _duplicates, _held_twice),
    GroupRule(rule("missing_month", "person_day", "warning", "前後にはあるのにない月（職場ごと）", "months missing between months held, by office"), _missing_month),
    GroupRule(rule("missing_week", "person_week", "warning", "誰の行もない週", "weeks for which nobody has a row"), _missing_week),
    GroupRule(rule("exactly_at_cap", "person_day", "warning", "月45時間の直前に集中する職場（人・月）", "offices whose person-months heap just below 45 hours"), _exactly_at_cap),
    GroupRule(rule("sudden_zero", "person_day", "warning", "時間外が急に0になった職場・月（人・月）", "office-months whose overtime suddenly is nothing"), _sudden_zero, _of_office_month),
    GroupRule(rule("overlapping_posts", "person", "warning", "期間の重なる在籍", "posts of a person that overlap"), _overlapping_posts, _overlaps_the_next),
    GroupRule(rule("transfers", "person_day", "note", "4月1日の異動", "transfers on 1 April"), _transfers),
)  # fmt: skip

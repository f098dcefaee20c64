"""Shared lessons: uploads, downloads and reuses of schools, more of them once the school affairs system is there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from kumastats.sample import config, days, files, schedule, spelling
from kumastats.sample.city import City

YEARS = (2018, 2022)
ACTIONS = ("登録", "取得", "再利用")
HEADS = ("日時", "学校コード", "操作", "教材名", "利用者")


def write(city: City, raw: Path) -> None:
    """Write a file a fiscal year: an event a row."""
    live = schedule.school_affairs(city)
    for year in range(YEARS[0], YEARS[1] + 1):
        rows = []
        for first, last in days.months(year):
            dates = days.workdays(first, last)
            for s, school in enumerate(city.schools):
                rng = city.rng(36, first.toordinal(), s)
                for i in range(int(rng.poisson(6 if first >= live[school.id] else 1.5))):
                    at = dt.datetime.combine(
                        dates[int(rng.integers(0, len(dates)))], dt.time(8)
                    ) + dt.timedelta(minutes=int(rng.integers(0, 600)))
                    rows.append(
                        (at, school.id, ACTIONS[int(rng.choice(3, p=[0.2, 0.6, 0.2]))], f"架空の教材{i}")
                    )
        rows.sort()
        table = [
            [
                spelling.stamp(at), school_id, action, config.TITLE_CANARY if i == 0 else title,
                config.TEACHER_CANARY_NAME if i == 0 else spelling.name(i),
            ]
            for i, (at, school_id, action, title) in enumerate(rows)
        ]  # fmt: skip
        files.put(raw / "lesson_share" / f"lesson_share_FY{year}.csv", [HEADS, *table], "utf-8")

"""Shelters after the earthquake, posts in the community network, and watching over neighbours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kumastats.sample import config, days, files, schedule, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

KINDS = ("依頼", "報告", "お知らせ", "訓練")
YEARS = (2018, 2022)
SHELTER_DAYS = 120
FIRST_NIGHT = 0.4  # shelters fill only during the first day
GAP = dt.date(2021, 2, 1)  # a month of watching over that was never exported
UNKNOWN = (dt.date(2020, 4, 1), dt.date(2020, 5, 1))


@dataclass(frozen=True)
class Post:
    """A post; `reply` is the whole minutes to the first reply, None if there was none."""

    id: str
    area: str
    kind: str
    at: dt.datetime
    reply: int | None
    replies: int


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write the logs of shelters, community network and watching over."""
    _shelters(city, raw, defects)
    for year in range(YEARS[0], YEARS[1] + 1):
        rows = [
            [
                p.id, p.area, p.kind, spelling.stamp(p.at),
                "" if p.reply is None else spelling.stamp(p.at + dt.timedelta(minutes=p.reply)), p.replies,
                config.STAFF_CANARY_NAME if i == 0 else spelling.name(i), config.TEXT_CANARY if i == 0 else f"架空の投稿{i}",
            ]
            for i, p in enumerate(posts(city, year))
        ]  # fmt: skip
        head = ("投稿ID", "地区", "種類", "投稿日時", "最初の返信日時", "返信数", "投稿者", "本文")
        files.put(raw / "community" / f"community_FY{year}.csv", [head, *rows], "utf-8-sig")
        _watch_over(city, year, raw, defects)


def posts(city: City, year: int, off: Off = NONE) -> Iterator[Post]:
    """Return the posts of a fiscal year, in order; with ``community_network`` in `off`, of the twin without it."""
    opened = schedule.community()
    for first, last in days.months(year):
        for a, area in enumerate(schedule.areas()):
            rng = city.rng(40, first.toordinal(), a)
            number = int(rng.poisson(2.5))
            for i in range(number):
                at = dt.datetime.combine(first, dt.time()) + dt.timedelta(
                    days=int(rng.integers(0, (last - first).days + 1)), minutes=int(rng.integers(7 * 60, 22 * 60))
                )  # fmt: skip
                kind = KINDS[int(rng.choice(4, p=[0.35, 0.3, 0.25, 0.1]))]
                minutes = float(np.exp(5.0 + 0.8 * rng.standard_normal()))
                silent, replies = rng.random() < 0.08, 1 + int(rng.poisson(1.5))
                if "community_network" not in off and at.date() >= opened[area]:
                    minutes *= 1 + config.COMMUNITY_REPLY
                reply = None if silent else max(int(minutes), 1)
                yield Post(f"P{first:%Y%m}-{a:02d}{i:02d}", area, kind, at, reply, 0 if silent else replies)


@dataclass(frozen=True)
class Shelter:
    """A shelter: most people, the days in which they fall to 1/e, and its days (day, people, staff, staff needed, counted)."""

    name: str
    area: str
    most: float
    stay: float
    days: tuple[tuple[dt.date, int, int, int, bool], ...]


def shelters(city: City) -> Iterator[Shelter]:
    """Return the shelters after the earthquake; one closes when few are left."""
    rng = city.rng(41)
    first = dt.date(2016, 4, 14)
    areas = schedule.areas()
    for s in range(24):
        most, stay, area = rng.gamma(2, 180), rng.uniform(12, 40), areas[s % len(areas)]
        made = []
        for i in range(SHELTER_DAYS):
            people = int(most * np.exp(-i / stay) * (FIRST_NIGHT if i == 0 else 1) * rng.uniform(0.85, 1.15))
            if people < 3 and i > 20:
                break
            needed = 2 + people // 60
            counted = bool(rng.random() >= 0.03)
            staff = max(needed - int(rng.integers(0, 3)), 1)
            made.append((first + dt.timedelta(days=i), people, staff, needed, counted))
        yield Shelter(f"架空{area}避難所{s + 1:02d}", area, most, stay, tuple(made))


def _shelters(city: City, raw: Path, defects: Defects) -> None:
    rows: list[list[object]] = [
        [s.name, s.area, f"{day.month}月{day.day}日", people if counted else "…", staff, needed]
        for s in shelters(city)
        for day, people, staff, needed, counted in s.days
    ]
    total = sum(r[3] for r in rows if isinstance(r[3], int))
    heads = ("避難所", "地区", "日付", "避難者数", "従事職員数", "必要職員数")
    name = "shelters_2016.csv"
    files.put(
        raw / "shelters" / name,
        [["平成28年 避難所の状況（架空）"], heads, *rows, ["合計", "", "", f"{total:,}", "", ""]],
        "cp932",
    )
    defects.note("totals_row", name, 1, "a row of totals", source="shelters", table="shelter_day")


def visits(city: City, month: dt.date, off: Off = NONE) -> list[tuple[str, int, int, int, int, int]]:
    """Return households due, visited and overdue, activities and their guests, by area; the network changes none."""
    out = []
    for a, area in enumerate(schedule.areas()):
        rng = city.rng(42, month.toordinal(), a)
        due = 30 + a * 3 + int(rng.integers(0, 12))
        visited = int(rng.binomial(due, 0.72 if dt.date(2020, 3, 1) <= month <= dt.date(2021, 9, 1) else 0.9))
        overdue = int(rng.binomial(due - visited, 0.5))
        held = int(rng.poisson(0.4 if month in UNKNOWN else 2.0))
        out.append((area, due, visited, overdue, held, int(rng.poisson(14 * held))))
    return out


def _watch_over(city: City, year: int, raw: Path, defects: Defects) -> None:
    rows: list[list[object]] = []
    name = f"watch_over_FY{year}.csv"
    for first, _ in days.months(year):
        made = visits(city, first)
        if first == GAP:
            defects.note(
                "missing_month", name, len(made), "a month was never exported", source="watch_over",
                table="watch_over", found_by="rule",
            )  # fmt: skip
            continue
        for area, due, visited, overdue, held, attended in made:
            told: list[object] = [held, attended] if held else ["-", "-"]
            if first in UNKNOWN:
                told = ["…", "…"]
            rows.append([area, f"{spelling.era_year(first)}{first.month}月", due, visited, overdue, *told])
    heads = ("地区", "年月", "訪問予定世帯", "訪問済世帯", "期限超過世帯", "活動回数", "参加者数")
    files.put(raw / "watch_over" / name, [heads, *rows], "utf-8-sig")

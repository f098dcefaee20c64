"""How the synthetic city's systems write dates, times and names."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

FAMILY = ("架空", "試験", "仮名", "例示", "見本", "模擬", "想定", "仮想", "空想", "標本")
GIVEN = ("一子", "二郎", "三奈", "四葉", "五郎", "六花", "七海", "八重", "九太", "十和", "千尋", "万里")


def staff_number(person: int) -> str:
    """Return a staff number of seven digits with leading zeros; 999… is kept for canaries."""
    return f"{(person * 7919 + 12_345) % 899_981:07d}"


def name(person: int) -> str:
    """Return an evidently invented name."""
    return f"{FAMILY[person % len(FAMILY)]} {GIVEN[(person // len(FAMILY)) % len(GIVEN)]}"


def era(day: dt.date) -> tuple[str, str, int]:
    """Return the era's name, its letter and the year within it."""
    if day >= dt.date(2019, 5, 1):
        return "令和", "R", day.year - 2018
    return "平成", "H", day.year - 1988


def era_year(day: dt.date) -> str:
    """Return 平成30年 or 令和元年."""
    word, _, year = era(day)
    return f"{word}{'元' if year == 1 else year}年"


def written_date(day: dt.date) -> str:
    """Return a working day as that year's system wrote it."""
    word, letter, year = era(day)
    fiscal = day.year if day.month >= 4 else day.year - 1
    if fiscal <= 2017:
        return f"{letter}{year}.{day.month}.{day.day}"
    if fiscal == 2018:
        return f"{year}.{day.month:2d}.{day.day:2d}"
    if fiscal == 2019:
        return f"{word}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}/{day.month}/{day.day}"


@lru_cache(maxsize=1)
def clock() -> tuple[str, ...]:
    """Return ``h:mm`` for every minute of two days."""
    return tuple(f"{m // 60}:{m % 60:02d}" for m in range(2 * 1440))

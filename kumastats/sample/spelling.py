"""How the synthetic city's systems write dates, times and names."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from functools import lru_cache

FAMILY = ("架空", "試験", "仮名", "例示", "見本", "模擬", "想定", "仮想", "空想", "標本")
GIVEN = ("一子", "二郎", "三奈", "四葉", "五郎", "六花", "七海", "八重", "九太", "十和", "千尋", "万里")


def staff_number(person: int) -> str:
    """Return a staff number of seven digits with leading zeros; 999… is kept for canaries."""
    return f"{(person * 7919 + 12_345) % 899_981:07d}"


def name(person: int) -> str:
    """Return an evidently invented name."""
    return f"{FAMILY[person % len(FAMILY)]} {GIVEN[(person // len(FAMILY)) % len(GIVEN)]}"


def awkward_name(person: int) -> str:
    """Return an invented name; some hold 機種依存文字, which CP932 has and Shift_JIS has not."""
    return f"架空 {('髙﨑', '﨑山㈱', '①髙')[person % 3]}" if person % 40 == 7 else name(person)


def guid(person: int) -> str:
    """Return the PersonId that Viva Insights knows a person by."""
    return str(uuid.UUID(int=(person + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**128))


def full_width(text: str) -> str:
    """Return ASCII digits as full-width ones.

    >>> full_width("0012")
    '００１２'
    """
    return text.translate({ord("0") + i: chr(ord("０") + i) for i in range(10)})


def concealed(upn: str) -> str:
    """Return the 32 hexadecimal digits that Microsoft 365 writes instead of a user's name."""
    return hashlib.md5(f"synthetic tenant {upn}".encode(), usedforsecurity=False).hexdigest().upper()


def slashed(day: dt.date) -> str:
    """Return 2018/4/1."""
    return f"{day.year}/{day.month}/{day.day}"


def stamp(at: dt.datetime) -> str:
    """Return 2018/4/1 9:05."""
    return f"{slashed(at.date())} {at.hour}:{at.minute:02d}"


def era_dots(day: dt.date) -> str:
    """Return H30.4.1."""
    _, letter, year = era(day)
    return f"{letter}{year}.{day.month}.{day.day}"


def fiscal_title(year: int) -> str:
    """Return 平成30年度 or 令和元年度; FY2019 is 令和元年度 in the city's papers."""
    return "令和元年度" if year == 2019 else f"{era_year(dt.date(year, 4, 1))}度"


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

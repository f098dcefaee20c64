"""Diaries of searching for documents: a hundred and twenty people at most, a week every November."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kumastats.sample import config, days, files, identities, schedule, spelling
from kumastats.sample.city import City
from kumastats.sample.schedule import NONE, Off

YEARS = (2018, 2019, 2020)
MOST, MEDIA, WEIGHTS = 120, ("紙", "電子", "両方"), ("0.85", "1", "1.2", "1.45")
Floats = npt.NDArray[np.float64]
HEADS = ("職員番号", "所属コード", "日付", "探した時間", "回数", "媒体", "重み")


@dataclass(frozen=True)
class Entry:
    """A day in a diary; `live` is whether the office's documents were digitised by then."""

    post: int
    office: str
    day: dt.date
    minutes: int
    searches: int
    medium: str
    weight: str
    live: bool


@lru_cache(maxsize=1)
def habits(city: City) -> tuple[Floats, Floats]:
    """Return, by person, how much they are given to searching, and what digitised documents change of it."""
    habit = city.rng(30).standard_normal(int(city.person.max()) + 1)
    gain = config.DOCUMENTS + config.DOCUMENTS_SPREAD * city.rng(31).standard_normal(len(habit))
    for kept in (habit, gain):
        kept.flags.writeable = False
    return habit, gain


def write(city: City, raw: Path) -> None:
    """Write a file a year; staff numbers lost their zeros in 2018 and came full-width in 2019."""
    for year in YEARS:
        rows = []
        for e in entries(city, year):
            number = identities.of(city, e.post, year).number
            shown = (
                number.lstrip("0")
                if year == 2018
                else spelling.full_width(number)
                if year == 2019
                else number
            )
            rows.append([shown, e.office, spelling.slashed(e.day), e.minutes, e.searches, e.medium, e.weight])
        files.put(raw / "document_diary" / f"diary_{year}.csv", [HEADS, *rows], "cp932")


def entries(city: City, year: int, off: Off = NONE) -> Iterator[Entry]:
    """Return a year's diaries; with ``documents`` in `off`, of the twin whose documents stayed on paper.

    How much a person gains differs from person to person, and does not pass with a change of office.
    """
    live = schedule.documents(city)
    week = days.workdays(dt.date(year, 11, 5), dt.date(year, 11, 12))[:5]
    posts = np.unique(np.linspace(0, city.teachers_from - 1, MOST).astype(int))
    habit, gain = habits(city)
    for post in map(int, posts):
        y = year - config.FIRST_YEAR
        office, person = city.offices[city.office[post, y]], int(city.person[post, y])
        rng = city.rng(32, year, post)
        for day in week:
            minutes = (
                config.SEARCH_MINUTES * float(np.exp(0.4 * habit[person] - 0.08)) * float(rng.gamma(3, 1 / 3))
            )
            searches, medium = (
                1 + int(rng.poisson(minutes / 4)),
                MEDIA[int(rng.choice(3, p=[0.4, 0.35, 0.25]))],
            )
            digitised = day >= live[office.id]
            if digitised and "documents" not in off:
                minutes *= 1 + min(gain[person], 0.0)
            yield Entry(
                post,
                office.id,
                day,
                round(minutes),
                searches,
                medium,
                WEIGHTS[post % len(WEIGHTS)],
                digitised,
            )

"""Work sampling every November: at times drawn by lot somebody goes round and counts who is there and who searches.

Searches come in spells that lie anywhere in a person's working day. Diaries leave some of them out; a round does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kumastats.sample import config, days, diaries, files, schedule, spelling
from kumastats.sample.city import City, Office
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

YEARS = (2018, 2019, 2020)
MONTH, LAST_DAY, FIRST_DAY = 11, 30, 5
DAYS_AN_OFFICE, ROUNDS_A_DAY = 6, 12
SHARES = {"ward_office": 1.0, "head_office": 2 / 3, "branch": 1 / 2}
FEWEST = 2  # offices of a kind
ON_DUTY, MORNING = 7 * 60 + 45, 3 * 60 + 30  # minutes; the morning is 8:30 to 12:00, then an hour's rest
OPENS, RESTED = 8 * 60 + 30, 13 * 60
ABSENT, AWAY = 0.08, 0.25  # for the day; at the time of a round
SPELL = 4.0  # minutes
ON_PAPER = (0.55, 0.25)  # share of spells, before and after documents were digitised
HEADS = (
    "所属コード",
    "観測日時",
    "観測人数",
    "文書を探していた人数",
    "うち紙",
    "勤務時間",
    "重み",
    "観測者",
    "備考",
)
SWAPPED_IN, SWAPPED = 2019, 3
LATE_IN, LATE, TWICE_IN, TWICE = 2020, 2, 2018, 4
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Round:
    """A round; `live` is whether the office's documents were digitised by then."""

    office: str
    at: dt.datetime
    seen: int
    searching: int
    paper: int
    weight: str
    live: bool


def drawn(city: City) -> dict[int, str]:
    """Return the offices drawn, the same ones every year, each with its weight: offices of its kind a drawn one stands for."""
    rng, out = city.rng(47), {}
    for kind, share in SHARES.items():
        held = [i for i, o in enumerate(city.offices) if o.kind == kind]
        count = min(len(held), max(FEWEST, round(share * len(held))))
        for i in rng.permutation(held)[:count]:
            out[int(i)] = f"{len(held) / count:.3f}".rstrip("0").rstrip(".")
    return dict(sorted(out.items()))


def study_days(year: int) -> list[dt.date]:
    """Return the working days that rounds are drawn from."""
    return days.workdays(dt.date(year, MONTH, FIRST_DAY), dt.date(year, MONTH, LAST_DAY))


def minutes(city: City, office: int, day: dt.date, off: Off = NONE) -> Floats:
    """Return how long each person of an office truly searches on a day, whether or not a round is made."""
    year = day.year
    posts = np.flatnonzero(city.office[: city.teachers_from, year - config.FIRST_YEAR] == office)
    habit, gain = diaries.habits(city)
    person = city.person[posts, year - config.FIRST_YEAR]
    a_day = city.rng(48, year, office, day.toordinal()).gamma(3, 1 / 3, len(posts))
    told = config.SEARCH_MINUTES * np.exp(0.4 * habit[person] - 0.08) * a_day
    made = np.asarray(told * (1 + config.SEARCH_UNTOLD), dtype=np.float64)
    digitised = day >= schedule.documents(city)[city.offices[office].id]
    return made * (1 + np.minimum(gain[person], 0.0)) if digitised and "documents" not in off else made


def observed(city: City, year: int) -> Iterator[tuple[int, dt.date]]:
    """Return the office-days on which rounds were made."""
    dates = study_days(year)
    for office in drawn(city):
        picked = city.rng(49, year, office).permutation(len(dates))[:DAYS_AN_OFFICE]
        yield from ((office, dates[i]) for i in sorted(int(p) for p in picked))


def rounds(city: City, year: int) -> Iterator[Round]:
    """Return a year's rounds, by office and time."""
    live, weights = schedule.documents(city), drawn(city)
    for office, day in observed(city, year):
        unit = city.offices[office]
        yield from _day(city, unit, day, minutes(city, office, day), weights[office], day >= live[unit.id])


def _day(
    city: City, unit: Office, day: dt.date, searched: Floats, weight: str, live: bool
) -> Iterator[Round]:
    rng = city.rng(50, city.offices.index(unit), day.toordinal())
    times = np.sort(rng.choice(ON_DUTY, ROUNDS_A_DAY, replace=False))
    instants = times + rng.random(ROUNDS_A_DAY)
    there = (rng.random(len(searched)) >= ABSENT)[:, None] & (
        rng.random((len(searched), ROUNDS_A_DAY)) >= AWAY
    )
    spells = 1 + rng.poisson(searched / SPELL)
    who, first = np.repeat(np.arange(len(searched)), spells), np.cumsum(spells) - spells
    begin, end = _laid_out(searched, who, rng)
    within = (instants >= begin[:, None]) & (instants < end[:, None])
    on_paper = rng.random(len(who)) < ON_PAPER[live]
    busy = np.logical_or.reduceat(within, first, axis=0)
    paper = np.logical_or.reduceat(within & on_paper[:, None], first, axis=0)
    for r, minute in enumerate(times.tolist()):
        clock = OPENS + minute if minute < MORNING else RESTED + minute - MORNING
        at = dt.datetime.combine(day, dt.time(clock // 60, clock % 60))
        seen, found = there[:, r], there[:, r] & busy[:, r]
        yield Round(
            unit.id, at, int(seen.sum()), int(found.sum()), int((found & paper[:, r]).sum()), weight, live
        )


def _laid_out(searched: Floats, who: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return when each spell begins and ends in working minutes: lengths and gaps share a person's day at random."""
    lengths, gaps, tail = (rng.exponential(size=n) for n in (len(who), len(who), len(searched)))
    lengths *= (searched / np.bincount(who, lengths))[who]
    gaps *= (np.maximum(ON_DUTY - searched, 0.0) / (np.bincount(who, gaps) + tail))[who]
    ends = np.cumsum(lengths + gaps)
    before = np.r_[0.0, np.bincount(who, lengths + gaps).cumsum()[:-1]]
    ends -= before[who]
    return ends - lengths, ends


def level(city: City, year: int) -> float:
    """Return the mean minutes a person truly searches a day, over all offices and all days that could be drawn."""
    held = np.concatenate([minutes(city, o, d) for o in range(len(city.offices)) for d in study_days(year)])
    return float(held.mean())


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write a file a year; each writes instants its own way, and each has a fault."""
    for year in YEARS:
        name, made = f"work_sample_{year}.csv", list(rounds(city, year))
        rows = [_row(r, i) for i, r in enumerate(_faulty(made, year, name, defects))]
        files.put(raw / "work_sample" / name, [HEADS, *rows], "cp932")


def _faulty(made: list[Round], year: int, name: str, defects: Defects) -> list[Round]:
    if year == SWAPPED_IN:
        at = [i for i, r in enumerate(made) if r.searching < r.seen][5 :: max(1, len(made) // SWAPPED)][
            :SWAPPED
        ]
        for i in at:
            made[i] = replace(made[i], seen=made[i].searching, searching=made[i].seen, paper=0)
        defects.note(
            "more_searching_than_seen",
            name,
            len(at),
            "two counts of a round were swapped",
            source="work_sample",
            table="work_sample",
        )
    if year == LATE_IN:
        at = [i for i, r in enumerate(made) if r.at.hour == 10][7 :: max(1, len(made) // 40)][:LATE]
        for i in at:
            made[i] = replace(made[i], at=made[i].at + dt.timedelta(hours=10))
        defects.note(
            "round_at_night", name, len(at), "rounds whose hour is ten too late", source="work_sample", table="work_sample",
            found_by="rule", rule="outside_hours",
        )  # fmt: skip
    if year == TWICE_IN:
        made = [*made, *made[:TWICE]]
        defects.note(
            "exact_duplicate",
            name,
            TWICE,
            "the first rounds exported twice",
            source="work_sample",
            table="work_sample",
        )
    return made


def _row(r: Round, i: int) -> list[object]:
    # 2018 with slashes, 2019 by era, 2020 in full-width digits
    if r.at.year == 2019:
        at = f"{spelling.era_dots(r.at.date())} {r.at:%H:%M}"
    else:
        at = spelling.full_width(spelling.stamp(r.at)) if r.at.year == 2020 else spelling.stamp(r.at)
    first = i % 97 == 0
    return [
        r.office, at, r.seen, r.searching, r.paper, "7:45", r.weight, config.STAFF_CANARY_NAME if first else spelling.name(i % 9),
        config.TEXT_CANARY if first else "",
    ]  # fmt: skip

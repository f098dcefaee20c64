"""Offices, schools, and who is where in which year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.sample import config

Ints = npt.NDArray[np.int64]
SECTIONS = ("総務", "企画", "財政", "人事", "情報", "税務", "福祉", "子育て", "環境", "都市計画", "土木", "上下水道", "農政", "観光", "文化", "防災")  # fmt: skip
ENGLISH = ("General Affairs", "Planning", "Finance", "Personnel", "Information", "Tax", "Welfare", "Child Support", "Environment",
           "City Planning", "Civil Engineering", "Water", "Agriculture", "Tourism", "Culture", "Disaster Prevention")  # fmt: skip


@dataclass(frozen=True)
class Office:
    """An office or school."""

    id: str
    ja: str
    en: str
    kind: str
    ward: str
    level: str = ""


@dataclass(frozen=True, eq=False)
class City:
    """Who is where.

    Attributes
    ----------
    office, person
        For each post (row) and fiscal year (column): index of the office or school, number of the person.
    kinds
        For each post: 0 regular, 1 fiscal-year appointee, 2 manager; −1 teacher.
    live
        For each office: the day the cloud workplace went live there; None for schools.
    """

    seed: int
    people: int
    offices: tuple[Office, ...]
    schools: tuple[Office, ...]
    office: Ints
    person: Ints
    kinds: Ints
    teachers_from: int

    @property
    def years(self) -> tuple[int, ...]:
        """Fiscal years, the columns of `office` and `person`."""
        return tuple(range(config.FIRST_YEAR, config.LAST_YEAR + 1))

    def rng(self, *what: int) -> np.random.Generator:
        """Return a generator of its own for a named part, so that parts do not disturb each other."""
        return np.random.default_rng([self.seed, self.people, *what])


def build(people: int, seed: int) -> City:
    """Lay out a city of this many people."""
    rng = np.random.default_rng([seed, people, 1])
    staff = round(people * config.CITY_SHARE)
    offices, schools = _offices(staff), _schools(people)
    teachers = people - staff
    place_staff = rng.permutation(np.arange(staff) % len(offices))
    place_teachers = rng.permutation(np.arange(teachers) % len(schools)) + len(offices)
    kinds = np.concatenate([rng.choice(3, staff, p=_shares()), np.full(teachers, -1)])
    # the first post of each kind is the canary's, who never moves and is no manager
    kinds[0] = 0
    years = config.LAST_YEAR - config.FIRST_YEAR + 1
    office = np.empty((people, years), dtype=np.int64)
    person = np.empty((people, years), dtype=np.int64)
    office[:, 0] = np.concatenate([place_staff, place_teachers])
    person[:, 0] = np.arange(people)
    next_person = people
    fixed = (0, staff)
    for y in range(1, years):
        office[:, y], person[:, y] = office[:, y - 1], person[:, y - 1]
        for first, last, share in ((0, staff, config.MOVE_CITY), (staff, people, config.MOVE_TEACHER)):
            moving = [i for i in np.flatnonzero(rng.random(last - first) < share) + first if i not in fixed]
            office[moving, y] = office[rng.permutation(moving), y] if len(moving) else office[moving, y]
            leaving = [
                i for i in np.flatnonzero(rng.random(last - first) < config.LEAVE) + first if i not in fixed
            ]
            person[leaving, y] = next_person + np.arange(len(leaving))
            next_person += len(leaving)
    return City(seed, people, offices, schools, office, person, kinds, staff)


def _shares() -> list[float]:
    return [1 - config.APPOINTEES - config.MANAGERS, config.APPOINTEES, config.MANAGERS]


def _offices(staff: int) -> tuple[Office, ...]:
    count = max(12, min(config.MOST_OFFICES, round(staff / config.STAFF_A_OFFICE)))
    made = [
        Office(code, f"{ja}役所 区民課", f"{en} Ward Office, Residents", "ward_office", ja)
        for code, ja, en in config.WARDS
    ]
    head = round((count - 5) * 0.45)
    for i in range(count - 5):
        section, english = SECTIONS[i % len(SECTIONS)], ENGLISH[i % len(SECTIONS)]
        number = i // len(SECTIONS) + 1
        if i < head:
            made.append(
                Office(
                    f"A{i + 1:03d}",
                    f"{section}第{number}課",
                    f"{english} Section {number}",
                    "head_office",
                    "",
                )
            )
        else:
            _, ja, en = config.WARDS[i % 5]
            made.append(
                Office(
                    f"B{i + 1:03d}",
                    f"{ja} {section}事務所{number}",
                    f"{en} {english} Office {number}",
                    "branch",
                    ja,
                )
            )
    return tuple(made)


def _schools(people: int) -> tuple[Office, ...]:
    count = max(5, round(config.SCHOOLS_FULL_SIZE * people / config.FULL_SIZE))
    made = []
    for i in range(count):
        _, ja, en = config.WARDS[i % 5]
        level = "高等学校" if i % 60 == 59 else "中学校" if i % 3 == 2 else "小学校"
        word = {"小学校": "Elementary", "中学校": "Junior High", "高等学校": "High"}[level]
        made.append(
            Office(
                f"S{i + 1:03d}",
                f"架空{ja}第{i // 5 + 1}{level}",
                f"{en} No. {i // 5 + 1} {word} School",
                "school",
                ja,
                level,
            )
        )
    return tuple(made)


def live_dates(city: City, busiest: list[int]) -> dict[int, tuple[dt.date, dt.date | None]]:
    """Return, by office index, when the cloud workplace went live and when it was piloted.

    Parameters
    ----------
    busiest
        Office indices by overtime in FY2017, most first: pilots were given to the busiest.
    """
    pilots = busiest[: max(2, round(len(city.offices) * config.PILOT_OFFICES))]
    rest = [i for i in range(len(city.offices)) if i not in pilots]
    order = city.rng(2).permutation(rest)
    out: dict[int, tuple[dt.date, dt.date | None]] = dict.fromkeys(pilots, (config.PILOT_ON, config.PILOT_ON))
    for place, i in enumerate(order):
        out[int(i)] = (config.WAVES[place * len(config.WAVES) // len(order)], None)
    return dict(sorted(out.items()))

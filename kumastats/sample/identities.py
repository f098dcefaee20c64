"""Who is known by which staff number, UPN, print user and PersonId, and the map of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kumastats.sample import config, files, spelling
from kumastats.sample.city import City

NO_PRINT_USER, NO_GUID = 9, 97  # one in so many people is missing from the map


@dataclass(frozen=True)
class Identity:
    """A person's name in each system."""

    number: str
    name: str
    upn: str
    print_user: str
    guid: str


@lru_cache(maxsize=200_000)
def _person(person: int) -> Identity:
    number = spelling.staff_number(person)
    return Identity(
        number,
        spelling.name(person),
        f"u{number}@city.example.jp",
        f"u{number}",
        spelling.guid(person),
    )


CANARY = Identity(
    config.STAFF_CANARY,
    config.STAFF_CANARY_NAME,
    config.UPN_CANARY,
    config.PRINT_CANARY,
    config.GUID_CANARY,
)
TEACHER_CANARY = Identity(
    config.TEACHER_CANARY,
    config.TEACHER_CANARY_NAME,
    f"u{config.TEACHER_CANARY}@city.example.jp",
    f"u{config.TEACHER_CANARY}",
    "",
)


def of(city: City, post: int, year: int) -> Identity:
    """Return who is in a post in a fiscal year; the first post of staff and of teachers are the canaries'."""
    if post == 0:
        return CANARY
    if post == city.teachers_from:
        return TEACHER_CANARY
    return _person(int(city.person[post, year - config.FIRST_YEAR]))


def mapped_guid(who: Identity) -> bool:
    """Tell whether the map knows a person's PersonId."""
    return who is CANARY or bool(int(who.number) % NO_GUID)


def write(city: City, raw: Path) -> None:
    """Write the map: a row a person, some print users and a few PersonIds missing."""
    known: dict[str, Identity] = {}
    teachers = set()
    for year in city.years:
        for post in range(city.people):
            who = of(city, post, year)
            known[who.number] = who
            if post >= city.teachers_from:
                teachers.add(who.number)
    rows = []
    for number, who in sorted(known.items()):
        guid = who.guid if mapped_guid(who) and number not in teachers else ""
        printer = who.print_user if who is CANARY or int(number) % NO_PRINT_USER else ""
        rows.append((number, who.upn, printer, guid))
    files.put(
        raw / "identities" / "identities.csv", [("職員番号", "UPN", "印刷利用者", "PersonId"), *rows], "cp932"
    )

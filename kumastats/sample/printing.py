"""Print logs of a few schools and two offices, in a few months before and after: a full log would be too big.

Until March 2021 a logger wrote a file a month; a week in April 2021 came from a print server, a file a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kumastats.sample import config, days, files, identities, schedule
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

BANNER = ["PaperCut Print Logger - http://www.papercut.com/"]
HEADS = ("Time", "User", "Pages", "Copies", "Printer", "Document Name", "Client", "Paper Size", "Language", "Height", "Width", "Duplex", "Grayscale", "Size")  # fmt: skip
MONTHS = tuple(dt.date(*d) for d in ((2019, 5, 1), (2019, 6, 1), (2019, 11, 1), (2020, 2, 1), (2020, 6, 1), (2020, 11, 1), (2021, 2, 1)))  # fmt: skip
SERVER_WEEK = (dt.date(2021, 4, 5), dt.date(2021, 4, 9))
SCHOOLS, OFFICES, JOBS = 10, 2, 11  # two schools of each wave, so that some are left to compare with


@dataclass(frozen=True)
class Job:
    """A print job; `live` is whether the school's affairs system was there."""

    at: dt.datetime
    place: str
    post: int
    pages: int
    copies: int
    duplex: bool
    grey: bool
    live: bool

    @property
    def sides(self) -> int:
        """Printed sides."""
        return self.pages * self.copies


def jobs(city: City, day: dt.date, off: Off = NONE) -> Iterator[Job]:
    """Return a day's jobs; with ``school_affairs`` in `off`, of the twin that kept printing."""
    live = schedule.school_affairs(city)
    places = [*city.schools[:SCHOOLS], *city.offices[5 : 5 + OFFICES]]
    for p, place in enumerate(places):
        rng = city.rng(37, day.toordinal(), p)
        there = place.id in live and day >= live[place.id]
        posts = _posts(city, place.kind == "school", p)
        for i in range(int(rng.poisson(JOBS))):
            at = dt.datetime.combine(day, dt.time(8)) + dt.timedelta(seconds=int(rng.integers(0, 10 * 3600)))
            pages, copies = 1 + int(rng.geometric(0.35)), 1 + int(rng.poisson(0.8)) * int(rng.integers(1, 12))
            duplex, grey, mark = rng.random() < 0.5, rng.random() < 0.75, rng.random()
            if there and "school_affairs" not in off and mark < -config.SCHOOL_PRINTING:
                continue
            yield Job(at, place.id, posts[i % len(posts)], pages, copies, duplex, grey, there)


def _posts(city: City, school: bool, place: int) -> list[int]:
    """Return who prints there; the canaries among them."""
    first = city.teachers_from if school else 0
    return [first, *(first + 1 + place * 4 + i for i in range(4))]


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write the logger's months and the server's week."""
    folder = raw / "print_log"
    for first in MONTHS:
        last = days.month_end(first)
        made = [j for day in days.workdays(first, last) for j in sorted(jobs(city, day), key=lambda j: j.at)]
        name = f"papercut-print-log-{first:%Y-%m}.csv"
        rows = [_logger(city, j, i) for i, j in enumerate(made)]
        files.put(folder / name, [BANNER, HEADS, *rows], "cp932")
        defects.note(
            "machine_dependent_characters", name, files.machine_dependent(rows), "document names hold characters that Shift_JIS has not",
            source="print_log", table="print_day",
        )  # fmt: skip
        _unknown(city, made, name, defects)
    for day in days.workdays(*SERVER_WEEK):
        made = sorted(jobs(city, day), key=lambda j: j.at)
        name = f"printlog_{day:%Y_%m_%d}.log"
        files.put(folder / name, [_server(city, j, i) for i, j in enumerate(made)], "utf-8", "\n", "\t")


def _unknown(city: City, made: list[Job], name: str, defects: Defects) -> None:
    """Count users whom the map does not know; pages are counted by office, so that no reader asks who they are."""
    users = {identities.of(city, j.post, _year(j.at.date())) for j in made}
    missing = sum(u is not identities.CANARY and int(u.number) % identities.NO_PRINT_USER == 0 for u in users)
    defects.note(
        "unknown_print_user", name, missing, "print users missing from the identity map; printing is counted by office",
        source="print_log", table="print_day", rule="unknown_identity",
    )  # fmt: skip


def _year(day: dt.date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def _document(i: int) -> tuple[str, str]:
    if i == 0:
        return config.TITLE_CANARY, config.CLIENT_CANARY
    return f"架空の文書{i % 90}{'①' if i % 70 == 3 else ''}.docx", f"PC{i % 40:03d}"


def _logger(city: City, j: Job, i: int) -> list[object]:
    who = identities.of(city, j.post, _year(j.at.date()))
    title, client = _document(i)
    return [
        f"{j.at:%Y-%m-%d %H:%M:%S}", who.print_user, j.pages, j.copies, f"{j.place}-MFP1", title, client, "A4", "PCL6", 297, 210,
        "DUPLEX" if j.duplex else "NOT DUPLEX", "GRAYSCALE" if j.grey else "NOT GRAYSCALE", f"{j.pages * 12}kb",
    ]  # fmt: skip


def _server(city: City, j: Job, i: int) -> list[object]:
    who = identities.of(city, j.post, _year(j.at.date()))
    title, client = _document(i)
    return [
        f"{j.at:%Y-%m-%d %H:%M:%S}", "print-server", f"{j.place}-MFP1", who.print_user, "架空会計", client, title, j.pages,
        0 if j.grey else j.pages, j.copies, "Y" if j.duplex else "N", "Y" if j.grey else "N", "A4",
    ]  # fmt: skip

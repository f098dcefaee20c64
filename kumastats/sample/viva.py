"""Viva Insights person queries of city staff, a file a quarter."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kumastats.sample import config, days, files, identities, schedule
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

HEADS = (
    "PersonId", "MetricDate", "Meeting_hours", "Collaboration_hours", "Email_hours", "Chat_hours",
    "After_hours_collaboration_hours", "Conflicting_meeting_hours", "Large_and_long_meeting_hours",
    "Multitasking_hours", "Organization",
)  # fmt: skip
PHASED_OVER = 60


def quarters() -> dict[tuple[int, int], list[dt.date]]:
    """Return the weeks of each fiscal year and quarter."""
    out: dict[tuple[int, int], list[dt.date]] = {}
    week = config.VIVA_FROM
    while week <= dt.date(config.LAST_YEAR + 1, 3, 25):
        fiscal = week.year if week.month >= 4 else week.year - 1
        out.setdefault((fiscal, (week.month + 8) % 12 // 3 + 1), []).append(week)
        week += dt.timedelta(days=7)
    return out


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write every quarter from January 2019."""
    for (year, number), weeks in sorted(quarters().items()):
        name = f"person_query_FY{year}Q{number}.csv"
        heads = list(HEADS)
        if year < 2020:
            heads[1] = "Date"  # the export renamed it later
        rows = []
        for start in weeks:
            if start != config.MISSING_WEEK:
                rows += _week(city, year, start)
            else:
                defects.note(
                    "missing_week", name, len(_week(city, year, start)), f"the week of {start} was never exported",
                    source="viva_person", table="person_week", found_by="rule",
                )  # fmt: skip
        files.put(raw / "viva_person" / name, [heads, *rows], "utf-8")
        _unknown(city, year, rows, name, defects)


def _unknown(city: City, year: int, rows: list[list[str]], name: str, defects: Defects) -> None:
    """Count the rows of people whose PersonId the identity map does not hold."""
    people = [identities.of(city, post, year) for post in range(city.teachers_from)]
    missing = {who.guid for who in people if not identities.mapped_guid(who)}
    defects.note(
        "unknown_identity", name, sum(r[0] in missing for r in rows), "PersonIds missing from the identity map",
        source="viva_person", table="person_week",
    )  # fmt: skip


def weekly(
    city: City, year: int, start: dt.date, off: Off = NONE
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the posts with a licence, their hours in the order of the header, and whether their office had the rules.

    With ``meeting_rules`` in `off`, of the twin without them.
    """
    rng = city.rng(13, start.toordinal())
    n, y = city.teachers_from, year - config.FIRST_YEAR
    traits = city.rng(14).standard_normal((int(city.person.max()) + 1, 3))
    person, office = city.person[:n, y], city.office[:n, y]
    licensed = city.rng(15).random(int(city.person.max()) + 1)[person] < config.VIVA_SHARE
    licensed[0] = True
    worked = len(days.workdays(start, start + dt.timedelta(days=6))) / 5
    rules = schedule.meeting_rules(city)
    rule = np.array([rules[o.id] for o in city.offices], dtype="datetime64[D]")[office]
    since = (np.datetime64(start, "D") - rule).astype(int)
    phase = np.clip(since / PHASED_OVER, 0, 1) * ("meeting_rules" not in off)
    manager = 1 + 0.8 * (city.kinds[:n] == 2)
    meeting = (
        4.2
        * worked
        * manager
        * np.exp(0.35 * traits[person, 0] + 0.25 * rng.standard_normal(n))
        * (1 + config.MEETING_RULES * phase)
    )
    email = 5.0 * worked * np.exp(0.3 * traits[person, 1] + 0.2 * rng.standard_normal(n))
    chat = (
        (0.4 + 0.5 * min(1, (year - 2018) / 3))
        * 2
        * worked
        * np.exp(0.3 * traits[person, 2] + 0.3 * rng.standard_normal(n))
    )
    after = 1.1 * worked * np.exp(0.5 * traits[person, 1] + 0.4 * rng.standard_normal(n))
    columns = [
        meeting,
        meeting * 0.8 + email + chat,
        email,
        chat,
        after,
        0.12 * meeting,
        0.2 * meeting,
        0.25 * meeting,
    ]
    cells = np.round(np.stack(columns, axis=1), 4)
    return np.flatnonzero(licensed), cells[licensed], (since >= 0)[licensed]


def _week(city: City, year: int, start: dt.date) -> list[list[str]]:
    posts, cells, _ = weekly(city, year, start)
    y = year - config.FIRST_YEAR
    return [
        [
            identities.of(city, int(post), year).guid,
            start.isoformat(),
            *[repr(float(v)) for v in row],
            city.offices[city.office[post, y]].id,
        ]
        for post, row in zip(posts, cells, strict=True)
    ]

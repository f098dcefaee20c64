"""Viva Insights person queries of city staff, a file a quarter."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from pathlib import Path

import numpy as np

from kumastats.sample import config, days
from kumastats.sample.city import City
from kumastats.sample.defects import Defects

HEADS = (
    "PersonId", "MetricDate", "Meeting_hours", "Collaboration_hours", "Email_hours", "Chat_hours",
    "After_hours_collaboration_hours", "Conflicting_meeting_hours", "Large_and_long_meeting_hours",
    "Multitasking_hours", "Organization",
)  # fmt: skip


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write every quarter from January 2019."""
    folder = raw / "viva_person"
    folder.mkdir(parents=True, exist_ok=True)
    defects.note("missing_week", f"week of {config.MISSING_WEEK}", 1, "a week was never exported")
    week = config.VIVA_FROM
    quarters: dict[tuple[int, int], list[dt.date]] = {}
    while week <= dt.date(config.LAST_YEAR + 1, 3, 25):
        fiscal = week.year if week.month >= 4 else week.year - 1
        quarters.setdefault((fiscal, (week.month + 8) % 12 // 3 + 1), []).append(week)
        week += dt.timedelta(days=7)
    for (year, quarter), weeks in sorted(quarters.items()):
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\r\n")
        heads = list(HEADS)
        if year < 2020:
            heads[1] = "Date"  # the export renamed it later
        out.writerow(heads)
        for start in weeks:
            if start != config.MISSING_WEEK:
                out.writerows(_week(city, year, start))
        (folder / f"person_query_FY{year}Q{quarter}.csv").write_bytes(text.getvalue().encode("utf-8"))


def _week(city: City, year: int, start: dt.date) -> list[list[str]]:
    rng = city.rng(13, start.toordinal())
    n, y = city.teachers_from, year - config.FIRST_YEAR
    traits = city.rng(14).standard_normal((int(city.person.max()) + 1, 3))
    person, office = city.person[:n, y], city.office[:n, y]
    licensed = city.rng(15).random(int(city.person.max()) + 1)[person] < config.VIVA_SHARE
    licensed[0] = True
    worked = len(days.workdays(start, start + dt.timedelta(days=6))) / 5
    rule = np.array(config.MEETING_RULES_WAVES, dtype="datetime64[D]")[
        office % len(config.MEETING_RULES_WAVES)
    ]
    phase = np.clip((np.datetime64(start, "D") - rule).astype(int) / 60, 0, 1)
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
    rows = []
    for i in np.flatnonzero(licensed):
        id_ = (
            config.CANARIES[4]
            if i == 0
            else str(uuid.UUID(int=(int(person[i]) + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**128))
        )
        rows.append([id_, start.isoformat(), *[repr(float(v)) for v in cells[i]], city.offices[office[i]].id])
    return rows

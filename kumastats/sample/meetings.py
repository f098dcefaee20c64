"""Viva Insights meeting queries: four meetings of each office and quarter, as a full query would be too big."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kumastats.sample import config, days, files, identities, schedule
from kumastats.sample.city import City
from kumastats.sample.schedule import NONE, Off

A_QUARTER = 4
PHASED_OVER = 60
YEARS = (2019, 2022)
NEW_FROM = 2021
HEADS = (
    "MeetingId", "Attendee_meeting_hours", "Number_of_attendees", "Number_of_attendees_multitasking",
    "Number_of_attendees_who_didn_t_end_the_meeting_on_time", "Number_of_attendees_who_didn_t_join_the_meeting_on_time",
    "Number_of_attendees_who_ended_the_meeting_on_time", "Number_of_attendees_who_joined_the_meeting_on_time",
    "Number_of_chats_sent_during_the_meeting", "Number_of_emails_sent_during_the_meeting", "Number_of_redundant_attendees",
    "Subject", "All_Day_Meeting", "Cancelled", "Recurring", "Accept_count", "No_response_count", "Decline_count",
    "Tentatively_accepted_count", "Intended_participant_count", "Collaboration_start_time", "Organizer", "TimeZone",
    "Population_Type", "Organization", "Duration",
)  # fmt: skip
START = HEADS.index("Collaboration_start_time")


@dataclass(frozen=True)
class Meeting:
    """A meeting; `live` is whether the organiser's office had the rules by then."""

    id: str
    office: str
    organiser: int
    at: dt.datetime
    minutes: int
    invited: int
    attended: int
    multitasking: int
    recurring: bool
    cancelled: bool
    live: bool

    @property
    def attendee_minutes(self) -> int:
        """Minutes of all who attended together."""
        return self.minutes * self.attended


def quarter(city: City, year: int, number: int, off: Off = NONE) -> list[Meeting]:
    """Return the meetings of a quarter, by time; with ``meeting_rules`` in `off`, of the twin without rules."""
    months = days.months(year)[number * 3 : number * 3 + 3]
    dates = days.workdays(months[0][0], months[2][1])
    since, y, out = schedule.meeting_rules(city), year - config.FIRST_YEAR, []
    held = city.office[: city.teachers_from, y]
    for o, office in enumerate(city.offices):
        posts = np.flatnonzero(held == o)
        if not len(posts):
            continue
        rng = city.rng(38, year, number, o)
        for i in range(A_QUARTER):
            day = dates[int(rng.integers(0, len(dates)))]
            at = dt.datetime.combine(day, dt.time(9)) + dt.timedelta(minutes=15 * int(rng.integers(0, 30)))
            minutes = 30 + 15 * float(rng.poisson(2)) + float(rng.integers(0, 10))
            invited = 3 + int(rng.poisson(5))
            attended = max(invited - int(rng.binomial(invited, 0.1)), 2)
            distracted, recurring, cancelled = (
                int(rng.binomial(attended, 0.2)),
                rng.random() < 0.4,
                rng.random() < 0.03,
            )
            organiser = int(posts[int(rng.integers(0, len(posts)))])
            live = day >= since[office.id]
            if live and "meeting_rules" not in off:
                minutes *= 1 + config.MEETING_RULES * min((day - since[office.id]).days / PHASED_OVER, 1)
            id_ = uuid.UUID(int=int(rng.integers(0, 2**62)) << 64 | (year * 4 + number) << 32 | o * 100 + i)
            out.append(
                Meeting(
                    id_.hex.upper(), office.id, organiser, at, 0 if cancelled else round(minutes), invited,
                    attended, distracted, bool(recurring), bool(cancelled), live,
                )
            )  # fmt: skip
    return sorted(out, key=lambda m: (m.at, m.id))


def write(city: City, raw: Path) -> None:
    """Write a file a quarter: ``Date`` day first until FY2020, ``MetricDate`` and ISO dates after."""
    for year in range(YEARS[0], YEARS[1] + 1):
        new = year >= NEW_FROM
        heads = [*HEADS[:START], *(["MetricDate", HEADS[START]] if new else ["Date"]), *HEADS[START + 1 :]]
        for number in range(4):
            rows = [_row(city, year, m, i, new) for i, m in enumerate(quarter(city, year, number))]
            files.put(
                raw / "viva_meeting" / f"meeting_query_FY{year}Q{number + 1}.csv", [heads, *rows], "utf-8-sig"
            )


def _row(city: City, year: int, m: Meeting, i: int, new: bool) -> list[object]:
    at: list[object] = (
        [m.at.date().isoformat(), f"{m.at:%Y-%m-%dT%H:%M:%S}"] if new else [f"{m.at:%d/%m/%Y %H:%M}"]
    )
    who = identities.CANARY if i == 0 else identities.of(city, m.organiser, year)
    on_time = m.attended - m.multitasking
    return [
        m.id, repr(round(m.attendee_minutes / 60, 4)), m.attended, m.multitasking, m.multitasking, m.multitasking, on_time,
        on_time, i % 5, i % 7, 0, config.SUBJECT_CANARY if i == 0 else f"架空の会議{i % 30}", "FALSE",
        str(m.cancelled).upper(), str(m.recurring).upper(), m.attended, m.invited - m.attended, 0, 0, m.invited, *at, who.guid,
        "Asia/Tokyo", "InternalCollaborator", m.office, repr(round(m.minutes / 60, 4)),
    ]  # fmt: skip

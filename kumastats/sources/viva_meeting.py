"""Viva Insights meeting query: a row a meeting. Subjects, organisers and attendees are never read."""

from __future__ import annotations

from typing import Any

import numpy as np

from kumastats.errors import SourceError
from kumastats.sources.defects import Defects
from kumastats.sources.fields import MISSING, NO_INSTANT, Fields, clock_seconds
from kumastats.sources.listing import Columns, Listing
from kumastats.sources.quoting import safely
from kumastats.sources.raw import RawColumn
from kumastats.text import Text

UTC_TO_TOKYO = np.timedelta64(9 * 3600, "s")
LONGEST = 14 * 24 * 60


def _finish(columns: Columns, fields: Fields) -> None:
    columns["start"] = _start(fields)
    columns["duration_min"] = fields.hours("duration_min")
    columns["attendee_min"] = fields.hours("attendee_min")


def _start(fields: Fields) -> Any:
    """Return when meetings start: one column of date and time, or the old query's date and UTC time."""
    spec = fields.mapping.columns.get("start")
    if spec is not None and spec.date is not None:
        return fields.instants("start", required=True)
    date, time = fields.column("start_date", required=False), fields.column("start_time_utc", required=False)
    if date is not None and time is not None:
        days = fields.dates("start_date", head=date).astype("datetime64[s]")
        seconds = _clock(time, fields)
        known = (seconds != MISSING) & ~np.isnat(days)
        out = np.full(len(fields.raw), NO_INSTANT, dtype="datetime64[s]")
        out[known] = days[known] + seconds[known].astype("timedelta64[s]") + UTC_TO_TOKYO
        fields.decide("開始は協定世界時から日本時間に直した", "starts converted from UTC to Japan time")
        return out
    return fields.instants("start", required=True)


def _clock(column: RawColumn, fields: Fields) -> Any:
    made = []
    for i, value in enumerate(column.values):
        try:
            made.append(clock_seconds(value))
        except SourceError as unsafe:
            error = safely(unsafe, [value])
            made.append(MISSING)
            fields.defects.add("impossible_time", column.rows_of(i), column.name, error.found, error.remedy)
    return column.take(made, MISSING).astype(np.int64)


def _rules(columns: Columns, defects: Defects) -> None:
    minutes = columns.get("duration_min")
    if minutes is not None:
        defects.add(
            "impossible_time",
            np.flatnonzero((minutes != MISSING) & ((minutes < 0) | (minutes > LONGEST))),
            "Duration",
            Text("長さが負か、2週間を超えます。", "The length is negative or over two weeks."),
        )
    for name in ("invited", "attended", "multitasking"):
        values = columns.get(name)
        if values is not None:
            defects.add(
                "negative_number",
                np.flatnonzero((values < 0) & (values > MISSING)),
                name,
                Text("負の数です。", "The number is negative."),
            )


LISTING = Listing(
    source="viva_meeting",
    table="meeting",
    usual={
        "meeting_id": ("MeetingId", "Meeting_Id"),
        "organiser_office_id": ("Organization", "Organizer_Organization", "Organizer_organization"),
        "invited": ("Intended_participant_count", "Invitees"),
        "attended": ("Number_of_attendees", "Attendees"),
        "multitasking": ("Number_of_attendees_multitasking", "Number_of_multitasking_attendees", "Attendees_multitasking"),
        "recurring": ("Recurring", "IsRecurring"),
        "cancelled": ("Cancelled", "IsCancelled"),
        "start": ("Collaboration_start_time", "Start_time", "MetricDate", "Date"),
        "duration_min": ("Duration", "DurationHours", "Duration_hours"),
        "attendee_min": ("Attendee_meeting_hours",),
        "start_date": ("StartDate",),
        "start_time_utc": ("StartTimeUTC",),
    },
    needs=("meeting_id",),
    hashed={"meeting_id": "meeting"},
    finish=_finish,
    finished=("start", "duration_min", "attendee_min"),
    rules=_rules,
)  # fmt: skip
read, USUAL = LISTING.read, LISTING.usual

"""Viva Insights person query: a row a person and week, hours as decimals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kumastats.errors import SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import Decoded
from kumastats.sources.fields import MISSING, Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.joining import joined
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_tables
from kumastats.sources.raw import RawTable
from kumastats.sources.report import ReadResult
from kumastats.tables import table
from kumastats.text import Text

# the export renamed its columns; both vintages are met
USUAL = {
    "person_id": ("PersonId",),
    "week_start": ("MetricDate", "Date"),
    "office_id": ("Organization",),
    "meeting_min": ("Meeting_hours", "Meeting hours"),
    "collaboration_min": ("Collaboration_hours", "Collaboration hours"),
    "email_min": ("Email_hours", "Email hours"),
    "chat_min": ("Chat_hours", "Instant_message_hours", "Chat hours"),
    "after_hours_min": ("After_hours_collaboration_hours", "After-hours collaboration hours"),
    "conflicting_meeting_min": ("Conflicting_meeting_hours",),
    "large_long_meeting_min": ("Large_and_long_meeting_hours",),
    "multitasking_min": ("Multitasking_hours", "Multitasking_meeting_hours"),
}
HOURS_A_WEEK = 168 * 60


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one query."""
    refuse_wrong_source(mapping, "viva_person")
    found = raw_tables(
        path,
        encoding=mapping.encoding,
        looks_like_header=lambda cells: (
            "PersonId" in cells or (len(cells) > 5 and "person_id" in mapping.columns)
        ),
    )
    made = [_table(decoded, raw, mapping, key) for decoded, raw in found]
    return joined(made, table("person_week"), path)


def _table(decoded: Decoded, raw: RawTable, mapping: Mapping, key: IdentityKey) -> ReadResult:
    defects = Defects(len(raw), raw.place, mapping.quarantine)
    fields = Fields(raw, mapping, USUAL, defects)
    columns: dict[str, Any] = {
        "person_id": fields.hashed("person_id", "viva", key),
        "week_start": fields.dates("week_start"),
        "office_id": fields.word("office_id", required=False),
    }
    for name in USUAL:
        if name.endswith("_min"):
            columns[name] = fields.hours(name)
            _possible(name, columns[name], defects)
    if all(columns[n] is None for n in USUAL if n.endswith("_min")):
        raise SourceError(
            Text(
                "会議や協働の時間の列が一つもありません。",
                "There is no column of meeting or collaboration hours.",
            ),
            place=raw.place(column="Meeting_hours"),
            remedy=Text(
                "person query の指標を選んで出力し直すか、対応表に書いてください。",
                "Export the person query with its metrics, or name them in a mapping.",
            ),
        )
    fields.decide("時間（小数）を分に丸めた", "decimal hours rounded to minutes")
    person_week = table("person_week")
    build.duplicates(person_week, columns, defects)
    defects.refuse()
    return build.result(
        "viva_person", person_week, columns, decoded=decoded, fields=fields, defects=defects, layout="person query", rows_read=len(raw)
    )  # fmt: skip


def _possible(name: str, minutes: Any, defects: Defects) -> None:
    if minutes is None:
        return
    held = minutes != MISSING
    defects.add(
        "negative_duration",
        np.flatnonzero(held & (minutes < 0)),
        name,
        Text("時間が負です。", "The time is negative."),
    )
    defects.add(
        "over_a_week",
        np.flatnonzero(held & (minutes > HOURS_A_WEEK)),
        name,
        Text("一週間より長い時間です。", "The time is longer than a week."),
    )

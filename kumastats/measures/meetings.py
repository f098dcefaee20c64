"""Meetings and collaboration."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

MEASURES = (
    Measure(
        id="meeting_time",
        theme="meetings",
        item="documents",
        label=Text("会議の時間", "meeting time"),
        unit=Text("時間／人・週", "h per person-week"),
        better="lower",
        table="person_week",
        value="meeting_min",
        grain="row",
        scale=60.0,
        numerator=Text("会議（分）の週の和", "meeting minutes of the week"),
        denominator=Text("人・週", "person-weeks"),
        population="staff",
        caveat=Text(
            "予定表に載った会議だけを数える。電話や立ち話は含まない。",
            "Counts meetings in the calendar only, not calls or talks in passing.",
        ),
    ),
    Measure(
        id="after_hours_time",
        theme="meetings",
        item="documents",
        label=Text("勤務時間外の協働", "after-hours collaboration"),
        unit=Text("時間／人・週", "h per person-week"),
        better="lower",
        table="person_week",
        value="after_hours_min",
        grain="row",
        scale=60.0,
        numerator=Text("勤務時間外の協働（分）の週の和", "after-hours collaboration minutes of the week"),
        denominator=Text("人・週", "person-weeks"),
        population="staff",
        caveat=Text(
            "メール・チャット・会議の記録による推計で、時間外勤務命令とは一致しない。",
            "Estimated from mail, chat and meetings; it is not ordered overtime.",
        ),
    ),
    Measure(
        id="attendee_hours",
        theme="meetings",
        item="documents",
        label=Text("会議の延べ時間", "attendee-hours of a meeting"),
        unit=Text("時間／会議", "h per meeting"),
        better="lower",
        table="meeting",
        value="attendee_min",
        grain="row",
        where=MappingProxyType({"cancelled": False}),
        scale=60.0,
        numerator=Text("出席者ごとの分の和", "attendee-minutes"),
        denominator=Text("開かれた会議", "meetings held"),
        population="staff",
        caveat=Text(
            "主催した所属の会議を数える。長さと人数の積ではなく、出席の実績である。",
            "Meetings count at the office that organised them; what was attended, not length times invitees.",
        ),
        groupings=("organiser_office_id",),
    ),
)

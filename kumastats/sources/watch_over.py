"""Watching over neighbours (見守り): households due, visited and overdue, and activities, by area and month."""

from __future__ import annotations

from kumastats.sources.fields import Fields
from kumastats.sources.listing import Columns, Listing


def _finish(columns: Columns, fields: Fields) -> None:
    columns["month"] = fields.months("month")


LISTING = Listing(
    source="watch_over",
    usual={
        "area": ("地区", "校区"),
        "households_due": ("訪問予定世帯", "対象世帯"),
        "households_visited": ("訪問済世帯", "訪問世帯"),
        "households_overdue": ("期限超過世帯",),
        "activities_held": ("活動回数",),
        "activities_attended": ("参加者数",),
        "month": ("年月", "月"),
    },
    needs=("area", "households_due"),
    finish=_finish,
    finished=("month",),
)
read, USUAL = LISTING.read, LISTING.usual

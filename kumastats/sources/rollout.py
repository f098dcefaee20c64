"""Roll-out: when each initiative was announced, piloted and live in each unit."""

from __future__ import annotations

from kumastats.sources.listing import Listing

LISTING = Listing(
    source="rollout",
    usual={
        "initiative_id": ("取組", "施策", "initiative_id"),
        "unit_id": ("所属コード", "学校コード", "unit_id"),
        "announced_on": ("発表日", "announced_on"),
        "piloted_on": ("先行日", "先行導入日", "試行日", "piloted_on"),
        "live_on": ("本稼働日", "稼働日", "導入日", "live_on"),
        "devices": ("端末数", "台数", "devices"),
    },
    needs=("initiative_id", "unit_id", "live_on"),
)
read, USUAL = LISTING.read, LISTING.usual

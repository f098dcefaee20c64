"""Diaries of searching for documents: minutes and searches a day, with survey weights."""

from __future__ import annotations

import numpy as np

from kumastats.sources.defects import Defects
from kumastats.sources.fields import MISSING
from kumastats.sources.listing import Columns, Listing
from kumastats.text import Text

MEDIA = {"紙": "paper", "電子": "digital", "両方": "both", "紙・電子": "both"}


def _rules(columns: Columns, defects: Defects) -> None:
    minutes = columns["search_min"]
    defects.add(
        "impossible_time",
        np.flatnonzero((minutes != MISSING) & ((minutes < 0) | (minutes > 24 * 60))),
        "探した時間",
        Text("負か、24時間を超えます。", "It is negative or over 24 hours."),
    )


LISTING = Listing(
    source="document_diary",
    usual={
        "person_id": ("職員番号",),
        "office_id": ("所属コード",),
        "date": ("日付", "記入日"),
        "search_min": ("探した時間", "探した時間(分)", "検索時間"),
        "searches": ("回数", "探した回数"),
        "medium": ("媒体",),
        "weight": ("重み", "ウェイト"),
    },
    needs=("person_id", "date", "search_min", "medium"),
    values={"medium": MEDIA},
    hashed={"person_id": "staff"},
    rules=_rules,
)
read, USUAL = LISTING.read, LISTING.usual

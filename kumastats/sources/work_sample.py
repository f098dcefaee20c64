"""Work sampling: rounds at instants drawn by lot that count who is there and who of them searches for documents."""

from __future__ import annotations

import numpy as np

from kumastats.sources.defects import Defects
from kumastats.sources.fields import MISSING, MISSING64, Fields
from kumastats.sources.listing import Columns, Listing
from kumastats.text import Text

NO_WEIGHT = 1000
DAY = 24 * 60
COUNTS = (
    ("observed", "観測人数"),
    ("searching", "文書を探していた人数"),
    ("searching_paper", "うち紙"),
)
# each count is of those before it
PARTS = (
    (
        "more_searching_than_seen",
        Text("観測した人より多い人が探しています。", "More people search than were seen."),
    ),
    (
        "more_on_paper_than_searching",
        Text("探していた人より多い人が紙の文書を探しています。", "More people search on paper than search."),
    ),
)


def _unweighted(columns: Columns, fields: Fields) -> None:
    """Weigh every round the same where the file has no weights; an empty cell among weights stays empty."""
    if columns.get("weight") is None:
        columns["weight"] = np.full(len(columns["searching"]), NO_WEIGHT, dtype=np.int64)


def _rules(columns: Columns, defects: Defects) -> None:
    for name, head in COUNTS:
        if (count := columns.get(name)) is not None:
            defects.add(
                "negative_number",
                np.flatnonzero((count != MISSING64) & (count < 0)),
                head,
                Text("人数が負です。", "A number of people is negative."),
            )
    for (whole_name, _), (part_name, head), (kind, found) in zip(COUNTS, COUNTS[1:], PARTS, strict=False):
        whole, part = columns.get(whole_name), columns.get(part_name)
        if part is not None and whole is not None:
            known = (part != MISSING64) & (whole != MISSING64)
            defects.add(kind, np.flatnonzero(known & (part > whole)), head, found)
    duty, weight = columns["on_duty_min"], columns["weight"]
    defects.add(
        "impossible_time",
        np.flatnonzero((duty != MISSING) & ((duty <= 0) | (duty > DAY))),
        "勤務時間",
        Text("0以下か、24時間を超えます。", "It is not above zero, or over 24 hours."),
    )
    defects.add(
        "impossible_weight",
        np.flatnonzero((weight != MISSING64) & (weight <= 0)),
        "重み",
        Text("重みが0以下です。", "A weight is not above zero."),
    )


LISTING = Listing(
    source="work_sample",
    usual={
        "office_id": ("所属コード",),
        "observed_at": ("観測日時", "観測時刻", "見回り日時"),
        "observed": ("観測人数", "在席人数", "観測した人数"),
        "searching": ("文書を探していた人数", "探していた人数", "検索中の人数"),
        "searching_paper": ("うち紙", "うち紙の文書"),
        "on_duty_min": ("勤務時間", "正規の勤務時間"),
        "weight": ("重み", "ウェイト"),
    },
    needs=("office_id", "observed_at", "observed", "searching", "on_duty_min"),
    finish=_unweighted,
    rules=_rules,
)
read, USUAL = LISTING.read, LISTING.usual

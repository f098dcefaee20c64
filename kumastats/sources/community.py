"""Posts in the community network: what kind, and how long until the first reply. Who wrote, and what, is never read."""

from __future__ import annotations

import numpy as np

from kumastats.sources.fields import MISSING, Fields
from kumastats.sources.listing import Columns, Listing
from kumastats.text import Text

KINDS = {"依頼": "request", "報告": "report", "お知らせ": "notice", "訓練": "drill"}


def _finish(columns: Columns, fields: Fields) -> None:
    replied = fields.instants("first_reply_at")
    if replied is None:
        return
    posted = columns["posted_at"]
    known = ~np.isnat(replied) & ~np.isnat(posted)
    minutes = np.full(len(posted), MISSING, dtype=np.int64)
    minutes[known] = (replied[known] - posted[known]).astype("timedelta64[s]").astype(np.int64) // 60
    fields.defects.add(
        "reply_before_post",
        np.flatnonzero(known & (replied < posted)),
        "最初の返信日時",
        Text("投稿より前に返信しています。", "It was answered before it was posted."),
    )
    columns["first_reply_min"] = minutes


LISTING = Listing(
    source="community",
    table="community_post",
    usual={
        "post_id": ("投稿ID", "投稿番号"),
        "area": ("地区", "校区"),
        "kind": ("種類", "区分"),
        "posted_at": ("投稿日時",),
        "first_reply_at": ("最初の返信日時", "初回返信日時"),
        "replies": ("返信数",),
    },
    needs=("post_id", "area", "kind", "posted_at"),
    values={"kind": KINDS},
    hashed={"post_id": "post"},
    finish=_finish,
)
read, USUAL = LISTING.read, LISTING.usual

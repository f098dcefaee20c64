"""Shared lessons: uploads, downloads and reuses of a school and day. Titles are never read; users are only met with the identity map."""

from __future__ import annotations

import numpy as np

from kumastats.sources.counting import Counting
from kumastats.sources.fields import Fields
from kumastats.sources.identity import IdentityKey
from kumastats.sources.listing import Columns

ACTIONS = {
    "登録": "uploads", "公開": "uploads", "取得": "downloads", "ダウンロード": "downloads", "再利用": "reuses", "複製": "reuses",
}  # fmt: skip


def _events(fields: Fields, key: IdentityKey) -> Columns:
    at = fields.instants("at", required=True)
    action = fields.category("action", ACTIONS)
    assert at is not None and action is not None
    return {
        "school_id": fields.code("school_id"),
        "date": at.astype("datetime64[D]"),
        **{n: (action == n).astype(np.int64) for n in ("uploads", "downloads", "reuses")},
    }


COUNTING = Counting(
    source="lesson_share",
    usual={
        "at": ("日時", "操作日時"),
        "school_id": ("学校コード", "所属コード"),
        "action": ("操作", "操作種別"),
    },
    needs=("at", "school_id", "action"),
    events=_events,
    by=("school_id", "date"),
    sums=("uploads", "downloads", "reuses"),
    users=("upn", ("利用者", "利用者ID", "ユーザー")),
)
read, USUAL = COUNTING.read, COUNTING.usual

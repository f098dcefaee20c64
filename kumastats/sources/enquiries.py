"""Enquiries by phone, at the counter and by remote support. Who asked, and what, is never read."""

from __future__ import annotations

import numpy as np

from kumastats.sources.defects import Defects
from kumastats.sources.listing import Columns, Listing
from kumastats.text import Text

CHANNELS = {
    "電話": "phone", "窓口": "counter", "遠隔": "remote", "遠隔支援": "remote", "タブレット": "remote",
    "チャットボット": "chatbot", "AI": "chatbot",
}  # fmt: skip


def _rules(columns: Columns, defects: Defects) -> None:
    start, end = columns["started_at"], columns.get("ended_at")
    if end is not None:
        defects.add(
            "finished_before_start",
            np.flatnonzero(~np.isnat(end) & ~np.isnat(start) & (end < start)),
            "終了日時",
            Text("開始より前に終わっています。", "It ends before it starts."),
        )


LISTING = Listing(
    source="enquiries",
    table="enquiry",
    usual={
        "enquiry_id": ("受付番号", "問合せ番号", "問い合わせ番号"),
        "channel": ("経路", "受付方法"),
        "office_id": ("所属コード", "庁舎コード"),
        "topic": ("分類", "用件分類"),
        "started_at": ("開始日時", "受付日時"),
        "ended_at": ("終了日時",),
        "resolved": ("解決",),
        "escalated_to": ("引継先", "転送先"),
    },
    needs=("enquiry_id", "channel", "started_at", "resolved"),
    values={"channel": CHANNELS, "escalated_to": CHANNELS},
    hashed={"enquiry_id": "enquiry"},
    flags={"resolved": ("済", "解決", "1", "true", "○")},
    rules=_rules,
)
read, USUAL = LISTING.read, LISTING.usual

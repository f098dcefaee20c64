"""Applications handled: received, returned, completed. A file is complete for the offices and months of receipt it holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kumastats.sources.defects import Defects
from kumastats.sources.listing import Columns, Listing
from kumastats.text import Text

CHANNELS = {"窓口": "counter", "来庁": "counter", "郵送": "post", "電子": "online", "オンライン": "online"}


def _rules(columns: Columns, defects: Defects) -> None:
    received = columns["received_at"]
    for name, label in (("returned_at", "差戻日時"), ("completed_at", "完了日時")):
        then = columns.get(name)
        if then is None:
            continue
        defects.add(
            "finished_before_receipt",
            np.flatnonzero(_before(then, received)),
            label,
            Text("受付より前の日時です。", "It lies before the receipt."),
        )
    for name, label in (("standard_days", "標準処理期間"), ("approvals", "決裁段数")):
        values = columns.get(name)
        if values is not None:
            defects.add(
                "negative_number",
                np.flatnonzero(
                    (values < 0) & (values != np.iinfo(np.int32).min) & (values != np.iinfo(np.int64).min)
                ),
                label,
                Text("負の数です。", "The number is negative."),
            )


def _before(then: npt.NDArray[np.datetime64], received: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Return where a time lies before the receipt; a day without a time, read as midnight, may be the day of the receipt."""
    day = then.astype("datetime64[D]")
    whole = (then == day) & (day == received.astype("datetime64[D]"))
    return np.asarray(~np.isnat(then) & ~np.isnat(received) & (then < received) & ~whole)


LISTING = Listing(
    source="cases",
    table="case",
    usual={
        "case_id": ("受付番号", "申請番号", "整理番号"),
        "office_id": ("所属コード", "担当課コード", "庁舎コード"),
        "procedure": ("手続", "手続名", "手続名称", "申請種別"),
        "channel": ("経路", "申請方法"),
        "received_at": ("受付日時", "受付日", "受理日時", "受理日"),
        "returned_at": ("差戻日時", "差戻し日時", "差戻日", "返戻日時", "返戻日"),
        "completed_at": ("完了日時", "処理完了日時", "完了日", "処理日", "決定日"),
        "standard_days": ("標準処理期間",),
        "approvals": ("決裁段数", "決裁の段数", "決裁数"),
    },
    needs=("case_id", "office_id", "procedure", "received_at"),
    values={"channel": CHANNELS},
    hashed={"case_id": "case"},
    rules=_rules,
)
read, USUAL = LISTING.read, LISTING.usual

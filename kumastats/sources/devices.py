"""The register of devices and Wi-Fi access points: how many an office received and gave back in each month."""

from __future__ import annotations

import numpy as np

from kumastats.sources.counting import Counting
from kumastats.sources.fields import Fields
from kumastats.sources.identity import IdentityKey
from kumastats.sources.listing import Columns
from kumastats.text import Text

KINDS = {
    "タブレット": "tablet", "PC": "pc", "ノートPC": "pc", "パソコン": "pc", "無線AP": "wifi", "無線アクセスポイント": "wifi",
    "スマートフォン": "smartphone",
}  # fmt: skip


def _events(fields: Fields, key: IdentityKey) -> Columns:
    kind, unit, given = fields.category("product", KINDS), fields.code("unit_id"), fields.dates("given_on")
    assert kind is not None and unit is not None
    nothing = np.full(len(given), np.datetime64("NaT", "D"))
    has_return = fields.column("returned_on", required=False) is not None
    returned = fields.dates("returned_on", open_end=True) if has_return else nothing
    rooms = fields.integers("rooms")
    fields.defects.add(
        "returned_before_given",
        np.flatnonzero(~np.isnat(returned) & ~np.isnat(given) & (returned < given)),
        "返却日",
        Text("配備日より前に返却しています。", "It was given back before it was given."),
    )
    everyone, back = np.arange(len(given)), np.flatnonzero(~np.isnat(returned))
    covering = np.flatnonzero(rooms > 0) if rooms is not None else back[:0]
    row = np.concatenate([everyone, back, covering])
    month = np.concatenate([given, returned[back], given[covering]]).astype("datetime64[M]")
    return {
        "_row": row,
        "unit_kind": np.full(len(row), "office", dtype=object),
        "unit_id": unit[row],
        "period_start": month.astype("datetime64[D]"),
        "period_end": (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D"),
        "product": kind[row],
        "metric": np.repeat(
            np.array(["given", "returned", "rooms"], dtype=object), [len(everyone), len(back), len(covering)]
        ),
        "value": np.concatenate(
            [np.ones(len(everyone) + len(back), dtype=np.int64), rooms[covering] if rooms is not None else []]
        ).astype(np.int64),
    }


COUNTING = Counting(
    source="devices",
    table="usage",
    usual={
        "product": ("種類", "機器種別"),
        "unit_id": ("所属コード", "学校コード", "設置場所コード"),
        "given_on": ("配備日", "設置日", "導入日"),
        "returned_on": ("返却日", "撤去日"),
        "rooms": ("対応室数", "対応教室数"),
        "number": ("管理番号", "資産番号"),
    },
    needs=("product", "unit_id", "given_on", "number"),
    events=_events,
    by=("unit_kind", "unit_id", "period_start", "period_end", "product", "metric"),
    sums=("value",),
    layout="register",
)
read, USUAL = COUNTING.read, COUNTING.usual

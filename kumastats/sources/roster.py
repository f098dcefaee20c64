"""The personnel roster (人事台帳): who held which post from when to when."""

from __future__ import annotations

import numpy as np

from kumastats.sources.defects import Defects
from kumastats.sources.fields import Fields
from kumastats.sources.listing import Columns, Listing
from kumastats.text import Text

EMPLOYMENT = {"正規": "regular", "再任用": "reappointed", "会計年度任用": "appointee", "嘱託": "appointee", "臨時": "appointee"}  # fmt: skip
ROLES = {"市職員": "city", "一般": "city", "教員": "teacher", "教職員": "teacher"}
MANAGER = ("該当", "管理職", "有", "1", "○")
REGIMES = {"原則": "ordinary", "他律的": "heteronomous", "他律的業務": "heteronomous", "特例": "special", "特例業務": "special", "36協定": "article36", "管理職": "manager"}  # fmt: skip


def _finish(columns: Columns, fields: Fields) -> None:
    manager = fields.flags("manager", MANAGER, ("", "非該当", "無", "0"))
    if manager is not None:
        columns["overtime_eligible"] = ~manager.astype(bool)
    if columns.get("post_id") is None:
        columns["post_id"] = np.full(len(fields.raw), "1", dtype=object)


def _rules(columns: Columns, defects: Defects) -> None:
    start, end = columns["valid_from"], columns.get("valid_to")
    if end is not None:
        defects.add(
            "ends_before_start",
            np.flatnonzero(~np.isnat(end) & ~np.isnat(start) & (end < start)),
            "終了日",
            Text("発令日より前に終わっています。", "It ends before it starts."),
        )


LISTING = Listing(
    source="roster",
    table="person",
    usual={
        "person_id": ("職員番号", "社員番号", "教職員番号"),
        "post_id": ("ポスト", "ポスト番号"),
        "valid_from": ("発令日", "異動日", "開始日"),
        "valid_to": ("終了日", "退任日"),
        "office_id": ("所属コード", "課所コード"),
        "role": ("職種",),
        "employment": ("任用区分", "雇用区分"),
        "grade_band": ("職級", "職位"),
        "manager": ("管理職", "管理職区分"),
        "cap_regime": ("上限区分",),
    },
    needs=("person_id", "valid_from", "office_id", "role"),
    values={"role": ROLES, "employment": EMPLOYMENT, "cap_regime": REGIMES},
    hashed={"person_id": "staff"},
    finish=_finish,
    rules=_rules,
)
read, USUAL = LISTING.read, LISTING.usual

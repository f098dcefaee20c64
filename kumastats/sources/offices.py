"""The list of offices and schools."""

from __future__ import annotations

from kumastats.sources.listing import Listing

KINDS = {"本庁": "head_office", "区役所": "ward_office", "出先": "branch", "学校": "school"}
LEVELS = {"小学校": "elementary", "中学校": "junior_high", "高等学校": "high"}

LISTING = Listing(
    source="offices",
    table="office",
    usual={
        "office_id": ("所属コード", "課所コード"),
        "name_ja": ("所属名",),
        "name_en": ("所属名英語",),
        "kind": ("区分",),
        "ward": ("区",),
        "school_level": ("学校種別",),
    },
    needs=("office_id", "name_ja", "kind"),
    plain_text=("name_ja", "name_en"),
    values={"kind": KINDS, "school_level": LEVELS},
)
read, USUAL = LISTING.read, LISTING.usual

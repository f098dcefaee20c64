"""The list of offices and schools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import decode
from kumastats.sources.fields import Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.mapping import Mapping
from kumastats.sources.raw import plain, read_delimited
from kumastats.sources.report import ReadResult
from kumastats.tables import table

USUAL = {
    "office_id": ("所属コード", "課所コード"),
    "name_ja": ("所属名",),
    "name_en": ("所属名英語",),
    "kind": ("区分",),
    "ward": ("区",),
    "school_level": ("学校種別",),
}
KINDS = {"本庁": "head_office", "区役所": "ward_office", "出先": "branch", "学校": "school"}
LEVELS = {"小学校": "elementary", "中学校": "junior_high", "高等学校": "high"}


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read the list. `key` is not used: it names no person."""
    refuse_wrong_source(mapping, "offices")
    decoded = decode(path, encoding=mapping.encoding)
    spec = mapping.columns.get("office_id")
    code = {plain(h) for h in (*(spec.heads if spec else ()), *USUAL["office_id"])}
    raw = read_delimited(decoded, looks_like_header=lambda cells: bool(code & set(cells)))
    defects = Defects(len(raw), raw.place, mapping.quarantine)
    fields = Fields(raw, mapping, USUAL, defects)
    columns: dict[str, Any] = {
        "office_id": fields.text("office_id"),
        "name_ja": fields.text("name_ja"),
        "name_en": fields.text("name_en", required=False),
        "kind": fields.category("kind", KINDS),
        "ward": fields.text("ward", required=False),
        "school_level": fields.category("school_level", LEVELS, required=False),
    }
    office = table("office")
    build.duplicates(office, columns, defects)
    defects.refuse()
    return build.result(
        "offices",
        office,
        columns,
        decoded=decoded,
        fields=fields,
        defects=defects,
        layout="list",
        rows_read=len(raw),
    )

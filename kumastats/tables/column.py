"""A short way to write the columns of the catalogue."""

from __future__ import annotations

from kumastats.tables.model import Column, Kind
from kumastats.text import Text

REASONS = (
    "suppressed", "none", "not_applicable", "unknown", "missing", "single_person", "rounded_to_zero",
)  # fmt: skip


def column(
    name: str,
    kind: Kind,
    ja: str,
    en: str,
    *,
    required: bool = False,
    identity: bool = False,
    allowed: tuple[str, ...] | None = None,
) -> Column:
    """Return a column with its label in both languages."""
    return Column(name, kind, Text(ja, en), required, identity, allowed)


def reason(name: str = "missing_reason") -> Column:
    """Return the column that says why values are missing."""
    return column(name, "text", "欠測の理由", "why values are missing", allowed=REASONS)


def person() -> Column:
    """Return the column of the person, a keyed hash."""
    return column(
        "person_id", "text", "個人（ハッシュ）", "person (keyed hash)", required=True, identity=True
    )

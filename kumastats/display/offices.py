"""Kinds of offices and schools as a reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.text import Text

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "bureau": Text("局", "bureaus"),
        "head_office": Text("本庁の課", "head office"),
        "ward_office": Text("区役所", "ward offices"),
        "branch": Text("出先機関", "branch offices"),
        "school": Text("学校", "schools"),
        "elementary": Text("小学校", "elementary schools"),
        "junior_high": Text("中学校", "junior high schools"),
        "high": Text("高等学校", "high schools"),
        "special": Text("特別支援学校", "special needs schools"),
        "other": Text("その他", "others"),
    }
)


def kind_name(id_: str) -> Text:
    """Return what a kind of office is called; its id where it has no name.

    >>> kind_name("branch").ja, kind_name("depot").en
    ('出先機関', 'depot')
    """
    return KINDS.get(id_, Text(id_, id_))

"""Names of common municipal procedures in English; others stay as the export gives them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.text import Text

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "住民票の写し": "copies of residence records",
        "印鑑登録証明書": "seal registration certificates",
        "戸籍謄本": "family register certificates",
        "転入届": "moving-in notifications",
        "児童手当": "child allowance",
        "介護認定": "certification of needed long-term care",
        "開発許可": "development permission",
        "道路占用": "road occupancy permits",
        "保育所入所": "nursery places",
    }
)


def procedure_name(name: str) -> Text:
    """Return a procedure in both languages.

    >>> procedure_name("児童手当").en, procedure_name("その他").en
    ('child allowance', '“その他”')
    """
    return Text(name, ENGLISH.get(name, f"“{name}”"))

"""Tables of Japanese public files: what stands around them, in their headers and in their cells, read or refused.

Names load when first used: `kumastats.sources.sheets` imports from this package, and its reader imports that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kumastats.sources.public.model import PublicColumn, PublicFile, PublicTable
    from kumastats.sources.public.reader import read_public
    from kumastats.sources.public.report import PublicReport

_HOMES = {
    "PublicColumn": "model",
    "PublicFile": "model",
    "PublicReport": "report",
    "PublicTable": "model",
    "read_public": "reader",
}
__all__ = ["PublicColumn", "PublicFile", "PublicReport", "PublicTable", "read_public"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"kumastats.sources.public.{_HOMES[name]}"), name)

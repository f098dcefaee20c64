"""Tables of Japanese public files: what stands around them, in their headers and in their cells, read or refused.

Names load when first used: `kumastats.sources.sheets` imports from this package, and its reader imports that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumastats.lazy import later

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


__getattr__ = later(__name__, _HOMES)

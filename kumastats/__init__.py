"""kumastats: from raw municipal exports to a traceable, privacy-proof public case study.

Names load when they are first used, so that ``import kumastats`` costs next to nothing.

>>> import kumastats as ks
>>> str(ks.Quarter("FY2018Q1").start)
'2018-04-01'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_NAMES = {
    "FiscalYear": "kumastats.calendar",
    "Month": "kumastats.calendar",
    "Quarter": "kumastats.calendar",
    "Study": "kumastats.study",
    "Text": "kumastats.text",
    "Warehouse": "kumastats.warehouse",
    "ingest": "kumastats.ingest",
    "measure": "kumastats.measures",
    "open_session": "kumastats.report",
}
_ROOMS = ("calendar", "compare", "disclosure", "display", "evidence", "measures", "study", "workload")
__all__ = ["__version__", *sorted((*_NAMES, *_ROOMS))]

if TYPE_CHECKING:
    from kumastats.calendar import FiscalYear, Month, Quarter
    from kumastats.ingest import ingest
    from kumastats.measures import measure
    from kumastats.report import open_session
    from kumastats.study import Study
    from kumastats.text import Text
    from kumastats.warehouse import Warehouse


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"kumastats.{name}")
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'kumastats' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

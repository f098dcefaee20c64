"""kumastats: from raw municipal exports to a traceable, privacy-proof public case study.

In a notebook, from data to an answer::

    import kumastats as ks

    session = ks.open_session(quarter="FY2018Q4", lang="en")  # a study folder, or the cached demo
    session.snapshot.overview("en")  # tables held
    ks.measures.overview("en")  # measures defined
    cells = ks.measures.cells(session.snapshot, "ordered_overtime")  # integers by office and month
    session.answer("overtime-cloud-workplace")  # a question of the study's register
    session.ask("leave_time", "telework", start="2018-07-01", end="2019-12-31")  # one of your own, exploratory

``compare`` holds the designs, ``workload`` counters and other models, ``disclosure`` what may leave, ``sources`` the readers of
raw files, ``tables`` the columns. Names load when they are first used, so that ``import kumastats`` costs next to nothing.

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
_ROOMS = (
    "calendar", "compare", "disclosure", "display", "errors", "evidence", "measures", "sources", "study", "tables", "workload",
)  # fmt: skip
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

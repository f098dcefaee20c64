"""``kumastats explain``: a number's road back to the file it came from."""

from __future__ import annotations

from pathlib import Path

from kumastats.errors import EvidenceError
from kumastats.evidence import Register
from kumastats.evidence.trace import Road, trace
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Warehouse


def latest_quarter(folder: StudyFolder) -> str:
    """Return the latest quarter with evidence.

    Raises
    ------
    EvidenceError
        If nothing was run yet.
    """
    quarters = sorted(p.parent.name for p in folder.runs.glob("FY*/evidence") if any(p.glob("*.json")))
    if not quarters:
        raise EvidenceError(
            Text("まだ証拠がありません。", "There is no evidence yet."),
            remedy=Text(
                "`kumastats run --quarter FY2018Q1` で作れます。",
                "`kumastats run --quarter FY2018Q1` makes it.",
            ),
        )
    return quarters[-1]


def explain(root: Path, id_: str, *, quarter: str | None = None) -> Road:
    """Return the road of evidence `id_`: record, notebook, snapshot, deliveries, source files and hashes.

    Parameters
    ----------
    root
        The study folder.
    id_
        An evidence id, or ``id.number`` for one number of it.
    quarter
        The quarter it was made for; the latest one by default.

    Raises
    ------
    EvidenceError
        If nothing was run, or there is no such id.
    """
    folder = StudyFolder(root)
    register = Register(folder.evidence(quarter or latest_quarter(folder)))
    deliveries = {d.id: d.to_dict() for d in Warehouse.open(folder.warehouse).deliveries()}
    return trace(register, id_, deliveries)

"""What changes would do at the office with the longest waits, with what its log leaves uncertain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.report.chapters.counters import WhatWouldHelp
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter.fitted import FittedChanges, changes
from kumastats.workload.counter.scenario import Scenario

SEED = 20180403
LEAKAGE = 0.2  # of those who set out on another way, the share who come all the same


def uncertain_changes(session: Session, found: WhatWouldHelp) -> FittedChanges | None:
    """Ask three changes of the office's log, with what the log leaves uncertain; None where it cannot be fitted."""
    words: dict[str, Text] = {
        "desk": Text("窓口を一つ増やす", "one more desk"),
        "faster": Text("応対を1割短くする", "services a tenth shorter"),
        "online": Text(
            "15％がオンラインへ（うち2割は来庁）", "15% go online (a fifth of them come all the same)"
        ),
    }
    try:
        made = _changes(found.tickets.sort_values("issued_at", kind="stable"))
    except WorkloadError:
        return None
    named = made.frame.assign(change=[words[c](session.lang) for c in made.frame["change"]])
    return replace(made, frame=named)


@shared
def _changes(tickets: pd.DataFrame) -> FittedChanges:
    asked: dict[str, Callable[[Scenario], Scenario]] = {
        "desk": lambda c: c.with_desks(1),
        "faster": lambda c: c.faster(0.1),
        "online": lambda c: c.deflected(0.15, leakage=LEAKAGE),
    }
    return changes(tickets, asked, rng=np.random.default_rng(SEED), days=400)

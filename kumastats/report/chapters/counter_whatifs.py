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
from kumastats.workload.counter.hours import DeskPlan
from kumastats.workload.counter.laws import Constant
from kumastats.workload.counter.scenario import Scenario, Triage

SEED = 20180403
# a first look at the papers, assumed
FIRST_DESK_MIN = 1.0  # minutes
SETTLES = 0.15  # share of those who need no more
SHORTER = 0.9  # of the service the others need later
EARLIER = 60.0  # minutes by which the counter closes earlier, everybody coming in the hours left
LEAKAGE = 0.2  # of those who set out on another way, the share who come all the same


def uncertain_changes(session: Session, found: WhatWouldHelp) -> FittedChanges | None:
    """Ask changes of the office's log, with what the log leaves uncertain; None where it cannot be fitted."""
    words: dict[str, Text] = {
        "desk": Text("窓口を一つ増やす", "one more desk"),
        "faster": Text("応対を1割短くする", "services a tenth shorter"),
        "online": Text(
            "15％がオンラインへ（うち2割は来庁）", "15% go online (a fifth of them come all the same)"
        ),
        "triage": Text(
            f"今の窓口の一つを総合受付にする（一人{FIRST_DESK_MIN:.0f}分、{100 * SETTLES:.0f}％はそこで済み、残りの応対は{100 * (1 - SHORTER):.0f}％短い）",
            f"one of the desks becomes a first desk ({FIRST_DESK_MIN:.0f} min each, {100 * SETTLES:.0f}% end there, later services {100 * (1 - SHORTER):.0f}% shorter)",
        ),
        "hours": Text(
            f"{EARLIER:.0f}分早く閉める（来る人は残りの時間に来る）",
            f"closing {EARLIER:.0f} min earlier (everybody comes in the hours left)",
        ),
    }
    try:
        made = _changes(found.tickets.sort_values("issued_at", kind="stable"), found.answer.desks)
    except WorkloadError:
        return None
    named = made.frame.assign(change=[words[c](session.lang) for c in made.frame["change"]])
    return replace(made, frame=named)


@shared
def _changes(tickets: pd.DataFrame, desks: int) -> FittedChanges:
    asked: dict[str, Callable[[Scenario], Scenario]] = {
        "desk": lambda c: c.with_desks(1),
        "faster": lambda c: c.faster(0.1),
        "online": lambda c: c.deflected(0.15, leakage=LEAKAGE),
        "hours": lambda c: c.open_between(c.opens, c.closes - EARLIER, return_share=1.0),
    }
    if desks > 1:
        asked["triage"] = lambda c: c.with_desks(-1).with_triage(
            Triage(DeskPlan.always(1), Constant(FIRST_DESK_MIN), settles=SETTLES, shorter=SHORTER)
        )
    return changes(tickets, asked, rng=np.random.default_rng(SEED), days=400)

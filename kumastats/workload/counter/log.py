"""The ticket log looked over before anything is computed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumastats.display import HtmlTable, number
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.workload.counter.faults import fault_counts

COLUMNS = ("office_id", "issued_at", "called_at", "finished_at", "outcome")
OUTCOMES = ("served", "left", "no_show", "transferred", "void", "unknown")
SHORT_SERVICE = 10  # seconds; a shorter one is a slip of the button, not a service


@dataclass(frozen=True)
class LogAudit:
    """What is in a log and what is odd about it.

    Attributes
    ----------
    outcomes
        Tickets by outcome.
    waited
        Served tickets whose wait is not zero.
    no_finish, zero_service, short_service
        Served tickets without a finish, finished in the second they were called, finished within ten seconds.
    no_desk
        Served tickets without a desk.
    overlapping
        Services that start before the desk's previous one ended.
    faults
        Restarted numbers, recalls, services past midnight, negative durations, drifting clocks, tickets before opening: see `fault_counts`.
    """

    tickets: int
    days: int
    offices: int
    outcomes: Mapping[str, int]
    waited: int
    no_call: int
    no_finish: int
    zero_service: int
    short_service: int
    no_desk: int
    overlapping: int
    faults: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return it as a table."""
        words = {
            "tickets": Text("番号札", "tickets"),
            "days": Text("日数", "days"),
            "offices": Text("窓口（庁舎）", "offices"),
            **{k: Text(f"うち {v}", f"of them {k}") for k, v in _WORDS.items()},
            "waited": Text("待った人（待ち時間が0でない）", "waited (not called at once)"),
            "no_call": Text("呼出時刻のない応対済み", "served without a call time"),
            "no_finish": Text("終了時刻のない応対済み", "served without a finish time"),
            "zero_service": Text("応対時間0秒", "service of zero seconds"),
            "short_service": Text("応対時間10秒未満", "service under ten seconds"),
            "no_desk": Text("窓口番号のない応対済み", "served without a desk"),
            "overlapping": Text("同じ窓口で重なる応対", "services overlapping at a desk"),
            **_FAULTS,
        }
        values = {**{k: getattr(self, k) for k in words if hasattr(self, k)}, **self.outcomes, **self.faults}
        rows = [[words[k](lang), number(values[k], lang)] for k in words if k in values]
        heads = [Text("項目", "item")(lang), Text("件数", "count")(lang)]
        return HtmlTable(heads, rows, Text("記録の点検", "The log, looked over")(lang), lang)


_WORDS = {
    "served": "応対済み",
    "left": "途中で離れた",
    "no_show": "呼出時に不在",
    "transferred": "転送",
    "void": "取消",
    "unknown": "不明",
}

_FAULTS = {
    "restarted": Text("番号が初めに戻った庁舎・日", "office-days on which numbers began again"),
    "recalled": Text("同じ番号札の二行目以降（再呼出など）", "further rows of one ticket (called again)"),
    "past_midnight": Text("真夜中をまたぐ応対", "services past midnight"),
    "negative": Text("終わりが始まりより前", "ending before they begin"),
    "drifting": Text("時計がずれている庁舎・日", "office-days on which clocks disagree"),
    "clock_mended": Text(
        "時計のずれを読み取りで直した番号札", "tickets whose clock was put right on reading"
    ),
    "before_opening": Text("開庁前の発券", "issued before opening"),
}


def audit(tickets: pd.DataFrame, *, clock_mended: int = 0) -> LogAudit:
    """Look over a log.

    Parameters
    ----------
    tickets
        Rows of the canonical table ``ticket``.
    clock_mended
        How many tickets of these files had their time of issue put right on reading; their rows no longer show it.

    Raises
    ------
    WorkloadError
        If columns are missing or there are no tickets.
    """
    missing = [c for c in COLUMNS if c not in tickets]
    if missing or not len(tickets):
        raise WorkloadError(
            Text(
                f"番号札の記録がないか、列が足りません: {missing}",
                f"There are no tickets, or columns are missing: {missing}",
            ),
            remedy=Text("snapshot.frame('ticket') を渡してください。", "Pass snapshot.frame('ticket')."),
        )
    mine = tickets[tickets["outcome"] == "served"]
    wait, service = wait_minutes(mine) * 60, service_minutes(mine) * 60
    desk = mine["desk_id"] if "desk_id" in mine else pd.Series([None] * len(mine), index=mine.index)
    return LogAudit(
        tickets=len(tickets),
        days=tickets["issued_at"].dt.date.nunique(),
        offices=tickets["office_id"].nunique(),
        outcomes={
            o: int((tickets["outcome"] == o).sum()) for o in OUTCOMES if (tickets["outcome"] == o).any()
        },
        waited=int((wait > 0).sum()),
        no_call=int(mine["called_at"].isna().sum()),
        no_finish=int(mine["finished_at"].isna().sum()),
        zero_service=int((service == 0).sum()),
        short_service=int((service < SHORT_SERVICE).sum()),
        no_desk=int(desk.isna().sum()),
        overlapping=_overlaps(mine.assign(desk_id=desk)),
        faults={**fault_counts(tickets), **({"clock_mended": clock_mended} if clock_mended else {})},
    )


def wait_minutes(tickets: pd.DataFrame) -> pd.Series:
    """Return minutes from issue to call; NaN where there is no call."""
    return (tickets["called_at"] - tickets["issued_at"]).dt.total_seconds() / 60


def service_minutes(tickets: pd.DataFrame) -> pd.Series:
    """Return minutes from call to finish; NaN where either is missing."""
    return (tickets["finished_at"] - tickets["called_at"]).dt.total_seconds() / 60


def _overlaps(served: pd.DataFrame) -> int:
    known = served.dropna(subset=["desk_id", "called_at", "finished_at"]).sort_values(
        ["office_id", "desk_id", "called_at"]
    )
    if len(known) < 2:
        return 0
    same = known[["office_id", "desk_id"]].eq(known[["office_id", "desk_id"]].shift()).all(axis=1)
    return int((same & (known["called_at"] < known["finished_at"].shift())).sum())


def days_of(tickets: pd.DataFrame) -> np.ndarray:
    """Return the day of each ticket as a number from 0."""
    codes, _ = pd.factorize(tickets["issued_at"].dt.floor("D"), sort=True)
    return np.asarray(codes)

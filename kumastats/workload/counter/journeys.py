"""A visitor's way through the counters: the tickets of one visit, in one row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.workload.counter.faults import mend_midnight

WITHIN = pd.Timedelta(minutes=5)


@dataclass(frozen=True, eq=False)
class Journeys:
    """Visits.

    Attributes
    ----------
    frame
        One row a visit: ``office_id``, ``issued_at``, ``called_at`` (the first call), ``finished_at`` (the last), ``left_at``,
        ``outcome`` (of the last ticket), ``service`` (of the first), ``tickets``, ``wait_min`` (at every stop together), ``service_min``.
    tickets, recalls, chained, wrapped
        Tickets read; further rows of a ticket, folded into one; tickets that continue a visit; times moved past midnight.
    """

    frame: pd.DataFrame
    tickets: int
    recalls: int
    chained: int
    wrapped: int


def journeys(tickets: pd.DataFrame, *, visitor: str | None = None) -> Journeys:
    """Fold tickets into visits.

    A ticket called again has one row each time: its first issue and last call count. A visit goes on where a transferred ticket
    is followed by exactly one new ticket at the office within five minutes of its end, or, with `visitor`, wherever a visitor has
    further tickets on the same day. Voided tickets are no visit.

    Parameters
    ----------
    visitor
        Column of a visitor's key, if the log has one.
    """
    mended, wrapped = mend_midnight(tickets)
    once = (
        mended.sort_values(["issued_at", "called_at"], kind="stable")
        .groupby(["office_id", "ticket_id"], sort=False)
        .agg(
            issued_at=("issued_at", "first"),
            **{c: (c, "last") for c in mended.columns if c not in ("office_id", "ticket_id", "issued_at")},
        )
        .reset_index()
    )
    shown = once[once["outcome"] != "void"].reset_index(drop=True)
    visit = _by_visitor(shown, visitor) if visitor else _by_transfer(shown)
    wait = (shown["called_at"].fillna(shown["left_at"]) - shown["issued_at"]).dt.total_seconds() / 60
    held = (shown["finished_at"] - shown["called_at"]).dt.total_seconds() / 60
    frame = (
        shown.assign(wait_min=wait, service_min=held, visit=visit)
        .groupby("visit", sort=True)
        .agg(
            office_id=("office_id", "first"),
            service=("service", "first"),
            issued_at=("issued_at", "first"),
            called_at=("called_at", "first"),
            finished_at=("finished_at", "last"),
            left_at=("left_at", "last"),
            outcome=("outcome", "last"),
            tickets=("ticket_id", "size"),
            wait_min=("wait_min", "sum"),
            service_min=("service_min", lambda s: s.sum(min_count=1)),
        )
        .reset_index(drop=True)
    )
    return Journeys(frame, len(tickets), len(tickets) - len(once), len(shown) - len(frame), wrapped)


def _by_visitor(tickets: pd.DataFrame, visitor: str) -> np.ndarray:
    known = tickets[visitor].notna()
    own = pd.Series([f"#{i}" for i in range(len(tickets))], index=tickets.index)
    key = (
        tickets["issued_at"].dt.strftime("%Y%m%d")
        + tickets["office_id"]
        + tickets[visitor].astype(str).where(known, own)
    )
    return np.asarray(pd.factorize(key)[0])


def _by_transfer(tickets: pd.DataFrame) -> np.ndarray:
    visit = np.arange(len(tickets))
    issued = tickets["issued_at"].to_numpy()
    for office in sorted(set(tickets["office_id"])):
        rows = np.flatnonzero((tickets["office_id"] == office).to_numpy())
        taken: set[int] = set()
        stamps = issued[rows]
        for i in rows[(tickets["outcome"] == "transferred").to_numpy()[rows]]:
            end = tickets["finished_at"].iloc[i]
            if pd.isna(end):
                continue
            first, last = np.searchsorted(
                stamps, [np.datetime64(end), np.datetime64(end + WITHIN)], side="left"
            )
            following = [int(j) for j in rows[first:last] if j != i]
            if len(following) == 1 and following[0] not in taken:
                taken.add(following[0])
                visit[following[0]] = visit[i]
    return visit

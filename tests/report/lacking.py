"""Sessions on a study that lacks some tables, or holds none."""

import dataclasses

from kumastats.report.session import Session
from kumastats.warehouse.snapshot import Snapshot


def without(session: Session, *tables: str) -> Session:
    """Return the session as if no delivery had filled these tables."""
    held = session.snapshot
    kept = [d for d in held.deliveries if d.table not in tables]
    return dataclasses.replace(session, snapshot=Snapshot(kept, [held._paths[d.id] for d in kept]))


def empty(session: Session) -> Session:
    """Return the session on a snapshot that holds nothing."""
    return dataclasses.replace(session, snapshot=Snapshot((), ()))

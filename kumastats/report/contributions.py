"""What a released register adds to the publication ledger, and the attack on it and everything released before."""

from __future__ import annotations

from kumastats.disclosure.assessment import Assessment, assess
from kumastats.disclosure.ledger import Entry, Ledger, contribution
from kumastats.disclosure.thresholds import Thresholds
from kumastats.report.public_register import read


def entry_of(
    release: str, profile: str, quarter: str, content_hash: str, view: bytes, previous: str
) -> Entry:
    """Return the ledger entry that follows from a released register."""
    rows, left = contribution(read(view))
    return Entry(release, profile, quarter, content_hash, rows, left, previous)


def assess_all(
    ledger: Ledger,
    view: bytes | None,
    thresholds: Thresholds,
    *,
    internal: bool = False,
    with_intervals: bool = False,
) -> Assessment:
    """Attack every public release together with a register about to be released.

    Parameters
    ----------
    view
        The register about to be released, or None for what is out already.
    internal
        Whether the attacker also reads releases marked 庁内限り.
    """
    entries = ledger.published(("public", "internal") if internal else ("public",))
    rows = [row for e in entries for row in e.rows]
    left = {name for e in entries for name in e.not_attacked}
    if view is not None:
        more, not_attacked = contribution(read(view))
        rows += more
        left |= set(not_attacked)
    return assess(rows, thresholds, not_attacked=left, with_intervals=with_intervals)

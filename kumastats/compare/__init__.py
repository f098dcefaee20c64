"""Before/after comparison: one result contract for every design, with its checks and its limits."""

from kumastats.compare.before_after import before_after
from kumastats.compare.did import did
from kumastats.compare.event_study import EventStudy, event_study
from kumastats.compare.long import LongPanel
from kumastats.compare.result import Check, Comparison
from kumastats.compare.staggered import Staggered, staggered_panel, staggered_rollout

__all__ = [
    "Check",
    "Comparison",
    "EventStudy",
    "LongPanel",
    "Staggered",
    "before_after",
    "did",
    "event_study",
    "staggered_panel",
    "staggered_rollout",
]

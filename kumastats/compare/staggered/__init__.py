"""Staggered roll-out: Callaway and Sant'Anna's group-time effects on any panel and on a study's cells."""

from kumastats.compare.staggered.effects import Named, Staggered, staggered_panel
from kumastats.compare.staggered.rollout import staggered_rollout

__all__ = ["Named", "Staggered", "staggered_panel", "staggered_rollout"]

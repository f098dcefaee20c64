"""Meetings: what they take, how they are used, and what changes to them would save."""

from __future__ import annotations

from kumastats.workload.meetings.changes import CHANGES, Change, Saving, savings
from kumastats.workload.meetings.log import MeetingLog, meetings_held
from kumastats.workload.meetings.shape import Grid, Use, size_by_length, uses
from kumastats.workload.ratio_resampled import Ratio, ratio_of_sums

__all__ = [
    "CHANGES",
    "Change",
    "Grid",
    "MeetingLog",
    "Ratio",
    "Saving",
    "Use",
    "meetings_held",
    "ratio_of_sums",
    "savings",
    "size_by_length",
    "uses",
]

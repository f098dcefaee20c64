"""Enquiries: what the chatbot settles, what is left for people, what is to come, and the remote-support pilot."""

from __future__ import annotations

from kumastats.workload.enquiries.hours import Amount, Lengths, NetHours, lengths, net_hours
from kumastats.workload.enquiries.load import Load, load
from kumastats.workload.enquiries.outcome import (
    WINDOWS,
    Outcome,
    by_window,
    conversations,
    covered,
    outcome,
    settled,
)
from kumastats.workload.enquiries.pilot import Pilot, UnitChange, pilot, worst_p

__all__ = [
    "WINDOWS",
    "Amount",
    "Lengths",
    "Load",
    "NetHours",
    "Outcome",
    "Pilot",
    "UnitChange",
    "by_window",
    "conversations",
    "covered",
    "lengths",
    "load",
    "net_hours",
    "outcome",
    "pilot",
    "settled",
    "worst_p",
]

"""Queues at counters: the log audited, waits with intervals, arrivals, services, and what-if by simulation."""

from kumastats.workload.counter.arrivals import ArrivalProfile, profile
from kumastats.workload.counter.desks import open_desks
from kumastats.workload.counter.log import LogAudit, audit
from kumastats.workload.counter.service import ServiceTimes, service_times
from kumastats.workload.counter.simulate import queue_waits, simulate_days
from kumastats.workload.counter.waits import Waits, waits
from kumastats.workload.counter.whatif import WhatIf, what_if

__all__ = [
    "ArrivalProfile", "LogAudit", "ServiceTimes", "Waits", "WhatIf", "audit", "open_desks", "profile", "queue_waits",
    "service_times", "simulate_days", "waits", "what_if",
]  # fmt: skip

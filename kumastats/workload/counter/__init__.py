"""Queues at counters: the log audited, waits with intervals, arrivals, services, and what-if by simulation."""

from kumastats.workload.counter.arrivals import ArrivalProfile, profile
from kumastats.workload.counter.before_after import change_in_waits
from kumastats.workload.counter.decomposition import Decomposition, decompose
from kumastats.workload.counter.desks import open_desks
from kumastats.workload.counter.faults import mend_midnight, require_sound
from kumastats.workload.counter.fitted import FittedChanges, changes
from kumastats.workload.counter.hours import Desk, DeskPlan
from kumastats.workload.counter.journeys import Journeys, journeys
from kumastats.workload.counter.kernel import queue_waits
from kumastats.workload.counter.log import LogAudit, audit
from kumastats.workload.counter.patience import Patience, patience
from kumastats.workload.counter.result import CounterResult
from kumastats.workload.counter.run import Compared, compare, simulate
from kumastats.workload.counter.scenario import Kind, Scenario, counter
from kumastats.workload.counter.service import ServiceTimes, service_times
from kumastats.workload.counter.staffing import staff
from kumastats.workload.counter.waits import Waits, waits
from kumastats.workload.counter.walk_ins import simulate_days
from kumastats.workload.counter.whatif import WhatIf, what_if

__all__ = [
    "ArrivalProfile", "Compared", "CounterResult", "Decomposition", "Desk", "DeskPlan", "FittedChanges", "Journeys", "Kind", "LogAudit", "Patience", "Scenario", "ServiceTimes", "Waits", "WhatIf", "audit", "change_in_waits", "changes", "compare", "counter", "decompose", "journeys", "mend_midnight", "open_desks", "patience", "profile", "queue_waits", "require_sound", "service_times", "simulate", "simulate_days", "staff", "waits", "what_if",
]  # fmt: skip

"""Formulas of queues with c desks. Stationary ones refuse an overloaded counter and name the transient answer."""

from kumastats.workload.counter.formulas.erlang import (
    erlang_b,
    erlang_c,
    fewest_desks,
    mean_wait,
    share_within,
    wait_quantile,
)
from kumastats.workload.counter.formulas.general import (
    Approximation,
    constant_service_wait,
    kimura,
    pollaczek_khinchine,
)
from kumastats.workload.counter.formulas.patience import ErlangA, erlang_a
from kumastats.workload.counter.formulas.phases import TwoPhases, two_phase_wait
from kumastats.workload.counter.formulas.priority import priority_waits, priority_waits_one_desk

__all__ = [
    "Approximation", "ErlangA", "TwoPhases", "constant_service_wait", "erlang_a", "erlang_b", "erlang_c", "fewest_desks",
    "kimura", "mean_wait", "pollaczek_khinchine", "priority_waits", "priority_waits_one_desk", "share_within",
    "two_phase_wait", "wait_quantile",
]  # fmt: skip

"""Customers of a scenario, each source of chance with its own seed: what two scenarios share, they share to the last digit."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.kernel import NEVER
from kumastats.workload.counter.scenario import Appointments, Kind, Scenario, Triage
from kumastats.workload.counter.walk_ins import arrival_times

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
# what scenarios on the same customers draw once: by block, name of the visit, and the laws themselves
Shared = dict[tuple[Any, ...], tuple[Floats, Bools, Floats]]
STREAMS = ("gaps", "factors", "services", "patience", "elsewhere", "triage", "settled")


@dataclass(frozen=True, eq=False)
class Customers:
    """Customers of one queue, in order of arrival, (customers, days).

    Attributes
    ----------
    comes
        Whether there is a customer; the others arrive and need nothing, which leaves the queue as it is.
    patience
        None where nobody leaves.
    """

    arrival: Floats
    service: Floats
    comes: Bools
    rank: npt.NDArray[np.int64]
    patience: Floats | None


def stream(seed: int, block: int, name: str, what: str) -> np.random.Generator:
    """Return the generator of one source of chance, of one kind of visit, in one block of days.

    >>> stream(1, 0, "visit", "gaps").random() == stream(1, 0, "visit", "gaps").random()
    True
    """
    return np.random.default_rng([seed, block, zlib.crc32(name.encode()), STREAMS.index(what)])


def customers(
    scenario: Scenario, queue: str, days: int, seed: int, block: int = 0, shared: Shared | None = None
) -> Customers:
    """Draw a block of days of one queue.

    Parameters
    ----------
    shared
        Arrivals and services drawn before for the same seed; what is drawn anew is added.
    """
    kinds = [k for k in scenario.kinds if k.queue == queue]
    parts = [_of_kind(k, scenario, days, seed, block, {} if shared is None else shared) for k in kinds]
    if len(parts) == 1:
        return parts[0]
    arrival = np.vstack([p.arrival for p in parts])
    order = arrival.argsort(axis=0, kind="stable")
    ordered = {
        name: np.take_along_axis(np.vstack([getattr(p, name) for p in parts]), order, axis=0)
        for name in ("arrival", "service", "comes", "rank")
    }
    patience = None
    if any(p.patience is not None for p in parts):
        held = [np.full(p.arrival.shape, NEVER) if p.patience is None else p.patience for p in parts]
        patience = np.take_along_axis(np.vstack(held), order, axis=0)
    return Customers(**ordered, patience=patience)


def _of_kind(kind: Kind, scenario: Scenario, days: int, seed: int, block: int, shared: Shared) -> Customers:
    def rng(what: str) -> np.random.Generator:
        return stream(seed, block, kind.name, what)

    # laws compare by identity: scenarios changed from one base hold the same ones
    key = (block, days, kind.name, id(kind.arrivals), id(kind.services), scenario.busier, scenario.opens)
    if key not in shared:
        shared[key] = _drawn(kind, scenario, days, rng)
    arrival, comes, service = shared[key]
    gone = kind.elsewhere
    factor = kind.longer * (gone.harder if gone.share else 1.0)
    service = service * factor
    if gone.share:
        comes = comes & (rng("elsewhere").random(arrival.shape) >= gone.share * (1 - gone.leakage))
    service[~comes] = 0.0
    patience = None if kind.patience is None else kind.patience.draw(arrival.shape, rng("patience"))
    return Customers(arrival, service, comes, np.full(arrival.shape, kind.rank, dtype=np.int64), patience)


def _drawn(
    kind: Kind, scenario: Scenario, days: int, rng: Callable[[str], np.random.Generator]
) -> tuple[Floats, Bools, Floats]:
    """Draw arrivals, who comes, and services before any change of their length."""
    if isinstance(kind.arrivals, Appointments):
        arrival, comes = _booked(kind.arrivals, scenario, days, rng("gaps"), rng("factors"))
    elif kind.arrivals.a_day * scenario.busier > 0:
        arrival, count = arrival_times(
            kind.arrivals, days, gaps=rng("gaps"), factors=rng("factors"), busier=scenario.busier
        )
        comes = np.arange(len(arrival))[:, None] < count
        if scenario.opens > kind.arrivals.edges[0]:
            arrival = np.maximum(arrival, scenario.opens)
    else:
        raise WorkloadError(
            Text(f"「{kind.name}」に来客がありません。", f"There are no arrivals of “{kind.name}”.")
        )
    return arrival, comes, kind.services.draw(arrival.shape, rng("services"))


def _booked(
    booked: Appointments, scenario: Scenario, days: int, late: np.random.Generator, shown: np.random.Generator
) -> tuple[Floats, Bools]:
    times = np.sort(np.array(booked.times))[:, None]
    if not len(times):
        raise WorkloadError(Text("予約がありません。", "There are no appointments."))
    arrival = np.maximum(times + booked.sd * late.standard_normal((len(times), days)), scenario.opens)
    comes = shown.random(arrival.shape) >= booked.no_show
    order = arrival.argsort(axis=0, kind="stable")
    return np.take_along_axis(arrival, order, axis=0), np.take_along_axis(comes, order, axis=0)


def triage_draws(
    triage: Triage, queue: str, shape: tuple[int, int], seed: int, block: int
) -> tuple[Floats, Bools]:
    """Draw the first desk's services, and who is settled there."""
    service = triage.services.draw(shape, stream(seed, block, queue, "triage"))
    return service, stream(seed, block, queue, "settled").random(shape) < triage.settles

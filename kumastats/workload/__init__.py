"""Workload models: what the work is, and what would have to change for it to be done in time.

Each theme is a module of its own, loaded when it is first used.

>>> import numpy as np
>>> from kumastats import workload
>>> arrival, service = np.array([[0.0], [1], [2]]), np.array([[5.0], [5], [1]])
>>> workload.counter.queue_waits(arrival, service, 1)[:, 0].tolist()
[0.0, 4.0, 8.0]
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "adoption", "counter", "documents", "enquiries", "meetings", "overtime", "processing", "replies", "satisfaction",
    "savings", "schools", "surge", "survival", "totals", "watching",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"kumastats.workload.{name}")
    raise AttributeError(f"module 'kumastats.workload' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

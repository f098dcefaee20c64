"""Deliveries and snapshots on Parquet, and the engine that returns integers only."""

from typing import TYPE_CHECKING

from kumastats.lazy import later
from kumastats.warehouse.cells import Cells
from kumastats.warehouse.delivery import Delivery
from kumastats.warehouse.engine import EngineSettings
from kumastats.warehouse.revisions import Revision, revisions
from kumastats.warehouse.snapshot import Snapshot
from kumastats.warehouse.store import Warehouse
from kumastats.warehouse.transaction import Transaction

if TYPE_CHECKING:
    from kumastats.warehouse.summary import IntegerSummary

__all__ = [
    "Cells", "Delivery", "EngineSettings", "IntegerSummary", "Revision", "Snapshot", "Transaction", "Warehouse", "revisions",
]  # fmt: skip
__getattr__ = later(__name__, {"IntegerSummary": "summary"})

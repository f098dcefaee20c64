"""Deliveries and snapshots on Parquet, and the engine that returns integers only."""

from kumastats.warehouse.cells import Cells
from kumastats.warehouse.delivery import Delivery
from kumastats.warehouse.snapshot import Snapshot
from kumastats.warehouse.store import Transaction, Warehouse

__all__ = ["Cells", "Delivery", "Snapshot", "Transaction", "Warehouse"]

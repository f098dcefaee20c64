"""What Ibis cannot say on every engine, as SQL of each; a test compares the answers by hash."""

from kumastats.warehouse.native.repetition import same_rows
from kumastats.warehouse.native.uniqueness import repeated_days, where_days_repeat

__all__ = ["repeated_days", "same_rows", "where_days_repeat"]

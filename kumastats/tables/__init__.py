"""The canonical tables: what every source is turned into, whatever its export looked like."""

from kumastats.tables.catalogue import CATALOGUE, table
from kumastats.tables.model import Column, Table

__all__ = ["CATALOGUE", "Column", "Table", "table"]

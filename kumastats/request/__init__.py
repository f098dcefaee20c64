"""The data request: what is asked of each office, as a letter and as column sheets."""

from kumastats.request.sheets import ColumnSheet, column_sheets
from kumastats.request.write import RequestReport, write_request

__all__ = ["ColumnSheet", "RequestReport", "column_sheets", "write_request"]

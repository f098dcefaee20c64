"""Interrupted time series: level and slope with the season, and errors that remember."""

from kumastats.compare.its.local_level import LocalLevel, local_level
from kumastats.compare.its.newey_west import fixed_b, newey_west
from kumastats.compare.its.series import interrupted_series

__all__ = ["LocalLevel", "fixed_b", "interrupted_series", "local_level", "newey_west"]

"""Fiscal years and quarters, eras, durations, working days and known shocks."""

from kumastats.calendar.duration import DurationReader, parse_minutes
from kumastats.calendar.era import DateReader, era_of, era_year, iso_day, parse_date
from kumastats.calendar.fiscal import FiscalYear, Month, Quarter
from kumastats.calendar.instant import InstantReader
from kumastats.calendar.shocks import Shock, shocks_during
from kumastats.calendar.workdays import count_workdays, holiday_name, is_workday, workdays

__all__ = [
    "DateReader",
    "DurationReader",
    "FiscalYear",
    "InstantReader",
    "Month",
    "Quarter",
    "Shock",
    "count_workdays",
    "era_of",
    "era_year",
    "holiday_name",
    "is_workday",
    "iso_day",
    "parse_date",
    "parse_minutes",
    "shocks_during",
    "workdays",
]

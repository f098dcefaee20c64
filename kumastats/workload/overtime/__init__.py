"""Overtime: caps watched, heaps at the cap, hours only computers saw."""

from kumastats.workload.overtime.bunching import Bunching, bunching
from kumastats.workload.overtime.calibration import Band, Reliability, reliability
from kumastats.workload.overtime.caps import CAPS, CAPS_FROM, Cap, Limit, cap_of
from kumastats.workload.overtime.forecast import Forecast, forecast
from kumastats.workload.overtime.months import PersonMonths, person_months
from kumastats.workload.overtime.pc_gap import Change, PcGap, pc_gap
from kumastats.workload.overtime.watch import Watch, checked, watch

__all__ = [
    "CAPS",
    "CAPS_FROM",
    "Band",
    "Bunching",
    "Cap",
    "Change",
    "Forecast",
    "Limit",
    "PcGap",
    "PersonMonths",
    "Reliability",
    "Watch",
    "bunching",
    "cap_of",
    "checked",
    "forecast",
    "pc_gap",
    "person_months",
    "reliability",
    "watch",
]

"""What saved minutes are worth: capacity and cash told apart, against what the programme costs."""

from kumastats.workload.savings.arithmetic import (
    break_even_minutes,
    implied_rate,
    implied_rates,
    yearly_value,
)
from kumastats.workload.savings.assumptions import Assumptions
from kumastats.workload.savings.cashflow import Cashflow
from kumastats.workload.savings.worth import OVERLAP_RULE, Savings, Theme, savings

__all__ = [
    "OVERLAP_RULE",
    "Assumptions",
    "Cashflow",
    "Savings",
    "Theme",
    "break_even_minutes",
    "implied_rate",
    "implied_rates",
    "savings",
    "yearly_value",
]

"""A school's printed yearly hours held against its monthly logs: two roads to the same figure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

CLOSE = 0.01  # of the printed figure


@dataclass(frozen=True)
class Agreement:
    """How far printed figures and logs agree.

    Attributes
    ----------
    compared
        School-years with both figures.
    withheld, unlogged, unprinted
        School-years whose printed figure is held back, that have no log, that were not printed.
    close
        School-years whose figures differ by at most 1 %.
    difference
        Mean of log less print, minutes a teacher and year; `widest` the largest of them in size, without its sign.
    headcount
        School-years whose two head counts differ.
    """

    compared: int
    withheld: int
    unlogged: int
    unprinted: int
    close: int
    difference: float
    widest: float
    headcount: int


def agreement(printed: pd.DataFrame, logged: pd.DataFrame) -> Agreement:
    """Compare them.

    Parameters
    ----------
    printed
        office_id, year, teachers, minutes (a teacher and year; missing where held back).
    logged
        office_id, year, teachers, minutes (the sum of all teachers' minutes beyond the regular ones).
    """
    keys = ["office_id", "year"]
    both = printed.merge(logged, on=keys, how="outer", suffixes=("_print", "_log"), indicator=True)
    inside = both[both["_merge"] == "both"]
    told = inside[inside["minutes_print"].notna()]
    gap = told["minutes_log"] / told["teachers_log"] - told["minutes_print"]
    return Agreement(
        compared=len(told),
        withheld=int(inside["minutes_print"].isna().sum()),
        unlogged=int((both["_merge"] == "left_only").sum()),
        unprinted=int((both["_merge"] == "right_only").sum()),
        close=int((gap.abs() <= CLOSE * told["minutes_print"]).sum()),
        difference=float(gap.mean()) if len(gap) else math.nan,
        widest=float(gap.abs().max()) if len(gap) else math.nan,
        headcount=int((told["teachers_log"] != told["teachers_print"]).sum()),
    )

"""Print against log, on a table small enough to count by hand."""

import math

import numpy as np
import pandas as pd

from kumastats.workload.schools.printed import agreement


def test_by_hand():
    printed = pd.DataFrame(
        {
            "office_id": ["a", "b", "c", "d"], "year": [2018] * 4, "teachers": [20, 30, 12, 15],
            "minutes": [3000.0, 3000.0, np.nan, 3000.0],
        }
    )  # fmt: skip
    logged = pd.DataFrame(
        {"office_id": ["a", "b", "c", "e"], "year": [2018] * 4, "teachers": [20, 31, 12, 9], "minutes": [60_200, 31 * 3300, 1, 1]}
    )  # fmt: skip
    made = agreement(printed, logged)
    assert (made.compared, made.withheld, made.unlogged, made.unprinted) == (2, 1, 1, 1)
    assert (made.close, made.headcount) == (1, 1)
    assert made.difference == (10 + 300) / 2 and made.widest == 300


def test_nothing_to_compare():
    nothing = pd.DataFrame({"office_id": [], "year": [], "teachers": [], "minutes": []})
    assert math.isnan(agreement(nothing, nothing).difference)

"""Prints how often the intervals of shares over offices, and of the chatbot's hours on balance, hold the truth.

``python tests/validity/ratios.py [runs]`` takes about a minute for 1,000.
"""

import math
import sys

import numpy as np
import pandas as pd

from kumastats.workload.enquiries import net_hours
from kumastats.workload.ratio_resampled import ratio_of_sums

SHARE = 0.3
MU, SD, DAYS, A_DAY = math.log(6), 0.6, 240, 6.0


def shares(offices: int, runs: int, *, skewed: bool) -> float:
    """Return the coverage of a share whose offices differ in size (alike in kind, or a few very large) and in their own share."""
    rng, hit = np.random.default_rng(offices + 100 * skewed), 0
    for _ in range(runs):
        x = rng.lognormal(3, 1.0 if skewed else 0.4, offices)
        y = x * rng.beta(12, 28, offices)
        found = ratio_of_sums(y, x, rng=rng, draws=399)
        hit += found.low <= SHARE <= found.high
    return hit / runs


def hours(longer: float, deflected: float, runs: int) -> float:
    """Return the coverage of the hours on balance: `deflected` of the enquiries leave, the rest takes `longer` times more."""
    rng, hit, mean = np.random.default_rng(round(1000 * longer)), 0, math.exp(MU + SD**2 / 2)
    truth = DAYS * A_DAY * mean * (deflected - (1 - deflected) * longer) / 60
    for _ in range(runs):
        day0, day1 = (np.repeat(np.arange(DAYS), rng.poisson(A_DAY, DAYS)) for _ in range(2))
        before, wanted = (np.exp(MU + SD * rng.standard_normal(len(d))) for d in (day0, day1))
        gone = rng.random(len(day1)) < deflected
        found = net_hours(
            pd.DataFrame({"day": day0, "minutes": before}),
            pd.DataFrame({"day": day1[~gone], "minutes": wanted[~gone] * (1 + longer)}),
            day1[gone], rng=rng, draws=399,
        )  # fmt: skip
        hit += found.net.low <= truth <= found.net.high
    return hit / runs


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for offices in (5, 7, 10, 20, 60):
        told = [shares(offices, runs, skewed=skewed) for skewed in (False, True)]
        print(f"{offices} offices:", *(f"{share:.3f}" for share in told), flush=True)
    for longer, deflected in ((0.0, 0.1), (0.06, 0.08), (0.06, 0.0)):
        print(
            f"hours, longer {longer:.2f}, gone {deflected:.2f}: {hours(longer, deflected, runs):.3f}",
            flush=True,
        )

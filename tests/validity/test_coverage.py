"""Coverage on many synthetic cities: does the interval hold the truth as often as it says, and how often is a verdict given?

Run by ``make validity``. Every seed from 1 on is used; none is picked for its look.
"""

import datetime as dt
import math

import numpy as np
import pytest
from scipy.stats import binomtest

from kumastats import sample
from kumastats.compare import did
from kumastats.measures import measure
from kumastats.sample.register import COHORTS, WINDOW

pytestmark = pytest.mark.slow
CITIES = 1000
PEOPLE = 800


def binomial_interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    low, high = binomtest(hits, of).proportion_ci(method="wilson")
    return float(low), float(high)


def repeat(null: bool) -> tuple[int, int, int, list[float]]:
    """Return intervals that hold the truth, intervals that exclude zero, verdicts given, and errors."""
    held = rejected = decided = 0
    errors = []
    for seed in range(1, CITIES + 1):
        city = sample.summaries(PEOPLE, seed, *WINDOW)
        live: dict[str, dt.date | None] = dict(city.live)
        truth = city.truth
        if null:
            # the same city with dates drawn anew: nothing happens on them to the units chosen
            rng = np.random.default_rng(seed)
            calm = [u for u, d in live.items() if d > WINDOW[1]]
            live = {
                u: (COHORTS[i % 2] if i < len(calm) // 2 else dt.date(2020, 1, 1))
                for i, u in enumerate(rng.permutation(calm))
            }
            truth = 0.0
        cells = city.cells.rename(columns={"unit": "office_id"})
        cells = cells[cells["office_id"].isin(live)]
        made = did(
            cells, live=live, start=WINDOW[0], end=WINDOW[1], cohorts=COHORTS, measure=measure("ordered_overtime"),
            rng=np.random.default_rng(seed), draws=999, run_checks=False,
        )  # fmt: skip
        errors.append(made.estimate - truth)
        if made.decidable:
            decided += 1
            held += made.ci[0] <= truth <= made.ci[1]
            rejected += not made.ci[0] <= 0 <= made.ci[1]
    return held, rejected, decided, errors


@pytest.mark.parametrize("null", [False, True], ids=["effect", "no effect"])
def test_intervals_hold_the_truth_as_often_as_they_say(null: bool):
    held, rejected, decided, errors = repeat(null)
    low, high = binomial_interval(held, decided)
    bias, error = float(np.mean(errors)), float(np.std(errors, ddof=1) / math.sqrt(len(errors)))
    name = "no effect" if null else "effect"
    print(
        f"\n{name}: {CITIES} cities of {PEOPLE}; verdict given {decided}/{CITIES}; coverage {held / decided:.3f} ({low:.3f}–{high:.3f}); "
        f"zero excluded {rejected / decided:.3f}; bias {bias:+.3f} ± {1.96 * error:.3f} h"
    )
    assert decided >= 0.9 * CITIES
    # the nominal level must lie within the binomial interval of the coverage found, widened by two points
    assert low - 0.02 <= 0.95 <= high + 0.02

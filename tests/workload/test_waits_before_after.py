"""Waits before and after: the same weeks, days as the unit, an effect only beside other offices, parts that sum to the whole."""

import numpy as np
import pandas as pd
import pytest
from synthetic import log

from kumastats.errors import WorkloadError
from kumastats.workload.counter import change_in_waits, decompose
from kumastats.workload.counter.before_after import same_weeks

BUSY = {"mean": 75.0, "desks": 2, "service": 12.0}


def test_only_weeks_held_on_both_sides_are_compared():
    rng = np.random.default_rng(1)
    before, after = log(rng, "2021-04-05", 20, **BUSY), log(rng, "2022-04-11", 20, **BUSY)
    left, right, lost = same_weeks(before, after)
    weeks = [set(t["issued_at"].dt.isocalendar().week) for t in (left, right)]
    assert weeks[0] == weeks[1] == {15, 16, 17}
    assert lost == len(before) + len(after) - len(left) - len(right) > 0
    with pytest.raises(WorkloadError, match="No week"):
        same_weeks(before, log(rng, "2022-09-05", 5, **BUSY))


def test_a_change_without_comparison_offices_is_no_effect():
    rng = np.random.default_rng(2)
    before, after = log(rng, "2021-04-05", 40, **BUSY), log(rng, "2022-04-04", 40, **BUSY | {"service": 9.0})
    made = change_in_waits(before, after, rng=rng)
    assert (made.design, made.decidable) == ("descriptive", False)
    assert np.isnan(made.p)
    by_hand = [((t["called_at"] - t["issued_at"]).dt.total_seconds() / 60).mean() for t in (before, after)]
    assert made.estimate == pytest.approx(by_hand[1] - by_hand[0], abs=1e-9)
    assert made.ci[1] < 0
    p90 = change_in_waits(before, after, rng=rng, metric="p90")
    assert p90.estimate < made.estimate and p90.extra["days_before"] == 40


def offices(rng: np.random.Generator, start: str, names: str, **truth: float) -> pd.DataFrame:
    return pd.concat([log(rng, start, 20, name, **truth) for name in names])


def test_an_effect_takes_three_offices_on_each_side():
    rng = np.random.default_rng(3)
    alike = BUSY | {"mean": 85.0, "spread": 1000.0}
    before, after = (
        offices(rng, "2021-04-05", "ABC", **alike),
        offices(rng, "2022-04-04", "ABC", **alike | {"service": 6.0}),
    )
    beside = offices(rng, "2021-04-05", "DEF", **alike), offices(rng, "2022-04-04", "DEF", **alike)
    made = change_in_waits(before, after, comparison=beside, rng=rng)
    assert (made.design, made.decidable, made.n_clusters, made.n_treated_clusters) == ("did", True, 6, 3)
    assert made.ci[1] < 0 and made.p < 0.05
    fewer = tuple(t[t["office_id"] != "F"] for t in beside)
    assert not change_in_waits(before, after, comparison=fewer, rng=rng).decidable


def test_too_few_days_are_refused():
    rng = np.random.default_rng(4)
    with pytest.raises(WorkloadError, match="Only 5 days"):
        change_in_waits(log(rng, "2021-04-05", 5, **BUSY), log(rng, "2022-04-04", 5, **BUSY), rng=rng)


@pytest.mark.parametrize(
    ("changed", "part"),
    [({"service": 8.0}, "service"), ({"desks": 3}, "desks"), ({"mean": 55.0}, "visitors")],
)
def test_the_part_that_changed_is_named(changed: dict[str, float], part: str):
    rng = np.random.default_rng(5)
    before, after = log(rng, "2021-04-05", 40, **BUSY), log(rng, "2022-04-04", 40, **BUSY | changed)
    made = decompose(before, after, rng=rng, draws=20)
    parts = made.frame.set_index("part")["minutes"]
    assert parts["total"] == pytest.approx(made.observed[1] - made.observed[0], abs=1e-12)
    assert parts.drop("total").sum() == pytest.approx(parts["total"], abs=1e-12)
    assert parts.drop(["total", "rest"]).idxmin() == part
    assert parts[part] < 0.5 * parts["total"]
    assert made.desks == (2, changed.get("desks", 2))
    assert (made.frame["low"] <= made.frame["minutes"]).all()
    with pytest.raises(WorkloadError, match="fewer than 20 draws"):
        decompose(before, after, rng=rng, draws=8)

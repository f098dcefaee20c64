"""Regression to the mean: what units chosen for being high would do by themselves, printed with the comparison."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain, months

from kumastats.compare.asked import Asked
from kumastats.compare.cells import read_panel
from kumastats.compare.regression_to_mean import expected_change
from kumastats.errors import CompareError

HOURS = Plain(scale=1000.0)
START, END = dt.date(2017, 1, 1), dt.date(2018, 12, 31)


def cells(rng: np.random.Generator, offices: int = 40, noise: float = 3.0) -> pd.DataFrame:
    """Offices without any effect whose half-years wander: half a year's mean says little about the next."""
    level = rng.normal(20, 1, (offices, 1)) + np.repeat(rng.normal(0, noise, (offices, 4)), 6, axis=1)
    return pd.DataFrame(
        {
            "office_id": np.repeat([f"U{i:02d}" for i in range(offices)], 24),
            "period": np.tile(months(24), offices),
            "n": 12,
            "s1": np.round(level.ravel() * 12 * 1000).astype("int64"),
        }
    )


def asked(frame: pd.DataFrame, chosen: list[str], **more: object) -> Asked:
    live = dict.fromkeys(frame["office_id"].unique(), None) | dict.fromkeys(chosen, dt.date(2018, 1, 1))
    return Asked(frame, live, [dt.date(2018, 1, 1)], START, END, HOURS, "office_id", 1, **more)


def highest(frame: pd.DataFrame, count: int = 10) -> list[str]:
    late = frame[frame["period"].between("2017-07", "2017-12")]
    return late.groupby("office_id")["s1"].sum().nlargest(count).index.tolist()


def test_the_fall_of_the_highest_is_foreseen():
    """Offices chosen for the half-year before: what they fall by from the year before without any reform is printed, on average."""
    rng = np.random.default_rng(3)
    foreseen, fell = [], []
    for _ in range(60):
        frame = cells(rng)
        panel = read_panel(frame, HOURS)
        chosen = np.isin(panel.units, highest(frame))
        foreseen.append(-expected_change(panel, chosen, np.arange(24) < 12).expected)
        mean = (frame["s1"] / 12000).to_numpy().reshape(40, 4, 6).mean(axis=2)
        change = mean[:, 2:].mean(axis=1) - mean[:, :2].mean(axis=1)
        fell.append(change[chosen].mean() - change[~chosen].mean())
    assert np.mean(foreseen) < -2
    error = np.std(np.array(foreseen) - fell, ddof=1) / np.sqrt(60)
    assert np.mean(foreseen) == pytest.approx(np.mean(fell), abs=3 * error)


def test_it_is_printed_with_every_design_and_warns():
    frame = cells(np.random.default_rng(4))
    put = asked(frame, highest(frame))
    for design in ("did", "paired", "before_after", "synthetic", "its"):
        made = put.by(design)
        found = made.check("regression_to_mean")
        assert found.value < -1 and (design != "did" or found.result == "warn")
        assert f"{found.value:+.3f}".replace("-", "△") in made.checks_table("ja")._repr_html_()
        assert "平均への回帰" in made.checks_table("ja")._repr_html_()
        assert "fall with no reform at all" in made.checks_table("en")._repr_html_()


def test_units_drawn_by_lot_were_not_chosen_for_it():
    frame = cells(np.random.default_rng(4))
    put = asked(frame, highest(frame))
    quick = dataclasses.replace(put, run_checks=False)
    assert quick.by("did").check("regression_to_mean") is None
    panel = read_panel(frame, HOURS)
    from kumastats.compare.regression_to_mean import check

    by_lot = check(panel, np.isin(panel.units, highest(frame)), np.arange(24) < 12, -3.0, by_lot=True)
    assert (by_lot.result, by_lot.value) == ("pass", 0.0)


def test_those_who_stay_where_they_are_regress_by_nothing():
    """Where every half-year is like the last one, the reliability is one and nothing is to be expected."""
    frame = cells(np.random.default_rng(5), noise=0.0)
    panel = read_panel(frame, HOURS)
    found = expected_change(panel, np.isin(panel.units, highest(frame)), np.arange(24) < 12)
    assert found.reliability == pytest.approx(1, abs=1e-6) and abs(found.expected) < 1e-3


@pytest.mark.parametrize("before", [0, 1])
def test_too_little_before_is_told(before: int):
    panel = read_panel(cells(np.random.default_rng(5)), HOURS)
    with pytest.raises(CompareError, match="two months before"):
        expected_change(panel, np.arange(40) < 10, np.arange(24) < before)

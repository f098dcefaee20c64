"""What must not move an answer, for every design of the register: order, names, offices long live, a constant; and nobody's frame changes."""

import dataclasses
import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain, panel

from kumastats.compare import event_study
from kumastats.compare.asked import DESIGNS, Asked

HOURS = Plain(scale=1000.0)
START, END = dt.date(2017, 1, 1), dt.date(2018, 12, 31)
NAMES = [*sorted(DESIGNS), "event_study"]
SEVERAL = ("did", "staggered", "event_study")  # designs that take several dates


def asked(design: str) -> Asked:
    cells = panel(np.random.default_rng(1), 30, 24, 6, 12, -2000)
    rng = np.random.default_rng(2)
    people = rng.integers(5, 20, len(cells))
    cells = cells.assign(n=people, s1=(cells["s1"] // 12) * people)
    units = sorted(cells["office_id"].unique())
    live: dict[str, dt.date | None] = dict.fromkeys(units)
    live |= dict.fromkeys(units[:6], dt.date(2018, 1, 1))
    if design in SEVERAL:
        live |= dict.fromkeys(units[6:10], dt.date(2018, 6, 1))
    cohorts = sorted({d for d in live.values() if d})
    return Asked(cells, live, cohorts, START, END, HOURS, "office_id", 1)


def told(design: str, a: Asked) -> list[float]:
    """Every figure of the answer."""
    if design == "event_study":
        made = event_study(a.cells, live=a.live, start=START, end=END, measure=HOURS, cohorts=a.cohorts)
        return [made.critical, *made.frame.drop(columns=["n", "units"]).to_numpy(dtype=float).ravel()]
    c = a.by(design)
    path = [] if c.path is None else c.path.select_dtypes("number").to_numpy(dtype=float).ravel().tolist()
    checks = [math.nan if k.value is None else k.value for k in c.checks]
    return [c.estimate, c.se, c.df, *c.ci, c.p, c.minimal_detectable_effect, *checks, *path]


def same(ours: list[float], theirs: list[float]) -> None:
    assert np.asarray(theirs) == pytest.approx(np.asarray(ours), rel=1e-8, abs=1e-8, nan_ok=True)


@pytest.fixture(scope="module")
def answers() -> dict[str, list[float]]:
    return {design: told(design, asked(design)) for design in NAMES}


@pytest.mark.parametrize("design", NAMES)
def test_the_order_of_rows(design, answers):
    a = asked(design)
    same(answers[design], told(design, dataclasses.replace(a, cells=a.cells.sample(frac=1, random_state=3))))


@pytest.mark.parametrize("design", NAMES)
def test_the_names_of_units(design, answers):
    a = asked(design)

    def other(unit: str) -> str:
        return f"{(int(unit[1:]) * 7) % 30:02d}課"

    cells = a.cells.assign(office_id=a.cells["office_id"].map(other))
    same(
        answers[design],
        told(design, dataclasses.replace(a, cells=cells, live={other(u): d for u, d in a.live.items()})),
    )


@pytest.mark.parametrize("design", NAMES)
def test_units_live_from_the_start(design, answers):
    """They say nothing about the change, and are left out."""
    a = asked(design)
    early = a.cells[a.cells["office_id"] == "U001"].assign(office_id="X", s1=lambda f: f["s1"] * 3)
    live = {**a.live, "X": dt.date(2015, 4, 1)}
    same(answers[design], told(design, dataclasses.replace(a, cells=pd.concat([a.cells, early]), live=live)))


@pytest.mark.parametrize("design", NAMES)
def test_a_constant_added_to_every_outcome(design, answers):
    a = asked(design)
    moved = told(design, dataclasses.replace(a, cells=a.cells.assign(s1=a.cells["s1"] + 5000 * a.cells["n"])))
    if design in ("its", "synthetic"):  # its own path is in the outcome's level
        moved, ours = moved[:5], answers[design][:5]
    else:
        ours = answers[design]
    same(ours, moved)


@pytest.mark.parametrize("design", NAMES)
def test_the_callers_frame_stays_as_it_is(design):
    a = asked(design)
    before, live = a.cells.copy(deep=True), dict(a.live)
    told(design, a)
    pd.testing.assert_frame_equal(a.cells, before)
    assert a.live == live


@pytest.mark.parametrize("design", NAMES)
def test_the_same_answer_twice(design, answers):
    assert np.array_equal(
        np.asarray(told(design, asked(design))), np.asarray(answers[design]), equal_nan=True
    )

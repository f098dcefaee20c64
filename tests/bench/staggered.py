"""A staggered roll-out of 12,500 units × 60 months in five dates, and synthetic controls of 136 schools in turn."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from row import Row

UNITS, MONTHS = 12_500, 60
NAMES = {"outcome": "y", "unit": "unit", "period": "time", "cohort": "first"}


@functools.cache
def frame() -> pd.DataFrame:
    """Five dates a half-year apart and a sixth of units never treated; all months before and after."""
    rng = np.random.default_rng(1)
    first = np.array([24, 30, 36, 42, 48, 0])[rng.integers(0, 6, UNITS)]
    time = np.arange(1, MONTHS + 1)
    y = rng.normal(0, 1, (UNITS, 1)) + 0.01 * time + rng.normal(0, 1, (UNITS, MONTHS))
    y -= 0.5 * ((first[:, None] > 0) & (time >= first[:, None]))
    return pd.DataFrame(
        {"unit": np.repeat(np.arange(UNITS), MONTHS), "time": np.tile(time, UNITS), "first": np.repeat(first, MONTHS), "y": y.ravel()}
    )  # fmt: skip


def ours(draws: int = 0):
    from kumastats.compare import LongPanel, staggered_panel

    rows = frame()
    rng = np.random.default_rng(1) if draws else None
    return lambda: staggered_panel(LongPanel.from_frame(rows, **NAMES), draws=draws, rng=rng).simple.extra[
        "se_influence"
    ]


def diff_diff(draws: int = 0):
    from diff_diff import CallawaySantAnna

    rows = frame()
    asked = CallawaySantAnna(control_group="not_yet_treated", n_bootstrap=draws, seed=1)
    return lambda: asked.fit(rows, outcome="y", unit="unit", time="time", first_treat="first", aggregate="simple").overall_se  # fmt: skip


def placebos():
    from kumastats.compare.synthetic import synthetic_control

    rng = np.random.default_rng(1)
    walk = rng.normal(size=(60, 4)).cumsum(axis=0) @ rng.normal(size=(4, 136)) + rng.normal(size=(60, 136))
    schools = pd.DataFrame(walk, columns=[f"S{i:03d}" for i in range(136)])
    return lambda: synthetic_control(schools, "S000", 40).comparison.p


WORK = "Callaway–Sant'Anna, 12,500 units × 60 months, five dates, all cells, not yet treated"
ROWS = (
    Row("staggered", WORK, ours, peer=diff_diff, peer_name="diff-diff", goal="at most 0.35 s"),
    Row(
        "staggered_bootstrap", f"{WORK}, 999 draws", functools.partial(ours, 999), peer=functools.partial(diff_diff, 999),
        peer_name="diff-diff", goal="at most 0.6 s",
    ),
    Row("synthetic_placebos", "136 synthetic controls in turn, 60 months", placebos, goal="under 5 s"),
)  # fmt: skip

"""Other choices, other dates, and what the check of earlier trends could see."""

import datetime as dt

import numpy as np
import pytest
from outcomes import Plain, panel

from kumastats.compare import did
from kumastats.compare.design import lay_out
from kumastats.compare.sensitivity import (
    detectable_drift,
    did_specifications,
    placebo_in_time,
    specification_curve,
)
from kumastats.errors import CompareError
from kumastats.text import Text

HOURS = Plain(scale=1000.0)
START, END = dt.date(2017, 1, 1), dt.date(2019, 12, 31)


def study(effect: float = -2000.0, seed: int = 5):
    cells = panel(np.random.default_rng(seed), 30, 36, 12, 24, effect)
    units = sorted(cells["office_id"].unique())
    live = {u: dt.date(2019, 1, 1) if i < 12 else None for i, u in enumerate(units)}
    return cells, live


def test_a_real_effect_survives_every_choice():
    cells, live = study()
    curve = specification_curve(
        did_specifications(cells, live=live, start=START, end=END, measure=HOURS, seed=1)
    )
    assert len(curve.specifications) >= 5 and not curve.refused
    assert curve.agreeing == len(curve.specifications)
    estimates = curve.frame()["estimate"]
    assert estimates.is_monotonic_increasing and estimates.between(-3, -1).all()
    assert "agree in sign" in curve.text("en") and curve.plot("ja").svg.startswith(b"<?xml")


def test_cells_of_one_size_do_not_care_about_counting_alike():
    cells, live = study()
    made = dict(did_specifications(cells, live=live, start=START, end=END, measure=HOURS, seed=1))
    alike = made[Text("職場を同じ重みで", "offices counting alike")]()
    plain = did(
        cells, live=live, start=START, end=END, measure=HOURS, rng=np.random.default_rng(1), run_checks=False
    )
    assert alike.estimate == pytest.approx(plain.estimate, abs=1e-9)


def test_what_cannot_be_estimated_is_told():
    cells, live = study()

    def impossible():
        raise CompareError(Text("無理", "impossible"))

    def plain():
        return did(
            cells,
            live=live,
            start=START,
            end=END,
            measure=HOURS,
            rng=np.random.default_rng(1),
            run_checks=False,
        )

    curve = specification_curve([(Text("甲", "a"), plain), (Text("乙", "b"), impossible)])
    assert [r[0].en for r in curve.refused] == ["b"]
    with pytest.raises(CompareError):
        specification_curve([(Text("乙", "b"), impossible)])


def test_placebo_in_time_is_calm_where_nothing_happened_and_alarmed_by_a_drift():
    alarms = 0
    for seed in range(1000, 1100):
        cells, live = study(seed=seed)
        made, check = placebo_in_time(
            cells, live=live, start=START, measure=HOURS, rng=np.random.default_rng(1)
        )
        assert (check.result == "fail") == (made.p <= 0.05)
        alarms += check.result == "fail"
    assert alarms <= 12  # more than 12 of 100 at 5 % happen once in 700 times
    months = {m: i for i, m in enumerate(sorted(cells["period"].unique()))}
    treated = cells["office_id"].map(lambda u: live[u] is not None)
    drift = cells["period"].map(months) * 300 * treated * cells["n"]
    _, alarmed = placebo_in_time(
        cells.assign(s1=cells["s1"] + drift.astype("int64")), live=live, start=START, measure=HOURS, rng=np.random.default_rng(1)
    )  # fmt: skip
    assert alarmed.result == "fail"


def test_detectable_drift_is_found_four_times_in_five():
    """A drift of exactly that size is significant in about 80 % of panels."""
    found, sizes = 0, []
    for seed in range(60):
        cells = panel(np.random.default_rng(seed), 30, 36, 12, 24, 0.0)
        units = sorted(cells["office_id"].unique())
        live = {u: dt.date(2019, 1, 1) if i < 12 else None for i, u in enumerate(units)}
        design = lay_out(cells, HOURS, live=live, start=START, end=END)
        sizes.append(detectable_drift(design))
    size = float(np.median(sizes))
    for seed in range(60):
        cells = panel(np.random.default_rng(seed), 30, 36, 12, 24, 0.0)
        months = {m: i for i, m in enumerate(sorted(cells["period"].unique()))}
        units = sorted(cells["office_id"].unique())
        live = {u: dt.date(2019, 1, 1) if i < 12 else None for i, u in enumerate(units)}
        moved = cells["period"].map(months) * size * 1000 * cells["office_id"].isin(units[:12]) * cells["n"]
        cells = cells.assign(s1=cells["s1"] + moved.round().astype("int64"))
        found += _slope_is_significant(lay_out(cells, HOURS, live=live, start=START, end=END))
    assert 0.62 <= found / 60 <= 0.95


def _slope_is_significant(design) -> bool:
    from kumastats.compare.twfe import Regressors, solve

    before = ~design.post
    code = np.where(design.treated[before], 0, -1).astype(np.int64)
    slope = np.where(design.treated, design.event_month, 0)[before].astype(float)
    fit = solve(design.panel.keep(before), Regressors(code, slope, 1))
    return bool(abs(fit.beta[0]) > 2.045 * fit.se(0))  # t(29)

"""Randomisation inference: by hand, by brute force, by the recorded draw; and the errors laid beside a verdict."""

import datetime as dt
import itertools

import numpy as np
import pytest
from outcomes import Plain, panel

from kumastats.compare.asked import Asked
from kumastats.compare.design import lay_out
from kumastats.compare.few import crv3, ward_mean
from kumastats.compare.plan import Plan, PlannedWave, draw
from kumastats.compare.randomisation import randomisation
from kumastats.compare.twfe import Regressors, solve

HOURS = Plain(scale=1000.0)
WINDOW = {"start": dt.date(2017, 1, 1), "end": dt.date(2018, 12, 31)}
DAYS = (dt.date(2018, 1, 1), dt.date(2018, 7, 1))


def offices(count: int, seed: int, effect: float = 0, treated: int = 0):
    cells = panel(np.random.default_rng(seed), count, 24, treated, 12, effect)
    size = {u: 3 + 2 * i for i, u in enumerate(sorted(cells["office_id"].unique()))}
    times = cells["office_id"].map(size)
    return cells.assign(n=times, s1=(cells["s1"] / 12 * times).round().astype("int64"))


def changes(cells):
    """Each office's weighted change over January 2018, and its rows."""
    after = cells["period"] >= "2018-01"
    sums = cells.assign(after=after).groupby(["office_id", "after"])[["n", "s1"]].sum().unstack("after")
    change = sums["s1"][True] / sums["n"][True] - sums["s1"][False] / sums["n"][False]
    return change.to_numpy() / 1000, (sums["n"].sum(axis=1) / 24).to_numpy(dtype=float)


def welch(change, weight, mine):
    difference, variance = 0.0, 0.0
    for side, sign in ((mine, 1), (~mine, -1)):
        v = weight[side] / weight[side].sum()
        mean = v @ change[side]
        difference += sign * mean
        variance += (v**2 / (1 - v) * (change[side] - mean) ** 2).sum()
    return difference, difference / np.sqrt(variance)


def test_all_assignments_of_one_date_by_brute_force():
    cells = offices(8, 1, -3000, 3)
    live = dict.fromkeys(sorted(cells["office_id"].unique())[:3], DAYS[0])
    made = randomisation(lay_out(cells, HOURS, live=live, **WINDOW), rng=np.random.default_rng(1))
    change, weight = changes(cells)
    observed = welch(change, weight, np.arange(8) < 3)
    all_ = [
        abs(welch(change, weight, np.isin(np.arange(8), c))[1]) for c in itertools.combinations(range(8), 3)
    ]
    assert made.enumerated and len(made.assignments) == len(all_) == 56
    assert made.estimate == pytest.approx(observed[0], rel=1e-10)
    assert made.p() == pytest.approx(np.mean(np.array(all_) >= abs(observed[1]) * (1 - 1e-9)))
    low, high = made.interval(0.9)
    assert low < made.estimate < high
    step = 1e-3 * (high - low)
    for end, outward in ((low, -step), (high, step)):
        assert made.p(end - outward) > 0.1 >= made.p(end + outward)


def test_strata_and_waves_are_honoured():
    cells = offices(12, 2)
    units = sorted(cells["office_id"].unique())
    live = {u: DAYS[i % 3] if i % 3 < 2 else None for i, u in enumerate(units)}
    stratum = {u: "big" if i < 6 else "small" for i, u in enumerate(units)}
    design = lay_out(cells, HOURS, live=live, **WINDOW)
    made = randomisation(design, stratum=stratum, rng=np.random.default_rng(1), draws=9000)
    assert made.enumerated and len(made.assignments) == 90**2  # 6!/(2!2!2!) in each stratum
    big = np.array([stratum[u] == "big" for u in made.units])
    assert all(sorted(a[big].tolist()) == [-1, -1, 0, 0, 1, 1] for a in made.assignments[::97])
    few = randomisation(design, stratum=stratum, rng=np.random.default_rng(1), draws=500)
    assert not few.enumerated and few.p() == pytest.approx(made.p(), abs=0.09)  # four standard errors of 500


def test_neither_order_nor_names_move_a_drawn_p():
    cells = offices(20, 3)
    live = dict.fromkeys(sorted(cells["office_id"].unique())[:6], DAYS[0])

    def p(rows, dates):
        return randomisation(
            lay_out(rows, HOURS, live=dates, **WINDOW), draws=200, rng=np.random.default_rng(1)
        ).p()

    other = {f"Z{999 - int(u[1:])}": d for u, d in live.items()}
    renamed = cells.assign(office_id=[f"Z{999 - int(u[1:])}" for u in cells["office_id"]])
    assert p(cells.sample(frac=1, random_state=1), live) == p(cells, live) == p(renamed, other)


def test_a_recorded_draw_decides_what_nothing_else_can():
    plan = Plan((PlannedWave(12, 4),), 4, 24)
    names = [f"U{i:03d}" for i in range(8)]
    lots = draw(plan, names, seed=3)
    cells = panel(np.random.default_rng(5), 8, 24, 0, 12, 0)
    mine = cells["office_id"].map(lots.waves) == 0
    cells = cells.assign(s1=cells["s1"] - 6000 * (mine & (cells["period"] >= "2018-01")) * cells["n"])
    live = {u: DAYS[0] if k == 0 else None for u, k in lots.waves.items()}
    asked = Asked(cells, live, [DAYS[0]], WINDOW["start"], WINDOW["end"], HOURS, "office_id", 1)
    assert not asked.by("did").decidable
    made = Asked(**{**vars(asked), "draw": lots}).by("did")
    assert made.decidable and made.design == "randomised" and made.inference == "randomisation_enumerated"
    assert made.p == pytest.approx(2 / 70) and made.extra["assignments"] == 70
    assert made.ci[1] < 0 and made.ci[0] <= -6 <= made.ci[1] and made.check("reassigned") is None


def test_a_draw_too_small_to_decide_says_so():
    lots = draw(Plan((PlannedWave(12, 2),), 2, 24), ["U000", "U001", "U002", "U003"], seed=1)
    cells = panel(np.random.default_rng(6), 4, 24, 0, 12, 0)
    live = {u: DAYS[0] if k == 0 else None for u, k in lots.waves.items()}
    made = Asked(cells, live, [DAYS[0]], WINDOW["start"], WINDOW["end"], HOURS, "office_id", 1, draw=lots).by(
        "did"
    )
    assert not made.decidable and "6" in made.undecidable_reason.en and np.isnan(made.p)


def jackknifed():
    cells = offices(12, 7, -1000, 4)
    live = dict.fromkeys(sorted(cells["office_id"].unique())[:4], DAYS[0])
    design = lay_out(cells, HOURS, live=live, **WINDOW)
    return cells, design, solve(design.panel, Regressors.indicator(design.post))


def test_the_jackknife_agrees_with_a_brute_force():
    _, design, fit = jackknifed()
    moved = []
    for g in range(12):
        left = design.keep(design.panel.unit != g)
        moved.append(solve(left.panel, Regressors.indicator(left.post)).beta[0] - fit.beta[0])
    assert crv3(fit) == pytest.approx(np.sqrt(11 / 12 * np.sum(np.square(moved))), rel=1e-10)


@pytest.mark.slow
def test_the_jackknife_agrees_with_pyfixest():
    pf = pytest.importorskip("pyfixest")
    cells, _, fit = jackknifed()
    post = (cells["office_id"] < "U004") & (cells["period"] >= "2018-01")
    rows = cells.assign(y=cells["s1"] / cells["n"] / 1000, post=post.astype(int))
    # pyfixest leaves the factor (G − 1) / G to ssc
    theirs = pf.feols(
        "y ~ post | office_id + period", rows, weights="n", vcov={"CRV3": "office_id"}, ssc=pf.ssc(k_adj=False, G_adj=False)
    )  # fmt: skip
    assert crv3(fit) == pytest.approx(theirs.se()["post"] * np.sqrt(11 / 12), rel=1e-10)


def test_the_ward_mean_t_is_students_t_of_the_changes():
    from scipy.stats import ttest_ind

    cells = panel(np.random.default_rng(8), 5, 24, 2, 12, -1000)
    live = dict.fromkeys(["U000", "U001"], DAYS[0])
    made = ward_mean(lay_out(cells, HOURS, live=live, **WINDOW))
    change, _ = changes(cells)
    told = ttest_ind(change[:2], change[2:])
    assert (made.estimate, made.p) == pytest.approx(
        (change[:2].mean() - change[2:].mean(), told.pvalue), rel=1e-9
    )
    assert made.df == 3

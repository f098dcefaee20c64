"""Use and dose: two-stage least squares on the rows, Fieller against simulation, and devices by hand."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kumastats.errors import WorkloadError
from kumastats.warehouse.moments import MomentCells
from kumastats.workload.adoption import active_users, coverage, dose, fieller


def usage(rows):
    names = ["unit_kind", "unit_id", "product", "metric", "period_start", "period_end", "value"]
    return pd.DataFrame(rows, columns=names)


def user(who, active, licensed=1, start="2019-03-02", end="2019-03-31", kind="person", product="teams"):
    days = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    return [(kind, who, product, "active", *days, active), (kind, who, product, "licensed", *days, licensed)]


def test_users_by_hand():
    rows = [
        *user("a", 1),
        *user("b", 0),
        *user("c", 1, licensed=0),
        *user("d", 1, start="2019-06-01", end="2019-06-30", kind="concealed"),
    ]
    first, last = active_users(usage(rows))
    assert (first.users, first.licensed, first.active, first.concealed) == (3, 2, 1, False)
    assert (last.until, last.users, last.concealed) == (dt.date(2019, 6, 30), 1, True)


def test_stacked_windows_are_refused_and_month_ends_are_not():
    daily = [*user("a", 1), *user("a", 1, start="2019-03-03", end="2019-04-01")]
    with pytest.raises(WorkloadError, match="overlap"):
        active_users(usage(daily))
    monthly = [
        *user("a", 1, start="2019-01-02", end="2019-01-31"),
        *user("a", 1, start="2019-01-30", end="2019-02-28"),
    ]
    assert len(active_users(usage(monthly))) == 2


def test_devices_by_hand():
    rows = [
        ("office", unit, "tablet", metric, dt.date(y, 6, 1), dt.date(y, 6, 30), value)
        for unit, metric, y, value in (
            ("A", "given", 2018, 3),
            ("B", "given", 2019, 2),
            ("A", "returned", 2020, 3),
        )
    ]
    years = {y: dt.date(y + 1, 3, 31) for y in (2018, 2019, 2020)}
    made = coverage(usage(rows), {"tablet": 4}, years)
    assert [(c.reached, c.units, c.in_place) for c in made] == [(1, 4, 3), (2, 4, 5), (1, 4, 2)]
    with pytest.raises(WorkloadError, match="returned more"):
        coverage(usage([(*rows[0][:3], "returned", *rows[0][4:])]), {}, years)


def people(rng, effect=-30.0, uptake=0.3, offices=24, months=18, size=12):
    """Person-months: who uses is chosen by the busy; going live raises use, use moves the outcome by `effect`."""
    rows = []
    for o in range(offices):
        start = 6 + 3 * (o % 4)
        level = rng.normal(0, 60)
        for m in range(months):
            live = int(m >= start)
            busy = rng.normal(0, 30, size)
            use = (rng.random(size) < 0.02 + uptake * live * (busy > 0)).astype(int)
            y = np.rint(
                600
                + level
                + 10 * np.sin(m)
                + busy
                + effect * use
                + rng.normal(0, 5)
                + rng.normal(0, 40, size)
            ).astype(int)
            rows += [(f"o{o:02d}", m, live, u, v) for u, v in zip(use, y, strict=True)]
    return pd.DataFrame(rows, columns=["unit", "period", "live", "use", "outcome"])


def cells_of(frame, scale):
    names = ("outcome", "use", "together", "live")
    data = frame.assign(together=frame["outcome"] + scale * frame["use"])
    pairs = {(a, b): f"{a}*{b}" for a in range(4) for b in range(a, 4)}
    for (a, b), name in pairs.items():
        data[name] = data[names[a]] * data[names[b]]
    grouped = data.groupby(["unit", "period"], sort=True)
    sums, n = grouped[[*names, *pairs.values()]].sum(), grouped.size().to_numpy()
    units, unit = np.unique(sums.index.get_level_values(0), return_inverse=True)
    periods, period = np.unique(sums.index.get_level_values(1), return_inverse=True)
    return MomentCells(
        tuple(units.tolist()), tuple(f"20{18 + m // 12}-{m % 12 + 1:02d}" for m in periods), unit, period, names, n, n,
        sums[list(names)].to_numpy(), {k: sums[v].to_numpy() for k, v in pairs.items()}, 1, "x",
    )  # fmt: skip


def test_the_dose_is_two_stage_least_squares():
    """By dummies and lstsq; statsmodels counts unit effects among the parameters, fixest's factor does not."""
    frame = people(np.random.default_rng(1))
    made = dose(cells_of(frame, 100), "live", 100)
    effects = (
        pd.get_dummies(frame[["unit", "period"]].astype(str), drop_first=True).astype(float).assign(one=1.0)
    )
    design = effects.assign(live=frame["live"].astype(float))
    codes = pd.factorize(frame["unit"])[0]
    first = sm.OLS(frame["use"], design).fit(cov_type="cluster", cov_kwds={"groups": codes})
    fitted = effects.assign(use=first.fittedvalues)
    second = np.linalg.lstsq(fitted.to_numpy(), frame["outcome"].to_numpy(dtype=float), rcond=None)[0][-1]
    assert made.ratio == pytest.approx(second, rel=1e-8)
    assert made.first == pytest.approx(float(first.params["live"]), rel=1e-8)
    n, k = design.shape
    fewer = k - (frame["unit"].nunique() - 1)
    assert made.first_se == pytest.approx(float(first.bse["live"]) * np.sqrt((n - k) / (n - fewer)), rel=1e-6)
    assert made.f > 100 and made.trusted and made.low < made.ratio < made.high


def test_the_scale_that_carries_the_covariance_does_not_matter():
    frame = people(np.random.default_rng(2))
    one, other = (dose(cells_of(frame, s), "live", s) for s in (1, 1000))
    assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-6)


def test_intervals_hold_the_effect_where_comparing_users_does_not():
    """Busy people use it: they work longer anyway, and a comparison of users would call it harmful."""
    held = naive = 0
    for seed in range(60):
        frame = people(np.random.default_rng(seed))
        made = dose(cells_of(frame, 100), "live", 100)
        held += made.low <= -30 <= made.high
        used = frame.groupby("use")["outcome"].mean()
        naive += used[1] - used[0] > -22
    assert held >= 52 and naive >= 50  # 95 % of 60 less 2.6 standard errors


def test_without_uptake_nothing_is_told():
    made = dose(cells_of(people(np.random.default_rng(3), uptake=0.0), 100), "live", 100)
    assert not made.trusted and made.f < 10


def test_fieller_holds_what_anderson_and_rubin_would_not_reject():
    a, b, var_a, var_b, cov, t = 4.0, 2.0, 1.0, 0.09, 0.12, 2.0
    low, high = fieller(a, b, var_a, var_b, cov, t)
    grid = np.linspace(-3, 8, 110_001)
    inside = grid[np.abs(a - grid * b) <= t * np.sqrt(var_a - 2 * grid * cov + grid**2 * var_b)]
    assert (low, high) == pytest.approx((inside.min(), inside.max()), abs=2e-4)
    assert math.isnan(fieller(4.0, 0.1, 1.0, 1.0, 0.0, 2.0)[0])

"""Hurdle, Poisson and decomposition: against statsmodels on the rows, a simulated truth, and parts known by construction."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kumastats import measures
from kumastats.calendar import Month, Quarter
from kumastats.compare.ppml import fit_poisson
from kumastats.errors import WorkloadError
from kumastats.report import open_session
from kumastats.warehouse.moments import moments
from kumastats.workload.overtime.decomposition import LABELS, OfficeMonths, decompose, effects, office_months
from kumastats.workload.overtime.hurdle import fit_hurdle
from kumastats.workload.overtime.rollout import ELIGIBLE, RolloutModels, rollout_models


def days(rng, units=12, months=8, each=60, odds=-0.3, log=-0.1, sd=0.5):
    """Person-days of units, half of which go live one after another: the rows behind the counts."""
    unit, month = (x.ravel() for x in np.meshgrid(np.arange(units), np.arange(months), indexing="ij"))
    a, b = rng.normal(0, 0.3, units), rng.normal(0, 0.2, units)
    live = ((unit < units // 2) & (month >= 2 + unit % 4)).astype(float)
    chance = 1 / (1 + np.exp(0.4 - a[unit] - 0.1 * month - odds * live))
    any_ = rng.random((len(unit), each)) < chance[:, None]
    middle = 4.4 + b[unit] + 0.03 * month + log * live
    minutes = np.where(any_, np.ceil(np.exp(middle[:, None] + sd * rng.normal(size=any_.shape))), 0).astype(
        int
    )
    return pd.DataFrame(
        {
            "unit": np.repeat([f"U{u:02d}" for u in unit], each), "period": np.repeat([f"2018-{m + 1:02d}" for m in month], each),
            "minutes": minutes.ravel(), "live": np.repeat(live, each),
        }
    )  # fmt: skip


def counted(rows):
    counts = rows.groupby(["unit", "period", "minutes"]).size().rename("n").reset_index()
    live = rows.groupby(["unit", "period"])["live"].first().to_dict()
    return counts, {"live": live}


def test_the_hurdle_is_that_of_statsmodels_on_the_rows():
    rows = days(np.random.default_rng(1))
    made = fit_hurdle(*counted(rows))
    design = pd.concat(
        [
            rows[["live"]],
            pd.get_dummies(rows["unit"], dtype=float),
            pd.get_dummies(rows["period"], dtype=float).iloc[:, 1:],
        ],
        axis=1,
    )
    groups = pd.factorize(rows["unit"])[0]
    factor = 12 / 11
    odds = sm.Logit((rows["minutes"] > 0).astype(float), design).fit(disp=False, tol=1e-12, maxiter=100)
    robust = sm.Logit((rows["minutes"] > 0).astype(float), design).fit(
        disp=False,
        tol=1e-12,
        maxiter=100,
        cov_type="cluster",
        cov_kwds={"groups": groups, "use_correction": False},
    )
    assert made.any_[0] == pytest.approx(odds.params["live"], abs=1e-8)
    assert made.covariance[0, 0] == pytest.approx(factor * robust.bse["live"] ** 2, rel=1e-6)
    some = rows["minutes"] > 0
    length = sm.OLS(np.log(rows.loc[some, "minutes"]), design[some]).fit(
        cov_type="cluster", cov_kwds={"groups": groups[some], "use_correction": False}
    )
    assert made.length[0] == pytest.approx(length.params["live"], abs=1e-10)
    assert made.covariance[1, 1] == pytest.approx(factor * length.bse["live"] ** 2, rel=1e-8)
    assert (made.days, made.days_any) == (len(rows), int(some.sum()))


def test_the_effect_on_the_mean_is_the_product_and_its_slope_is_right():
    rows = days(np.random.default_rng(2))
    counts, x = counted(rows)
    made = fit_hurdle(counts, x)
    # by fitting again with live days relabelled: the mean with over the mean without, cell by cell
    again = fit_hurdle(counts, x)
    assert again.mean[0] == made.mean[0]
    small = fit_hurdle(
        *counted(days(np.random.default_rng(3), odds=0.0, log=math.log(0.9), each=4000, sd=0.3))
    )
    assert small.mean[0] == pytest.approx(math.log(0.9), abs=0.03)
    assert small.effect("live", "mean").percent[0] == pytest.approx(100 * math.expm1(small.mean[0]))


def test_the_truth_lies_in_the_intervals_as_often_as_they_say():
    held = dict.fromkeys(("any", "length"), 0)
    for seed in range(100):
        made = fit_hurdle(*counted(days(np.random.default_rng(seed), units=24, each=30)))
        for part, truth in (("any", -0.3), ("length", -0.1)):
            effect = made.effect("live", part)
            held[part] += effect.low <= truth <= effect.high
    assert min(held.values()) >= 86  # 95 % less four standard errors


def test_what_a_hurdle_cannot_tell_is_refused():
    rows = days(np.random.default_rng(4))
    counts, _ = counted(rows)
    with pytest.raises(WorkloadError, match="cannot be told from"):
        fit_hurdle(
            counts,
            {
                "late": {
                    (u, p): float(p > "2018-04")
                    for u, p in zip(counts["unit"], counts["period"], strict=True)
                }
            },
        )
    with pytest.raises(WorkloadError, match="days with overtime and days without"):
        fit_hurdle(counts.assign(minutes=30), {})
    quiet = pd.concat([counts, pd.DataFrame({"unit": "Z", "period": ["2018-01"], "minutes": [0], "n": [50]})])
    assert (
        fit_hurdle(quiet, {"live": rows.groupby(["unit", "period"])["live"].first().to_dict()}).dropped == 50
    )


def known(offices=6, years=4, beta=-0.1, rng=None):
    """Office-months by the model itself, so that every part is known."""
    months = [Month(2017, 4)]
    while len(months) < 12 * years:
        months.append(months[-1] + 1)
    season = np.array([0.2 if m.start.month in (3, 4) else 0.0 for m in months])
    trend = -0.05 * np.arange(len(months)) / 12
    caps = np.where([m.start >= dt.date(2019, 4, 1) for m in months], -0.08, 0.0)
    live = np.array([[float(t >= 10 + 4 * o) for t in range(len(months))] for o in range(offices)])
    people = (
        np.full((offices, len(months)), 40.0)
        if rng is None
        else rng.integers(20, 60, (offices, len(months))).astype(float)
    )
    length = np.array([19.0 if m.start.month == 5 else 21.0 if m.start.year < 2019 else 20.0 for m in months])
    level = np.log(30) + 0.1 * np.arange(offices)
    mean = np.exp(level[:, None] + season + trend + caps + beta * live)
    return OfficeMonths(
        tuple("ABCDEF"[:offices]), tuple(months), people, people * length, people * length * mean, live
    )


def test_effects_are_those_of_the_model_and_months_add_up():
    held = known()
    office, month = effects(held, -0.1)
    fitted = held.days * np.exp(office[:, None] + month + -0.1 * held.live)
    assert fitted == pytest.approx(held.minutes, rel=1e-9)


@pytest.mark.parametrize("quarter", ["FY2018Q2", "FY2019Q1", "FY2019Q3", "FY2020Q1"])
def test_parts_add_up_and_are_those_that_were_put_in(quarter):
    held = known()
    made = decompose(held, -0.1, 0.02, 5, Quarter(quarter))
    assert set(made.parts) == set(LABELS)
    assert sum(made.parts.values()) == pytest.approx(made.change, abs=1e-12)
    level = (made.before + made.after) / 2
    assert made.parts["unexplained"] == pytest.approx(0, abs=0.002 * level)
    assert made.parts["season"] == pytest.approx(0, abs=1e-9) and made.parts["mix"] == pytest.approx(
        0, abs=1e-9
    )
    # one year's trend, and the caps only across April 2019
    assert made.parts["trend"] == pytest.approx(-0.05 * level, rel=0.1)
    across = quarter in ("FY2019Q1", "FY2019Q3")
    assert made.parts["caps"] == pytest.approx(-0.08 * level if across else 0, abs=0.012 * level)
    if quarter == "FY2018Q2":
        assert made.parts["days"] == pytest.approx(0, abs=1e-9)
    low, high = made.rollout
    assert low <= made.parts["rollout"] <= high and made.parts["rollout"] <= 0


def test_parts_add_up_where_people_move_and_an_office_closes():
    held = known(rng=np.random.default_rng(5))
    for name in ("people", "days", "minutes"):
        getattr(held, name)[5, 20:] = 0.0
    made = decompose(held, -0.1, 0.02, 5, Quarter("FY2019Q1"))
    assert sum(made.parts.values()) == pytest.approx(made.change, abs=1e-11)
    assert abs(made.parts["mix"]) > 0.01
    order = np.random.default_rng(6).permutation(6)
    turned = OfficeMonths(
        tuple(held.offices[i] for i in order),
        held.months,
        held.people[order],
        held.days[order],
        held.minutes[order],
        held.live[order],
    )
    again = decompose(turned, -0.1, 0.02, 5, Quarter("FY2019Q1"))
    assert all(again.parts[k] == pytest.approx(v, abs=1e-9) for k, v in made.parts.items())
    with pytest.raises(WorkloadError, match="missing"):
        decompose(held, -0.1, 0.02, 5, Quarter("FY2017Q1"))


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="test")


def test_the_error_of_two_alike_sides_is_welchs():
    """Offices alike in size: the error and degrees of freedom of the difference of two means of the offices' parts."""
    from scipy import stats

    rng = np.random.default_rng(11)
    names, reached = tuple(f"O{i}" for i in range(12)), frozenset(f"O{i}" for i in range(5))
    part = rng.normal(size=12)
    part[:5] -= part[:5].mean()
    part[5:] -= part[5:].mean()
    influence = np.where(np.arange(12) < 5, part / 5, part / 7)
    made = RolloutModels(None, None, None, dict.fromkeys(names, 60.0), reached, 0)._error(names, influence)
    assert made.se == pytest.approx(math.sqrt(part[:5].var(ddof=1) / 5 + part[5:].var(ddof=1) / 7), rel=1e-12)
    alike = (1 / 5 + 1 / 7) ** 2 / (1 / 25 / 4 + 1 / 49 / 6)
    assert made.df == pytest.approx(alike, rel=1e-12)
    assert stats.t.ppf(0.975, made.df) > stats.t.ppf(0.975, 10)


def test_models_of_the_sample_city_hold_its_truth(session):
    for id_ in ("overtime-cloud-workplace", "overtime-telework"):
        question = session.study.questions[id_]
        live = dict(session.study.initiatives[question.initiative].live_dates())
        cohorts = question.cohorts or tuple(
            sorted({d for d in live.values() if question.start < d <= question.end})
        )
        made = rollout_models(session.snapshot, live, question.start, question.end, cohorts)
        # the truth is in hours of the treated office-months; beside what they would have been without
        frame = measures.cells(
            session.snapshot, "ordered_overtime", by=("office_id",), start=question.start, end=question.end
        ).frame
        day = frame["office_id"].map(live)
        at = frame[[d in cohorts and f"{d:%Y-%m}" <= p for d, p in zip(day, frame["period"], strict=True)]]
        mean = at["s1"].sum() / at["n"].sum() / 60
        truth = -math.log1p(-session.truth[id_]["value"] / mean)
        for name in ("office", "person", "hurdle_mean"):
            effect = made.effects()[name]
            assert effect.low <= truth <= effect.high, (id_, name)
        sides = made.treated, made.offices - made.treated
        # Welch's bounds: the smaller side alone, and both as if alike
        assert min(sides) - 1 <= made.error.df <= made.offices - 2
        assert 0.8 < made.error.se / made.office.se[0] < 1.6
    with pytest.raises(WorkloadError, match="offices that go live"):
        rollout_models(session.snapshot, dict.fromkeys(live), question.start, question.end, cohorts)


def test_margins_are_those_of_the_poisson_fit_and_parts_of_the_city_add_up(session):
    """β of `fit_poisson` solves the score of our margins: two routes to one maximum."""
    live = dict(session.study.initiatives["cloud_workplace"].live_dates())
    people = measures.cells(session.snapshot, "ordered_overtime", by=("office_id",)).frame
    rows = session.snapshot.cells(
        "person_day", value="ordered_overtime_min", by=("office_id",), where=ELIGIBLE
    ).frame
    held = office_months(people, rows, live)
    cells = moments(
        session.snapshot, "person_day", unit="office_id", y="ordered_overtime_min", where=ELIGIBLE
    )
    place = {str(m): i for i, m in enumerate(held.months)}
    units = [held.offices.index(u) for u in cells.units]
    share = held.live[np.array(units)[cells.unit], np.array([place[p] for p in cells.periods])[cells.period]]
    fit = fit_poisson(cells, "ordered_overtime_min", constant={"live": share})
    beta, se, df = float(fit.beta[0]), float(fit.se[0]), fit.n_clusters - 1
    office, month = effects(held, beta)
    fitted = held.days * np.exp(office[:, None] + month + beta * held.live)
    assert fitted.sum(0) == pytest.approx(held.minutes.sum(0), rel=1e-9)
    score = float((held.live * (held.minutes - fitted)).sum())
    assert abs(score) < 1e-6 * float((held.live * held.minutes).sum())
    made = decompose(held, beta, se, df, Quarter("FY2019Q1"))
    assert sum(made.parts.values()) == pytest.approx(made.change, abs=1e-10)

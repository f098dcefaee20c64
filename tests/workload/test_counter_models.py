"""Fitted counters: the calendar, service families, desks between bounds, snapshots, and days held out of the fit."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bank import bank_tickets, on_the_bank
from synthetic import log

from kumastats.errors import WorkloadError
from kumastats.workload.counter.forecast import calendar_features, fit_day_totals
from kumastats.workload.counter.held_out import held_out
from kumastats.workload.counter.kernel import queue_waits
from kumastats.workload.counter.live import live
from kumastats.workload.counter.pace import pace
from kumastats.workload.counter.plot import queue_through_day
from kumastats.workload.counter.replay import play_day
from kumastats.workload.counter.service import fit_service
from kumastats.workload.counter.staffed import staffed


def test_what_the_calendar_says():
    made = calendar_features(
        [dt.date(2022, 5, 6), dt.date(2022, 3, 31), dt.date(2022, 6, 1)], dt.date(2022, 3, 31)
    )
    named = [set(made.columns[(row > 0).to_numpy()]) - {"years"} for _, row in made.iterrows()]
    assert named[0] == {"friday", "after_holiday", "month_start"}, "the second working day of that May"
    assert named[1] == {"thursday", "month_end", "moving", "moving_peak"}
    assert named[2] == {"wednesday", "month_start", "benefits"}


def days_of_visitors(rng: np.random.Generator, start: str, end: str, alpha: float) -> pd.DataFrame:
    from kumastats.calendar import workdays

    dates = list(workdays(dt.date.fromisoformat(start), dt.date.fromisoformat(end)))
    mean = np.array([50 * (0.8 if d.weekday() else 1.0) * (1.5 if d.month == 6 else 1.0) for d in dates])
    count = rng.poisson(mean * rng.gamma(1 / alpha, alpha, len(dates)))
    issued = pd.to_datetime(np.repeat(np.array(dates, dtype="datetime64[D]"), count)) + pd.Timedelta(hours=9)
    return pd.DataFrame({"issued_at": issued, "outcome": "served"})


def test_day_totals_recover_the_calendar_and_forecast_days_to_come():
    rng = np.random.default_rng(11)
    made = fit_day_totals(days_of_visitors(rng, "2020-04-01", "2022-03-31", 0.05))
    for name, truth in (("tuesday", 0.8), ("friday", 0.8), ("benefits", 1.5), ("month_end", 1.0)):
        _, low, high = made.ratio(name)
        assert low < truth < high
    assert made.overdispersion == pytest.approx(0.05, rel=0.25)
    forecast = made.forecast(dt.date(2022, 4, 1), dt.date(2022, 6, 30), rng=rng)
    come = days_of_visitors(rng, "2022-04-01", "2022-06-30", 0.05)
    totals = (
        come.groupby(come["issued_at"].dt.date)
        .size()
        .reindex(forecast.frame["date"], fill_value=0)
        .to_numpy()
    )
    held = (forecast.frame["low"] <= totals) & (totals <= forecast.frame["high"])
    assert held.mean() >= 0.85
    assert forecast.total_interval[0] < len(come) < forecast.total_interval[1]
    with pytest.raises(WorkloadError, match="it takes 40"):
        fit_day_totals(days_of_visitors(rng, "2022-04-01", "2022-04-10", 0.05))


@pytest.mark.parametrize(("family", "mean"), [("lognormal", 10.0), ("gamma", 10.0)])
def test_service_families_allow_for_what_closing_cut_off(family: str, mean: float):
    rng = np.random.default_rng(12)
    held = rng.lognormal(np.log(10) - 0.32, 0.8, 3000) if family == "lognormal" else rng.gamma(2, 5, 3000)
    called = pd.Timestamp("2022-04-01") + pd.to_timedelta(rng.uniform(1000, 1035, 3000), unit="min")
    finished = pd.Series(called + pd.to_timedelta(held, unit="min"))
    finished = finished.where(finished <= pd.Timestamp("2022-04-01 17:15"))
    made = pd.DataFrame({"called_at": called, "finished_at": finished, "outcome": "served"})
    fit = fit_service(made, family, closes=1035)  # type: ignore[arg-type]
    assert fit.censored > 500
    assert fit.mean == pytest.approx(mean, rel=0.06)
    assert fit_service(made, family).mean < 0.92 * mean, "left out, the long ones are missing"  # type: ignore[arg-type]
    other = fit_service(made, "gamma" if family == "lognormal" else "lognormal", closes=1035)
    assert fit.log_likelihood > other.log_likelihood
    assert fit.draw((20_000,), rng).mean() == pytest.approx(fit.mean, rel=0.05)


def test_desks_lie_between_the_bounds():
    rng = np.random.default_rng(13)
    made = log(rng, "2022-04-04", 10, mean=130.0, desks=3, service=10.0)
    bounds = staffed(made)
    busy = (bounds.edges[:-1] >= 600) & (bounds.edges[:-1] < 900)
    assert (bounds.low <= 3).all() and (bounds.high <= 3).all()
    assert (bounds.low <= bounds.likely).all() and (bounds.likely <= bounds.high).all()
    assert (bounds.high[:, busy] == 3).mean() > 0.9
    nameless = staffed(made.assign(desk_id=None))
    assert (nameless.high[:, busy] == 3).mean() > 0.9


def test_a_changing_day_equals_the_kernel_when_nothing_changes():
    rng = np.random.default_rng(14)
    at, held = np.sort(rng.uniform(0, 300, 200)), rng.exponential(4, 200)
    edges = np.array([0.0, 100.0, 200.0])
    mine = play_day(at, held, np.full(200, np.inf), edges, np.array([3, 3]))
    assert mine == pytest.approx(queue_waits(at[:, None], held[:, None], 3)[:, 0], abs=1e-9)
    late = play_day(
        np.array([0.0, 0.0]),
        np.array([50.0, 5.0]),
        np.full(2, np.inf),
        np.array([0.0, 10.0, 20.0]),
        np.array([1, 2]),
    )
    assert late.tolist() == [0, 10], "the second desk opens at 10"


def test_the_queue_through_the_day_by_hand():
    day = pd.Timestamp("2022-04-01")
    made = pd.DataFrame(
        {"issued_at": [day + pd.Timedelta(minutes=m) for m in (540, 541, 550)], "called_at": [day + pd.Timedelta(minutes=m) for m in (540, 556, 580)]}
    )  # fmt: skip
    frame = queue_through_day(made).set_index("minute")["waiting"]
    assert frame.loc[[540, 555, 570]].tolist() == [0, 2, 1]


def test_snapshots_tell_visitors_and_pace():
    at = pd.to_datetime(
        [f"2022-04-0{d} {h}" for d in (1, 4) for h in ("09:00", "09:10", "09:20", "09:30", "11:00")]
    )
    made = pd.DataFrame(
        {
            "office_id": "W1",
            "at": at,
            "waiting": [2, 3, 1, 0, 0] * 2,
            "number": [10, 14, 20, 3, 9] * 2,
            "desks": [2] * 10,
        }
    )
    told = live(made)
    assert (told.restarts, told.gaps, told.impossible) == (2, 2, 0)
    assert told.frame["came"].tolist() == [5, 4] * 2
    assert told.service_minutes()[0] == pytest.approx(2 * 2 * 20 / 20)
    with pytest.raises(WorkloadError, match="missing"):
        live(made.drop(columns="desks"))


def test_desks_that_serve_a_queue_by_hand():
    """Two desks; a third person waits from 1 to 6, a fourth from 2 to 8; each desk pauses half a minute before the next call."""
    rows = [("a", 0, 0, 5.5), ("b", 0, 0, 7.5), ("a", 1, 6, 9), ("b", 2, 8, 10)]
    days = pd.to_datetime(["2022-04-01", "2022-04-04", "2022-04-05", "2022-04-06"])
    made = pd.DataFrame(
        [
            {"desk_id": desk, **{c: day + pd.Timedelta(minutes=540 + m) for c, m in (("issued_at", at), ("called_at", call), ("finished_at", end))}}
            for day in days for desk, at, call, end in rows
        ]
    ).assign(outcome="served", left_at=pd.NaT)  # fmt: skip
    found = pace(made)
    assert found.pauses.tolist() == [0.5] * 8
    # somebody waits from 1 to 8: both desks held, the pauses of 5.5 to 6 and 7.5 to 8 counted
    assert found.desks == pytest.approx(np.full(len(found.desks), 2.0))
    assert found.by_waiting.tolist() == [1.0], "too few minutes to tell two waiting from one"
    assert (found.level(staffed(made)) == 1).all()
    assert (found.allowed(1.3, 0.5) == 3).all() and (found.allowed(0.1, 0.5) == 1).all()


def test_the_pace_finds_the_desks_of_a_log_that_does_not_state_them():
    rng = np.random.default_rng(15)
    made = log(rng, "2022-04-04", 40, mean=90.0, desks=3, service=16.0)
    found = pace(made)
    assert found.desks == pytest.approx(np.full(len(found.desks), 3.0), abs=1e-9)
    assert found.by_waiting == pytest.approx(np.ones(len(found.by_waiting)), abs=1e-9)
    held = held_out(made, rng=rng)
    frame = held.frame.set_index("metric")
    assert held.scale == pytest.approx(1, abs=0.1)
    assert frame["simulated"].between(frame["low"], frame["high"]).all()
    assert held.at_bound == 0 and "nearer end" not in held.table("en").note
    assert "nearer end was used" in replace(held, at_bound=2).table("en").note
    with pytest.raises(WorkloadError, match="Nobody waited"):
        pace(made.assign(issued_at=made["called_at"]))


@on_the_bank
def test_the_fitted_model_on_days_of_the_bank_held_out_of_the_fit():
    """Sundays to Thursdays, each fifth of the days held out in turn: mean and p90 within a tenth of 42 s and 134 s, the median (7 s) within 8 s."""
    tickets = bank_tickets()
    alike = tickets[tickets["issued_at"].dt.day_of_week.isin([6, 0, 1, 2, 3])]
    made = held_out(alike, rng=np.random.default_rng(1))
    assert (made.days, made.folds) == (20, 5)
    frame = made.frame.set_index("metric")
    assert (frame.loc[["mean", "p90"], "error"].abs() < 0.1).all()
    assert abs(frame.loc["p50", "simulated"] - frame.loc["p50", "observed"]) * 60 < 8
    met = frame.loc[["mean", "p90"]]
    assert met["simulated"].between(met["low"], met["high"]).all()

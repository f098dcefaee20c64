"""Days to a decision: open cases count as open, working days are not calendar days."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from kumastats.errors import WorkloadError
from kumastats.workload.processing import change_in_processing, elapsed_days, processing

RECEIVED = pd.Timestamp("2022-06-01 09:00")


def cases(days: list[float | None], received: pd.Timestamp = RECEIVED, standard: int = 14) -> pd.DataFrame:
    done = [received + pd.Timedelta(days=d) if d is not None else pd.NaT for d in days]
    return pd.DataFrame(
        {
            "procedure": "児童手当", "received_at": received, "completed_at": pd.to_datetime(done), "returned_at": pd.NaT,
            "standard_days": standard, "approvals": 2,
        }
    )  # fmt: skip


def test_open_cases_are_censored():
    """By hand: 5 of 10 at 7 days, then 2 of the 5 left at 14; 3 open on day 20."""
    made = processing(cases([7.0] * 5 + [14.0] * 2 + [None] * 3), dt.date(2022, 6, 21)).rows[0]
    assert (made.n, made.open, made.median, made.standard) == (10, 3, 7, 14)
    assert made.within == pytest.approx(0.7, abs=1e-12)
    assert made.within_low < 0.7 < made.within_high
    earlier = processing(cases([7.0] * 5 + [14.0] * 5), dt.date(2022, 6, 10)).rows[0]
    assert (earlier.open, earlier.within) == (5, 0.5), "what was decided later is not known yet"


def test_working_days_leave_out_holidays_and_the_year_end():
    start = pd.Series(pd.to_datetime(["2022-12-28 17:00", "2022-05-02 09:00", "2022-04-01 09:00"]))
    end = pd.Series(pd.to_datetime(["2023-01-04 08:30", "2022-05-06 09:00", "2022-04-01 16:00"]))
    assert elapsed_days(start, end).tolist() == [7, 4, 0]
    assert elapsed_days(start, end, days="working").tolist() == [1, 1, 0]


def test_completed_before_received_is_counted_and_left_out():
    made = processing(cases([7.0] * 10 + [-1.0] * 2), dt.date(2022, 7, 1))
    assert (made.negative, made.rows[0].n) == (2, 10)
    # a day without a time, read as midnight, is the day of the receipt
    held = cases([0.0] * 12 + [-1.0])
    held["completed_at"] = held["completed_at"].where(held.index > 1, RECEIVED.floor("D"))
    made = processing(held, dt.date(2022, 7, 1))
    assert (made.negative, made.rows[0].n, made.rows[0].median) == (1, 12, 0)


def test_a_change_in_the_share_within_the_standard_period():
    rng = np.random.default_rng(3)

    def side(mean: float, year: int) -> pd.DataFrame:
        days = pd.date_range(f"{year}-06-01", periods=60)
        return pd.concat([cases([float(d)], day) for day in days for d in rng.exponential(mean, 3)])

    ends = dt.date(2021, 12, 31), dt.date(2022, 12, 31)
    made = change_in_processing(side(14, 2021), side(7, 2022), ends=ends, rng=rng)
    assert made.design == "descriptive" and not made.decidable
    assert (
        made.ci[0] < 100 * (np.exp(-15 / 14) - np.exp(-15 / 7)) < made.ci[1]
    )  # whole days: within 14 is below 15
    assert made.estimate == made.extra["after"] - made.extra["before"]


def test_no_cases_is_said():
    with pytest.raises(WorkloadError, match="no cases"):
        processing(cases([]), dt.date(2022, 7, 1))
    with pytest.raises(WorkloadError, match="10 cases"):
        processing(cases([1.0]), dt.date(2022, 7, 1))


def test_the_sample_city_recovers_its_own_processing_times(small_study):
    """kumastats.sample.cases draws gamma times of mean 9 days for child allowances, and 6 % go back for five days more."""
    from kumastats.warehouse import Warehouse

    held = Warehouse.open(small_study / "warehouse").snapshot().frame("case")
    made = processing(held, dt.date(2023, 3, 31))
    row = next(r for r in made.rows if r.procedure == "児童手当")
    truth = np.random.default_rng(1).gamma(3, 3.0, 200_000)
    truth = truth + 5 * (np.random.default_rng(2).random(200_000) < 0.06)
    minute = np.random.default_rng(3).integers(510, 1030, 200_000) / 1440
    assert row.within_low < (np.floor(minute + truth) <= 14).mean() < row.within_high

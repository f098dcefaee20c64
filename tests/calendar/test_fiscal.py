"""Fiscal years, quarters and months."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumastats.calendar import FiscalYear, Month, Quarter
from kumastats.errors import UsageError

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


def test_a_fiscal_year_starts_in_april():
    assert FiscalYear.of(dt.date(2019, 3, 31)) == FiscalYear(2018)
    assert FiscalYear.of(dt.date(2019, 4, 1)) == FiscalYear(2019)


@pytest.mark.parametrize(
    ("year", "label"),
    [(2018, "平成30（2018）年度"), (2019, "令和元（2019）年度"), (2022, "令和4（2022）年度")],
)
def test_labels_of_years(year: int, label: str):
    assert FiscalYear(year).label("ja") == label


@given(DATES)
def test_every_day_lies_in_its_quarter_and_month(day: dt.date):
    quarter, month = Quarter.of(day), Month.of(day)
    assert quarter.start <= day <= quarter.end
    assert month.start <= day <= month.end
    assert month in quarter.months and month.quarter == quarter
    assert Quarter(str(quarter)) == quarter and Month(str(month)) == month
    assert quarter.previous().end + dt.timedelta(1) == quarter.start
    assert quarter.same_quarter().next(4) == quarter


@given(DATES, st.integers(-500, 500))
def test_months_add_and_subtract(day: dt.date, n: int):
    month = Month.of(day)
    assert (month + n) - n == month
    assert ((month + n) > month) == (n > 0)


@pytest.mark.parametrize("bad", ["2018Q1", "FY2018Q5", "FY18Q1", "fy2018q1", ""])
def test_a_wrong_quarter_is_refused_with_an_example(bad: str):
    with pytest.raises(UsageError, match="FY2018Q1"):
        Quarter(bad)


@pytest.mark.parametrize(
    ("made", "remedy"),
    [
        (lambda: Quarter(5), "FY2018Q1"),
        (lambda: Quarter("FY0000Q1"), r"FiscalYear\(2018\)"),
        (lambda: Month(2018), r"Month\(2018, 10\)"),
        (lambda: Month(2018, "3"), r"Month\(2018, 10\)"),
        (lambda: Month(None, 3), r"Month\(2018, 10\)"),
        (lambda: FiscalYear("FY2018"), r"FiscalYear\.parse"),
        (lambda: FiscalYear(0), r"FiscalYear\(2018\)"),
    ],
)
def test_what_is_no_quarter_month_or_year_is_refused_with_an_example(made, remedy: str):
    with pytest.raises(UsageError, match=remedy):
        made()


def test_integers_of_numpy_are_years_and_months():
    assert Month(np.int64(2018), np.int32(3)) == Month(2018, 3)
    assert FiscalYear(np.int64(2018)) == FiscalYear.parse(2018) == FiscalYear(2018)

"""Durations: whole minutes, or refused."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumastats.calendar import DurationReader, parse_minutes
from kumastats.errors import DurationError


@pytest.mark.parametrize(
    ("value", "minutes"),
    [("25:30", 1530), ("45:30", 2730), ("404‘54", 24294), ("10’30", 630), ("7'45", 465), ("７：４５", 465),
     ("0:00", 0), ("-1:30", -90), ("7時間45分", 465), (dt.timedelta(hours=45, minutes=30), 2730),
     (dt.time(21, 30), 1290)],
)  # fmt: skip
def test_spellings(value: object, minutes: int):
    assert parse_minutes(value) == minutes


def test_decimal_hours_are_named():
    assert parse_minutes("7.75", unit="decimal_hours") == 465
    assert parse_minutes(7.75, unit="decimal_hours") == 465
    with pytest.raises(DurationError, match="hours or minutes"):
        parse_minutes("7")


def test_a_cell_that_lost_a_day_is_refused():
    lost = dt.datetime(1900, 1, 1, 21, 30)
    with pytest.raises(DurationError, match="hides a day"):
        parse_minutes(lost, number_format="h:mm")
    assert parse_minutes(lost, number_format="[h]:mm") == 2730


@pytest.mark.parametrize(
    "value", ["", "7:60", "25", "abc", "7:5", "12:30 PM", True, dt.datetime(2018, 4, 1, 8, 0)]
)
def test_what_is_no_duration_is_refused(value: object):
    with pytest.raises(DurationError):
        parse_minutes(value)


@given(st.integers(0, 60_000))
def test_every_duration_survives_its_spellings(minutes: int):
    clock = f"{minutes // 60}:{minutes % 60:02d}"
    assert parse_minutes(clock) == parse_minutes(clock.replace(":", "‘")) == minutes
    assert parse_minutes(repr(minutes / 60), unit="decimal_hours") == minutes


def test_a_column_of_whole_numbers_needs_a_unit():
    with pytest.raises(DurationError):
        DurationReader.detect(["7", "8"])
    assert [DurationReader.detect(["7", "8.5"]).parse(v) for v in ("7", "8.5")] == [420, 510]
    assert DurationReader.detect(["0", "7:30"]).parse("0") == 0

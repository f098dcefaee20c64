"""Instants: every spelling of a time of day is read right or refused, never read as another time."""

import datetime as dt

import pytest

from kumastats.calendar.era import DateReader
from kumastats.calendar.instant import InstantReader
from kumastats.errors import DateError

READER = InstantReader(DateReader("year_first"))


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("9:05", (9, 5, 0)),
        ("9:5", (9, 5, 0)),
        ("09:05:07", (9, 5, 7)),
        ("9:05:07.25", (9, 5, 7)),
        ("9時5分", (9, 5, 0)),
        ("9時05分7秒", (9, 5, 7)),
        ("1:05 PM", (13, 5, 0)),
    ],
)
def test_a_time_of_day_is_read(time: str, expected: tuple[int, int, int]) -> None:
    assert READER.parse(f"2019/4/1 {time}") == dt.datetime(2019, 4, 1, *expected)


@pytest.mark.parametrize("time", ["10:65", "9:060", "9:05 30", "9:05:60", "9:0530", "48:00", "9:"])
def test_minutes_are_never_taken_for_seconds(time: str) -> None:
    with pytest.raises(DateError):
        READER.parse(f"2019/4/1 {time}")

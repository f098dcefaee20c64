"""Dates: read right or refused, never silently changed."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumastats.calendar import DateReader, era_year, parse_date
from kumastats.errors import DateError

APRIL_2019 = dt.date(2019, 4, 1)


@pytest.mark.parametrize(
    "text",
    ["平成31年4月1日", "H31.4.1", "㍻31年4月1日", "平成３１年４月１日", "h31/4/1", "2019/4/1", "2019-04-01",
     "2019年4月1日", "20190401", "2019-04-01 00:00:00", "平成31年 4月 1日", "２０１９．４．１"],
)  # fmt: skip
def test_spellings_of_one_day(text: str):
    assert parse_date(text) == APRIL_2019


@pytest.mark.parametrize(
    ("text", "day"),
    [("令和元年5月1日", (2019, 5, 1)), ("㋿元年5月1日", (2019, 5, 1)), ("R1.5.1", (2019, 5, 1)),
     ("平成32年4月1日", (2020, 4, 1)), ("S64.1.7", (1989, 1, 7)), ("昭和64年1月7日", (1989, 1, 7)),
     ("T15.12.24", (1926, 12, 24))],
)  # fmt: skip
def test_eras(text: str, day: tuple[int, int, int]):
    assert parse_date(text) == dt.date(*day)


def test_a_year_without_era_needs_its_context():
    assert parse_date("31. 1. 1", era="平成") == dt.date(2019, 1, 1)
    with pytest.raises(DateError, match="era"):
        parse_date("31. 1. 1")


@pytest.mark.parametrize(
    "text", ["", "平成31年13月1日", "2019/2/29", "明日", "4/1", "令和0年1月1日", "7:45", "31/1"]
)
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(DateError):
        parse_date(text)


def test_an_ambiguous_column_shows_both_readings():
    with pytest.raises(DateError) as caught:
        DateReader.detect(["05/12/2022", "06/11/2022"])
    assert "2022-12-05" in str(caught.value) and "2022-05-12" in str(caught.value)


def test_one_value_decides_a_column():
    reader = DateReader.detect(["05/12/2022", "25/12/2022"])
    assert reader.parse("05/12/2022") == dt.date(2022, 12, 5)
    assert DateReader.detect(["05/12/2022"], order="month_first").parse("05/12/2022") == dt.date(2022, 5, 12)


def test_a_mixed_column_is_refused():
    with pytest.raises(DateError):
        DateReader.detect(["25/12/2022", "12/25/2022"])


def test_a_format_reads_six_digits():
    assert DateReader.detect(["990201"], order="%y%m%d").parse("990201") == dt.date(1999, 2, 1)


@given(st.dates(dt.date(1926, 12, 25), dt.date(2060, 12, 31)))
def test_every_day_survives_its_era_spelling(day: dt.date):
    assert parse_date(f"{era_year(day)}年{day.month}月{day.day}日") == day


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str):
    with contextlib.suppress(DateError):
        assert isinstance(parse_date(text), dt.date)

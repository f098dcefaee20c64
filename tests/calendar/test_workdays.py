"""Working days agree with the Cabinet Office's list of holidays and with published day counts."""

import csv
import datetime as dt

import pytest
from real_files import needs, real_file

from kumastats.calendar import FiscalYear, count_workdays, holiday_name, is_workday
from kumastats.calendar.era import parse_date

LIST = "japan/cao_syukujitsu_current_cp932.csv"


@needs(LIST)
def test_every_holiday_of_the_cabinet_office_2014_to_2027():
    with real_file(LIST).open(encoding="cp932", newline="") as file:
        official = {parse_date(row[0]) for row in list(csv.reader(file))[1:]}
    days = [
        dt.date(2014, 1, 1) + dt.timedelta(i)
        for i in range((dt.date(2027, 12, 31) - dt.date(2014, 1, 1)).days + 1)
    ]
    assert len({d for d in official if 2014 <= d.year <= 2027}) > 200
    assert [d for d in days if (holiday_name(d) is not None) != (d in official)] == []


def test_working_days_of_fiscal_years():
    # computed elsewhere from another package and the Cabinet Office list
    expected = [244, 243, 243, 244, 244, 240, 243, 242, 243, 243]
    assert [count_workdays(FiscalYear(y).start, FiscalYear(y).end) for y in range(2014, 2024)] == expected


@pytest.mark.parametrize(
    "day", ["2018-12-29", "2019-01-03", "2018-12-31", "2019-05-01", "2019-10-22", "2018-04-01"]
)
def test_the_city_hall_is_closed(day: str):
    assert not is_workday(dt.date.fromisoformat(day))

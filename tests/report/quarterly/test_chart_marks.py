"""What stands on a control chart: go-live dates of the study and strong events of the calendar, by the chart's months."""

from pathlib import Path

import pytest

from kumastats.calendar import Month
from kumastats.display.dates import month_ticks
from kumastats.measures import measure
from kumastats.report.quarterly.chart_marks import ChartMarks, marks_of
from kumastats.study import Study
from kumastats.text import Text

MONTHS = [str(Month("2018-04") + i) for i in range(60)]


@pytest.fixture(scope="module")
def study(small_study: Path) -> Study:
    return Study.load(small_study)


def test_the_first_unit_of_each_initiative_asked_about_is_marked(study):
    made = marks_of(study, measure("ordered_overtime"), MONTHS)
    for id_ in ("cloud_workplace", "telework"):
        first = min(study.initiatives[id_].live_dates().values())
        assert (
            made.live[MONTHS.index(str(Month.of(first)))].ja == f"{study.initiatives[id_].label.ja}（順次）"
        )
    assert len(made.live) == 2
    late = marks_of(study, measure("ordered_overtime"), MONTHS[24:])
    assert late.live == {}


def test_strong_events_are_bands_and_named_with_their_months(study):
    made = marks_of(study, measure("counter_wait"), MONTHS)
    assert made.bands == ((12, 13), (24, 28), (50, 58))
    assert "10連休（2019年4月～5月）" in made.caption.ja and "10連休（2019年4月～5月）、" in made.caption.ja
    assert "Ten-day holiday, April–May 2019" in made.caption.en
    assert marks_of(study, measure("meeting_time"), MONTHS).shocks == ()


def test_bands_that_overlap_are_one():
    some = tuple((a, b, Text("x", "x")) for a, b in ((5, 6), (1, 3), (2, 2), (4, 4), (9, 9)))
    assert ChartMarks({}, some).bands == ((1, 6), (9, 9))


def test_an_axis_of_months_shows_april_in_the_words_of_its_language():
    assert month_ticks(MONTHS[:25]) == {0: "2018年4月", 12: "2019年4月", 24: "2020年4月"}
    assert month_ticks(MONTHS[1:8], "en") == {2: "Jul 2018", 5: "Oct 2018"}

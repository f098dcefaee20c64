"""Measures: defined in full, grouped only as allowed, divided once."""

import pandas as pd
import pytest

from kumastats import measures
from kumastats.errors import MeasureError
from kumastats.measures import MEASURES
from kumastats.measures.catalogue import THEMES
from kumastats.tables import table
from kumastats.warehouse import Cells, Warehouse
from kumastats.warehouse.derived import DERIVED


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: m.id)
def test_a_measure_says_everything_about_itself(measure):
    for text in (measure.label, measure.unit, measure.numerator, measure.denominator, measure.caveat):
        assert text.ja and text.en
    names = table(measure.table).names
    assert measure.value in {*names, *DERIVED.get(measure.table, ())}
    assert measure.theme in {m.__name__.rpartition(".")[2] for m in THEMES}
    assert set(measure.where) | set(measure.groupings) <= set(names)
    assert measure.min_n >= 10 and measure.scale > 0


def test_one_division():
    frame = pd.DataFrame(
        {"period": ["2018-04"], "n": [4], "contributors": [4], "s1": [600], "s2": [0], "over": [1]}
    )
    assert measures.series(Cells(frame, ()), measures.measure("ordered_overtime"))["value"].tolist() == [2.5]
    assert measures.series(Cells(frame, ()), measures.measure("overtime_over_45h"))["value"].tolist() == [
        0.25
    ]
    assert measures.series(Cells(frame, ()), measures.measure("counter_wait_within_40"))[
        "value"
    ].tolist() == [0.75]


def test_refusals(small_study):
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    with pytest.raises(MeasureError, match="cannot be grouped by person_id"):
        measures.cells(snapshot, "ordered_overtime", by=("person_id",))
    with pytest.raises(MeasureError, match="fixes"):
        measures.cells(snapshot, "ordered_overtime", where={"role": "teacher"})
    with pytest.raises(MeasureError, match="no measure"):
        measures.measure("happiness")


def test_city_staff_and_teachers_are_never_added(small_study):
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    city = measures.cells(snapshot, "ordered_overtime", by=("office_id",), period="year").frame
    school = measures.cells(snapshot, "time_in_school", by=("office_id",), period="year").frame
    assert not set(city["office_id"]) & set(school["office_id"])

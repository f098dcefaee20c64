"""Time in school: every habit of writing hours, shifted tables, and the day that h:mm hides."""

import datetime as dt

import pytest
from files import KEY, school

from kumastats.errors import KumastatsError, SourceError
from kumastats.sources import read


def minutes(path):
    made = read("school_hours", path, identity=KEY)
    rows = made.data.to_pandas()
    assert set(rows["role"]) == {"teacher"} and set(rows["office_id"]) == {"S001"}
    return made, dict(zip(rows["date"].astype(str), rows["in_school_min"], strict=True))


@pytest.mark.parametrize(
    "value",
    [dt.timedelta(hours=10, minutes=45), "10:45", "10‘45", 10.75, dt.time(10, 45)],
    ids=["duration", "text", "quote", "decimal", "time"],
)
def test_every_habit_gives_the_same_minutes(tmp_path, value):
    made, held = minutes(school(tmp_path, {2: value, 3: None}))
    assert held == {"2018-04-02": 645} and made.report.dropped == {"totals_row": 1}


def test_a_shifted_table_is_found_and_said(tmp_path):
    made, held = minutes(school(tmp_path, {2: "10:45"}, shift=(2, 1)))
    assert held == {"2018-04-02": 645}
    assert any("row 4, column 2" in d.en for d in made.report.decisions)


def test_impossible_hours_are_refused_with_their_cell(tmp_path):
    for value in ("10:75", "30:00", "長い"):
        with pytest.raises(KumastatsError) as caught:
            minutes(school(tmp_path, {5: value}))
        place = caught.value.place
        assert (place.sheet, place.row, place.column) == ("4月", 3, "5日") and caught.value.remedy


def test_a_day_hidden_by_the_format_is_refused(tmp_path):
    with pytest.raises(KumastatsError, match="hides a day"):
        minutes(school(tmp_path, {5: dt.datetime(1900, 1, 1, 1, 30)}, formats="h:mm"))


def test_not_a_workbook(tmp_path):
    path = tmp_path / "zaiko.xlsx"
    for data, words in ((b"", "empty"), (b"not a zip", "Excel workbook")):
        path.write_bytes(data)
        with pytest.raises(SourceError, match=words):
            read("school_hours", path, identity=KEY)

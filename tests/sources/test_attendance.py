"""Attendance: read right, or refused with file, row, column and remedy; a staff number is never told."""

import datetime as dt

import pytest
from files import HEADS, KEY, ROWS, attendance, wide

from kumastats.errors import KumastatsError, Problems, SourceError
from kumastats.sources import Mapping, read
from kumastats.sources.identity import pattern
from kumastats.tables import table


def frame(path, mapping=None):
    made = read("attendance", path, mapping=mapping, identity=KEY)
    assert made.data.schema.equals(table("person_day").schema)
    return made, made.data.to_pandas()


def test_long_export_is_read(tmp_path):
    made, rows = frame(attendance(tmp_path))
    assert made.report.encoding == "CP932" and made.report.dropped == {"totals_row": 1}
    assert made.report.first_date == dt.date(2018, 4, 2)
    mine = rows[rows["office_id"] == "A01"].sort_values("date")
    first, leave = mine.iloc[0], mine.iloc[1]
    assert (first["ordered_overtime_min"], first["worked_min"], first["late_night_min"]) == (
        480,
        17 * 60 + 5 - 60,
        210,
    )
    assert first["pc_on_min"] == 25 * 60 + 25 - 8 * 60 - 20
    assert (leave["leave_min"], leave["ordered_overtime_min"]) == (465, 0)
    manager = rows[rows["office_id"] == "B02"].iloc[0]
    assert manager["telework"] and not manager["overtime_eligible"]
    assert (
        manager["missing_reason"] == "not_applicable"
        and manager["ordered_overtime_min"] != manager["ordered_overtime_min"]
    )
    assert manager["employment"] == "appointee"


def test_names_and_numbers_do_not_come_in(tmp_path):
    made, rows = frame(attendance(tmp_path))
    everything = rows.astype(str).to_csv() + made.report.text("ja")
    assert "0012345" not in everything and "架空" not in everything
    assert "氏名" in made.report.ignored_columns
    assert rows["person_id"].nunique() == 2


def test_the_same_person_has_the_same_hash_in_any_spelling(tmp_path):
    assert (
        KEY.hash_one("staff", "００１２３４５")
        == KEY.hash_one("staff", " 0012345 ")
        != KEY.hash_one("viva", "0012345")
    )


@pytest.mark.parametrize(
    ("stamp", "era"), [("H28.4.1", "平成28"), ("2020/4/1", "令和2"), ("平成31年4月1日", "平成31")]
)
def test_each_years_dates(tmp_path, stamp, era):
    row = ROWS[0].replace("30. 4. 2", stamp)
    _, rows = frame(attendance(tmp_path, row, banner=f"勤務実績一覧（{era}年4月分）"))
    assert rows["date"].iloc[0].month == 4 and rows["date"].iloc[0].day == 1


def test_wide_export_has_a_row_a_workday_and_holiday_work(tmp_path):
    _, rows = frame(wide(tmp_path))
    overtime = rows.set_index(rows["date"].astype(str))["ordered_overtime_min"]
    assert (
        overtime["2015-04-01"],
        overtime["2015-04-04"],
        overtime["2015-04-07"],
        overtime["2015-04-02"],
    ) == (150, 60, 45, 0)
    assert "2015-04-05" not in overtime.index and "2015-04-29" not in overtime.index  # a Sunday and Showa Day
    assert len(rows) == 21 + 1 and rows["worked_min"].isna().all()


def broken(tmp_path, *rows, **more):
    with pytest.raises(KumastatsError) as caught:
        read("attendance", attendance(tmp_path, *rows, **more), mapping=None, identity=KEY)
    return caught.value


@pytest.mark.parametrize(
    ("change", "row", "column", "kind"),
    [
        (("25:30", "17:75"), 3, "退勤", "impossible_time"),
        (("25:30", "7:00"), 3, None, "negative_duration"),
        (("30. 4. 2", "30. 2.30"), 3, "勤務日", "unreadable_date"),
        (("30. 4. 2", "30. 5. 2"), 3, "勤務日", "date_outside_banner"),
        (("出勤", "散歩"), 3, "勤務区分", "unknown_value"),
    ],
)
def test_bad_cells_are_refused_with_their_place(tmp_path, change, row, column, kind):
    error = broken(tmp_path, ROWS[0].replace(*change, 1), *ROWS[1:])
    first = error.problems[0] if isinstance(error, Problems) else error
    assert first.place.file == "kinmu_201804.csv" and first.place.row == row
    assert column is None or first.place.column == column
    assert first.remedy is not None and kind in first.found.en
    assert "0012345" not in error.text("ja") + error.text("en")


def test_known_defects_can_be_set_aside_and_are_counted(tmp_path):
    path = tmp_path / "attendance.yml"
    path.write_text("source: attendance\nquarantine: [negative_duration]\n", encoding="utf-8")
    made, rows = frame(attendance(tmp_path, ROWS[0].replace("25:30", "7:00"), *ROWS[1:]), Mapping.load(path))
    assert made.report.quarantined == {"negative_duration": 1} and len(rows) == 2


def test_duplicates(tmp_path):
    made, rows = frame(attendance(tmp_path, *ROWS, ROWS[0]))
    assert made.report.dropped["exact_duplicate"] == 1 and len(rows) == 3
    error = broken(tmp_path, *ROWS, ROWS[0].replace("8:00", "9:00"))
    assert isinstance(error, Problems) and [p.place.row for p in error.problems] == [3, 6]
    assert "conflicting_person_day" in error.text("en")


def test_a_shifted_identity_is_told_by_its_form_only(tmp_path):
    error = broken(tmp_path, ROWS[0].replace("0012345", "架空 太郎"), *ROWS[1:])
    assert "架空" not in error.text("ja") and "漢字{2}空白漢字{2}" in error.text("ja")
    assert pattern("A012-３") == r"[A-Z]\d{3}記号\d"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02binary\x00", "binary"),
        (b"PK\x03\x04xxxx", "Excel"),
        ("受付番号,状態\n1,完了\n".encode(), "No header row"),
        ((HEADS + "\n").encode("cp932"), "no rows below"),
        (
            (
                HEADS.replace("勤務日,", "")
                + "\n"
                + "0012345,架空,A,B,正規,,出勤,7:45,8:30,17:15,1:00,,,,,\n"
            ).encode("cp932"),
            "column “勤務日",
        ),
        ((HEADS + "\n0012345,架空,A01\n").encode("cp932"), "3 cells"),
    ],
)
def test_wrong_files(tmp_path, data, words):
    path = tmp_path / "wrong.csv"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=words) as caught:
        read("attendance", path, identity=KEY)
    assert caught.value.place.file == "wrong.csv" and caught.value.remedy is not None


def test_mixed_encodings_name_the_row_where_it_changes(tmp_path):
    lines = [HEADS, ROWS[0].replace("30. 4. 2", "2018/4/2"), ROWS[1].replace("30. 4. 3", "2018/4/3")]
    path = tmp_path / "mixed.csv"
    path.write_bytes(
        lines[0].encode("cp932") + b"\n" + lines[1].encode("cp932") + b"\n" + lines[2].encode("utf-8") + b"\n"
    )
    with pytest.raises(SourceError, match="encoding changes") as caught:
        read("attendance", path, identity=KEY)
    assert caught.value.place.row == 3
    path.write_bytes(
        lines[0].encode("utf-8") + b"\n" + lines[1].encode("utf-8") + b"\n" + lines[2].encode("cp932") + b"\n"
    )
    with pytest.raises(SourceError, match="encoding changes") as caught:
        read("attendance", path, identity=KEY)
    assert caught.value.place.row == 3


def test_ambiguous_dates_show_both_readings(tmp_path):
    rows = [ROWS[0].replace("30. 4. 2", "03/04/2018"), ROWS[1].replace("30. 4. 3", "05/04/2018")]
    error = broken(tmp_path, *rows, banner="勤務実績一覧")
    assert "2018-04-03" in error.text("en") and "2018-03-04" in error.text("en")
    path = tmp_path / "attendance.yml"
    path.write_text("source: attendance\ndate_order: day_first\n", encoding="utf-8")
    _, read_rows = frame(attendance(tmp_path, *rows, banner="勤務実績一覧"), Mapping.load(path))
    assert sorted(read_rows["date"].astype(str)) == ["2018-04-03", "2018-04-05"]

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
        (b"PK\x03\x04xxxx", "damaged"),
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
        ((HEADS + "\n0012345,架空,A01\n").encode("euc_jp"), "neither UTF-8 nor UTF-16 nor CP932"),
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


PAIRS = (
    "職員番号,氏名,所属コード,所属名,任用区分,管理職,勤務日,勤務区分,所定,出勤1,退勤1,出勤2,退勤2,翌日退勤,休憩,"
    "時間外100,時間外125,時間外150,休日135,休日160,深夜25,PCオン,PCオフ,備考"
)
ONE_PAIR = "0012345,架空 一子,A01,総務課,正規,,2021/4/1,出勤,7:45,8:30,17:15,,,,1:00,,,,,,,8:25,17:20,私用"
TWO_PAIRS = "0012345,架空 一子,A01,総務課,正規,,2021/4/2,出勤,7:45,8:30,12:00,13:00,,1:30,,0:30,4:00,3:30,,,,8:25,25:40,"
HOLIDAY = "0012345,架空 一子,A01,総務課,正規,,2021/4/3,休日出勤,,9:00,,,,0:30,1:00,,,,13:00,1:30,0:30,,,"


def pairs(folder, *rows, heads=PAIRS, encoding="cp932"):
    path = folder / "kinmu_202104.csv"
    path.write_bytes("\r\n".join(["勤務実績一覧（令和3年4月分）", heads, *rows, ""]).encode(encoding))
    return path


def by_day(rows):
    return rows.set_index(rows["date"].astype(str)).sort_index()


def test_several_pairs_next_day_parts_and_overtime_by_rate(tmp_path):
    made, rows = frame(pairs(tmp_path, ONE_PAIR, TWO_PAIRS, HOLIDAY))
    day = by_day(rows)
    assert made.report.layout == "pairs"
    assert list(day["worked_min"]) == [525 - 60, 210 + 12 * 60 + 30, 15 * 60 + 30 - 60]
    assert list(day["ordered_overtime_min"]) == [0, 30 + 240 + 210, 0]
    assert list(day["holiday_work_min"].fillna(-1)) == [-1, -1, 13 * 60 + 90]
    assert list(day["late_night_min"].fillna(-1)) == [-1, 210, 90 + 30]
    assert day["pc_on_min"].iloc[1] == 25 * 60 + 40 - 8 * 60 - 25
    assert made.report.counts["past_midnight"] == 3  # two next-day parts and a PC log past 24:00
    decided = " ".join(d.ja for d in made.report.decisions)
    assert "時間外100＋時間外125＋時間外150" in decided and "時間外150＋休日160＋深夜25" in decided
    assert "備考" in made.report.ignored_columns


def test_rates_and_pairs_in_other_spellings(tmp_path):
    heads = (
        PAIRS.replace("出勤1,退勤1,出勤2,退勤2,翌日退勤", "入1時刻,退1時刻,入2,退2,翌日:退勤")
        .replace("時間外100,時間外125,時間外150", "100/100,125/100,150/100")
        .replace("休日135,休日160,深夜25", "休日(135/100),160/100,深夜25/100")
    )
    _, usual = frame(pairs(tmp_path, ONE_PAIR, TWO_PAIRS, HOLIDAY))
    _, other = frame(pairs(tmp_path, ONE_PAIR, TWO_PAIRS, HOLIDAY, heads=heads))
    assert by_day(other).equals(by_day(usual))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("12:00,13:00,,1:30", "12:00,11:00,18:00,"), "negative_duration"),
        (("12:00,13:00,,1:30", "12:00,13:00,18:00,1:30"), "impossible_time"),
        (("12:00,13:00,,1:30", "12:00,13:75,,1:30"), "impossible_time"),
        (("0012345", ""), "missing_value"),
        (("A01", ""), "missing_value"),
    ],
)
def test_pairs_that_cannot_be_are_refused(tmp_path, change, kind):
    with pytest.raises(KumastatsError, match=kind) as caught:
        frame(pairs(tmp_path, ONE_PAIR, TWO_PAIRS.replace(*change)))
    first = caught.value.problems[0] if isinstance(caught.value, Problems) else caught.value
    assert first.place.row == 4


def test_an_open_pair_gives_no_worked_time_and_is_counted(tmp_path):
    made, rows = frame(pairs(tmp_path, ONE_PAIR, TWO_PAIRS.replace("13:00,,1:30", "13:00,,")))
    assert (
        by_day(rows)["worked_min"].isna().tolist() == [False, True]
        and made.report.counts["unpaired_time"] == 1
    )


def test_today_and_next_day_items_are_added(tmp_path):
    heads = HEADS.replace("時間外命令", "当日:時間外命令,翌日:時間外命令")
    path = tmp_path / "kinmu.csv"
    row = "0012345,架空,A01,総務課,正規,,2018/4/2,出勤,7:45,8:25,25:30,1:00,6:30,1:30,,3:30,8:20,25:25"
    path.write_bytes(f"{heads}\n{row}\n".encode("cp932"))
    assert frame(path)[1]["ordered_overtime_min"].tolist() == [480]


def test_hours_beyond_sixty_at_175_need_the_mapping(tmp_path):
    heads, row = PAIRS + ",時間外175", TWO_PAIRS + ",2:00"
    with pytest.raises(KumastatsError, match="unknown_rate"):
        frame(pairs(tmp_path, row, heads=heads))
    path = tmp_path / "attendance.yml"
    path.write_text(
        "source: attendance\ncolumns:\n  ordered_overtime_min: {sum: [時間外100, 時間外125, 時間外150, 時間外175]}\n"
        "  late_night_min: {sum: [休日160, 深夜25, 時間外175]}\n",
        encoding="utf-8",
    )
    day = frame(pairs(tmp_path, row, heads=heads), Mapping.load(path))[1].iloc[0]
    assert (day["ordered_overtime_min"], day["late_night_min"]) == (30 + 240 + 210 + 120, 120)


def test_columns_a_site_chose_are_read_by_mapping(tmp_path):
    path = tmp_path / "king.csv"
    path.write_text(
        "従業員コード,氏名,所属コード,日付,所定時間,出勤時刻,退勤時刻,休憩時間,残業時間,深夜残業時間,休日所定時間\n"
        "001234,架空,A01,2021/04/01(木),7.45,8:30,翌1:15,60,2.30,0.15,\n",
        encoding="utf-8",
    )
    told = tmp_path / "attendance.yml"
    told.write_text(
        "source: attendance\ncolumns:\n  scheduled_min: {column: 所定時間, unit: h.mm}\n"
        "  ordered_overtime_min: {sum: [残業時間, 深夜残業時間], unit: h.mm}\n"
        "  late_night_min: {column: 深夜残業時間, unit: h.mm}\n  break_min: {column: 休憩時間, unit: minutes}\n",
        encoding="utf-8",
    )
    with pytest.raises(KumastatsError, match="not a time of day"):
        frame(path, Mapping.load(told))
    path.write_text(path.read_text(encoding="utf-8").replace("翌1:15", "25:15"), encoding="utf-8")
    day = frame(path, Mapping.load(told))[1].iloc[0]
    assert (day["scheduled_min"], day["ordered_overtime_min"], day["late_night_min"]) == (465, 165, 15)
    assert day["worked_min"] == 25 * 60 + 15 - 510 - 60


def test_a_time_recorders_dates_need_their_order(tmp_path):
    path = tmp_path / "recorder.csv"
    path.write_text(
        "カードNo,年月日,入1,退1,入2,退2\n0123,13/05/16,8:30,12:00,13:00,17:15\n", encoding="utf-8"
    )
    told = tmp_path / "attendance.yml"
    told.write_text("source: attendance\ncolumns: {office_id: {constant: A01}}\n", encoding="utf-8")
    with pytest.raises(KumastatsError, match="without its era"):
        frame(path, Mapping.load(told))
    told.write_text(told.read_text(encoding="utf-8") + 'date_order: "%y/%m/%d"\n', encoding="utf-8")
    rows = frame(path, Mapping.load(told))[1]
    assert rows["date"].tolist() == [dt.date(2013, 5, 16)] and rows["worked_min"].tolist() == [210 + 255]


def many(folder, rows=600, *, change=None):
    """Write days of many people, a few of them twice, in the order a system has them."""
    made = []
    for i in range(rows):
        day = 2 + i % 20
        made.append(
            f"{1000 + i // 20:07d},架空,A{i % 3:02d},課,正規,,30. 4.{day:2d},出勤,7:45,8:{i % 60:02d},19:{i % 60:02d},1:00,{i % 3}:00,,,,"
        )
    made += [made[5], made[100]]
    if change is not None:
        made[change[0]] = made[change[0]].replace(*change[1])
    return attendance(folder, *made)


@pytest.mark.parametrize("size", [256, 4096, 20_000])
def test_a_file_in_many_parts_is_the_file_in_one(tmp_path, size, monkeypatch):
    from kumastats.sources import scan
    from kumastats.sources.stored import StoredTable

    whole, rows = frame(many(tmp_path))
    monkeypatch.setattr(scan.scan, "__kwdefaults__", {**scan.scan.__kwdefaults__, "block": size})
    parted, again = frame(many(tmp_path))
    assert isinstance(parted.data, StoredTable) and parted.data.num_rows == len(rows) == 600
    assert again.equals(rows) and whole.report.to_dict() == parted.report.to_dict()
    assert whole.report.dropped == {"exact_duplicate": 2, "totals_row": 1}
    for change in ((300, ("1:00,", "9:75,")), (5, ("8:05", "8:06")), (17, ("出勤", "散歩"))):
        error = broken_in(tmp_path, change)
        monkeypatch.undo()
        assert error == broken_in(tmp_path, change)
        monkeypatch.setattr(scan.scan, "__kwdefaults__", {**scan.scan.__kwdefaults__, "block": size})


def broken_in(folder, change):
    with pytest.raises(KumastatsError) as caught:
        read("attendance", many(folder, change=change), identity=KEY)
    return caught.value.text("ja")


def test_a_large_wide_file_is_read_in_parts(tmp_path, monkeypatch):
    from kumastats.sources import scan

    path = wide(tmp_path)
    head, row, _ = path.read_text(encoding="utf-8").split("\n")
    path.write_text(
        "\n".join([head, *[row.replace("0012345", f"{i:07d}") for i in range(400)], ""]), encoding="utf-8"
    )
    _, rows = frame(path)
    monkeypatch.setattr(scan.scan, "__kwdefaults__", {**scan.scan.__kwdefaults__, "block": 5000})
    assert frame(path)[1].equals(rows) and len(rows) == 400 * 22
    path.write_text(
        path.read_text(encoding="utf-8") + row.replace("0012345", "0000007") + "\n", encoding="utf-8"
    )
    with pytest.raises(SourceError, match="two rows in a month") as caught:
        frame(path)
    assert caught.value.place.row == 402


@pytest.mark.parametrize("head", ["0日", "32日", "99日"])
def test_a_head_that_is_no_day_of_a_month_is_not_read_as_one(tmp_path, head):
    path = wide(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(",2日,", f",{head},"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"missing or twice: 2"):
        read("attendance", path, identity=KEY)

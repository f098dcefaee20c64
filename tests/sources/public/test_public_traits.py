"""Made-up tables with the traits of real ones, and the mapping that reads each to the same table again."""

import pandas as pd
import pytest
import yaml
from made_tables import book, csv, names, only, read, rows, units

from kumastats.errors import KumastatsError, MappingError, SourceError
from kumastats.sources.public import read_public


def test_banner_notes_and_a_header_on_row_7(tmp_path):
    text = '窓口待ち時間調査\n作成日,2018/4/1\n熊本市\n\n（注）平均\n単位：分\n区役所,件数,待ち時間\n中央区,"1,234",5.5\n東区,900,△3.2\n\n資料：市民課\n※速報\n'
    made = read(csv(tmp_path, text, "cp932"))
    (table,) = made.tables
    assert rows(table) == [["中央区", 1234, 5.5], ["東区", 900, -3.2]] and table.lines == [8, 9]
    assert units(table) == [None, None, "分"]  # minutes are not given to the count
    assert {n: t.en for n, t in table.dropped.items()} == {
        1: "title or unit", 2: "title or unit", 3: "title or unit", 5: "note", 6: "title or unit", 11: "note", 12: "note",
    }  # fmt: skip
    assert table.notes == ("(注)平均", "資料:市民課", "※速報")
    assert "7行目: 見出し" in made.report.text("ja") and "column C “待ち時間”: unit 分" in made.report.text(
        "en"
    )
    assert made.report.to_dict()["tables"][0]["rows"] == 2


def test_merged_header_of_three_rows(tmp_path):
    grid = [
        ["団体コード", "市区町村名", "平成30年", None, None, "平成29年"],
        [None, None, "人口（人）", None, "世帯数", "増減率（％）"],
        [None, None, "男", "女", None, None],
        ["431010", "中央区", 10, 20, 15, -0.5],
        ["431028", "東区", 5, 6, 4, 1.5],
    ]
    path = book(tmp_path, {"表": grid}, "A1:A3", "B1:B3", "C1:E1", "C2:D2", "E2:E3", "F2:F3")
    table = only(path)
    assert names(table) == [
        "団体コード",
        "市区町村名",
        "平成30年/人口/男",
        "平成30年/人口/女",
        "平成30年/世帯数",
        "平成29年/増減率",
    ]
    assert units(table) == [None, None, "人", "人", None, "%"]
    assert [c.period for c in table.columns] == [None, None, "2018", "2018", "2018", "2017"]
    assert rows(table)[0] == ["431010", "中央区", 10, 20, 15, -0.5]


def test_csv_header_with_only_the_first_cell_of_a_group(tmp_path):
    table = only(
        csv(
            tmp_path,
            "コード,市名,人口（人）,,,世帯数\n,,男,女,計,\n01100,札幌市,10,20,30,15\n01202,函館市,5,6,11,4\n",
        )
    )
    assert names(table) == ["コード", "市名", "人口/男", "人口/女", "人口/計", "世帯数"]
    assert units(table)[2:] == ["人", "人", "人", None] and table.columns[4].total
    assert rows(table)[0] == ["01100", "札幌市", 10, 20, 30, 15]


def test_units_in_a_row_of_their_own_and_in_the_corner(tmp_path):
    table = only(csv(tmp_path, "区,人口,面積\n,（人）,（km2）\n中央,10,2.5\n東,20,3.5\n"))
    assert names(table) == ["区", "人口", "面積"] and units(table) == [None, "人", "km2"]
    corner = only(csv(tmp_path, "（千円）,歳入,歳出\n平成29年度,10,9\n30,20,18\n令和元,30,27\n"))
    assert units(corner) == [None, "千円", "千円"] and corner.columns[1].scale == 1000
    assert corner.columns[0].kind == "fiscal_year" and corner.frame.iloc[:, 0].tolist() == [2017, 2018, 2019]
    several = only(csv(tmp_path, "単位：人、世帯\n区,人口,世帯数\n中央,10,2\n東,20,3\n"))
    assert units(several) == [None, None, None]


def test_stacked_blocks(tmp_path):
    table = only(csv(tmp_path, "年次,値\n年平均\n平成29年,10\n30,20\n年度平均\n平成29年度,11\n30,21\n"))
    assert rows(table) == [
        ["年平均", "平成29年", 2017, None, "年", 10],
        ["年平均", "30", 2018, None, "年", 20],
        ["年度平均", "平成29年度", None, 2017, "年度", 11],
        ["年度平均", "30", None, 2018, "年度", 21],
    ]
    two = read(book(tmp_path, {"S": [["第1表 人口"], ["区", "男", "女"], ["中央", 1, 2], ["東", 3, 4], [], ["第2表 世帯（単位：世帯）"],
                                     ["区", "一般", "施設"], ["中央", 5, 6], ["東", 7, 8]]}))  # fmt: skip
    assert [(t.name, t.title) for t in two.tables] == [
        ("S", "第1表 人口"),
        ("S（2）", "第2表 世帯(単位:世帯)"),
    ]
    assert units(two.tables[0]) == [None] * 3 and units(two.tables[1]) == [None, "世帯", "世帯"]


def test_eras_that_never_were_and_fiscal_years(tmp_path):
    table = only(csv(tmp_path, "年次,値\n平成 27,1\n28,2\n32,3\n34,4\n"))
    assert table.columns[0].kind == "year" and table.frame["年次"].tolist() == [2015, 2016, 2020, 2022]
    fiscal = only(csv(tmp_path, "年度,値\n2018年度,1\n2019年度,2\n"))
    assert fiscal.columns[0].kind == "fiscal_year" and fiscal.frame["年度"].tolist() == [2018, 2019]
    with pytest.raises(SourceError, match="Which year") as caught:
        read_public(csv(tmp_path, "年,値\n令和元,3\n2,4\n29,5\n"))
    assert caught.value.place.row == 4
    head = only(csv(tmp_path, "区分,平成29年度,30年度,令和元年度,2年度\n歳入,10,20,30,40\n歳出,9,18,27,36\n"))
    assert names(head)[1:] == ["平成29年度", "平成30年度", "令和元年度", "令和2年度"]
    assert [c.period for c in head.columns[1:]] == ["FY2017", "FY2018", "FY2019", "FY2020"]


@pytest.mark.parametrize(
    ("head", "periods"),
    [
        ("区,2015,2016,2017", ["2015", "2016", "2017"]),
        ("区,1,2,3,4,5", [None] * 5),
        ("区,2018/4/1,2018/4/2", [None, None]),
        ("区,平成30年4月,5月,6月", ["2018-04", "2018-05", "2018-06"]),
    ],
)
def test_numbers_and_dates_as_heads(tmp_path, head, periods):
    width = len(periods)
    body = "".join(
        f"{ward},{','.join(str(10 * i + n) for i in range(width))}\n" for n, ward in enumerate("中東西")
    )
    table = only(csv(tmp_path, f"{head}\n{body}"))
    assert [c.period for c in table.columns[1:]] == periods and len(table.frame) == 3


def test_sheets_that_go_on(tmp_path):
    def month(*values):
        return [["区", "件数"], ["中央", values[0]], ["東", values[1]], ["計", sum(values)]]

    made = read(book(tmp_path, {"表紙": [["統計書"], ["熊本市"]], "1月": month(1, 2), "2月": month(3, 4.5)}))
    (table,) = made.tables
    assert rows(table) == [["1月", "中央", 1, ], ["1月", "東", 2], ["2月", "中央", 3], ["2月", "東", 4.5]]  # fmt: skip
    assert table.totals["件数"].tolist() == [3, 7.5] and table.lines == [2, 3, 2, 3]
    assert any("holds no table" in t.en for t in made.report.said)
    assert read_public(tmp_path / "table.xlsx", mapping={"sheets": ["2月"]}).tables[0].frame.shape == (2, 2)


def test_a_city_beside_its_wards(tmp_path):
    text = "団体コード,団体名,人口\n430005,熊本県,315\n431001,熊本市,100\n431010,中央区,60\n431028,東区,40\n432024,八代市,200\n434400,上益城郡,15\n434418,御船町,10\n434426,嘉島町,5\n"
    made = read(csv(tmp_path, text))
    (table,) = made.tables
    assert table.frame["人口"].sum() == 315 and table.total_lines == [2, 3, 7]
    said = {t.en for t in made.report.tables[0].said}
    assert "row 3: city beside its wards, set apart (1)" in said
    by_name = only(
        csv(
            tmp_path, "市区町村,人口\n熊本市,10\n熊本市中央区,6\n熊本市東区,4\n上益城郡,5\n上益城郡御船町,5\n"
        )
    )
    assert by_name.total_lines == [2, 5] and by_name.frame["人口"].sum() == 15
    alone = only(csv(tmp_path, "団体コード,団体名,人口\n431001,熊本市,100\n432024,八代市,200\n"))
    assert not alone.total_lines  # no wards, so the city is a part


def test_of_which_and_indented_sums(tmp_path):
    grid = [["項目", None, "金額"], ["歳入", None, 30], [None, "市税", 20], [None, "交付税", 10], ["歳出", None, 25],
            [None, "人件費", 15], [None, "うち職員給", 9], [None, "物件費", 10]]  # fmt: skip
    table = only(book(tmp_path, {"S": grid}, "A1:B1"))
    assert table.frame["項目"].tolist() == ["市税", "交付税", "人件費", "物件費"]
    assert table.totals["項目"].tolist() == ["歳入", "歳出", "うち職員給"]


def test_symbols_are_distinct_reasons(tmp_path):
    path = csv(tmp_path, "区,a,b\n中央,1,x\n東,-,***\n西,…,0*\n南,3,*\n北,,5\n")
    table = only(path)
    assert table.reasons["a"].tolist() == [None, "none", "missing", None, None]
    assert table.reasons["b"].tolist() == ["suppressed", "unknown", "rounded_to_zero", "single_person", None]
    told = only(
        path, tables=[{"symbols": {"-": "not_applicable"}, "column_symbols": {"B": {"x": "unknown"}}}]
    )
    assert told.reasons["a"][1] == "not_applicable" and told.reasons["b"][0] == "suppressed"
    assert only(path, symbols={"x": "unknown"}).reasons["b"][0] == "unknown"


def test_a_symbol_without_meaning_is_refused_with_its_place(tmp_path):
    path = csv(tmp_path, "区,件数\n中央,1\n東,2\n西,3\n南,閉鎖\n")
    with pytest.raises(SourceError) as caught:
        read_public(path)
    place = caught.value.place
    assert (place.row, place.column) == (5, "B 件数") and "閉鎖" not in str(caught.value)
    assert only(path, symbols={"閉鎖": "not_applicable"}).reasons["件数"][3] == "not_applicable"
    assert only(path, tables=[{"kinds": {"B": "text"}}]).frame["件数"].tolist() == ["1", "2", "3", "閉鎖"]


def test_codes_names_and_missing_words_stay_text(tmp_path):
    table = only(csv(tmp_path, "職員番号,氏名,件数\n001234,NA,1\n000001,None,2\n012345,nan,3\n"))
    assert rows(table) == [["001234", "NA", 1], ["000001", "None", 2], ["012345", "nan", 3]]
    # six digits are no area's code unless their head or their check digits say so
    staff = only(csv(tmp_path, "コード,部署,人数\n430000,本庁,3\n430010,総務,1\n000020,税務,2\n"))
    assert not staff.total_lines
    words = only(csv(tmp_path, "番号,氏名\n0001,x\n0002,-\n"))
    assert rows(words) == [["0001", "x"], ["0002", "-"]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("▲1,234", -1234),
        ("－5", -5),
        ("−3", -3),
        ("△ 0.5", -0.5),
        ("１，２３４", 1234),
        ("r 3 587", 3587),
        ("341 400", 341400),
        ("+2", 2),
    ],
)
def test_spellings_of_numbers(tmp_path, text, value):
    assert only(csv(tmp_path, f'区,値\n中央,"{text}"\n東,1\n')).frame["値"][0] == value


@pytest.mark.parametrize("text", ["(5)", "1,23", "5人", "1-2", "２．３．４"])
def test_numbers_in_doubt_are_refused(tmp_path, text):
    with pytest.raises(SourceError):
        read_public(csv(tmp_path, f'区,値\n中央,"{text}"\n東,1\n西,2\n'))


def test_percent(tmp_path):
    table = only(csv(tmp_path, "区,率\n中央,12.5%\n東,△3.0％\n"))
    assert table.frame["率"].tolist() == [12.5, -3.0] and table.columns[1].unit == "%"
    with pytest.raises(SourceError, match="mixed") as caught:
        read_public(csv(tmp_path, "区,率\n中央,5%\n東,3\n"))
    assert caught.value.place.row == 3


def test_dates(tmp_path):
    table = only(csv(tmp_path, "日付,数\nH30.4.1,1\n平成31年4月30日,2\n㋿1.5.1,3\n2019/5/2,4\n"))
    assert table.frame["日付"].dt.strftime("%Y-%m-%d").tolist() == [
        "2018-04-01",
        "2019-04-30",
        "2019-05-01",
        "2019-05-02",
    ]
    bare = csv(tmp_path, "受付日,件数\n31. 1. 1,5\n31. 1. 2,6\n")
    with pytest.raises(KumastatsError, match="era"):
        read_public(bare)
    assert only(bare, era="平成").frame["受付日"][0] == pd.Timestamp(2019, 1, 1)
    either = csv(tmp_path, "日,件数\n03/04/2018,5\n04/05/2018,6\n")
    with pytest.raises(KumastatsError, match="day first"):
        read_public(either)
    assert only(either, date_order="day_first").frame["日"][0] == pd.Timestamp(2018, 4, 3)


def test_times_and_days_lost(tmp_path):
    table = only(csv(tmp_path, "便,時刻\nあ,5:56:00\nい,24:00:00\nう,25:02:00\n"))
    assert table.columns[1].kind == "duration" and table.frame["時刻"][2] == pd.Timedelta(hours=25, minutes=2)

    def lose(sheet):
        for cell, value in (("B2", 0.25), ("B3", 1.5)):
            sheet[cell] = value
            sheet[cell].number_format = "h:mm"

    path = book(tmp_path, {"S": [["氏", "時間", "数"], ["a", None, 1], ["b", None, 2]]}, change=lose)
    with pytest.raises(SourceError, match="hides a day") as caught:
        read_public(path)
    assert caught.value.place.row == 3


def test_a_column_of_symbols_only_is_like_the_others(tmp_path):
    table = only(csv(tmp_path, "学校名,4月,5月\n架空小学校,45:30,-\n見本中学校,60:10,*\n平均,52:50,\n"))
    assert [c.kind for c in table.columns] == ["text", "duration", "duration"]
    assert table.reasons["5月"].tolist() == ["none", "single_person"] and table.total_lines == [4]
    assert table.frame["4月"][0] == pd.Timedelta(hours=45, minutes=30)
    counts = only(csv(tmp_path, "区,a,b（人）\n中央,1,x\n東,2,-\n平均,1.5,\n"))
    assert counts.reasons["b"].tolist() == ["suppressed", "none"] and counts.total_lines == [4]
    assert counts.columns[2].unit == "人"


def test_hidden_rows_and_columns(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    grid = [["区", "人口", "内部", "世帯"], ["中央", 1, 9, 2], ["秘密", 7, 9, 8], ["東", 3, 9, 4]]
    path = book(tmp_path, {"S": grid}, change=hide)
    made = read(path)
    assert (
        rows(made.tables[0]) == [["中央", 1, 2], ["東", 3, 4]]
        and made.tables[0].dropped[3].en == "hidden row"
    )
    assert "column C: hidden, not read" in made.report.text("en")
    assert only(path, keep_hidden=True).frame.shape == (3, 4)


def test_tables_side_by_side_and_an_empty_column(tmp_path):
    grid = [
        ["男", None, None, "女"],
        ["区", "人口", None, "区", "人口"],
        ["中央", 1, None, "中央", 2],
        ["東", 3, None, "東", 4],
    ]
    made = read(book(tmp_path, {"S": grid}))
    assert [rows(t) for t in made.tables] == [[["中央", 1], ["東", 3]], [["中央", 2], ["東", 4]]]
    assert [t.title for t in made.tables] == ["男", "女"]
    gap = only(
        book(tmp_path, {"S": [["区", "人口", None, "世帯"], ["中央", 10, None, 2], ["東", 30, None, 4]]})
    )
    assert rows(gap) == [["中央", 10, 2], ["東", 30, 4]]


def test_headers_repeated_and_labels_repeated(tmp_path):
    table = only(csv(tmp_path, "区,人口\n中央,10\n東,20\n区,人口\n西,30\n南,40\n"))
    assert table.frame["人口"].tolist() == [10, 20, 30, 40] and table.dropped[4].en == "header repeated"
    right = only(
        book(
            tmp_path, {"S": [["年次", "値", "率", "年　次"], ["平成29年", 1, 5, " 29年"], ["30", 2, 6, "30"]]}
        )
    )
    assert names(right) == ["年次", "値", "率"] and right.frame["年次"].tolist() == [2017, 2018]


def test_footnote_marks_leave_the_names(tmp_path):
    made = read(csv(tmp_path, "区,人口1),世帯数*1,面積（km2）※\n中央,10,5,2.5\n東,20,6,3.5\n"))
    assert names(made.tables[0]) == ["区", "人口", "世帯数", "面積"] and units(made.tables[0])[3] == "km2"
    assert "footnote mark 1) taken off" in made.report.text("en")


def test_names_in_one_width_values_as_written(tmp_path):
    table = only(csv(tmp_path, "ｸ,ｼﾞﾝｺｳ（千人）,髙齢者,１人当たり\n１区,1,2,3.5\n２区,1,2,4.5\n", "cp932"))
    assert names(table) == ["ク", "ジンコウ", "髙齢者", "1人当たり"] and units(table)[1] == "千人"
    assert table.frame["ク"].tolist() == ["１区", "２区"]


def test_row_labels_merged_over_rows(tmp_path):
    grid = [["区", "年齢", "数"], ["中央", "子", 1], [None, "大人", 2], ["東", "子", 3], [None, "大人", 4]]
    table = only(book(tmp_path, {"S": grid}, "A2:A3", "A4:A5"))
    assert rows(table) == [["中央", "子", 1], ["中央", "大人", 2], ["東", "子", 3], ["東", "大人", 4]]


def test_a_form_is_refused_unless_a_block_is_named(tmp_path):
    grid: list[list[object]] = [[f"項目{r}" if c % 2 == 0 else None for c in range(12)] for r in range(20)]
    merges = [f"{chr(65 + c)}{r}:{chr(66 + c)}{r}" for r in range(1, 21) for c in range(0, 12, 2)]
    grid[1] = ["区分", None, "額（千円）", None, *[None] * 8]
    grid[2] = ["税", None, 5, None, *[None] * 8]
    grid[3] = ["債", None, "-", None, *[None] * 8]
    grid[4] = ["合計", None, 5, None, *[None] * 8]
    path = book(tmp_path, {"様式": grid}, *merges)
    with pytest.raises(SourceError, match="whole-page form"):
        read_public(path)
    table = only(path, sheet="様式", block="A2:D5", header_rows=1)
    assert (
        rows(table) == [["税", 5], ["債", None]]
        and names(table) == ["区分", "額"]
        and units(table) == [None, "千円"]
    )
    assert table.reasons["額"].tolist() == [None, "none"] and table.totals["額"].tolist() == [5]


def test_a_mapping_can_be_edited(tmp_path):
    path = csv(tmp_path, "題\n区,人口\n中央,10\n東,20\n西,30\nくず,40\n")
    mapping = read_public(path).report.mapping()
    entry = mapping["tables"][0]
    entry["names"]["B"] = ["人口", "総数"]
    entry["units"]["B"] = "千人"
    entry["drop_rows"] = {"title": 1, "mapping": [6]}
    entry["totals"] = {"total": "5"}
    entry["kinds"]["B"] = "number"
    table = read_public(path, mapping=mapping).tables[0]
    assert table.columns[1].levels == ("人口", "総数") and table.columns[1].scale == 1000
    assert rows(table) == [["中央", 10.0], ["東", 20.0]] and table.total_lines == [5]
    assert table.dropped[6].en == "note"
    short = read_public(path, mapping={"tables": [{"first_row": 4, "last_row": 5}]}).tables[0]
    assert short.lines == [4, 5]
    no_header = csv(tmp_path, "1,2,3\n4,5,6\n7,8,9\n10,11,13\n")
    with pytest.raises(SourceError, match="no header"):
        read_public(no_header)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"colour": 1}, "colour"),
        ({"tables": [{"colour": 1}]}, "colour"),
        ({"symbols": {"x": "gone"}}, "gone"),
        ({"tables": [{"kinds": {"A": "money"}}]}, "money"),
        ({"sheet": "無い", "block": "A1:B2"}, "no sheet"),
        ({"block": "A1-B2", "header_rows": 1}, "block"),
        ({"tables": [{"drop_rows": "a"}]}, "wrong form"),
        ([1], "not a mapping"),
    ],
)
def test_wrong_mappings_are_refused(tmp_path, mapping, said):
    with pytest.raises(MappingError, match=said):
        read_public(csv(tmp_path, "区,人口\n中央,10\n東,20\n"), mapping=mapping)


def test_a_mapping_file_must_be_yaml(tmp_path):
    path = csv(tmp_path, "区,人口\n中央,10\n東,20\n")
    (tmp_path / "m.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(MappingError, match="YAML"):
        read_public(path, mapping=tmp_path / "m.yml")
    read_public(path).report.save_mapping(tmp_path / "m.yml")
    assert yaml.safe_load((tmp_path / "m.yml").read_text(encoding="utf-8"))["tables"][0]["header_rows"] == [1]


def test_two_header_languages_are_refused_until_told(tmp_path):
    path = csv(tmp_path, "コード,人口\ncode,population\n43100,10\n43202,20\n43203,30\n")
    with pytest.raises(SourceError) as caught:
        read_public(path)
    assert caught.value.place.row == 2
    assert only(path, header_rows=2).columns[1].levels == ("人口", "population")

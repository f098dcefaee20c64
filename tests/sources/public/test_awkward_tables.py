"""More made-up files with the traits of public tables: each is read to the cells stated here, or refused."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from legacy_book import legacy_book
from made_tables import book, csv, names, only, read, rows, units

from kumastats.errors import SourceError
from kumastats.sources.public import read_public


def test_ages_under_a_merged_head_are_heads(tmp_path: Path) -> None:
    grid = [["区分", "年齢（歳）", None, None], [None, 0, 1, 2], ["中央", 10, 11, 5], ["東", 20, 22, 7]]
    table = only(book(tmp_path, {"S": grid}, "A1:A2", "B1:D1"))
    assert names(table) == ["区分", "年齢/0", "年齢/1", "年齢/2"] and units(table)[1:] == ["歳"] * 3
    assert rows(table) == [["中央", 10, 11, 5], ["東", 20, 22, 7]]


@pytest.mark.parametrize("last", ["1", "元"])
def test_eras_over_bare_years(tmp_path: Path, last: str) -> None:
    text = f"職員数（単位：人）\n区分,平成,,令和\n,29,30,{last}\n事務,10,11,12\n技術,1,2,3\n"
    table = only(csv(tmp_path, text, "cp932"))
    assert [c.period for c in table.columns] == [None, "2017", "2018", "2019"]
    assert rows(table) == [["事務", 10, 11, 12], ["技術", 1, 2, 3]]
    grid = [["区分", "平成", None, "令和"], [None, 29, 30, last], ["事務", 10, 11, 12], ["技術", 1, 2, 3]]
    merged = only(book(tmp_path, {"S": grid}, "A1:A2", "B1:C1"))
    assert rows(merged) == rows(table) and [c.period for c in merged.columns[1:]] == ["2017", "2018", "2019"]


def test_a_first_row_without_a_label_is_no_header(tmp_path: Path) -> None:
    # its numbers do not count up, or the header leaves no gap
    table = only(csv(tmp_path, "区,人口,\n,100,60\n中央,60,40\n東,40,20\n"))
    assert [100, 60] in [r[1:] for r in rows(table)] + table.totals.to_numpy(dtype=object)[:, 1:].tolist()
    full = only(csv(tmp_path, "区,男,女\n,1,2\n中央,3,4\n東,5,6\n"))
    assert len(full.frame) == 3


def test_rows_indented_by_spaces_add_up_to_their_head(tmp_path: Path) -> None:
    text = "区分,人数\n総数,100\n　本庁,60\n　　総務,35\n　　税務,25\n　出先,40\n"
    table = only(csv(tmp_path, text))
    assert rows(table) == [["総務", 35], ["税務", 25], ["出先", 40]] and table.total_lines == [2, 3]
    # rows that do not add up stay: their head may count more than them
    other = only(csv(tmp_path, "区分,人数\n本庁,70\n　総務,35\n　税務,25\n出先,40\n"))
    assert len(other.frame) == 4 and not other.total_lines


def test_every_block_has_its_title(tmp_path: Path) -> None:
    head = "年齢,人数,割合（％）"
    text = f"１　男,,\n{head}\n0-4,10,50\n5-9,10,50\n,,\n２　女,,\n{head}\n0-4,8,40\n5-9,12,60\n"
    table = only(csv(tmp_path, text))
    assert rows(table) == [
        ["1 男", "0-4", 10, 50],
        ["1 男", "5-9", 10, 50],
        ["2 女", "0-4", 8, 40],
        ["2 女", "5-9", 12, 60],
    ]


def test_a_hidden_header_is_refused(tmp_path: Path) -> None:
    grid = [["題", None], ["区", "人口"], ["中央", 1], ["東", 2]]

    def hide(sheet):
        sheet.row_dimensions[2].hidden = True

    path = book(tmp_path, {"S": grid}, change=hide)
    with pytest.raises(SourceError, match="hidden") as caught:
        read_public(path)
    assert caught.value.place.row == 2
    assert names(only(path, keep_hidden=True)) == ["区", "人口"]


def test_utf16_tsv_with_full_width_digits(tmp_path: Path) -> None:
    text = "統計表\t\t\n区\t人口（人）\t増減（％）\n中央区\t１，２３４\t△0.5\n東区\t987\t－\n合計\t2,221\t…\n"
    made = read(csv(tmp_path, text, "utf-16", "a.tsv"))
    (table,) = made.tables
    assert rows(table) == [["中央区", 1234, -0.5], ["東区", 987, None]] and table.total_lines == [5]
    assert table.reasons["増減"].tolist() == [None, "none"] and units(table) == [None, "人", "%"]


def test_bom_tsv_whose_era_is_given_once(tmp_path: Path) -> None:
    text = "\ufeff年度\t件数\r\n平成30年度\t10\r\n31年度\t20\r\n令和2年度\t30\r\n"
    table = only(csv(tmp_path, text, name="b.tsv"))
    assert table.columns[0].kind == "fiscal_year" and rows(table) == [[2018, 10], [2019, 20], [2020, 30]]


def test_cp932_characters_that_shift_jis_lacks(tmp_path: Path) -> None:
    table = only(csv(tmp_path, "№,名称,㎡,金額（百万円）\n①,㈱髙﨑,12.5,▲1\n②,ｶﾌﾞｼｷ,3,2\n", "cp932"))
    assert [r[1:] for r in rows(table)] == [["㈱髙﨑", 12.5, -1], ["ｶﾌﾞｼｷ", 3.0, 2]]
    assert table.columns[3].scale == 1_000_000


def test_totals_above_their_parts_and_county_sums(tmp_path: Path) -> None:
    text = "地域,人口\n総数,100\n市部計,70\nＡ市,40\nＢ市,30\n郡部計,30\nＣ町,20\nＤ村,10\n"
    table = only(csv(tmp_path, text))
    assert table.frame["人口"].sum() == 100 and table.total_lines == [2, 3, 6]


def test_subtotals_under_a_label_given_once(tmp_path: Path) -> None:
    text = "区分,課,人数\n本庁,総務,3\n,税務,4\n,小計,7\n出先,東,5\n,西,6\n,小計,11\n合計,,18\n"
    table = only(csv(tmp_path, text))
    assert table.frame["人数"].sum() == 18 and table.total_lines == [4, 7, 8]


def test_a_unit_in_the_right_corner_and_a_note_below(tmp_path: Path) -> None:
    text = (
        '表１　歳出,,,（単位：千円）\n区分,平成29年度,平成30年度,増減\n民生費,"1,000","1,200",200\n'
        '土木費,500,300,△200\n合計,"1,500","1,500",0\n（注）端数処理\n'
    )
    table = only(csv(tmp_path, text, "cp932"))
    assert units(table) == [None, "千円", "千円", "千円"] and table.notes == ("(注)端数処理",)
    assert rows(table) == [["民生費", 1000, 1200, 200], ["土木費", 500, 300, -200]]
    assert [c.period for c in table.columns] == [None, "FY2017", "FY2018", None]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("年齢,人数\n1-4,10\n5-9,10\n10-14,8\n", "text", ["1-4", "5-9", "10-14"]),
        ("年度,額\nH29,1\nH30,2\nR1,3\nR02,4\n", "fiscal_year", [2017, 2018, 2019, 2020]),
        ("年月,件数\n平成30年12月,10\n平成31年1月,20\n2月,30\n3,40\n", "month", ["2018-12", "2019-01", "2019-02", "2019-03"]),
        ("年　次,数\n昭和６３年,10\n平成元年,11\n　　２,12\n令和元年,13\n", "year", [1988, 1989, 1990, 2019]),
        ("氏名,数\n計田,1\n合志市,2\n総合,3\n", "text", ["計田", "合志市", "総合"]),
    ],
)  # fmt: skip
def test_first_columns(tmp_path: Path, text: str, kind: str, values: list[object]) -> None:
    table = only(csv(tmp_path, text))
    assert table.columns[0].kind == kind and table.frame.iloc[:, 0].tolist() == values
    assert not table.total_lines


def test_sheets_whose_columns_are_in_another_order_are_not_joined_by_place(tmp_path: Path) -> None:
    sheets = {
        "4月": [["区", "件数", "時間"], ["中央", 1, 10], ["東", 2, 20]],
        "5月": [["区", "時間", "件数"], ["中央", 30, 3], ["東", 40, 4]],
    }
    assert [t.frame["件数"].tolist() for t in read(book(tmp_path, sheets)).tables] == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "text",
    [
        "区,件数\n中央,約10\n東,20\n西,30\n南,40\n",
        "区,増減\nA,‐5\nB,5\nC,ー7\nD,8\n",
        "区,数\n中央,12\n東,1 2345\n西,3\n南,4\n",
    ],
)
def test_odd_spellings_among_numbers_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError):
        read_public(csv(tmp_path, text))


def test_a_formula_without_a_stored_result_is_refused(tmp_path: Path) -> None:
    grid = [["区", "人口"], ["中央", 1], ["東", 2], ["計", "=SUM(B2:B3)"]]
    with pytest.raises(SourceError, match="formula") as caught:
        read_public(book(tmp_path, {"S": grid}))
    assert caught.value.place.row == 4


def test_a_group_of_heads_ends_where_the_one_above_it_ends(tmp_path: Path) -> None:
    text = (
        "区分,正規職員,,,,会計年度任用職員,\n,一般行政,,技能労務,,,\n,男,女,男,女,男,女\n"
        "中央区,10,9,8,7,6,5\n東区,4,3,2,1,0,1\n"
    )
    table = only(csv(tmp_path, text, "cp932"))
    assert names(table)[3:] == [
        "正規職員/技能労務/男",
        "正規職員/技能労務/女",
        "会計年度任用職員/男",
        "会計年度任用職員/女",
    ]
    assert rows(table)[0] == ["中央区", 10, 9, 8, 7, 6, 5]


def test_the_same_header_under_a_marked_title_is_told_apart(tmp_path: Path) -> None:
    head = "区,平成29年度,平成30年度"
    text = f"○職員数,,\n{head}\n中央,10,11\n東,9,8\n○時間外（時間）,,\n{head}\n中央,100,90\n東,80,70\n○東区は速報値,,\n"
    table = only(csv(tmp_path, text, "cp932"))
    assert [r[:2] for r in rows(table)] == [
        ["○職員数", "中央"],
        ["○職員数", "東"],
        ["○時間外(時間)", "中央"],
        ["○時間外(時間)", "東"],
    ]
    assert table.notes == ("○東区は速報値",)


@pytest.mark.parametrize(
    ("first", "second"),
    [("（単位：人）,,", "（単位：時間）,,"), ("職員数,,（単位：人）", "時間外,,（単位：時間）"), ("職員数,（人）,", "時間外,（時間）,")],
)  # fmt: skip
def test_the_same_header_under_another_unit_is_another_table(tmp_path: Path, first: str, second: str) -> None:
    head = "区,平成29年度,平成30年度"
    text = f"{first}\n{head}\n中央,10,11\n東,9,8\n,,\n{second}\n{head}\n中央,100,90\n東,80,70\n"
    people, hours = read(csv(tmp_path, text, "cp932")).tables
    assert units(people) == [None, "人", "人"] and units(hours) == [None, "時間", "時間"]
    assert rows(people) == [["中央", 10, 11], ["東", 9, 8]] and rows(hours)[0] == ["中央", 100, 90]


@pytest.mark.parametrize("first", ["平成／29", "平成29", "H29"])
def test_an_era_given_once_along_the_header(tmp_path: Path, first: str) -> None:
    text = f"区\t{first}\t30\t令和／元\t2\n中央\t1\t2\t3\t4\n東\t10\t20\t30\t40\n合計\t11\t22\t33\t44\n"
    table = only(csv(tmp_path, text, "utf-16", "a.tsv"))
    assert [c.period for c in table.columns] == [None, "2017", "2018", "2019", "2020"]
    assert rows(table) == [["中央", 1, 2, 3, 4], ["東", 10, 20, 30, 40]] and table.total_lines == [4]


def test_hidden_rows_and_columns_of_an_old_workbook_are_not_read_and_told(tmp_path: Path) -> None:
    grid = [["区", "控え", "人口（人）"], ["中央", 9, 1], ["東", 9, 2], ["西", 9, 3], ["計", 36, 4]]
    path = tmp_path / "old.xls"
    path.write_bytes(legacy_book(grid, hidden_rows={2}, hidden_columns={1}))
    made = read(path)
    (table,) = made.tables
    assert names(table) == ["区", "人口"] and rows(table) == [["中央", 1], ["西", 3]]
    assert table.lines == [2, 4] and table.total_lines == [5]
    told = made.report.text("ja")
    assert "非表示" in told and "B" in told
    assert rows(only(path, keep_hidden=True))[1] == ["東", 9, 2]


def test_an_old_workbook_whose_header_is_hidden_is_refused(tmp_path: Path) -> None:
    grid = [["題", None], ["区", "人口"], ["中央", 1], ["東", 2]]
    path = tmp_path / "old.xls"
    path.write_bytes(legacy_book(grid, hidden_rows={1}))
    with pytest.raises(SourceError, match="hidden") as caught:
        read_public(path)
    assert caught.value.place.row == 2

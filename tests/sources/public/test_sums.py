"""Totals that are not the sum of their parts are told with row, column, total and sum; what is no sum is not doubted."""

from pathlib import Path

import pytest

from kumastats.sources.public import read_public

Found = list[tuple[int, str, float, float]]
WARDS = "区,人口（人）,世帯数\n合計,{},70\n中央区,100,20\n東区,120,30\n西区,80,20\n"
SEXES = "区,総数,男,女,平均年齢\n中央区,100,48,52,40.1\n東区,120,{},60,44.0\n西区,80,39,41,51.5\n南区,60,29,31,48.0\n北区,50,25,25,47.0\n"
AREAS = "市区町村,人口,男,女\n熊本県,1000,490,510\n熊本市,{},290,310\n中央区,200,95,105\n東区,400,195,205\n八代市,300,150,150\n玉名市,100,50,50\n"
BLOCKS = "課,件数,人員\n甲,10,1\n乙,20,2\n小計,{},3\n丙,5,4\n丁,6,5\n小計,11,9\n合計,41,12\n"
CASES: list[tuple[str, str, Found]] = [
    ("a column of a total", WARDS.format(310), [(2, "人口", 310, 300)]),
    ("all add up", WARDS.format(300), []),
    ("a total column", SEXES.format(50), [(3, "総数", 120, 110)]),
    ("total columns add up", SEXES.format(60), []),
    ("the only total", "区,人口\n中央区,100\n東区,120\n計,230\n", [(4, "人口", 230, 220)]),
    ("a part is suppressed", "区,人口,世帯数\n中央区,100,20\n東区,x,30\n計,230,50\n", []),
    ("not a sum at all", "区,件数\n中央区,100\n東区,120\n計,110\n", []),
    ("a rate", "区,件数,利用率\n中央区,100,10\n東区,120,12\n計,220,15\n", []),
    ("the country above some", "区,件数\n全国,400\n東京都,150\n大阪府,140\n", []),
    ("subtotals of runs", BLOCKS.format(31), [(4, "件数", 31, 30)]),
    ("a city beside its wards", AREAS.format(610), [(3, "人口", 610, 600)]),
    ("a city adds up", AREAS.format(600), []),
    ("subtotals add up", BLOCKS.format(30), []),
    ("rounded, and said so", "区,額（千円）\n甲,10\n乙,20\n計,31\n（注）四捨五入のため合計が一致しない場合がある。\n", []),
    ("rounded decimals", "区,額,件\n甲,1.4,1\n乙,2.4,2\n計,3.9,3\n", []),
    ("rounded, and nothing says so", "区,額,件,量\n甲,10,1,7\n乙,20,2,5\n丙,30,3,2\n計,61,6,15\n", []),
    ("people counted once", "区,実人員,延べ人員\n甲,10,20\n乙,20,30\n計,25,50\n", []),
    ("overlaps are noted", "区,人員,件数\n甲,10,20\n乙,20,30\n計,25,50\n※重複して利用した者がある。\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_total_that_is_no_sum_is_told(text: str, expected: Found, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    (report,) = read_public(path).report.tables
    assert [(m.row, m.column, m.total, m.parts) for m in report.unbalanced] == expected
    said = [t for t in report.said if "内訳の和" in t.ja]
    assert len(said) == len(expected) == sum("not the sum" in t.en for t in report.said)


def test_it_is_told_in_words_and_as_data_and_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(WARDS.format("1,310"), encoding="utf-8")
    path.write_text(
        '区,人口（人）,世帯数\n合計,"1,310",70\n中央区,"1,100",50\n東区,200,20\n', encoding="utf-8"
    )
    made = read_public(path)
    assert made.tables[0].totals["人口"].tolist() == [1310]
    assert "2行目、列「人口」: 計 1,310 が内訳の和 1,300 と合わない（差 10）" in made.report.text("ja")
    assert "row 2, column “人口”: the total 1,310 is not the sum of its parts 1,300" in made.report.text("en")
    assert made.report.to_dict()["tables"][0]["unbalanced"] == [
        {"row": 2, "column": "人口", "total": 1310.0, "parts": 1300.0}
    ]


def test_of_many_the_first_ten_are_told(tmp_path: Path) -> None:
    rows = "".join(f"{i}課,{i + 5 if i % 5 == 0 else i * 2},{i},{i}\n" for i in range(1, 61))
    path = tmp_path / "table.csv"
    path.write_text(f"課,計,男,女\n{rows}", encoding="utf-8")
    (report,) = read_public(path).report.tables
    assert len(report.unbalanced) == 11  # one of the twelve happens to add up
    assert [t.ja for t in report.said if "ほかに" in t.ja] == ["内訳と合わない計がほかに1件"]


def test_a_prefecture_above_its_cities_is_no_part_of_them(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(AREAS.format(600), encoding="utf-8")
    (table,) = read_public(path).tables
    assert table.total_lines == [2, 3] and table.frame["人口"].sum() == 1000
    path.write_text("都道府県,人口\n熊本県,10\n大分県,20\n宮崎県,30\n", encoding="utf-8")
    assert read_public(path).tables[0].total_lines == []


def test_calls_that_are_counted_are_numbers_and_telephone_numbers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("課,電話,窓口\n福祉,1,2\n税,x,5\n", encoding="utf-8")
    (table,) = read_public(path).tables
    assert table.frame["電話"].tolist()[0] == 1 and table.reasons["電話"].tolist() == [None, "suppressed"]
    path.write_text("課,電話,件数\n福祉,096-328-2111,2\n税,096-328-2222,5\n", encoding="utf-8")
    assert read_public(path).tables[0].column("電話").kind != "integer"
    assert read_public(path).tables[0].frame["電話"].tolist()[0] == "096-328-2111"

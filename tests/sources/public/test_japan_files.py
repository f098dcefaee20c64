"""Real Japanese public files: shape, first, last and an awkward cell, and what was set apart."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from real_files import needs, real_file

from kumastats.errors import SourceError
from kumastats.sources.public import PublicFile, PublicTable, read_public

JAPAN = real_file("japan")
pytestmark = needs("japan")


def same(first: PublicTable, second: PublicTable) -> bool:
    return (
        first.frame.equals(second.frame)
        and first.reasons.equals(second.reasons)
        and first.totals.equals(second.totals)
        and (first.name, first.sheet, first.columns, first.title, first.notes)
        == (second.name, second.sheet, second.columns, second.title, second.notes)
        and (first.lines, first.total_lines, first.dropped)
        == (second.lines, second.total_lines, second.dropped)
    )


def read(name: str, tmp_path: Path) -> PublicFile:
    """Read a file, and again with the mapping its report writes: the same tables."""
    made = read_public(JAPAN / name)
    made.report.save_mapping(tmp_path / "mapping.yml")
    again = read_public(JAPAN / name, mapping=tmp_path / "mapping.yml")
    assert len(made.tables) == len(again.tables)
    assert all(same(a, b) for a, b in zip(made.tables, again.tables, strict=True))
    assert again.report.mapping() == made.report.mapping()
    return made


def only(name: str, tmp_path: Path) -> PublicTable:
    (table,) = read(name, tmp_path).tables
    return table


def kinds(table: PublicTable) -> list[str]:
    return [c.kind for c in table.columns]


def test_holidays_now(tmp_path):
    table = only("cao_syukujitsu_current_cp932.csv", tmp_path)
    assert table.frame.shape == (1067, 2) and kinds(table) == ["date", "text"]
    assert table.frame.iloc[0].tolist() == [pd.Timestamp(1955, 1, 1), "元日"]
    assert table.frame.iloc[-1].tolist() == [pd.Timestamp(2027, 11, 23), "勤労感謝の日"]
    special = table.frame[table.frame.iloc[:, 0] == pd.Timestamp(2019, 5, 1)]
    assert special.iloc[0, 1] == "休日（祝日扱い）"  # kept as written, its brackets full-width
    assert table.lines[-1] == 1068 and not table.total_lines and not table.dropped


def test_holidays_2017(tmp_path):
    table = only("cao_syukujitsu_2017_iso_cp932.csv", tmp_path)
    assert table.frame.shape == (47, 2) and [c.name for c in table.columns] == [
        "国民の祝日月日",
        "国民の祝日名称",
    ]
    assert table.frame.iloc[0].tolist() == [pd.Timestamp(2017, 1, 1), "元日"]
    assert table.frame.iloc[-1].tolist() == [pd.Timestamp(2019, 11, 23), "勤労感謝の日"]
    assert pd.Timestamp(2018, 2, 12) not in set(table.frame.iloc[:, 0])


def test_estat_database_export(tmp_path):
    made = read("estat_FEH_00200521_cp932.csv", tmp_path)
    (table,) = made.tables
    assert table.frame.shape == (2961, 10) and len(table.total_lines) == 1239 and table.total_lines[0] == 2
    assert kinds(table) == [
        "code", "text", "code", "text", "code", "text", "code", "year", "text", "number",
    ]  # fmt: skip
    assert table.totals.iloc[0, [3, 5, 7, 9]].tolist() == ["総数", "全国", 1920, 55963053.0]
    assert table.frame.iloc[-1, [1, 3, 5, 6, 7, 9]].tolist() == [
        "人口性比",
        "総数",
        "沖縄県",
        "2020000000",
        2020,
        97.065,
    ]
    # the parts of 2020 are the country: neither both sexes, nor Japan, nor the densely settled areas are among them
    people = table.frame[(table.frame["表章項目"] == "人口") & (table.frame["時間軸(調査年)"] == 2020)]
    assert people["value"].sum() == 126_146_099
    assert made.report.encoding == "CP932"
    assert any(t.en == "“-” read as none in 84 cells" for t in made.report.tables[0].said)
    both = pd.concat([table.frame, table.totals])
    assert both["value"].isna().sum() == 84 and set(table.reasons["value"].dropna()) == {"none"}


def test_estat_cities(tmp_path):
    table = only("estat_FEI_CITY_utf8.csv", tmp_path)
    assert table.frame.shape == (171, 4) and kinds(table) == ["fiscal_year", "text", "text", "integer"]
    people = table.column("A1101_総人口")
    assert (people.unit, people.scale) == ("人", 1)
    assert table.frame.iloc[0].tolist() == [2020, "石川県 金沢市", "", 463254]
    assert table.frame.iloc[-1].tolist() == [1980, "石川県 能登町", "", 31277]


def test_census_with_a_code(tmp_path):
    table = only("cao_census_municipal_population.xls", tmp_path)
    assert table.frame.shape == (1741, 11) and table.lines[0] == 8 and table.lines[-1] == 1748
    last = table.columns[-1]
    assert (last.name, last.levels, last.unit, last.period) == (
        "人口総数/2010年",
        ("人口総数", "2010年"),
        "人",
        "2010",
    )
    assert table.frame.iloc[0, [0, 1, 2, 10]].tolist() == ["北海道 札幌市", "011002", 1010177, 1913545]
    assert table.frame.iloc[-1, [0, 1, 10]].tolist() == ["沖縄県 与那国町", "473821", 1657]
    assert {n: t.en for n, t in table.dropped.items()} == dict.fromkeys((1, 2, 3, 4), "note")
    assert table.notes[1] == "※市区町村単位は2014年4月現在" and not table.total_lines


def test_yearbook_of_eight_sheets(tmp_path):
    made = read("saga_pref_yearbook_prices_8sheets.xlsx", tmp_path)
    assert [t.name for t in made.tables] == [
        "15-1(1)", "15-1(1)（2）", "15-1(2)", "15-1(2)（2）", "15-2", "15-2（2）", "15-2（3）", "15-3(1)", "15-3(2)", "15-4",
    ]  # fmt: skip
    first = made.table("15-1(1)")
    assert first.frame.shape == (32, 23) and first.column("総合").unit == "令和2年=100"
    # an era given once, then bare numbers; years, fiscal years and months in columns of their own
    years = first.frame[["年次・月", "年", "年度", "月", "区分（時期）", "総合"]]
    assert years.iloc[2, [0, 1, 4, 5]].tolist() == ["30", 2018, "年平均", 99.5]
    assert years.iloc[3, 1] == 2019 and years.iloc[5, 1] == 2021
    assert years.iloc[7, [2, 4, 5]].tolist() == [2020, "年度平均", 99.9] and pd.isna(years.iloc[7, 1])
    assert years.iloc[-1, [3, 5]].tolist() == ["2021-12", 99.5]
    assert years.iloc[0, 0] == "ウエイト" and first.reasons["年"][0] == "not_applicable"
    assert first.frame["設備修繕・維持"][0] == 296  # the head stood on two lines, its words spread by spaces
    # half-width kana in a head of three rows, two of them merged
    second = made.table("15-1(1)（2）")
    assert "シャツ・セーター類" in second.frame and second.lines[0] == 43 and second.lines[-1] == 77
    assert {n: t.en for n, t in second.dropped.items()} == dict.fromkeys((78, 79, 80, 81), "note")
    assert second.column("電気代").unit == "令和2年=100"  # stated once, above the first block


def test_yearbook_prices(tmp_path):
    made = read_public(JAPAN / "saga_pref_yearbook_prices_8sheets.xlsx")
    prices = made.table("15-2（2）")
    assert prices.column("みかん/(1kg)").unit == "円"
    assert prices.frame["みかん/(1kg)"].isna().sum() == 5
    assert prices.reasons["みかん/(1kg)"][7] == "missing" and prices.lines[7] == 32
    assert prices.frame["民営家賃/1か月3.3m2"][1] == 3587  # r 3 587: revised, its thousands parted by a space
    fees = made.table("15-2（3）")
    assert fees.frame["保育所保育料/公立1か年"][2] == 341400  # 2) before the name, 341 400 in the cell
    missing = [r for t in made.tables for c in t.reasons for r in t.reasons[c] if r == "missing"]
    assert len(missing) == 32
    trade = made.table("15-3(2)")  # two tables side by side, the row labels once more between them
    assert trade.frame.shape == (8, 22)
    assert trade.frame.iloc[-1][
        ["(2) 輸出物価指数/総平均", "(3) 輸入物価指数/その他産品・製品"]
    ].tolist() == [
        108.283333333333,
        109.875,
    ]


def test_yearbook_household_accounts(tmp_path):
    made = read_public(JAPAN / "saga_pref_yearbook_prices_8sheets.xlsx")
    table = made.table("15-4")
    assert table.frame["シート"].unique().tolist() == ["15-4", "15-5(1)", "15-5(2)"]
    assert table.column("令和3年/1月").period == "2021-01" and table.column("平成26年/平均").period == "2014"
    # rows have units of their own; the one of the table holds for the others
    assert table.frame[["項目", "単位"]].iloc[0].tolist() == ["集計世帯数（世帯）", "世帯"]
    assert table.frame.set_index("項目").loc["穀類", "単位"].tolist() == ["円", "円"]
    # a sum of the rows indented below it, and of the rows that follow it
    whole = table.totals[table.totals["シート"] == "15-4"]["項目"].tolist()
    assert whole[:3] == ["消費支出", "食料", "住居"] and len(whole) == 11
    assert "うち定期収入" in set(table.totals["項目"])


def test_projection_past_the_era(tmp_path):
    table = only("ipss_table10-1_heisei_gt31.xls", tmp_path)
    assert table.frame.shape == (51, 11) and table.lines == list(range(5, 56))
    assert (table.frame["年次"] == table.frame["年次（2）"]).all()  # 平成34 is 2022, as the next column says
    assert table.frame.iloc[7, :3].tolist() == [2022, 2022, 124310.239]
    assert table.frame.iloc[-1, [0, 2, 10]].tolist() == [2065, 88076.506, 83781.534]
    middle = table.column("死亡高位仮定/出生低位")
    assert (middle.unit, middle.scale) == ("1,000人", 1000)
    assert {n: t.en for n, t in table.dropped.items()} == {2: "title or unit", 57: "note"}


def test_settlement_card_is_a_form():
    with pytest.raises(SourceError, match="whole-page form") as caught:
        read_public(JAPAN / "soumu_fy2018_settlement_card_pref.xlsx")
    assert "block: B10:F20" in str(caught.value)


def test_settlement_card_block(tmp_path):
    path = JAPAN / "soumu_fy2018_settlement_card_pref.xlsx"
    mapping = {"sheet": "44熊本県", "block": "B9:AN40", "header_rows": 1}
    made = read_public(path, mapping=mapping)
    (table,) = made.tables
    assert [c.name for c in table.columns] == ["区分", "決算額", "構成比", "経常一般財源等", "構成比（2）"]
    assert table.frame.iloc[0].tolist() == ["地方税", 200802213, 21.8, 156932922, 40.5]
    assert table.frame.iloc[-1, :2].tolist() == ["地方債", 139199310] and table.reasons.iloc[-1, 3] == "none"
    assert table.totals.iloc[-1, :2].tolist() == ["歳入合計", 920528638] and table.total_lines == [
        25,
        38,
        39,
        40,
    ]
    assert same(table, read_public(path, mapping=made.report.mapping()).tables[0])
    staff = read_public(path, mapping={"sheet": "44熊本県", "block": "CA15:DF23", "header_rows": 2}).tables[0]
    assert staff.frame.iloc[-1, :2].tolist() == ["臨時職員", 2]
    assert staff.reasons.iloc[-1].tolist() == [None, None, "single_person", "single_person"]
    assert staff.column("給料月額").unit == "百円" and staff.column("給料月額").scale == 100


def test_settlement_card_negative_numbers():
    """Negatives stand as numbers and as text."""
    mapping = {"sheet": "44熊本県", "block": "BX4:DN14", "header_rows": 1}
    table = read_public(JAPAN / "soumu_fy2018_settlement_card_pref.xlsx", mapping=mapping).tables[0]
    assert -4934556 in table.frame["平成30年度"].tolist() and table.column("平成30年度").unit == "千円"
    assert table.column("平成30年度").period == "FY2018"


def test_register_of_residents(tmp_path):
    table = only("soumu_h30_juki_population_dynamics.xls", tmp_path)
    people = "平成30年/人口/計"
    assert table.frame.shape == (1902, 25) and len(table.total_lines) == 377 and table.total_lines[0] == 5
    # every prefecture, city with wards and county is set apart, so the parts add up to the country
    assert table.frame[people].sum() == table.totals[people].iloc[0] == 127_707_259
    kumamoto = table.totals[table.totals["団体コード"] == "431001"].iloc[0]
    wards = table.frame[table.frame["団体コード"].str.startswith("4310")]
    assert kumamoto["市区町村名"] == "熊本市" and wards[people].sum() == kumamoto[people] == 734_317
    assert table.frame.iloc[0, [0, 2]].tolist() == ["011011", "札幌市中央区"]
    assert table.frame.iloc[-1, [0, 2, 5, 24]].tolist() == [
        "473821",
        "八重山郡与那国町",
        1709,
        -0.176056338028169,
    ]
    stock, flow = table.columns[3], table.column("平成29年/住民票記載数/計(A)")
    assert (stock.period, flow.period, flow.total, flow.unit) == ("2018", "2017", True, None)
    assert table.dropped[1].en == "title or unit"


def test_tram_timetable(tmp_path):
    made = read("kumamoto_city_tram_gtfs.zip", tmp_path)
    assert len(made.tables) == 15
    times = made.table("stop_times")
    assert times.frame.shape == (28779, 9) and times.columns[1].kind == "duration"
    assert times.frame.iloc[0, :3].tolist() == [
        "1+0+平日+235",
        pd.Timedelta(hours=5, minutes=56),
        pd.Timedelta(hours=5, minutes=56),
    ]
    assert made.table("calendar").frame["start_date"].tolist() == [pd.Timestamp(2025, 6, 1)] * 3
    assert made.table("office_jp").frame.shape == (0, 3)
    assert made.table("translations").frame.shape == (94, 6)
    office = made.table("agency_jp").frame.iloc[0]
    assert office["agency_zip_number"] == "8620971" and office["agency_address"].endswith("五丁目１－４０")


def test_bus_times_past_midnight(tmp_path):
    table = only("gtfs_dentetsubus_stop_times_over24h_excerpt.txt", tmp_path)
    assert table.frame.shape == (260, 9) and table.columns[1].kind == "duration"
    assert table.frame["arrival_time"].iloc[[0, -1]].tolist() == [
        pd.Timedelta(hours=23),
        pd.Timedelta(hours=25, minutes=2),
    ]
    midnight = table.frame[table.frame["arrival_time"] == pd.Timedelta(hours=24)]
    assert len(midnight) >= 1


def test_accidents(tmp_path):
    table = only("yaizu_traffic_accident_2019.csv", tmp_path)
    assert table.frame.shape == (907, 27)
    by_name = {c.name: c.kind for c in table.columns}
    assert by_name["発生日時年"] == "year" and by_name["発生日時分"] == "code"
    assert by_name["発生日時(年月日)"] == "date" and by_name["発生日時(時間)"] == "duration"
    first, last = table.frame.iloc[0], table.frame.iloc[-1]
    assert first["発生日時(時間)"] == pd.Timedelta(hours=14, minutes=37) and first["時間帯区分"] == "12-15時"
    assert last["発生日時分"] == "10" and last["発生日時(年月日)"] == pd.Timestamp(2019, 12, 30)
    assert (last["経度"], last["緯度"]) == (138.3041666, 34.8785555)
    assert table.frame["発生日時分"].str.len().eq(2).all()


def test_facilities(tmp_path):
    table = only("yaizu_facilities_hours_freetext.csv", tmp_path)
    assert table.frame.shape == (28, 24) and table.columns[0].kind == "code"
    assert table.frame.iloc[0, [0, 4]].tolist() == [
        "222127",
        "駿河湾深層水利用促進交流施設（深層水ミュージアム）",
    ]
    assert (
        table.frame["利用可能日時特記事項"][2]
        == "【開館時間】9:00～21:30 【休館日】12月29日から翌年１月３日まで"
    )
    assert table.frame.iloc[-1, 1] == "91100001" and (table.frame["電話番号"] == "").all()


def test_daily_tests(tmp_path):
    table = only("toyokeizai_pcr_case_daily_bom.csv", tmp_path)
    assert table.frame.shape == (347, 7) and kinds(table) == ["date", *["integer"] * 6]
    assert table.frame.iloc[0].tolist()[:6] == [pd.Timestamp(2020, 2, 18), 472, 75, 398, 0, 79]
    # an empty cell is not a zero, and gives no reason
    assert pd.isna(table.frame.iloc[0, 6]) and table.reasons.iloc[0, 6] is None
    assert table.frame.iloc[-1].tolist()[:4] == [pd.Timestamp(2021, 1, 29), 0, 0, 4327]
    assert table.frame.iloc[-1, 4:].isna().all()


def test_budget_request(tmp_path):
    table = only("digital_agency_r4_budget_request_bom.csv", tmp_path)
    asked = table.column("令和4年度概算要求額")
    assert (asked.unit, asked.scale, asked.kind) == ("百万円", 1_000_000, "integer")
    assert table.frame.shape == (7, 5) and table.total_lines == [2]
    assert table.totals.iloc[0, [0, 3, 4]].tolist() == ["デジタル庁 合計", 542632, 309624]
    assert table.frame["令和4年度概算要求額"].sum() == 542632
    assert table.frame.iloc[-1, [3, 4]].tolist() == [182, 0]


def test_dates_are_dates():
    table = read_public(JAPAN / "cao_syukujitsu_current_cp932.csv").tables[0]
    assert table.frame.iloc[0, 0].date() == dt.date(1955, 1, 1)

"""Numbers, symbols, units, names and periods: read right or not at all, whatever the spelling."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumastats.errors import SourceError
from kumastats.sources.public.excel_text import excel_text, number_text
from kumastats.sources.public.numbers import SYMBOLS, parse_number, reason_of
from kumastats.sources.public.periods import is_period_column, read_periods
from kumastats.sources.public.totals import Rows, find_totals, is_total
from kumastats.sources.public.words import (
    label,
    plain,
    split_mark,
    split_unit,
    squeezed,
    stated_units,
    unit_of,
)
from kumastats.tables.catalogue import REASONS

WIDE = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")
numbers = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=2)


@given(numbers, st.booleans(), st.booleans(), st.sampled_from(["-", "△", "▲", "－", "−", "△ ", "▲　"]))
def test_numbers_are_read_as_they_were_written(value, grouped, wide, minus):
    digits = f"{abs(value):,.2f}" if grouped else f"{abs(value):.2f}"
    text = (minus if value < 0 else "") + digits
    found = parse_number(text.translate(WIDE) if wide else text)
    assert found is not None and found.value == value


@given(st.integers(0, 10**15))
def test_thousands_parted_by_spaces(value):
    found = parse_number(f"{value:,}".replace(",", " "))
    assert found is not None and found.value == value


@given(st.text(alphabet="0123456789,.-△▲ ()%xX*…－年人", max_size=8))
def test_a_text_is_a_number_whole_or_not_at_all(text):
    """What is read, written again without its marks, is what stood there."""
    found = parse_number(text)
    if found is None:
        return
    kept = [c for c in plain(text) if c.isdigit() or c == "."]
    assert Decimal("".join(kept)) == abs(found.value)
    assert not set(plain(text)) & set("()xX*年人")
    assert found.percent == plain(text).endswith("%")


@pytest.mark.parametrize(
    "text", ["1,23", "12,34,567", "1.2.3", "(5)", "--1", "5人", "1e3", "０x", "", "△", "1 23", "%"]
)
def test_what_is_no_number(text):
    assert parse_number(text) is None


def test_symbols_have_reasons_of_the_catalogue():
    assert set(SYMBOLS.values()) <= set(REASONS)
    spelled = {
        "Ｘ": "suppressed",
        "χ": "suppressed",
        "－": "none",
        "―": "none",
        "***": "unknown",
        "…": "missing",
    }
    spelled |= {"．．．": "missing", "＊": "single_person", "0＊": "rounded_to_zero", "・": "not_applicable"}
    assert {s: reason_of(s, SYMBOLS) for s in spelled} == spelled
    assert reason_of("NA", SYMBOLS) is None and reason_of("△", SYMBOLS) is None


SCALES = {
    "": 1,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "億": 100_000_000,
    "1,000": 1_000,
    "１，０００": 1_000,
}


@given(
    st.sampled_from(sorted(SCALES)),
    st.sampled_from(["円", "人", "世帯", "件"]),
    st.sampled_from(["人口", "決算額", "受付数", "髙齢者数"]),
)
def test_units_leave_the_name_and_keep_their_scale(scale, counted, name):
    for opened, closed in ("（）", "()", "【】", "［］"):
        words, unit = split_unit(f"{name}{opened}{scale}{counted}{closed}")
        assert words == name and unit is not None and unit.scale == SCALES[scale]
        assert unit.text == squeezed(scale + counted)


@given(st.text(alphabet="国内計東部男ＡA1（）()", max_size=8))
def test_a_name_without_a_unit_loses_nothing(text):
    words, unit = split_unit(text)
    if unit is None:
        assert squeezed(words) == squeezed(text)


@pytest.mark.parametrize(
    "text", ["国内", "計", "Ａ", "100g", "3.3㎡", "東部", "うち男", "1本180ml", "令和2年"]
)
def test_what_is_no_unit(text):
    assert unit_of(text) is None


def test_units_stated_for_a_table():
    assert [u.text for u in stated_units("【単位：千円】") or ()] == ["千円"]
    assert [u.text for u in stated_units("（単位　百万円・％）") or ()] == ["百万円", "%"]
    assert [u.text for u in stated_units("(単位千円)") or ()] == ["千円"]
    assert [u.text for u in stated_units("単位：世帯の数") or ()] == ["世帯の数"]
    assert stated_units("単位費用の推移") is None and stated_units("（単位数の内訳）") is None


@pytest.mark.parametrize(
    ("text", "name", "mark"),
    [
        ("人口1)", "人口", "1)"),
        ("人口 ※2", "人口", "※2"),
        ("世帯（注1）", "世帯", "(注1)"),
        ("面積(km2)", "面積(km2)", ""),
        ("平成30", "平成30", ""),
    ],
)
def test_footnote_marks(text, name, mark):
    assert split_mark(label(text)) == (name, mark)


def test_names_keep_their_kanji():
    assert (
        label("髙﨑　ｼｮﾝ") == "髙﨑 ション"
        and label("総　　数") == "総数"
        and label("令　和　3　年") == "令和3年"
    )
    assert label("\ufa11\uf9dc") == "\ufa11\uf9dc"


@given(st.integers(2, 60), st.integers(1, 40))
def test_bare_years_go_on_from_their_era(first, n):
    texts = [f"平成 {first}", *(str(first + i) for i in range(1, n))]
    assert [p.year for p in read_periods(texts) if p] == [1988 + first + i for i in range(n)]


@pytest.mark.parametrize(
    ("texts", "made"),
    [
        (["平成27", "28.0".replace(".0", ""), "34"], ["2015", "2016", "2022"]),
        (["H30", "R元", "R2"], ["2018", "2019", "2020"]),
        (["平成31年度", "令和元年度", "2"], ["FY2019", "FY2019", "FY2020"]),
        (["平成30年（2018）", "令和元(2019)年"], ["2018", "2019"]),
        (["平成31年4月", "令和元年5月", "6月", "12"], ["2019-04", "2019-05", "2019-06", "2019-12"]),
        (["2018年度", "2019年度"], ["FY2018", "FY2019"]),
        (["2018年", "ウエイト", "19"], ["2018", "None", "2019"]),
    ],
)
def test_periods(texts, made):
    assert [str(p) for p in read_periods(texts)] == made


@pytest.mark.parametrize(
    "texts",
    [["令和2", "29"], ["平成30", "2"], ["平成30年12月", "1"], ["平成30年(2017)"], ["昭和50", "平成2", "1"]],
)
def test_periods_that_cannot_follow_are_refused(texts):
    with pytest.raises(SourceError):
        read_periods(texts)


def test_numbers_are_not_years():
    assert not is_period_column(["1", "2", "3"], "番号") and not is_period_column(["47", "61"], "年齢")
    assert is_period_column(["30", "31"], "年度", "平成") and not is_period_column(["30", "31"], "年度")
    assert is_period_column(["2018", "2019"], "年") and not is_period_column(["2018", "2019"], "件数")


def test_totals_need_parts():
    assert find_totals(Rows([["総数", "総数"]])) == {}
    assert find_totals(Rows([["総数", "男", "女"]])) == {0: "total"}
    # 総数 of something that was never parted is a value of its own
    assert find_totals(Rows([["人口", "人口", "比"], ["総数", "男", "総数"]])) == {0: "total"}
    assert [is_total(t) for t in ("会計", "統計", "小　計", "市町村計", "時計店", "全国")] == [
        False, False, True, True, False, True,
    ]  # fmt: skip


def test_a_sum_by_chance_is_no_subtotal():
    labels = [["a", "b", "c", "d"]]
    assert find_totals(Rows(labels, depths=[0, 0, 0, 0], numbers=[[6, 1, 2, 3]])) == {}
    assert find_totals(Rows(labels, depths=[0, 1, 1, 0], numbers=[[3, 1, 2, 9]])) == {0: "subtotal"}
    # one off may be rounding, but not in numbers as small as these
    assert find_totals(Rows(labels, depths=[0, 1, 1, 0], numbers=[[4, 1, 2, 9]])) == {}
    assert find_totals(Rows(labels, depths=[0, 1, 1, 0], numbers=[[4001, 1000, 3000, 9]])) == {0: "subtotal"}
    assert find_totals(Rows(labels, depths=[0, 1, 1, 0], numbers=[[40, 1, 2, 9]])) == {}


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_stored_numbers_are_written_to_fifteen_digits(value):
    assert float(number_text(value)) == pytest.approx(value, rel=1e-14, abs=1e-30)


@given(st.integers(0, 200 * 86_400))
def test_durations_keep_their_seconds(seconds):
    text, lost = excel_text(seconds / 86_400, "[h]:mm:ss")
    hours, minutes, *rest = map(int, text.split(":"))
    assert hours * 3600 + minutes * 60 + sum(rest) == seconds and not lost
    assert excel_text(seconds / 86_400, "h:mm") == (text, seconds >= 86_400)

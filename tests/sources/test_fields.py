"""Fields: every value is read right or refused with its place; symbols become reasons; units in headers count."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumastats.errors import KumastatsError, MappingError, Problems, SourceError
from kumastats.sources import Mapping
from kumastats.sources.defects import Defects
from kumastats.sources.fields import MISSING, MISSING64, Fields
from kumastats.sources.numbers import number
from kumastats.sources.raw import RawColumn, RawTable
from kumastats.sources.spellings import hours_point_minutes, month_start
from kumastats.tables.column import REASONS

WIDE = str.maketrans("0123456789-,.", "０１２３４５６７８９－，．")


def fields(columns, *, mapping=None, preamble="", quarantine=()):
    raw = {h: RawColumn.of(h, cells) for h, cells in columns.items()}
    rows = len(next(iter(columns.values())))
    table = RawTable("t.csv", tuple(columns), raw, np.arange(rows) + 2, preamble, ",")
    usual = {h: (h,) for h in columns} | {"amount": ("金額",), "people": ("人数",)}
    return Fields(table, mapping or Mapping.default("costs"), usual, Defects(rows, table.place, quarantine))


def mapping(tmp_path, text):
    path = tmp_path / "costs.yml"
    path.write_text("source: costs\n" + text, encoding="utf-8")
    return Mapping.load(path)


def written(value, sign, comma, wide, decimals=0):
    text = f"{abs(value):,}" if comma else str(abs(value))
    text = (sign if value < 0 else "") + text + ("." + "0" * decimals if decimals else "")
    return text.translate(WIDE) if wide else text


@given(
    st.lists(
        st.tuples(
            st.integers(-(10**12), 10**12),
            st.sampled_from("-△▲－−"),
            st.booleans(),
            st.booleans(),
            st.integers(0, 2),
        ),
        min_size=1,
    )
)
def test_integers_in_every_spelling(cells):
    made = fields({"n": [written(*c) for c in cells]}).integers("n")
    assert made.tolist() == [c[0] for c in cells]


@given(st.text(st.sampled_from("0123456789,.-△▲－ 　xX*…円千人%()（）+１２"), max_size=8))
def test_a_number_is_read_right_or_refused_never_lost(text):
    made = fields({"n": [text, "1"]})
    values, reasons = made.integers("n"), made.reasons("n")
    assert values[1] == 1 and reasons[1] is None
    try:
        made.defects.refuse()
    except SourceError as error:
        assert (error.place.row, error.place.column, values[0]) == (2, "n", MISSING64)
        return
    if values[0] == MISSING64:
        assert reasons[0] in REASONS or not text.strip()
    else:
        assert reasons[0] is None and number(text) == int(values[0])


@pytest.mark.parametrize(
    "text", ["1,23", "1,2345", ",123", "1.5", "--5", "5-", "1 2", "12件", "nan", "1e5", "△", "0x10", "９,９"]
)
def test_what_is_no_whole_number_is_refused(text):
    made = fields({"n": [text]}, quarantine=("unreadable_number",))
    assert made.integers("n").tolist() == [MISSING64] and made.defects.quarantined == {"unreadable_number": 1}


def test_symbols_become_reasons_and_the_mapping_rules(tmp_path):
    cells = {"n": ["5", "-", "x", "…", "***", "", "－", "Ｘ", ".."]}
    made = fields(cells)
    assert made.integers("n").tolist() == [5, *[MISSING64] * 8]
    assert made.reasons("n").tolist() == [
        None, "none", "suppressed", "unknown", "not_applicable", None, "none", "suppressed", "unknown",
    ]  # fmt: skip
    changed = fields(
        cells,
        mapping=mapping(
            tmp_path, 'symbols: {x: unknown}\ncolumns: {n: {column: n, symbols: {"-": not_applicable}}}\n'
        ),
    )
    assert changed.reasons("n")[1] == "not_applicable" and changed.reasons("n")[2] == "unknown"
    with pytest.raises(MappingError, match="Symbols"):
        mapping(tmp_path, "symbols: {x: hidden}\n")


def test_units_in_headers_and_titles_multiply():
    made = fields({"金額(千円)": ["1,234", "△5", "0.5"]})
    assert made.yen("amount").tolist() == [1_234_000, -5_000, 500]
    assert any("千円" in d.ja and "1,000" in d.ja for d in made.decisions)
    assert fields({"金額": ["¥1,234", "5円"]}, preamble="決算（単位：百万円）").yen("amount").tolist() == [
        1_234_000_000,
        5_000_000,
    ]
    assert fields({"人数(千人)": ["1.5"]}).integers("people").tolist() == [1500]
    assert fields({"金額(円)": ["7"]}, preamble="(単位:千円)").yen("amount").tolist() == [7]
    part = fields({"金額(千円)": ["0.0005"]})
    part.yen("amount")
    with pytest.raises(KumastatsError, match="not a whole number"):
        part.defects.refuse()


@given(st.decimals(-1000, 1000, places=4))
def test_thousandths_are_rounded_half_to_even_and_told(value):
    made = fields({"w": [str(value)]})
    assert made.thousandths("w").tolist() == [int((value * 1000).to_integral_value("ROUND_HALF_EVEN"))]
    assert made.counts == ({"rounded": 1} if value * 1000 % 1 else {})
    assert number(str(value)) == Decimal(value)


def test_flags_know_yes_no_and_nothing_else():
    made = fields({"f": ["済", "未", "", "○", "否"]}, quarantine=("unknown_value",))
    assert made.flags("f", ("済", "○")).tolist() == [True, False, None, True, None]
    assert made.defects.quarantined == {"unknown_value": 1}
    assert fields({"f": ["該当", ""]}).flags("f", ("該当",), ("",)).tolist() == [True, False]
    assert fields({"f": ["x"]}).flags("g", ("x",)) is None


MONTHS = (
    "平成30年4月",
    "H30.4",
    "2018-04",
    "2018/4",
    "201804",
    "２０１８年４月",
    "2018-04-01",
    "平成30年4月分",
    "2018年04月",
)


@pytest.mark.parametrize("text", MONTHS)
def test_months_in_every_spelling(text):
    assert month_start(text) == dt.date(2018, 4, 1)
    assert fields({"m": [text, ""]}).months("m").astype(str).tolist() == ["2018-04-01", "NaT"]


@pytest.mark.parametrize("text", ["4月", "2018-13", "30年4月", "2018", "2018-04-02", "四月"])
def test_what_is_no_month_is_refused(text):
    made = fields({"m": [text, "2018-04"]})
    made.months("m")
    with pytest.raises(KumastatsError) as caught:
        made.defects.refuse()
    assert caught.value.place.row == 2
    if text == "30年4月":
        told = fields({"m": [text]}, preamble="平成30年度")
        assert told.months("m").astype(str).tolist() == ["2018-04-01"] and told.counts == {
            "era_without_name": 1
        }


def test_ends_without_an_end_are_open_only_where_asked():
    cells = {"d": ["2018/4/1", "2222/12/31", "9999-12-31", ""]}
    made = fields(cells)
    assert made.dates("d", open_end=True).astype(str).tolist() == ["2018-04-01", "NaT", "NaT", "NaT"]
    assert made.counts == {"open_end": 2}
    assert fields(cells).dates("d").astype(str).tolist()[1] == "2222-12-31"


def test_weekdays_behind_dates_must_agree():
    made = fields({"d": ["2018/4/2(月)", "2018/4/3（水）"]})
    assert made.dates("d").astype(str).tolist() == ["2018-04-02", "NaT"]
    with pytest.raises(KumastatsError, match="weekday") as caught:
        made.defects.refuse()
    assert caught.value.place.row == 3


def test_a_bare_year_without_an_era_is_refused_and_with_one_counted():
    with pytest.raises(KumastatsError, match="without its era"):
        fields({"d": ["31. 1. 1"]}).dates("d")
    made = fields({"d": ["31. 1. 1", "平成31年1月2日"]})
    assert made.dates("d", era="平成").astype(str).tolist() == ["2019-01-01", "2019-01-02"]
    assert made.counts == {"era_without_name": 1}


def test_units_of_durations(tmp_path):
    cells = {"t": ["8.30", "0.15", "7"]}
    point = fields(cells, mapping=mapping(tmp_path, "columns: {t: {column: t, unit: h.mm}}\n"))
    assert point.minutes("t").tolist() == [510, 15, 420]
    hours = fields(cells, mapping=mapping(tmp_path, "columns: {t: {column: t, unit: decimal_hours}}\n"))
    assert hours.minutes("t").tolist() == [498, 9, 420]
    assert fields({"t(分)": ["90"]}).minutes("t(分)").tolist() == [90]
    total = fields(
        {"a": ["1:00", "", ""], "b": ["0:30", "2:00", ""]},
        mapping=mapping(tmp_path, "columns: {t: {sum: [a, b]}}\n"),
    )
    assert total.minutes("t").tolist() == [90, 120, MISSING]
    with pytest.raises(MappingError, match="unit"):
        mapping(tmp_path, "columns: {t: {column: t, unit: hmm}}\n")


@given(st.text("0123456789.:", max_size=6))
def test_hours_point_minutes_are_read_right_or_refused(text):
    try:
        made = hours_point_minutes(text)
    except KumastatsError:
        return
    hours, _, minutes = text.partition(".")
    assert made == int(hours) * 60 + int(minutes or 0) and (
        not minutes or (len(minutes) == 2 and int(minutes) < 60)
    )


def test_what_is_noticed_is_counted():
    made = fields({"t": ["404‘54", "7:45"], "c": ["25:30", "8:00"]})
    made.minutes("t")
    made.clock("c")
    made.count("c", np.array([True, False]), "直した", "mended", "mended")
    made.decide("決めた", "decided", "decided", 3)
    made.decide("決めた", "decided", "decided", 3)
    assert made.counts == {"hours_minutes_quote": 1, "past_midnight": 1, "mended": 1, "decided": 3}
    assert [d.en for d in made.decisions] == ["c: mended (1)", "decided"]


def test_many_bad_cells_are_told_in_the_order_of_the_file():
    made = fields({"a": ["x1"] * 500, "b": ["y"] * 500})
    made.integers("b")
    made.integers("a")
    with pytest.raises(Problems) as caught:
        made.defects.refuse()
    rows = [p.place.row for p in caught.value.problems if p.place]
    assert rows == sorted(rows) and rows[0] == 2 and rows[-1] == 11 and len(rows) == 20
    assert "980" in caught.value.text("en")

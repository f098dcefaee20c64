"""What a reader sees: the same number in both languages, the same figure in the same bytes."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumastats.display import Figure, HtmlTable, interval, number, percent, word, yen
from kumastats.display.labels import WORDS
from kumastats.display.style import figure_style, mark_event, new_figure, svg_bytes
from kumastats.errors import UsageError


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_both_languages_carry_the_same_digits(value: float, decimals: int):
    ja, en = number(value, "ja", decimals), number(value, "en", decimals)
    assert ja.replace("△", "−") == en
    assert abs(float(en.replace(",", "").replace("−", "-")) - value) <= 0.5 * 10**-decimals * (1 + 1e-9)


def test_zero_has_no_sign():
    assert number(-0.4) == number(0.0) == "0"
    assert percent(-0.0001, "en") == "0.0%"


def test_money_in_both_languages():
    assert (yen(99_999_999), yen(99_999_999, "en")) == ("9,999万9,999円", "¥99.999999 million")
    assert yen(-600_000_000) == "△6億円"
    assert yen(12_345) == "1万2,345円"


def test_interval_writes_the_unit_once():
    assert interval(1, 2, "en", 0, "min") == "1 to 2 min"


def test_no_word_is_empty_and_unknown_ones_are_refused():
    assert all(t.ja and t.en for t in WORDS.values())
    with pytest.raises(UsageError):
        word("nonesuch")


def draw() -> bytes:
    with figure_style():
        figure, ax = new_figure()
        ax.plot([0, 1, 2], [3, 1, 2])
        ax.set_title("時間外勤務")
        mark_event(ax, 1, "導入")
        return svg_bytes(figure)


@pytest.mark.parametrize(("lang", "low"), [("ja", "△10.0"), ("en", "\u221210.0")])
def test_ticks_write_a_minus_as_the_tables_do_and_give_way_to_dates(lang, low):
    with figure_style(lang):
        figure, ax = new_figure(lang)
        ax.plot([dt.date(2018, 4, 1), dt.date(2019, 4, 1)], [-10, 10])
        figure.canvas.draw()
        assert low in {t.get_text() for t in ax.get_yticklabels()}
        assert "2018-05" in {t.get_text() for t in ax.get_xticklabels()}


def test_a_figure_is_the_same_bytes_twice_and_changes_nothing_global():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    assert draw() == draw()
    assert dict(mpl.rcParams) == before


def test_figures_on_one_page_share_no_id():
    one, two = Figure(draw(), "折れ線", "一つ").html(), Figure(draw(), "折れ線", "二つ").html()
    ids = [set(re.findall(r'\bid="([^"]+)"', h)) for h in (one, two)]
    assert ids[0] and not ids[0] & ids[1]
    for page, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r'href="#([^"]+)"', page)) <= own
    assert 'role="img"' in one and 'aria-label="折れ線"' in one


def test_tables_are_escaped_and_scoped():
    table = HtmlTable(["職場", "時間"], [["<b>", "1.5"], ["南区", "△2.0"]], "表").html()
    assert "&lt;b&gt;" in table and table.count('scope="row"') == 2
    assert table.count('class="r') == 3


def test_figures_dates_and_short_words_stay_on_one_line():
    rows = [
        ["令和4（2022）年度", "2023-04-14", "1.22 (0.79〜1.87)", "合格"],
        ["一覧にない所属コード", "中央区役所 区民課", "—", "職場の人数に合わせて"],
    ]
    cells = re.findall(
        r"<t[hd][^>]*>[^<]*", HtmlTable(["年度", "日", "値", "長い長い見出し"], rows, "表").html()
    )
    kept = {
        c.split(">")[1] for c in cells if "w" in (re.search(r'class="([^"]*)"', c) or [""] * 2)[1].split()
    }
    assert kept == {"年度", *rows[0]}


def test_a_ragged_table_is_refused_where_it_is_made():
    with pytest.raises(ValueError, match="has 2 columns but a row of 3"):
        HtmlTable(["職場", "時間"], [["南区", "1.5", "2"]], "表")

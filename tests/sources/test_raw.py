"""Delimited files of any size: the same table and the same rows in blocks of any size, or the same refusal."""

import csv
import hashlib
import io

import numpy as np
import pytest
from files import KEY
from hypothesis import given, settings
from hypothesis import strategies as st

from kumastats.errors import KumastatsError, SourceError
from kumastats.sources import encoding, read, split
from kumastats.sources.blocks import Block, Blocks
from kumastats.sources.scan import scan
from kumastats.sources.stage import Stage

HEAD = ("番号", "名前", "日付")


def is_head(cells):
    return "番号" in cells and len(cells) >= 2


def table(data, **more):
    """Return what was read as (line, cells) rows, empty cells as None."""
    made = scan(data, looks_like_header=is_head, file="t.csv", **more)
    whole = made.whole()
    columns = [whole.columns[h].take(whole.columns[h].values, None) for h in whole.heads]
    return made, list(zip(whole.lines.tolist(), *columns, strict=True))


def outcome(data, **more):
    try:
        return table(data, **more)[1]
    except KumastatsError as error:
        return error.found.en, error.place


CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "　", "8:30", "架空", "髙﨑①", "ｺｰﾄﾞ", "a,b", 'say "x"', "二行\nある", "0012345", "－"]
    ),
    # these are written as one byte pair each and come back as others
    st.text(
        st.characters(codec="cp932", categories=("L", "N", "P", "S"), exclude_characters="¢£¬‖−〜"),
        max_size=6,
    ),
)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=30)


def written(rows, newline="\n"):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEAD, *rows])
    return out.getvalue().replace("\n", newline)


@settings(max_examples=150, deadline=None)
@given(
    rows=ROWS,
    size=st.integers(8, 200),
    encoding=st.sampled_from(["utf-8", "cp932"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_blocks_of_any_size_give_the_table_that_csv_gives(rows, size, encoding, newline):
    text = written(rows, newline)
    data = text.encode(encoding)
    small, whole = outcome(data, encoding=encoding, block=size), outcome(data, encoding=encoding)
    assert small == whole
    expected, line = [], 1
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n"), newline=""))
    for cells in reader:
        stripped = [c.strip() or None for c in cells]
        if line > 1 and any(stripped):
            expected.append((line, *stripped))
        line = reader.line_num + 1
    if expected:
        assert whole == expected
    else:
        assert whole[0].startswith("There are no rows")


@settings(max_examples=150, deadline=None)
@given(
    data=st.one_of(st.binary(max_size=300), st.text('a,"\n\r あ', max_size=80).map(str.encode)),
    size=st.integers(1, 64),
)
def test_any_bytes_are_read_alike_or_refused_alike_whatever_the_block(data, size):
    body = "番号,名前\n".encode() + data
    whole, small = outcome(body, encoding="utf-8"), outcome(body, encoding="utf-8", block=size)
    if isinstance(whole, list) or isinstance(small, list):
        assert whole == small
    else:  # two things may be wrong; which is told first may differ, that it is refused with a place may not
        assert whole[1].file == small[1].file == "t.csv"


@settings(max_examples=100, deadline=None)
@given(rows=ROWS)
def test_the_fast_and_the_careful_way_to_split_agree(rows):
    data = written(rows).encode()
    block = Block(data, 5, data.count(b"\n"))
    fast = split._regular(block, "t.csv", ",", 3, 0)
    careful = split._irregular(block, "t.csv", ",", 3)
    assert fast is not None and fast.lines.tolist() == careful.lines.tolist()
    for j in range(3):
        cells = [[made.values[j][c] for c in made.codes[j]] for made in (fast, careful)]
        assert cells[0] == cells[1]


LINES = ["番号,名前,日付", *[f"{i:04d},架空 {i % 7},2018/4/{i % 28 + 1}" for i in range(300)]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "shift_jis", "euc_jp"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end(tmp_path, encoding, newline):
    path = tmp_path / "t.csv"
    path.write_bytes(newline.join(["表題", *LINES]).encode(encoding))
    told = encoding if encoding in ("shift_jis", "euc_jp") else None
    made = scan(path, looks_like_header=is_head, encoding=told, block=500)
    whole = made.whole()
    assert len(whole) == made.rows == 300 and whole.lines[[0, -1]].tolist() == [3, 302]
    assert whole.columns["名前"].take(whole.columns["名前"].values, None)[8] == "架空 1"
    assert made.decoded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert made.decoded.size == path.stat().st_size and whole.preamble.strip() == "表題"
    assert made.decoded.encoding == {
        "utf-8": "UTF-8",
        "utf-8-sig": "UTF-8 BOM",
        "cp932": "CP932",
        "utf-16": "UTF-16",
    }.get(encoding, encoding)
    small = scan(path, looks_like_header=is_head, encoding=told, block=1 << 20).whole()
    assert np.array_equal(small.lines, whole.lines) and small.heads == whole.heads


def refused(data, **more):
    with pytest.raises(SourceError) as caught:
        table(data, **more)
    return caught.value


@pytest.mark.parametrize(
    ("change", "row", "words"),
    [
        (lambda b: b[:200] + b"\x00" + b[201:], None, "binary"),
        (lambda b: b.replace(b"0250,", b"0250,\x81\xff"), 252, "encoding changes"),
        (lambda b: b.replace(b"0250,", b"0250,,"), 252, "4 cells"),
        (lambda b: b.replace(b"0250,", b"0250"), 252, "2 cells"),
        (lambda b: b.replace(b"0250,", b'0250,"x'), 252, "not closed"),
        (lambda b: b.replace(b"0250,", b"0250," + b"x" * (3 << 20)), 252, "longer than 1 MB"),
        (lambda b: b.replace(b"0250,", b'0250,"' + b"x" * (9 << 20) + b'"'), 252, "longer than 1 MB"),
        (lambda b: b + "0300,架空の人,x\n".encode(), 302, "encoding changes"),
    ],
)
@pytest.mark.parametrize("size", [4096, 1 << 22])
def test_what_is_wrong_is_refused_with_its_row(change, row, words, size):
    error = refused(change(("\n".join(LINES) + "\n").encode("cp932")), block=size)
    assert words in error.found.en and error.place.file == "t.csv" and error.remedy is not None
    assert row is None or error.place.row == row


def test_a_null_byte_behind_the_start_is_refused_with_its_row():
    data = ("\n".join(LINES * 20) + "\n0001,\x00,x\n").encode()
    assert refused(data).place.row == 301 * 20 + 1


def test_rows_with_empty_cells_behind_the_header_are_read(tmp_path):
    text = "\n".join([LINES[0], *[line + ",," for line in LINES[1:]]])
    assert len(table(text.encode())[1]) == 300
    assert "5 cells" in refused((text + "x").encode()).found.en
    mixed = "\n".join([LINES[0], *[line + "," * (i % 2) for i, line in enumerate(LINES[1:])]])
    assert table(mixed.encode())[1] == table("\n".join(LINES).encode())[1]


def test_blank_lines_count_as_lines():
    data = b"\n".join([LINES[0].encode(), b"", b"1,a,b", b" , ,\xe3\x80\x80", b"   ", b"2,c,d", b""])
    assert table(data)[1] == [(3, "1", "a", "b"), (6, "2", "c", "d")]


def test_makers_characters_are_counted_by_cell():
    made, _ = table("番号,名前,日付\n1,髙田,x\n2,山﨑①,x\n3,～－髙,x\n4,高田,㈱\n".encode("cp932"))
    assert made.machine_dependent == 4


def test_columns_that_are_not_wanted_are_checked_all_the_same():
    data = ("\n".join(LINES)).encode("cp932")
    made = scan(data, looks_like_header=is_head, file="t.csv", wanted=lambda h: h == "日付")
    assert set(made.whole().columns) == {"番号", "日付"} and made.heads == HEAD
    bad = data.replace(b"0250,", b"0250,\x81\xff")
    with pytest.raises(SourceError) as caught:
        scan(bad, looks_like_header=is_head, file="t.csv", wanted=lambda h: h == "日付")
    assert caught.value.place.row == 252


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(-1, 70_000), max_size=20), max_size=6), st.integers(0, 60))
def test_what_is_put_by_comes_back(sets, in_memory):
    stage = Stage(in_memory)
    for numbers in sets:
        stage.add([np.array(numbers, dtype=np.int64), np.arange(3)])
    for at, numbers in enumerate(sets):
        first, second = stage.get(at)
        assert first.tolist() == numbers and second.tolist() == [0, 1, 2]


@given(st.text('a\n",', max_size=60), st.integers(1, 20))
def test_blocks_join_to_the_file_and_know_their_lines(text, size):
    data = b"x\n" + text.encode()
    try:
        blocks = list(Blocks(data, "t.csv", "utf-8", size))
    except SourceError:
        return
    assert b"".join(b.data for b in blocks) == data + b"\n" * (not data.endswith(b"\n"))
    line = 1
    for block in blocks:
        assert block.line == line
        line += block.data.count(b"\n")


@pytest.mark.parametrize(
    ("cell", "row"),
    [
        ('5" pipe', 252),
        ('a"|,"b', 252),
        ('"x', 252),
        ('say "x" twice', None),
        ('"5"" pipe"', None),
        ('"two\nlines"', None),
    ],
)
@pytest.mark.parametrize("size", [64, 4096, 1 << 22])
def test_a_quotation_mark_that_would_swallow_rows_is_refused(cell, row, size):
    data = "\n".join(LINES).replace("0250,架空 5,", f"0250,{cell},").encode()
    if row is None:
        rows = table(data, block=size)[1]
        assert len(rows) == 300 and rows[-1][0] == 301 + cell.count("\n")
    else:
        error = refused(data, block=size)
        assert error.place.row == row and "not closed" in error.found.en


@pytest.mark.parametrize(
    ("source", "name"), [("tickets", "t.csv"), ("print_log", "p.log"), ("bot", "b.json")]
)
def test_a_file_too_large_to_be_read_whole_is_refused_with_its_remedy(source, name, tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "WHOLE", 1 << 20)
    path = tmp_path / name
    path.write_text("受付番号,発券日時\n" + "1,2018-04-02 09:00:00\n" * 60_000, encoding="utf-8")
    with pytest.raises(SourceError, match="too large") as caught:
        read(source, path, identity=KEY)
    assert caught.value.place.file == name
    assert "1 MB" in caught.value.text("ja") and "月ごと" in caught.value.text("ja")
    assert "by month" in caught.value.text("en")

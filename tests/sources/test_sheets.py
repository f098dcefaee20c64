"""Files as sheets of text cells: encodings, delimiters, Excel's formats, and files that mean harm."""

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kumastats.errors import SourceError
from kumastats.sources.public import archive
from kumastats.sources.sheets import Sheet, parts, sheets

TABLE = "区,㈱①,髙﨑～\n中央,1,2\n"


def write(folder: Path, data: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def only(path: Path) -> Sheet:
    (sheet,) = sheets(path)
    return sheet


def workbook(folder: Path, fill, name: str = "a.xlsx") -> Path:
    book = openpyxl.Workbook()
    fill(book.active)
    path = folder / name
    book.save(path)
    return path


def repacked(path: Path, changes: dict[str, bytes | None]) -> Path:
    """Write a workbook again with members replaced, added or (None) left out."""
    with zipfile.ZipFile(path) as old:
        members = {n: old.read(n) for n in old.namelist()}
    members |= {n: d for n, d in changes.items() if d is not None}
    made = path.with_name(f"changed_{path.name}")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            if changes.get(name, b"") is not None:
                new.writestr(name, data)
    return made


def edited(path: Path, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert old in sheet
    return repacked(path, {"xl/worksheets/sheet1.xml": sheet.replace(old, new)})


def with_strings(folder: Path, *items: str) -> Path:
    """Write a workbook whose first row takes its texts from the table of shared strings, as Excel does."""
    path = workbook(folder, lambda s: s.append([1]))
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        relations = book.read("xl/_rels/workbook.xml.rels").decode()
    cells = "".join(f'<c r="{chr(65 + i)}1" t="s"><v>{i}</v></c>' for i in range(len(items)))
    start, end = sheet.index("<sheetData>"), sheet.index("</sheetData>")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return repacked(
        path,
        {
            "xl/worksheets/sheet1.xml": f'{sheet[:start]}<sheetData><row r="1">{cells}</row>{sheet[end:]}'.encode(),
            "xl/_rels/workbook.xml.rels": relations.replace("</Relationships>", link).encode(),
            "xl/sharedStrings.xml": f'<sst xmlns="{space}">{"".join(items)}</sst>'.encode(),
        },
    )


@pytest.mark.parametrize(
    ("codec", "mark", "shown"),
    [
        ("cp932", b"", "CP932"),
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8 BOM"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
    ],
)
def test_encodings(tmp_path, codec, mark, shown):
    sheet = only(write(tmp_path, mark + TABLE.encode(codec)))
    assert sheet.rows == [["区", "㈱①", "髙﨑～"], ["中央", "1", "2"]] and sheet.encoding == shown
    assert sheet.lines == [1, 2] and sheet.name is None and sheet.file == "a.csv"


def test_encodings_that_cannot_be_told_are_refused_and_may_be_named(tmp_path):
    path = write(tmp_path, "区,人口\n中央区,10\n東区,20\n".encode("euc_jp"))
    with pytest.raises(SourceError, match="encoding"):
        sheets(path)
    assert sheets(path, encoding="euc_jp")[0].rows[1] == ["中央区", "10"]
    with pytest.raises(SourceError, match="EUC-JP or JIS"):
        sheets(write(tmp_path, "区,人口\n中央区,10\n".encode("iso2022_jp")))
    with pytest.raises(SourceError, match="encoding changes") as caught:
        sheets(write(tmp_path, "区,人口\n中央区,10\n".encode("cp932") + "東区の人口,20\n".encode()))
    assert caught.value.place.row == 3


@pytest.mark.parametrize(("sign", "cell"), [("\t", "1,234"), (";", "1,5"), ("|", "1;2"), (",", "1;2")])
def test_delimiters(tmp_path, sign, cell):
    text = "".join(
        sign.join(r) + "\n" for r in (["区", "人口", "率"], ["中央", cell, "1"], ["東", cell, "2"])
    )
    assert only(write(tmp_path, text.encode(), "a.txt")).rows[1] == ["中央", cell, "1"]


def test_ragged_rows_quotes_and_lines(tmp_path):
    sheet = only(write(tmp_path, '題名\n\n"a","b\nc",d\r\n1,2\n,,\n'.encode()))
    assert sheet.rows == [["題名", "", ""], ["", "", ""], ["a", "b\nc", "d"], ["1", "2", ""]]
    assert sheet.lines == [1, 2, 3, 5]
    with pytest.raises(SourceError, match="quotation") as caught:
        sheets(write(tmp_path, b'a,b\n1,"2\n3,4\n'))
    assert caught.value.place.row == 2
    assert only(write(tmp_path, b"a,b\n=1+1,@x\n")).rows[1] == ["=1+1", "@x"]


def test_excel_values_as_a_reader_sees_them(tmp_path):
    cells = [
        (2015.0, "General", "2015"),
        (99.60000000000001, "0.0", "99.6"),
        (-12.5, '#,##0.0;"△ "#,##0.0', "-12.5"),
        (1002, "000000", "001002"),
        (0.125, "0.0%", "12.5%"),
        (1234567, "#,##0,", "1234.567"),
        (30, '"平成"0"年"', "平成30年"),
        (dt.datetime(2018, 4, 1), "yyyy/m/d", "2018-04-01"),
        (43191, '[$-411]ggge"年"m"月"d"日"', "2018-04-01"),
        (dt.datetime(2018, 4, 1, 8, 30), "yyyy/m/d h:mm", "2018-04-01 08:30:00"),
        (dt.time(7, 45), "h:mm", "7:45"),
        (dt.time(7, 45, 9), "h:mm:ss", "7:45:09"),
        (dt.timedelta(hours=45.5), "[h]:mm", "45:30"),
        (True, "General", "TRUE"),
        ("001234", "@", "001234"),
        ("NA", "General", "NA"),
        ("#N/A", "General", "#N/A"),
    ]

    def fill(sheet):
        for i, (value, code, _) in enumerate(cells, start=1):
            sheet.cell(i, 1, value).number_format = code

    sheet = only(workbook(tmp_path, fill))
    assert [r[0] for r in sheet.rows] == [shown for *_, shown in cells]
    assert not sheet.lost_days and sheet.encoding == "xlsx" and sheet.name == "Sheet"


def test_a_day_hidden_by_its_format_is_marked(tmp_path):
    def fill(sheet):
        sheet["B2"] = dt.timedelta(hours=45.5)
        sheet["B2"].number_format = "h:mm"

    sheet = only(workbook(tmp_path, fill))
    assert sheet.rows[1][1] == "45:30" and sheet.lost_days == {(1, 1)}


def test_merges_hidden_parts_and_furigana(tmp_path):
    def fill(sheet):
        sheet["A1"], sheet["C1"], sheet["A3"], sheet["B3"] = "人口", "隠", "中央", 5
        sheet.merge_cells("A1:B2")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    path = workbook(tmp_path, fill)
    sheet = only(path)
    assert sheet.merges == ((0, 0, 1, 1),) and sheet.hidden_rows == {2} and sheet.hidden_columns == {2}
    assert sheet.rows == [["人口", "", "隠"], ["", "", ""], ["中央", "5", ""]]
    spoken = '<si><t>人口</t><rPh sb="0" eb="2"><t>ジンコウ</t></rPh></si>'
    assert only(with_strings(tmp_path, spoken, "<si><r><t>a</t></r><r><t>b_x0041_</t></r></si>")).rows == [
        ["人口", "abA"]
    ]


def test_hidden_sheets_and_one_of_many(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.create_sheet("裏").append(["b"])
    book["裏"].sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    assert [(s.name, s.hidden) for s in sheets(tmp_path / "a.xlsx")] == [("Sheet", False), ("裏", True)]
    assert parts(tmp_path / "a.xlsx")[1].load().rows == [["b"]]


def test_formulas_are_read_as_stored_or_refused(tmp_path):
    path = workbook(tmp_path, lambda s: s.append([1, "=A1+1", '=HYPERLINK("http://example.invalid")']))
    with pytest.raises(SourceError, match="no stored result") as caught:
        sheets(path)
    assert (caught.value.place.sheet, caught.value.place.row, caught.value.place.column) == ("Sheet", 1, "B")
    stored = edited(path, b"<f>A1+1</f><v></v>", b"<f>A1+1</f><v>2</v>")
    stored = edited(stored, b")</f><v></v>", b")</f><v>9</v>")
    assert only(stored).rows == [["1", "2", "9"]]


def test_external_links_are_not_followed(tmp_path):
    path = workbook(tmp_path, lambda s: s.append(["a", 1]))
    with zipfile.ZipFile(path) as book:
        relations = book.read("xl/_rels/workbook.xml.rels")
    link = b'<Relationship Id="rId99" Type="http://x/externalLink" Target="file:///etc/passwd" TargetMode="External"/>'
    changed = repacked(
        path,
        {"xl/_rels/workbook.xml.rels": relations.replace(b"</Relationships>", link + b"</Relationships>")},
    )
    assert only(changed).rows == [["a", "1"]]


def test_entities_are_refused(tmp_path):
    path = workbook(tmp_path, lambda s: s.append(["a"]))
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    with pytest.raises(SourceError, match="cannot be read as an Excel"):
        sheets(repacked(path, {"xl/worksheets/sheet1.xml": bomb}))


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_damaged_workbooks_are_refused(tmp_path, name):
    path = with_strings(tmp_path, "<si><t>a</t></si>")
    assert only(path).rows == [["a"]]
    if name == "xl/styles.xml":  # it is opened for numbers only
        path = workbook(tmp_path, lambda s: s.append([7]), "number.xlsx")
    with pytest.raises(SourceError):
        sheets(repacked(path, {name: b"<worksheet><row"}))


@pytest.mark.parametrize("index", ["1", "-1", "x"])
def test_a_string_that_is_not_there_is_refused(tmp_path, index):
    path = edited(with_strings(tmp_path, "<si><t>a</t></si>"), b"<v>0</v>", f"<v>{index}</v>".encode())
    with pytest.raises(SourceError, match="cannot be read as an Excel"):
        sheets(path)


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "abc"])
def test_a_number_that_is_none_is_refused(tmp_path, value):
    path = edited(workbook(tmp_path, lambda s: s.append([7])), b"<v>7</v>", f"<v>{value}</v>".encode())
    with pytest.raises(SourceError, match="cannot be read as an Excel"):
        sheets(path)


def test_cells_far_apart_and_long_ones_are_refused(tmp_path):
    def far(sheet):
        sheet["A1"], sheet["XFD1048576"] = 1, 2

    with pytest.raises(SourceError, match="spread over"):
        sheets(workbook(tmp_path, far))
    long = with_strings(tmp_path, "<si><t>a</t></si>", f"<si><t>{'x' * 10_000_000}</t></si>")
    with pytest.raises(SourceError):  # too long, or packed too well to be opened: refused either way
        sheets(long)
    varied = "".join(chr(0x4E00 + i * 7919 % 20000) for i in range(200_000))
    with pytest.raises(SourceError, match="200,000 characters") as caught:
        sheets(with_strings(tmp_path, "<si><t>a</t></si>", f"<si><t>{varied}</t></si>"))
    assert (caught.value.place.row, caught.value.place.column) == (1, "B")
    with pytest.raises(SourceError, match="10,000,000 characters") as caught:
        sheets(write(tmp_path, b"a,b\n1," + b"x" * 10_000_000 + b"\n"))
    assert caught.value.place.row == 2


def zipped(folder: Path, members: dict[str, bytes], name: str = "outer.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for member, data in members.items():
            made.writestr(member, data)
    return path


def test_zips(tmp_path):
    book = workbook(tmp_path, lambda s: s.append(["x", 1]))
    path = zipped(
        tmp_path,
        {
            "b/2.csv": b"a,b\n1,2\n",
            "1.tsv": b"a\tb\n3\t4\n",
            "__MACOSX/._1.tsv": b"junk",
            "c.xlsx": book.read_bytes(),
        },
    )
    found = sheets(path)
    assert [(s.file, s.name) for s in found] == [
        ("outer.zip/1.tsv", None),
        ("outer.zip/2.csv", None),
        ("outer.zip/c.xlsx", "Sheet"),
    ]
    assert found[0].rows[1] == ["3", "4"]


def test_path_names_in_zips_lead_nowhere(tmp_path):
    before = sorted(tmp_path.parent.rglob("*"))
    path = zipped(
        tmp_path, {"../../evil.csv": b"a,b\n1,2\n", "/etc/passwd": b"c,d\n", "C:\\x\\y.csv": b"e,f\n"}
    )
    assert {s.file for s in sheets(path)} == {"outer.zip/evil.csv", "outer.zip/passwd", "outer.zip/y.csv"}
    assert set(tmp_path.parent.rglob("*")) - set(before) == {path}


def test_names_in_cp932_within_zips(tmp_path):
    path = zipped(tmp_path, {"XXXX.csv": b"a,b\n1,2\n"})
    path.write_bytes(path.read_bytes().replace(b"XXXX", "熊本".encode("cp932")))
    assert only(path).file == "outer.zip/熊本.csv"


def test_bombs_are_refused_before_they_are_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(SourceError, match="unpack to too much"):
        sheets(zipped(tmp_path, {"a.csv": b"0" * 20_000_000}))
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(SourceError, match="unpack to too much"):
        sheets(zipped(tmp_path, {f"{i}.csv": b"a,b\n" for i in range(4)}))
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2000)
    monkeypatch.setattr(archive, "MAX_TOTAL", 10)
    with pytest.raises(SourceError, match="unpack to too much"):
        sheets(zipped(tmp_path, {"a.csv": b"a,b\n1,2\n3,4\n"}))


def test_a_bomb_in_a_workbook_is_refused(tmp_path):
    path = workbook(tmp_path, lambda s: s.append(["a"]))
    with pytest.raises(SourceError, match="unpack to too much"):
        sheets(repacked(path, {"xl/media/a.bin": b"\0" * 50_000_000}))


def test_a_size_that_lies_is_found(tmp_path):
    path = zipped(tmp_path, {"a.csv": b"a,b\n" + b"1,2\n" * 1000})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(SourceError, match="damaged"):
        sheets(write(tmp_path, bytes(data), "lie.zip"))


def test_nested_zips_and_locked_files_are_refused(tmp_path):
    inner = zipped(tmp_path, {"a.csv": b"a,b\n"}, "inner.zip").read_bytes()
    with pytest.raises(SourceError, match="zip lies within a zip"):
        sheets(zipped(tmp_path, {"inner.zip": inner}))
    data = bytearray(zipped(tmp_path, {"a.csv": b"a,b\n1,2\n"}).read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + offset] |= 1
    with pytest.raises(SourceError, match="password"):
        sheets(write(tmp_path, bytes(data), "locked.zip"))
    office = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 600
    )
    with pytest.raises(SourceError, match="password"):
        sheets(write(tmp_path, office, "locked.xlsx"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"\x89PNG\r\n",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0broken",
        b"<html><table>",
        b"\x00\x01\x02",
    ],
)
def test_what_is_no_table_is_refused(tmp_path, data):
    with pytest.raises(SourceError):
        sheets(write(tmp_path, data, "a.xlsx"))


def test_a_file_is_known_by_its_bytes_not_its_name(tmp_path):
    book = workbook(tmp_path, lambda s: s.append(["a", 1]))
    assert only(write(tmp_path, book.read_bytes(), "b.csv")).encoding == "xlsx"
    assert only(write(tmp_path, b"a,b\n1,2\n", "b.xls")).rows == [["a", "b"], ["1", "2"]]
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("word/document.xml", "x")
    with pytest.raises(SourceError, match="Word"):
        sheets(write(tmp_path, other.getvalue(), "b.xlsx"))


@pytest.mark.parametrize("source", ["attendance", "tickets", "viva_person", "roster"])
def test_a_source_reads_alike_as_text_workbook_and_zip_and_tells_of_hidden_rows(tmp_path, source):
    from small_exports import exports, workbook
    from test_mutations import KEY, mapping_of

    from kumastats.sources import read as read_source

    export = next(e for e in exports() if e.source == source)
    text = export.data.decode(export.encoding)
    plain = tmp_path / "plain.csv"
    plain.write_bytes(export.data)
    truth = read_source(source, plain, mapping=mapping_of(source), identity=KEY)
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook("一覧")(text.replace("\r\n", "\n").encode()))
    made = read_source(source, book, mapping=mapping_of(source), identity=KEY)
    assert made.data.equals(truth.data)
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("plain.csv", export.data)
    assert read_source(source, packed, mapping=mapping_of(source), identity=KEY).data.equals(truth.data)
    hidden = openpyxl.load_workbook(book)
    hidden.active.row_dimensions[3].hidden = True
    hidden.save(book)
    less = read_source(source, book, mapping=mapping_of(source), identity=KEY)
    assert less.report.counts["hidden_rows"] == 1 and "非表示の行は読まない" in less.report.text("ja")

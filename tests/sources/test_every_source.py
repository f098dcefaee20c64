"""What must hold in every source alike: free text reaches nothing, and hostile files do no harm."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_exports import Export, exports
from test_mutations import KEY, mapping_of

from kumastats.errors import KumastatsError
from kumastats.ingest import explain_file
from kumastats.sources import SOURCES, read
from kumastats.sources.registry import BOOKS

CANARIES = (
    "鳥野カナリア",
    "カナリア架空の自由記述",
    "080-0000-4649",
    "canary@example.invalid",
    "カナリア会議の件名",
)
HEADS = ("氏名", "備考", "電話番号", "出席者", "件名")
BOMB = 40_000_000
EVERY = exports()
LISTED = [e for e in EVERY if "," in e.data.decode(e.encoding) and e.source != "bot"]
label = [e.label for e in EVERY]


def _head_at(lines: list[str]) -> int:
    most = max(line.count(",") for line in lines[:4])
    return next(i for i, line in enumerate(lines) if line.count(",") >= 0.7 * most)


def planted(export: Export) -> bytes:
    """Return the export with a column of names, remarks, telephone numbers, attendees and subjects more."""
    text = export.data.decode(export.encoding)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    if export.source == "bot":
        text = (
            text.replace("架空の相談", CANARIES[1])
            .replace("架空の回答", CANARIES[4])
            .replace("架空 太郎", CANARIES[0])
        )
        return text.encode(export.encoding)
    if "\t" in text:
        return (
            text.replace("架空の文書", CANARIES[4])
            .replace("\tpc\t", f"\t{CANARIES[2]}\t")
            .encode(export.encoding)
        )
    head = _head_at(lines)
    there = set(lines[head].split(","))
    new = [h if h not in there else f"{h}（連絡用）" for h in HEADS]
    out = [
        *lines[:head],
        ",".join([lines[head], *new]),
        *[",".join([line, *CANARIES]) if line.count(",") else line for line in lines[head + 1 :]],
    ]
    return newline.join(out).encode(export.encoding)


def _told(*texts: object) -> list[str]:
    told = "\n".join(map(str, texts))
    return [c for c in CANARIES if c in told]


@pytest.mark.parametrize("export", EVERY, ids=label)
def test_free_text_reaches_no_table_report_or_explanation(
    export: Export, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / export.name
    data = planted(export)
    assert _told(data.decode(export.encoding))
    path.write_bytes(export.file(data))
    result = read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
    assert result.data.num_rows
    held = result.data.to_pandas().to_csv()
    assert not _told(held, result.report.text("ja"), result.report.to_dict(), caplog.text)
    made = explain_file(path, study=tmp_path, source=export.source)
    assert not _told(made.text("ja"), made.text("en"), made.to_dict())


@pytest.mark.parametrize("export", LISTED, ids=[e.label for e in LISTED])
def test_free_text_that_slid_into_another_column_reaches_no_error(export: Export, tmp_path: Path) -> None:
    path = tmp_path / export.name
    text = planted(export).decode(export.encoding)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    head = _head_at(lines)
    width = lines[head].count(",") + 1
    refused = 0
    for by in range(1, width):
        cells = [line.split(",") for line in lines]
        slid = [
            ",".join([*c[-by:], *c[:-by]]) if i > head and len(c) == width else lines[i]
            for i, c in enumerate(cells)
        ]
        path.write_bytes(export.file(newline.join(slid).encode(export.encoding)))
        try:
            result = read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
        except KumastatsError as error:
            refused += 1
            assert not _told(error.text("ja"), error.text("en"), error.to_dict()), by
            continue
        assert not _told(result.data.to_pandas().to_csv(), result.report.to_dict()), by
    assert refused


@pytest.mark.parametrize("export", EVERY, ids=label)
def test_a_cell_of_ten_million_characters_is_refused_or_never_read(export: Export, tmp_path: Path) -> None:
    if export.made is not None:
        pytest.skip("a workbook's cells are limited by their own tests")
    path = tmp_path / export.name
    long = export.data.decode(export.encoding).rstrip("\r\n") + "あ" * 10_000_000
    path.write_bytes(long.encode(export.encoding))
    try:
        result = read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
    except KumastatsError as refused:
        assert len(refused.text("ja")) < 2_000 and "ああああ" not in refused.text("ja")
        return
    assert "ああああ" not in result.data.to_pandas().to_csv() + str(result.report.to_dict())


@pytest.mark.parametrize("export", LISTED, ids=[e.label for e in LISTED])
def test_a_cell_that_a_spreadsheet_would_run_is_refused_or_never_read(export: Export, tmp_path: Path) -> None:
    harm = '=HYPERLINK("http://example.invalid")'
    text = export.data.decode(export.encoding)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    head = _head_at(lines)
    cells = lines[head + 1].split(",")
    path = tmp_path / export.name
    for i in range(len(cells)):
        changed = ",".join([*cells[:i], "=1+1|" + harm.replace('"', ""), *cells[i + 1 :]])
        made = newline.join([*lines[: head + 1], changed, *lines[head + 2 :]])
        path.write_bytes(export.file(made.encode(export.encoding)))
        try:
            result = read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
        except KumastatsError as refused:
            assert "HYPERLINK" not in refused.text("ja") + refused.text("en"), cells[i]
            continue
        assert "HYPERLINK" not in result.data.to_pandas().to_csv() + str(result.report.to_dict()), cells[i]


ZIPPED = [
    e for e in EVERY if set(BOOKS) <= set(SOURCES[e.source].suffixes) and e.name != "printlog_2018_06_01.log"
]


@pytest.mark.parametrize("export", ZIPPED, ids=[e.label for e in ZIPPED])
def test_a_zip_with_a_path_leads_nowhere_and_a_bomb_is_refused(export: Export, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = inside / "delivery.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"../{export.name}", export.file(export.data))
    try:
        read(export.source, path, mapping=mapping_of(export.source), identity=KEY)
    except KumastatsError as refused:
        assert refused.place is None or ".." not in str(refused.place)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["delivery.zip", "inside"]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(export.name, b"0" * BOMB)
    path.write_bytes(held.getvalue())
    with pytest.raises(KumastatsError, match="unpack to too much"):
        read(export.source, path, mapping=mapping_of(export.source), identity=KEY)

"""Bytes to text: which encoding a Japanese export is in, or the row where it stops being one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kumastats.errors import Place, SourceError
from kumastats.text import Text

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UTF8_WORDS = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,}")
_SIGNATURES = (
    (b"PK\x03\x04", "Excel/zip"),
    (b"\xd0\xcf\x11\xe0", "Excel (xls)"),
    (b"%PDF", "PDF"),
    (b"PAR1", "Parquet"),
)
_NAMES = {"utf-8-sig": "UTF-8 BOM", "utf-8": "UTF-8", "cp932": "CP932", "utf-16": "UTF-16"}


@dataclass(frozen=True)
class Decoded:
    """A file's text and where it came from."""

    file: str
    text: str
    encoding: str
    sha256: str
    size: int


def decode(path: Path, *, encoding: str | None = None) -> Decoded:
    """Read a text file; UTF-8 is tried first, then CP932.

    Raises
    ------
    SourceError
        If it is empty, binary, or mixes encodings (naming the row).
    """
    data = path.read_bytes()
    place = Place(file=path.name)
    if not data.strip():
        raise SourceError(
            Text("ファイルが空です。", "The file is empty."),
            place=place,
            remedy=Text("出力し直してください。", "Export it again."),
        )
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise SourceError(
                Text(f"CSVではなく{what}のファイルです。", f"This is a file of {what}, not a CSV."),
                place=place,
                remedy=Text("CSVで出力し直してください。", "Export it as CSV."),
            )
    bom = next((name for mark, name in BOMS if data.startswith(mark)), None)
    if bom is None and b"\x00" in data[:65536]:
        raise SourceError(
            Text("文字のファイルではありません（バイナリ）。", "This is not a text file (it is binary)."),
            place=place,
            remedy=Text("CSVで出力し直してください。", "Export it as CSV."),
        )
    chosen = encoding or bom or _guess(data, place)
    try:
        text = data.decode(chosen)
    except (UnicodeDecodeError, LookupError) as error:
        row = data[: getattr(error, "start", 0)].count(b"\n") + 1
        raise SourceError(
            Text(f"{chosen} として読めない文字があります。", f"A character cannot be read as {chosen}."),
            place=Place(file=path.name, row=row),
            remedy=Text(
                "対応表に encoding を書くか、出力し直してください。",
                "Name the encoding in the mapping, or export again.",
            ),
        ) from error
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(
        path.name, text, _NAMES.get(chosen.lower(), chosen), hashlib.sha256(data).hexdigest(), len(data)
    )


def _guess(data: bytes, place: Place) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        foreign = _first_utf8_line(data)
        if foreign is not None:
            raise _mixed(place, min(foreign, data[: error.start].count(b"\n") + 1), data) from error
    else:
        return "utf-8"
    try:
        data.decode("cp932")
    except UnicodeDecodeError as error:
        raise _mixed(place, data[: error.start].count(b"\n") + 1, data) from error
    return "cp932"


def _first_utf8_line(data: bytes) -> int | None:
    """Return the first row that is Japanese in UTF-8, in a file that as a whole is not UTF-8."""
    for row, line in enumerate(data.split(b"\n"), start=1):
        if _UTF8_WORDS.search(line):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return row
    return None


def _mixed(place: Place, row: int, data: bytes) -> SourceError:
    lines = data.split(b"\n")
    first_utf8 = _first_utf8_line(data)
    if first_utf8 == 1 or (first_utf8 and first_utf8 < row):
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                row = number
                break
    elif first_utf8:
        row = first_utf8
    return SourceError(
        Text("文字コードが途中から変わっています。", "The encoding changes within the file."),
        place=Place(file=place.file, row=row),
        remedy=Text(
            "この行から別の文字コードです。つなぎ合わせる前のファイルを一つずつ取り込んでください。",
            "From this row on it is another encoding. Ingest the files it was joined from one by one.",
        ),
    )

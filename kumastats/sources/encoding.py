"""Bytes to text: which encoding a Japanese export is in, or the row where it stops being one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kumastats.errors import Place, SourceError
from kumastats.text import Text

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# bytes of a file that is read whole; in memory it takes many times as much (docs/benchmarks.md)
WHOLE = 200 << 20
BINARY_SEARCH = 65536
# two Japanese characters in UTF-8, one after the other
UTF8_WORDS = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,}")
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
        If it is empty, binary, or mixes encodings (naming the row), or too large to be read whole.
    """
    refuse_large(path)
    return decode_bytes(path.read_bytes(), path.name, encoding)


def refuse_large(path: Path) -> None:
    """Refuse a file that is read whole and would not leave room for anything else.

    Raises
    ------
    SourceError
        If it is larger than `WHOLE`.
    """
    size = path.stat().st_size
    if size > WHOLE:
        raise SourceError(
            Text(
                f"全部を一度に読む種類のファイルとしては大きすぎます（{size / 2**20:,.0f} MB、上限 {WHOLE >> 20} MB）。",
                f"The file is too large for a kind that is read whole ({size / 2**20:,.0f} MB; at most {WHOLE >> 20} MB).",
            ),
            place=Place(file=path.name),
            remedy=Text(
                "月ごと（印刷ログは日ごと）に分けて、見出しを付けて出力し直してください。",
                "Export it again by month (print logs by day), each file with its header.",
            ),
        )


def decode_bytes(data: bytes, file: str, encoding: str | None = None) -> Decoded:
    """Turn the bytes of `file` into text, as `decode` does."""
    place = Place(file=file)
    refuse_start(data, file, named=encoding is not None)
    chosen = encoding or bom_of(data) or _guess(data, place)
    try:
        text = data.decode(chosen)
    except (UnicodeDecodeError, LookupError) as error:
        row = data[: getattr(error, "start", 0)].count(b"\n") + 1
        raise unreadable(file, chosen, row) from error
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(file, text, encoding_name(chosen), hashlib.sha256(data).hexdigest(), len(data))


def encoding_name(codec: str) -> str:
    """Return a codec's name as reports tell it."""
    return _NAMES.get(codec.lower(), codec)


def bom_of(start: bytes) -> str | None:
    """Return the encoding that a byte order mark tells, or None."""
    return next((name for mark, name in BOMS if start.startswith(mark)), None)


def refuse_start(start: bytes, file: str, *, named: bool) -> None:
    """Refuse a file that its first bytes show to be empty or no text; `named` if its encoding is told.

    Raises
    ------
    SourceError
        If it is.
    """
    place = Place(file=file)
    if not start.strip():
        raise SourceError(
            Text("ファイルが空です。", "The file is empty."),
            place=place,
            remedy=Text("出力し直してください。", "Export it again."),
        )
    for signature, what in _SIGNATURES:
        if start.startswith(signature):
            raise SourceError(
                Text(f"CSVではなく{what}のファイルです。", f"This is a file of {what}, not a CSV."),
                place=place,
                remedy=Text("CSVで出力し直してください。", "Export it as CSV."),
            )
    if bom_of(start) is None and not named and b"\x00" in start[:BINARY_SEARCH]:
        raise not_text(file)


def not_text(file: str, row: int | None = None) -> SourceError:
    """Return the error of a file that is not text."""
    return SourceError(
        Text("文字のファイルではありません（バイナリ）。", "This is not a text file (it is binary)."),
        place=Place(file=file, row=row),
        remedy=Text("CSVで出力し直してください。", "Export it as CSV."),
    )


def unreadable(file: str, encoding: str, row: int) -> SourceError:
    """Return the error of a byte that the encoding does not have."""
    return SourceError(
        Text(f"{encoding} として読めない文字があります。", f"A character cannot be read as {encoding}."),
        place=Place(file=file, row=row),
        remedy=Text(
            "対応表に encoding を書くか、出力し直してください。",
            "Name the encoding in the mapping, or export again.",
        ),
    )


def unknown(file: str | None, row: int) -> SourceError:
    """Return the error of a text whose first row beyond ASCII is in no encoding that is tried."""
    return SourceError(
        Text(
            "文字コードがUTF-8、UTF-16、CP932（Shift_JIS）のどれでもありません。",
            "The text is neither UTF-8 nor UTF-16 nor CP932 (Shift_JIS).",
        ),
        place=Place(file=file, row=row),
        remedy=Text(
            "UTF-8で出力し直すか、対応表に encoding を書いてください。",
            "Export it as UTF-8, or name the encoding in the mapping.",
        ),
    )


def mixed(file: str | None, row: int) -> SourceError:
    """Return the error of a file whose encoding changes at `row`."""
    return SourceError(
        Text("文字コードが途中から変わっています。", "The encoding changes within the file."),
        place=Place(file=file, row=row),
        remedy=Text(
            "この行から別の文字コードです。つなぎ合わせる前のファイルを一つずつ取り込んでください。",
            "From this row on it is another encoding. Ingest the files it was joined from one by one.",
        ),
    )


class Guess:
    """Finds a file's encoding while its blocks pass: UTF-8 as long as every block is, else CP932.

    Parameters
    ----------
    known
        ``utf-8`` or ``cp932`` where a byte order mark or the mapping tells it.
    """

    def __init__(self, file: str, known: str | None):
        self._file, self._known = file, known
        self._words = False
        self._turned = 0  # the row that is not UTF-8 and before which no Japanese stood
        self.codec = known or "utf-8"

    def see(self, data: bytes, line: int) -> None:
        """Take the next block, whose first line is `line`.

        Raises
        ------
        SourceError
            If it is not in the encoding known, or not in the one found so far.
        """
        if self.codec != "utf-8" or data.isascii():
            return
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            row = line + data.count(b"\n", 0, error.start)
            if self._known:
                raise unreadable(self._file, self._known, row) from error
            before = data[: data.rfind(b"\n", 0, error.start) + 1]
            if self._words or UTF8_WORDS.search(before):
                raise mixed(self._file, row) from error
            self.codec, self._turned = "cp932", row
        else:
            self._words = self._words or UTF8_WORDS.search(data) is not None

    def text(self, cell: bytes) -> str | None:
        """Return a cell's text, or None where it is not in the encoding found so far."""
        try:
            return cell.decode(self.codec)
        except UnicodeDecodeError:
            return None

    def foreign(self, cells: list[bytes]) -> bool:
        """Tell whether a row of a CP932 file is Japanese in UTF-8."""
        if self.codec == "utf-8" or self._known or not any(UTF8_WORDS.search(c) for c in cells):
            return False
        return all(_is_utf8(c) for c in cells)

    def wrong(self, row: int) -> SourceError:
        """Return the error of a row that is not in the encoding."""
        if self._known:
            return unreadable(self._file, self._known, row)
        return unknown(self._file, row) if row == self._turned else mixed(self._file, row)


def _is_utf8(cell: bytes) -> bool:
    try:
        cell.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
    if not UTF8_WORDS.search(data):
        return None
    for row, line in enumerate(data.split(b"\n"), start=1):
        if UTF8_WORDS.search(line) and _is_utf8(line):
            return row
    return None


def _mixed(place: Place, row: int, data: bytes) -> SourceError:
    first_utf8 = _first_utf8_line(data)
    if first_utf8 is None and b"".join(data.split(b"\n", row)[: row - 1]).isascii():
        return unknown(place.file, row)
    if first_utf8 == 1 or (first_utf8 and first_utf8 < row):
        row = next((n for n, line in enumerate(data.split(b"\n"), start=1) if not _is_utf8(line)), row)
    elif first_utf8:
        row = first_utf8
    return mixed(place.file, row)

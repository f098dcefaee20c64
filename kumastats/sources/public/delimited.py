"""Text files as a sheet: which character parts the cells, decided by how evenly it does so."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from kumastats.errors import Place, SourceError
from kumastats.sources.encoding import Decoded, decode_bytes
from kumastats.sources.public.sheet import MAX_CELL, Sheet, rectangle, too_long
from kumastats.text import Text

DELIMITERS = "\t,;|"
SAMPLE = 200
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MARKUP = re.compile(rb"\s*(?:<!DOCTYPE html|<html|<table|<\?xml)", re.I)


def read_text(data: bytes, file: str, encoding: str | None = None) -> Sheet:
    """Read the bytes of a delimited text file.

    Raises
    ------
    SourceError
        If it is markup or an encoding it cannot be, a quotation is not closed, or a cell is too long.
    """
    if _MARKUP.match(data[:200].removeprefix(b"\xef\xbb\xbf")):
        raise SourceError(
            Text("表のファイルではなくHTMLかXMLです。", "It is HTML or XML, not a table file."),
            place=Place(file=file),
            remedy=Text(
                "Excelで開き、xlsx形式で保存し直してください。", "Open it in Excel and save it as xlsx."
            ),
        )
    decoded = decode_bytes(data, file, encoding or _without_bom(data))
    name = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(decoded.encoding, decoded.encoding)
    if encoding is None:
        _refuse_garbled(data, decoded)
    rows, lines = _rows(decoded, delimiter_of(decoded.text))
    made = rectangle(rows, Place(file=file))
    return Sheet(
        file=file,
        name=None,
        rows=made,
        lines=lines[: len(made)],
        merges=(),
        hidden_rows=frozenset(),
        hidden_columns=frozenset(),
        hidden=False,
        encoding=name,
        sha256=decoded.sha256,
        size=decoded.size,
        lost_days=frozenset(),
    )


def delimiter_of(text: str) -> str:
    r"""Return the delimiter that gives most rows the same number of cells.

    >>> delimiter_of("a\tb\n1,234\t5\n"), delimiter_of("a;b\n1,5;2\n")
    ('\t', ';')
    """
    sample = text[:200_000].split("\n")[:SAMPLE]
    head = "\n".join(sample)
    best, chosen = (0.0, 0), ","
    for delimiter in DELIMITERS:
        try:
            widths = [len(r) for r in csv.reader(io.StringIO(head), delimiter=delimiter) if any(r)]
        except csv.Error:
            continue
        parted = Counter(w for w in widths if w > 1)
        if parted:
            width, rows = max(parted.items(), key=lambda item: (item[1], item[0]))
            score = (rows / len(widths), width)
            if score > best:
                best, chosen = score, delimiter
    return chosen


def _rows(decoded: Decoded, delimiter: str) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(decoded.text), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    try:
        for row in reader:
            for i, cell in enumerate(row):
                if len(cell) > MAX_CELL:
                    raise too_long(Place(decoded.file, None, line, str(i + 1)), len(cell))
            rows.append(["" if c.isspace() else c for c in row])
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        place = Place(file=decoded.file, row=line)
        if "field larger" in str(error):
            rest = "\n".join(decoded.text.split("\n")[line - 1 :])
            longest = max(len(x) for x in rest.replace(delimiter, "\n").split("\n"))
            raise too_long(place, max(longest, csv.field_size_limit())) from error
        raise SourceError(
            Text("引用符が閉じていません。", "A quotation mark is not closed, or stands within a cell."),
            place=place,
            remedy=Text('この行の " を確かめてください。', 'Check the " in this row.'),
        ) from error
    return rows, lines


def _without_bom(data: bytes) -> str | None:
    """Recognise UTF-16 without its mark: every second byte of digits, commas and line breaks is zero."""
    head = data[:4096]
    if len(data) % 2 or b"\x00" not in head or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    if b",\x00" in head or b"\n\x00" in head[: len(head) // 2 * 2] or b"\t\x00" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-16-be" if b"\x00," in head or b"\x00\n" in head or b"\x00\t" in head else None


def _refuse_garbled(data: bytes, decoded: Decoded) -> None:
    """Refuse EUC and JIS, which CP932 reads without complaint as half-width kana or with escape signs."""
    text = decoded.text
    kana = len(_HALF_KANA.findall(text)) if decoded.encoding == "CP932" else 0
    garbled = "\x1b$" in text or "\x1b(" in text
    if kana and kana > 0.5 * len(_NOT_ASCII.findall(text)):
        try:
            data.decode("euc_jp")
            garbled = True
        except UnicodeDecodeError:
            pass
    if garbled:
        raise SourceError(
            Text(
                "文字コードがEUC-JPかJISのようで、決められません。",
                "The encoding may be EUC-JP or JIS; it cannot be decided.",
            ),
            place=Place(file=decoded.file),
            remedy=Text(
                "対応表に encoding: euc_jp（または iso2022_jp、cp932）と書いてください。",
                "Write encoding: euc_jp (or iso2022_jp, cp932) into the mapping.",
            ),
        )

"""Writes small Excel 97 sheets, record by record: the library that reads them writes none."""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(words: str) -> bytes:
    return struct.pack("<HB", len(words), 1) + words.encode("utf-16-le")


def legacy_book(
    rows: Sequence[Sequence[object]],
    *,
    hidden_rows: Collection[int] = (),
    hidden_columns: Collection[int] = (),
) -> bytes:
    """Return a workbook of one sheet; rows and columns count from 0."""
    sheet = _record(0x809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    for column in hidden_columns:
        sheet += _record(0x7D, struct.pack("<HHHHHH", column, column, 2048, 0, 1, 0))
    for r, row in enumerate(rows):
        options = 0x100 | (0x20 if r in hidden_rows else 0)
        sheet += _record(0x208, struct.pack("<HHHHHHI", r, 0, len(row), 255, 0, 0, options))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                sheet += _record(0x204, struct.pack("<HHH", r, c, 0) + _text(value))
            elif value is not None:
                sheet += _record(0x203, struct.pack("<HHHd", r, c, 0, float(str(value))))
    sheet += _record(0x0A, b"")
    font = struct.pack("<HHHHHBBBB", 220, 0, 8, 400, 0, 0, 0, 0, 0) + b"\x01\x01A\x00"
    name = b"\x01\x01S\x00"
    head = _record(0x809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6)) + _record(
        0x42, struct.pack("<H", 1200)
    )
    styles = b"".join(_record(0x31, font) for _ in range(5)) + b"".join(
        _record(0xE0, struct.pack("<HHH", 0, 0, 0 if i else 0xFFF5) + b"\x00" * 14) for i in range(2)
    )
    length = len(head) + len(styles) + 4 + 6 + len(name) + 4
    bound = _record(0x85, struct.pack("<IBB", length, 0, 0) + name)
    return _contained(head + styles + bound + _record(0x0A, b"") + sheet)


def _contained(stream: bytes) -> bytes:
    """Return a stream in a compound file, as Excel keeps it: header, allocation table, directory, the stream's sectors."""
    stream = stream.ljust(4096, b"\x00")
    sectors = -(-len(stream) // 512)
    last, free, table = -2, -1, -3
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    )
    header += struct.pack("<IIiIIiIiI", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack(
        "<109i", 0, *[free] * 108
    )
    chain = [table, last, *range(3, sectors + 2), last]
    allocation = struct.pack("<128i", *chain, *[free] * (128 - len(chain)))
    directory = _entry("Root Entry", 5, 1, last, 0) + _entry("Workbook", 2, free, 2, len(stream))
    return header + allocation + directory.ljust(512, b"\x00") + stream.ljust(sectors * 512, b"\x00")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    words = name.encode("utf-16-le") + b"\x00\x00"
    places = struct.pack("<HBBiii", len(words), kind, 1, -1, -1, child)
    return words.ljust(64, b"\x00") + places + b"\x00" * 36 + struct.pack("<iQ", start, size)

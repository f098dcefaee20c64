"""A text file of any size in blocks of whole records: its bytes, line numbers and hash, read once."""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from kumastats.errors import Place, SourceError
from kumastats.sources.encoding import BINARY_SEARCH, bom_of, not_text, refuse_start, unreadable
from kumastats.text import Text

BLOCK = 4 << 20
# a cell, or a record with line breaks in quotes, that is longer is no table
LONGEST = 1 << 20
# in these encodings a delimiter, quote or line end is never a part of another character
_SPLITTABLE = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf8": "utf-8", "cp932": "cp932"}


@dataclass(frozen=True)
class Block:
    """Whole records, as bytes: `lines` lines of the file, the first of them line `line`, from 1."""

    data: bytes
    line: int
    lines: int


class Blocks:
    """A text file's blocks. UTF-16 and encodings whose bytes cannot be split are turned into UTF-8.

    Parameters
    ----------
    source
        The file, or its bytes.
    file
        Its name, for places.
    encoding
        Where the mapping tells it.

    Attributes
    ----------
    codec
        What the bytes of blocks are known to be in (``utf-8``, ``cp932``), or None.
    written
        The encoding of the file itself where it is known.
    """

    def __init__(self, source: Path | bytes, file: str, encoding: str | None = None, size: int = BLOCK):
        self.file, self._size = file, size
        self._input: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        self._hash = hashlib.sha256()
        self.bytes = 0
        self._line = 1
        self._ended = False
        self._held = b""
        self._buffer = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        first = self._input.read(max(size, BINARY_SEARCH))
        refuse_start(first, file, named=encoding is not None)
        self.written = encoding or bom_of(first)
        self.codec = _SPLITTABLE.get((self.written or "").lower().replace("_", "-"))
        if self.written and self.codec is None:
            self._decoder, self.codec = _decoder(self.written, file), "utf-8"
        self._buffer = self._taken(first).removeprefix(b"\xef\xbb\xbf")

    @property
    def sha256(self) -> str:
        """The hash of the file, once all its blocks were read."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._input.close()

    @property
    def start(self) -> bytes:
        """The bytes at the start, before blocks are taken."""
        return self._buffer

    def skip(self, size: int) -> None:
        """Leave out the first `size` bytes: the header and what stands above it."""
        self._line += self._buffer.count(b"\n", 0, size)
        self._buffer = self._buffer[size:]

    def _taken(self, chunk: bytes) -> bytes:
        """Return a chunk as bytes that can be split, its lines ended as usual."""
        self._hash.update(chunk)
        self.bytes += len(chunk)
        self._ended = not chunk
        if self._decoder is not None:
            assert self.written is not None
            try:
                chunk = self._decoder.decode(chunk, final=self._ended).encode("utf-8")
            except UnicodeError as error:
                raise unreadable(self.file, self.written, self._next_line) from error
        chunk = self._held + chunk
        self._held = b""
        if b"\r" in chunk:
            if chunk.endswith(b"\r") and not self._ended:
                chunk, self._held = chunk[:-1], b"\r"
            if chunk.count(b"\r") != chunk.count(b"\r\n"):
                chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\x00" in chunk:
            raise not_text(self.file, self._next_line + chunk.count(b"\n", 0, chunk.index(b"\x00")))
        return chunk

    @property
    def _next_line(self) -> int:
        return self._line + self._buffer.count(b"\n")

    def __iter__(self) -> Iterator[Block]:
        while True:
            cut = self._cut() if len(self._buffer) >= self._size or self._ended else 0
            if not cut and self._ended and self._buffer:
                self._refuse_open()
            elif not cut and len(self._buffer) > LONGEST + self._size:
                self._refuse_open(Text("、または1 MBを超えるセルです", ", or a cell is longer than 1 MB"))
                raise too_long(self.file, self._line)
            if cut:
                data = self._buffer[:cut]
                ends = data.count(b"\n")
                block = Block(data, self._line, ends)
                self._line += ends
                self._buffer = self._buffer[cut:]
                yield block
            elif self._ended:
                return
            if len(self._buffer) < self._size or not cut:
                self._buffer += self._taken(self._input.read(self._size))
                if self._ended and self._buffer and not self._buffer.endswith(b"\n"):
                    self._buffer += b"\n"  # the last record ends here, or a quotation mark is open

    def _cut(self) -> int:
        """Return where the next block ends: behind the last whole record within its size, or the first beyond."""
        size = self._size
        cut = _records_end(self._buffer[:size])
        while not cut and size < len(self._buffer):
            size *= 2
            cut = _records_end(self._buffer[:size])
        return cut

    def _refuse_open(self, otherwise: Text | None = None) -> None:
        """Refuse a quotation mark that is open to the end of the buffer."""
        rest = self._buffer
        if rest.count(b'"') % 2:
            line = next(i for i, text in enumerate(rest.split(b"\n")) if text.count(b'"') % 2)
            raise not_closed(self.file, self._line + line, otherwise)


def _records_end(buffer: bytes) -> int:
    """Return where the last whole record ends: behind a line end that no quotation marks enclose."""
    if b'"' not in buffer:
        return buffer.rfind(b"\n") + 1
    ends, _ = record_ends(buffer)
    return int(ends[-1]) + 1 if len(ends) else 0


def record_ends(data: bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the line ends that close a record, and the number of each among all line ends of `data`."""
    letters = np.frombuffer(data, dtype=np.uint8)
    lines = np.flatnonzero(letters == ord("\n"))
    quotes = np.flatnonzero(letters == ord('"'))
    outside = np.searchsorted(quotes, lines) % 2 == 0
    return lines[outside], np.flatnonzero(outside)


def not_closed(file: str, row: int, more: Text | None = None) -> SourceError:
    """Return the error of a quotation mark that is open at the end of its row."""
    more = more or Text("", "")
    return SourceError(
        Text(f"引用符が閉じていません{more.ja}。", f"A quotation mark is not closed{more.en}."),
        place=Place(file=file, row=row),
        remedy=Text('この行の " を確かめてください。', 'Check the " in this row.'),
    )


def too_long(file: str, row: int) -> SourceError:
    """Return the error of a cell longer than any table's."""
    return SourceError(
        Text("1 MBを超えるセルがあります。", "A cell is longer than 1 MB."),
        place=Place(file=file, row=row),
        remedy=Text("この行が壊れていないか確かめてください。", "Check whether this row is damaged."),
    )


def _decoder(encoding: str, file: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise unreadable(file, encoding, 1) from error

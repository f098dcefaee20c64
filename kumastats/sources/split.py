"""A block of a delimited file into columns: Arrow's reader where the block is regular, Python's csv where it is not.

Cells stay bytes: in UTF-8 and CP932 no byte of a character is a delimiter, a quotation mark or a line end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from kumastats.errors import Place, SourceError
from kumastats.sources.blocks import LONGEST, Block, not_closed, record_ends, too_long
from kumastats.text import Text

_CELL = pa.dictionary(pa.int32(), pa.binary())
_BLANKS = (b"", b" ", b"\t", b"\x81\x40", b"\xe3\x80\x80")


@dataclass(frozen=True, eq=False)
class Columns:
    """A block's columns: `values[j][codes[j][i]]` is row i of column j, which is line `lines[i]` of the file."""

    values: Sequence[list[bytes]]
    codes: Sequence[npt.NDArray[np.int32]]
    lines: npt.NDArray[np.int64]


def split(block: Block, file: str, delimiter: str, width: int, extra: int = 0) -> Columns:
    """Split a block into `width` columns; rows without any value are left out.

    Parameters
    ----------
    extra
        Number of further cells, all empty, that the rows of this file usually have.

    Raises
    ------
    SourceError
        If a row has another number of cells, or a cell is too long.
    """
    if b'"' in block.data:
        _refuse_stray(block, file, delimiter)
    made = _regular(block, file, delimiter, width, extra)
    return made if made is not None else _irregular(block, file, delimiter, width)


def _refuse_stray(block: Block, file: str, delimiter: str) -> None:
    """Refuse a quotation mark within a cell that opens one, and so would swallow the rows that follow."""
    letters = np.frombuffer(block.data, dtype=np.uint8)
    quotes = np.flatnonzero(letters == ord('"'))
    before = np.where(quotes > 0, letters[quotes - 1], ord("\n"))
    after = letters[np.minimum(quotes + 1, len(letters) - 1)]
    edges = np.frombuffer(f'{delimiter}\n\r"'.encode(), dtype=np.uint8)
    opens = np.arange(len(quotes)) % 2 == 0
    stray = quotes[~np.isin(np.where(opens, before, after), edges)]
    if not len(stray):
        return
    ends = np.flatnonzero(letters == ord("\n"))
    within = np.searchsorted(quotes, ends) % 2 == 1  # line ends that quotation marks enclose
    for line in np.unique(np.searchsorted(ends, stray)).tolist():
        start, end = int(ends[line - 1]) + 1 if line else 0, int(ends[line])
        text = block.data[start:end].decode("latin-1")
        reader = csv.reader([text + "\n", "\n"], delimiter=delimiter)
        next(reader, None)
        if reader.line_num > 1 or within[line] or (line and within[line - 1]):
            raise not_closed(file, block.line + line)


def _regular(block: Block, file: str, delimiter: str, width: int, extra: int) -> Columns | None:
    quoted = b'"' in block.data
    data = block.data.replace(b"\r\n", b"\n") if quoted else block.data
    names = [str(j) for j in range(width + extra)]
    try:
        table = pyarrow.csv.read_csv(
            pa.py_buffer(data),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, column_names=names, block_size=len(data) + 1
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=quoted, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, _CELL), strings_can_be_null=False, null_values=[]
            ),
        )
    except pa.ArrowInvalid:
        return None
    if quoted:
        ends, numbers = record_ends(data)
        starts = np.concatenate([[0], numbers + 1]) if len(ends) else np.zeros(1, dtype=np.int64)
        starts = starts[: len(starts) - data.endswith(b"\n")]
    else:
        starts = np.arange(block.lines)
    if len(starts) != table.num_rows or any(c.num_chunks != 1 for c in table.columns):
        return None
    chunks = [c.chunk(0) for c in table.columns]
    for chunk in chunks:
        lengths = pc.binary_length(chunk.dictionary)
        if len(lengths) and pc.max(lengths).as_py() > LONGEST:
            row = int(np.argmax(lengths.to_numpy()[chunk.indices.to_numpy()] > LONGEST))
            raise too_long(file, block.line + int(starts[row]))
    values = [chunk.dictionary.to_pylist() for chunk in chunks]
    codes = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in chunks]
    if any(_filled(values[j])[codes[j]].any() for j in range(width, width + extra)):
        return None
    return _without_blank_rows(values[:width], codes[:width], starts + block.line)


def _filled(values: Sequence[bytes]) -> npt.NDArray[np.bool_]:
    return np.array([not is_blank(v) for v in values], dtype=np.bool_)


def is_blank(cell: bytes) -> bool:
    """Tell whether a cell holds nothing but spaces, full-width ones included."""
    if cell in _BLANKS:
        return True
    return not cell.replace(b"\x81\x40", b"").replace(b"\xe3\x80\x80", b"").strip()


def _without_blank_rows(
    values: list[list[bytes]], codes: list[npt.NDArray[np.int32]], lines: npt.NDArray[np.int64]
) -> Columns:
    kept = np.zeros(len(lines), dtype=np.bool_)
    for column, held in zip(values, codes, strict=True):
        filled = _filled(column)
        if filled.all():
            return Columns(values, codes, lines)
        kept |= filled[held]
        if kept.all():
            return Columns(values, codes, lines)
    return Columns(values, [c[kept] for c in codes], lines[kept])


def _irregular(block: Block, file: str, delimiter: str, width: int) -> Columns:
    """Split row by row, and tell the row that does not fit."""
    text = block.data.replace(b"\r\n", b"\n").decode(
        "latin-1"
    )  # a byte a character; what it means comes later
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, lines, line = [], [], 0
    try:
        for row in reader:
            started, line = line, reader.line_num
            cells = [c.encode("latin-1") for c in row]
            if all(is_blank(c) for c in cells):
                continue
            if len(cells) < width or not all(is_blank(c) for c in cells[width:]):
                raise ragged(file, block.line + started, width, len(cells))
            if max(map(len, cells)) > LONGEST:
                raise too_long(file, block.line + started)
            rows.append(cells[:width])
            lines.append(block.line + started)
    except csv.Error as error:
        raise too_long(file, block.line + line) from error
    values, codes = [], []
    for j in range(width):
        known: dict[bytes, int] = {}
        codes.append(np.array([known.setdefault(r[j], len(known)) for r in rows], dtype=np.int32))
        values.append(list(known))
    return Columns(values, codes, np.array(lines, dtype=np.int64))


def ragged(file: str, row: int, width: int, found: int) -> SourceError:
    """Return the error of a row with another number of cells than the header."""
    return SourceError(
        Text(
            f"列の数が見出しと違います（見出し{width}、この行{found}）。",
            f"The row has {found} cells, the header {width}.",
        ),
        place=Place(file=file, row=row),
        remedy=Text(
            "セルの中の改行や区切り文字を引用符で囲むか、欠けた列を補ってください。",
            "Quote line breaks and delimiters inside cells, or add the missing cells.",
        ),
    )

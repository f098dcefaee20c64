"""Where the rows of a table came from: file, sheet and row, kept beside the table and in its order, never in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

FILE, SHEET, ROW = "origin_file", "origin_sheet", "origin_row"
NAMES = (FILE, SHEET, ROW)
# how it is written: rows of a file that was sorted lie in steps, which take next to no room as differences
PARQUET: Mapping[str, Any] = MappingProxyType(
    {
        "compression": "zstd",
        "use_dictionary": [FILE, SHEET],
        "column_encoding": {ROW: "DELTA_BINARY_PACKED"},
    }
)


@cache
def schema() -> pa.Schema:
    """Return the schema: the file's name, the sheet of a workbook, and the row in it, from 1."""
    import pyarrow as pa

    words = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([(FILE, words), (SHEET, words), (ROW, pa.int32())])


def sheet_origin(file: str, sheet: str | None, rows: Any) -> pa.Table:
    """Return the origin of rows of one sheet or text file.

    Parameters
    ----------
    rows
        Row of the file of each row of the table, from 1.

    Examples
    --------
    >>> sheet_origin("a.csv", None, [4, 2]).to_pylist()[0]
    {'origin_file': 'a.csv', 'origin_sheet': None, 'origin_row': 4}
    """
    import numpy as np
    import pyarrow as pa

    at = np.zeros(len(rows), dtype=np.int32)
    words = [
        pa.DictionaryArray.from_arrays(pa.array(at, mask=np.full(len(at), w is None)), pa.array([w or ""]))
        for w in (file, sheet)
    ]
    return pa.table([*words, pa.array(rows, pa.int32())], schema=schema())


def rows_origin(files: Sequence[str | None], sheets: Sequence[str | None], rows: Any) -> pa.Table:
    """Return the origin of rows of several sheets."""
    import pyarrow as pa

    columns = [pa.array(c, pa.string()).dictionary_encode() for c in (files, sheets)]
    return pa.table([*columns, pa.array(rows, pa.int32())], schema=schema())


def unknown(rows: int) -> pa.Table:
    """Return the origin of rows of which it is not known."""
    return rows_origin([None] * rows, [None] * rows, [None] * rows)


def beside(data: pa.Table, origin: pa.Table | None) -> pa.Table:
    """Return a table with the columns of its origin, so that both are sorted together."""
    told = unknown(data.num_rows) if origin is None else origin
    for name in NAMES:
        data = data.append_column(schema().field(name), told[name])
    return data


def apart(data: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return what `beside` joined."""
    return data.drop_columns(list(NAMES)), data.select(list(NAMES)).cast(schema())

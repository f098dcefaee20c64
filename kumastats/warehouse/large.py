"""Deliveries too large for memory: Parquet files sorted by their key, checked and joined piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kumastats.tables import Table, origin
from kumastats.warehouse.delivery import Coverage

ROW_GROUP = 1 << 17
MEMORY_LIMIT = "150MB"  # a sort of three million wide rows; one thread more takes half as much again
_MONTHS = 1 << 20
_PLACE = "origin_place"


def schema_of(path: Path, canonical: Table) -> Any:
    """Return the schema of a file as a delivery has it: Parquet knows instants no coarser than milliseconds."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = pq.read_schema(path)
    kinds = [
        pa.field(
            f.name,
            c.type if pa.types.is_timestamp(f.type) and c.type == pa.timestamp("s") else f.type,
            f.nullable,
        )
        for f, c in zip(held, canonical.schema, strict=False)
    ]
    return pa.schema(kinds)


def rows_of(path: Path) -> int:
    """Return how many rows a file has."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def repeated_keys(path: Path, canonical: Table) -> int:
    """Return how many rows of a sorted file have the key of the row before."""
    import numpy as np

    repeated = 0
    last: tuple[Any, ...] | None = None
    for group in _groups(path, canonical.key):
        if not group.num_rows:
            continue
        columns = [group[name].combine_chunks() for name in canonical.key]
        codes = [getattr(c, "indices", c).to_numpy(zero_copy_only=False) for c in columns]
        same = np.logical_and.reduce([c[1:] == c[:-1] for c in codes])
        repeated += int(same.sum()) + (last is not None and tuple(c[0].as_py() for c in columns) == last)
        last = tuple(c[-1].as_py() for c in columns)
    return repeated


def coverage(path: Path, canonical: Table) -> Coverage:
    """Return the places and months or days a file holds rows of."""
    import numpy as np

    assert canonical.date_column is not None
    unit = "datetime64[D]" if canonical.span == "day" else "datetime64[M]"
    out: set[tuple[str, str]] = set()
    for group in _groups(path, (canonical.place_column, canonical.date_column)):
        place = group[canonical.place_column].combine_chunks()
        words = [w or "" for w in place.dictionary.to_pylist()] + [""]
        codes = place.indices.fill_null(-1).to_numpy().astype(np.int64)
        times = (
            group[canonical.date_column]
            .combine_chunks()
            .cast("timestamp[s]")
            .to_numpy()
            .astype(unit)
            .astype(np.int64)
        )
        for pair in np.unique((codes + 1) * _MONTHS + times).tolist():
            code, time = divmod(pair, _MONTHS)
            out.add((words[code - 1], str(np.array(time).astype(unit))))
    return frozenset(out)


def _groups(path: Path, columns: Sequence[str]) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    words = [f.name for f in schema if pa.types.is_string(f.type)]
    with pq.ParquetFile(path, read_dictionary=words) as file:
        for i in range(file.num_row_groups):
            yield file.read_row_group(i, columns=list(columns)).unify_dictionaries()


def join(
    pieces: Sequence[Any],
    canonical: Table,
    path: Path,
    origins: Sequence[Any] = (),
    origin_path: Path | None = None,
) -> None:
    """Write several tables or Parquet files as one file, sorted by key, and where its rows came from as another.

    Parameters
    ----------
    pieces
        Arrow tables and paths.
    origins
        The origin of each piece (`kumastats.tables.origin`): of a table a table, of a path the path of a Parquet file with
        the same row groups, or None where it is unknown. By default it is of none.
    origin_path
        Where the origin of the joined rows is written, in their order.
    """
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    config: dict[str, str | bool | int | float | list[str]]
    # rows are ordered by their whole key, so the order they come in need not be held in memory
    config = {
        "threads": 1, "memory_limit": MEMORY_LIMIT, "temp_directory": str(path.parent / "sort"), "preserve_insertion_order": False,
    }  # fmt: skip
    dates = [canonical.date_column] if canonical.date_column else []
    by = ", ".join(f'"{name}"' for name in dict.fromkeys([*canonical.key, *dates]))
    told = _Told()
    rows = _told_rows(pieces, origins or [None] * len(pieces), canonical, told)
    schema = pa.schema([*canonical.schema, (_PLACE, pa.int32()), (origin.ROW, pa.int32())])
    with duckdb.connect(":memory:", config=config) as db, ExitStack() as writers:
        db.execute("SET enable_progress_bar = false")
        db.register("rows", pa.RecordBatchReader.from_batches(schema, rows))
        batches = db.execute(f"SELECT * FROM rows ORDER BY {by}").to_arrow_reader(ROW_GROUP)
        write = writers.enter_context(
            pq.ParquetWriter(path, canonical.schema, compression="zstd", store_schema=False)
        )
        places = None
        if origin_path is not None:
            places = writers.enter_context(pq.ParquetWriter(origin_path, origin.schema(), **origin.PARQUET))
        for batch in batches:
            made = pa.Table.from_batches([batch])
            write.write_table(made.select(canonical.names).cast(canonical.schema), row_group_size=ROW_GROUP)
            if places is not None:
                places.write_table(told.origin(made), row_group_size=ROW_GROUP)


def _told_rows(pieces: Sequence[Any], origins: Sequence[Any], canonical: Table, told: _Told) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for piece, whole in zip(pieces, origins, strict=True):
        if not isinstance(piece, Path):
            yield from told.numbered(piece, whole).to_batches(ROW_GROUP)
            continue
        with ExitStack() as opened:
            file = opened.enter_context(pq.ParquetFile(piece))
            beside = None if whole is None else opened.enter_context(pq.ParquetFile(whole))
            for i in range(file.num_row_groups):
                data = file.read_row_group(i).cast(canonical.schema)
                place = None if beside is None else beside.read_row_group(i)
                yield from told.numbered(data, place).to_batches()


class _Told:
    """Files and sheets as numbers, which are cheap to sort along."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str | None, str | None], int] = {}

    def numbered(self, data: Any, told: Any) -> Any:
        """Return rows with the number of their file and sheet, and their row in it."""
        import numpy as np
        import pyarrow as pa

        if told is None:
            told = origin.unknown(data.num_rows)
        words, codes = [], []
        for name in (origin.FILE, origin.SHEET):
            column = told[name].unify_dictionaries().combine_chunks()
            words.append([*column.dictionary.to_pylist(), None])
            codes.append(column.indices.fill_null(-1).to_numpy().astype(np.int64))
        pairs, at = np.unique(np.stack(codes), axis=1, return_inverse=True)
        mine = [self._number(words[0][f], words[1][s]) for f, s in pairs.T.tolist()]
        data = data.append_column(_PLACE, pa.array(np.array(mine, dtype=np.int32)[at.reshape(-1)]))
        return data.append_column(origin.ROW, told[origin.ROW])

    def _number(self, file: str | None, sheet: str | None) -> int:
        return self._numbers.setdefault((file, sheet), len(self._numbers))

    def origin(self, rows: Any) -> Any:
        """Return the origin of numbered rows."""
        import numpy as np
        import pyarrow as pa

        at = rows[_PLACE].to_numpy()
        columns = []
        for words in zip(*self._numbers, strict=True):
            none = np.array([w is None for w in words])
            codes = pa.array(at, mask=none[at])
            columns.append(pa.DictionaryArray.from_arrays(codes, pa.array([w or "" for w in words])))
        return pa.table([*columns, rows[origin.ROW]], schema=origin.schema())

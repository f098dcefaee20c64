"""Deliveries too large for memory: Parquet files sorted by their key, checked and joined piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kumastats.tables import Table
from kumastats.warehouse.delivery import Coverage

ROW_GROUP = 1 << 17
MEMORY_LIMIT = "150MB"  # a sort of three million wide rows; one thread more takes half as much again
_MONTHS = 1 << 20


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


def join(pieces: Sequence[Any], canonical: Table, path: Path) -> None:
    """Write several tables or Parquet files as one file, sorted by key.

    Parameters
    ----------
    pieces
        Arrow tables and paths.
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
    with duckdb.connect(":memory:", config=config) as db:
        db.execute("SET enable_progress_bar = false")
        files = [str(p) for p in pieces if isinstance(p, Path)]
        selects = ["SELECT * FROM files"] if files else []
        if files:
            db.from_parquet(files).create_view("files")
        for i, piece in enumerate(p for p in pieces if not isinstance(p, Path)):
            db.register(f"piece{i}", piece)
            selects.append(f"SELECT * FROM piece{i}")
        batches = db.execute(f"{' UNION ALL '.join(selects)} ORDER BY {by}").to_arrow_reader(ROW_GROUP)
        with pq.ParquetWriter(path, canonical.schema, compression="zstd", store_schema=False) as writer:
            for batch in batches:
                rows = pa.Table.from_batches([batch]).cast(canonical.schema)
                writer.write_table(rows, row_group_size=ROW_GROUP)

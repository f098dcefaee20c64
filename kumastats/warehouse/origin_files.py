"""Where the rows of deliveries came from: a file beside each delivery, in its order, that no result is made of.

It is named after the delivery's content, so that one written anew under another key has its own. A
delivery of an earlier version has none, and is as good without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kumastats.errors import Place
from kumastats.tables.origin import FILE, PARQUET, ROW, SHEET
from kumastats.warehouse import large
from kumastats.warehouse.delivery import Delivery

FOLDER = "origins"


def path_of(root: Path, delivery: Delivery) -> Path:
    """Return where the origin of a delivery lies in a warehouse."""
    return root / FOLDER / f"{delivery.id}-{delivery.parquet_sha256[:12]}.parquet"


def write(origin: Any, path: Path) -> None:
    """Write an origin."""
    import pyarrow.parquet as pq

    pq.write_table(origin, path, row_group_size=large.ROW_GROUP, **PARQUET)


def held(root: Path, delivery: Delivery) -> Path | None:
    """Return where the origin of a delivery lies in a warehouse, or None where there is none of its rows."""
    import pyarrow.parquet as pq

    path = path_of(root, delivery)
    return path if path.is_file() and pq.read_metadata(path).num_rows == delivery.rows else None


def places(root: Path, delivery: Delivery, rows: Iterable[int]) -> Mapping[int, Place]:
    """Return the place in its source file of each of these rows of a delivery, counted from 0, where it is known."""
    import pyarrow.parquet as pq

    wanted = sorted(set(rows))
    path = held(root, delivery)
    made: dict[int, Place] = {}
    if path is None:
        return made
    with pq.ParquetFile(path) as file:
        start = 0
        for group in range(file.num_row_groups):
            end = start + file.metadata.row_group(group).num_rows
            mine = [r for r in wanted if start <= r < end]
            if mine:
                found = file.read_row_group(group).take([r - start for r in mine]).to_pylist()
                made |= {
                    row: Place(f[FILE], f[SHEET], f[ROW])
                    for row, f in zip(mine, found, strict=True)
                    if f[ROW] is not None
                }
            start = end
    return made

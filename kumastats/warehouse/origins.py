"""Where the rows of deliveries came from: a file beside each delivery, in its order, that no result is made of.

It is named after the delivery's content, so that one written anew under another key has its own. What is missing – of a
delivery older than this, or purged with its raw files – is missing: the delivery is as good without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kumastats.errors import Place
from kumastats.tables.origin import FILE, PARQUET, ROW, SHEET
from kumastats.warehouse.delivery import Delivery

FOLDER = "origins"
ROW_GROUP = 1 << 17


def path_of(root: Path, delivery: Delivery) -> Path:
    """Return where the origin of a delivery lies in a warehouse."""
    return root / FOLDER / f"{delivery.id}-{delivery.parquet_sha256[:12]}.parquet"


def write(origin: Any, path: Path) -> None:
    """Write an origin."""
    import pyarrow.parquet as pq

    pq.write_table(origin, path, row_group_size=ROW_GROUP, **PARQUET)


def held(path: Path, rows: int) -> Any:
    """Return the origin of a delivery of so many rows as an open Parquet file, or None where there is none."""
    import pyarrow.parquet as pq

    if not path.is_file():
        return None
    file = pq.ParquetFile(path)
    return file if file.metadata.num_rows == rows else None


def places(path: Path, delivery: Delivery, rows: Iterable[int]) -> Mapping[int, Place]:
    """Return the place in its source file of each of these rows of a delivery, counted from 0, where it is known."""
    wanted = sorted(set(rows))
    file = held(path, delivery.rows)
    made: dict[int, Place] = {}
    if file is None:
        return made
    with file:
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


def remove(root: Path, deliveries: Iterable[Delivery]) -> int:
    """Remove the origins of deliveries, and return how many there were."""
    found = [p for d in deliveries if (p := path_of(root, d)).is_file()]
    for path in found:
        path.unlink()
    return len(found)

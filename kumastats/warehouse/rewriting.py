"""Deliveries written anew under the same ids: what changes is how their people are called."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kumastats.errors import Place, WarehouseError
from kumastats.tables import table
from kumastats.tables.origin import apart, beside
from kumastats.text import Text
from kumastats.warehouse import large, origin_files
from kumastats.warehouse.delivery import Delivery
from kumastats.warehouse.store import Warehouse

Progress = Callable[[int, int, str], None]
IN_MEMORY = 1 << 21  # rows


def rewrite(
    warehouse: Warehouse,
    staging: Path,
    rename: Callable[[str], str],
    *,
    key_id: str,
    progress: Progress | None = None,
) -> int:
    """Rename values in every text column of every delivery, and publish all of them in one step.

    Ids of deliveries and snapshots stay: they come from the source files. The files replaced are removed after the
    manifest is in force. A kill at any moment leaves all of the old state or all of the new.

    Parameters
    ----------
    staging
        The folder that `Warehouse.staging` gives, which holds the lock.
    rename
        Returns the new value, or the same one for what is no hash. Places are never renamed.
    key_id
        Fingerprint of the key that is in force afterwards.

    Returns
    -------
    int
        How many deliveries were rewritten.

    Raises
    ------
    WarehouseError
        If a Parquet file is not what the manifest says.
    """
    held = warehouse.deliveries()
    renewed: list[Delivery] = []
    files: dict[Path, Path] = {}
    for done, delivery in enumerate(held):
        if progress:
            progress(done, len(held), delivery.id)
        path = staging / f"{delivery.id}.parquet"
        told = origin_files.held(warehouse.root, delivery)
        if not _write(_verified(warehouse.path(delivery), delivery), told, delivery, rename, path):
            renewed.append(delivery)
            continue
        made = replace(delivery, parquet_sha256=_sha256(path))
        renewed.append(made)
        files[path] = warehouse.rewritten_path(made)
        if told is not None:
            files[_origin(path)] = origin_files.path_of(warehouse.root, made)
    warehouse.publish(staging, files, renewed, key_id)
    warehouse.sweep()
    if progress:
        progress(len(held), len(held), "")
    return sum(new is not old for new, old in zip(renewed, held, strict=True))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(path: Path, delivery: Delivery) -> Path:
    if not path.is_file() or _sha256(path) != delivery.parquet_sha256:
        raise WarehouseError(
            Text(
                "受領データのファイルが目録と違います。",
                "The file of a delivery is not what the manifest says.",
            ),
            place=Place(file=path.name),
            remedy=Text(
                "控えから戻すか、warehouse/ を消して取り込み直してください。",
                "Restore it, or remove warehouse/ and ingest again.",
            ),
        )
    return path


def _origin(path: Path) -> Path:
    return path.with_suffix(".origin")


def _write(
    old: Path, told: Path | None, delivery: Delivery, rename: Callable[[str], str], path: Path
) -> bool:
    """Write the renamed rows of `old` to `path`, and where they came from beside it; return False when there is nothing to rename.

    The rows are sorted anew: left in their old order, they would tell the rank of the old hashes.
    """
    import pyarrow.parquet as pq

    canonical = table(delivery.table)
    names = [
        c.name
        for c in canonical.columns
        if c.kind == "text" and c.allowed is None and c.name != canonical.place_column
    ]
    if delivery.rows <= IN_MEMORY:
        data, changed = _renamed(pq.read_table(old).cast(canonical.schema), names, rename)
        if changed:
            dates = [canonical.date_column] if canonical.date_column else []
            order = [(k, "ascending") for k in dict.fromkeys([*canonical.key, *dates])]
            origin = None if told is None else pq.read_table(told)
            data, origin = apart(beside(data, origin).sort_by(order))
            if told is not None:
                origin_files.write(origin, _origin(path))
            pq.write_table(
                data,
                path,
                compression="zstd",
                row_group_size=large.ROW_GROUP,
                store_schema=False,
            )
        return changed
    unsorted = path.with_suffix(".unsorted")
    any_changed = False
    with pq.ParquetFile(old) as file, pq.ParquetWriter(unsorted, canonical.schema) as writer:
        for i in range(file.num_row_groups):
            data, changed = _renamed(file.read_row_group(i).cast(canonical.schema), names, rename)
            any_changed |= changed
            writer.write_table(data)
    if any_changed:
        places = () if told is None else (told,)
        large.join([unsorted], canonical, path, places, None if told is None else _origin(path))
    unsorted.unlink()
    return any_changed


def _renamed(data: Any, names: Sequence[str], rename: Callable[[str], str]) -> tuple[Any, bool]:
    """Return the table with the values of these columns renamed, and whether anything changed."""
    import pyarrow as pa

    changed = False
    for name in names:
        coded = data[name].combine_chunks().dictionary_encode()
        old = coded.dictionary.to_pylist()
        new = [rename(v) for v in old]
        if new == old:
            continue
        values = pa.DictionaryArray.from_arrays(coded.indices, pa.array(new, pa.string())).cast(pa.string())
        at = data.schema.get_field_index(name)
        data = data.set_column(at, data.schema.field(at), values)
        changed = True
    return data, changed

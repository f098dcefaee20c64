"""Deliveries being added: checked, written to the staging folder, published together."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kumastats.errors import Place, WarehouseError
from kumastats.tables import Table, table
from kumastats.text import Text
from kumastats.warehouse import large as large_file
from kumastats.warehouse import origin_files
from kumastats.warehouse.delivery import ALWAYS, SPANS, Coverage, Delivery, delivery_id


class Transaction:
    """Deliveries being added."""

    def __init__(self, staging: Path, held: Sequence[Delivery]):
        self._staging = staging
        self._known = {d.id for d in held}
        self._batch = max((d.batch for d in held), default=0) + 1
        self.added: list[Delivery] = []

    def add(
        self,
        data: Any,
        *,
        source: str,
        table_name: str,
        period: str,
        received_on: dt.date,
        files: Sequence[Mapping[str, Any]],
        mapping_sha256: str = "",
        origin: Any = None,
    ) -> Delivery | None:
        """Add one delivery.

        Parameters
        ----------
        data
            An Arrow table of exactly the canonical schema, or a Parquet file of it, sorted by its key.
        period
            The fiscal year, or ``all`` for a table without dates.
        files
            Reading reports, as dictionaries with ``sha256``.
        origin
            Where each row came from (`kumastats.tables.origin`), in the same order: a table, or a Parquet file of it.

        Returns
        -------
        Delivery or None
            None when the very same delivery is held already.

        Raises
        ------
        WarehouseError
            If the schema differs, or two files of this batch hold the same key.
        """
        import pyarrow.parquet as pq

        canonical = table(table_name)
        large = isinstance(data, Path)
        schema = large_file.schema_of(data, canonical) if large else data.schema
        if not schema.equals(canonical.schema):
            raise WarehouseError(
                Text(f"表 {table_name} の列が違います。", f"The columns of {table_name} differ.")
            )
        made = delivery_id(table_name, source, period, [f["sha256"] for f in files], mapping_sha256)
        if made in self._known:
            return None
        path = self._staging / f"{made}.parquet"
        if large:
            rows, covered = large_file.rows_of(data), large_file.coverage(data, canonical)
            _refuse_repeated(large_file.repeated_keys(data, canonical), canonical, files)
            shutil.copyfile(data, path)
        else:
            rows, covered = data.num_rows, _coverage(data, canonical)
            _refuse_repeated_keys(data, canonical, files)
            pq.write_table(
                data,
                path,
                compression="zstd",
                row_group_size=1 << 17,
                write_statistics=True,
                store_schema=False,
            )
        with path.open("rb") as written:
            parquet_sha256 = hashlib.file_digest(written, "sha256").hexdigest()
        dates = [f[k] for f in files for k in ("first_date", "last_date") if f.get(k)]
        delivery = Delivery(
            id=made,
            batch=self._batch,
            table=table_name,
            source=source,
            period=period,
            received_on=received_on,
            rows=rows,
            first_date=dt.date.fromisoformat(min(dates)) if dates else None,
            last_date=dt.date.fromisoformat(max(dates)) if dates else None,
            files=tuple(files),
            mapping_sha256=mapping_sha256,
            parquet_sha256=parquet_sha256,
            coverage=covered,
        )
        if origin is not None:
            self._keep_origin(origin, delivery)
        self._known.add(made)
        self.added.append(delivery)
        return delivery

    def _keep_origin(self, origin: Any, delivery: Delivery) -> None:
        path = origin_files.path_of(self._staging, delivery)
        path.parent.mkdir(exist_ok=True)
        if isinstance(origin, Path):
            shutil.copyfile(origin, path)
        else:
            origin_files.write(origin, path)


def _coverage(data: Any, canonical: Table) -> Coverage:
    import pyarrow.compute as pc

    if canonical.date_column is None:
        return frozenset({(ALWAYS, ALWAYS)})
    times = pc.strftime(pc.cast(data[canonical.date_column], "timestamp[s]"), format=SPANS[canonical.span])
    places = pc.fill_null(data[canonical.place_column], "")
    pairs = (
        data.select([])
        .append_column("p", places)
        .append_column("t", times)
        .group_by(["p", "t"])
        .aggregate([])
    )
    return frozenset(zip(pairs["p"].to_pylist(), pairs["t"].to_pylist(), strict=True))


def _refuse_repeated_keys(data: Any, canonical: Table, files: Sequence[Mapping[str, Any]]) -> None:
    grouped = data.select(list(canonical.key)).group_by(list(canonical.key)).aggregate([([], "count_all")])
    _refuse_repeated(data.num_rows - grouped.num_rows, canonical, files)


def _refuse_repeated(repeated: int, canonical: Table, files: Sequence[Mapping[str, Any]]) -> None:
    if not repeated:
        return
    names = ", ".join(sorted(f["file"] for f in files)[:6])
    raise WarehouseError(
        Text(
            f"一度に渡されたファイルの間で同じ行（{'・'.join(canonical.key)}）が{repeated:,}件重なっています。",
            f"{repeated:,} rows ({', '.join(canonical.key)}) occur in more than one of the files given at once.",
        ),
        place=Place(file=names),
        remedy=Text(
            "訂正版は、元のファイルを取り込んだ後に別に取り込んでください（後から取り込んだ方が有効になります）。",
            "Ingest a corrected file on its own, after the first one; the later one then counts.",
        ),
    )

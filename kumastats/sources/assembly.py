"""Parts of a canonical table into one: sorted by key, repeated rows dealt with, exactly its schema.

Rows are whole numbers until the end – words are ranks among their labels – so that sorting and comparing is cheap. A
file of one part is sorted in memory, a larger one by DuckDB within a memory limit, and written as Parquet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kumastats.errors import Place, SourceError
from kumastats.sources.columns import MISSING, Coded
from kumastats.sources.defects import Defects
from kumastats.sources.numbers import MISSING64
from kumastats.sources.stored import ROW_GROUP, StoredTable
from kumastats.tables import Table
from kumastats.tables.model import Column
from kumastats.tables.origin import PARQUET, sheet_origin
from kumastats.text import Text

MEMORY_LIMIT = "100MB"
LINE = "line of the file"
_SMALL = 1 << 10
Numbers = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of a part of a file.

    Attributes
    ----------
    columns
        Arrays or `Coded` by canonical name; integers use MISSING, days NaT, flags True, False or None.
    lines
        The line of the file each row is from.
    keep
        Which rows count.
    """

    columns: Mapping[str, Any]
    lines: npt.NDArray[np.int64]
    keep: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Assembled:
    """The table, the first and last day in it, and where its rows came from; a stored table's origin lies beside it."""

    data: pa.Table | StoredTable
    days: tuple[Any, Any] | None
    origin: pa.Table | None


def assemble(
    table: Table,
    parts: Iterable[Part],
    defects: Defects,
    *,
    file: str,
    one_part: bool,
    sheet: str | None = None,
) -> Assembled:
    """Join parts into the canonical table, without exact duplicates; keys whose rows differ are defects.

    Parameters
    ----------
    one_part
        There is one part only, which is sorted in memory.
    """
    return _Assembly(table, defects, file, sheet).run(iter(parts), one_part)


@dataclass(eq=False)
class _Assembly:
    table: Table
    defects: Defects
    file: str
    sheet: str | None = None
    labels: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    ranks: dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]] = field(default_factory=dict)
    conflicts: list[int] = field(default_factory=list)
    days: list[Any] = field(default_factory=list)

    @property
    def order(self) -> list[str]:
        date = [self.table.date_column] if self.table.date_column else []
        return [*dict.fromkeys([*self.table.key, *date]), LINE]

    def run(self, parts: Iterator[Part], one_part: bool) -> Assembled:
        told: pa.Table | None = None
        if one_part:
            # of a file that is refused no table is made: what a row lacks cannot be in one
            made = [
                (self._arrow(rows).cast(self.table.schema), self._origin(rows))
                for rows in self._unique(self._in_memory(parts))
                if not self.defects.found
            ]
            data = pa.concat_tables(d for d, _ in made) if made else self.table.schema.empty_table()
            told = pa.concat_tables(o for _, o in made) if made else None
        else:
            data = StoredTable(self.table)
            self._write(data, parts)
        kind = f"conflicting_{self.table.name}"
        self.defects.add_places(
            kind, [Place(self.file, self.sheet, line, None) for line in sorted(self.conflicts)],
            Text("同じ人・日・ポスト（キー）の行が複数あり、内容が違います。", "Several rows share a key (person, post, date) but differ."),
        )  # fmt: skip
        days = (min(self.days).item(), max(self.days).item()) if self.days else None
        return Assembled(data, days, told)

    def _origin(self, rows: Numbers) -> pa.Table:
        return sheet_origin(self.file, self.sheet, rows[LINE])

    def _in_memory(self, parts: Iterator[Part]) -> Iterator[Numbers]:
        for part in parts:
            rows = self._numbers(part)
            at = np.lexsort([rows[name] for name in reversed(self.order)])
            yield {name: values[at] for name, values in rows.items()}

    def _write(self, stored: StoredTable, parts: Iterator[Part]) -> None:
        # an error of the source would be lost in DuckDB, which asks for the parts: it is kept and raised here
        failed: list[BaseException] = []

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                for part in parts:
                    yield pa.record_batch(self._numbers(part))
            except BaseException as error:
                failed.append(error)

        waiting = batches()
        first = next(waiting, None)
        if first is None:
            raise failed[0] if failed else AssertionError("a file has parts")
        schema = first.schema

        def again() -> Iterator[pa.RecordBatch]:
            yield first
            yield from waiting

        writer: pq.ParquetWriter | None = None
        places: pq.ParquetWriter | None = None
        try:
            for rows in self._groups(
                self._unique(self._sorted(pa.RecordBatchReader.from_batches(schema, again()), stored))
            ):
                if failed:
                    break
                if self.defects.found:
                    continue
                group, told = self._arrow(rows), self._origin(rows)
                if writer is None or places is None:
                    places = pq.ParquetWriter(stored.origin_path, told.schema, **PARQUET)
                    writer = pq.ParquetWriter(
                        stored.path, group.schema, compression="zstd", store_schema=False
                    )
                writer.write_table(group.cast(writer.schema), row_group_size=ROW_GROUP)
                places.write_table(told, row_group_size=ROW_GROUP)
                stored.num_rows += group.num_rows
        finally:
            for opened in (writer, places):
                if opened is not None:
                    opened.close()
        if failed:
            raise failed[0]
        if writer is None:
            pq.write_table(self.table.schema.empty_table(), stored.path, store_schema=False)

    def _sorted(self, reader: pa.RecordBatchReader, stored: StoredTable) -> Iterator[Numbers]:
        import duckdb

        config: dict[str, str | bool | int | float | list[str]]
        config = {"threads": 2, "memory_limit": MEMORY_LIMIT, "temp_directory": str(stored.folder / "sort")}
        by = ", ".join(f'"{name}"' for name in self.order)
        with duckdb.connect(":memory:", config=config) as db:
            db.execute("SET enable_progress_bar = false")
            db.register("parts", reader)
            for batch in db.execute(f"SELECT * FROM parts ORDER BY {by}").to_arrow_reader(ROW_GROUP):
                yield {name: batch[name].to_numpy() for name in batch.schema.names}

    def _numbers(self, part: Part) -> Numbers:
        """Return the rows that count as whole numbers."""
        out: Numbers = {LINE: part.lines[part.keep]}
        for column in self.table.columns:
            values = part.columns.get(column.name)
            if values is not None:
                out[column.name] = self._column(column, values, part.keep)
        date = self.table.date_column
        if date is not None and len(out[date]):
            self.days += [out[date].min().astype("datetime64[D]"), out[date].max().astype("datetime64[D]")]
            self.days = [min(self.days), max(self.days)]
        return out

    def _column(self, column: Column, values: Any, keep: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
        if column.kind == "text":
            coded = values if isinstance(values, Coded) else _coded(values)
            return self._ranked(column.name, coded.labels)[coded.codes[keep]]
        chosen = np.asarray(values)[keep]
        if column.kind == "flag":
            if chosen.dtype != np.bool_:
                chosen = np.where(chosen == None, -1, chosen == True)  # noqa: E711, E712 - elementwise
            return chosen.astype(np.int8)
        if column.kind == "date":
            return chosen.astype("datetime64[D]").astype(np.int64).astype(np.int32)
        if column.kind == "instant":
            return chosen.astype("datetime64[s]").astype(np.int64)
        empty = (chosen == MISSING) | (chosen == MISSING64)
        if column.kind in ("yen", "integer", "thousandths"):
            return np.where(empty, MISSING64, chosen).astype(np.int64)
        if (np.abs(np.where(empty, 0, chosen)) >= -MISSING).any():
            raise SourceError(
                Text(
                    f"{column.label.ja}に大きすぎる値があります。",
                    f"{column.label.en}: a value is too large.",
                ),
                place=Place(self.file),
                remedy=Text("列の単位を確かめてください。", "Check the unit of the column."),
            )
        return np.where(empty, MISSING, chosen).astype(np.int32)

    def _ranked(self, name: str, labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the rank of each label among all of the column, which its first part knows; −1 for none."""
        held = self.ranks.get(name)
        if held is None or held[0] is not labels:
            words = sorted({w for w in labels if w is not None})
            if name not in self.labels:
                self.labels[name] = np.array(words, dtype=object)
            at = {w: i for i, w in enumerate(self.labels[name])}
            ranks = np.array([-1 if w is None else at[w] for w in labels], dtype=_narrowest(len(at)))
            held = self.ranks[name] = (labels, ranks)
        return held[1]

    def _unique(self, batches: Iterator[Numbers]) -> Iterator[Numbers]:
        """Leave out exact duplicates, counted, and rows of a key that differ, noted; a key may span batches."""
        key = list(self.table.key)
        held: Numbers | None = None
        for rows in batches:
            joined = rows if held is None else {n: np.concatenate([held[n], v]) for n, v in rows.items()}
            if not len(joined[LINE]):
                continue
            same = _as_before(joined, key)
            last = int(np.flatnonzero(~same)[-1])
            held = {n: v[last:] for n, v in joined.items()}
            yield self._without_repeats({n: v[:last] for n, v in joined.items()}, same[:last])
        if held is not None:
            yield self._without_repeats(held, _as_before(held, key))

    def _without_repeats(self, rows: Numbers, same: npt.NDArray[np.bool_]) -> Numbers:
        if not same.any():
            return rows
        group = np.cumsum(~same)
        several = np.flatnonzero(np.bincount(group)[group] > 1)
        frame = pd.DataFrame({n: v[several] for n, v in rows.items() if n != LINE}).assign(
            group=group[several]
        )
        exact = frame.duplicated(keep="first").to_numpy()
        left = frame[~exact]
        differing = left["group"].duplicated(keep=False).to_numpy()
        self.defects.dropped["exact_duplicate"] = self.defects.dropped.get("exact_duplicate", 0) + int(
            exact.sum()
        )
        if not self.defects.dropped["exact_duplicate"]:
            del self.defects.dropped["exact_duplicate"]
        keep = np.ones(len(same), dtype=bool)
        keep[several[exact]] = False
        conflicting = several[~exact][differing]
        self.conflicts += rows[LINE][conflicting].tolist()
        keep[conflicting] = False
        return {n: v[keep] for n, v in rows.items()}

    def _groups(self, batches: Iterator[Numbers]) -> Iterator[Numbers]:
        """Return the same rows in groups of one size, so that the file does not depend on how they came."""
        held: list[Numbers] = []
        rows = 0
        for batch in batches:
            held.append(batch)
            rows += len(batch[LINE])
            if rows < ROW_GROUP:
                continue
            joined = {n: np.concatenate([h[n] for h in held]) for n in batch}
            whole = rows - rows % ROW_GROUP
            for start in range(0, whole, ROW_GROUP):
                yield {n: v[start : start + ROW_GROUP] for n, v in joined.items()}
            held, rows = [{n: v[whole:] for n, v in joined.items()}], rows - whole
        if rows:
            yield {n: np.concatenate([h[n] for h in held]) for n in held[0]}

    def _arrow(self, rows: Numbers) -> pa.Table:
        """Return rows as Arrow columns, words as dictionaries."""
        n = len(rows[LINE])
        arrays, fields = [], []
        for column, kind in zip(self.table.columns, self.table.schema, strict=True):
            values = rows.get(column.name)
            made = pa.nulls(n, kind.type) if values is None else self._array(column, values, kind.type)
            arrays.append(made)
            fields.append(pa.field(column.name, made.type, nullable=kind.nullable))
        return pa.table(arrays, schema=pa.schema(fields))

    def _array(self, column: Column, values: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
        if column.kind == "text":
            labels = self.labels[column.name]
            least = 0
            if len(labels) > _SMALL and len(values):  # sorted by it, a group holds few of many labels
                least = max(int(values.min()), 0)
                labels = labels[least : int(values.max()) + 1]
            codes = pa.array(values - least, mask=values < 0)
            return pa.DictionaryArray.from_arrays(codes, pa.array(labels, type=pa.string()))
        if column.kind == "flag":
            return pa.array(values > 0, mask=values < 0)
        if column.kind == "date":
            return pa.array(values).cast(pa.date32())
        if column.kind == "instant":
            return pa.array(values, mask=values == MISSING64).cast(kind)
        return pa.array(values, mask=values == (MISSING64 if kind == pa.int64() else MISSING))


def _narrowest(labels: int) -> Any:
    return next(k for k in (np.int8, np.int16, np.int32) if labels <= np.iinfo(k).max)


def _as_before(rows: Numbers, key: list[str]) -> npt.NDArray[np.bool_]:
    """Tell which rows have the key of the row before."""
    same = np.zeros(len(rows[LINE]), dtype=bool)
    if len(same):
        same[1:] = np.logical_and.reduce([rows[k][1:] == rows[k][:-1] for k in key])
    return same


def _coded(values: Any) -> Coded:
    codes, words = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=True)
    return Coded(np.array([*words, None], dtype=object), codes.astype(np.int64))

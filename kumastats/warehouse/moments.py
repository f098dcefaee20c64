"""Moment cells: one scan to (unit, period) cells that hold all a two-way fixed-effects regression needs, exactly.

A cell holds n, Σw, Σwa for every variable and Σwab for every pair, as 64-bit integers. Rows are not grouped by treatment
or covariates, so the number of cells stays the same however many regressors there are, and a regressor may vary within
a cell. Source: Wong et al. (2021), "You only compress once", arXiv:2102.11297, with moments in place of groups.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kumastats.errors import UsageError, WarehouseError
from kumastats.tables import table as canonical_table
from kumastats.text import Text
from kumastats.warehouse import sharing
from kumastats.warehouse.cells import restrict
from kumastats.warehouse.engine import refuse
from kumastats.warehouse.snapshot import Snapshot

MomentPeriod = Literal["month", "date"]
Ints = npt.NDArray[np.int64]
# a column, or an expression of the table: integers, or flags as 0 and 1
Variables = Sequence[str] | Mapping[str, Callable[[Any], Any]]
VERSION = "moments 2"
MONTHS_BEFORE = 1970 * 12 + 1


@dataclass(frozen=True, eq=False)
class MomentCells:
    """Sums of rows by unit and period, sorted by both.

    Attributes
    ----------
    units, periods
        Names of the units (several key columns joined by a space) and of the periods (``2018-10`` or ``2018-10-01``).
    unit, period
        Of each cell, the position in `units` and `periods` (cells,).
    variables
        Names of the outcomes and regressors.
    rows, weight
        Rows of each cell, and their weights added up: fixed-point integers of `weight_scale` to one.
    first
        Σwa (cells, variables).
    second
        Σwab by pair of positions a ≤ b; empty where only sums were asked for.
    id
        SHA-256 of snapshot and specification.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    unit: Ints
    period: Ints
    variables: tuple[str, ...]
    rows: Ints
    weight: Ints
    first: Ints
    second: Mapping[tuple[int, int], Ints]
    weight_scale: int
    id: str

    def __len__(self) -> int:
        return len(self.unit)

    def __repr__(self) -> str:
        return f"MomentCells({len(self):,} cells of {self.n:,} rows, {', '.join(self.variables)})"

    @property
    def n(self) -> int:
        """Rows behind all cells."""
        return int(self.rows.sum())

    def position(self, name: str) -> int:
        """Return where a variable stands.

        Raises
        ------
        UsageError
            If it was not summed.
        """
        if name not in self.variables:
            raise UsageError(
                Text(f"「{name}」は集計されていません。", f"“{name}” was not summed."),
                remedy=Text(
                    f"あるのは {', '.join(self.variables)}。moments() の y か x に加えてください。",
                    f"There are {', '.join(self.variables)}. Add it to y or x of moments().",
                ),
            )
        return self.variables.index(name)

    def product(self, a: int, b: int) -> Ints:
        """Return Σwab of two variables.

        Raises
        ------
        UsageError
            If only sums were asked for.
        """
        if not self.second:
            raise UsageError(
                Text("積の和は集計されていません。", "Products were not summed."),
                remedy=Text("products=True で集計してください。", "Sum with products=True."),
            )
        return self.second[min(a, b), max(a, b)]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of keys and integers; equal on every engine and number of threads."""
        told = hashlib.sha256(
            json.dumps([self.units, self.periods, self.variables, self.weight_scale]).encode()
        )
        for part in (self.unit, self.period, self.rows, self.weight, self.first, *self._seconds()):
            told.update(np.ascontiguousarray(part, dtype="<i8").tobytes())
        return told.hexdigest()

    def _seconds(self) -> list[Ints]:
        return [self.second[pair] for pair in sorted(self.second)]


def moments(
    snapshot: Snapshot,
    table: str,
    *,
    unit: str | Sequence[str] = "person_id",
    period: MomentPeriod = "month",
    y: Variables,
    x: Variables = (),
    weight: str | None = None,
    weight_scale: int = 1,
    where: Mapping[str, Any] | Callable[[Any], Any] | None = None,
    products: bool = True,
    cache: Path | None = None,
) -> MomentCells:
    """Sum a table of a snapshot to moment cells by one scan, or read them from the cache.

    Parameters
    ----------
    unit
        The column or columns of a unit.
    y, x
        Outcomes and regressors: names of integer or flag columns, or names to expressions of the table
        (``{"post": lambda t: t.date >= day}``). Rows with any of them missing are left out.
    weight
        Column of fixed-point weights, `weight_scale` to one.
    where
        Column to value or values, or an expression of the table that holds for the rows wanted.
    products
        Whether products are summed, too, as fits need them.
    cache
        Folder of cells already made; further specifications on the same cells cost only the solve. It holds sums of
        single people: keep it where the rows are kept. None: within a run the folder its notebooks share, else made anew.

    Raises
    ------
    UsageError
        If a variable is not an integer, or the table has no dates.
    WarehouseError
        If an expression is one that engines answer differently, or no row is left.
    """
    import ibis

    keys = [unit] if isinstance(unit, str) else list(unit)
    parts = {**_named(y), **_named(x)}
    rows = snapshot.table(table)

    def asked(of: Any) -> Any:
        return _expression(of, table, keys, period, parts, weight, where, products)

    # the same question on a table without rows names the cells: its text holds all of the specification
    told = ibis.to_sql(asked(ibis.table(rows.schema(), name=table)), dialect="duckdb")
    id_ = hashlib.sha256(
        "\n".join([VERSION, snapshot.sha256, str(weight_scale), str(told)]).encode()
    ).hexdigest()
    cache = cache or sharing.folder()
    stored = cache / f"moments-{id_}.parquet" if cache is not None else None
    if stored is not None and stored.is_file():
        import pyarrow.parquet as pq

        found = pq.read_table(stored, read_dictionary=[f"_u{i}" for i in range(len(keys))])
    else:
        expression = asked(rows)
        refuse(expression, [f"_u{i}" for i in range(len(keys))] + ["_t"])
        found = _in_order(expression.to_pyarrow(), len(keys))
        if stored is not None:
            _store(found, stored)
    return _cells(found, len(keys), tuple(parts), period, weight is not None, weight_scale, products, id_)


def _named(given: Variables) -> dict[str, Callable[[Any], Any]]:
    if isinstance(given, Mapping):
        return dict(given)
    names = [given] if isinstance(given, str) else given
    return {name: itemgetter(name) for name in names}


def _expression(
    rows: Any,
    name: str,
    keys: Sequence[str],
    period: MomentPeriod,
    parts: Mapping[str, Callable[[Any], Any]],
    weight: str | None,
    where: Mapping[str, Any] | Callable[[Any], Any] | None,
    products: bool,
) -> Any:
    """Return the aggregation as an Ibis expression with integers only."""
    canonical = canonical_table(name)
    if canonical.date_column is None:
        raise UsageError(Text(f"表 {name} に日付はありません。", f"{name} has no dates."))
    rows = rows.filter(where(rows)) if callable(where) else restrict(rows, canonical, None, None, where)
    values = {f"_v{i}": _integer(part(rows), given) for i, (given, part) in enumerate(parts.items())}
    if weight is not None:
        values["_w"] = _integer(rows[weight], weight)
    day = rows[canonical.date_column]
    if canonical.column(canonical.date_column).kind == "instant":
        day = day.date()
    # months since January 1970: cheaper for engines than a truncated date
    month = day.year().cast("int64") * 12 + day.month().cast("int64") - MONTHS_BEFORE
    rows = rows.select(
        **{f"_u{i}": rows[key] for i, key in enumerate(keys)},
        _t=month if period == "month" else day,
        **values,
    )
    needed = [f"_u{i}" for i in range(len(keys))] + list(values)
    rows = rows.filter([rows[c].notnull() for c in needed])
    v = [rows[f"_v{i}"] for i in range(len(parts))]
    sums: dict[str, Any] = {"n": rows.count().cast("int64")}
    if weight is not None:
        sums["w"] = rows._w.sum().cast("int64")
        weighted = [rows._w * value for value in v]
    else:
        weighted = v
    for a in range(len(v)):
        sums[f"s{a}"] = weighted[a].sum().cast("int64")
        for b in range(a, len(v) if products else a):
            sums[f"s{a}_{b}"] = (weighted[a] * v[b]).sum().cast("int64")
    return rows.group_by([f"_u{i}" for i in range(len(keys))] + ["_t"]).aggregate(**sums)


def _integer(value: Any, name: str) -> Any:
    if not (value.type().is_integer() or value.type().is_boolean()):
        raise UsageError(
            Text(f"「{name}」は整数でも真偽でもありません。", f"“{name}” is neither an integer nor a flag."),
            remedy=Text("固定小数点の整数にしてください。", "Make it a fixed-point integer."),
        )
    return value.cast("int64")


def _in_order(found: Any, keys: int) -> Any:
    """Return the cells with texts as dictionaries in order, sorted by unit and period."""
    import pyarrow as pa

    if not found.num_rows:
        raise WarehouseError(
            Text("条件に合う行がありません。", "No row is left."),
            remedy=Text("期間と条件を確かめてください。", "Check the dates and conditions."),
        )
    codes: list[Ints] = []
    for i in range(keys):
        column = found.column(f"_u{i}").combine_chunks().cast(pa.string()).dictionary_encode()
        words = np.asarray(column.dictionary.to_pylist(), dtype=object)
        order = np.argsort(words, kind="stable")
        place = np.empty(len(words), dtype=np.int64)
        place[order] = np.arange(len(words))
        code = place[column.indices.to_numpy()]
        codes.append(code)
        made = pa.DictionaryArray.from_arrays(
            pa.array(code.astype(np.int32)), pa.array(words[order].tolist())
        )
        found = found.set_column(found.column_names.index(f"_u{i}"), f"_u{i}", made)
    time = found.column("_t").combine_chunks()
    if not pa.types.is_integer(time.type):
        time = time.cast(pa.date32()).cast(pa.int32())
    time = time.cast(pa.int32())
    found = found.set_column(found.column_names.index("_t"), "_t", time)
    return found.take(np.lexsort((time.to_numpy(), *reversed(codes))))


def _store(found: Any, path: Path) -> None:
    """Write the cells under another name and rename, so that no reader meets half a file."""
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(f".{os.getpid()}.tmp")
    pq.write_table(found, staging, compression="zstd")
    staging.replace(path)


def _cells(
    found: Any,
    keys: int,
    names: tuple[str, ...],
    period: MomentPeriod,
    weighted: bool,
    scale: int,
    products: bool,
    id_: str,
) -> MomentCells:
    code = np.zeros(found.num_rows, dtype=np.int64)
    told: list[list[str]] = []
    for i in range(keys):
        column = found.column(f"_u{i}").combine_chunks()
        told.append(column.dictionary.to_pylist())
        code = code * len(told[-1]) + column.indices.to_numpy()
    distinct, unit = np.unique(code, return_inverse=True)
    parts: list[list[str]] = []
    for words in reversed(told):
        distinct, at = np.divmod(distinct, len(words))
        parts.append([words[j] for j in at.tolist()])
    units = tuple(" ".join(p) for p in zip(*reversed(parts), strict=True))
    days, time = np.unique(found.column("_t").to_numpy().astype(np.int64), return_inverse=True)
    dates = days.astype("datetime64[M]" if period == "month" else "datetime64[D]")

    def column_of(name: str) -> Ints:
        return np.asarray(found.column(name).to_numpy(), dtype=np.int64)

    count = len(names)
    rows = column_of("n")
    return MomentCells(
        units=units,
        periods=tuple(str(d) for d in dates),
        unit=unit.astype(np.int64),
        period=time.astype(np.int64),
        variables=names,
        rows=rows,
        weight=column_of("w") if weighted else rows,
        first=np.column_stack([column_of(f"s{a}") for a in range(count)]),
        second={(a, b): column_of(f"s{a}_{b}") for a in range(count) for b in range(a, count)}
        if products
        else {},
        weight_scale=scale,
        id=id_,
    )

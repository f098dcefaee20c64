"""Arrays to a canonical Arrow table: exactly its schema, duplicates dealt with, sorted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from kumastats.errors import SourceError
from kumastats.sources.assembly import Part, assemble
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import Decoded
from kumastats.sources.fields import MISSING, MISSING64, Fields
from kumastats.sources.report import ReadingReport, ReadResult
from kumastats.tables import Table
from kumastats.tables.model import Column
from kumastats.tables.origin import apart, beside, sheet_origin
from kumastats.text import Text

INTEGER_KINDS = ("minutes", "seconds", "count", "yen", "integer", "thousandths")


def duplicates(table: Table, columns: Mapping[str, Any], defects: Defects) -> None:
    """Drop exact duplicates of a key, counted; report keys whose rows differ.

    All rows of a conflicting key are reported: nobody can tell which one is right.
    """
    names = [n for n in table.names if columns.get(n) is not None]
    frame = pd.DataFrame({n: columns[n] for n in names})[defects.keep]
    key = list(table.key)
    again = frame.duplicated(key, keep=False)
    if not again.any():
        return
    twice = frame[again]
    exact = twice.duplicated(names, keep="first")
    mask = np.zeros(len(defects.keep), dtype=bool)
    mask[twice.index[exact]] = True
    defects.drop("exact_duplicate", mask)
    left = twice[~exact]
    conflicting = left[left.duplicated(key, keep=False)].index.to_numpy()
    kind = f"conflicting_{table.name}"
    defects.add(
        kind, conflicting, None,
        Text("同じ人・日・ポスト（キー）の行が複数あり、内容が違います。", "Several rows share a key (person, post, date) but differ."),
    )  # fmt: skip


def make(
    table: Table, columns: Mapping[str, Any], keep: npt.NDArray[np.bool_], origin: pa.Table | None = None
) -> tuple[pa.Table, pa.Table]:
    """Return the kept rows as a table of exactly `table.schema`, sorted by key, and their origin in the same order.

    Parameters
    ----------
    columns
        Arrays by canonical name; integers use MISSING, dates NaT, text None. A column not given is all NULL.
    origin
        Of the kept rows (`kumastats.tables.origin`); unknown by default.
    """
    arrays = []
    for field in table.schema:
        values = columns.get(field.name)
        if values is None:
            arrays.append(pa.nulls(int(keep.sum()), field.type))
            continue
        chosen = np.asarray(values)[keep]
        kind = table.column(field.name).kind
        if kind in INTEGER_KINDS:
            arrays.append(_integers(chosen.astype(np.int64), field.type, table.column(field.name)))
        elif kind in ("date", "instant"):
            arrays.append(
                pa.array(chosen.astype("datetime64[D]" if kind == "date" else "datetime64[s]")).cast(
                    field.type
                )
            )
        else:
            arrays.append(pa.array(chosen.tolist(), type=field.type))
    made = pa.table(arrays, schema=table.schema)
    order = [(k, "ascending") for k in list(table.key) + ([table.date_column] if table.date_column else [])]
    return apart(beside(made, origin).sort_by(list(dict.fromkeys(order))))


def _integers(values: npt.NDArray[np.int64], kind: pa.DataType, column: Column) -> pa.Array:
    try:
        return pa.array(values, mask=(values == MISSING) | (values == MISSING64)).cast(kind)
    except pa.ArrowInvalid as error:
        raise SourceError(
            Text(f"{column.label.ja}に大きすぎる値があります。", f"{column.label.en}: a value is too large."),
            remedy=Text("列の単位を確かめてください。", "Check the unit of the column."),
        ) from error


def result(
    source: str,
    table: Table,
    columns: Mapping[str, Any],
    *,
    decoded: Decoded,
    fields: Fields,
    defects: Defects,
    layout: str,
    rows_read: int,
    at: npt.NDArray[np.int64] | None = None,
) -> ReadResult:
    """Return a delimited file as its canonical table, with the report of how it was read.

    Parameters
    ----------
    at
        Which raw row each row of `columns` is from – of rows counted together, the first – where they are not the
        raw rows themselves; all of them count then. By default they are, and those count that no defect has set aside.
    """
    rows = defects.keep if at is None else np.ones(len(at), dtype=bool)
    raw = fields.raw
    lines = raw.lines[rows] if at is None else raw.lines[at]
    data, told = make(table, columns, rows, sheet_origin(raw.file, raw.sheet, lines))
    dates = (
        np.asarray(columns[table.date_column])[rows].astype("datetime64[D]")
        if table.date_column
        else np.array([])
    )
    fields.notice("machine_dependent_characters", fields.raw.machine_dependent)
    days = (dates.min().item(), dates.max().item()) if len(dates) else None
    report = _report(decoded, fields, defects, layout, rows_read, data.num_rows, days)
    return ReadResult(source, table.name, data, report, told)


def assembled(
    source: str,
    table: Table,
    parts: Iterable[Part],
    *,
    decoded: Decoded,
    fields: Fields,
    defects: Defects,
    layout: str,
    rows_read: int,
    one_part: bool,
) -> ReadResult:
    """Return a file read in parts as its canonical table, with the report of how it was read.

    Raises
    ------
    SourceError, Problems
        With the defects of all parts.
    """
    made = assemble(table, parts, defects, file=decoded.file, sheet=fields.raw.sheet, one_part=one_part)
    defects.refuse()
    report = _report(decoded, fields, defects, layout, rows_read, made.data.num_rows, made.days)
    return ReadResult(source, table.name, made.data, report, made.origin)


def _report(
    decoded: Decoded,
    fields: Fields,
    defects: Defects,
    layout: str,
    rows_read: int,
    rows_kept: int,
    days: tuple[dt.date, dt.date] | None,
) -> ReadingReport:
    return ReadingReport(
        file=decoded.file,
        sha256=decoded.sha256,
        bytes=decoded.size,
        encoding=decoded.encoding,
        layout=layout,
        decisions=fields.decisions,
        rows_read=rows_read,
        rows_kept=rows_kept,
        dropped=dict(sorted(defects.dropped.items())),
        quarantined=dict(sorted(defects.quarantined.items())),
        ignored_columns=fields.ignored,
        first_date=days[0] if days else None,
        last_date=days[1] if days else None,
        counts=dict(sorted(fields.counts.items())),
    )

"""A source that is a list: a row a thing, a column a fact, read by its headers and the kinds of the canonical columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.errors import SourceError
from kumastats.sources import build
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import Decoded
from kumastats.sources.fields import Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.joining import joined
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_tables
from kumastats.sources.raw import RawTable, plain
from kumastats.sources.report import ReadResult
from kumastats.tables import Table, table
from kumastats.text import Text

Columns = dict[str, Any]
TOTALS = re.compile(r"合計|総計|計|小計|総数|平均")
INTEGERS = ("count", "integer", "seconds")
CODES = ("office_id", "school_id", "unit_id", "post_id")
STAFF_KINDS = ("staff", "upn", "print", "viva")


@dataclass(frozen=True)
class Listing:
    """How a list is read.

    Attributes
    ----------
    usual
        The usual headers of each canonical column, first choice first. Columns not named here stay empty unless
        `finish` or the mapping fills them.
    values
        Raw words of columns with few values.
    hashed
        Kind of identity of columns that hold keyed hashes.
    needs
        Canonical columns without which it is not this source; they also tell its header.
    finish, finished
        Fills what follows from other columns, after all are read; the columns it alone fills.
    plain_text
        Columns of names of places, which need not be few.
    rules
        Reports impossible rows.
    """

    source: str
    usual: Map[str, Sequence[str]]
    needs: tuple[str, ...]
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    hashed: Map[str, str] = field(default_factory=dict)
    flags: Map[str, tuple[str, ...]] = field(default_factory=dict)
    finished: tuple[str, ...] = ()
    plain_text: tuple[str, ...] = ()
    finish: Callable[[Columns, Fields], None] | None = None
    rules: Callable[[Columns, Defects], None] | None = None
    table: str = ""

    @property
    def canonical(self) -> Table:
        """The table it fills."""
        return table(self.table or self.source)

    def heads(self, mapping: Mapping, name: str) -> tuple[str, ...]:
        """Return the headers, widths and spaces removed, that `name` may have."""
        spec = mapping.columns.get(name)
        if spec is None:
            return tuple(plain(h) for h in self.usual.get(name, ()))
        return tuple(plain(h) for h in (*spec.heads, *((spec.date,) if spec.date else ())))

    def looks_like_header(self, mapping: Mapping, cells: Sequence[str]) -> bool:
        """Tell whether these cells are its header: every needed column that is not constant has one."""
        there = {head_without_unit(c) for c in cells} | set(cells)
        wanted = [n for n in self.needs if (spec := mapping.columns.get(n)) is None or spec.constant is None]
        return bool(wanted) and all(there & set(self.heads(mapping, n)) for n in wanted)

    def read(self, path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
        """Read one file: text, workbook or zip."""
        refuse_wrong_source(mapping, self.source)
        made = [
            self._table(decoded, raw, mapping, key)
            for decoded, raw in raw_tables(
                path,
                encoding=mapping.encoding,
                looks_like_header=lambda cells: self.looks_like_header(mapping, cells),
            )
        ]
        return joined(made, self.canonical, path)

    def _table(self, decoded: Decoded, raw: RawTable, mapping: Mapping, key: IdentityKey) -> ReadResult:
        body, totals = without_totals(raw)
        defects = Defects(len(body), body.place, mapping.quarantine)
        fields = Fields(body, mapping, self.usual, defects)
        columns = self.columns(fields, key)
        if self.finish is not None:
            self.finish(columns, fields)
        self._required(columns, fields)
        if self.rules is not None:
            self.rules(columns, defects)
        build.duplicates(self.canonical, columns, defects)
        defects.refuse()
        if totals:
            defects.dropped["totals_row"] = totals
        layout = "sheet" if raw.sheet is not None else "list"
        return build.result(
            self.source, self.canonical, columns, decoded=decoded, fields=fields, defects=defects, layout=layout,
            rows_read=len(raw),
        )  # fmt: skip

    def columns(self, fields: Fields, key: IdentityKey) -> Columns:
        """Return every canonical column that the file or the mapping fills, by the kind of the column."""
        out: Columns = {}
        reasons: list[Any] = []
        for column in self.canonical.columns:
            name = column.name
            if name in self.finished or (name not in self.usual and name not in fields.mapping.columns):
                continue
            required = name in self.needs
            if name in self.hashed and self.hashed[name] in STAFF_KINDS:
                out[name] = fields.hashed(name, self.hashed[name], key, required=required)
            elif name in self.hashed:
                out[name] = _hashed(name, self.hashed[name], fields, key, required)
            elif name in self.values:
                out[name] = fields.category(name, self.values[name], required=required)
            elif column.allowed is not None:
                out[name] = fields.category(name, {a: a for a in column.allowed}, required=required)
            elif column.kind == "date":
                out[name] = fields.dates(name, open_end=True) if self._has(fields, name, required) else None
            elif column.kind == "instant":
                out[name] = fields.instants(name, required=required)
            elif column.kind == "minutes":
                out[name] = fields.minutes(name, required=required)
            elif column.kind == "flag":
                out[name] = fields.flags(name, self.flags.get(name, YES), required=required)
            elif column.kind == "yen":
                out[name] = fields.yen(name, required=required)
            elif column.kind == "thousandths":
                out[name] = fields.thousandths(name, required=required)
            elif column.kind in INTEGERS:
                out[name] = fields.integers(name, required=required)
            elif name in self.plain_text:
                out[name] = fields.text(name, required=required)
            elif name in CODES:
                out[name] = fields.code(name, required=required)
            else:
                out[name] = fields.word(name, required=required)
            if column.kind in (*INTEGERS, "yen", "thousandths", "minutes") and out[name] is not None:
                reasons.append(fields.reasons(name))
        if "missing_reason" in self.canonical.names and reasons:
            out["missing_reason"] = first_reason(reasons)
        return out

    @staticmethod
    def _has(fields: Fields, name: str, required: bool) -> bool:
        return fields.column(name, required=required) is not None

    def _required(self, columns: Columns, fields: Fields) -> None:
        """Report rows that lack what the canonical table requires."""
        for column in self.canonical.columns:
            if not column.required:
                continue
            values = columns.get(column.name)
            if values is None:
                raise SourceError(
                    Text(
                        f"「{column.label.ja}」（{column.name}）がありません。",
                        f"There is no {column.label.en} ({column.name}).",
                    ),
                    place=fields.raw.place(column=column.name),
                    remedy=Text(
                        f"対応表の columns に {column.name}: 見出し か constant を書いてください。",
                        f"Write {column.name}: HEADER, or a constant, under columns in the mapping.",
                    ),
                )
            at = np.asarray(values)
            empty = np.isnat(at) if at.dtype.kind == "M" else np.array([v is None for v in at])
            fields.defects.add(
                "missing_value",
                np.flatnonzero(empty & fields.defects.keep),
                column.label.ja,
                Text(f"{column.label.ja}がありません。", f"There is no {column.label.en}."),
            )


def _hashed(name: str, kind: str, fields: Fields, key: IdentityKey, required: bool) -> Any:
    """Return keyed hashes of identities that are not people's: cases, meetings, posts."""
    column = fields.column(name, required=required)
    return None if column is None else column.take([key.hash_one(kind, v) for v in column.values], None)


YES = ("true", "1", "yes", "y", "はい", "有", "済", "○", "該当")


def head_without_unit(head: str) -> str:
    """Return a header without the unit in brackets behind it.

    >>> head_without_unit("金額(千円)"), head_without_unit("金額")
    ('金額', '金額')
    """
    return re.sub(r"[(（【\[][^)）】\]]*[)）】\]]$", "", head) or head


def without_totals(raw: RawTable) -> tuple[RawTable, int]:
    """Return the table without rows whose first cell says total, and how many those were."""
    first = raw.columns[raw.heads[0]]
    totals = first.take([bool(TOTALS.fullmatch(plain(v))) for v in first.values], False).astype(bool)
    return (raw.keep(~totals), int(totals.sum())) if totals.any() else (raw, 0)


def first_reason(reasons: Sequence[Any]) -> Any:
    """Return, row by row, the first reason among several columns' reasons."""
    known = [r for r in reasons if r is not None]
    if not known:
        return None
    out = np.array(known[0], dtype=object)
    for other in known[1:]:
        out = np.where(out == None, other, out)  # noqa: E711 - elementwise
    return out

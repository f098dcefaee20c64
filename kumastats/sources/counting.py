"""Events counted on reading: a row an event in the file, a row a unit and day in the canonical table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kumastats.sources import build
from kumastats.sources.columns import without_unit
from kumastats.sources.defects import Defects
from kumastats.sources.encoding import Decoded
from kumastats.sources.fields import Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.joining import joined
from kumastats.sources.listing import Columns, without_totals
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_tables
from kumastats.sources.raw import RawTable, plain
from kumastats.sources.report import ReadResult
from kumastats.tables import Table, table
from kumastats.text import Text


@dataclass(frozen=True)
class Counting:
    """How a log of events is counted.

    Attributes
    ----------
    usual
        The usual headers of what is read of an event.
    needs
        Those without which it is not this source; they also tell its header.
    events
        Returns, from an event log, a column a key and a column a quantity, a row an event. Where a row of the file
        is more than one event, ``_row`` tells which row each event is from.
    by, sums
        The columns events are grouped by, and those that are added up.
    users
        Headers of who did it, with the kind of identity. They are met with the identity map, so that users whom it does
        not know are counted, and kept nowhere.
    """

    source: str
    usual: dict[str, tuple[str, ...]]
    needs: tuple[str, ...]
    events: Callable[[Fields, IdentityKey], Columns]
    by: tuple[str, ...]
    sums: tuple[str, ...]
    table: str = ""
    layout: str = "events"
    users: tuple[str, tuple[str, ...]] | None = None

    @property
    def canonical(self) -> Table:
        """The table it fills."""
        return table(self.table or self.source)

    def looks_like_header(self, mapping: Mapping, cells: Sequence[str]) -> bool:
        """Tell whether these cells are its header."""
        there = set(cells)
        for name in self.needs:
            spec = mapping.columns.get(name)
            if spec is not None and spec.constant is not None:
                continue
            heads = spec.heads if spec is not None and spec.heads else self.usual.get(name, ())
            if not there & {plain(h) for h in heads}:
                return False
        return True

    def read(self, path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
        """Read one file: text, workbook or zip."""
        refuse_wrong_source(mapping, self.source)
        made = [
            self.count(decoded, raw, mapping, key)
            for decoded, raw in raw_tables(
                path,
                encoding=mapping.encoding,
                looks_like_header=lambda cells: self.looks_like_header(mapping, cells),
                wanted=self._wanted(mapping),
            )
        ]
        return joined(made, self.canonical, path)

    def _wanted(self, mapping: Mapping) -> Callable[[str], bool]:
        """Return what tells the headers that are read: document names and the like are not kept, not even in memory."""
        names = {plain(h) for heads in self.usual.values() for h in heads}
        names |= {plain(h) for h in (self.users[1] if self.users else ())}
        names |= mapping.named_heads()
        return lambda head: head in names or without_unit(head) in names

    def count(self, decoded: Decoded, raw: RawTable, mapping: Mapping, key: IdentityKey) -> ReadResult:
        """Count the events of one raw table."""
        body, totals = without_totals(raw)
        defects = Defects(len(body), body.place, mapping.quarantine)
        fields = Fields(body, mapping, self.usual, defects)
        self._meet_users(body, key)
        events = self.events(fields, key)
        row = events.pop("_row", np.arange(len(body)))
        for name in self.by:
            at = np.asarray(events[name])
            empty = np.isnat(at) if at.dtype.kind == "M" else np.array([v is None for v in at], dtype=bool)
            label = self.canonical.column(name).label
            defects.add(
                "missing_value",
                np.unique(row[empty & defects.keep[row]]),
                label.ja,
                Text(f"{label.ja}がありません。", f"There is no {label.en}."),
            )
        defects.refuse()
        if totals:
            defects.dropped["totals_row"] = totals
        columns = added_up(events | {"row": row}, self.by, self.sums, defects.keep[row], first=("row",))
        fields.decide(
            f"出来事 {int(defects.keep.sum()):,}件を{'・'.join(self.by)}ごとに数えた",
            f"{int(defects.keep.sum()):,} events counted by {', '.join(self.by)}",
        )
        return build.result(
            self.source, self.canonical, columns, decoded=decoded, fields=fields, defects=defects,
            layout=self.layout, rows_read=len(raw), at=columns["row"],
        )  # fmt: skip

    def _meet_users(self, raw: RawTable, key: IdentityKey) -> None:
        """Let the key count who is not in the identity map; names, which are no identities, are not looked at."""
        if self.users is None or not len(key.identities):
            return
        kind, heads = self.users
        for column in (raw.columns[h] for h in map(plain, heads) if h in raw.columns):
            for value in (column.values[i] for i in sorted(column.used())):
                if value.strip() and (kind != "upn" or "@" in value):
                    key.hash_one(kind, value)


def added_up(
    events: Columns, by: Sequence[str], sums: Sequence[str], keep: Any, *, first: Sequence[str] = ()
) -> Columns:
    """Return the sums of the kept events by group, sorted by group, and of some columns the smallest.

    Examples
    --------
    >>> import numpy as np
    >>> made = added_up({"o": np.array(["a", "b", "a"]), "n": np.array([1, 2, 4])}, ["o"], ["n"], np.array([True] * 3))
    >>> made["o"].tolist(), made["n"].tolist()
    (['a', 'b'], [5, 2])
    """
    how = dict.fromkeys(sums, "sum") | dict.fromkeys(first, "min")
    frame = pd.DataFrame({n: np.asarray(events[n])[keep] for n in (*by, *how)})
    grouped = frame.groupby(list(by), sort=True, dropna=False).agg(how).reset_index()
    return {n: grouped[n].to_numpy() for n in (*by, *how)}

"""Canonical columns out of a raw table: which header fills each, and each distinct value read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.errors import KumastatsError, SourceError
from kumastats.sources.defects import Defects
from kumastats.sources.mapping import Mapping, Spec
from kumastats.sources.quoting import safely
from kumastats.sources.raw import RawColumn, RawTable, plain
from kumastats.text import Text

MISSING = int(np.iinfo(np.int32).min)
# what symbols in a column of numbers mean, unless the mapping says otherwise
SYMBOLS: Map[str, str] = MappingProxyType(
    {"-": "none", "ー": "none", "x": "suppressed", "...": "unknown", "..": "unknown", "***": "not_applicable"}
)
_UNIT = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]$")
_DASHES = str.maketrans(dict.fromkeys("−‐‑–—―", "-"))


@dataclass(frozen=True)
class Reading:
    """A column's distinct values as read: `made[i]` of value i, and what is wrong with those that cannot be."""

    made: npt.NDArray[Any]
    bad: Map[int, KumastatsError]


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of few words: `labels[codes[i]]` is row i; the last label is that of an empty cell, whose code is −1."""

    labels: npt.NDArray[Any]
    codes: npt.NDArray[np.int64]

    @classmethod
    def constant(cls, word: str, rows: int) -> Coded:
        """Return the column that holds one word throughout."""
        return cls(np.array([word, None], dtype=object), np.zeros(rows, dtype=np.int64))

    def spread(self) -> npt.NDArray[Any]:
        """Return the words, row by row."""
        return np.asarray(self.labels[self.codes])


def symbol(text: str) -> str:
    """Return a cell in the form symbols are compared in.

    >>> symbol("－"), symbol("…"), symbol("Ｘ")
    ('-', '...', 'x')
    """
    return plain(text).translate(_DASHES).casefold()


def unit_of(head: str) -> str | None:
    """Return the unit in brackets at the end of a header, or None.

    >>> unit_of("金額(千円)"), unit_of("金額")
    ('千円', None)
    """
    found = _UNIT.search(plain(head))
    return found[1] if found else None


def without_unit(head: str) -> str:
    """Return a header without the unit in brackets at its end."""
    return _UNIT.sub("", head) or head


class Columns:
    """Finds and reads columns; `Fields` adds words, numbers and times.

    Parameters
    ----------
    usual
        The usual headers of each canonical column, first choice first.
    symbols
        What symbols in columns of numbers mean; by default `SYMBOLS`. The mapping's own are added.
    """

    def __init__(
        self,
        raw: RawTable,
        mapping: Mapping,
        usual: Map[str, Sequence[str]],
        defects: Defects,
        *,
        symbols: Map[str, str] = SYMBOLS,
    ):
        self.raw, self.mapping, self.usual, self.defects = raw, mapping, usual, defects
        self.symbols = {**symbols, **{symbol(k): v for k, v in mapping.symbols.items()}}
        self.used: set[str] = set()
        self.counts: dict[str, int] = {}
        self._told: dict[Text, int | None] = {}
        self._readings: dict[tuple[str, ...], Reading] = {}
        if raw.hidden_rows:
            self.decide(
                f"シート「{raw.sheet}」の非表示の行は読まない（{raw.hidden_rows:,}行）",
                f"sheet “{raw.sheet}”: hidden rows are not read ({raw.hidden_rows:,})",
                "hidden_rows",
                raw.hidden_rows,
            )

    def spec(self, name: str) -> Spec:
        """Return how `name` is filled: by the mapping, else by its usual headers."""
        return self.mapping.columns.get(name) or Spec(heads=tuple(self.usual.get(name, ())))

    def head(self, heads: Sequence[str], name: str, *, required: bool = True) -> RawColumn | None:
        """Return the first of `heads` that is there; a unit in brackets behind a header need not be named.

        Raises
        ------
        SourceError
            If none is there and it is required.
        """
        found = self._found(heads)
        if found is not None:
            self.used.add(found)
            return self.raw.columns[found]
        if not required and name not in self.mapping.columns:
            return None
        wanted, there = "、".join(heads), "、".join(self.raw.heads[:20])
        apart = Text("", "")
        if name.endswith("_at"):  # ticket machines and phone systems often write date and time apart
            apart = Text(
                f"日付と時刻が別の列なら {name}: {{date: 見出し, time: 見出し}} です。",
                f" Where date and time stand apart: {name}: {{date: HEADER, time: HEADER}}.",
            )
        elif required and not name.endswith(("date", "_min")):
            apart = Text(
                f"列そのものがなく、どの行も同じなら {name}: {{constant: 値}} です。",
                f" Where there is no column and every row is alike: {name}: {{constant: VALUE}}.",
            )
        if not required:
            apart = Text(
                f"{apart.ja}その列がないデータなら、対応表からその行を消してください。",
                f"{apart.en} If the export has no such column, remove that line from the mapping.",
            )
        raise SourceError(
            Text(
                f"列「{wanted}」がありません（あるのは {there}）。",
                f"The column “{wanted}” is missing (there are: {there}).",
            ),
            place=self.raw.place(column=name),
            remedy=Text(
                f"対応表の columns に {name}: 見出し と書いてください。{apart.ja}",
                f"Write {name}: HEADER under columns in the mapping.{apart.en}",
            ),
        )

    def _found(self, heads: Sequence[str]) -> str | None:
        wanted = [plain(h) for h in heads]
        for head in wanted:
            if head in self.raw.columns:
                return head
        for head in wanted:
            with_unit = [h for h in self.raw.columns if without_unit(h) == head]
            if len(with_unit) == 1:
                return with_unit[0]
        return None

    def column(self, name: str, *, required: bool = True) -> RawColumn | None:
        """Return the raw column of `name`, what the mapping calls missing emptied."""
        spec = self.spec(name)
        if spec.constant is not None:
            return RawColumn(name, (spec.constant,), np.zeros(len(self.raw), dtype=np.int64))
        found = self.head(spec.heads, name, required=required)
        return None if found is None else found.without(spec.missing)

    def part(self, raw: RawTable, defects: Defects) -> None:
        """Go on with the next part of a file read in parts."""
        self.raw, self.defects = raw, defects

    def _known(
        self,
        how: str,
        column: RawColumn,
        reader: Callable[[], Callable[[str], Any]],
        kind: str,
        empty: Any,
        dtype: Any = object,
    ) -> npt.NDArray[Any]:
        """Return what each distinct value reads as, the empty cell last; bad values are defects of their rows.

        Parameters
        ----------
        how
            Names the reading, so that a file read in parts reads a value once.
        reader
            Makes the function that reads one value, from what the column as a whole holds.
        empty
            What an empty or bad cell becomes.
        """
        key = (how, column.name)
        if key not in self._readings:
            try:
                one = reader()
            except KumastatsError as whole:
                raise safely(whole, column.values) from whole
            self._readings[key] = _reading(column, one, empty, dtype)
        known = self._readings[key]
        for i, error in sorted(known.bad.items()):
            self.defects.add(kind, column.rows_of(i), column.name, error.found, error.remedy)
        return known.made

    def _read(
        self,
        how: str,
        column: RawColumn,
        reader: Callable[[], Callable[[str], Any]],
        kind: str,
        empty: Any,
        *,
        dtype: Any = object,
    ) -> npt.NDArray[Any]:
        """Return a column as read, row by row; see `_known`."""
        return np.asarray(self._known(how, column, reader, kind, empty, dtype)[column.codes])

    def count(self, name: str, rows: Any, ja: str, en: str, id: str | None = None) -> None:
        """Note how many rows were treated in a certain way, if any were; `id` names it in the report's counts."""
        n = int(rows.sum())
        if n:
            told = Text(f"{name}: {ja}", f"{name}: {en}")
            self._told[told] = (self._told.get(told) or 0) + n
            self.notice(id, n)

    def notice(self, id: str | None, rows: int) -> None:
        """Count `rows` under `id` in the report, without a sentence of its own."""
        if id is not None and rows:
            self.counts[id] = self.counts.get(id, 0) + rows

    def _decide(self, decision: Text) -> None:
        self._told.setdefault(decision, None)

    def decide(self, ja: str, en: str, id: str | None = None, rows: int = 1) -> None:
        """Note a decision, once; `id` and `rows` count it in the report."""
        if Text(ja, en) not in self._told:
            self.notice(id, rows)
        self._decide(Text(ja, en))

    @property
    def decisions(self) -> tuple[Text, ...]:
        """What was decided, in the order it was first decided."""
        return tuple(
            d if n is None else Text(f"{d.ja}（{n:,}件）", f"{d.en} ({n:,})") for d, n in self._told.items()
        )

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that were not read, sorted as in the file."""
        return tuple(h for h in self.raw.heads if h not in self.used)


def _reading(column: RawColumn, one: Callable[[str], Any], empty: Any, dtype: Any) -> Reading:
    made = np.empty(len(column.values) + 1, dtype=dtype)
    made[:] = empty
    bad: dict[int, KumastatsError] = {}
    for i in sorted(column.used()):
        try:
            made[i] = one(column.values[i])
        except KumastatsError as error:
            bad[i] = safely(error, [column.values[i]])
    return Reading(made, bad)

"""Canonical columns out of a raw table: which header fills each, and each distinct value read once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.errors import KumastatsError, SourceError
from kumastats.sources.defects import Defects
from kumastats.sources.identity import IdentityKey, pattern
from kumastats.sources.mapping import Mapping, Spec
from kumastats.sources.quoting import safely
from kumastats.sources.raw import RawColumn, RawTable, plain
from kumastats.text import Text

MISSING = int(np.iinfo(np.int32).min)
# what symbols in a column of numbers mean, unless the mapping says otherwise
SYMBOLS: Map[str, str] = MappingProxyType(
    {"-": "none", "ー": "none", "x": "suppressed", "...": "unknown", "..": "unknown", "***": "not_applicable"}
)
NO = ("false", "0", "no", "n", "いいえ", "無", "未", "×", "非該当", "-")
_UNIT = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]$")
_CODE = re.compile(r"(?=\S{0,23}[0-9A-Za-z])\S{1,24}")
_PHONE = r"\d{2,5}-\d{1,4}-\d{3,4}"
_NAME = r"[\u3400-\u9fff々〆ヶ]{1,4}[\s\u3000][\u3040-\u30ff\u3400-\u9fff々ー]{1,6}"
_PERSONAL = re.compile(rf"{_NAME}|{_PHONE}|\S+@\S+")
LONG_WORD, MANY_WORDS = 40, 500
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
    """Finds and reads columns; `Fields` adds numbers and times.

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
        raise SourceError(
            Text(
                f"列「{wanted}」がありません（あるのは {there}）。",
                f"The column “{wanted}” is missing (there are: {there}).",
            ),
            place=self.raw.place(column=name),
            remedy=Text(
                f"対応表の columns に {name}: 見出し と書いてください。",
                f"Write {name}: HEADER under columns in the mapping.",
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

    def text(self, name: str, *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return text; empty cells are None."""
        made = self.coded_text(name, required=required)
        return None if made is None else made.spread()

    def coded_text(self, name: str, *, required: bool = True) -> Coded | None:
        """Return text as `Coded`."""
        column = self.column(name, required=required)
        if column is None:
            return None
        return Coded(self._known(f"text {name}", column, lambda: _nfkc, "", None), column.codes)

    def code(self, name: str, *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return codes of offices and posts: no spaces, and a digit or Latin letter somewhere; else a defect."""
        column = self.column(name, required=required)
        if column is None:
            return None

        def one(value: str) -> str:
            folded = unicodedata.normalize("NFKC", value)
            if not _CODE.fullmatch(folded) or _PERSONAL.fullmatch(folded):
                raise SourceError(
                    Text(f"コードの形ではありません（形: {pattern(value)}）。", f"This is no code (its form: {pattern(value)})."),
                    remedy=Text("列がずれていないか確かめてください。", "Check whether the columns have shifted."),
                )  # fmt: skip
            return folded

        return self._read("code", column, lambda: one, "unreadable_code", None)

    def word(self, name: str, *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return the words of a column with few of them: procedures, topics, areas.

        What looks like someone's – a name in two parts, a telephone number, an e-mail address, a long text, a
        column of ever new values – is a defect, for a column may have shifted. Words the mapping lists under
        `values` are taken as they say.
        """
        if self.spec(name).values is not None:
            return self.category(name, {}, required=required)
        column = self.column(name, required=required)
        if column is None:
            return None
        many = len(column.used()) > MANY_WORDS

        def one(value: str) -> str:
            folded = unicodedata.normalize("NFKC", value)
            if many or len(folded) > LONG_WORD or _PERSONAL.fullmatch(folded):
                raise SourceError(
                    Text(
                        f"分類の言葉ではなく、個人に関わるもののようです（形: {pattern(value)}）。",
                        f"This looks like someone's rather than a category (its form: {pattern(value)}).",
                    ),
                    remedy=Text(
                        f"列がずれていないか確かめてください。正しければ対応表の {name}.values に書いてください。",
                        f"Check whether the columns have shifted; if it is right, list it under {name}.values in the mapping.",
                    ),
                )
            return folded

        return self._read("word", column, lambda: one, "looks_personal", None)

    def hashed(
        self, name: str, kind: str, key: IdentityKey, *, required: bool = True
    ) -> npt.NDArray[Any] | None:
        """Return keyed hashes. A value that is no identity is told by its pattern only."""
        made = self.coded_hash(name, kind, key, required=required)
        return None if made is None else made.spread()

    def coded_hash(self, name: str, kind: str, key: IdentityKey, *, required: bool = True) -> Coded | None:
        """Return keyed hashes as `Coded`."""
        column = self.column(name, required=required)
        if column is None:
            return None

        def one(value: str) -> str:
            folded = unicodedata.normalize("NFKC", value)
            if required and not re.fullmatch(r"[0-9A-Za-z@._\-]{3,64}", folded):
                form = pattern(value)
                raise SourceError(
                    Text(f"識別番号の形ではありません（形: {form}）。", f"This is no identity (its form: {form})."),
                    remedy=Text("列がずれていないか確かめてください。", "Check whether the columns have shifted."),
                )  # fmt: skip
            return key.hash_one(kind, value)

        known = self._known(f"hash {kind} {name}", column, lambda: one, "unreadable_identity", None)
        return Coded(known, column.codes)

    def category(self, name: str, values: Map[str, str], *, required: bool = True) -> npt.NDArray[Any] | None:
        """Return canonical values of a column with few of them; an unknown one is a defect."""
        made = self.coded_category(name, values, required=required)
        return None if made is None else made.spread()

    def coded_category(self, name: str, values: Map[str, str], *, required: bool = True) -> Coded | None:
        """Return canonical values as `Coded`."""
        column = self.column(name, required=required)
        if column is None:
            return None
        spec = self.spec(name)
        known = {plain(k): v for k, v in (spec.values if spec.values is not None else values).items()}

        def one(value: str) -> str:
            found = known.get(plain(value), spec.default)
            if found is None:
                listed = "、".join(sorted(known))
                raise SourceError(
                    Text(f"知らない値「{value}」です。", f"The value “{value}” is unknown."),
                    remedy=Text(
                        f"対応表の {name}.values に書いてください（今あるのは {listed}）。",
                        f"Add it under {name}.values in the mapping (known: {listed}).",
                    ),
                )
            return found

        made = self._known(f"category {name}", column, lambda: one, "unknown_value", known.get(""))
        return Coded(made, column.codes)

    def flags(
        self, name: str, true: Sequence[str], false: Sequence[str] = NO, *, required: bool = False
    ) -> npt.NDArray[Any] | None:
        """Return True, False or None (an empty cell, unless ``""`` is among the words); other words are defects."""
        column = self.column(name, required=required)
        if column is None:
            return None
        words = {symbol(w): False for w in false} | {symbol(w): True for w in true}
        spec = self.spec(name)
        if spec.values is not None:
            words = {symbol(k): v == "true" for k, v in spec.values.items()}

        def one(value: str) -> bool:
            if symbol(value) not in words:
                listed = "、".join(sorted(words))
                raise SourceError(
                    Text(f"「{value}」が有無のどちらか分かりません。", f"“{value}” is neither yes nor no."),
                    remedy=Text(
                        f"対応表の {name}.values に true か false として書いてください（今あるのは {listed}）。",
                        f"Add it under {name}.values in the mapping as true or false (known: {listed}).",
                    ),
                )
            return words[symbol(value)]

        return self._read(f"flag {name}", column, lambda: one, "unknown_value", words.get(""))

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


def _nfkc(value: str) -> str:
    return unicodedata.normalize("NFKC", value)


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

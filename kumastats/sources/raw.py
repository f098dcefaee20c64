"""A raw table: text columns kept as distinct values and codes, so that each spelling is parsed once."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import Place, SourceError
from kumastats.sources.encoding import Decoded
from kumastats.text import Text

T = TypeVar("T")
Codes = npt.NDArray[np.int64]
SHOWN = 5
HEAD_SEARCH = 15


@dataclass(frozen=True, eq=False)
class RawColumn:
    """A column: `values[codes[i]]` is row i, and a code of −1 is an empty cell."""

    name: str
    values: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, name: str, cells: Any) -> RawColumn:
        """Make one from cells; blank cells are empty."""
        codes, values = pd.factorize(np.asarray(cells, dtype=object), use_na_sentinel=True)
        texts = [str(v).strip() for v in values]
        filled = np.array([t != "" for t in texts] + [False])
        return cls(name, tuple(texts), np.where(filled[codes], codes, -1).astype(np.int64))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def empty(self) -> npt.NDArray[np.bool_]:
        """Rows without a value."""
        return self.codes < 0

    def without(self, missing: Sequence[str] | frozenset[str]) -> RawColumn:
        """Return the column with these texts emptied."""
        if not missing:
            return self
        gone = np.array([v in missing for v in self.values] + [True])
        return RawColumn(self.name, self.values, np.where(gone[self.codes], -1, self.codes))

    def take(self, made: Sequence[T], empty: T) -> npt.NDArray[Any]:
        """Spread values made from `values` over the rows."""
        table = np.empty(len(made) + 1, dtype=object)
        table[:-1] = list(made)
        table[-1] = empty
        return np.asarray(table[self.codes])

    def rows_of(self, value_index: int) -> Codes:
        """Return the rows that hold the distinct value at this index."""
        return np.flatnonzero(self.codes == value_index)

    def used(self) -> set[int]:
        """Return the indices of the distinct values that some row holds."""
        return set(np.unique(self.codes[self.codes >= 0]).tolist())


@dataclass(frozen=True, eq=False)
class RawTable:
    """A raw table with its place in the file.

    Attributes
    ----------
    heads
        Headers as written, in order.
    lines
        Row numbers in the file, counted from 1, the header included.
    preamble
        What stood above the header.
    """

    file: str
    heads: tuple[str, ...]
    columns: Mapping[str, RawColumn]
    lines: Codes
    preamble: str
    delimiter: str

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, rows: npt.NDArray[np.bool_]) -> RawTable:
        """Return the rows where `rows` is true."""
        columns = {k: RawColumn(c.name, c.values, c.codes[rows]) for k, c in self.columns.items()}
        return RawTable(self.file, self.heads, columns, self.lines[rows], self.preamble, self.delimiter)

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """Return the place of row index `row`."""
        return Place(self.file, None, int(self.lines[row]) if row is not None else None, column)


def plain(head: str) -> str:
    """Return a header without spaces and width differences, for comparing.

    >>> plain(" ＰＣ オン ")
    'PCオン'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", head))


def read_delimited(decoded: Decoded, *, looks_like_header: Callable[[Sequence[str]], bool]) -> RawTable:
    """Find the header within the first rows and read what is below it.

    Parameters
    ----------
    looks_like_header
        Whether the cells of a row (spaces and widths removed) are this source's header.

    Raises
    ------
    SourceError
        If no header is found, a header repeats, or a row has another number of cells than the header.
    """
    delimiter = _delimiter(decoded.text)
    lines = decoded.text.split("\n")
    head_line = _find_header(lines[:HEAD_SEARCH], delimiter, looks_like_header)
    if head_line is None:
        first = _cells(next((x for x in lines if x.strip()), ""), delimiter)
        seen = "、".join(c for c in first[:8] if not any(ch.isdigit() for ch in c))
        raise SourceError(
            Text(
                f"見出しの行が見つかりません（1行目: {seen}）。",
                f"No header row was found (the first row holds: {seen}).",
            ),
            place=Place(file=decoded.file, row=1),
            remedy=Text(
                "別の種類のデータではありませんか。見出しの名前が違うなら対応表（mappings/）に書いてください。",
                "Is it another kind of export? If only the headers differ, name them in a mapping (mappings/).",
            ),
        )
    heads = [plain(h) for h in _cells(lines[head_line], delimiter)]
    doubled = sorted({h for h in heads if h and heads.count(h) > 1})
    if doubled:
        raise SourceError(
            Text(
                f"同じ見出しが二度あります: {'、'.join(doubled)}",
                f"Headers appear twice: {', '.join(doubled)}",
            ),
            place=Place(file=decoded.file, row=head_line + 1),
            remedy=Text("列の名前を分けて出力してください。", "Export the columns under different names."),
        )
    cells, numbers = _body(lines, head_line + 1, delimiter, len(heads), decoded.file)
    columns = {h: RawColumn.of(h, cells[i]) for i, h in enumerate(heads) if h}
    return RawTable(
        decoded.file, tuple(h for h in heads if h), columns, numbers, "\n".join(lines[:head_line]), delimiter
    )


def _delimiter(text: str) -> str:
    head = text[:20_000].split("\n")[:20]
    return max(",\t;", key=lambda d: sorted(line.count(d) for line in head)[-1])


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _find_header(
    lines: Sequence[str], delimiter: str, looks_like_header: Callable[[Sequence[str]], bool]
) -> int | None:
    for i, line in enumerate(lines):
        if looks_like_header([plain(c) for c in _cells(line, delimiter)]):
            return i
    return None


def _body(
    lines: list[str], start: int, delimiter: str, width: int, file: str
) -> tuple[list[list[str]] | Any, Codes]:
    numbers = [i + 1 for i in range(start, len(lines)) if lines[i].strip(f" \t{delimiter}\u3000")]
    if not numbers:
        raise SourceError(
            Text("見出しの下にデータがありません。", "There are no rows below the header."),
            place=Place(file=file, row=start),
            remedy=Text(
                "期間と抽出条件を確かめて、出力し直してください。",
                "Check the period and the filter, and export again.",
            ),
        )
    body = "\n".join(lines[n - 1] for n in numbers)
    if '"' in body and body.count('"') % 2:
        raise SourceError(
            Text("引用符が閉じていません。", "A quotation mark is not closed."),
            place=Place(file=file, row=next(n for n in numbers if lines[n - 1].count('"') % 2)),
            remedy=Text('この行の " を確かめてください。', 'Check the " in this row.'),
        )
    rows = list(csv.reader(io.StringIO(body), delimiter=delimiter))
    wrong = next((i for i, row in enumerate(rows) if len(row) != width), None)
    if len(rows) != len(numbers) or wrong is not None:
        at = wrong if wrong is not None else 0
        found = len(rows[at])
        if len(rows) == len(numbers) and all(
            not any(c.strip() for c in r[width:]) for r in rows if len(r) > width
        ):
            short = next((i for i, row in enumerate(rows) if len(row) < width), None)
            if short is None:
                rows = [r[:width] for r in rows]
                return list(zip(*rows, strict=True)), np.array(numbers, dtype=np.int64)
            at, found = short, len(rows[short])
        raise SourceError(
            Text(
                f"列の数が見出しと違います（見出し{width}、この行{found}）。",
                f"The row has {found} cells, the header {width}.",
            ),
            place=Place(file=file, row=numbers[min(at, len(numbers) - 1)]),
            remedy=Text(
                "セルの中の改行や区切り文字を引用符で囲むか、欠けた列を補ってください。",
                "Quote line breaks and delimiters inside cells, or add the missing cells.",
            ),
        )
    return list(zip(*rows, strict=True)), np.array(numbers, dtype=np.int64)

"""A delimited file of any size as a raw table in parts: split undecoded, each distinct cell decoded once.

What is held in memory grows with the number of different values, not with the number of rows.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kumastats.errors import HeaderError, Place, SourceError
from kumastats.sources import split
from kumastats.sources.blocks import BLOCK, Block, Blocks
from kumastats.sources.encoding import Decoded, Guess, encoding_name
from kumastats.sources.raw import HEAD_SEARCH, plain
from kumastats.sources.rawfile import RawFile
from kumastats.sources.stage import Stage
from kumastats.text import Text

LooksLikeHeader = Callable[[Sequence[str]], bool]
WORKERS = 2
# cells known to be good that are remembered from block to block
CHECKED = 1 << 16
# characters that only some makers' code pages have: NEC row 13 and the IBM extensions, such as ① ㈱ 髙 﨑
_MAKERS = b"\x87\xed\xee\xfa\xfb\xfc"


def scan(
    source: Path | bytes,
    *,
    looks_like_header: LooksLikeHeader,
    file: str = "",
    encoding: str | None = None,
    wanted: Callable[[str], bool] | None = None,
    block: int = BLOCK,
    makers: bool = False,
) -> RawFile:
    """Find the header within the first rows and read what is below it, two blocks at a time.

    Parameters
    ----------
    looks_like_header
        Whether the cells of a row (spaces and widths removed) are this source's header.
    wanted
        Tells whether the column of a header (spaces and widths removed) is kept; all are by default. The others are only checked.
    block
        Bytes read at once.
    makers
        Count makers' characters although the bytes are not in CP932 (any more).

    Raises
    ------
    SourceError
        If no header is found, a header repeats, a row has another number of cells than the header, a cell is not
        in the file's encoding or longer than 1 MB, or a quotation mark is not closed.
    """
    name = file or (source.name if isinstance(source, Path) else "")
    blocks = Blocks(source, name, encoding, block)
    try:
        return _Scan(blocks, Guess(name, blocks.codec), looks_like_header, wanted, makers).run()
    finally:
        blocks.close()


class _Scan:
    def __init__(
        self,
        blocks: Blocks,
        guess: Guess,
        looks_like_header: LooksLikeHeader,
        wanted: Callable[[str], bool] | None,
        makers: bool,
    ):
        self.blocks, self.guess, self.file, self.makers = blocks, guess, blocks.file, makers
        guess.see(blocks.start, 1)
        self._header(looks_like_header)
        first = next(h for h in self.heads if h)
        self.kept = [j for j, h in enumerate(self.heads) if h and (wanted is None or h == first or wanted(h))]
        self.known: list[dict[bytes, int]] = [{} for _ in self.heads]
        self.checked: dict[bytes, bool] = {}
        self.stage = Stage()
        self.rows = self.machine_dependent = 0

    def _header(self, looks_like_header: LooksLikeHeader) -> None:
        start = self.blocks.start
        lines = [line.removesuffix(b"\r") for line in start.split(b"\n", HEAD_SEARCH + 5)[: HEAD_SEARCH + 5]]
        texts = [
            _decoded(self.guess, line, self.file, n) for n, line in enumerate(lines[:HEAD_SEARCH], start=1)
        ]
        often = sorted(",\t;", key=lambda d: -max(line.count(d.encode()) for line in lines))
        heads = (
            (delimiter, i)
            for delimiter in often
            for i, text in enumerate(texts)
            if looks_like_header([plain(c) for c in _cells(text, delimiter)])
        )
        self.delimiter, at = next(heads, (often[0], None))
        if at is None:
            raise self._no_header(texts)
        self.heads = [plain(h) for h in _cells(texts[at], self.delimiter)]
        self.preamble = "\n".join(texts[:at])
        doubled = sorted({h for h in self.heads if h and self.heads.count(h) > 1})
        if doubled:
            raise SourceError(
                Text(
                    f"同じ見出しが二度あります: {'、'.join(doubled)}",
                    f"Headers appear twice: {', '.join(doubled)}",
                ),
                place=Place(file=self.file, row=at + 1),
                remedy=Text(
                    "列の名前を分けて出力してください。", "Export the columns under different names."
                ),
            )
        self.head_line = at + 1
        below = next((x for x in lines[at + 1 :] if x.strip()), b"")
        cells = _cells(below.decode("latin-1"), self.delimiter)
        more = cells[len(self.heads) :]
        self.extra = len(more) if more and not any(c.strip() for c in more) else 0
        end = 0
        for _ in range(at + 1):
            end = start.find(b"\n", end) + 1 or len(start)
        self.blocks.skip(end)

    def _no_header(self, texts: Sequence[str]) -> HeaderError:
        first = _cells(next((t for t in texts if t.strip()), ""), self.delimiter)
        # its words are not repeated: without a header they are someone's data
        return HeaderError(
            Text(
                f"見出しの行が見つかりません（1行目は{len(first)}列）。",
                f"No header row was found (the first row has {len(first)} cells).",
            ),
            place=Place(file=self.file, row=1),
            remedy=Text(
                "別の種類のデータではありませんか。見出しの名前が違うなら対応表（mappings/）に書いてください。",
                "Is it another kind of export? If only the headers differ, name them in a mapping (mappings/).",
            ),
        )

    def run(self) -> RawFile:
        """Read every block and return the file."""
        with ThreadPoolExecutor(WORKERS) as pool:
            waiting: deque[Future[split.Columns]] = deque()
            try:
                for block in self.blocks:
                    self.guess.see(block.data, block.line)
                    waiting.append(pool.submit(self._split, block))
                    if len(waiting) > WORKERS:
                        self._take(waiting.popleft().result())
                while waiting:
                    self._take(waiting.popleft().result())
            finally:
                for future in waiting:
                    future.cancel()
        if not self.rows:
            raise SourceError(
                Text("見出しの下にデータがありません。", "There are no rows below the header."),
                place=Place(file=self.file, row=self.head_line),
                remedy=Text(
                    "期間と抽出条件を確かめて、出力し直してください。",
                    "Check the period and the filter, and export again.",
                ),
            )
        codec = self.blocks.written or self.guess.codec
        decoded = Decoded(self.file, "", encoding_name(codec), self.blocks.sha256, self.blocks.bytes)
        values = {self.heads[j]: self._texts(n, j) for n, j in enumerate(self.kept)}
        heads = tuple(h for h in self.heads if h)
        return RawFile(
            decoded,
            heads,
            self.preamble,
            self.delimiter,
            self.rows,
            self.machine_dependent,
            values,
            self.stage,
        )

    def _split(self, block: Block) -> split.Columns:
        return split.split(block, self.file, self.delimiter, len(self.heads), self.extra)

    def _take(self, made: split.Columns) -> None:
        """Check a block's cells, and put its codes by."""
        if not len(made.lines):
            return
        for j, values in enumerate(made.values):
            fresh = [(i, v) for i, v in enumerate(values) if not v.isascii()]
            if fresh and (self.guess.codec == "cp932" or self.makers):
                self._check(made, j, fresh)
        staged: list[npt.NDArray[np.int64]] = [made.lines]
        for j in self.kept:
            known = self.known[j]
            table = np.array(
                [known.setdefault(v, len(known)) if v else -1 for v in made.values[j]], dtype=np.int64
            )
            staged.append(table[made.codes[j]])
        self.stage.add(staged)
        self.rows += len(made.lines)

    def _check(self, made: split.Columns, j: int, cells: list[tuple[int, bytes]]) -> None:
        """Check the cells of a column of a block, and count the ones with makers' characters."""
        makers = []
        for i, cell in cells:
            if cell not in self.checked:
                if len(self.checked) >= CHECKED:
                    self.checked.clear()
                self.checked[cell] = self._checked(made, j, i, cell)
            if self.checked[cell]:
                makers.append(i)
        if makers:
            held = np.zeros(len(made.values[j]), dtype=np.bool_)
            held[makers] = True
            self.machine_dependent += int(held[made.codes[j]].sum())

    def _checked(self, made: split.Columns, j: int, i: int, cell: bytes) -> bool:
        text = self.guess.text(cell)
        if text is not None and not self.guess.foreign([cell]):
            return _of_makers(text)
        row = int(np.argmax(made.codes[j] == i))
        if text is None:
            raise self.guess.wrong(self._first_wrong(made, row))
        if self.guess.foreign([v[c[row]] for v, c in zip(made.values, made.codes, strict=True)]):
            raise self.guess.wrong(int(made.lines[row]))
        return _of_makers(text)

    def _first_wrong(self, made: split.Columns, row: int) -> int:
        """Return the line of the first row, up to `row`, that is not in the encoding."""
        for values, codes in zip(made.values, made.codes, strict=True):
            bad = np.array([self.guess.text(v) is None or self.guess.foreign([v]) for v in values])
            hits = np.flatnonzero(bad[codes[: row + 1]])
            row = min(row, int(hits[0])) if len(hits) else row
        return int(made.lines[row])

    def _texts(self, n: int, j: int) -> tuple[str, ...]:
        out = []
        for cell, code in self.known[j].items():
            text = self.guess.text(cell)
            if text is None:  # from a block before the first one that told the encoding
                raise self.guess.wrong(self._line_of(n, code))
            out.append(text.strip().replace("\r\n", "\n"))
        return tuple(out)

    def _line_of(self, n: int, code: int) -> int:
        for at in range(len(self.stage)):
            lines, *codes = self.stage.get(at)
            hits = np.flatnonzero(codes[n] == code)
            if len(hits):
                return int(lines[hits[0]])
        raise AssertionError("unreachable")


def _decoded(guess: Guess, line: bytes, file: str, number: int) -> str:
    text = guess.text(line)
    if text is None:
        raise guess.wrong(number)
    return text


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell longer than any header's; its row is refused when it is read
        return []


def _of_makers(text: str) -> bool:
    return any(
        c > "\u00ff" and (code := c.encode("cp932", "replace"))[0] in _MAKERS and len(code) == 2 for c in text
    )

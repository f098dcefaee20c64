"""How wide the columns of a printed table are: as few lines as possible, and no word broken."""

from __future__ import annotations

import itertools
import math
import re

from kumastats.display import HtmlTable
from kumastats.evidence.marks import plain

WIDE = 0x2E80  # from here on characters take two places
# in half-widths: a line of the page, the edges of a column, a cell and a head so short that it is never broken, a step
LINE, PADDING, WHOLE, HEAD, STEP = 112, 2, 20, 10, 2
LATIN = 1.12  # width of a Latin letter
CROWDED = 0.75  # of a line: from here on short cells are broken too, so that there is room to share


def widths(table: HtmlTable) -> list[int]:
    """Return column widths in half-widths.

    Each column is as wide as its longest word; the room left goes, step by step, to the column that shortens the table most.
    """
    rows = [[plain(c) for c in r] for r in (table.heads, *table.rows)]
    columns = range(len(table.heads))
    made = _least(rows, WHOLE)
    if sum(made) > CROWDED * LINE:
        made = _least(rows, HEAD)
    sizes = [[size(c) for c in r] for r in rows]
    longest = [max(r[i] for r in sizes) + PADDING for i in columns]
    for _ in range(max(LINE - sum(made), 0) // STEP):
        growing = [i for i in columns if made[i] < longest[i]]
        if not growing:
            break
        made[min(growing, key=lambda i: (_height(sizes, made, i), -longest[i], i))] += STEP
    return made


def _least(rows: list[list[str]], whole: int) -> list[int]:
    """Return of each column its longest word; a cell of at most `whole`, and a short head, counts as one word."""
    return [
        max(max(map(size, words(c, whole if k else HEAD)), default=1) for k, c in enumerate(column)) + PADDING
        for column in zip(*rows, strict=True)
    ]


def _height(sizes: list[list[int]], made: list[int], wider: int) -> float:
    """Return the lines of a table, in parts of a line, if one column were a step wider."""
    room = [w + STEP * (i == wider) - PADDING for i, w in enumerate(made)]
    return sum(max(s / r for s, r in zip(row, room, strict=True)) for row in sizes)


def size(text: str) -> int:
    """Return the width of a text; between Japanese and Latin letters the page leaves a quarter of an em.

    >>> size("職場"), size("n=12")
    (4, 5)
    """
    kinds = [ord(c) > WIDE for c in text]
    gaps = sum(a != b for a, b in itertools.pairwise(kinds))
    return math.ceil(2 * sum(kinds) + LATIN * (len(text) - sum(kinds)) + gaps / 2)


def words(cell: str, whole: int = WHOLE) -> list[str]:
    """Return what a line break would spoil: words of Latin letters, and short cells as a whole.

    A line may end at a hyphen, but never before a digit.

    >>> words("窓口の待ち時間（claim-counter-40min）", 10)
    ['claim-', 'counter-40min']
    """
    return [cell] if size(cell) <= whole else re.findall(r"(?:[^\s\u2e80-\uffef-]|-(?=\d))+-?", cell)

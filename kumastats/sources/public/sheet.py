"""A sheet of text cells, and the parts of a file that are still to be read as such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kumastats.errors import Place, SourceError
from kumastats.text import Text

MAX_CELL = 100_000
MAX_GRID = 20_000_000
Merge = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet, or one text file, as a rectangle of text cells.

    Attributes
    ----------
    file
        Name shown in places; a zip member is ``outer.zip/inner.csv`` (base names only).
    name
        The sheet's name; None for a text file.
    rows
        Cells as a reader sees them, ``""`` where empty: numbers without ``.0``, dates ``2018-04-01``, instants
        ``2018-04-01 08:30:00``, times ``7:45`` or ``7:45:09``, durations of 24 hours or more ``45:30``.
    lines
        Row number in the file of each row, from 1.
    merges
        First row, first column, last row and last column of each merged range, as indices into `rows`.
    lost_days
        Cells of 24 hours or more shown as ``h:mm``, which hides a day; `rows` holds the whole duration.
    """

    file: str
    name: str | None
    rows: list[list[str]]
    lines: list[int]
    merges: tuple[Merge, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    hidden: bool
    encoding: str
    sha256: str
    size: int
    lost_days: frozenset[tuple[int, int]]

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def place(self, row: int | None = None, column: int | str | None = None) -> Place:
        """Return the place of row index `row` and of a column, by index (shown as its letter) or by name."""
        shown = letter(column) if isinstance(column, int) else column
        return Place(self.file, self.name, None if row is None else self.lines[row], shown)


@dataclass(frozen=True, eq=False)
class Part:
    """One sheet or text file that can be read; `load` reads it and nothing else."""

    file: str
    name: str | None
    hidden: bool
    load: Callable[[], Sheet]


def letter(index: int) -> str:
    """Return the letters of column index `index`.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    made = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        made = chr(65 + rest) + made
    return made


def column_index(letters: str) -> int:
    """Return the index of a column from its letters.

    >>> column_index("A"), column_index("AB")
    (0, 27)
    """
    number = 0
    for character in letters.upper():
        number = number * 26 + ord(character) - 64
    return number - 1


def too_long(place: Place, length: int) -> SourceError:
    """Return the error for a cell that no table holds."""
    return SourceError(
        Text(f"一つのセルに{length:,}文字あります。", f"One cell holds {length:,} characters."),
        place=place,
        remedy=Text(
            f"{MAX_CELL:,}文字までのセルを読みます。引用符の閉じ忘れか、壊れたファイルではないか確かめてください。",
            f"Cells of up to {MAX_CELL:,} characters are read. Check for an unclosed quotation mark or a damaged file.",
        ),
    )


def check_size(height: int, width: int, place: Place) -> None:
    """Refuse cells spread too far apart to be one table."""
    if width * height > MAX_GRID:
        raise SourceError(
            Text(
                f"{height:,}行×{width:,}列に広がった表です。",
                f"The cells spread over {height:,} × {width:,}.",
            ),
            place=place,
            remedy=Text(
                "離れた所にあるセルを消すか、表を分けてください。",
                "Delete stray cells far from the table, or split it.",
            ),
        )


def rectangle(rows: Sequence[list[str]], place: Place) -> list[list[str]]:
    """Return the rows padded to one width, blank rows at the end and blank columns at the right left off."""
    width = 0
    last = 0
    for i, row in enumerate(rows):
        filled = next((j for j in range(len(row), 0, -1) if row[j - 1]), 0)
        if filled:
            width, last = max(width, filled), i + 1
    check_size(last, width, place)
    return [row[:width] + [""] * (width - len(row)) for row in rows[:last]]

"""Any file – text, workbook or zip – as the raw tables a source is read from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kumastats.errors import HeaderError, Place, SourceError
from kumastats.sources.encoding import Decoded, refuse_large
from kumastats.sources.raw import HEAD_SEARCH, RawColumn, RawTable, plain
from kumastats.sources.rawfile import RawFile
from kumastats.sources.scan import scan
from kumastats.sources.sheets import Sheet, sheets
from kumastats.text import Text

LooksLikeHeader = Callable[[Sequence[str]], bool]
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def raw_tables(
    path: Path,
    *,
    encoding: str | None = None,
    looks_like_header: LooksLikeHeader,
    wanted: Callable[[str], bool] | None = None,
) -> list[tuple[Decoded, RawTable]]:
    """Return the tables of a file whose header `looks_like_header` accepts.

    A text file is one table. Of a workbook, every visible sheet with such a header is one; of a zip, every member.

    Parameters
    ----------
    wanted
        Tells which columns of a text file are kept in memory; all are by default.

    Raises
    ------
    SourceError
        If there is none, or a text file is too large to be read whole.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start.startswith(WORKBOOKS):
        refuse_large(path)
        made = scan(path, looks_like_header=looks_like_header, encoding=encoding, wanted=wanted)
        return [(made.decoded, made.whole())]
    found = []
    for sheet in sheets(path, encoding=encoding):
        if not sheet.hidden and (raw := from_sheet(sheet, looks_like_header)) is not None:
            found.append((Decoded(sheet.file, "", sheet.encoding, sheet.sha256, sheet.size), raw))
    if not found:
        raise HeaderError(
            Text("見出しの行が見つかりません。", "No header row was found."),
            place=Place(file=path.name),
            remedy=Text(
                "見出しの名前が違うなら対応表（mappings/）に書いてください。",
                "If only the headers differ, name them in a mapping (mappings/).",
            ),
        )
    return found


def raw_files(
    path: Path,
    *,
    encoding: str | None = None,
    looks_like_header: LooksLikeHeader,
    wanted: Callable[[str], bool] | None = None,
) -> list[RawFile]:
    """Return the same tables, a text file's in parts.

    Parameters
    ----------
    wanted
        Tells which columns of a text file are kept.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(WORKBOOKS):
        found = raw_tables(path, encoding=encoding, looks_like_header=looks_like_header)
        return [RawFile.of(decoded, raw) for decoded, raw in found]
    return [scan(path, looks_like_header=looks_like_header, encoding=encoding, wanted=wanted)]


def from_sheet(sheet: Sheet, looks_like_header: LooksLikeHeader) -> RawTable | None:
    """Return a sheet as a raw table, or None when no row is its header.

    Raises
    ------
    SourceError
        If a header repeats, or a cell has lost its days (24 hours or more shown as ``h:mm``).
    """
    at = next(
        (i for i, row in enumerate(sheet.rows[:HEAD_SEARCH]) if looks_like_header([plain(c) for c in row])),
        None,
    )
    if at is None:
        return None
    heads = [plain(h) for h in sheet.rows[at]]
    doubled = sorted({h for h in heads if h and heads.count(h) > 1})
    if doubled:
        raise SourceError(
            Text(
                f"同じ見出しが二度あります: {'、'.join(doubled)}",
                f"Headers appear twice: {', '.join(doubled)}",
            ),
            place=Place(sheet.file, sheet.name, sheet.lines[at]),
            remedy=Text("列の名前を分けて出力してください。", "Export the columns under different names."),
        )
    body = [
        i
        for i in range(at + 1, len(sheet.rows))
        if i not in sheet.hidden_rows and any(c.strip() for c in sheet.rows[i])
    ]
    lost = sorted((r, c) for r, c in sheet.lost_days if r in set(body))
    if lost:
        row, column = lost[0]
        raise SourceError(
            Text(
                "24時間以上の値が h:mm の書式で表示され、1日分が見えなくなっています。",
                "A value of 24 hours or more is shown as h:mm, which hides a day.",
            ),
            place=Place(sheet.file, sheet.name, sheet.lines[row], heads[column]),
            remedy=Text("セルの書式を [h]:mm に直してください。", "Format the cell as [h]:mm."),
        )
    columns = {
        h: RawColumn.of(h, np.array([sheet.rows[i][j] for i in body], dtype=object))
        for j, h in enumerate(heads)
        if h
    }
    preamble = "\n".join(" ".join(c for c in row if c) for row in sheet.rows[:at])
    lines = np.array([sheet.lines[i] for i in body], dtype=np.int64)
    made = RawTable(sheet.file, tuple(h for h in heads if h), columns, lines, preamble, "")
    hidden = sum(r > at and any(c.strip() for c in sheet.rows[r]) for r in sheet.hidden_rows)
    return replace(made, sheet=sheet.name, hidden_rows=hidden)

"""Writes exports as the city's systems do: the same bytes whenever and wherever they are made."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl

FIXED = (1980, 1, 1, 0, 0, 0)
# characters that CP932 has and Shift_JIS has not
MACHINE_DEPENDENT = re.compile("[髙﨑①-⑳㈱㈲㍻Ⅰ-Ⅹ～]")


def put(
    path: Path, rows: Iterable[Sequence[object]], encoding: str, newline: str = "\r\n", delimiter: str = ","
) -> None:
    """Write rows of cells as a delimited file; ``utf-8-sig`` begins with a BOM."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    csv.writer(text, lineterminator=newline, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def machine_dependent(rows: Iterable[Sequence[object]]) -> int:
    """Return how many rows hold a character that Shift_JIS has not."""
    return sum(any(MACHINE_DEPENDENT.search(str(cell)) for cell in row) for row in rows)


def control(folder: Path, totals: Iterable[tuple[str, str, object]]) -> None:
    """Write what the sender counted: file, item, value."""
    put(folder / "control_totals.csv", [("ファイル", "項目", "値"), *totals], "cp932")


def book(path: Path, title: str, rows: Iterable[Sequence[object]]) -> None:
    """Write one sheet as a workbook."""
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet(title)
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    made.save(held)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(same_bytes(held.getvalue()))


def same_bytes(data: bytes) -> bytes:
    """Return the workbook without the time of its making."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in sorted(old.namelist()):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", b"2018-04-01T00:00:00Z", body)
            new.writestr(zipfile.ZipInfo(name, FIXED), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()

"""Writes the request: the letter as Markdown and the column sheets as a workbook, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.request.letter import letter
from kumastats.request.sheets import ColumnSheet, column_sheets
from kumastats.study import Study
from kumastats.text import Text

FIXED = (1980, 1, 1, 0, 0, 0)
STAMP = b"2018-04-01T00:00:00Z"
HEADS = ("項目名 / header", "型・単位 / kind", "必須 / required", "例（架空） / invented example", "説明 / meaning", "注意 / note")  # fmt: skip
WIDTHS = (24, 28, 14, 26, 56, 56)


@dataclass(frozen=True)
class RequestReport:
    """What was written."""

    files: tuple[Path, ...]
    sheets: tuple[str, ...]

    @property
    def text(self) -> Text:
        """What was written, in words."""
        where = "\n".join(f"  {p}" for p in self.files)
        return Text(
            f"依頼文と列の表（{len(self.sheets)}シート）を書きました:\n{where}",
            f"Letter and column sheets ({len(self.sheets)}) written:\n{where}",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {"files": [str(p) for p in self.files], "sheets": list(self.sheets)}


def write_request(
    root: Path | str,
    target: Path | None = None,
    sources: Sequence[str] | None = None,
    on: dt.date | None = None,
) -> RequestReport:
    """Write the data-request letter and the column sheet of each source.

    Parameters
    ----------
    root
        The study; its title, partners and term stand in the letter.
    target
        The folder to write into; ``request/`` in the study by default.
    sources
        All of them by default.
    on
        The date on the letter; left blank by default.

    Raises
    ------
    UsageError
        If there is no such source.
    """
    study = Study.load(root)
    sheets = column_sheets(sources)
    folder = Path(target) if target is not None else study.folder.root / "request"
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        folder / "request_letter.md": letter(study, sheets, on).encode("utf-8"),
        folder / "column_sheets.xlsx": _workbook(sheets),
    }
    for path, data in made.items():
        staged = path.with_name(f".{path.name}.new")
        staged.write_bytes(data)
        os.replace(staged, path)  # noqa: PTH105 - the atomic step
    return RequestReport(tuple(made), tuple(s.name for s in sheets))


def _workbook(sheets: Sequence[ColumnSheet]) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for made in sheets:
        sheet = book.create_sheet(made.name)
        told = [f"{made.label.ja} / {made.label.en}", f"{made.ask.files.ja} / {made.ask.files.en}", f"{made.ask.grain.ja} / {made.ask.grain.en}"]  # fmt: skip
        told += [f"{p.ja} / {p.en}" for p in made.ask.points]
        if made.ask.not_sent:
            told.append(f"送らない列 / not to be sent: {'、'.join(made.ask.not_sent)}")
        rows = [[t] for t in told if t.strip(" /")]
        rows += [[], list(HEADS)]
        rows += [
            [r.head, f"{r.kind.ja} / {r.kind.en}", "必須 / yes" if r.required else "", r.example, f"{r.about.ja} / {r.about.en}", f"{r.note.ja} / {r.note.en}".strip(" /")]
            for r in made.rows
        ]  # fmt: skip
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    # text even where it begins with = + - or @, so that nothing runs when the sheet is opened
                    cell.data_type, cell.number_format = "s", "@"
                    cell.quotePrefix = cell.value[:1] in "=+-@"
        head = len(rows) - len(made.rows)
        for cell in sheet[head]:
            cell.font = Font(bold=True)
        for row in sheet.iter_rows(min_row=head + 1):
            for cell in row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        for i, width in enumerate(WIDTHS):
            sheet.column_dimensions["ABCDEF"[i]].width = width
        sheet.freeze_panes = f"A{head + 1}"
    held = io.BytesIO()
    book.save(held)
    return _same_bytes(held.getvalue())


def _same_bytes(data: bytes) -> bytes:
    """Return the workbook without the time of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist()):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", STAMP, body)
            new.writestr(zipfile.ZipInfo(name, FIXED), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()

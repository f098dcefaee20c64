"""Excel 97–2003 workbooks (xls) as sheets of text."""

from __future__ import annotations

import hashlib
import io
import struct
from functools import partial
from importlib import import_module
from typing import Any

from kumastats.errors import Place, SourceError
from kumastats.sources.public.excel_text import BUILT_IN, excel_text
from kumastats.sources.public.sheet import Part, Sheet
from kumastats.sources.public.workbook import Cells
from kumastats.text import Text

_LOCKED = "EncryptedPackage".encode("utf-16-le")
# what xlrd raises on bytes that are not what they say
_FAULTS = (
    ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, OverflowError, NotImplementedError,
    struct.error, MemoryError, RecursionError,
)  # fmt: skip


class LegacyWorkbook:
    """An xls file whose sheets are read one at a time."""

    def __init__(self, data: bytes, file: str):
        xlrd = import_module("xlrd")
        self.file = file
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.size = len(data)
        if _LOCKED in data:
            raise self._locked()
        try:
            self.book: Any = xlrd.open_workbook(
                file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO()
            )
        except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
            if "encrypt" in str(error).lower():
                raise self._locked() from error
            raise self._damaged() from error
        except _FAULTS as error:
            raise self._damaged() from error

    def parts(self) -> tuple[Part, ...]:
        """Return its sheets, in their order, still unread."""
        return tuple(
            Part(self.file, name, bool(self.book._sheet_visibility[i]), partial(self._sheet, i))
            for i, name in enumerate(self.book.sheet_names())
        )

    def _locked(self) -> SourceError:
        return SourceError(
            Text("パスワードで保護されています。", "It is protected by a password."),
            place=Place(self.file),
            remedy=Text("パスワードを外したものを取り込んでください。", "Ingest it without its password."),
        )

    def _damaged(self, sheet: str | None = None) -> SourceError:
        return SourceError(
            Text("Excelのファイルとして読めません。", "It cannot be read as an Excel workbook."),
            place=Place(self.file, sheet),
            remedy=Text(
                "Excelで開き、xlsx形式で保存し直してください。", "Open it in Excel and save it as xlsx."
            ),
        )

    def _sheet(self, index: int) -> Sheet:
        xlrd = import_module("xlrd")
        name = self.book.sheet_names()[index]
        try:
            sheet = self.book.sheet_by_index(index)
            cells = Cells(self.file, name)
            for row in range(sheet.nrows):
                for column, cell in enumerate(sheet.row(row)):
                    text, lost = self._cell(cell)
                    cells.put(row, column, text, lost_day=lost)
            cells.merges += [(t, left, b - 1, right - 1) for t, b, left, right in sheet.merged_cells]
            # rows and columns of no height or width are hidden too
            cells.hidden_rows |= {r for r, i in sheet.rowinfo_map.items() if i.hidden or i.height == 0}
            for column, info in sheet.colinfo_map.items():
                if info.hidden or info.width == 0:
                    cells.hide_columns(column, column)
            return cells.sheet(
                hidden=bool(sheet.visibility), encoding="xls", sha256=self.sha256, size=self.size
            )
        except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
            raise self._damaged(name) from error
        except _FAULTS as error:
            raise self._damaged(name) from error

    def _cell(self, cell: Any) -> tuple[str, bool]:
        xlrd = import_module("xlrd")
        if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return excel_text(cell.value, self._format(cell.xf_index), from_1904=self.book.datemode == 1)
        if cell.ctype == xlrd.XL_CELL_TEXT:
            return str(cell.value), False
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return ("TRUE" if cell.value else "FALSE"), False
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#N/A")), False
        return "", False

    def _format(self, xf_index: int | None) -> str:
        if xf_index is None:
            return "General"
        key = self.book.xf_list[xf_index].format_key
        known = self.book.format_map.get(key)
        return BUILT_IN.get(key) or (known.format_str if known else "General")

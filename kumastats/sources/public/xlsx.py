"""Excel workbooks (xlsx, xlsm) as sheets of text: only stored values are read, nothing is computed or fetched."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from xml.etree import ElementTree

from kumastats.errors import Place, SourceError
from kumastats.sources.public.archive import Archive
from kumastats.sources.public.excel_text import BUILT_IN, excel_text
from kumastats.sources.public.sheet import MAX_CELL, Part, Sheet, column_index, letter, too_long
from kumastats.sources.public.workbook import Cells
from kumastats.text import Text

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_YES = ("1", "true", "on")


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _attribute(element: ElementTree.Element, name: str) -> str | None:
    """Return an attribute whatever its namespace (strict and transitional workbooks differ in it)."""
    return next((v for k, v in element.attrib.items() if _local(k) == name), None)


def _text(element: ElementTree.Element) -> str:
    """Return a string item's text without its furigana."""
    parts: list[str] = []
    for child in element:
        if _local(child.tag) == "t":
            parts.append(child.text or "")
        elif _local(child.tag) == "r":
            parts += [t.text or "" for t in child if _local(t.tag) == "t"]
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), "".join(parts))


def _index(text: str) -> int:
    """Read the number of a shared string; one below zero would count from the end."""
    made = int(text)
    if made < 0:
        raise ValueError(text)
    return made


@dataclass(frozen=True)
class _Tab:
    name: str
    member: str
    hidden: bool


class Workbook:
    """An xlsx file whose sheets are read one at a time."""

    def __init__(self, data: bytes, file: str):
        self.file = file
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.size = len(data)
        self.archive = Archive(data, file)
        self.tabs, self.from_1904 = self._tabs()

    def parts(self) -> tuple[Part, ...]:
        """Return its sheets, in their order, still unread."""
        return tuple(Part(self.file, t.name, t.hidden, partial(self._sheet, t)) for t in self.tabs)

    def _damaged(self, sheet: str | None = None) -> SourceError:
        return SourceError(
            Text("Excelのファイルとして読めません。", "It cannot be read as an Excel workbook."),
            place=Place(self.file, sheet),
            remedy=Text("Excelで開いて保存し直してください。", "Open it in Excel and save it again."),
        )

    def _xml(self, member: str, sheet: str | None = None) -> io.BytesIO:
        if member not in self.archive.members:
            raise self._damaged(sheet)
        data = self.archive.read(member)
        # no workbook declares entities or is written in UTF-16; a file that does means harm
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\x00" in data[:200]:
            raise self._damaged(sheet)
        return io.BytesIO(data)

    def _elements(self, member: str, name: str, sheet: str | None = None) -> Iterator[ElementTree.Element]:
        try:
            for _, element in ElementTree.iterparse(self._xml(member, sheet)):
                if _local(element.tag) == name:
                    yield element
                    element.clear()
        except ElementTree.ParseError as error:
            raise self._damaged(sheet) from error

    def _relations(self, member: str) -> dict[str, tuple[str, str]]:
        folder, base = posixpath.split(member)
        made: dict[str, tuple[str, str]] = {}
        for element in self._elements(f"{folder}/_rels/{base}.rels".lstrip("/"), "Relationship"):
            if element.get("TargetMode") == "External":
                continue
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            made[element.get("Id", "")] = (element.get("Type", "").rsplit("/", 1)[-1], path)
        return made

    def _tabs(self) -> tuple[list[_Tab], bool]:
        member = "xl/workbook.xml"
        self._related = self._relations(member)
        tabs = []
        for element in self._elements(member, "sheet"):
            kind, path = self._related.get(_attribute(element, "id") or "", ("", ""))
            if kind == "worksheet":
                tabs.append(_Tab(element.get("name", ""), path, element.get("state", "visible") != "visible"))
        if not tabs:
            raise self._damaged()
        from_1904 = any(e.get("date1904") in _YES for e in self._elements(member, "workbookPr"))
        return tabs, from_1904

    def _member(self, kind: str) -> str | None:
        return next((path for k, path in self._related.values() if k == kind), None)

    @cached_property
    def _strings(self) -> list[str]:
        member = self._member("sharedStrings")
        return [_text(e) for e in self._elements(member, "si")] if member else []

    @cached_property
    def _formats(self) -> list[str]:
        member = self._member("styles")
        if member is None:
            return []
        codes = dict(BUILT_IN)
        for element in self._elements(member, "numFmt"):
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "General")
        made: list[str] = []
        for element in self._elements(member, "cellXfs"):
            made = [
                codes.get(int(x.get("numFmtId", "0")), "General") for x in element if _local(x.tag) == "xf"
            ]
        return made

    def _sheet(self, tab: _Tab) -> Sheet:
        cells = Cells(self.file, tab.name)
        row = 0
        try:
            for _, element in ElementTree.iterparse(self._xml(tab.member, tab.name)):
                name = _local(element.tag)
                if name == "row":
                    row = int(element.get("r", row + 1))
                    if element.get("hidden") in _YES:
                        cells.hidden_rows.add(row - 1)
                    self._row(element, row, cells)
                    element.clear()
                elif name == "col" and (element.get("hidden") in _YES or float(element.get("width", 1)) == 0):
                    cells.hide_columns(int(element.get("min", 1)) - 1, int(element.get("max", 1)) - 1)
                elif name == "mergeCell":
                    self._merge(element.get("ref", ""), cells)
        except (ElementTree.ParseError, ValueError, IndexError, OverflowError) as error:
            raise self._damaged(tab.name) from error
        return cells.sheet(hidden=tab.hidden, encoding="xlsx", sha256=self.sha256, size=self.size)

    @staticmethod
    def _merge(reference: str, cells: Cells) -> None:
        found = [_REFERENCE.fullmatch(p) for p in reference.split(":")]
        if len(found) == 2 and found[0] and found[1]:
            (first, top), (last, bottom) = found[0].groups(), found[1].groups()
            cells.merges.append((int(top) - 1, column_index(first), int(bottom) - 1, column_index(last)))

    def _row(self, element: ElementTree.Element, row: int, cells: Cells) -> None:
        column = -1
        for cell in element:
            if _local(cell.tag) != "c":
                continue
            found = _REFERENCE.fullmatch(cell.get("r", ""))
            column = column_index(found[1]) if found else column + 1
            place = Place(self.file, cells.name, row, letter(column))
            text, lost = self._cell(cell, place)
            if len(text) > MAX_CELL:
                raise too_long(place, len(text))
            cells.put(row - 1, column, text, lost_day=lost)

    def _cell(self, cell: ElementTree.Element, place: Place) -> tuple[str, bool]:
        parts = {_local(child.tag): child for child in cell}
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return (_text(parts["is"]) if "is" in parts else ""), False
        value = parts["v"].text if "v" in parts else None
        if "f" in parts and (value is None and (kind != "str" or "v" not in parts)):
            raise SourceError(
                Text("計算結果のない数式があります。", "A formula has no stored result."),
                place=place,
                remedy=Text(
                    "Excelで開いて保存し直すか、値として貼り付けてください。",
                    "Open it in Excel and save it again, or paste it as values.",
                ),
            )
        if value is None:
            return "", False
        if kind == "s":
            return self._strings[_index(value)], False
        if kind == "b":
            return ("TRUE" if value.strip() == "1" else "FALSE"), False
        if kind in ("str", "e"):
            return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value), False
        if kind == "d":
            return value.replace("T00:00:00", "").replace("T", " "), False
        style = int(cell.get("s", "0"))
        code = self._formats[style] if style < len(self._formats) else "General"
        return excel_text(float(value), code, from_1904=self.from_1904)

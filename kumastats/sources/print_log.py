"""Print logs: PaperCut Print Logger (CSV under a banner) and PaperCut NG/MF (a tab-separated file a day, no header).

Jobs are added up by office and day. The office is the part of the printer's name before the first hyphen, or what the
mapping says (``office_id: {column: Printer, values: {MFP-3F: A001}}``). Document names and clients are never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.errors import Place, SourceError
from kumastats.sources.blocks import LONGEST, too_long
from kumastats.sources.counting import Counting
from kumastats.sources.encoding import Decoded, decode
from kumastats.sources.fields import Fields, refuse_wrong_source
from kumastats.sources.identity import IdentityKey
from kumastats.sources.listing import Columns
from kumastats.sources.mapping import Mapping
from kumastats.sources.raw import RawColumn, RawTable, plain
from kumastats.sources.report import ReadResult
from kumastats.text import Text

BANNER = "PaperCut Print Logger"
# of a line of printlog_yyyy_mm_dd.log; client and document are left out
NG_MF = ("Time", "Server", "Printer", "User", "Account", None, None, "Pages", "ColourPages", "Copies", "Duplex", "Grayscale", "PaperSize")  # fmt: skip
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}(:\d{2})?")
DUPLEX = {"DUPLEX": "yes", "NOT DUPLEX": "no", "Y": "yes", "N": "no", "": "no"}
GREY = {"GRAYSCALE": "yes", "NOT GRAYSCALE": "no", "Y": "yes", "N": "no", "": "no"}


def is_ng_mf(line: str) -> bool:
    """Tell whether a line is of an NG/MF log: a time, then at least ten more cells between tabs."""
    cells = line.split("\t")
    return len(cells) >= 10 and bool(_STAMP.fullmatch(cells[0].strip())) and cells[7].strip().isdigit()


def _events(fields: Fields, key: IdentityKey) -> Columns:
    at = fields.instants("at", required=True)
    assert at is not None
    office = _office(fields)
    pages, copies = fields.integers("pages", required=True), fields.integers("copies")
    colour = fields.integers("colour_pages")
    duplex, grey = (
        fields.category("duplex", DUPLEX, required=False),
        fields.category("grey", GREY, required=False),
    )
    assert pages is not None
    times = np.ones(len(pages), dtype=np.int64) if copies is None else copies
    for name, values in (("pages", pages), ("copies", times)):
        fields.defects.add(
            "impossible_number", np.flatnonzero((values < 1) | (values > 100_000)), name,
            Text("枚数が1未満か10万を超えます。", "It is below one or above 100,000."),
        )  # fmt: skip
    sides = pages * times
    if colour is None:
        in_colour = np.zeros(len(pages), dtype=np.int64) if grey is None else np.where(grey == "no", sides, 0)
    else:
        in_colour = colour * times
        fields.defects.add(
            "impossible_number", np.flatnonzero((colour < 0) | (colour > pages)), "colour_pages",
            Text("カラーの面数が全体を超えます。", "There are more sides in colour than sides."),
        )  # fmt: skip
    both = np.zeros(len(pages), dtype=bool) if duplex is None else duplex == "yes"
    return {
        "office_id": office,
        "date": at.astype("datetime64[D]"),
        "pages_mono": sides - in_colour,
        "pages_colour": in_colour,
        # a copy of an odd number of sides ends on a half-used sheet
        "sheets": np.where(both, (pages + 1) // 2, pages) * times,
        "jobs": np.ones(len(pages), dtype=np.int64),
    }


def _office(fields: Fields) -> Any:
    spec = fields.mapping.columns.get("office_id")
    if spec is not None and spec.values is not None:
        return fields.category("office_id", {})
    printer = fields.column("office_id")
    assert printer is not None
    fields.decide(
        "所属はプリンター名の最初のハイフンより前", "the office is the printer's name before its first hyphen"
    )
    offices = [v.split("-")[0] if "-" in v else None for v in printer.values]
    for i, office in enumerate(offices):
        if office is None and i in printer.used():
            fields.defects.add(
                "unknown_printer", printer.rows_of(i), printer.name,
                Text("プリンター名から所属が分かりません。", "The printer's name does not tell its office."),
                Text(
                    "対応表に office_id: {column: Printer, values: {プリンター名: 所属コード}} と書いてください。",
                    "Write office_id: {column: Printer, values: {NAME: OFFICE}} into the mapping.",
                ),
            )  # fmt: skip
    return printer.take(offices, None)


COUNTING = Counting(
    source="print_log",
    table="print_day",
    usual={
        "at": ("Time",),
        "office_id": ("Printer",),
        "pages": ("Pages",),
        "copies": ("Copies",),
        "colour_pages": ("ColourPages",),
        "duplex": ("Duplex",),
        "grey": ("Grayscale",),
    },
    needs=("at", "office_id", "pages"),
    events=_events,
    by=("office_id", "date"),
    sums=("pages_mono", "pages_colour", "sheets", "jobs"),
    layout="PaperCut Print Logger",
    users=("print", ("User",)),
)
USUAL = COUNTING.usual


def read(path: Path, mapping: Mapping, key: IdentityKey) -> ReadResult:
    """Read one log of either kind."""
    refuse_wrong_source(mapping, "print_log")
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK"):
        return COUNTING.read(path, mapping, key)
    decoded = decode(path, encoding=mapping.encoding)
    lines = decoded.text.split("\n")
    if not is_ng_mf(next((x for x in lines if x.strip()), "")):
        return COUNTING.read(path, mapping, key)
    return COUNTING.count(decoded, _ng_mf(decoded, lines), mapping, key)


def _ng_mf(decoded: Decoded, lines: Sequence[str]) -> RawTable:
    rows, numbers = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = line.split("\t")
        if any(len(c) > LONGEST for c in cells):
            raise too_long(decoded.file, number)
        if not is_ng_mf(line) or len(cells) > len(NG_MF):
            raise SourceError(
                Text("印刷ログの行の形ではありません。", "The line does not have the form of a print log."),
                place=Place(file=decoded.file, row=number),
                remedy=Text("この行を確かめて、出力し直してください。", "Check this row and export again."),
            )
        rows.append(cells + [""] * (len(NG_MF) - len(cells)))
        numbers.append(number)
    heads = tuple(h for h in NG_MF if h)
    columns = {
        plain(h): RawColumn.of(h, np.array([r[i] for r in rows], dtype=object))
        for i, h in enumerate(NG_MF)
        if h
    }
    return RawTable(decoded.file, heads, columns, np.array(numbers, dtype=np.int64), "", "\t")

"""Content to PDF by Typst: PDF/UA-1 and PDF/A-3a, one embedded font family, the register attached, the same bytes again."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

from kumastats.display import Figure, HtmlTable
from kumastats.display.fonts import FAMILY, font_paths
from kumastats.errors import ReleaseError
from kumastats.evidence.marks import plain
from kumastats.report import assets
from kumastats.report.content import Block, Bullets, Document, Finding, Heading, Lamp, Links, Paragraph
from kumastats.scratch import scratch
from kumastats.text import Text

TEMPLATE = "case_study.typ"
WIDE = 0x2E80  # from here on characters take two places
STANDARDS: Any = ["a-3a", "ua-1"]


def render(document: Document, register: bytes) -> bytes:
    """Return the PDF.

    Parameters
    ----------
    register
        The register's public view, attached as ``register.json``.

    Raises
    ------
    ReleaseError
        If Typst refuses it, with Typst's own words.
    """
    import typst

    with scratch() as root:
        shutil.copy(assets.reports() / TEMPLATE, root / TEMPLATE)
        (root / "register.json").write_bytes(register)
        (root / "content.json").write_text(
            json.dumps(_content(document, root), ensure_ascii=False), encoding="utf-8"
        )
        fonts = sorted({str(p.parent) for p in font_paths()})
        try:
            made: Any = typst.compile(
                str(root / TEMPLATE), root=str(root), font_paths=fonts, ignore_system_fonts=True, pdf_standards=STANDARDS,
                timestamp=_noon(document),
            )  # fmt: skip
        except (typst.TypstError, RuntimeError, ValueError) as error:
            raise ReleaseError(
                Text(f"PDFを作れませんでした: {error}", f"The PDF could not be made: {error}"),
                remedy=Text(f"reports/{TEMPLATE} を確かめてください。", f"Check reports/{TEMPLATE}."),
            ) from error
    return bytes(made)


def _noon(document: Document) -> Any:
    import datetime as dt

    return int(dt.datetime.combine(document.date, dt.time(12), tzinfo=dt.UTC).timestamp())


def _content(document: Document, root: Path) -> dict[str, Any]:
    sections = []
    for section in document.sections:
        blocks = [_block(block, root) for block in section.blocks]
        sections.append(
            {"id": section.id, "heading": plain(section.heading), "alone": section.alone, "blocks": blocks}
        )
    return {
        "lang": document.lang, "title": document.title, "subtitle": document.subtitle, "author": document.author,
        "date": document.date.isoformat(), "notices": [plain(n) for n in document.notices], "sections": sections, "font": FAMILY,
    }  # fmt: skip


def _block(block: Block, root: Path) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "text", "text": plain(block.text)}
    if isinstance(block, Heading):
        return {"kind": "heading", "text": plain(block.text)}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [plain(i) for i in block.items]}
    if isinstance(block, Finding):
        return {
            "kind": "finding", "id": block.id, "text": plain(block.text), "certainty": block.certainty, "level": block.level,
            "why": plain(block.why),
        }  # fmt: skip
    if isinstance(block, Lamp):
        return {"kind": "lamp", **{k: plain(v) for k, v in vars(block).items()}}
    if isinstance(block, Links):
        return {"kind": "bullets", "items": [plain(f"{x.text} {x.note}".strip()) for x in block.links]}
    if isinstance(block, Figure):
        file = f"{hashlib.sha256(block.svg).hexdigest()[:16]}.svg"
        (root / file).write_bytes(block.svg)
        return {"kind": "figure", "file": file, "alt": plain(block.alt), "caption": plain(block.caption)}
    rows = [[plain(c) for c in r] for r in block.rows]
    return {
        "kind": "table", "heads": [plain(h) for h in block.heads], "rows": rows, "caption": plain(block.caption),
        "note": plain(block.note), "right": [block.is_right(i) for i in range(len(block.heads))], "widths": _widths(block),
        "long": len(rows) > 10 or sum(len(c) for r in rows for c in r) > 900,
    }  # fmt: skip


# of a table: half-widths on a line, taken by a column's edges, so short that it is never broken; width of a Latin letter
LINE, PADDING, WHOLE, LATIN = 112, 2, 20, 1.12


def _widths(table: HtmlTable) -> list[int]:
    """Return column widths in half-widths: from the longest cell, and never less than the longest word."""
    columns = [[plain(head), *(plain(r[i]) for r in table.rows)] for i, head in enumerate(table.heads)]
    least = [max(max(map(_size, _words(cell)), default=1) for cell in cells) + PADDING for cells in columns]
    longest = [max(map(_size, cells)) for cells in columns]
    wanted = [max(m, min(n + 4, round(22 + 3 * n**0.5))) for m, n in zip(least, longest, strict=True)]
    room = max(LINE - sum(least), 0)
    more = sum(w - m for w, m in zip(wanted, least, strict=True))
    return [m + (round(room * (w - m) / more) if more else 0) for w, m in zip(wanted, least, strict=True)]


def _size(text: str) -> int:
    """Return the width of a text; between Japanese and Latin letters the page leaves a quarter of an em."""
    kinds = [ord(c) > WIDE for c in text]
    gaps = sum(a != b for a, b in itertools.pairwise(kinds))
    return math.ceil(2 * sum(kinds) + LATIN * (len(text) - sum(kinds)) + gaps / 2)


def _words(cell: str) -> list[str]:
    """Return what a line break would spoil: words of Latin letters, and short cells as a whole."""
    return [cell] if _size(cell) <= WHOLE else re.findall(r"[^\s\u2e80-\uffef-]+-?", cell)

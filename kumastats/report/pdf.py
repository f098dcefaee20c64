"""Content to PDF by Typst: PDF/UA-1 and PDF/A-3a, one embedded font family, the register attached, the same bytes again."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from kumastats.display import Figure
from kumastats.display.dates import day_text
from kumastats.display.fonts import FAMILY, font_paths
from kumastats.errors import ReleaseError
from kumastats.evidence.marks import plain
from kumastats.report import assets, columns
from kumastats.report.content import Block, Bullets, Document, Finding, Heading, Lamp, Links, Paragraph
from kumastats.scratch import scratch
from kumastats.text import Text

TEMPLATE = "case_study.typ"
TALL = 250  # letters of a cell that make its row one of many lines
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
        "date": document.date.isoformat(), "shown_date": day_text(document.date, document.lang), "notices": [plain(n) for n in document.notices], "sections": sections, "font": FAMILY,
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
        "note": plain(block.note), "right": [block.is_right(i) for i in range(len(block.heads))], "widths": columns.widths(block),
        "tall": any(len(c) > TALL for r in rows for c in r), "long": len(rows) > 10 or sum(len(c) for r in rows for c in r) > 900,
    }  # fmt: skip

"""Content to PDF by Typst: PDF/UA-1 and PDF/A-3a, one embedded font family, the register attached, the same bytes again."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kumastats.display import Figure, HtmlTable
from kumastats.display.fonts import FAMILY, font_paths
from kumastats.errors import ReleaseError
from kumastats.report import assets
from kumastats.report.content import Document, Finding, Paragraph
from kumastats.text import Text

TEMPLATE = "case_study.typ"
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

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
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
    count = 0
    sections = []
    for section in document.sections:
        blocks: list[dict[str, Any]] = []
        for block in section.blocks:
            if isinstance(block, Paragraph):
                blocks.append({"kind": "text", "text": block.text})
            elif isinstance(block, Finding):
                blocks.append(
                    {
                        "kind": "finding",
                        "id": block.id,
                        "text": block.text,
                        "certainty": block.certainty,
                        "level": block.level,
                        "why": block.why,
                    }
                )
            elif isinstance(block, Figure):
                count += 1
                (root / f"figure{count}.svg").write_bytes(block.svg)
                blocks.append(
                    {
                        "kind": "figure",
                        "file": f"figure{count}.svg",
                        "alt": block.alt,
                        "caption": block.caption,
                    }
                )
            elif isinstance(block, HtmlTable):
                right = [block.is_right(i) for i in range(len(block.heads))]
                blocks.append(
                    {"kind": "table", "heads": list(block.heads), "rows": [list(r) for r in block.rows], "caption": block.caption,
                     "note": block.note, "right": right, "widths": _widths(block)}
                )  # fmt: skip
        sections.append({"id": section.id, "heading": section.heading, "blocks": blocks})
    return {
        "lang": document.lang, "title": document.title, "subtitle": document.subtitle, "author": document.author,
        "date": document.date.isoformat(), "notices": list(document.notices), "sections": sections, "font": FAMILY,
    }  # fmt: skip


def _widths(table: HtmlTable) -> list[int]:
    """Return relative column widths from the length of the longest cell, bounded so that none is squeezed."""
    out = []
    for i, head in enumerate(table.heads):
        cells = [head, *(r[i] for r in table.rows)]
        longest = max(sum(2 if ord(c) > 0x2E80 else 1 for c in cell) for cell in cells)
        out.append(max(11, min(longest + 2, round(22 + 3 * longest**0.5))))
    return out

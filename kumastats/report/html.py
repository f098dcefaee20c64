"""Content to one self-contained, accessible HTML page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from kumastats.display import Figure, HtmlTable, word
from kumastats.display.fonts import font_paths, subset
from kumastats.report import assets
from kumastats.report.content import Document, Paragraph
from kumastats.text import Text

TEMPLATE = "case_study.html.j2"


@dataclass(frozen=True)
class _Shown:
    id: str
    heading: str
    parts: tuple[tuple[str, Any], ...]


def render(document: Document) -> bytes:
    """Return the page: no script, no request; figures and fonts inline, so that no glyph is ever missing."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.reports()), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
    )  # fmt: skip
    lang = document.lang
    words = {
        "skip": Text("本文へ", "Skip to content")(lang),
        "contents": Text("目次", "Contents")(lang),
        "certainty": word("certainty", lang),
        "other": "en" if lang == "ja" else "ja",
        "other_name": "English" if lang == "ja" else "日本語",
        "foot": Text(
            "数値の台帳: register.json（この頁と同じフォルダー）",
            "Register of every number: register.json, beside this page",
        )(lang),
    }
    shown = {**vars(document), "sections": _numbered(document)}
    template = environment.get_template(TEMPLATE)
    bare = template.render(d=shown, w=words, fonts=())
    return template.render(d=shown, w=words, fonts=_fonts(bare)).encode("utf-8")


def _fonts(page: str) -> tuple[tuple[int, str], ...]:
    """Return weight and base64 of the two faces, cut down to the characters of the page."""
    return tuple(
        (weight, base64.b64encode(subset(path, page)).decode("ascii"))
        for weight, path in zip((400, 700), font_paths(), strict=True)
    )


def _numbered(document: Document) -> tuple[_Shown, ...]:
    count = {"figure": 0, "table": 0}
    out = []
    names = {"figure": Text("図", "Figure ")(document.lang), "table": Text("表", "Table ")(document.lang)}
    for section in document.sections:
        parts: list[tuple[str, Any]] = []
        for block in section.blocks:
            if isinstance(block, (Figure, HtmlTable)):
                kind = "figure" if isinstance(block, Figure) else "table"
                count[kind] += 1
                parts.append((kind, (block, f"{names[kind]}{count[kind]}")))
            else:
                parts.append(("text" if isinstance(block, Paragraph) else "finding", block))
        out.append(_Shown(section.id, section.heading, tuple(parts)))
    return tuple(out)

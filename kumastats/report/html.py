"""Content to one self-contained, accessible HTML page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kumastats.display import Figure, HtmlTable, word
from kumastats.report import assets
from kumastats.report.content import Document, Finding, Paragraph, Section
from kumastats.text import Text

TEMPLATE = "case_study.html.j2"


@dataclass(frozen=True)
class _Shown:
    id: str
    heading: str
    parts: tuple[tuple[str, Any], ...]


def render(document: Document) -> bytes:
    """Return the page: no script, no request, figures inline."""
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
    page = environment.get_template(TEMPLATE).render(d=shown, w=words)
    return page.encode("utf-8")


def _numbered(document: Document) -> tuple[_Shown, ...]:
    count = 0
    out = []
    name = Text("図", "Figure ")(document.lang)
    for section in document.sections:
        parts: list[tuple[str, Any]] = []
        for block in _of(section):
            if isinstance(block, Figure):
                count += 1
                parts.append(("figure", (block, f"{name}{count}")))
            else:
                kind = (
                    "text"
                    if isinstance(block, Paragraph)
                    else "finding"
                    if isinstance(block, Finding)
                    else "table"
                )
                parts.append((kind, block))
        out.append(_Shown(section.id, section.heading, tuple(parts)))
    return tuple(out)


def _of(section: Section) -> tuple[Paragraph | Finding | Figure | HtmlTable, ...]:
    return section.blocks

"""Content to one self-contained, accessible HTML page, each number of the register linked to its evidence."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from kumastats.display import Figure, HtmlTable, word
from kumastats.display.dates import day_text
from kumastats.display.fonts import font_paths, subset
from kumastats.evidence import marks
from kumastats.report import assets
from kumastats.report.content import Bullets, Document, Finding, Heading, Lamp, Links
from kumastats.text import Lang, Text

TEMPLATE, FONTS = "case_study.html.j2", "/*fonts*/"


_KINDS: dict[type, str] = {
    Finding: "finding", Heading: "heading", Bullets: "bullets", Lamp: "lamp", Links: "links",
}  # fmt: skip
FEET = {
    "case_study": Text(
        "数値の台帳: register.json（この頁と同じフォルダー）",
        "Register of every number: register.json, beside this page",
    ),
    "report": Text(
        "数値の台帳: evidence フォルダー（この頁と同じ場所）。庁内限り。",
        "Register of every number: the evidence folder beside this page. Internal use only.",
    ),
}


OTHER: dict[Lang, Lang] = {"ja": "en", "en": "ja"}
NAMES: dict[Lang, str] = {"ja": "日本語", "en": "English"}


@dataclass(frozen=True)
class _Shown:
    id: str
    heading: str
    parts: tuple[tuple[str, Any], ...]


def render(document: Document, evidence: str = "") -> bytes:
    """Return the page of `bare` with its fonts inside."""
    return with_fonts(bare(document, evidence))[0]


def bare(document: Document, evidence: str = "") -> str:
    """Return the page without fonts: no script, no request, figures inline.

    Parameters
    ----------
    evidence
        The page that tells the evidence of each number, beside this one; numbers are not linked where there is none.
    """
    lang = document.lang
    words = {
        "skip": Text("本文へ", "Skip to content")(lang),
        "contents": Text("目次", "Contents")(lang),
        "certainty": word("certainty", lang),
        "data": Text("図の値を表で見る", "Values of the figure as a table")(lang),
        "evidence": evidence,
        "evidence_name": Text("数値ごとの証拠", "Evidence of each number")(lang),
        **other_language(lang),
        "reason": word("reason", lang).capitalize(),
        "foot": FEET[document.name](lang),
        "date": day_text(document.date, lang),
    }
    return page(TEMPLATE, evidence, d={**vars(document), "sections": _numbered(document)}, w=words)


def other_language(lang: Lang) -> dict[str, str]:
    """Return the words of the link from a page to itself in the other language.

    >>> other_language("ja")
    {'other': 'en', 'other_name': 'English'}
    """
    return {"other": OTHER[lang], "other_name": NAMES[OTHER[lang]]}


def page(name: str, evidence: str, **values: Any) -> str:
    """Fill a template of the reports folder; marked numbers become links. Fonts come later (`with_fonts`)."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.reports()), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
    )  # fmt: skip
    filled = environment.get_template(name).render(**values)
    return marks.replace(filled, lambda reference, shown: _number(reference, shown, evidence))


def with_fonts(*pages: str) -> list[bytes]:
    """Return pages with the two faces inside, cut down to the characters of all of them: no glyph is ever missing."""
    alphabet = "".join(sorted(set().union(*pages)))
    faces = "\n".join(
        f'@font-face {{ font-family: "Page"; font-weight: {weight}; src: url(data:font/woff;base64,{data}) format("woff"); }}'
        for weight, data in _fonts(alphabet)
    )
    return [p.replace(FONTS, faces, 1).encode("utf-8") for p in pages]


def _number(reference: str, shown: str, evidence: str) -> str:
    """Return a number as a link to its evidence; one of the study itself has none of its own."""
    id_ = reference.partition(".")[0]
    held = f'class="n" data-n="{reference}"'
    if id_ == "fact" or not evidence:
        return f"<span {held}>{shown}</span>"
    return f'<a {held} href="{evidence}#{id_}">{shown}</a>'


def _fonts(text: str) -> tuple[tuple[int, str], ...]:
    """Return weight and base64 of the two faces, cut down to the characters of a text."""
    return tuple(
        (weight, base64.b64encode(subset(path, text)).decode("ascii"))
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
                parts.append((_KINDS.get(type(block), "text"), block))
        out.append(_Shown(section.id, section.heading, tuple(parts)))
    return tuple(out)

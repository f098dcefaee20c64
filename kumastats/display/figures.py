"""A finished figure with the words that make it readable without seeing it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from kumastats.display.tables import HtmlTable


@dataclass(frozen=True)
class Figure:
    """An SVG, its text alternative and its caption.

    Attributes
    ----------
    alt
        What the figure shows, in a sentence or two, for who cannot see it.
    caption
        Source, n, and what the intervals are.
    data
        The values drawn, for who would rather read them.
    """

    svg: bytes = field(repr=False)
    alt: str
    caption: str
    data: HtmlTable | None = None

    def html(self, number: str = "") -> str:
        """Return it as an HTML ``<figure>``; `number` goes before the caption."""
        drawn = re.sub(r"^.*?(?=<svg)", "", self.svg.decode("utf-8"), count=1, flags=re.DOTALL)
        drawn = re.sub(r'<svg([^>]*?) width="[^"]*"', r"<svg\1", drawn, count=1)
        drawn = re.sub(r'<svg([^>]*?) height="[^"]*"', r"<svg\1", drawn, count=1)
        drawn = drawn.replace("<svg", f'<svg role="img" aria-label="{html.escape(self.alt)}"', 1)
        drawn = _own_ids(drawn, self.alt + self.caption)
        label = f"<b>{html.escape(number)}</b> " if number else ""
        return f"<figure>{drawn}<figcaption>{label}{html.escape(self.caption)}</figcaption></figure>"

    def _repr_html_(self) -> str:
        return f'<div style="max-width:680px">{self.html()}</div>'


def _own_ids(svg: str, seed: str) -> str:
    """Keep the ids of several figures on one page apart."""
    import hashlib

    prefix = "k" + hashlib.sha256(seed.encode() + svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r'(xlink:href|href)="#([^"]+)"', rf'\1="#{prefix}-\2"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)

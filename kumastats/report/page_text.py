"""The text of a section as it is read, piece by piece, marks and all."""

from __future__ import annotations

from collections.abc import Iterator

from kumastats.display import Figure, HtmlTable
from kumastats.report.content import Bullets, Finding, Lamp, Links, Section


def texts(section: Section) -> Iterator[tuple[str, str]]:
    """Yield place and text of everything a section shows, tables behind figures included."""
    yield section.heading, section.heading
    for block in section.blocks:
        place = section.heading
        if isinstance(block, Finding):
            yield f"{place} / {block.id}", block.text
            yield f"{place} / {block.id}", f"{block.certainty} {block.why}"
        elif isinstance(block, Bullets):
            yield from ((place, item) for item in block.items)
        elif isinstance(block, Figure):
            yield place, block.caption
            if block.data is not None:
                yield from _table(place, block.data)
        elif isinstance(block, HtmlTable):
            yield from _table(place, block)
        elif isinstance(block, Lamp):
            yield from ((place, text) for text in (block.subject, block.said, block.why))
        elif isinstance(block, Links):
            yield from ((place, f"{link.text} {link.note}") for link in block.links)
        else:
            yield place, block.text


def _table(place: str, table: HtmlTable) -> Iterator[tuple[str, str]]:
    yield place, table.caption
    for head in table.heads:
        yield place, head
    for row in table.rows:
        yield from ((f"{place} / {table.caption}", cell) for cell in row)
    if table.note:
        yield place, table.note

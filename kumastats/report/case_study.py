"""The case study, put together: the sections of the words file, each made of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kumastats.display import HtmlTable, word
from kumastats.errors import KumastatsError, Place, ReleaseError
from kumastats.report import assets, words
from kumastats.report.content import Block, Document, Section, Source
from kumastats.report.parts import PARTS
from kumastats.report.parts.evidence import when
from kumastats.report.writer import Writer
from kumastats.study.yaml_reader import Node
from kumastats.text import Lang, Text

WORDS = "case_study.yml"
AS_WRITTEN = frozenset({"id", "kumastats"})  # heads that keep their small letter


def build(source: Source, lang: Lang, path: Path | None = None) -> Document:
    """Return the case study in one language.

    Parameters
    ----------
    path
        The words; by default ``reports/case_study.yml``.

    Raises
    ------
    ReleaseError
        If the words ask for a number that is not published, or hold a typed figure; with file and line.
    """
    top = words.read(path or assets.reports() / WORDS)
    top.known("notices", "sections")
    w = Writer(source, lang)
    w.fact("records", len(w.records))
    w.fact("received_on", source.received_on)
    w.fact("due", source.study.term.due)
    w.fact("min_n", int(source.study.thresholds["min_n"]))
    sections = tuple(s for node in top.items("sections") if (s := _section(w, node)) is not None)
    notices = [w.prose(n) for n in top.items("notices")]
    if source.study.synthetic:
        notices.insert(0, word("synthetic", lang))
    if source.profile == "internal":
        notices.insert(0, word("internal", lang))
    used = _used(sections, notices)
    return Document(
        lang=lang,
        title=w.name(source.study.title),
        subtitle=w.name(source.quarter.label(lang)),
        author=w.name(Text("・", ", ")(lang).join(p.name(lang) for p in source.study.partners)),
        date=source.received_on,
        notices=tuple(notices),
        sections=sections,
        facts={k: v for k, v in sorted(w.facts.items()) if k in used or k == "received_on"},
        names=tuple(sorted(w.names)),
        absent=tuple(sorted(w.absent.values())),
    )


def _section(w: Writer, node: Node) -> Section | None:
    node.known("id", "item", "heading", "alone", "blocks")
    blocks = tuple(b for n in node.items("blocks") for b in _blocks(w, n))
    heading = w.prose(node["heading"]) if node.has("heading") else _item(w, node["item"])
    id_ = node.string("id") if node.has("id") else node.string("item")
    shown = tuple(_capitals(b) if isinstance(b, HtmlTable) else b for b in blocks)
    return Section(id_, heading, shown, node.has("alone")) if blocks else None


def _capitals(table: HtmlTable) -> HtmlTable:
    """Return a table whose English heads and row heads begin with a capital; single letters and ids stay."""
    if table.lang != "en":
        return table

    def raised(said: str) -> str:
        plain_words = len(said) > 1 and (" " in said or said.isalpha()) and said not in AS_WRITTEN
        return said[:1].upper() + said[1:] if plain_words else said

    rows = [[raised(r[0]), *r[1:]] for r in table.rows]
    return replace(table, heads=[raised(h) for h in table.heads], rows=rows)


def _item(w: Writer, node: Node) -> str:
    found = next((i.label for i in w.source.study.items if i.id == node.value), None)
    if found is None:
        raise ReleaseError(
            Text(
                f"連携項目「{node.value}」は台帳にありません。",
                f"The register has no partnership item “{node.value}”.",
            ),
            place=node.place,
        )
    return w.name(found)


def _blocks(w: Writer, node: Node) -> Iterator[Block]:
    if not isinstance(node.value, dict):
        raise ReleaseError(
            Text("部品は「名前: 中身」で書きます。", "A block is “name: content”."), place=node.place
        )
    if node.has("when") and not when(w, node.items("when")):
        return
    kinds = [k for k in node.value if k != "when"]
    unknown = [k for k in kinds if k not in PARTS]
    if unknown or len(kinds) != 1:
        known = ", ".join(sorted(PARTS))
        raise ReleaseError(
            Text(
                f"知らない部品「{', '.join(map(str, unknown or kinds))}」です。",
                f"The block “{', '.join(map(str, unknown or kinds))}” is unknown.",
            ),
            place=node.place,
            remedy=Text(f"使えるのは {known}", f"Known: {known}"),
        )
    try:
        yield from PARTS[kinds[0]](w, node[kinds[0]])
    except ReleaseError:
        raise
    except KumastatsError as error:
        place = error.place or Place(file=node.place.file, row=node.place.row)
        raise ReleaseError(error.found, place=place, remedy=error.remedy) from error


def _used(sections: tuple[Section, ...], notices: list[str]) -> set[str]:
    """Return the facts that are shown somewhere."""
    from kumastats.evidence.marks import marks
    from kumastats.report.page_text import texts

    shown = [t for s in sections for _, t in texts(s)] + list(notices)
    prefix = f"{words.FACT}."
    return {ref.removeprefix(prefix) for t in shown for ref, _ in marks(t) if ref.startswith(prefix)}

"""Parts written for a reader in a hurry: sentences, questions with their answers, words explained."""

from __future__ import annotations

from collections.abc import Iterator

from kumastats.display import HtmlTable
from kumastats.errors import ReleaseError
from kumastats.report.content import Block, Bullets, Heading, Paragraph
from kumastats.report.parts.evidence import NONE_YET, answers
from kumastats.report.writer import Writer
from kumastats.study.yaml_reader import Node
from kumastats.text import Text

MOST_ANSWERS = 3


def text(w: Writer, node: Node) -> Iterator[Block]:
    """A paragraph."""
    yield Paragraph(w.prose(node))


def heading(w: Writer, node: Node) -> Iterator[Block]:
    """A heading inside a section."""
    yield Heading(w.prose(node))


def bullets(w: Writer, node: Node) -> Iterator[Block]:
    """A list of sentences."""
    yield Bullets(tuple(w.prose(n) for n in node.entries()))


def questions(w: Writer, node: Node) -> Iterator[Block]:
    """Questions a council member or a reporter would ask, each answered from the register.

    ``answers`` lists evidence ids; those that are there answer. Where none is, the question stays open and says so.
    """
    for entry in node.entries():
        entry.known("ask", "answers", "say")
        yield Heading(w.prose(entry["ask"]))
        if entry.has("say"):
            yield Paragraph(w.prose(entry["say"]))
        asked = entry.has("answers")
        found = answers(w, entry["answers"], MOST_ANSWERS) if asked else None
        if found is not None:
            yield found
        if asked and found is None:
            yield Paragraph(NONE_YET(w.lang))
        if not asked and not entry.has("say"):
            raise ReleaseError(
                Text("問いに答えがありません。", "The question has no answer."), place=entry.place
            )


def glossary(w: Writer, node: Node) -> Iterator[Block]:
    """Terms in both languages, with their meaning in this one."""
    rows = [
        [
            w.prose(n["term"]),
            w.name(str(n["term"]["en" if w.lang == "ja" else "ja"].value)),
            w.prose(n["means"]),
        ]
        for n in node.entries()
    ]
    heads = [w.say("用語", "term"), w.say("英語", "in Japanese"), w.say("意味", "meaning")]
    yield HtmlTable(heads, rows, w.say("用語", "Glossary"), w.lang, right=frozenset())


PARTS = {"text": text, "heading": heading, "bullets": bullets, "questions": questions, "glossary": glossary}

"""What every part of the case study writes with: numbers by id, facts of the study, names, in one language."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping

from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.display import number, word
from kumastats.display.dates import day_text
from kumastats.errors import EvidenceError, Place, ReleaseError
from kumastats.evidence import EvidenceRecord, show
from kumastats.evidence.marks import mark
from kumastats.evidence.template import PLACEHOLDER
from kumastats.report import words
from kumastats.report.content import Absent, Fact, Finding, Source
from kumastats.report.namespace import ids_of
from kumastats.study.yaml_reader import Node
from kumastats.text import LANGS, Lang, Text


class Writer:
    """Writes one language of one document.

    Parameters
    ----------
    source
        What the document is made from. Numbers come from the register as it leaves, rounded as it is shown.
    """

    def __init__(self, source: Source, lang: Lang):
        self.source, self.lang = source, lang
        self.records = source.records
        self.by_id: Mapping[str, EvidenceRecord] = {r.id: r for r in source.records}
        body = json.loads(source.view)["records"]
        self.numbers = {r["id"]: [PublishedNumber.from_dict(x) for x in r["numbers"]] for r in body}
        self.series = {r["id"]: [PublishedSeries.from_dict(s) for s in r["series"]] for r in body}
        self.facts: dict[str, Fact] = {}
        self.names: set[str] = set()
        self.absent: dict[str, Absent] = {}

    def say(self, ja: str, en: str) -> str:
        """Return the words of this language."""
        return Text(ja, en)(self.lang)

    def join(self, texts: list[str] | tuple[str, ...]) -> str:
        """Return sentences after each other."""
        return self.say("。", "; ").join(t.rstrip("。") for t in texts)

    def name(self, text: Text | str) -> str:
        """Return a text whose digits belong to a name, a rule or a date that was written down; kept for the number check."""
        said = text(self.lang) if isinstance(text, Text) else text
        if re.search(r"\d", said):
            self.names.add(said)
        return said

    def title(self, r: EvidenceRecord) -> str:
        """Return the title of a record as a line begins: in English with a capital."""
        said = self.name(r.title)
        return said[:1].upper() + said[1:]

    def titled(self, r: EvidenceRecord) -> str:
        """Return the title of a record with its id."""
        return self.say(f"{self.title(r)}（{r.id}）", f"{self.title(r)} ({r.id})")

    def leave_out(self, asked: str, place: Place) -> None:
        """Keep that the words ask for a record which is not part of this release.

        Raises
        ------
        ReleaseError
            If no record of the study can ever be called so; with file and line.
        """
        stem = asked.removesuffix("*")
        known = ids_of(self.source.study) | self.source.elsewhere.keys()
        if not any(i.startswith(stem) if asked.endswith("*") else i == asked for i in known):
            raise words.unknown(asked, known, place)
        self.absent.setdefault(asked, Absent(asked, place.file or "", place.row or 0))

    def fact(self, name: str, value: float | dt.date, decimals: int = 0, unit: Text | None = None) -> str:
        """Return a number of the study itself as it is shown, and keep it."""
        shown = Text(*(_shown(value, lang, decimals, unit) for lang in LANGS))
        made = Fact(value.isoformat() if isinstance(value, dt.date) else f"{value:.10g}", shown)
        if self.facts.setdefault(name, made) != made:
            raise ReleaseError(Text(f"「{name}」が二通りあります。", f"There are two of “{name}”."))
        return mark(f"{words.FACT}.{name}", shown(self.lang))

    def held(self, id_: str, name: str) -> PublishedNumber | None:
        """Return a number of the register as it leaves, or None."""
        return next((x for x in self.numbers.get(id_, ()) if x.name == name), None)

    def show(self, id_: str, x: PublishedNumber, view: str = "") -> str:
        """Return a number of a record as it is shown, marked."""
        return mark(f"{id_}.{x.name}" + (f".{view}" if view else ""), show(x, self.lang, view))

    def number(self, id_: str, name: str, view: str, place: Place) -> str:
        """Return the number a text asks for.

        Raises
        ------
        ReleaseError
            If it is not published, or has no such view; with file and line.
        """
        if id_ == words.FACT:
            if name not in self.facts:
                raise words.unknown(f"fact.{name}", [f"fact.{f}" for f in self.facts], place)
            return mark(f"fact.{name}", self.facts[name].shown(self.lang))
        x = self.held(id_, name)
        if x is None:
            known = [f"{i}.{n.name}" for i, held in self.numbers.items() for n in held]
            raise words.unknown(f"{id_}.{name}", known, place, self.source.elsewhere.get(id_, ""))
        try:
            return self.show(id_, x, view)
        except EvidenceError as error:
            raise ReleaseError(error.found, place=place, remedy=error.remedy) from error

    def prose(self, node: Node) -> str:
        """Return a text of the words file."""
        return words.prose(node, self.lang, self.number, self.name)

    def statement(self, r: EvidenceRecord) -> str:
        """Return the sentence of a record with its numbers marked."""

        def one(match: re.Match[str]) -> str:
            if match["literal"] is not None:
                return self.name(match["literal"])
            x = self.held(r.id, match["name"])
            assert x is not None  # a record cannot be made otherwise
            return self.show(r.id, x, match["view"] or "")

        return PLACEHOLDER.sub(one, r.statement(self.lang))

    def finding(self, r: EvidenceRecord, *, brief: bool = False) -> Finding:
        """Return a record as a finding; `brief` leaves out what the reasons of its certainty say in brackets."""
        reasons = [t(self.lang) for t in r.certainty.reasons]
        why = self.join([self.name(without_brackets(t) if brief else t) for t in reasons])
        level = r.certainty.level
        return Finding(r.id, self.statement(r), word(level, self.lang), level, why)


def without_brackets(text: str) -> str:
    """Return a text without what stands in brackets, brackets within brackets too.

    >>> without_brackets("checks failed (without an event (A; B) it leaves its interval), few units")
    'checks failed, few units'
    >>> without_brackets("点検で不合格（出来事（甲、乙）を除く）")
    '点検で不合格'
    """
    out, depth = [], 0
    for c in text:
        depth += c in "(（"
        if not depth:
            out.append(c)
        depth -= depth > 0 and c in ")）"
    return re.sub(r" +(?=[,.;]|$)", "", re.sub(r"  +", " ", "".join(out)))


def _shown(value: float | dt.date, lang: Lang, decimals: int, unit: Text | None) -> str:
    if isinstance(value, dt.date):
        return day_text(value, lang)
    said = number(value, lang, decimals)
    if unit is None:
        return said
    return said + ("" if lang == "ja" else " ") + unit(lang)

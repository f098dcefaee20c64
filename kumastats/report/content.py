"""The case study as content: sections of sentences, figures and tables, before it becomes a PDF or a page.

Its words come from ``reports/case_study.yml``, its numbers from the register by id; an unknown id stops the build.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from kumastats.calendar import Quarter
from kumastats.display import Figure, HtmlTable, number, word
from kumastats.errors import Place, ReleaseError
from kumastats.evidence import EvidenceRecord, Register, sentence, show
from kumastats.evidence.template import refuse_typed_digits
from kumastats.report import assets, figures
from kumastats.study import Study
from kumastats.text import Lang, Text

WORDS = "case_study.yml"
_REFERENCE = re.compile(r"\{([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z][a-z0-9_]*)(?:\.([a-z]+))?\}")
ORDER = {"comparison": 0, "descriptive": 1, "model": 2, "claim": 3}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose."""

    text: str


@dataclass(frozen=True)
class Finding:
    """A finding: the sentence an official can quote, how sure it is, and why."""

    id: str
    text: str
    certainty: str
    level: str
    why: str


@dataclass(frozen=True)
class Section:
    """A section and what stands in it, in order."""

    id: str
    heading: str
    blocks: tuple[Paragraph | Finding | Figure | HtmlTable, ...]


@dataclass(frozen=True)
class Document:
    """A case study in one language.

    Attributes
    ----------
    date
        The day the latest data were received; a rebuild carries the same.
    notices
        What a reader must know first: synthetic, internal, who wrote it.
    """

    lang: Lang
    title: str
    subtitle: str
    author: str
    date: dt.date
    notices: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Source:
    """What a document is made from."""

    study: Study
    quarter: Quarter
    register: Register
    profile: str
    received_on: dt.date
    snapshot: str
    deliveries: int
    rows: int
    files: int
    locked_on: dt.date | None
    deviations: tuple[Text, ...]


def build(source: Source, lang: Lang) -> Document:
    """Return the case study in one language.

    Raises
    ------
    ReleaseError
        If the words name a number the register does not hold, or hold a typed figure.
    """
    words = yaml.safe_load((assets.reports() / WORDS).read_text(encoding="utf-8"))
    writer = _Writer(source, lang)
    sections = tuple(s for raw in words["sections"] if (s := writer.section(raw)) is not None)
    study = source.study
    notices = [writer.prose(n, "notices") for n in words["notices"]]
    if study.synthetic:
        notices.insert(0, word("synthetic", lang))
    if source.profile == "internal":
        notices.insert(0, word("internal", lang))
    partners = Text("・", ", ")(lang).join(p.name(lang) for p in study.partners)
    return Document(
        lang=lang,
        title=study.title(lang),
        subtitle=source.quarter.label(lang),
        author=partners,
        date=source.received_on,
        notices=tuple(notices),
        sections=sections,
    )


class _Writer:
    def __init__(self, source: Source, lang: Lang):
        self.source, self.lang = source, lang
        self.records = source.register.load_all()
        self.by_id = {r.id: r for r in self.records}

    def say(self, ja: str, en: str) -> str:
        return Text(ja, en)(self.lang)

    def section(self, raw: Mapping[str, Any]) -> Section | None:
        heading = Text.of(raw["heading"])(self.lang) if "heading" in raw else self._item(raw["item"])
        blocks = tuple(b for block in raw["blocks"] for b in self._blocks(block))
        return Section(raw.get("id", raw.get("item")), heading, blocks) if blocks else None

    def _item(self, id_: str) -> str:
        found = next((i.label(self.lang) for i in self.source.study.items if i.id == id_), None)
        if found is None:
            raise ReleaseError(
                Text(
                    f"連携項目「{id_}」は台帳にありません。", f"The register has no partnership item “{id_}”."
                ),
                place=Place(file=WORDS),
            )
        return found

    def prose(self, raw: Any, where: str) -> str:
        text = Text.of(raw)(self.lang)
        refuse_typed_digits(_REFERENCE.sub("", text), place=Place(file=WORDS, column=where))

        def one(match: re.Match[str]) -> str:
            return show(self.source.register.number(f"{match[1]}.{match[2]}"), self.lang, match[3] or "")

        return re.sub(r"\{=([^{}]*)\}", r"\1", _REFERENCE.sub(one, text))

    def _blocks(self, block: Mapping[str, Any]) -> Iterator[Paragraph | Finding | Figure | HtmlTable]:
        (kind, value), *_ = block.items()
        made = getattr(self, f"_{kind}", None)
        if made is None:
            raise ReleaseError(
                Text(f"知らない部品「{kind}」です。", f"The block “{kind}” is unknown."),
                place=Place(file=WORDS),
            )
        yield from made(value)

    def _text(self, value: Any) -> Iterator[Paragraph]:
        yield Paragraph(self.prose(value, "text"))

    def _headlines(self, value: Any) -> Iterator[Finding | Paragraph]:
        """The findings for the first page: comparisons first, then those named."""
        chosen = [r for r in self.records if r.kind == "comparison"]
        chosen += [self.by_id[i] for i in value if i in self.by_id and self.by_id[i] not in chosen]
        if not chosen:
            yield Paragraph(self.say("まだ結果がありません。", "There are no findings yet."))
        for record in chosen:
            yield self.finding(record)

    def _findings(self, item: str) -> Iterator[Finding | Figure | HtmlTable | Paragraph]:
        """Every record of a partnership item with its figure; items without evidence say so."""
        mine = sorted(
            (r for r in self.records if r.item == item and r.kind != "claim"),
            key=lambda r: (ORDER[r.kind], r.id),
        )
        if not mine:
            yield Paragraph(
                self.say("この項目の証拠は、まだありません。", "There is no evidence on this item yet.")
            )
        levels = [r for r in mine if r.id.startswith("level-")]
        for record in mine:
            if record in levels:
                continue
            yield self.finding(record)
            drawn = figures.of_record(record, self.by_id, self.lang)
            if drawn is not None:
                yield drawn
            if record.checks:
                yield self.checks(record)
        if levels:
            yield self.levels(levels)

    def _claims(self, _: Any) -> Iterator[HtmlTable | Paragraph]:
        found = [r for r in self.records if r.kind == "claim"]
        if not found:
            yield Paragraph(self.say("台帳に主張がありません。", "The register holds no claims."))
            return
        heads = [
            word("claim", self.lang),
            self.say("確かめた結果", "what was found"),
            word("verdict", self.lang),
        ]
        rows = []
        for r in found:
            why = self.say("。", "; ").join(t(self.lang) for t in r.reasons)
            shown = sentence(r, self.lang)
            rows.append(
                [
                    r.title(self.lang),
                    f"{shown}{self.say('（', ' (')}{why}{self.say('）', ')')}",
                    word(r.verdict or "", self.lang),
                ]
            )
        yield HtmlTable(
            heads,
            rows,
            self.say("公表された主張と判定", "Announced claims and verdicts"),
            self.lang,
            right=frozenset(),
        )

    def _certainty(self, _: Any) -> Iterator[HtmlTable]:
        heads = [
            self.say("番号", "id"),
            self.say("方法", "design"),
            word("certainty", self.lang),
            self.say("理由", "reasons"),
        ]
        rows = [
            [
                r.id,
                word(r.design, self.lang),
                word(r.certainty.level, self.lang),
                self.say("。", "; ").join(t(self.lang) for t in r.certainty.reasons),
            ]
            for r in self.records
            if r.kind != "claim" and not r.id.startswith("level-")
        ]
        yield HtmlTable(
            heads, rows, self.say("どれほど確かか", "How sure each finding is"), self.lang, right=frozenset()
        )

    def _provenance(self, _: Any) -> Iterator[HtmlTable | Paragraph]:
        s = self.source
        lock = s.locked_on.isoformat() if s.locked_on else self.say("固定されていない", "never locked")
        rows = [
            [self.say("計画の固定日", "plan locked on"), lock],
            [self.say("計画からの変更", "deviations from the plan"), number(len(s.deviations), self.lang)],
            [self.say("データの受領日（最後）", "latest data received"), s.received_on.isoformat()],
            [self.say("受領", "deliveries"), number(s.deliveries, self.lang)],
            [self.say("元のファイル", "source files"), number(s.files, self.lang)],
            [self.say("行", "rows"), number(s.rows, self.lang)],
            [self.say("スナップショット", "snapshot"), s.snapshot],
            [self.say("証拠の記録", "evidence records"), number(len(self.records), self.lang)],
            ["kumastats", self.records[0].code_version if self.records else assets.code_version()],
        ]
        heads = [self.say("項目", "item"), self.say("内容", "content")]
        yield HtmlTable(heads, rows, self.say("来歴", "Where it comes from"), self.lang, right=frozenset())
        for deviation in s.deviations:
            yield Paragraph(self.say("計画からの変更: ", "Deviation: ") + deviation(self.lang))

    def finding(self, r: EvidenceRecord) -> Finding:
        why = self.say("。", "; ").join(t(self.lang) for t in r.certainty.reasons)
        return Finding(
            r.id, sentence(r, self.lang), word(r.certainty.level, self.lang), r.certainty.level, why
        )

    def checks(self, r: EvidenceRecord) -> HtmlTable:
        heads = [word(k, self.lang) for k in ("check", "result")]
        rows = [[c.meaning(self.lang), word(c.result, self.lang)] for c in r.checks]
        return HtmlTable(
            heads, rows, self.say("この比較の点検", "Checks of this comparison"), self.lang, right=frozenset()
        )

    def levels(self, found: Sequence[EvidenceRecord]) -> HtmlTable:
        heads = [
            self.say("指標", "measure"), self.source.quarter.label(self.lang), self.say("件数", "n"),
            self.say("前年同期", "a year earlier"), self.say("件数", "n"),
        ]  # fmt: skip
        rows = []
        for r in found:
            cells = []
            for name in ("now", "before"):
                x = r.number(name)
                cells += [show(x, self.lang), show(x, self.lang, "n")] if x is not None else ["—", "—"]
            rows.append([r.title(self.lang), *cells])
        return HtmlTable(
            heads,
            rows,
            self.say("この四半期の指標", "Measures of this quarter"),
            self.lang,
            right=frozenset({1, 2, 3, 4}),
        )

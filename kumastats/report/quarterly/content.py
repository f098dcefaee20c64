"""The quarterly report as content: what needs a decision first, then the lights, their charts, and what lies behind."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kumastats.disclosure import PublishedNumber, Thresholds, enforce
from kumastats.display import HtmlTable, number, word
from kumastats.display.dates import day_text, days_left_text
from kumastats.evidence import EvidenceRecord, sentence, show
from kumastats.report import evidence_pages, figures
from kumastats.report.chapters.lacking import tables_lacking_in_report
from kumastats.report.content import (
    Block,
    Document,
    Lamp,
    Link,
    Links,
    Paragraph,
    Section,
    Source,
)
from kumastats.report.parts.evidence import levels_table
from kumastats.report.quarterly import lights as lighting
from kumastats.report.quarterly import quality, since
from kumastats.report.quarterly.changed import summary, to_make_again
from kumastats.report.quarterly.courses import Course
from kumastats.report.quarterly.decisions import decisions
from kumastats.report.quarterly.lights import Light
from kumastats.report.quarterly.since import Earlier
from kumastats.report.running.manifest import Ran
from kumastats.report.writer import Writer
from kumastats.study import Study
from kumastats.text import Lang, Text
from kumastats.warehouse import Revision
from kumastats.warehouse.rules import CheckReport

ON_PAGE_ONLY = frozenset({"levels", "records", "notebooks"})  # links and long lists are not printed


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything a quarterly report is made from, the same for both languages.

    Attributes
    ----------
    earlier
        Earlier states with what later deliveries changed in their data; None where that is not known.
    held
        Names of the tables held.
    pages
        Names of notebooks whose executed copy is a page beside the report, by language.
    reported
        Earlier quarters whose report still stands on earlier data.
    """

    source: Source
    courses: tuple[Course, ...]
    held: frozenset[str]
    checked: CheckReport
    ran: tuple[Ran, ...]
    earlier: tuple[tuple[Earlier, tuple[Revision, ...] | None], ...]
    pages: frozenset[tuple[str, Lang]]
    reported: tuple[str, ...] = ()

    @property
    def study(self) -> Study:
        """The study."""
        return self.source.study

    @property
    def records(self) -> tuple[EvidenceRecord, ...]:
        """The register."""
        return self.source.records

    @property
    def received_on(self) -> dt.date:
        """Day of the latest delivery; a rebuild carries the same."""
        return self.source.received_on

    @property
    def lights(self) -> tuple[Light, ...]:
        """Caps, comparisons, then monitored measures; the worst first."""
        made = [lighting.of_cap(r) for r in self.records if lighting.is_cap(r)]
        made += [lighting.of_comparison(r) for r in self.records if r.kind == "comparison"]
        made += [lighting.of_course(c) for c in self.courses]
        return tuple(sorted(made, key=lambda x: lighting.ORDER.index(x.level)))


def build(found: Findings, lang: Lang) -> Document:
    """Return the report in one language.

    Raises
    ------
    DisclosureError
        If a number may not stand on an internal page.
    """
    thresholds = Thresholds.of(dict(found.study.thresholds))
    enforce([x for r in found.records for x in r.published], thresholds, "internal")
    writer = _Writer(found, lang)
    made = [
        ("decisions", Text("判断が要ること", "What needs a decision"), writer.decisions()),
        ("lights", Text("信号と理由", "Lights and their reasons"), writer.lights()),
        ("charts", Text("月々の動き（管理図）", "Month by month (control charts)"), writer.charts()),
        (
            "cap",
            Text("時間外勤務の上限", "Caps on overtime"),
            writer.of_ids("cap", "bunching-cap", needs=("person_day", "person")),
        ),
        ("waits", Text("窓口の待ち時間", "Waits at the counters"), writer.waits()),
        (
            "savings",
            Text("これまでの節約と費用", "Savings and costs to date"),
            writer.of_ids("savings", "cost", needs=("cost",)),
        ),
        ("quality", Text("データの質", "Data quality"), writer.quality()),
        ("items", Text("連携項目", "Partnership items"), writer.items()),
        ("changed", Text("前回から変わったこと", "What has changed"), writer.changed()),
        ("levels", Text("この四半期の指標", "Measures of this quarter"), writer.levels()),
        ("records", Text("すべての証拠", "Every finding"), writer.every()),
        ("notebooks", Text("実行したノートブック", "Executed notebooks"), writer.notebooks()),
    ]
    sections = tuple(Section(id_, heading(lang), tuple(blocks)) for id_, heading, blocks in made)
    internal = word("internal", lang)
    notices = [internal[:1].upper() + internal[1:]]
    if found.study.synthetic:
        notices.append(word("synthetic", lang))
    notices.append(
        Text(
            f"{day_text(found.received_on)}までに受領したデータによる。信号は色だけでなく、形・言葉・理由とともに読む。",
            f"From data received by {day_text(found.received_on, 'en')}. Read each light by its shape, word and reason, not its colour.",
        )(lang)
    )
    return Document(
        lang=lang,
        title=Text(f"四半期報告: {found.study.title.ja}", f"Quarterly report: {found.study.title.en}")(lang),
        subtitle=found.source.quarter.label(lang),
        author=Text("・", ", ")(lang).join(p.name(lang) for p in found.study.partners),
        date=found.received_on,
        notices=tuple(notices),
        sections=sections,
        name="report",
    )


def printed(document: Document) -> Document:
    """Return what of the report goes on paper."""
    from dataclasses import replace

    return replace(document, sections=tuple(s for s in document.sections if s.id not in ON_PAGE_ONLY))


class _Writer:
    def __init__(self, found: Findings, lang: Lang):
        self.found, self.lang = found, lang
        self.writer = Writer(found.source, lang)
        self.lit = found.lights

    def say(self, ja: str, en: str) -> str:
        return Text(ja, en)(self.lang)

    def decisions(self) -> Iterator[Block]:
        f = self.found
        made = decisions(
            f.study, f.records, self.lit, f.checked, f.ran, f.source.locked_on is not None, f.received_on
        )
        if not made:
            yield Paragraph(self.say("いま判断の要ることはない。", "Nothing needs a decision now."))
            return
        rows = [[number(i, self.lang), d.what(self.lang), d.why(self.lang)] for i, d in enumerate(made, 1)]
        heads = [self.say("順", "no."), self.say("判断すること", "decision"), word("reason", self.lang)]
        yield HtmlTable(
            heads,
            rows,
            self.say("判断が要ること", "Matters for decision"),
            self.lang,
            right=frozenset({0}),
        )

    def lights(self) -> Iterator[Block]:
        if not self.lit:
            yield Paragraph(
                self.say(
                    "信号を出せる比較も、月ごとの指標も、まだない。",
                    "There is no comparison yet, nor a monthly measure, to give a light on.",
                )
            )
        for light in self.lit:
            shape, level, said, why = light.words(self.lang)
            yield Lamp(light.level, shape, level, light.subject(self.lang), said, why, light.id)

    def charts(self) -> Iterator[Block]:
        if not self.found.courses:
            yield Paragraph(
                self.say(
                    "この四半期より前に、欠けのない月が8つ以上ある指標は、まだない。",
                    "No measure has eight months without a gap before this quarter yet.",
                )
            )
            return
        yield Paragraph(
            self.say(
                "実線が中心、破線が限界。改革開始からこの四半期の前までの月々（二年に満たないうちは、改革前も含む）から求め、灰色の帯のこの四半期を"
                "それに照らして見る。◆は合図で、限界の外の点や、片側に続く点である。縦の線は最初の単位（職場など）に導入した月、水色の帯は外から大きく動かした出来事。",
                "The line is the centre, dashes are the limits, both from the months between the start of the reform and this quarter "
                "(and those before the reform while they are fewer than 24); this quarter, in the grey band, is judged by them. Points "
                "beyond the limits, or a run on one side, are signals (diamonds). Vertical lines: the first unit went live; pale blue bands: "
                "strong events from outside.",
            )
        )
        for course in self.found.courses:
            yield course.figure(self.lang)

    def of_ids(self, *starts: str, needs: Sequence[str]) -> Iterator[Block]:
        mine = [r for r in self.found.records if r.id.startswith(starts) and r.kind != "claim"]
        yield from self._told(mine, needs)

    def waits(self) -> Iterator[Block]:
        mine = [
            r
            for r in self.found.records
            if r.item == "counters" and r.kind != "claim" and not r.id.startswith("level-")
        ]
        yield from self._told(mine, ("ticket",))

    def _told(self, records: Sequence[EvidenceRecord], needs: Sequence[str]) -> Iterator[Block]:
        if not records:
            missing = tables_lacking_in_report(self.found.held.__contains__, *needs) or Text("", "")
            yield Paragraph(
                self.say(f"まだ証拠がない。{missing.ja}", f"There is no evidence yet. {missing.en}".strip())
            )
        told = [r for r in records if r.decidable or r.kind != "comparison"]
        for record in told:
            yield self.writer.finding(record)
            if record.decidable:
                yield from figures.of_record(self.writer, record)
        undecided = [r for r in records if r not in told]
        if undecided:  # the lights have told each with its reason
            names = Text(
                "".join(f"「{r.title.ja}」" for r in undecided),
                ", ".join(f"“{r.title.en}”" for r in undecided),
            )
            yield Paragraph(
                self.say(
                    f"{names.ja}は、まだ判断できない。理由と、何があれば判断できるかは「信号と理由」にある。",
                    f"{names.en}: not yet decidable. The lights give the reasons and what would decide it.",
                )
            )

    def quality(self) -> Iterator[Block]:
        found = quality.by_table(self.found.checked)
        failed = quality.failures(self.found.checked)
        yield Paragraph(
            self.say(
                f"{quality.score_words(quality.score(found), 'ja')}の行は、どの規則にも触れない。不合格の規則は{len(failed)}件。",
                f"{quality.score_words(quality.score(found), 'en')} of rows break no rule; {len(failed)} rules fail.",
            )
        )
        broken = [t for t in found if t.errors or t.warnings]
        if broken:
            yield quality.quality_table(broken, self.lang)
        if len(found) > len(broken):
            rest = len(found) - len(broken)
            if broken:
                told = Text(
                    f"ほかの{rest}の表は、どの規則にも触れない。", f"The other {rest} tables break no rule."
                )
            else:
                told = Text(
                    f"{rest}の表のどれも、規則に触れない。", f"None of the {rest} tables breaks a rule."
                )
            yield Paragraph(told(self.lang))

    def items(self) -> Iterator[Block]:
        f = self.found
        left = days_left_text(f.study.days_left(f.received_on))
        yield Paragraph(
            self.say(
                f"事例研究の公表期限は{day_text(f.study.term.due)}（{day_text(f.received_on)}の時点で{left.ja}）。",
                f"The case study is due on {day_text(f.study.term.due, 'en')} (on {day_text(f.received_on, 'en')}: {left.en}).",
            )
        )
        rows = []
        for item in f.study.items:
            mine = [r for r in f.records if r.item == item.id]
            compared = sum(r.kind == "comparison" for r in mine)
            none = self.say("まだ証拠がない", "no evidence yet")
            rows.append(
                [
                    item.label(self.lang),
                    number(len(mine), self.lang) if mine else none,
                    number(compared, self.lang),
                ]
            )
        heads = [
            self.say("連携項目", "item"),
            self.say("証拠", "findings"),
            self.say("うち比較", "of these comparisons"),
        ]
        yield HtmlTable(
            heads, rows, self.say("連携項目と証拠", "Items and evidence"), self.lang, right=frozenset({1, 2})
        )

    def changed(self) -> Iterator[Block]:
        if not self.found.earlier:
            yield Paragraph(
                self.say("これより前の報告も公表資料もない。", "There is no earlier report and no release.")
            )
        for earlier, corrected in self.found.earlier:
            yield from self._since(earlier, corrected)

    def _since(self, earlier: Earlier, corrected: tuple[Revision, ...] | None) -> Iterator[Block]:
        now = json.loads(self.found.source.view)
        changed = earlier.changed(now, self.found.study.publication.errata)
        name = earlier.name(self.lang)
        yield Paragraph(summary(earlier, len(changed), now)(self.lang))
        if changed:
            rows = [
                [c.title(self.lang), c.id, *(self._shown(x) for x in (c.before, c.after)), c.why(self.lang)]
                for c in changed
            ]
            heads = [
                self.say(*h) for h in (("証拠", "finding"), ("数値", "number"), ("前", "then"), ("今", "now"))
            ]
            yield HtmlTable(
                [*heads, word("reason", self.lang)], rows, self.say(f"{name}から変わった数値", f"Numbers changed since {name}"),
                self.lang, right=frozenset({2, 3}),
            )  # fmt: skip
        if corrected is None:
            yield Paragraph(
                self.say(
                    "その報告のデータは今の倉庫から組み立てられず、修正の表は作れない。",
                    "The data it was made on can no longer be put together, so no table of corrections can be made.",
                )
            )
        elif corrected:
            yield since.revisions_table(corrected, self.lang)
            again = to_make_again(corrected, self.found.reported)
            if again is not None:
                yield Paragraph(again(self.lang))
        else:
            yield Paragraph(
                self.say(
                    "すでに報告した四半期のデータに修正はない。",
                    "No data of quarters already reported were corrected.",
                )
            )

    def _shown(self, x: PublishedNumber | None) -> str:
        return show(x, self.lang) if x is not None else "—"

    def levels(self) -> Iterator[Block]:
        mine = [r for r in self.found.records if r.id.startswith("level-")]
        if mine:
            yield levels_table(self.writer, mine)
        else:
            yield Paragraph(self.say("まだ証拠がない。", "There is no evidence yet."))

    def every(self) -> Iterator[Block]:
        page = evidence_pages.name_of(self.lang)
        links = []
        for r in self.found.records:
            level = word(r.certainty.level, self.lang)
            links.append(Link(f"{page}#{r.id}", r.title(self.lang), f"{sentence(r, self.lang)} [{level}]"))
        yield Links(tuple(links))

    def notebooks(self) -> Iterator[Block]:
        links = []
        for r in self.found.ran:
            if r.lang != self.lang:
                continue
            note = ""
            if r.error:
                note = (
                    self.say("止まった。止まったところまで: ", "stopped; as far as it came: ")
                    + f"{r.lang}/{r.notebook}.failed.ipynb"
                )
            if (r.notebook, r.lang) in self.found.pages:
                links.append(Link(f"{r.lang}/{r.notebook}.html", r.notebook, note))
            elif note:
                links.append(Link(f"{r.lang}/{r.notebook}.failed.ipynb", r.notebook, note))
        yield Links(tuple(links))

"""Remote support by tablet: a pilot at counters that were chosen, not drawn by lot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kumastats import measures
from kumastats.calendar import Month
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import HtmlTable, number
from kumastats.display.dates import day_text
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.evidence.certainty import rate
from kumastats.evidence.template import literal_text
from kumastats.report.chapters import answered
from kumastats.report.session import Session
from kumastats.text import LANGS, Text
from kumastats.workload.enquiries import Pilot, pilot

INITIATIVE = "remote_support"
MEASURES = ("service_time", "counter_wait")
MONTHS = 12
NEEDS = Text(
    "遠隔支援の先行導入は比べられません。番号札（表 ticket）の導入前後の同じ月と、study.yml の initiatives に remote_support が要ります。",
    "The remote-support pilot cannot be compared: it takes tickets (table `ticket`) of the same months before and after, and remote_support among the initiatives of study.yml.",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Remote:
    """The pilot by one measure.

    Attributes
    ----------
    n
        Tickets of the pilots in the months compared.
    names
        Place to its name.
    """

    measure: str
    pilot: Pilot
    n: int
    names: dict[str, Text]

    def changes_table(self, session: Session) -> HtmlTable:
        """Return each place's change."""
        lang, asked = session.lang, measures.measure(self.measure)
        rows = [
            [
                self.names.get(c.unit, Text(c.unit, c.unit))(lang),
                (Text("先行", "pilot") if c.pilot else Text("ほか", "other"))(lang),
                number(c.before, lang, 1), number(c.change, lang, 1, signed=True), number(c.months, lang),
            ]
            for c in self.pilot.changes
        ]  # fmt: skip
        heads = [
            Text("庁舎", "office")(lang), Text("区分", "group")(lang), Text(f"前（{asked.unit.ja}）", f"before ({asked.unit.en})")(lang),
            Text("同じ月どうしの差", "same months, change")(lang), Text("月", "months")(lang),
        ]  # fmt: skip
        caption = Text(
            f"{asked.label.ja}: 先行した庁舎とほかの庁舎",
            f"{asked.label.en[:1].upper()}{asked.label.en[1:]}: pilots and others",
        )(lang)
        return HtmlTable(heads, rows, caption, lang, right=frozenset({2, 3, 4}))

    def bias_table(self, session: Session) -> HtmlTable:
        """Return what chance and a hidden reason could do."""
        lang, p, unit = session.lang, self.pilot, measures.measure(self.measure).unit

        def size(value: float) -> str:
            return number(value, lang, 1, signed=True) if math.isfinite(value) else "—"

        rows = [
            [Text("先行した庁舎の差 − ほかの庁舎の差", "change at pilots less change elsewhere")(lang), size(p.difference)],
            [Text("前の水準が最も近い庁舎と組にすると", "each pilot against the office most like it before")(lang), size(p.nearest)],
            [Text("誰にも入っていない一年前の、同じ差", "the same difference a year earlier, when nobody had it")(lang), size(p.earlier)],
            [Text("先行した庁舎の前の水準 − ほかの水準", "level of the pilots before less that of the others")(lang), size(p.level_gap)],
            [
                Text(f"偶然でこれほどの差になる割合（{p.ways}通りの選び方）", f"share of the {p.ways} ways to choose with such a difference")(lang),
                number(p.p, lang, 2),
            ],
            *(
                [
                    Text(f"隠れた理由で選ばれやすさが{g:g}倍違えば、最大で", f"at most, if a hidden reason made some {g:g} times as likely")(lang),
                    number(worst, lang, 2),
                ]
                for g, worst in p.hidden.items() if g > 1
            ),
        ]  # fmt: skip
        heads = [Text("点検", "check")(lang), Text(f"{unit.ja}・割合", f"{unit.en} or share")(lang)]
        why = p.undecidable
        note = (
            Text(f"判断できない: {why.ja}。", f"It cannot be decided: {why.en}.")(lang)
            if why is not None
            else ""
        )
        return HtmlTable(heads, rows, Text("くじで選んでいない先行導入で何が言えるか", "What a pilot not drawn by lot can tell")(lang), lang, note)  # fmt: skip


def pilots(session: Session) -> tuple[Remote, ...]:
    """Compare the pilot counters with the others, in the year after they had tablets; nothing where the register or the tickets lack it."""
    known = session.study.initiatives.get(INITIATIVE)
    if known is None or not known.live_dates() or not session.snapshot.has("ticket"):
        return ()
    live = known.live_dates()
    first = min(live.values())
    end = min(session.quarter.end, (Month.of(first) + MONTHS).start)
    end = min(end, (Month.of(first) + (MONTHS - 1)).end)
    if first > session.quarter.end:
        return ()
    made = []
    for id_ in MEASURES:
        asked = measures.measure(id_)
        cells = measures.cells(
            session.snapshot, id_, by=(asked.unit_column,), start=(Month.of(first) - 24).start, end=end
        )
        frame = measures.series(cells, asked)
        frame = frame[frame["contributors"] >= session.thresholds.min_n]
        if not len(frame):
            continue
        try:
            found = pilot(frame, set(live), first, end, unit=asked.unit_column)
        except WorkloadError:
            continue
        held = frame[frame[asked.unit_column].isin(list(live)) & (frame["period"] >= str(Month.of(first)))]
        made.append(Remote(id_, found, int(held["n"].sum()), _names(session)))
    return tuple(made)


def _names(session: Session) -> dict[str, Text]:
    if not session.snapshot.has("office"):
        return {}
    held = session.snapshot.frame("office", ("office_id", "name_ja", "name_en"))
    return {str(i): Text(str(ja), str(en) if en else str(ja)) for i, ja, en in held.itertuples(index=False, name=None)}  # fmt: skip


def questions(session: Session) -> answered.Answers:
    """Answer the register's questions about the tablets at the counters."""
    return answered.answers(
        session, [q for q in session.study.questions.values() if q.initiative == INITIATIVE and measures.measure(q.measure).theme == "counters"]
    )  # fmt: skip


def why_two(session: Session, found: Sequence[Remote], answers: answered.Answers) -> list[Text]:
    """Return why a measure has two estimates here, and which of them counts; empty where none has."""
    asked = {a.answer.question.measure: a.answer for a in answers.found}
    out = []
    for one in found:
        answer = asked.get(one.measure)
        if answer is None:
            continue
        q, m = answer.question, measures.measure(one.measure)
        months = max(c.months for c in one.pilot.changes)
        first = min(session.study.initiatives[INITIATIVE].live_dates().values())
        after = 12 * (q.end.year - first.year) + q.end.month - first.month + 1
        sizes = [
            Text(*(number(v, x, 1, signed=True) + Text(m.unit.ja, f" {m.unit.en}")(x) for x in LANGS))
            for v in (one.pilot.difference, answer.comparison.estimate)
        ]
        ja, en = (
            ("", "")
            if answer.comparison.decidable
            else ("どちらによっても、取組の効果かどうかは判断できない。", " By neither can it be decided whether the tablets did it.")
        )  # fmt: skip
        out.append(
            Text(
                f"{m.label.ja}に推定値が二つあるのは、比べる月と重みが違うためである。先行導入の点検（{sizes[0].ja}）は、導入後の{months}か月を前の年の同じ月と比べ、庁舎を等しく数える。"
                f"台帳の問い（{sizes[1].ja}）は、導入後{after}か月（{day_text(q.end)}まで）を、窓の初め（{day_text(q.start)}）からの導入前の全ての月と比べ、番号札の数で重みを付ける。"
                f"採るのは、期間と方法を先に決めてある台帳の問いで、点検は選び方の偶然と隠れた理由を調べるためのものである。{ja}",
                f"{m.label.en[:1].upper()}{m.label.en[1:]} has two estimates because they compare other months with other weights. The check of the pilot ({sizes[0].en}) sets the {months} months after going live "
                f"against the same months of the year before and counts offices alike; the register's question ({sizes[1].en}) sets the {after} months to {day_text(q.end, 'en')} against all months "
                f"from {day_text(q.start, 'en')} before going live, weighted by tickets. The register's counts, as its window and method were fixed first; the check is there to ask about the choice of places.{en}",
            )
        )
    return out


def record(session: Session, found: Remote) -> EvidenceRecord | None:
    """Return the record of a measure of the pilot: what was seen, and why it cannot be decided where it cannot."""
    asked, p = measures.measure(found.measure), found.pilot
    chosen = [c for c in p.changes if c.pilot]
    others = [c for c in p.changes if not c.pilot]
    decimals = session.thresholds.decimals(found.n, 1)

    def made(name: str, value: float) -> PublishedNumber:
        return PublishedNumber(
            name, value, "coefficient", n=found.n, contributors=found.n, units=found.n, unit=asked.unit, decimals=decimals
        )  # fmt: skip

    numbers = [
        made("pilots", sum(c.change for c in chosen) / len(chosen)),
        made("others", sum(c.change for c in others) / len(others)),
        made("difference", p.difference),
    ]
    if primary(numbers, session.thresholds):
        return None
    label, why = literal_text(asked.label), p.undecidable
    tail = (
        Text("タブレットの効果かどうかは判断できない", "whether the tablets did it cannot be decided")
        if why is not None
        else Text("くじで選んでいないので、効果とは言い切れない", "the places were not drawn by lot, so it is not proven an effect")
    )  # fmt: skip
    base = descriptive(
        f"pilot-{found.measure.replace('_', '-')}", session.origin_of("ticket"), item="counters",
        title=Text(f"遠隔支援を先行導入した庁舎の{asked.label.ja}", f"Remote-support pilot: {asked.label.en}"),
        statement=Text(
            f"同じ月どうしで比べると、先行した{{={len(chosen)}}}か所の{label.ja}は{{pilots.signed}}、ほかの{{={len(others)}}}か所は{{others.signed}}、差は{{difference.signed}}。{tail.ja}。",
            f"Same months compared, {label.en} changed by {{pilots.signed}} at the {{={len(chosen)}}} pilots and by {{others.signed}} at the {{={len(others)}}} others, a difference of {{difference.signed}}; {tail.en}.",
        ),
        numbers=numbers, measure=found.measure, unit=asked.unit, design="descriptive", n=found.n, n_units=len(p.changes),
        reasons=(Text("先行した庁舎はくじで選ばれていない", "the pilots were not drawn by lot"), *([why] if why else [])),
    )  # fmt: skip
    if why is None:
        return base
    return replace(
        base, design="did", inference="permutation", decidable=False, undecidable_reason=why,
        certainty=rate(design="did", decidable=False),
    )  # fmt: skip

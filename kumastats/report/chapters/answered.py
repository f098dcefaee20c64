"""The questions of the register answered: the comparison, the naive difference beside it, and where known the truth."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kumastats import measures
from kumastats.compare import Comparison
from kumastats.compare.answer import Answer, answer
from kumastats.compare.event_study import EventStudy
from kumastats.compare.plot import beside, event_study_figure
from kumastats.disclosure import PublishedNumber, PublishedSeries, check
from kumastats.display import Figure, HtmlTable, decimals_by_error, interval, number, word
from kumastats.errors import CompareError, MeasureError
from kumastats.evidence import EvidenceRecord, descriptive, from_comparison
from kumastats.evidence.template import literal_text
from kumastats.measures import Measure
from kumastats.report.session import Session
from kumastats.study import Question
from kumastats.tables import table
from kumastats.text import Text


@dataclass(frozen=True, eq=False)
class Answered:
    """A question with its records and figures.

    Attributes
    ----------
    truth
        The true effect where the city is synthetic; None in a real study.
    record, naive_record
        Of the comparison, and of the naive difference beside it where there is one.
    """

    answer: Answer
    truth: float | None
    record: EvidenceRecord
    naive_record: EvidenceRecord | None

    def beside(self, session: Session) -> Figure:
        """Draw truth, estimate and naive difference beside each other."""
        return beside(self.answer.comparison, self.answer.naive, self.truth, session.lang)

    def event_study(self, session: Session) -> Figure | None:
        """Draw the effect by months since going live; None where it was not estimable."""
        if self.answer.event_study is None:
            return None
        return event_study_figure(self.answer.event_study, session.lang)

    def course(self, session: Session) -> Figure | None:
        """Draw what the design follows over time: the effects by month of a staggered roll-out, a series; None without."""
        if self.answer.comparison.path is None:
            return None
        return self.answer.comparison.plot(session.lang)

    def specifications(self, session: Session) -> HtmlTable | None:
        """Return other reasonable answers that may be told, smallest estimate first; None for a design without any.

        An answer that rests on too few units is left out, and said so.
        """
        if self.answer.comparison.design not in ("did", "staggered", "randomised"):
            return None
        curve = self.answer.specifications
        least = (
            session.thresholds.min_units if measures.measure(self.answer.question.measure).of_people else 1
        )
        told = [
            s for s in curve.specifications
            if min(s.comparison.n_treated_clusters, s.comparison.n_clusters - s.comparison.n_treated_clusters) >= least
        ]  # fmt: skip
        if not told:
            return None
        kept = [s.name for s in curve.specifications if s not in told]
        shown = replace(curve, specifications=tuple(told)).table(
            session.lang, decimals=self.decimals(session)
        )
        if not kept:
            return shown
        names = ("、" if session.lang == "ja" else "; ").join(n(session.lang) for n in kept)
        note = Text(f"職場が少なく示さない: {names}", f"Resting on too few offices to be shown: {names}")
        return replace(shown, note=note(session.lang))

    def decimals(self, session: Session) -> int:
        """Return the decimals that its estimates may show."""
        return session.thresholds.decimals(self.answer.contributors, self.answer.comparison.decimals + 1)

    def precision(self, session: Session) -> Any:
        """Say what these data could have shown: the smallest effect, and the drift before going live they could miss."""
        c, d = self.answer.comparison, self.decimals(session)
        size = c.minimal_detectable_effect
        if not math.isfinite(size):
            return session.say(
                "この問いには判断できる検定がなく、見つかる大きさも言えません。",
                "No valid test answers this question, so no detectable size can be told.",
            )
        ja = [f"80％の確率で見つかる差は{number(size, 'ja', d)}{c.unit.ja}から。"]
        en = [f"A difference of {number(size, 'en', d)} {c.unit.en} would be found with 80% power."]
        smallest = self.answer.question.smallest_effect
        if smallest is not None:
            ja.append(f"知りたい最小の差は{number(smallest, 'ja', d)}{c.unit.ja}。")
            en.append(f"The smallest of interest is {number(smallest, 'en', d)} {c.unit.en}.")
        drift = self.answer.drift if c.design in ("did", "staggered", "randomised") else math.nan
        if math.isfinite(drift):
            ja.append(
                f"導入前の検査で見落としうる動きの差は、月に{number(drift, 'ja', d + 1)}{c.unit.ja}まで。"
            )
            en.append(
                f"The check before going live may miss a drift of up to {number(drift, 'en', d + 1)} {c.unit.en} a month."
            )
        return session.say("".join(ja), " ".join(en))

    def table(self, session: Session) -> HtmlTable:
        """Return truth, estimate and naive difference as a table."""
        lang = session.lang
        rows = []
        if self.truth is not None:
            rows.append([word("truth", lang), number(self.truth, lang, 2, signed=True), "—", "—"])
        for c in (self.answer.comparison, self.answer.beside, self.answer.naive):
            if c is None:
                continue
            name = word("naive" if c is self.answer.naive else c.design, lang)
            digits = decimals_by_error(*c.ci, 2, 0)
            ends = interval(*c.ci, lang, digits) if c.ci[0] == c.ci[0] else "—"
            rows.append([name, number(c.estimate, lang, digits, signed=True), ends, number(c.n, lang)])
        heads = [
            Text("方法", "method")(lang),
            self.answer.comparison.unit(lang),
            word("interval", lang),
            measures.measure(self.answer.question.measure).denominator(lang),
        ]
        return HtmlTable(heads, rows, self.answer.question.text(lang), lang, right=frozenset({1, 2, 3}))


@dataclass(frozen=True)
class Refused:
    """A question of the register that these data cannot answer, and why."""

    question: Question
    why: Text

    def notice(self, session: Session) -> Any:
        """Say so."""
        return session.say(
            f"問い「{self.question.text.ja}」には、このデータでは答えられません。{self.why.ja}",
            f"The question “{self.question.text.en}” cannot be answered with these data. {self.why.en}",
        )


@dataclass(frozen=True, eq=False)
class Answers:
    """The register's questions of one theme."""

    found: tuple[Answered, ...]
    refused: tuple[Refused, ...]

    @property
    def none_asked(self) -> bool:
        """Whether the register asks nothing here."""
        return not self.found and not self.refused


def of_theme(session: Session, theme: str) -> Answers:
    """Answer every question of the register whose measure belongs to `theme`."""
    questions = session.study.questions.values()
    return answers(session, [q for q in questions if measures.measure(q.measure).theme == theme])


def answers(session: Session, questions: Iterable[Question]) -> Answers:
    """Answer these questions of the register, each or the reason why it cannot be."""
    found, refused = [], []
    for question in questions:
        asked = measures.measure(question.measure)
        if not session.snapshot.has(asked.table):
            refused.append(Refused(question, _missing(asked)))
            continue
        if question.end > session.quarter.end:
            refused.append(Refused(question, _too_early(question)))
            continue
        try:
            made = answer(question, session.study, session.snapshot)
        except (CompareError, MeasureError) as error:
            refused.append(Refused(question, error.found))
            continue
        told = _answered(session, made)
        if isinstance(told, Answered):
            found.append(told)
        else:
            refused.append(told)
    return Answers(tuple(found), tuple(refused))


def none_asked(session: Session) -> Any:
    """Say that the register asks nothing of a theme, and where questions are written."""
    return session.say(
        "研究台帳（study.yml の questions）に、この章の問いがまだありません。問いを書くと、ここから先で答えます。",
        "The study register (questions in study.yml) asks nothing of this chapter yet. What is asked there is answered from here on.",
    )


def _too_early(question: Question) -> Text:
    """Say when it will be answered: to look before the window closes is to look more than once."""
    return Text(
        f"期間（{question.end:%Y-%m}まで）がまだ終わっていません。",
        f"Its window (to {question.end:%Y-%m}) has not closed yet.",
    )


def _missing(asked: Measure) -> Text:
    label = table(asked.table).label
    return Text(
        f"表「{label.ja}」（{asked.table}）がありません。",
        f"The table “{label.en}” ({asked.table}) is not held.",
    )


def _answered(session: Session, found: Answer) -> Answered | Refused:
    """Return the answer with its records, or the rule that keeps it from being told."""
    question, asked = found.question, measures.measure(found.question.measure)
    truth = session.truth.get(question.id, {}).get("value")
    event = _event_series(found, found.event_study, session) if found.event_study is not None else None
    extra = _beside(session, found, truth)
    rolled_out = session.study.initiatives.get(question.initiative)
    record = from_comparison(
        found.comparison, question, session.origin_of(asked.table), contributors=found.contributors,
        retrospective=found.retrospective, deviations=[d.text for d in session.deviations if f"[{question.id}]" in d.path],
        thresholds=session.thresholds, of_people=asked.of_people, series=[event] if event is not None else [],
        extra=extra, about=rolled_out.label if rolled_out is not None else None,
    )  # fmt: skip
    against = check(record.published, session.thresholds, "internal")
    if against:
        return Refused(question, against[0].found)
    naive = _naive_record(session, found, found.naive) if found.naive is not None else None
    if naive is not None and check(naive.published, session.thresholds, "internal"):
        naive = None
    return Answered(found, truth, record, naive)


def _beside(session: Session, found: Answer, truth: float | None) -> list[PublishedNumber]:
    """Return what stands beside the effect: the truth of a synthetic city, and the other of two-way and staggered effects."""
    out, c = [], found.comparison
    if truth is not None:
        out.append(PublishedNumber("truth", truth, "simulated", unit=c.unit, decimals=max(1, c.decimals)))
    other = found.beside
    if other is not None and math.isfinite(other.ci[0]):
        of_people = measures.measure(found.question.measure).of_people
        units = min(other.n_treated_clusters, other.n_clusters - other.n_treated_clusters)
        out.append(
            PublishedNumber(
                other.design, other.estimate, "coefficient", n=other.n, contributors=found.contributors, unit=c.unit,
                decimals=session.thresholds.decimals(found.contributors, c.decimals), low=other.ci[0], high=other.ci[1],
                units=units if of_people else found.contributors,
            )
        )  # fmt: skip
    return out


def _event_series(found: Answer, path: EventStudy, session: Session) -> PublishedSeries:
    frame = path.frame
    settings = session.thresholds
    people = [min(found.contributors, int(n)) for n in frame["n"]]
    of_people = measures.measure(found.question.measure).of_people
    # a point that would have to be told more coarsely than the rest is not told
    decimals = settings.decimals(found.contributors, found.comparison.decimals)
    clear = [
        (u >= settings.min_units or not of_people)
        and p >= settings.min_n
        and settings.decimals(p, decimals) == decimals
        for u, p in zip(frame["units"], people, strict=True)
    ]
    none = [None] * len(frame)

    def kept(column: str) -> tuple[float | None, ...]:
        return tuple(float(v) if ok and v == v else None for v, ok in zip(frame[column], clear, strict=True))

    reference = frame["event_month"] == -1
    low, high = kept("low"), kept("high")
    return PublishedSeries(
        name="event_study",
        x=tuple(int(m) for m in frame["event_month"]),
        y=tuple(None if r else v for v, r in zip(kept("estimate"), reference, strict=True)),
        lo=tuple(None if r else v for v, r in zip(low, reference, strict=True)) if low else tuple(none),
        hi=tuple(None if r else v for v, r in zip(high, reference, strict=True)) if high else tuple(none),
        n=tuple(int(v) for v in frame["n"]),
        contributors=tuple(people),
        form="coefficient",
        unit=found.comparison.unit,
        decimals=decimals,
        units=(int(frame["units"][list(clear)].min()) if any(clear) else 0)
        if of_people
        else found.contributors,
        label=found.comparison.label,
    )


def _naive_record(session: Session, found: Answer, c: Comparison) -> EvidenceRecord:
    label, units = literal_text(c.label), found.comparison.counted
    decimals = session.thresholds.decimals(found.contributors, c.decimals)
    finite = c.ci[0] == c.ci[0]
    effect = PublishedNumber(
        "change", c.estimate, "coefficient", n=c.n, contributors=found.contributors, unit=c.unit, decimals=decimals,
        low=c.ci[0] if finite else None, high=c.ci[1] if finite else None, units=c.n_units if measures.measure(c.measure).of_people else found.contributors,
    )  # fmt: skip
    ends = (
        Text("（{=95％信頼区間} {change.interval}）", " ({=95% CI} {change.interval})")
        if finite
        else Text("", "")
    )
    return descriptive(
        f"naive-{found.question.id}", session.origin_of(measures.measure(c.measure).table), item=found.question.item,
        title=Text(f"単純な前後差（{c.label.ja}）", f"Naive before/after ({c.label.en})"),
        statement=Text(
            f"同じ{units.ja}の前年同月と比べると、{label.ja}は{{change.signed}}{ends.ja}。比べる相手がないので、効果とは言えない。",
            f"Against the same months a year earlier at the same {units.en}, {label.en} changed by {{change.signed}}{ends.en}; without a comparison group this is no effect.",
        ),
        numbers=[effect], measure=c.measure, unit=c.unit, design="descriptive", n=c.n, n_units=c.n_units, dropped=c.dropped,
    )  # fmt: skip

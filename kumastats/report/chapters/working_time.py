"""Working time: the course over the years, and the questions of the register answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kumastats import measures
from kumastats.calendar import shocks_during
from kumastats.compare import Comparison
from kumastats.compare.answer import Answer, answer
from kumastats.compare.plot import beside, event_study_figure, two_lines_figure
from kumastats.disclosure import PublishedNumber, PublishedSeries
from kumastats.display import Figure, HtmlTable, interval, number, word
from kumastats.evidence import EvidenceRecord, descriptive, from_comparison
from kumastats.evidence.template import literal_text
from kumastats.report.chapters.quality import series_by_year
from kumastats.report.session import Session
from kumastats.text import Text


@dataclass(frozen=True, eq=False)
class Answered:
    """A question with its records and figures.

    Attributes
    ----------
    truth
        The true effect where the city is synthetic; None in a real study.
    record, naive_record
        Of the comparison, and of the naive difference beside it.
    """

    answer: Answer
    truth: float | None
    record: EvidenceRecord
    naive_record: EvidenceRecord

    def beside(self, session: Session) -> Figure:
        """Draw truth, estimate and naive difference beside each other."""
        return beside(self.answer.comparison, self.answer.naive, self.truth, session.lang)

    def event_study(self, session: Session) -> Figure:
        """Draw the effect by months since going live."""
        return event_study_figure(self.answer.event_study, session.lang)

    def table(self, session: Session) -> HtmlTable:
        """Return truth, estimate and naive difference as a table."""
        lang = session.lang
        rows = []
        if self.truth is not None:
            rows.append([word("truth", lang), number(self.truth, lang, 2, signed=True), "—", "—"])
        for name, c in (
            (word("did", lang), self.answer.comparison),
            (word("naive", lang), self.answer.naive),
        ):
            ends = interval(*c.ci, lang, 2) if c.ci[0] == c.ci[0] else "—"
            rows.append([name, number(c.estimate, lang, 2, signed=True), ends, number(c.n, lang)])
        heads = [
            Text("方法", "method")(lang),
            self.answer.comparison.unit(lang),
            word("interval", lang),
            Text("人・月", "person-months")(lang),
        ]
        return HtmlTable(heads, rows, self.answer.question.text(lang), lang, right=frozenset({1, 2, 3}))


def answered(session: Session) -> tuple[Answered, ...]:
    """Answer every question about attendance that the data allow."""
    if not session.snapshot.has("person_day"):
        return ()
    out = []
    for question in session.study.questions.values():
        if measures.measure(question.measure).table != "person_day":
            continue
        found = answer(question, session.study, session.snapshot)
        truth = session.truth.get(question.id, {}).get("value")
        record = from_comparison(
            found.comparison, question, session.origin_of("person_day"), contributors=found.contributors,
            retrospective=found.retrospective, deviations=[d.text for d in session.deviations if f"[{question.id}]" in d.path],
            thresholds=session.thresholds, series=[_event_series(found, session)],
            extra=[PublishedNumber("truth", truth, "simulated", unit=found.comparison.unit, decimals=1)] if truth is not None else [],
        )  # fmt: skip
        out.append(Answered(found, truth, record, _naive_record(session, found)))
    return tuple(out)


def _event_series(found: Answer, session: Session) -> PublishedSeries:
    frame = found.event_study.frame
    clear = [u >= session.thresholds.min_units for u in frame["units"]]
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
        contributors=tuple(max(found.contributors, 0) for _ in frame["n"]),
        form="coefficient",
        unit=found.comparison.unit,
        decimals=session.thresholds.decimals(found.contributors, 2),
        units=int(frame["units"][list(clear)].min()) if any(clear) else 0,
        label=found.comparison.label,
    )


def _naive_record(session: Session, found: Answer) -> EvidenceRecord:
    c: Comparison = found.naive
    label = literal_text(c.label)
    decimals = session.thresholds.decimals(found.contributors, c.decimals)
    finite = c.ci[0] == c.ci[0]
    effect = PublishedNumber(
        "change", c.estimate, "coefficient", n=c.n, contributors=found.contributors, unit=c.unit, decimals=decimals,
        low=c.ci[0] if finite else None, high=c.ci[1] if finite else None, units=c.n_units,
    )  # fmt: skip
    ends = (
        Text("（{=95％信頼区間} {change.interval}）", " ({=95% CI} {change.interval})")
        if finite
        else Text("", "")
    )
    return descriptive(
        f"naive-{found.question.id}", session.origin_of("person_day"), item=found.question.item,
        title=Text(f"単純な前後差（{c.label.ja}）", f"Naive before/after ({c.label.en})"),
        statement=Text(
            f"同じ職場の前年同月と比べると、{label.ja}は{{change.signed}}{ends.ja}。比べる職場がないので、効果とは言えない。",
            f"Against the same months a year earlier at the same offices, {label.en} changed by {{change.signed}}{ends.en}; without a comparison group this is no effect.",
        ),
        numbers=[effect], measure=c.measure, unit=c.unit, design="descriptive", n=c.n, n_units=c.n_units, dropped=c.dropped,
    )  # fmt: skip


def course(session: Session, id_: str = "ordered_overtime") -> Figure | None:
    """Draw a measure by month over all years, with the graver shocks."""
    asked = measures.measure(id_)
    if not session.snapshot.has(asked.table):
        return None
    made = measures.cells(session.snapshot, id_, by=(), period="month")
    frame = measures.series(made, asked)
    frame = frame[frame["contributors"] >= session.thresholds.min_n]
    if not len(frame):
        return None
    frame = frame.assign(group=asked.label(session.lang))
    events: dict[dt.date, Text] = {}
    if asked.shock_outcome:
        span = session.snapshot.span(asked.table)
        assert span is not None
        grave = [
            s
            for s in shocks_during(*span, outcome=asked.shock_outcome)
            if s.grave and s.kind in ("shock", "other_intervention")
        ]
        for shock in sorted(grave, key=lambda s: s.start):
            if all(abs((shock.start - d).days) > 240 for d in events) and shock.start >= span[0]:
                events[shock.start] = Text(
                    f"{shock.event.ja}（{shock.start:%Y-%m}）", f"{shock.event.en} ({shock.start:%Y-%m})"
                )
    for initiative in session.study.initiatives.values():
        if asked.population in ("city", "teacher") and initiative.live_dates():
            first = min(initiative.live_dates().values())
            if asked.population == "city":
                events[first] = Text(
                    f"{initiative.label.ja}の開始（{first:%Y-%m}）",
                    f"{initiative.label.en} begins ({first:%Y-%m})",
                )
    n = int(frame["n"].sum())
    caption = Text(
        f"月ごとの平均。延べ{n:,}人・月。{asked.caveat.ja}",
        f"Monthly means; {n:,} person-months in all. {asked.caveat.en}",
    )(session.lang)
    return two_lines_figure(frame, asked.unit, asked.label, session.lang, events=events, caption=caption)


def by_year_record(session: Session, id_: str, item: str) -> EvidenceRecord | None:
    """Return the record of a measure by fiscal year: first and last year with data."""
    series = series_by_year(session, id_)
    if series is None:
        return None
    points = [
        (x, p)
        for x, p in zip(
            [x for x, y in zip(series.x, series.y, strict=True) if y is not None],
            series.points(),
            strict=True,
        )
    ]
    if len(points) < 2:
        return None
    asked = measures.measure(id_)
    (first_x, first), (last_x, last) = points[0], points[-1]
    numbers = [_renamed(first, "first"), _renamed(last, "last")]
    label = literal_text(asked.label, first=True)
    years = [str(x).removeprefix("FY") for x in (first_x, last_x)]
    return descriptive(
        f"course-{id_.replace('_', '-')}", session.origin_of(asked.table), item=item, title=asked.label,
        statement=Text(
            f"{label.ja}は{{={years[0]}年度}}の{{first}}から{{={years[1]}年度}}の{{last}}になった。他の出来事の影響も含む。",
            f"{label.en}: {{first}} in {{=FY{years[0]}}}, {{last}} in {{=FY{years[1]}}}, other events included.",
        ),
        numbers=numbers, measure=id_, unit=asked.unit, design="descriptive", series=[series], n=int(sum(series.n)), reasons=(asked.caveat,),
    )  # fmt: skip


def _renamed(x: PublishedNumber, name: str) -> PublishedNumber:
    from dataclasses import replace

    return replace(x, name=name)

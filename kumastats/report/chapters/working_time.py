"""The course of a measure over the years, beside the events that may move it."""

from __future__ import annotations

import datetime as dt

from kumastats import measures
from kumastats.calendar import shocks_during
from kumastats.compare.plot import two_lines_figure
from kumastats.disclosure import PublishedNumber
from kumastats.display import Figure
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.evidence.template import literal_text
from kumastats.report.chapters.quality import series_by_year
from kumastats.report.session import Session
from kumastats.text import Text


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
    asking = (q for q in session.study.questions.values() if measures.measure(q.measure).theme == asked.theme)
    about = {q.initiative for q in asking}
    for initiative in session.study.initiatives.values():
        if initiative.live_dates() and initiative.id in about:
            first = min(initiative.live_dates().values())
            events[first] = Text(
                f"{initiative.label.ja}の開始（{first:%Y-%m}）",
                f"{initiative.label.en} (from {first:%Y-%m})",
            )
    n = int(frame["n"].sum())
    what = asked.denominator
    caption = Text(
        f"月ごとの平均。{what.ja} {n:,}。{asked.caveat.ja}",
        f"Monthly means; {n:,} {what.en}. {asked.caveat.en}",
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

"""The course of headline measures month by month, as control charts: one measure for each partnership item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from kumastats import measures
from kumastats.calendar import Month, Quarter
from kumastats.compare.spc import Xmr, xmr
from kumastats.compare.subject import Subject
from kumastats.disclosure import PublishedNumber, PublishedSeries, Thresholds, check, primary
from kumastats.display import Figure
from kumastats.display.dates import day_text, month_ticks
from kumastats.errors import CompareError
from kumastats.evidence import EvidenceRecord, show
from kumastats.measures import Measure
from kumastats.report.chapters.levels import number_of
from kumastats.report.quarterly.chart_marks import ChartMarks, marks_of
from kumastats.study import Study
from kumastats.tables import table
from kumastats.text import LANGS, Lang, Text
from kumastats.warehouse import Snapshot

YEAR = 12
LEAST = 8  # points below which limits say little
LONG = 2 * YEAR  # months before the quarter that tell a season from a course


@dataclass(frozen=True, eq=False)
class Course:
    """A measure month by month.

    Attributes
    ----------
    months
        ``2018-04``, … of the points of the chart.
    recent
        How many points lie in the quarter reported: they are judged by the months before it.
    last
        The latest value, for the sentence.
    seasonal
        Whether the season was taken out of the points.
    marks
        What stands on the chart beside them.
    source
        The data it is drawn from.
    """

    measure: Measure
    months: tuple[str, ...]
    chart: Xmr
    recent: int
    last: PublishedNumber
    seasonal: bool
    marks: ChartMarks = field(default_factory=ChartMarks)
    source: Text = field(default_factory=lambda: Text("", ""))

    @property
    def said(self) -> Text:
        """The latest value in a sentence, as it was and, where the chart shows that, without the season."""
        month = Month(self.months[-1])
        ja, en = (show(self.last, lang) for lang in LANGS)
        apart = Text("", "")
        if self.seasonal:
            drawn = float(self.chart.frame["value"].iloc[-1]) / (100 if self.measure.is_share else 1)
            level = replace(self.last, value=drawn)
            apart = Text(
                f"、季節の動きを除くと{show(level, 'ja')}", f", {show(level, 'en')} without the season"
            )
        return Text(
            f"{self.measure.label.ja}は{month.label('ja')}に{ja}{apart.ja}。",
            f"{self.measure.label.en[:1].upper()}{self.measure.label.en[1:]} was {en} in {month.label('en')}{apart.en}.",
        )

    def figure(self, lang: Lang) -> Figure:
        """Draw the chart; what its lines and points are is told once, before the first of them."""
        drawn = self.chart.plot(
            lang,
            labels=month_ticks(self.months, lang),
            live={at: name(lang) for at, name in self.marks.live.items()},
            shocks=self.marks.bands,
            height_mm=52,
        )
        counted = Text(f"n={len(self.months)}か月。", f"n={len(self.months)} months.")
        taken = (
            Text("季節の動きは除いてある。", "The season is taken out.") if self.seasonal else Text("", "")
        )
        parts = (counted, taken, self.marks.caption, self.source)
        return replace(drawn, caption=("" if lang == "ja" else " ").join(p(lang) for p in parts if p(lang)))


def courses(
    study: Study,
    snapshot: Snapshot,
    quarter: Quarter,
    records: Sequence[EvidenceRecord],
    thresholds: Thresholds,
) -> tuple[Course, ...]:
    """Return the charts that can be drawn, in the order of the partnership items."""
    out = []
    for item in study.items:
        asked = [q.measure for q in study.questions.values() if q.item == item.id]
        told = [r.measure for r in records if r.item == item.id and r.id.startswith("level-")]
        for id_ in dict.fromkeys([*(m for m in asked if m in told), *told]):
            made = course(study, snapshot, quarter, measures.measure(id_), thresholds)
            if made is not None:
                out.append(made)
                break
    return tuple(out)


def course(
    study: Study, snapshot: Snapshot, quarter: Quarter, asked: Measure, thresholds: Thresholds
) -> Course | None:
    """Return a measure's chart until the end of a quarter; None where a month is missing or too few people make it up."""
    if not snapshot.has(asked.table):
        return None
    frame = measures.series(measures.cells(snapshot, asked.id, by=(), period="month", end=quarter.end), asked)
    frame = frame[frame["n"] > 0].reset_index(drop=True)
    months = [Month(str(m)) for m in frame["period"]]
    if len(months) < LEAST or any(a + 1 != b for a, b in pairwise(months)):
        return None
    if months[-1].start < quarter.start:
        return None
    recent = sum(m.start >= quarter.start for m in months)
    since = [m for m in months if m.start >= study.term.start]
    if len(since) >= LONG + recent:  # enough of the term itself: what was before it has figures of its own
        frame, months = frame.iloc[-len(since) :], since
    points = [number_of(row, asked, "last", thresholds) for row in frame.to_dict("records")]
    if any(primary([p], thresholds) for p in points):
        return None
    scale = 100 if asked.is_share else 1
    values = [p.value * scale for p in points]
    unit = Text("％", "%") if asked.is_share else asked.unit
    seasonal = len(months) - recent >= LONG and min(values) > 0
    subject = Subject(asked.id, asked.label, unit)
    chart = judged(values, recent, subject, seasonal=seasonal)
    if chart is None or check([_published(points, [str(m) for m in months], asked)], thresholds, "internal"):
        return None
    named = tuple(str(m) for m in months)
    return Course(
        asked,
        named,
        chart,
        recent,
        points[-1],
        seasonal,
        marks_of(study, asked, named),
        _source(snapshot, asked),
    )


def _source(snapshot: Snapshot, asked: Measure) -> Text:
    """Return the table a measure is from, and which state of it."""
    label = table(asked.table).label
    day = max(d.received_on for d in snapshot.deliveries if d.table == asked.table)
    return Text(
        f"出典: {label.ja}（{day_text(day)}までに受領、スナップショット {snapshot.id}）。",
        f"Source: {label.en} (received by {day_text(day, 'en')}, snapshot {snapshot.id}).",
    )


def judged(values: Sequence[float], recent: int, subject: Subject, *, seasonal: bool) -> Xmr | None:
    """Hold the latest values to limits, and to a season, made from those before; None where these are too few."""
    before = len(values) - recent
    if before < LEAST:
        return None
    try:
        return xmr(
            without_season(values, before) if seasonal else values,
            judged=recent,
            years_taken=before / YEAR if seasonal else None,
            subject=subject,
        )
    except CompareError:
        return None


def without_season(values: Sequence[float], known: int, year: int = YEAR) -> tuple[float, ...]:
    """Divide by what each place in the year is of the mean, so that a positive measure stays positive.

    Parameters
    ----------
    known
        How many values, from the first, the season is taken from: at least a year.

    >>> without_season([1, 3] * 13, 24, year=2)[:2]
    (2.0, 2.0)
    """
    all_of_it = np.asarray(values, dtype=float)
    held = all_of_it[:known]
    place = np.array([held[s::year].mean() for s in range(year)])
    share = place / place.mean()
    return tuple(float(v) for v in all_of_it / share[np.arange(len(all_of_it)) % year])


def _published(points: Sequence[PublishedNumber], periods: Sequence[str], asked: Measure) -> PublishedSeries:
    return PublishedSeries(
        name="course", x=tuple(periods), y=tuple(p.value for p in points), n=tuple(int(p.n or 0) for p in points),
        contributors=tuple(int(p.contributors or 0) for p in points),
        numerator=tuple(int(p.numerator or 0) for p in points) if asked.is_share else (), form=points[0].form, unit=asked.unit,
        decimals=min(p.decimals for p in points), rows_per_person=max(p.rows_per_person for p in points), label=asked.label,
    )  # fmt: skip

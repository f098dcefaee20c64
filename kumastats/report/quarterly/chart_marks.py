"""What stands on a control chart beside its points: when something went live, and what moves the measure from outside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kumastats.calendar import Month
from kumastats.calendar.shocks import Shock, known_shocks
from kumastats.measures import Measure
from kumastats.study import Study
from kumastats.text import Text

STRONG = ("++", "--")  # directions in the calendar of shocks that a chart shows; the others would cover it


@dataclass(frozen=True)
class ChartMarks:
    """Marks of a chart by the position of its points.

    Attributes
    ----------
    live
        What went live, by the first point with it.
    shocks
        First and last point of each event from outside.
    """

    live: Mapping[int, Text] = field(default_factory=dict)
    shocks: tuple[tuple[int, int, Text], ...] = ()

    @property
    def bands(self) -> tuple[tuple[int, int], ...]:
        """First and last point of each stretch with any event; those that overlap or touch are one."""
        made: list[tuple[int, int]] = []
        for first, last, _ in sorted(self.shocks, key=lambda s: s[:2]):
            if made and first <= made[-1][1] + 1:
                made[-1] = (made[-1][0], max(made[-1][1], last))
            else:
                made.append((first, last))
        return tuple(made)

    @property
    def caption(self) -> Text:
        """What the bands are, in a sentence; empty without any."""
        if not self.shocks:
            return Text("", "")
        return Text(
            f"水色の帯: {'、'.join(s.ja for _, _, s in self.shocks)}。",
            f"Pale blue: {'; '.join(s.en for _, _, s in self.shocks)}.",
        )


def marks_of(study: Study, asked: Measure, months: Sequence[str]) -> ChartMarks:
    """Return the go-live dates of the initiatives asked about with this measure, and the strong shocks to it.

    Parameters
    ----------
    months
        ``2018-04``, … of the points, without a gap.
    """
    place = {m: i for i, m in enumerate(months)}
    live: dict[int, Text] = {}
    for id_ in dict.fromkeys(q.initiative for q in study.questions_on(asked.id)):
        dates = sorted(study.initiatives[id_].live_dates().values())
        at = place.get(str(Month.of(dates[0]))) if dates else None
        if not at:  # before the chart begins, or with its first point
            continue
        label = study.initiatives[id_].label
        if dates[-1] > dates[0]:
            label = Text(f"{label.ja}（順次）", f"{label.en} (in waves)")
        told = live.get(at)
        live[at] = Text(f"{told.ja}・{label.ja}", f"{told.en}; {label.en}") if told else label
    return ChartMarks(live, tuple(_shocks(asked, place)))


def _shocks(asked: Measure, place: Mapping[str, int]) -> list[tuple[int, int, Text]]:
    out: list[tuple[int, int, Text]] = []
    for s in known_shocks():
        if asked.shock_outcome is None or s.kind != "shock" or s.end is None:
            continue
        if s.touches[asked.shock_outcome] not in STRONG:
            continue
        held = [i for m, i in place.items() if s.start < _after(m) and s.end >= Month(m).start]
        if held:
            out.append((held[0], held[-1], _named(s, s.end)))
    return out


def _after(month: str) -> dt.date:
    return (Month(month) + 1).start


def _named(shock: Shock, end: dt.date) -> Text:
    first, last = Month.of(shock.start), Month.of(end)
    if first == last:
        when = Text(last.label("ja"), last.label("en"))
    elif first.start.year == last.start.year:
        when = Text(
            f"{first.label('ja')}～{last.start.month}月", f"{first.label('en').split()[0]}–{last.label('en')}"
        )
    else:
        when = Text(f"{first.label('ja')}～{last.label('ja')}", f"{first.label('en')}–{last.label('en')}")
    return Text(f"{shock.event.ja}（{when.ja}）", f"{shock.event.en}, {when.en}")

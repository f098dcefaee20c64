"""What a study register holds: the term, the promises, who takes part, and the questions asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kumastats.errors import StudyError
from kumastats.study.draw import Draw
from kumastats.text import Text

QuestionKind = Literal["confirmatory", "exploratory"]


@dataclass(frozen=True)
class Term:
    """The term of the agreement and the day the case study is due."""

    start: dt.date
    end: dt.date
    due: dt.date


@dataclass(frozen=True)
class Partner:
    """A party to the agreement; each must approve a public release."""

    id: str
    name: Text


@dataclass(frozen=True)
class Item:
    """One of the partnership items the evidence is owed for."""

    id: str
    label: Text


@dataclass(frozen=True)
class Workshop:
    """A workshop in which pilots were chosen."""

    date: dt.date
    topic: Text
    proposals: int
    adopted: int
    rejected: int
    why: Text


@dataclass(frozen=True)
class Member:
    """A role in a pilot and the day it was filled. No names are kept."""

    role: Text
    joined_on: dt.date


@dataclass(frozen=True)
class Activity:
    """Something done in a pilot."""

    on: dt.date
    what: Text


@dataclass(frozen=True)
class Pilot:
    """A trial: the question it asks, the roles in it, what was done and what came of it."""

    id: str
    label: Text
    question: Text
    members: tuple[Member, ...]
    activities: tuple[Activity, ...] = ()
    outcome: Text | None = None


@dataclass(frozen=True)
class Wave:
    """Units an initiative reaches on one day."""

    live_on: dt.date
    piloted_on: dt.date | None
    units: tuple[str, ...]


@dataclass(frozen=True)
class Initiative:
    """Something the reform does, and when it reaches whom.

    Attributes
    ----------
    draw
        The recorded draw of the order, where lots were drawn (`kumastats.compare.plan.draw`).
    """

    id: str
    label: Text
    item: str
    announced_on: dt.date
    waves: tuple[Wave, ...]
    draw: Draw | None = None

    def live_dates(self) -> dict[str, dt.date]:
        """Return the first live date of each unit, sorted by unit."""
        first: dict[str, dt.date] = {}
        for wave in self.waves:
            for unit in wave.units:
                first[unit] = min(wave.live_on, first.get(unit, wave.live_on))
        return dict(sorted(first.items()))

    def selected(self) -> tuple[str, ...]:
        """Return the units that had a pilot, which are rarely chosen at random."""
        return tuple(sorted({u for w in self.waves if w.piloted_on for u in w.units}))


@dataclass(frozen=True)
class Question:
    """A question, its outcome and the comparison that is to answer it."""

    id: str
    item: str
    text: Text
    initiative: str
    measure: str
    negative_control: str | None
    population: str
    design: str
    comparison: str
    start: dt.date
    end: dt.date
    cohorts: tuple[dt.date, ...]
    cluster: str
    smallest_effect: float | None
    kind: QuestionKind


@dataclass(frozen=True)
class Range:
    """An assumption that is not known exactly."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise StudyError(
                Text(
                    f"範囲は low ≦ likely ≦ high です（{self.low}、{self.likely}、{self.high}）。",
                    f"A range has low ≤ likely ≤ high ({self.low}, {self.likely}, {self.high}).",
                )
            )


@dataclass(frozen=True)
class AnnouncedClaim:
    """A figure announced in public, to be checked and never assumed.

    Attributes
    ----------
    wording
        What the announcement said, in short; None where the study does not give it.
    source
        Where it was said, and when; None where the study does not give it.
    settled_by
        The data that would settle it; None where the study does not give it.
    """

    id: str
    text: Text
    announced_on: dt.date
    formula: Text
    wording: Text | None = None
    source: Text | None = None
    settled_by: Text | None = None


@dataclass(frozen=True)
class Deviation:
    """A difference between the register as locked and the register as it is now."""

    path: str
    locked: str
    now: str
    reason: Text | None

    @property
    def text(self) -> Text:
        """The deviation in words; says so when no reason was given."""
        why = self.reason or Text("理由の記載なし", "no reason given")
        return Text(
            f"{self.path}: 固定時「{self.locked}」→ 現在「{self.now}」（{why.ja}）",
            f"{self.path}: “{self.locked}” when locked → “{self.now}” now ({why.en})",
        )

"""Dated events that move the outcomes without the reform: what a comparison's window must be checked against.

``shocks.csv`` holds one event a row. Directions are ``+``, ``++``, ``-``, ``±`` (unclear), ``0`` (untouched),
``definition`` and ``measurement`` (who or what is counted changes). Confidence A was read in a source, B is general
knowledge; the source stands beside each event.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from kumastats.errors import UsageError
from kumastats.text import Text

OUTCOMES = ("overtime_city", "overtime_teacher", "counter_load")
UNTOUCHED = "0"
_FAR_AHEAD = dt.date.max


@dataclass(frozen=True)
class Shock:
    """A dated event.

    Attributes
    ----------
    end
        The last day; None when it lasts.
    kind
        ``shock``, ``other_intervention``, ``definition``, ``measurement``, ``calendar`` or ``reform``.
    touches
        Direction by outcome.
    confidence
        ``A``, ``A/B`` or ``B``.
    """

    id: str
    start: dt.date
    end: dt.date | None
    kind: str
    scope: str
    event: Text
    touches: Mapping[str, str]
    confidence: str
    source: str

    @property
    def grave(self) -> bool:
        """Whether it keeps a comparison out of the headlines unless it is dealt with."""
        return self.confidence.startswith("A") and self.kind != "reform"

    @property
    def last(self) -> dt.date:
        """The last day it acts; the first for a single day, the end of time for a lasting change."""
        lasting = self.kind in ("other_intervention", "definition", "measurement", "reform")
        return self.end or (_FAR_AHEAD if lasting else self.start)

    def touches_outcome(self, outcome: str) -> bool:
        """Tell whether it moves `outcome`, one of `OUTCOMES`."""
        return self.touches[outcome] != UNTOUCHED


@lru_cache(maxsize=1)
def known_shocks() -> tuple[Shock, ...]:
    """Return every known event, by date."""
    with (Path(__file__).parent / "shocks.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Shock(
                id=row["id"],
                start=dt.date.fromisoformat(row["start"]),
                end=dt.date.fromisoformat(row["end"]) if row["end"] else None,
                kind=row["kind"],
                scope=row["scope"],
                event=Text(row["event_ja"], row["event_en"]),
                touches=MappingProxyType({o: row[o] for o in OUTCOMES}),
                confidence=row["confidence"],
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )


def shocks_during(start: dt.date, end: dt.date, *, outcome: str | None = None) -> tuple[Shock, ...]:
    """Return the events that begin or act between `start` and `end`, both included.

    A lasting change that began before `start` is the same before and after, and is not returned.

    Parameters
    ----------
    outcome
        Keep only events that touch it: ``overtime_city``, ``overtime_teacher`` or ``counter_load``.

    Raises
    ------
    UsageError
        If `outcome` is not one of these.
    """
    if outcome is not None and outcome not in OUTCOMES:
        raise UsageError(
            Text(f"「{outcome}」への影響は記録していません。", f"No effects on “{outcome}” are recorded."),
            remedy=Text(f"選べるのは: {', '.join(OUTCOMES)}", f"Choose from: {', '.join(OUTCOMES)}"),
        )
    return tuple(
        s
        for s in known_shocks()
        if s.start <= end
        and s.last >= start
        and not (s.end is None and s.start < start)
        and (outcome is None or s.touches_outcome(outcome))
    )

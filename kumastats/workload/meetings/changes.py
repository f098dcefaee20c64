"""What changes to meetings would save, computed on the meetings that were held: nobody tried them, so these are no effects."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.meetings.log import MeetingLog
from kumastats.workload.ratio_resampled import Ratio, ratio_of_sums

Floats = npt.NDArray[np.float64]
SLOT, SHORTER = 30, 5
LARGEST = 8
FREE_WEEKDAY, NOON, EVENING = 2, 13 * 60, 17 * 60 + 15  # Wednesday afternoon


@dataclass(frozen=True)
class Change:
    """A change to how meetings are held.

    Attributes
    ----------
    cut
        Returns for each meeting the share of its person-minutes that the change takes away, 0 to 1.
    """

    id: str
    label: Text
    cut: Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True)
class Saving:
    """Person-hours that a change saves.

    Attributes
    ----------
    share
        Of all person-hours of the meetings held.
    touched
        Meetings that the change touches at all.
    uptake
        Share of meetings at which it is kept to.
    """

    id: str
    label: Text
    share: Ratio
    touched: int
    uptake: float


def shorter_slots(f: pd.DataFrame) -> Floats:
    """Five minutes off every full half-hour: 30 → 25, 60 → 50, 90 → 75 minutes.

    >>> shorter_slots(pd.DataFrame({"minutes": [20.0, 30.0, 60.0, 75.0]})).round(3).tolist()
    [0.0, 0.167, 0.167, 0.133]
    """
    minutes = f["minutes"].to_numpy(dtype=np.float64)
    return np.asarray(SHORTER * np.floor(minutes / SLOT) / minutes)


def fewer_people(f: pd.DataFrame) -> Floats:
    """At most eight people: those beyond read the minutes instead.

    >>> fewer_people(pd.DataFrame({"attended": [4, 8, 10]})).tolist()
    [0.0, 0.0, 0.2]
    """
    present = f["attended"].to_numpy(dtype=np.float64)
    return np.asarray(np.clip(present - LARGEST, 0, None) / present)


def free_afternoon(f: pd.DataFrame) -> Floats:
    """No meeting that begins on a Wednesday afternoon; kept to means it lapses, otherwise it moves and saves nothing."""
    start = f["start"]
    minute = start.dt.hour * 60 + start.dt.minute
    falls = (start.dt.day_of_week == FREE_WEEKDAY) & (minute >= NOON) & (minute < EVENING)
    return np.asarray(falls, dtype=np.float64)


CHANGES = (
    Change("slots", Text("30分ごとに5分短く（25分・50分を標準に）", "five minutes off each half-hour (25 and 50 by default)"), shorter_slots),
    Change("people", Text(f"出席を{LARGEST}人までに", f"at most {LARGEST} people"), fewer_people),
    Change("afternoon", Text("水曜の午後は会議なし", "no meetings on Wednesday afternoons"), free_afternoon),
)  # fmt: skip
TOGETHER = Text("三つとも（重なりは一度だけ数える）", "all three (what overlaps counts once)")


def savings(
    log: MeetingLog,
    *,
    rng: np.random.Generator,
    uptake: float = 1.0,
    changes: Sequence[Change] = CHANGES,
    draws: int = 999,
    level: float = 0.95,
) -> tuple[Saving, ...]:
    """Return what each change saves, and all together: a meeting keeps Π(1 − uptake × cut) of its person-minutes.

    A minute taken away by one change cannot be taken away by another, so together they save less than their sum.
    Intervals come from a cluster bootstrap over organising offices: they say how far other offices and weeks might differ,
    not how many will keep to the change – that is `uptake`, an assumption.

    Raises
    ------
    WorkloadError
        If `uptake` is not between 0 and 1.
    """
    if not (math.isfinite(uptake) and 0 <= uptake <= 1):
        raise WorkloadError(
            Text(f"守られる割合 {uptake} は0と1の間ではありません。", f"An uptake of {uptake} is not between 0 and 1.")
        )  # fmt: skip
    f = log.frame
    person_min = f["person_min"].to_numpy(dtype=np.float64)
    cuts = {c.id: uptake * c.cut(f) for c in changes}
    labels = {c.id: c.label for c in changes}
    left: Floats = np.ones(len(f))
    for cut in cuts.values():
        left = left * (1 - cut)
    if len(changes) > 1:
        cuts["together"], labels["together"] = 1 - left, TOGETHER
    codes, offices = pd.factorize(f["office"], sort=True)
    k = len(offices)
    total = np.bincount(codes, person_min, k)
    return tuple(
        Saving(
            name, labels[name],
            ratio_of_sums(np.bincount(codes, person_min * cut, k), total, rng=rng, draws=draws, level=level),
            int((cut > 0).sum()), uptake,
        )
        for name, cut in cuts.items()
    )  # fmt: skip

"""A pilot whose places were chosen, not drawn: matched changes, every way they could have been chosen, and what a hidden reason could do."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.same_months import month_gaps
from kumastats.errors import WorkloadError
from kumastats.text import Text

LEVEL = 0.05
GAMMAS = (1.0, 1.5, 2.0, 3.0)
MOST_UNITS = 12
TIE = 1e-12


@dataclass(frozen=True)
class UnitChange:
    """A place's change, the same months of the year before and after.

    Attributes
    ----------
    before
        Its mean in the months before that have a fellow after.
    months
        Pairs of months.
    """

    unit: str
    pilot: bool
    before: float
    change: float
    months: int


@dataclass(frozen=True, eq=False)
class Pilot:
    """A pilot, compared.

    Attributes
    ----------
    changes
        Pilots first.
    difference
        Mean change at the pilots less mean change elsewhere.
    nearest
        The same with each pilot against the place most like it before.
    p, smallest_p
        Share of all ways to choose as many places whose difference is as large; the smallest that could have come out.
    ways
        Ways to choose as many places out of all.
    hidden
        Γ to the largest p if a hidden reason made some places up to Γ times as likely to be chosen (odds), Rosenbaum 2002, chapter 4.
    earlier
        The same difference a year earlier, when nobody had it; NaN where there are no data.
    level_gap
        How much higher the pilots were before.
    """

    changes: tuple[UnitChange, ...]
    difference: float
    nearest: float
    p: float
    smallest_p: float
    ways: int
    hidden: dict[float, float]
    earlier: float
    level_gap: float

    @property
    def undecidable(self) -> Text | None:
        """Why it cannot be decided; None where it can."""
        if self.smallest_p <= LEVEL:
            return None
        k = sum(c.pilot for c in self.changes)
        n = len(self.changes)
        return Text(
            f"{n}か所から{k}か所を選ぶ選び方は{self.ways}通りしかなく、最も偏った結果でも偶然で{self.smallest_p:.0%}は起きる",
            f"{k} of {n} places can be chosen in {self.ways} ways only, so even the most extreme result comes about by chance {self.smallest_p:.0%} of the time",
        )


def pilot(
    frame: pd.DataFrame,
    pilots: Collection[str],
    live_on: dt.date,
    end: dt.date,
    *,
    unit: str = "unit",
    period: str = "period",
    value: str = "value",
) -> Pilot:
    """Compare a pilot's places with the others.

    Parameters
    ----------
    frame
        A row a place and month (``2018-06``): value in the measure's unit.
    pilots
        Places that had it from `live_on`; all others of the frame never had it by `end`.

    Raises
    ------
    WorkloadError
        If a pilot or every other place lacks a month with the same month a year before, or there are more than twelve places.
    """
    changes = _changes(frame, pilots, live_on, end, unit, period, value)
    chosen = [c for c in changes if c.pilot]
    others = [c for c in changes if not c.pilot]
    if len(chosen) < len(set(pilots)) or not others:
        raise WorkloadError(
            Text(
                "先行した所とほかの所の両方に、前の年の同じ月のある月が要ります。",
                "Pilots and others each need a month with the same month a year before.",
            )
        )
    if len(changes) > MOST_UNITS:
        raise WorkloadError(
            Text(
                f"{len(changes)}か所は数え上げられません（{MOST_UNITS}か所まで）。",
                f"{len(changes)} places are too many to enumerate ({MOST_UNITS} at most).",
            ),
            remedy=Text("台帳の問い（差の差）で比べてください。", "Ask it as a question of the register (difference-in-differences)."),
        )  # fmt: skip
    values = np.array([c.change for c in changes])
    hidden = {g: worst_p(values, len(chosen), g) for g in GAMMAS}
    try:
        before = _changes(
            frame, pilots, _year_before(live_on), live_on - dt.timedelta(days=1), unit, period, value
        )
        earlier = _difference(before) if len(before) == len(changes) else math.nan
    except WorkloadError:
        earlier = math.nan
    levels = [float(np.mean([c.before for c in side])) for side in (chosen, others)]
    nearest = [
        c.change - min(others, key=lambda o, c=c: (abs(o.before - c.before), o.unit)).change  # type: ignore[misc]
        for c in chosen
    ]
    return Pilot(
        changes, _difference(changes), float(np.mean(nearest)), hidden[1.0],
        _smallest(values, len(chosen)), math.comb(len(changes), len(chosen)), hidden, earlier, levels[0] - levels[1],
    )  # fmt: skip


def worst_p(changes: Sequence[float] | np.ndarray, chosen: int, gamma: float = 1.0) -> float:
    """Return the largest two-sided p of a difference in means, if the odds of being chosen differ by up to `gamma`.

    Parameters
    ----------
    changes
        Changes of all places, the `chosen` ones first.

    The chance of a choice is proportional to the product of its places' weights, each between 1 and Γ. The p-value is monotone in
    each weight, so the largest lies at weights of 1 and Γ; all are tried. Γ = 1 is the exact permutation test.
    """
    values = np.asarray(changes, dtype=np.float64)
    n = len(values)
    ways = list(combinations(range(n), chosen))
    differences = np.array([_split(values, way) for way in ways])
    extreme = np.abs(differences) >= abs(_split(values, tuple(range(chosen)))) - TIE
    most = 0.0
    for weights in product((1.0, gamma), repeat=n) if gamma > 1 else [(1.0,) * n]:
        chance = np.array([math.prod(weights[i] for i in way) for way in ways])
        most = max(most, float(chance[extreme].sum() / chance.sum()))
    return most


def _smallest(values: np.ndarray, chosen: int) -> float:
    """Return the smallest two-sided p that any of the choices could have had."""
    differences = [abs(_split(values, way)) for way in combinations(range(len(values)), chosen)]
    top = max(differences)
    return sum(d >= top - TIE for d in differences) / len(differences)


def _split(values: np.ndarray, way: tuple[int, ...]) -> float:
    inside = np.zeros(len(values), dtype=bool)
    inside[list(way)] = True
    return float(values[inside].mean() - values[~inside].mean())


def _difference(changes: Sequence[UnitChange]) -> float:
    sides = [[c.change for c in changes if c.pilot is side] for side in (True, False)]
    return float(np.mean(sides[0]) - np.mean(sides[1]))


def _year_before(day: dt.date) -> dt.date:
    return (Month.of(day) - 12).start


def _changes(
    frame: pd.DataFrame,
    pilots: Collection[str],
    live_on: dt.date,
    end: dt.date,
    unit: str,
    period: str,
    value: str,
) -> tuple[UnitChange, ...]:
    rows = frame[[Month(str(m)).start <= end for m in frame[period]]]
    everyone: dict[str, dt.date | None] = dict.fromkeys(sorted(set(rows[unit].astype(str))), live_on)
    gaps, _ = month_gaps(rows, everyone, unit=unit, period=period, value=value)
    held = {(str(u), str(m)): float(v) for u, m, v in zip(rows[unit], rows[period], rows[value], strict=True)}
    start = Month.of(live_on)
    made = []
    for name, own in gaps.items():
        pasts = [
            held[name, str(Month(m) - 12)]
            for u, m in held
            if u == name and start <= Month(m) < start + 12 and (name, str(Month(m) - 12)) in held
        ]
        made.append(
            UnitChange(
                name,
                name in pilots,
                float(np.mean(pasts)) if pasts else math.nan,
                float(np.mean(own)),
                len(own),
            )
        )
    return tuple(sorted(made, key=lambda c: (not c.pilot, c.unit)))

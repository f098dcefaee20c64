"""The cap watch: everyone by the cap of their regime, over so far and likely to be by March. Only counts leave it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.overtime.calibration import Reliability, reliability
from kumastats.workload.overtime.caps import CAPS, CAPS_FROM, cap_of
from kumastats.workload.overtime.counts import number_interval
from kumastats.workload.overtime.forecast import Forecast, forecast, outcome
from kumastats.workload.overtime.months import ABSENT, PersonMonths

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Watch:
    """A fiscal year watched after some of its months.

    Attributes
    ----------
    by_regime
        Regimes with limits to their people's forecasts.
    exempt, unknown
        People present whose regime has no limits, and whose regime the roster does not say.
    broken
        People who broke their cap by March, by regime; empty while the year is not over.
    """

    year: int
    month: int
    by_regime: Mapping[str, Forecast]
    exempt: int
    unknown: int
    broken: Mapping[str, Bools]

    @property
    def people(self) -> int:
        """People with a cap."""
        return sum(len(f.people) for f in self.by_regime.values())

    @property
    def already(self) -> int:
        """People who have broken it."""
        return sum(int(f.already.sum()) for f in self.by_regime.values())

    @property
    def chance(self) -> Floats:
        """Everyone's chance."""
        parts = [f.chance for f in self.by_regime.values()]
        return np.concatenate(parts) if parts else np.empty(0)

    @property
    def expected(self) -> float:
        """The number expected to break it by March."""
        return float(self.chance.sum())

    @property
    def interval(self) -> tuple[int, int]:
        """95 % of the number, with the error of the chances and offices that go together."""
        everyone = [(f, np.ones(len(f.people), dtype=bool)) for f in self.by_regime.values()]
        return number_interval(self.chance, _error(everyone))

    @property
    def came_out(self) -> int | None:
        """The number who did, where the year is over."""
        return sum(int(b.sum()) for b in self.broken.values()) if self.broken else None


@shared
def watch(held: PersonMonths, year: int, month: int) -> Watch:
    """Watch a fiscal year, `month` months of it known.

    A person's regime is that of the last known month and is taken to hold for the year.

    Raises
    ------
    WorkloadError
        If the year is before the caps, or earlier years are too few to look ahead.
    """
    if dt.date(year, 4, 1) < CAPS_FROM:
        raise WorkloadError(
            Text(f"{year}年度にはまだ上限がありません。", f"There were no caps yet in FY{year}."),
            remedy=Text("2019年度以降を見てください。", "Watch FY2019 or later."),
        )
    if year not in held.years:
        raise WorkloadError(Text(f"{year}年度のデータがありません。", f"No data are held of FY{year}."))
    span = held.of_year(year)
    at = span.start + month - 1
    there = held.ordered[:, at] != ABSENT
    regime = held.regime[:, at]
    found: dict[str, Forecast] = {}
    broken: dict[str, Bools] = {}
    exempt = 0
    for name in sorted(set(regime[there].tolist()) & set(CAPS)):
        cap, mine = cap_of(name, dt.date(year, 4, 1)), there & (regime == name)
        if not cap.limits:
            exempt += int(mine.sum())
            continue
        found[name] = forecast(held, cap, year, month, mine)
        if (held.ordered[:, span.stop - 1] != ABSENT).any():
            broken[name] = outcome(held, cap, year, found[name].people)[0]
    known = sum(len(f.people) for f in found.values()) + exempt
    return Watch(year, month, found, exempt, int(there.sum()) - known, broken)


@shared
def checked(held: PersonMonths, month: int, before: int) -> tuple[Reliability, tuple[int, ...]] | None:
    """Return how the chances of closed years after the caps came true, and these years; None where there is none yet.

    Parameters are those of `forecasts_checked`.
    """
    found = forecasts_checked(held, month, before)
    if found is None:
        return None
    chance, broken, error, years = found
    return reliability(chance, broken, error=error), years


def forecasts_checked(
    held: PersonMonths, month: int, before: int
) -> tuple[Floats, Bools, Callable[[Bools], float], tuple[int, ...]] | None:
    """Return chances of closed years after the caps, what came of them, the error of the number expected among some of these
    people, and the years; None where there is none yet. In memory only.

    Each year is forecast from earlier years only, and only where these lie after the caps, too: recording changed with them.

    Parameters
    ----------
    before
        Fiscal years below this one are closed.
    """
    parts: list[Forecast] = []
    broken: list[Bools] = []
    years = []
    for year in held.years:
        if not CAPS_FROM.year < year < before:
            continue
        try:
            made = watch(held, year, month)
        except WorkloadError:
            continue
        usable = [(f, made.broken[r]) for r, f in made.by_regime.items() if f.after_caps and r in made.broken]
        for f, came in usable:
            parts.append(f)
            broken.append(came)
        if usable:
            years.append(year)
    if not years:
        return None
    open_ = ~np.concatenate([f.already for f in parts])
    if not open_.any():
        return None
    ends = np.cumsum([0, *(len(f.people) for f in parts)])

    def error(mine: Bools) -> float:
        wide = np.zeros(ends[-1], dtype=bool)
        wide[np.flatnonzero(open_)[mine]] = True
        return _error([(f, wide[a:b]) for f, a, b in zip(parts, ends[:-1], ends[1:], strict=True)])

    chance = np.concatenate([f.chance for f in parts])[open_]
    return chance, np.concatenate(broken)[open_], error, tuple(years)


def _error(asked: Sequence[tuple[Forecast, Bools]]) -> float:
    """Return the standard error of the number expected among some of the people of forecasts: errors of chances are added, as years and
    regimes share their donors; what offices do together is each year's own.
    """
    return math.hypot(
        sum(f.error(who) for f, who in asked), math.sqrt(sum(f.together(who) for f, who in asked))
    )

"""Person-months that heap at the cap: more of them than their neighbours suggest, round numbers taken out.

The counts of hourly bins away from the cap follow a polynomial with a step for multiples of 5 and of 10 hours (people write
round numbers without a cap, too); what stands in the window above its course is excess mass (Saez 2010; Chetty et al. 2011;
Kleven 2016, Annu. Rev. Econ. 8). The fit is linear in the counts, so the error between people is exact, no resampling.
Before the caps there should be none, and none at other hours.

The window must hold the whole heap: what is left of it beside the window bends the course, and the placebos tell, as they then
find a heap or a hole where there is none. Records thin out slowly above a cap, so it reaches `ABOVE` hours up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
HOUR = 60
FIRST, LAST = 20, 80  # hours the course is fitted to
BELOW, ABOVE = 2, 9  # the window: hours below and above
CAP = 45
DEGREE = 5


@dataclass(frozen=True, eq=False)
class Bunching:
    """Excess of person-months about a number of hours.

    Attributes
    ----------
    at, above
        Hours, and how many above them the window reaches.
    hours, counts, course
        Lower edges of the bins, person-months, and what the neighbours suggest (with round numbers).
    window
        Which bins are looked at.
    excess, se
        Person-months beyond the course in the window, and its error between people.
    relative, relative_se
        The excess in bins' worth of the course: 1 is as many more as one bin should hold (delta method).
    n, people
        All person-months (also outside the bins), and the people behind them.
    """

    at: int
    above: int
    hours: Ints
    counts: Ints
    course: Floats
    window: Bools
    excess: float
    se: float
    relative: float
    relative_se: float
    n: int
    people: int

    @property
    def per_thousand(self) -> float:
        """Excess in a thousand person-months."""
        return 1000 * self.excess / self.n

    @property
    def per_thousand_se(self) -> float:
        """Its error."""
        return 1000 * self.se / self.n


def bunching(minutes: Ints, person: Ints, at: int = CAP, *, above: int = ABOVE) -> Bunching:
    """Return the excess of person-months about `at` hours; the window of the cap is never part of the course.

    Parameters
    ----------
    minutes, person
        Of each person-month: recorded overtime, and who (any integers).
    above
        Hours above `at` that the window reaches.

    Raises
    ------
    WorkloadError
        If the window reaches beyond the bins, or too few bins hold anything.
    """
    if not at - BELOW >= FIRST + 5 or not at + above <= LAST - 5:
        raise WorkloadError(
            Text(f"{at}時間の前後は見られません。", f"Nothing can be said about {at} hours."),
            remedy=Text(
                f"{FIRST + 5 + BELOW}～{LAST - 5 - above}時間で。",
                f"Give {FIRST + 5 + BELOW} to {LAST - 5 - above} hours.",
            ),
        )
    hours = np.arange(FIRST, LAST)
    people, who = np.unique(person, return_inverse=True)
    by_person = np.zeros((len(people), len(hours)), dtype=np.int64)
    hour = minutes // HOUR
    inside = (hour >= FIRST) & (hour < LAST)
    np.add.at(by_person, (who[inside], hour[inside] - FIRST), 1)
    counts = by_person.sum(0)
    window = _window(hours, at, above)
    used = ~window & ~_window(hours, CAP, above)
    if (counts[used] > 0).sum() < DEGREE + 6:
        raise WorkloadError(
            Text(
                f"{FIRST}～{LAST}時間の人・月が少なすぎます。",
                f"There are too few person-months from {FIRST} to {LAST} hours.",
            )
        )
    design = _design(hours)
    hat = design @ np.linalg.pinv(design[used])
    course = hat @ counts[used]
    # excess = total · counts, a sum over people
    total = window.astype(np.float64)
    total[used] -= hat[window].sum(0)
    level = np.zeros(len(hours))
    level[used] = hat[window].mean(0)
    base = float(level @ counts)
    excess = float(total @ counts)
    parts = by_person @ np.column_stack([total, level])
    relative = excess / base if base > 0 else math.nan
    return Bunching(
        at, above, hours, counts, course, window, excess, _error(np.asarray(parts[:, 0], dtype=np.float64)), relative,
        _error((parts[:, 0] - relative * parts[:, 1]) / base) if base > 0 else math.nan, len(minutes), len(people),
    )  # fmt: skip


def _window(hours: Ints, at: int, above: int) -> Bools:
    return np.asarray((hours >= at - BELOW) & (hours < at + above))


def _design(hours: Ints) -> Floats:
    """Return a polynomial in scaled hours and steps for the bins that begin at multiples of 5 and of 10."""
    x = (hours - (FIRST + LAST) / 2) / ((LAST - FIRST) / 2)
    steps = [(hours % 5 == 0).astype(float), (hours % 10 == 0).astype(float)]
    return np.column_stack([*(x**k for k in range(DEGREE + 1)), *steps])


def _error(parts: Floats) -> float:
    """Return the error of a sum over people, as if drawn with replacement."""
    n = len(parts)
    return math.sqrt(n / (n - 1) * float(((parts - parts.mean()) ** 2).sum())) if n > 1 else math.nan

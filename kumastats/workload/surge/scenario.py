"""“2016 again”: the earthquake's load by public figures, and the people it would take within the caps.

Facts held (city of Kumamoto):

- about 110,000 people in 267 shelters at the peak after the shocks of 14 and 16 April 2016 (CNET Japan, release 30241354);
- 1,616 people in 74 shelters on 18 May 2016; 62,786 applications for certificates of damage (罹災証明) by 17 May, 2,040 of them on
  that day; 21,308 issued, 978 on that day (Nishinippon Shimbun, report of the city's disaster headquarters, 18 May 2016).

What is not public in what was read – staff on duty, absence, who can leave their own work, when people left between the two
dates – is an assumption with a range. Two points leave no error of their own: the range of the answer is that of the assumptions,
and a shelters' log moves their middle without narrowing them, as it is a log of other shelters.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from kumastats.study.model import Range
from kumastats.workload.surge.caps import Limits, crew

Floats = npt.NDArray[np.float64]
PEAK_ON, SECOND_ON = dt.date(2016, 4, 17), dt.date(2016, 5, 18)
PEAK_PEOPLE, PEAK_SITES = 110_000, 267
SECOND_PEOPLE, SECOND_SITES = 1_616, 74
APPLIED, APPLIED_A_DAY, ISSUED, ISSUED_A_DAY = 62_786, 2_040, 21_308, 978
COUNTED_ON = dt.date(2016, 5, 17)
HOURS_IN_WEEK, REGULAR_WEEK = 168.0, 38.75
MONTH = 30  # days


@dataclass(frozen=True)
class Assumptions:
    """Ranges (low, likely, high) of what is not public.

    Attributes
    ----------
    peak
        People in shelters at the peak; “about 110,000” is taken within 5 %.
    per_person
        Staff for each person in a shelter: one for so many people, as a fraction.
    per_site
        Staff for each shelter whatever its size.
    shape
        How people left between the two public points, and on: 1 by the same share each day, less than 1 most of them in the first
        days, more than 1 later (a Weibull course through both points).
    absent
        Share of staff who cannot come.
    spared
        Share of those who come who can be taken off their own work.
    base
        Overtime a month that staff work anyway, hours: designated cities worked 14.5 in FY2015; much else stops in a disaster.
    certificates_a_day
        Certificates that one member of staff takes in and issues a day.
    """

    peak: Range = Range(104_500, 110_000, 115_500)
    per_person: Range = Range(1 / 100, 1 / 60, 1 / 40)
    per_site: Range = Range(1, 2, 3)
    shape: Range = Range(0.5, 1, 1.5)
    absent: Range = Range(0.05, 0.15, 0.30)
    spared: Range = Range(0.3, 0.5, 0.8)
    base: Range = Range(0, 5, 14.5)
    certificates_a_day: Range = Range(8, 12, 20)

    def with_need(self, per_site: tuple[float, float], per_person: tuple[float, float]) -> Assumptions:
        """Return them with their middle where the shelters' own records have it: (estimate, standard error).

        The range stays, and is widened to hold the 95 % interval: a mean known exactly for the shelters of a log does not tell
        what other shelters in another event would need.
        """

        def around(held: Range, found: tuple[float, float]) -> Range:
            middle, half = max(0.0, found[0]), 1.96 * found[1]
            return Range(max(0.0, min(held.low, middle - half)), middle, max(held.high, middle + half))

        return replace(
            self, per_site=around(self.per_site, per_site), per_person=around(self.per_person, per_person)
        )


@dataclass(frozen=True)
class Band:
    """The middle of the answers and the interval that holds 95 % of them."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, draws: Floats) -> Band:
        """Return it of draws."""
        low, high = np.quantile(draws, [0.025, 0.975])
        return cls(float(draws.mean()), float(low), float(high))


@dataclass(frozen=True, eq=False)
class Again:
    """The scenario's answers.

    Attributes
    ----------
    half_life
        Days in which the number of people fell to half.
    staff
        Day since the peak to staff on duty at a time, for the days drawn.
    peak_staff, staff_days
        At the peak, and over all days (staff on duty at a time × days).
    people
        Distinct people so that nobody passes the limits, absence included.
    present, free
        Of the city's staff, those who can come, and of these those who can leave their own work.
    carried
        Staff-days that the free can do within the limits, spread over the days as they are needed.
    enough
        Share of the draws in which that is no less than is needed.
    certificate_staff
        Staff to take and issue certificates at the pace of applications of mid-May.
    backlog, backlog_growth, backlog_days
        Certificates applied for but not issued on 17 May 2016, by how many a day that grew, and the days it would have taken
        at that day's pace of issue had nobody applied any more.
    """

    half_life: Band
    days: Floats
    staff: tuple[Band, ...]
    peak_staff: Band
    staff_days: Band
    people: Band
    present: Band
    free: Band
    carried: Band
    enough: float
    certificate_staff: Band
    backlog: int
    backlog_growth: int
    backlog_days: int


def left(day: Floats, peak: Floats | float, second: float, shape: Floats | float) -> Floats:
    """Return how many are left on a day since the peak: `peak` then, `second` on the second public date.

    >>> left(np.array([0.0, 31.0]), 110_000, 1_616, 0.5).round().tolist()
    [110000.0, 1616.0]
    """
    span = (SECOND_ON - PEAK_ON).days
    return np.asarray(peak * np.exp(-np.log(peak / second) * (day / span) ** shape))


def half_life(peak: Floats | float, shape: Floats | float) -> Floats:
    """Return the days since the peak until half had left.

    >>> round(float(half_life(PEAK_PEOPLE, 1.0)), 1)
    5.1
    """
    span = (SECOND_ON - PEAK_ON).days
    return np.asarray(span * (math.log(2) / np.log(peak / SECOND_PEOPLE)) ** (1 / np.asarray(shape)))


def again(
    held: Assumptions,
    limits: Limits,
    rng: np.random.Generator,
    *,
    roster: int,
    days: int = 60,
    size: int = 2000,
) -> Again:
    """Draw the assumptions and return the answers.

    Staff are on duty round the clock; of a week's 168 hours 38.75 are regular, the rest count against the limits.

    Parameters
    ----------
    roster
        People on the city's staff.
    """
    at = np.arange(days, dtype=np.float64)
    draw = {f.name: _triangular(getattr(held, f.name), rng, size) for f in fields(held)}
    shape = draw["shape"][:, None]
    people = left(at, draw["peak"][:, None], SECOND_PEOPLE, shape)
    sites = left(at, PEAK_SITES, SECOND_SITES, shape)
    staff = draw["per_site"][:, None] * sites + draw["per_person"][:, None] * people
    beyond = 24 * (1 - REGULAR_WEEK / HOURS_IN_WEEK)
    months = [staff[:, i : i + MONTH].sum(axis=1) * beyond for i in range(0, days, MONTH)]
    made = [
        crew([float(m[i]) for m in months], limits, base=float(draw["base"][i]), absent=float(draw["absent"][i]))
        for i in range(size)
    ]  # fmt: skip
    on_rota = np.array([c.people for c in made], dtype=np.float64)
    staff_days, present = staff.sum(axis=1), roster * (1 - draw["absent"])
    free = present * draw["spared"]
    return Again(
        half_life=Band.of(half_life(draw["peak"], draw["shape"])),
        days=at,
        staff=tuple(Band.of(staff[:, i]) for i in range(days)),
        peak_staff=Band.of(staff[:, 0]),
        staff_days=Band.of(staff_days),
        people=Band.of(np.array([c.with_absence for c in made], dtype=np.float64)),
        present=Band.of(present),
        free=Band.of(free),
        carried=Band.of(staff_days * free / on_rota),
        enough=float((free >= on_rota).mean()),
        certificate_staff=Band.of(APPLIED_A_DAY / draw["certificates_a_day"]),
        backlog=APPLIED - ISSUED,
        backlog_growth=APPLIED_A_DAY - ISSUED_A_DAY,
        backlog_days=math.ceil((APPLIED - ISSUED) / ISSUED_A_DAY),
    )


def _triangular(r: Range, rng: np.random.Generator, size: int) -> Floats:
    if r.low == r.high:
        return np.full(size, r.likely)
    return rng.triangular(r.low, r.likely, r.high, size)

"""“2016 again”: the earthquake's load by public figures, and the people it would take within the caps.

Facts held (city of Kumamoto):

- about 110,000 people in 267 shelters at the peak after the shocks of 14 and 16 April 2016 (CNET Japan, release 30241354);
- 1,616 people in 74 shelters on 18 May 2016; 62,786 applications for certificates of damage (罹災証明) by 17 May, 2,040 of them on
  that day; 21,308 issued, 978 on that day (Nishinippon Shimbun, report of the city's disaster headquarters, 18 May 2016).

What is not public in what was read – when certificates began to be taken, staff on duty, absence – is an assumption with a range.
Two points fix an exponential course and leave no error of its own: the range of the answer is that of the assumptions.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, fields

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
    absent
        Share of staff who cannot come.
    base
        Overtime a month that staff work anyway, hours: designated cities worked 14.5 in FY2015; much else stops in a disaster.
    certificates_a_day
        Certificates that one member of staff takes in and issues a day.
    """

    peak: Range = Range(104_500, 110_000, 115_500)
    per_person: Range = Range(1 / 100, 1 / 60, 1 / 40)
    per_site: Range = Range(1, 2, 3)
    absent: Range = Range(0.05, 0.15, 0.30)
    base: Range = Range(0, 5, 14.5)
    certificates_a_day: Range = Range(8, 12, 20)

    def with_need(self, per_site: tuple[float, float], per_person: tuple[float, float]) -> Assumptions:
        """Return them with staff needed as found in the shelters' own records: (estimate, standard error)."""
        from dataclasses import replace

        def around(found: tuple[float, float]) -> Range:
            low, high = (max(0.0, found[0] + sign * 1.96 * found[1]) for sign in (-1, 1))
            return Range(low, max(found[0], low), high)

        return replace(self, per_site=around(per_site), per_person=around(per_person))


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
        At the peak, and over the first 60 days (staff on duty at a time × days).
    people
        Distinct people so that nobody passes the limits, absence included.
    certificate_staff
        Staff to take and issue certificates at the pace of applications of mid-May.
    backlog, backlog_growth, backlog_days
        Certificates applied for but not issued on 17 May 2016, by how many a day that grew, and the days it would have taken
        at that day's pace of issue had nobody applied any more.
    """

    half_life: float
    days: Floats
    staff: tuple[Band, ...]
    peak_staff: Band
    staff_days: Band
    people: Band
    certificate_staff: Band
    backlog: int
    backlog_growth: int
    backlog_days: int


def rate() -> float:
    """Return the share of people who left a day, by the two public points.

    >>> round(math.log(2) / rate(), 1)
    5.1
    """
    return math.log(PEAK_PEOPLE / SECOND_PEOPLE) / (SECOND_ON - PEAK_ON).days


def site_rate() -> float:
    """Return the share of shelters that closed a day, by the two public points."""
    return math.log(PEAK_SITES / SECOND_SITES) / (SECOND_ON - PEAK_ON).days


def again(
    held: Assumptions, limits: Limits, rng: np.random.Generator, *, days: int = 60, size: int = 2000
) -> Again:
    """Draw the assumptions and return the answers.

    Staff are on duty round the clock; of a week's 168 hours 38.75 are regular, the rest count against the limits.
    """
    at = np.arange(days, dtype=np.float64)
    draw = {f.name: _triangular(getattr(held, f.name), rng, size) for f in fields(held)}
    people = draw["peak"][:, None] * np.exp(-rate() * at)
    sites = PEAK_SITES * np.exp(-site_rate() * at)
    staff = draw["per_site"][:, None] * sites + draw["per_person"][:, None] * people
    beyond = 24 * (1 - REGULAR_WEEK / HOURS_IN_WEEK)
    months = [staff[:, i : i + MONTH].sum(axis=1) * beyond for i in range(0, days, MONTH)]
    needed = np.array(
        [
            crew([float(m[i]) for m in months], limits, base=float(draw["base"][i]), absent=float(draw["absent"][i])).with_absence
            for i in range(size)
        ],
        dtype=np.float64,
    )  # fmt: skip
    return Again(
        half_life=math.log(2) / rate(),
        days=at,
        staff=tuple(Band.of(staff[:, i]) for i in range(days)),
        peak_staff=Band.of(staff[:, 0]),
        staff_days=Band.of(staff.sum(axis=1)),
        people=Band.of(needed),
        certificate_staff=Band.of(APPLIED_A_DAY / draw["certificates_a_day"]),
        backlog=APPLIED - ISSUED,
        backlog_growth=APPLIED_A_DAY - ISSUED_A_DAY,
        backlog_days=math.ceil((APPLIED - ISSUED) / ISSUED_A_DAY),
    )


def _triangular(r: Range, rng: np.random.Generator, size: int) -> Floats:
    if r.low == r.high:
        return np.full(size, r.likely)
    return rng.triangular(r.low, r.likely, r.high, size)

"""Offices that a known event reached late in a year: what their people did then does not stand in for other years.

An epidemic or a flood that begins in a year's remaining months raises the hours of some offices. Carried over as if they were
habits, such months make the next years' small chances too high. Only months that a dated event of the first grade touches are
looked at, and only offices whose people rose there by far more than offices differ, beside the same months of earlier years:
a peak that comes every year is no event, and the rest of the city stands in as before.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.calendar.shocks import known_shocks
from kumastats.workload.overtime.months import PersonMonths

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
OUTCOME = {"city": "overtime_city", "teacher": "overtime_teacher"}
LIFT = 60.0  # minutes: added before logs are taken, so that a month without overtime counts
FAR = 3.5  # robust deviations (Iglewicz and Hoaglin 1993) above the offices' median
FEWEST_OFFICES = 8
SPREAD = 1.4826  # of a normal law's median absolute deviation


def reached(held: PersonMonths, year: int, month: int) -> frozenset[str]:
    """Return the offices that an event begun after `month` months of a fiscal year reached before its end.

    What came after the year is not looked at. With fewer than `FEWEST_OFFICES` offices nothing tells an event from chance, and
    none is returned; nor is an event that raised all alike.
    """
    found: set[str] = set()
    for first, end in sorted(set(_windows(held, year, month))):
        offices, now, people = _rises(held, year, first, end)
        if len(offices) < FEWEST_OFFICES:
            continue
        beyond = now - _usual(held, year, first, end, offices)
        beyond -= np.median(beyond, axis=0)
        spread = SPREAD * np.median(np.abs(beyond), axis=0)
        # the mean of a few people scatters more than the offices' median one
        spread = spread * np.sqrt(np.maximum(1.0, np.median(people) / people))[:, None]
        far = np.asarray((beyond > FAR * spread).any(axis=1))
        found.update(o for o, is_far in zip(offices, far, strict=True) if is_far)
    return frozenset(found)


def _windows(held: PersonMonths, year: int, month: int) -> Iterator[tuple[int, int]]:
    """Yield the months of the year (first, one beyond the last) that each event beginning in the remaining ones touches; one
    without an end to March.
    """
    months = held.months[held.of_year(year)]
    for shock in known_shocks():
        if shock.grave and shock.kind == "shock" and shock.touches_outcome(OUTCOME[held.population]):
            last = shock.end or months[-1].end
            touched = [i for i, m in enumerate(months) if m.start <= last and m.end >= shock.start]
            if touched and touched[0] >= month and shock.start >= months[0].start:
                yield touched[0], touched[-1] + 1


def _rises(held: PersonMonths, year: int, first: int, end: int) -> tuple[list[str], Floats, Ints]:
    """Return the offices, their mean log of a person's months from `first` to before `end` beside their months before (offices,
    months), and their people; of those present all year.
    """
    span = held.of_year(year)
    there = (held.ordered[:, span] >= 0).all(axis=1)
    minutes = held.ordered[there, span].astype(np.float64)
    code, offices = pd.factorize(held.office[there, span.start + first])
    rise = np.log(minutes[:, first:end] + LIFT) - np.log(minutes[:, :first].mean(axis=1) + LIFT)[:, None]
    people = np.bincount(code, minlength=len(offices))
    means = [np.bincount(code, column, len(offices)) / people for column in rise.T]
    return offices.tolist(), np.stack(means, axis=1), people


def _usual(held: PersonMonths, year: int, first: int, end: int, offices: list[str]) -> Floats:
    """Return the mean rise of the same months over earlier years (offices, months); nought where an office never was."""
    total, count = np.zeros((len(offices), end - first)), np.zeros(len(offices))
    for other in held.years:
        if other < year:
            there, rises, _ = _rises(held, other, first, end)
            place = {office: i for i, office in enumerate(there)}
            at = np.array([place.get(office, -1) for office in offices])
            total[at >= 0] += rises[at[at >= 0]]
            count += at >= 0
    return np.asarray(total / np.maximum(count, 1)[:, None])

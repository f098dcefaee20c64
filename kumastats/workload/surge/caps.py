"""How many people a surge takes so that nobody passes the caps on overtime.

Limits bind a person's hours in a month and the mean of every two to six months in a row. Split evenly among P people, a month of
H hours is H/P each; no split can do with fewer people, as the limits of all people add up: Σ over a window ≤ P × limit. So P is the
largest of H / limit over months and windows, rounded up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kumastats.errors import WorkloadError
from kumastats.text import Text

WINDOWS = (2, 3, 4, 5, 6)
MINUTE = 1 / 60


@dataclass(frozen=True)
class Limits:
    """Limits on a person's hours beyond the regular ones.

    Attributes
    ----------
    month
        Most hours in a month.
    average
        Most hours a month on average over any two to six months; None: no such rule.
    """

    label: Text
    month: float
    average: float | None = None


# ordinary duties: 45 h; duties others decide: under 100 h, 80 h on average; disaster work is exempt by law, and 80 h is a health limit
ORDINARY = Limits(Text("原則（月45時間）", "ordinary (45 h a month)"), 45.0)
HETERONOMOUS = Limits(
    Text(
        "他律的業務（100時間未満、2～6か月平均80時間）",
        "duties others decide (under 100 h, 2–6-month mean of 80 h)",
    ),
    100.0 - MINUTE,
    80.0,
)


@dataclass(frozen=True)
class Crew:
    """People needed.

    Attributes
    ----------
    people
        On the rota, before absence; `with_absence` after.
    binding
        The months of the window that decides, counted from 0, first and last.
    """

    people: int
    with_absence: int
    binding: tuple[int, int]
    hours: float


def crew(hours: Sequence[float], limits: Limits, *, base: float = 0.0, absent: float = 0.0) -> Crew:
    """Return the fewest people who can work `hours` (by month, in a row) within the limits.

    Parameters
    ----------
    base
        Overtime a month that each works anyway.
    absent
        Share of people who cannot come, being hit themselves.

    Raises
    ------
    WorkloadError
        If hours are negative, or the base or the absence leaves no room.

    >>> crew([160.0, 160.0], HETERONOMOUS).people
    2
    """
    if any(h < 0 for h in hours) or not 0 <= absent < 1:
        raise WorkloadError(
            Text("時間が負か、欠勤の割合が不正です。", "Hours are negative, or the share absent is none.")
        )
    if base >= min(limits.month, limits.average or math.inf):
        raise WorkloadError(
            Text(
                "もとの時間外だけで上限に達しています。",
                "The overtime worked anyway already reaches the limit.",
            ),
            remedy=Text("base を下げるか、上限の区分を変えてください。", "Lower base, or use other limits."),
        )
    most, binding = 0.0, (0, 0)
    for size in (1, *WINDOWS):
        limit = limits.month if size == 1 else limits.average
        if limit is None:
            continue
        for i in range(len(hours) - size + 1):
            need = sum(hours[i : i + size]) / (size * (limit - base))
            if need > most + 1e-12:
                most, binding = need, (i, i + size - 1)
    people = math.ceil(most - 1e-9)
    return Crew(people, math.ceil(people / (1 - absent) - 1e-9), binding, float(sum(hours)))

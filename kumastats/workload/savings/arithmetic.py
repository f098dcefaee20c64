"""The arithmetic behind “about ¥600 million a year”: saving = people × days × minutes / 60 × rate."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text


def positive(**given: float) -> None:
    """Refuse values that are not above zero.

    Raises
    ------
    WorkloadError
        Naming the first.
    """
    for name, value in given.items():
        if not value > 0:
            raise WorkloadError(
                Text(
                    f"{name} は正の数です（{value} でした）。", f"{name} must be above zero (it was {value})."
                ),
                remedy=Text("study.yml の savings を直してください。", "Mend savings in study.yml."),
            )


def yearly_value(*, people: float, minutes: float, days: float, rate: float) -> float:
    """Return yen a year when `people` save `minutes` a day on `days` days at `rate` yen an hour.

    >>> round(yearly_value(people=12_500, minutes=10, days=244, rate=2_100))
    1067500000
    """
    positive(people=people, minutes=minutes, days=days, rate=rate)
    return people * days * minutes / 60 * rate


def implied_rate(saving: float, *, people: float, minutes: float, days: float) -> float:
    """Return the yen an hour that a yearly saving implies.

    >>> round(implied_rate(600e6, people=7_000, minutes=10, days=244))
    2108
    """
    positive(saving=saving, people=people, minutes=minutes, days=days)
    return saving / (people * days * minutes / 60)


def implied_rates(saving: float, *, people: Sequence[int], minutes: float, days: float) -> pd.DataFrame:
    """Return for each head count the hours a year and the implied rate: columns people, hours, rate."""
    return pd.DataFrame(
        [
            {"people": n, "hours": n * days * minutes / 60, "rate": implied_rate(saving, people=n, minutes=minutes, days=days)}
            for n in people
        ]
    )  # fmt: skip


def break_even_minutes(cost: float, *, people: float, days: float, rate: float, years: float) -> float:
    """Return the minutes a day that pay back `cost` yen within `years` years of benefit."""
    positive(cost=cost, people=people, days=days, rate=rate, years=years)
    return cost / years / (people * days / 60 * rate)

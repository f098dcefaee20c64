"""The cap watch on a synthetic city: chances of the years after the caps, each from earlier years only, beside what came."""

from __future__ import annotations

from typing import Any

import kept
import numpy as np
from scipy import stats

from kumastats.calendar import Month
from kumastats.sample import config, overtime, panel, roster
from kumastats.sample.city import City, build, live_dates
from kumastats.workload.overtime.counts import number_interval
from kumastats.workload.overtime.months import ABSENT, PersonMonths
from kumastats.workload.overtime.watch import forecasts_checked

REGIMES = {"原則": "ordinary", "他律的": "heteronomous", "特例": "special", "36協定": "article36"}
PEOPLE = 600
EVERY = 2  # every other seed
MONTHS = (3, 6, 9)  # months of the year known: cities take turns
READ = (
    "kumastats/calendar", "kumastats/sample", "tests/validity/city_caps.py",
    *(f"kumastats/workload/overtime/{name}.py" for name in ("calibration", "caps", "counts", "events", "forecast", "months", "watch")),
)  # fmt: skip
BEFORE = config.LAST_YEAR + 1
ORDER = (*range(4, 13), 1, 2, 3)


def on_cities(cities: int) -> list[dict[str, float]]:
    """Watch every other of this many cities; return the tenths of chance."""
    file = kept.BUILD / f"caps-{state()}.jsonl"
    made = kept.answered(file, one, range(EVERY, cities + 1, EVERY))
    return pooled([m["tenths"] for m in made])


def one(seed: int) -> dict[str, Any]:
    """Return the tenths of a city."""
    return {"seed": seed, "tenths": tenths(seed, PEOPLE)}


def state() -> str:
    """Return the state of the code that watches."""
    return kept.state(*READ)


def person_months(city: City) -> PersonMonths:
    """Return the city's person-months, as the warehouse would sum them (work on holidays left out)."""
    live = live_dates(city, overtime.busiest_offices(city))
    posts = np.flatnonzero(np.isin(city.kinds[: city.teachers_from], panel.REGULAR))
    months = tuple(Month(y if m >= 4 else y + 1, m) for y in city.years for m in ORDER)
    shape = (int(city.person.max()) + 1, len(months))
    ordered = np.full(shape, ABSENT, dtype=np.int64)
    regime, office = np.full(shape, "", dtype=object), np.full(shape, "", dtype=object)
    for y, number in enumerate(city.years):
        year = overtime.simulate(city, number, live)
        month, who = np.array([d.month for d in year.days]), city.person[posts, y]
        span = slice(12 * y, 12 * y + 12)
        ordered[who, span] = np.stack(
            [year.recorded[posts][:, month == m].sum(axis=1) for m in ORDER], axis=1
        )
        office[who, span] = np.array([city.offices[o].id for o in city.office[posts, y]], dtype=object)[
            :, None
        ]
        told = [REGIMES[roster._regime(int(city.kinds[p]), int(city.office[p, y]))] for p in posts]
        regime[who, span] = np.array(told, dtype=object)[:, None]
    held = (ordered != ABSENT).any(axis=1)
    return PersonMonths(
        "city", months, ordered[held], np.zeros_like(ordered[held]), regime[held], office[held]
    )


def tenths(seed: int, people: int) -> list[list[float]]:
    """Return by tenth of chance: its number, people, expected, variance, error of the expected, broken, and whether the tenth
    lies in its own 95 % band.
    """
    held = person_months(build(people, seed))
    found = forecasts_checked(held, MONTHS[seed // EVERY % len(MONTHS)], BEFORE)
    assert found is not None
    chance, broken, error, _ = found
    at = np.minimum((chance * 10).astype(int), 9)
    rows = []
    for k in np.unique(at).tolist():
        mine = at == k
        p, se, came = chance[mine], error(mine), int(broken[mine].sum())
        low, high = number_interval(p, se)
        rows.append(
            [
                k,
                int(mine.sum()),
                float(p.sum()),
                float((p * (1 - p)).sum()),
                se,
                came,
                float(low <= came <= high),
            ]
        )
    return rows


def pooled(cities: list[list[list[float]]]) -> list[dict[str, float]]:
    """Return each tenth over all cities: people, expected, broken, its 95 % band, and the share of cities in their own."""
    out = []
    for k in range(10):
        mine = np.array([row for rows in cities for row in rows if row[0] == k])
        if not len(mine):
            continue
        _, people, expected, variance, error, broken, inside = mine.T
        half = 1.96 * float(np.sqrt(variance.sum() + (error**2).sum()))
        low, high = stats.binomtest(int(inside.sum()), len(inside)).proportion_ci(0.95, "exact")
        out.append(
            {
                "tenth": k, "people": int(people.sum()), "expected": round(float(expected.sum()), 1), "broken": int(broken.sum()),
                "low": round(max(0.0, float(expected.sum()) - half), 1), "high": round(float(expected.sum()) + half, 1),
                "cities": len(mine), "inside": int(inside.sum()), "inside_low": round(float(low), 4), "inside_high": round(float(high), 4),
            }
        )  # fmt: skip
    return out

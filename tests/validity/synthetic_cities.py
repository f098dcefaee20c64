"""Questions of the register on many synthetic cities: does the interval hold the truth, and is nothing found where nothing happened?

Each city is made from its seed, its rows go from the sample's processes straight to cells, and the register's own design answers. Truth is
the city minus its twin without the initiative. Every seed from 1 on is used.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kumastats.compare.asked import Asked as Put
from kumastats.errors import CompareError
from kumastats.measures import measure
from kumastats.sample import (
    community,
    config,
    days,
    diaries,
    overtime,
    register,
    schedule,
    surveys,
    truth,
    viva,
)
from kumastats.sample.city import City, build, live_dates

PEOPLE = 600
Rows = Iterator[tuple[str, dt.date, float]]


@dataclass(frozen=True)
class Asked:
    """A question: the unit, day and value of each of its rows, who is live when, and its truth."""

    id: str
    rows: Callable[[City], Rows]
    live: Callable[[City], dict[str, dt.date]]
    truth: Callable[[City, Any], dict[str, dict[str, Any]]]


def _diaries(city: City) -> Rows:
    for year in (2018, 2019):
        for e in diaries.entries(city, year):
            yield e.office, e.day, e.minutes


def _answers(which: str) -> Callable[[City], Rows]:
    def rows(city: City) -> Rows:
        for year in (2018, 2019):
            for a in surveys.staff(city, year):
                yield a.office, a.at.date(), getattr(a, which)

    return rows


def _posts(which: str) -> Callable[[City], Rows]:
    def rows(city: City) -> Rows:
        for year in (2018, 2019):
            for p in community.posts(city, year):
                if getattr(p, which) is not None:
                    yield p.area, p.at.date(), getattr(p, which)

    return rows


def _visits(city: City) -> Rows:
    for year in (2018, 2019):
        for first, _ in days.months(year):
            for area, _, visited, *_ in community.visits(city, first):
                yield area, first, visited


def _weeks(city: City) -> Rows:
    start, end = register.window("meetings-rules")
    for (year, _), weeks in sorted(viva.quarters().items()):
        for week in weeks:
            if start <= week <= end:
                posts, cells, _ = viva.weekly(city, year, week)
                y = year - config.FIRST_YEAR
                for post, hours in zip(posts, cells[:, 0], strict=True):
                    yield city.offices[city.office[post, y]].id, week, float(hours) * 60


ASKED = (
    Asked("search-documents", _diaries, schedule.documents, truth._documents),
    Asked("satisfaction-telework", _answers("place"), schedule.telework, truth._telework),
    Asked("work-satisfaction-telework", _answers("work"), schedule.telework, truth._telework),
    Asked("first-reply-community", _posts("reply"), lambda city: schedule.community(), truth._community),
    Asked("replies-community", _posts("replies"), lambda city: schedule.community(), truth._community),
    Asked("visits-community", _visits, lambda city: schedule.community(), truth._community),
    Asked("meetings-rules", _weeks, schedule.meeting_rules, truth._meetings),
)


@dataclass(frozen=True)
class CityRow:
    """How often a question's interval held the truth, among cities in which a verdict was given."""

    question: str
    cities: int
    people: int
    null: bool
    decided: int
    held: int
    found: int
    bias: float
    bias_half: float
    coverage: float
    coverage_interval: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, rounded."""
        told = asdict(self)
        for name in ("bias", "bias_half", "coverage"):
            told[name] = round(told[name], 4)
        told["coverage_interval"] = [round(x, 4) for x in self.coverage_interval]
        return told


def _one(seed: int) -> dict[str, tuple[float, float, float, float, bool]]:
    """Return truth, estimate, both ends and whether decided, by question, of one city."""
    city = build(PEOPLE, seed)
    dates = live_dates(city, overtime.busiest_offices(city))
    known: dict[str, dict[str, Any]] = {}
    for told in {a.truth for a in ASKED}:
        known |= told(city, dates)
    out = {}
    for asked in ASKED:
        _, _, name, (start, end), *_ = register.QUESTIONS[asked.id]
        held = measure(name)
        rows = pd.DataFrame(asked.rows(city), columns=[held.unit_column, "day", "value"])
        rows = rows[(rows["day"] >= start) & (rows["day"] <= end)]
        rows["period"] = [f"{d:%Y-%m}" for d in rows["day"]]
        rows["value"] = rows["value"].round().astype("int64")
        cells = rows.groupby([held.unit_column, "period"], as_index=False).agg(
            n=("value", "size"), s1=("value", "sum")
        )
        live: dict[str, dt.date | None] = dict(asked.live(city))
        put = Put(
            cells=cells, live=live, cohorts=sorted({d for d in live.values() if d and start < d <= end}), start=start, end=end,
            measure=held, unit=held.unit_column, seed=seed, run_checks=False,
        )  # fmt: skip
        try:
            made = put.by("staggered" if asked.id in register.STAGGERED else "did")
        except CompareError:
            continue
        out[asked.id] = (float(known[asked.id]["value"]), made.estimate, *made.ci, made.decidable)
    return out


def on_cities(cities: int, *, jobs: int = 2) -> list[CityRow]:
    """Answer every question on this many cities."""
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        made = list(pool.map(_one, range(1, cities + 1), chunksize=5))
    rows = []
    for asked in ASKED:
        mine = [m[asked.id] for m in made if asked.id in m]
        verdicts = [m for m in mine if m[4]]
        held = sum(low <= value <= high for value, _, low, high, _ in verdicts)
        found = sum(not low <= 0 <= high for _, _, low, high, _ in verdicts)
        errors = np.array([estimate - value for value, estimate, *_ in mine])
        ends = stats.binomtest(held, len(verdicts)).proportion_ci(0.95, "exact")
        rows.append(
            CityRow(
                asked.id, cities, PEOPLE, all(m[0] == 0 for m in mine), len(verdicts), held, found, float(errors.mean()),
                float(1.96 * errors.std(ddof=1) / np.sqrt(len(errors))), held / len(verdicts), (float(ends.low), float(ends.high)),
            )
        )  # fmt: skip
    return rows

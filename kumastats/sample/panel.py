"""The fast way to a city's overtime: monthly sums by office, in memory, with the truth by its twin."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.sample import config, overtime
from kumastats.sample.city import City, build, live_dates
from kumastats.sample.overtime import Live

REGULAR = (0, 1)  # managers cannot be ordered overtime


@dataclass(frozen=True, eq=False)
class Summaries:
    """A city's overtime without its files.

    Attributes
    ----------
    cells
        ``unit``, ``period`` (``2018-10``), and the integers ``n``, ``s1``, ``s2`` of minutes a person-month.
    live
        Office id to the day the cloud workplace went live there.
    truth
        The effect in hours a person-month, over the question's treated office-months.
    """

    cells: pd.DataFrame
    live: dict[str, dt.date]
    truth: float


def summaries(
    people: int, seed: int, start: dt.date, end: dt.date, cohorts: tuple[dt.date, ...] = config.WAVES[:2]
) -> Summaries:
    """Return a city's monthly overtime by office, and the true effect on the offices of `cohorts`."""
    city = build(people, seed)
    live = live_dates(city, overtime.busiest_offices(city))
    made, twin = _cells(city, live, start, end), _cells(city, None, start, end)
    ids = {o.id: live[i][0] for i, o in enumerate(city.offices)}
    return Summaries(made, ids, effect(made, twin, ids, cohorts))


def effect(
    made: pd.DataFrame, twin: pd.DataFrame, live: dict[str, dt.date], cohorts: tuple[dt.date, ...]
) -> float:
    """Return the mean difference between the city and its twin over treated office-months, weighted by people, in hours.

    NaN when no office-month of these cohorts is treated.
    """
    both = made.merge(twin, on=["unit", "period"], suffixes=("", "_twin"))
    start = both["unit"].map(live)
    treated = both[[d in cohorts and p >= f"{d:%Y-%m}" for d, p in zip(start, both["period"], strict=True)]]
    if treated.empty:
        return float("nan")
    return float((treated["s1"] - treated["s1_twin"]).sum() / treated["n"].sum() / 60)


def _cells(city: City, live: Live | None, start: dt.date, end: dt.date) -> pd.DataFrame:
    frames = []
    first = start.year if start.month >= 4 else start.year - 1
    last = end.year if end.month >= 4 else end.year - 1
    for year in range(first, last + 1):
        made = overtime.simulate(city, year, live)
        frames.append(monthly(city, made))
    out = pd.concat(frames, ignore_index=True)
    inside = out["period"].between(f"{start:%Y-%m}", f"{end:%Y-%m}")
    return out[inside].sort_values(["unit", "period"], ignore_index=True)


def monthly(city: City, year: overtime.Year) -> pd.DataFrame:
    """Return the monthly sums by office of one simulated year."""
    n = city.teachers_from
    office = city.office[:n, year.year - config.FIRST_YEAR]
    eligible = np.isin(city.kinds[:n], REGULAR)
    labels = [f"{d:%Y-%m}" for d in year.days]
    rows = []
    for label in sorted(set(labels)):
        columns = [i for i, x in enumerate(labels) if x == label]
        minutes = year.recorded[:, columns].sum(axis=1)
        count = np.bincount(office[eligible], minlength=len(city.offices))
        s1 = np.bincount(office[eligible], minutes[eligible], len(city.offices)).astype(np.int64)
        s2 = np.bincount(office[eligible], minutes[eligible].astype(float) ** 2, len(city.offices)).astype(
            np.int64
        )
        rows += [
            (o.id, label, int(count[i]), int(s1[i]), int(s2[i]))
            for i, o in enumerate(city.offices)
            if count[i]
        ]
    return pd.DataFrame(rows, columns=["unit", "period", "n", "s1", "s2"])

"""The workload models on a synthetic city: its rows go to the sums the models read, without files between."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from city_questions import Answer, Made

from kumastats.sample import config, days, overtime, panel, register, schedule, schools
from kumastats.sample.city import City
from kumastats.text import Text
from kumastats.warehouse.moments import MomentCells
from kumastats.workload.overtime.rollout import fit_models
from kumastats.workload.schools.arrival import Arrival, concurrent

MODELS = ("office", "person", "hurdle_mean")


def cells(rows: pd.DataFrame, variables: Sequence[str], square: bool = False) -> MomentCells:
    """Return rows of unit, period, n and sums as moment cells; with `square`, products stand in columns ``a*b``."""
    rows = rows.sort_values(["unit", "period"], kind="stable", ignore_index=True)
    units, unit = np.unique(rows["unit"].to_numpy(dtype=str), return_inverse=True)
    periods, period = np.unique(rows["period"].to_numpy(dtype=str), return_inverse=True)
    n = rows["n"].to_numpy(dtype=np.int64)
    second = {
        (a, b): rows[f"{variables[a]}*{variables[b]}"].to_numpy(dtype=np.int64)
        for b in range(len(variables)) for a in range(b + 1) if square
    }  # fmt: skip
    return MomentCells(
        tuple(units.tolist()), tuple(periods.tolist()), unit.astype(np.int64), period.astype(np.int64), tuple(variables), n, n,
        rows[list(variables)].to_numpy(dtype=np.int64), second, 1, "synthetic",
    )  # fmt: skip


def months(year: overtime.Year, start: dt.date, end: dt.date) -> Iterator[tuple[str, np.ndarray]]:
    """Return each month of a year inside a window, with its columns."""
    labels = np.array([f"{d:%Y-%m}" for d in year.days])
    for label in np.unique(labels):
        if f"{start:%Y-%m}" <= label <= f"{end:%Y-%m}":
            yield str(label), np.flatnonzero(labels == label)


def rollout(made: Made, known: dict[str, Any]) -> dict[str, Answer]:
    """Answer what the cloud workplace did to the log of mean overtime, by each model."""
    city, live = made.city, made.live
    (start, end), cohorts, n = register.WINDOW, register.COHORTS, city.teachers_from
    eligible = np.flatnonzero(np.isin(city.kinds[:n], panel.REGULAR))
    dates: dict[str, dt.date | None] = {
        o.id: d for i, o in enumerate(city.offices) if (d := live[i][0]) > start
    }
    names = np.array([o.id for o in city.offices])
    people, counts = [], []
    for number, year in made.years.items():
        y = number - config.FIRST_YEAR
        office, person = names[city.office[eligible, y]], city.person[eligible, y]
        for label, columns in months(year, start, end):
            stopped = {
                o for o, d in dates.items() if d not in cohorts and d is not None and d <= end and f"{d:%Y-%m}" <= label
            }  # fmt: skip
            kept = np.array([o in dates and o not in stopped for o in office])
            minutes = year.recorded[np.ix_(eligible[kept], columns)]
            people.append(
                pd.DataFrame(
                    {
                        "office": office[kept], "person": person[kept], "period": label, "n": len(columns),
                        "minutes": minutes.sum(axis=1),
                    }
                )
            )  # fmt: skip
            where, lengths = np.unique(office[kept], return_inverse=True)[1], np.unique(minutes)
            code = where[:, None] * len(lengths) + np.searchsorted(lengths, minutes)
            number_of = np.bincount(code.ravel())
            at_ = np.flatnonzero(number_of)
            counts.append(
                pd.DataFrame(
                    {
                        "unit": np.unique(office[kept])[at_ // len(lengths)], "period": label,
                        "minutes": lengths[at_ % len(lengths)], "n": number_of[at_],
                    }
                )
            )  # fmt: skip
    rows = pd.concat(people, ignore_index=True)
    by_office = rows.groupby(["office", "period"], as_index=False)[["n", "minutes"]].sum()
    rows["unit"] = rows["person"].astype(str) + " " + rows["office"]
    by_person = rows.groupby(["unit", "period"], as_index=False)[["n", "minutes"]].sum()
    found = fit_models(
        cells(by_office.rename(columns={"office": "unit"}), ["minutes"]), cells(by_person, ["minutes"]),
        pd.concat(counts, ignore_index=True), dates, cohorts,
    )  # fmt: skip
    day = by_office["office"].map(dates)
    treated = np.array(
        [d in cohorts and f"{d:%Y-%m}" <= p for d, p in zip(day, by_office["period"], strict=True)]
    )
    at = rows[rows["period"].isin(by_office["period"])]
    at = at.merge(by_office.loc[treated, ["office", "period"]], on=["office", "period"])
    mean = at["minutes"].sum() / len(at) / 60
    true = -math.log1p(-known["overtime-cloud-workplace"]["value"] / mean)
    return {
        f"overtime-cloud-workplace: {name}": (true, e.value, e.low, e.high, True)
        for name, e in found.effects().items() if name in MODELS
    }  # fmt: skip


BY_THEN = (
    dt.date(2018, 7, 1),
    dt.date(2022, 3, 31),
)  # a year before the first arrival, a year after the last


def arrivals(made: Made, known: dict[str, Any]) -> dict[str, Answer]:
    """Answer what two things did that reached schools in overlapping waves, each with the other in the model."""
    city = made.larger
    word = Text("語", "word")
    both = (
        Arrival("affairs", word, schedule.school_affairs(city), settles=92),
        Arrival("tablets", word, schedule.pupil_tablets(city), days=config.PUPIL_TABLET_DAYS),
    )
    found = concurrent(_teacher_days(city, both), both, *BY_THEN).together
    settled = float(
        config.SCHOOL_SYSTEM_MINUTES
    )  # its first days, which grow, have a coefficient of their own
    return {
        "in-school-school-affairs: beside tablets": (settled, found["affairs"].estimate, *found["affairs"].ci, found["affairs"].decidable),
        "in-school-pupil-tablets": (
            float(known["in-school-pupil-tablets"]["value"]), found["tablets"].estimate, *found["tablets"].ci, found["tablets"].decidable,
        ),
    }  # fmt: skip


def _teacher_days(city: City, both: Sequence[Arrival]) -> MomentCells:
    phases = {p: (a, lo, hi) for a in both for p, (lo, hi) in a.phases.items()}
    names = ("in_school_min", *phases)
    pairs = [(i, j) for j in range(len(names)) for i in range(j + 1)]
    keys: dict[str, list[Any]] = {"unit": [], "period": []}
    sums = []
    for number in range(BY_THEN[0].year - 1, BY_THEN[1].year + 1):
        first, last = days.fiscal_year(number)
        if last < BY_THEN[0] or first > BY_THEN[1]:
            continue
        dates = days.workdays(max(first, BY_THEN[0]), min(last, BY_THEN[1]))
        at = np.array(dates, dtype="datetime64[D]")
        labels = np.array([f"{d:%Y-%m}" for d in dates])
        edges = np.array([0, *(np.flatnonzero(labels[1:] != labels[:-1]) + 1).tolist()])
        for s, school in enumerate(city.schools):
            posts = schools.teachers(city, number, s)
            values = schools.minutes(city, number, s, posts, dates)
            there = values >= 0
            parts = [np.where(there, values, 0)]
            for a, low, high in phases.values():
                age = (at - np.datetime64(a.live[school.id], "D")).astype(int)
                parts.append(there & ((age >= low) & (age < (high or 10**6)))[None, :])
            columns = [there, *parts, *(parts[i].astype(np.int64) * parts[j] for i, j in pairs)]
            # posts × months, one below the other
            sums.append(
                np.stack([np.add.reduceat(c, edges, axis=1, dtype=np.int64).ravel() for c in columns], axis=1)
            )
            who = [f"{school.id} p{city.person[p, number - config.FIRST_YEAR]:06d}" for p in posts]
            keys["unit"] += [w for w in who for _ in edges]
            keys["period"] += [*labels[edges].tolist()] * len(who)
    columns_named = ["n", *names, *(f"{names[i]}*{names[j]}" for i, j in pairs)]
    rows = pd.DataFrame(keys).join(pd.DataFrame(np.concatenate(sums), columns=columns_named))
    return cells(rows[rows["n"] > 0], names, square=True)

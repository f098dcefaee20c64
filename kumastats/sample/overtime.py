"""Overtime of city staff: true minutes of every person-day, and what of them is recorded.

True time is a hurdle: whether a day has any depends on person, office, weekday, month and shocks; how much is lognormal.
Recorded time is rounded down by office habit and, from April 2019, partly missing beyond 45 hours a month. The twin city
without the reform is made from the same draws, so that their difference is the truth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.sample import config, days
from kumastats.sample.city import City
from kumastats.sample.schedule import NONE, Off

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Live = Mapping[int, tuple[dt.date, dt.date | None]]


@dataclass(frozen=True, eq=False)
class Year:
    """City staff in one fiscal year; matrices are posts × workdays, in minutes.

    Attributes
    ----------
    recorded
        Ordered overtime as recorded; −1 on a day of leave of any kind.
    true
        Overtime truly worked.
    leave
        Whether the person was on leave.
    """

    year: int
    days: list[dt.date]
    recorded: Ints
    true: Ints
    leave: npt.NDArray[np.bool_]


def simulate(city: City, year: int, live: Live | None, off: Off = NONE) -> Year:
    """Return the year of all city staff; with `live` None, in the twin without the cloud workplace.

    With ``overtime_caps`` in `off`, in the twin without caps. No other initiative touches overtime.
    """
    y = year - config.FIRST_YEAR
    n = city.teachers_from
    dates = days.workdays(*days.fiscal_year(year))
    at = np.array(dates, dtype="datetime64[D]")
    office, person, kind = city.office[:n, y], city.person[:n, y], city.kinds[:n]
    trait = _traits(city, person)
    shift = (
        _office_shift(city)[office][:, None]
        + _office_months(city, year, dates)[office]
        + _shocks(city, dates)[office]
    )
    month = np.array([config.MONTH_SHIFT.get(d.month, 0.0) for d in dates])
    week = np.array([0.05, 0.02, -0.10, 0.04, -0.02])[[d.weekday() for d in dates]]
    rng = city.rng(3, year)
    odds = config.ANY_INTERCEPT + trait[0][:, None] + 1.1 * shift + month + week
    odds = odds - 1.2 * (kind == 1)[:, None]
    any_ = rng.random(odds.shape) < 1 / (1 + np.exp(-odds))
    log = config.LOG_MINUTES + trait[1][:, None] + 0.7 * shift + 0.6 * month
    log = log + config.LOG_SD_DAY * rng.standard_normal(odds.shape)
    factor = np.ones((len(city.offices), len(dates)))
    if live is not None:
        for i, (start, _) in live.items():
            size = config.EFFECT[city.offices[i].kind]
            factor[i] += size * days.ramp(at, start, config.PHASED_OVER_DAYS)
    capped = (at >= np.datetime64(config.CAPS_ON, "D")) & ("overtime_caps" not in off)
    factor *= 1 + config.CAPS_TRUE * capped
    minutes = np.minimum(np.exp(log) * factor[office], config.LONGEST_DAY) * any_
    leave = rng.random(odds.shape) < _leave_odds(dates)[None, :]
    true = np.where(leave | (kind == 2)[:, None], 0, minutes).astype(np.int64)
    recorded = _record(city, true, office, dates, capped)
    recorded[:, :] = np.where(leave, 0, recorded)
    return Year(year, dates, recorded, true, leave)


def _traits(city: City, person: Ints) -> tuple[Floats, Floats]:
    """Return the person effects on the odds of any and on the log of minutes; they stay with the person."""
    draws = city.rng(4).standard_normal((int(city.person.max()) + 1, 2))
    odds = config.ODDS_SD_PERSON * draws[person, 0]
    log = config.LOG_SD_PERSON * (0.6 * draws[person, 0] + 0.8 * draws[person, 1])
    return odds, log


def _office_shift(city: City) -> Floats:
    kinds = np.array([config.KIND_SHIFT[o.kind] for o in city.offices])
    return np.asarray(kinds + config.OFFICE_SD * city.rng(5).standard_normal(len(city.offices)))


def _office_months(city: City, year: int, dates: list[dt.date]) -> Floats:
    """Return the drifting season of each office: autoregressive over months, offices × days."""
    months = 12 * (config.LAST_YEAR - config.FIRST_YEAR + 1)
    noise = city.rng(6).standard_normal((len(city.offices), months))
    path = np.empty_like(noise)
    path[:, 0] = noise[:, 0]
    for m in range(1, months):
        path[:, m] = (
            config.OFFICE_MONTH_AR * path[:, m - 1] + np.sqrt(1 - config.OFFICE_MONTH_AR**2) * noise[:, m]
        )
    first = 12 * (year - config.FIRST_YEAR)
    column = [first + (d.month - 4) % 12 for d in dates]
    return np.asarray(config.OFFICE_MONTH_SD * path[:, column])


def _shocks(city: City, dates: list[dt.date]) -> Floats:
    out = np.zeros((len(city.offices), len(dates)))
    for number, (_, first, last, size, share, extra) in enumerate(config.SHOCKS):
        inside = np.array([first <= d <= last for d in dates])
        hard = city.rng(7, number).random(len(city.offices)) < share
        out += inside[None, :] * (size + extra * hard[:, None])
    return out


def _leave_odds(dates: list[dt.date]) -> Floats:
    return np.array([0.10 if d.month == 8 else 0.075 if d.month in (5, 12, 1) else 0.055 for d in dates])


def _record(
    city: City, true: Ints, office: Ints, dates: list[dt.date], capped: npt.NDArray[np.bool_]
) -> Ints:
    step = np.where(city.rng(8).random(len(city.offices)) < 0.6, 30, 15)
    out = (true // step[office][:, None]) * step[office][:, None]
    month = np.array([d.month for d in dates])
    exact = exact_office(city)
    for m in np.unique(month):
        columns = np.flatnonzero((month == m) & capped)
        if not len(columns):
            continue
        total = out[:, columns].sum(axis=1)
        over = np.maximum(total - config.CAP_MINUTES, 0)
        missing = np.where(
            office == exact,
            np.where(over > 0, over + 1, 0),
            (over * config.UNRECORDED_BEYOND_CAP).astype(np.int64),
        )
        for column in columns[::-1]:
            taken = np.minimum(out[:, column], missing)
            out[:, column] -= taken
            missing = missing - taken
    return np.asarray(out)


def exact_office(city: City) -> int:
    """Return the office where nobody ever records more than 44:59 a month."""
    return next(i for i, o in enumerate(city.offices) if o.kind == "head_office")


def exact_months(city: City, year: Year) -> int:
    """Return how many person-months of that office stand at 44:59 in a year."""
    mine = city.office[: city.teachers_from, year.year - config.FIRST_YEAR] == exact_office(city)
    month = np.array([d.month for d in year.days])
    totals = [year.recorded[mine][:, month == m].sum(axis=1) for m in range(1, 13)]
    return int((np.stack(totals) == config.CAP_MINUTES - 1).sum())


def busiest_offices(city: City, year: int = 2017) -> list[int]:
    """Return office indices by mean recorded overtime of a year, most first."""
    made = simulate(city, year, None)
    office = city.office[: city.teachers_from, year - config.FIRST_YEAR]
    total = np.bincount(office, made.recorded.sum(axis=1), len(city.offices))
    count = np.maximum(np.bincount(office, minlength=len(city.offices)), 1)
    return [int(i) for i in np.lexsort((np.arange(len(city.offices)), -(total / count)))]

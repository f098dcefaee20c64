"""Person-months for the tests of caps: made by other laws than the models fitted to them."""

import numpy as np

from kumastats.calendar import Month
from kumastats.workload.overtime.months import PersonMonths

SEASON = (0.2, 0, 0, 0, -0.1, 0, 0, 0, 0.05, 0, 0.05, 0.25)


def months_of(years):
    return tuple(Month(y if m >= 4 else y + 1, m) for y in years for m in (*range(4, 13), 1, 2, 3))


def made(ordered, years, *, holiday=None, population="city", regime="ordinary", office=None):
    ordered = np.asarray(ordered, dtype=np.int64)
    names = np.full(ordered.shape, regime, dtype=object)
    where = np.full(ordered.shape, "A", dtype=object)
    if office is not None:
        where[:] = np.asarray(office, dtype=object)[:, None]
    return PersonMonths(
        population, months_of(years), ordered, np.zeros_like(ordered) if holiday is None else np.asarray(holiday), names, where
    )  # fmt: skip


def alike_years(people, seed, years=range(2018, 2023)):
    """Years drawn by one law: a person's level, moves each April, months that hang together, a season, quarter hours."""
    rng = np.random.default_rng(seed)
    count = len(years)
    noise = rng.normal(size=(people, 12 * count))
    for t in range(1, 12 * count):
        noise[:, t] = 0.6 * noise[:, t - 1] + 0.8 * noise[:, t]
    level = np.repeat(rng.normal(np.log(700), 0.8, people)[:, None], count, axis=1)
    for k in range(1, count):
        moved = 0.5 * level[:, k - 1] + 0.5 * np.log(700) + 0.7 * rng.normal(size=people)
        level[:, k] = np.where(rng.random(people) < 0.25, moved, level[:, k - 1])
    minutes = np.exp(np.repeat(level, 12, axis=1) + np.tile(SEASON, count) + 0.35 * noise)
    return made(minutes // 15 * 15, years, office=[f"O{i % 30:02d}" for i in range(people)])

"""Two arrivals that overlap: the coefficients of a regression on the rows, and the truth of the synthetic city."""

import datetime as dt

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from kumastats.compare.clusters import FEWEST_CLUSTERS
from kumastats.errors import WorkloadError
from kumastats.sample import city as cities
from kumastats.sample import config, days, schedule, schools
from kumastats.text import Text
from kumastats.warehouse.moments import MomentCells
from kumastats.workload.schools.arrival import Arrival, concurrent, even_split

START, END = dt.date(2018, 7, 1), dt.date(2022, 3, 31)
WORD = Text("語", "word")
TRUTH = {"affairs": config.SCHOOL_SYSTEM_MINUTES, "tablets": config.TABLETS_MINUTES}


def arrivals_of(city):
    return (
        Arrival("affairs", WORD, schedule.school_affairs(city), settles=92),
        Arrival("tablets", WORD, schedule.pupil_tablets(city), days=config.PUPIL_TABLET_DAYS),
    )


def rows_of(city, arrivals, start=START, end=END):
    """Return teacher-days with every phase, from the simulated minutes."""
    frames = []
    for year in range(start.year - 1, end.year + 1):
        first, last = days.fiscal_year(year)
        if max(first, start) > min(last, end):
            continue
        dates = days.workdays(max(first, start), min(last, end))
        month = np.array([d.year * 12 + d.month for d in dates])
        for s, school in enumerate(city.schools):
            posts = schools.teachers(city, year, s)
            made = schools.minutes(city, year, s, posts, dates)
            acts = {
                phase: np.array([lo <= (d - a.live[school.id]).days < (hi or 10**6) for d in dates])
                for a in arrivals
                for phase, (lo, hi) in a.phases.items()
            }
            who = [f"{school.id} p{city.person[p, year - config.FIRST_YEAR]:06d}" for p in posts]
            there = made >= 0
            frames.append(
                pd.DataFrame(
                    {
                        "unit": np.repeat(who, there.sum(axis=1)), "month": np.tile(month, (len(posts), 1))[there], "y": made[there],
                        **{k: np.tile(v, (len(posts), 1))[there].astype(np.int64) for k, v in acts.items()},
                    }
                )
            )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def cells_of(rows, phases):
    """Return the moment cells of these rows, summed by pandas instead of the warehouse."""
    names = ("in_school_min", *phases)
    data = rows.rename(columns={"y": "in_school_min"})
    pairs = {(a, b): names[a] + "*" + names[b] for a in range(len(names)) for b in range(a, len(names))}
    for (a, b), name in pairs.items():
        data[name] = data[names[a]].astype(np.int64) * data[names[b]]
    grouped = data.groupby(["unit", "month"], sort=True)
    sums, n = grouped[[*names, *pairs.values()]].sum(), grouped.size().to_numpy()
    units, unit = np.unique(sums.index.get_level_values(0), return_inverse=True)
    months, month = np.unique(sums.index.get_level_values(1), return_inverse=True)
    return MomentCells(
        tuple(units.tolist()), tuple(f"{(m - 1) // 12}-{(m - 1) % 12 + 1:02d}" for m in months), unit, month, names, n, n,
        sums[list(names)].to_numpy(), {k: sums[v].to_numpy() for k, v in pairs.items()}, 1, "x",
    )  # fmt: skip


def found_in(people, seed):
    city = cities.build(people, seed)
    arrivals = arrivals_of(city)
    rows = rows_of(city, arrivals)
    return (
        rows,
        arrivals,
        concurrent(cells_of(rows, [p for a in arrivals for p in a.phases]), arrivals, START, END),
    )


@pytest.fixture(scope="module")
def made():
    return found_in(1250, 2)


def test_the_city_has_clusters_enough(made):
    rows, _, found = made
    assert rows["unit"].str[:4].nunique() >= FEWEST_CLUSTERS
    assert all(c.decidable for c in found.together.values())


def test_coefficients_and_errors_are_those_of_the_regression_on_rows(made):
    rows, arrivals, _ = made
    rows = rows[rows["unit"].str[3].isin(list("02468"))].copy()
    found = concurrent(cells_of(rows, [p for a in arrivals for p in a.phases]), arrivals, START, END)
    rows["school"] = rows["unit"].str[:4]

    def fitted(data):
        return pf.feols("y ~ affairs_first + affairs + tablets | unit + month", data).coef()

    beta, schools_ = fitted(rows), sorted(rows["school"].unique())
    without = pd.DataFrame([fitted(rows[rows["school"] != s]) for s in schools_])
    g = len(schools_)
    se = np.sqrt((g - 1) / g * ((without - beta) ** 2).sum())
    for name in ("affairs", "tablets"):
        assert found.together[name].estimate == pytest.approx(beta[name], abs=1e-6)
        assert found.together[name].se == pytest.approx(se[name], rel=1e-4)


def test_estimates_lie_about_the_truth(made):
    """Three minutes more while the tablets are new; the system settles at eight less. Within four standard errors."""
    for name, truth in TRUTH.items():
        c = made[2].together[name]
        assert abs(c.estimate - truth) < 4 * c.se


def test_leaving_an_arrival_out_moves_the_other(made):
    """The settling system lowers hours just when tablets arrive: without it, they look smaller."""
    _, _, found = made
    assert found.moved("tablets") < -0.2
    assert "left out" in found.alone["tablets"].estimand.en


def test_few_schools_cannot_be_decided():
    live = {f"S{i}": dt.date(2019, 7, 1) for i in range(5)}
    assert even_split(Arrival("a", WORD, live), START, END) == 0
    live["S4"] = dt.date(2020, 7, 1)
    assert even_split(Arrival("a", WORD, live), START, END) == 1


def test_one_arrival_is_not_two(made):
    _, arrivals, _ = made
    with pytest.raises(WorkloadError, match="two arrivals"):
        concurrent(
            cells_of(pd.DataFrame({"unit": ["a"], "month": [1], "y": [1]}), []), arrivals[:1], START, END
        )

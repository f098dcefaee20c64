"""Chances: come true as often as they say where years are alike and in the sample city; counts against enumeration."""

import datetime as dt
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from cities import alike_years, made
from scipy import stats
from scipy.optimize import minimize

from kumastats import measures
from kumastats.errors import WorkloadError
from kumastats.warehouse import Warehouse
from kumastats.warehouse.snapshot import Snapshot
from kumastats.workload.overtime.calibration import reliability
from kumastats.workload.overtime.caps import CAPS
from kumastats.workload.overtime.counts import number_interval, number_law
from kumastats.workload.overtime.forecast import Forecast, _recalibration, _within_groups, forecast, outcome
from kumastats.workload.overtime.months import person_months
from kumastats.workload.overtime.watch import checked, watch


@pytest.fixture(scope="module")
def city():
    return alike_years(1500, 1)


@pytest.fixture(scope="module")
def sample(small_study):
    return person_months(Warehouse.open(small_study / "warehouse").snapshot(), "city", dt.date(2023, 3, 31))


@pytest.mark.parametrize("n", [1, 4, 9, 10])
def test_the_law_of_a_number_is_that_of_all_ways(n):
    chance = np.random.default_rng(n).random(n)
    chance[0] = 1.0
    law = np.zeros(n + 1)
    for way in product((0, 1), repeat=n):
        law[sum(way)] += np.prod(np.where(way, chance, 1 - chance))
    assert number_law(chance) == pytest.approx(law, abs=1e-13)


def test_the_interval_of_a_number_widens_with_the_error_of_the_chances():
    chance = np.full(500, 0.1)
    from scipy.stats import binom

    assert number_interval(chance) == (binom.ppf(0.025, 500, 0.1), binom.ppf(0.975, 500, 0.1))
    low, high = number_interval(chance, error=10.0)
    spread = np.sqrt(500 * 0.1 * 0.9 + 100)
    assert (low, high) == pytest.approx((50 - 1.96 * spread, 50 + 1.96 * spread), abs=2)


@pytest.mark.parametrize("regime", ["ordinary", "heteronomous"])
@pytest.mark.parametrize("month", [3, 9])
def test_where_years_are_alike_every_tenth_of_chance_comes_true(city, regime, month):
    cap, chance, broken = CAPS[regime], [], []
    for year in (2020, 2021, 2022):
        found = forecast(city, cap, year, month)
        came, _ = outcome(city, cap, year, found.people)
        chance.append(found.chance[~found.already])
        broken.append(came[~found.already])
        assert found.after_caps and (found.chance[found.already] == 1).all()
        assert came[found.already].all()  # what is broken stays broken
    made_ = reliability(np.concatenate(chance), np.concatenate(broken))
    assert all(b.inside for b in made_.bands), made_.bands
    assert made_.skill > 0.3 and abs(made_.expected - made_.broken) < 4 * np.sqrt(made_.broken)


@pytest.mark.parametrize("month", [3, 6, 9])
def test_in_the_sample_city_every_tenth_lies_in_its_band(sample, month):
    made_, years = checked(sample, month, 2023)
    assert years == (2020, 2021, 2022)
    assert all(b.inside for b in made_.bands), made_.bands
    assert made_.skill > 0.4


def test_the_watch_counts_what_the_warehouse_counts(sample, small_study):
    """The scan's running totals and person-months over 45 hours, of everyone eligible, against the panel in memory."""
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    asked = measures.measure("ordered_overtime")
    span = sample.of_year(2021)
    hours = np.maximum(sample.ordered[:, span], 0)
    there = sample.ordered[:, span.stop - 1] >= 0
    running = snapshot.cells(
        "person_day", value=asked.value, grain="person_month", by=(), start=dt.date(2021, 4, 1), end=dt.date(2022, 3, 31),
        where=asked.where, over=360 * 60, running="fiscal_year",
    ).frame  # fmt: skip
    last = running[running["period"] == "2022-03"].iloc[0]
    assert (int(last["n"]), int(last["over"])) == (there.sum(), (hours.sum(1) > 360 * 60)[there].sum())
    found = watch(sample, 2021, 12)
    assert found.people + found.exempt + found.unknown == there.sum()
    assert found.came_out == found.already == found.expected == found.interval[0] == found.interval[1]
    ordinary = found.by_regime["ordinary"]
    mine = hours[ordinary.people]
    assert ordinary.already.tolist() == ((mine > 45 * 60).any(1) | (mine.sum(1) > 360 * 60)).tolist()


def test_order_of_people_changes_nothing(city):
    order = np.random.default_rng(2).permutation(len(city))
    turned = type(city)(
        city.population,
        city.months,
        *(getattr(city, n)[order] for n in ("ordered", "holiday", "regime", "office")),
    )
    one, other = forecast(city, CAPS["ordinary"], 2021, 6), forecast(turned, CAPS["ordinary"], 2021, 6)
    assert other.chance == pytest.approx(
        one.chance[order], abs=0.05
    )  # ties between donors may fall otherwise
    assert other.chance.sum() == pytest.approx(one.chance.sum(), rel=0.01)


def test_what_cannot_be_watched_is_refused(city, sample):
    for call, match in (
        (lambda: watch(city, 2018, 6), "no caps yet"),
        (lambda: watch(city, 2030, 6), "No data"),
        (lambda: forecast(city, CAPS["special"], 2021, 6), "has no caps"),
        (lambda: forecast(city, CAPS["teacher"], 2021, 6), "do not apply"),
        (lambda: forecast(city, CAPS["ordinary"], 2018, 6), "Too few earlier years"),
        (lambda: reliability(np.array([]), np.array([], dtype=bool)), "no chances"),
        (
            lambda: forecast(made(np.zeros((9, 24)), [2019, 2020]), CAPS["ordinary"], 2020, 6),
            "Too few earlier",
        ),
    ):
        with pytest.raises(WorkloadError, match=match):
            call()


def test_a_missing_table_and_a_wrong_population_are_named(small_study):
    with pytest.raises(WorkloadError, match="person_day"):
        person_months(Snapshot((), ()), "city", dt.date(2020, 3, 31))
    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    with pytest.raises(WorkloadError, match="No caps are known"):
        person_months(snapshot, "citizen", dt.date(2020, 3, 31))
    with pytest.raises(WorkloadError, match="no rows of teachers"):
        person_months(snapshot, "teacher", dt.date(2016, 3, 31))


def test_teachers_hours_are_those_beyond_seven_and_three_quarters(small_study):
    from kumastats.calendar.workdays import is_workday

    snapshot = Warehouse.open(small_study / "warehouse").snapshot()
    held = person_months(snapshot, "teacher", dt.date(2018, 3, 31))
    rows = snapshot.frame(
        "person_day",
        ("person_id", "date", "in_school_min"),
        end=dt.date(2018, 3, 31),
        where={"role": "teacher"},
    )
    rows = rows[rows["in_school_min"].notna()]
    regular = np.array([465 if is_workday(d.date()) else 0 for d in rows["date"]])
    beyond = (
        (rows["in_school_min"].astype(int) - regular)
        .groupby([rows["person_id"], rows["date"].dt.strftime("%Y-%m")])
        .sum()
    )
    got = held.ordered[held.ordered >= 0]
    assert sorted(got.tolist()) == sorted(np.maximum(beyond, 0).tolist())


def test_chances_are_taken_back_to_what_happened_wherever_a_whole_step_leads():
    """Against a general optimiser; where steps were not shortened, 19 of these 200 ran off and called everybody certain."""
    rng = np.random.default_rng(11)
    for _ in range(200):
        people = int(rng.integers(40, 300))
        share = (rng.binomial(60, rng.beta(0.15, 3, people)) + 0.05) / 60.1
        broken = rng.random(people) < share ** rng.uniform(0.3, 3)
        design = np.column_stack([np.ones(people), np.log(share), -np.log1p(-share)])

        def lost(at, design=design, broken=broken):
            level = design @ at
            return np.logaddexp(0, level).sum() - broken @ level + ((at - [0, 1, 1]) ** 2).sum() / 2

        found, covariance = _recalibration(share, broken, np.arange(people))
        assert lost(found) <= minimize(lost, [0, 1, 1], options={"gtol": 1e-8}).fun + 1e-6
        assert np.isfinite(covariance).all()


def test_offices_that_break_caps_together_widen_the_number() -> None:
    rng = np.random.default_rng(11)
    group, chance = np.repeat(np.arange(3000), 6), 0.3
    shock = np.repeat(rng.standard_normal(3000), 6)
    # a threshold crossed by a shared and an own part: the correlation of the outcomes is then known by integration
    broken = 0.6 * shock + 0.8 * rng.standard_normal(len(group)) > stats.norm.isf(chance)
    both = stats.multivariate_normal.cdf([-stats.norm.isf(chance)] * 2, cov=[[1, 0.36], [0.36, 1]])
    known = (both - chance**2) / (chance * (1 - chance))
    found = _within_groups(broken - chance, np.full(len(group), chance), group)
    assert found == pytest.approx(known, abs=0.02)
    by_office = np.bincount(group, broken)
    one = Forecast(
        2020, 6, np.arange(6), np.full(6, chance), np.zeros(6, bool), 60, True, np.zeros((6, 3)), np.zeros((3, 3)),
        np.zeros(6, np.int64), found,
    )  # fmt: skip
    assert 6 * chance * (1 - chance) + one.together(np.ones(6, bool)) == pytest.approx(
        by_office.var(), rel=0.05
    )
    apart = replace(one, office=np.arange(6))
    assert apart.together(np.ones(6, bool)) == 0.0
    assert _within_groups(np.array([0.5, -0.5]), np.array([0.5, 0.5]), np.zeros(2, np.int64)) == 0.0

"""The course of a day: exact probabilities, offered load, the fluid law, and the staffing rules compared."""

import math

import numpy as np
import pytest
from scipy import stats

from kumastats.errors import WorkloadError
from kumastats.workload.counter.formulas import erlang_a, erlang_c, fewest_desks, mean_wait
from kumastats.workload.counter.staffing import DelayTarget, WaitTarget, check_staffing, staff, staffing_table
from kumastats.workload.counter.transient import (
    forward,
    last_wait_fluid,
    load_for_last_wait,
    offered_load,
    sinusoidal_load,
)


def test_sinusoidal_offered_load():
    """Row 18: Eick, Massey and Whitt (1993): m(t) = 100 + 10 (sin t - cos t)."""
    at = np.array([3, 7]) * np.pi / 4
    assert sinusoidal_load(100, 20, 1, 1, at) == pytest.approx([114.142136, 85.857864], abs=5e-7)
    edges = np.linspace(0, 12 * np.pi, 24_001)
    rates = 100 + 20 * np.sin((edges[:-1] + edges[1:]) / 2)
    assert offered_load(edges, rates, 1, at + 8 * np.pi, start=90) == pytest.approx(
        [114.142136, 85.857864], abs=1e-4
    )


def test_patience_like_service_leaves_a_poisson_number():
    """Rows 19 and 20: Feldman, Mandelbaum, Massey and Whitt (2008), theta = mu: N(t) is Poisson with mean m(t)."""
    printed = {95: 0.70482069, 100: 0.51329880, 105: 0.32159278, 110: 0.17055990, 115: 0.07589691}
    for s, value in printed.items():
        assert stats.poisson.sf(s - 1, sinusoidal_load(100, 20, 1, 1, math.pi / 4)) == pytest.approx(
            value, abs=5.1e-9
        )
    edges = np.linspace(0, 2.25 * np.pi, 1201)
    rates = 100 + 20 * np.sin((edges[:-1] + edges[1:]) / 2)
    begin = stats.poisson.pmf(np.arange(220), sinusoidal_load(100, 20, 1, 1, 0))
    for s in (95, 115):
        made = forward(edges, rates, 1, s, patience=1, start=begin)
        assert made.delay[-1] == pytest.approx(printed[s], abs=1e-5)
    peak = float(sinusoidal_load(100, 20, 1, 1, 3 * math.pi / 4))
    found = [int(stats.poisson.ppf(1 - alpha, peak)) + 1 for alpha in (0.1, 0.2, 0.3, 0.5, 0.9)]
    assert found == [129, 124, 121, 115, 102]


def test_forward_settles_at_the_stationary_law():
    edges = np.array([0.0, 700])
    made = forward(edges, np.array([4.2]), 1, 5, start=5)
    assert made.delay[-1] == pytest.approx(erlang_c(4.2, 5), abs=1e-9)
    assert made.waiting[-1] / 4.2 == pytest.approx(mean_wait(4.2, 1, 5), abs=1e-8)
    assert made.truncation <= 1e-12
    impatient = forward(edges, np.array([6.0]), 1, 5, patience=2)
    assert impatient.delay[-1] == pytest.approx(erlang_a(6, 1, 2, 5).waiting, abs=1e-10)
    assert impatient.abandoned == pytest.approx(erlang_a(6, 1, 2, 5).abandoning, abs=5e-3)


def test_forward_without_waiting_is_the_offered_load():
    edges = np.array([0.0, 30, 60, 120])
    rates = np.array([1.0, 3.0, 0.5])
    made = forward(edges, rates, 10, 400)
    assert made.present == pytest.approx(offered_load(edges, rates, 10, edges), abs=1e-9)
    assert made.mean_wait == pytest.approx(0, abs=1e-12)


def test_forward_answers_in_overload_as_the_fluid_law_says():
    made = forward(np.array([0.0, 525]), np.array([4 * 1.457]), 5, 20)
    assert made.waiting[-1] / 4 == pytest.approx(last_wait_fluid(1.457, 525), rel=0.04)
    assert [load_for_last_wait(w, 525) for w in (240, 300, 40)] == pytest.approx(
        [1.457, 1.571, 1.076], abs=5e-4
    )
    assert last_wait_fluid(0.99, 525) == 0


@pytest.fixture(scope="module")
def sinusoid():
    """Row 21, the setting of Green, Kolesar and Soares (2001): load 32, amplitude 1, services of 30 minutes."""

    def rates(points: int):
        x = (np.arange(points) + 0.5) / points
        return 64 / 60 * (1 + np.sin(2 * np.pi * (np.arange(24)[:, None] + x) / 24))

    edges = np.arange(25.0) * 60
    made = {
        r: staff(edges, rates(60), 30, DelayTarget(0.1), rule=r, cyclic=True) for r in ("sipp", "lag", "mol")
    }
    return {r: (s, check_staffing(s, rates(12), 30, cycles=2)[0]) for r, s in made.items()}


def test_offered_load_keeps_the_target_that_each_period_alone_breaks(sinusoid):
    sipp, lag, mol = (sinusoid[r] for r in ("sipp", "lag", "mol"))
    assert mol[1].max() <= 0.10
    assert (sipp[0].desk_hours, mol[0].desk_hours) == (968, 1044)
    assert sipp[1].max() == pytest.approx(0.8292, abs=2e-3) and mol[1].max() == pytest.approx(
        0.0910, abs=5e-4
    )
    assert 0.4 < lag[1].max() < 0.5 and lag[0].desk_hours == 967
    shown = staffing_table(sinusoid, "en", yen_an_hour=2667).html()
    assert "modified offered load" in shown and "desk-hours" in shown and "¥" in shown


def test_a_target_on_the_wait_needs_fewer_desks_than_one_on_the_delay():
    target = WaitTarget(10)
    desks = target.desks(9.5, 8)
    assert desks <= fewest_desks(9.5, 0.1)
    from kumastats.workload.counter.formulas import wait_quantile

    assert wait_quantile(9.5 / 8, 8, desks, 0.9) <= 10
    assert desks == 10 or wait_quantile(9.5 / 8, 8, desks - 1, 0.9) > 10
    assert WaitTarget(0.0, 0.9).desks(9.5, 8) == fewest_desks(9.5, 0.1)


def test_constant_rates_make_the_rules_agree():
    edges = np.arange(0, 1441, 60.0)
    made = [
        staff(edges, np.full(24, 0.5), 20, DelayTarget(0.2), rule=r, cyclic=True).desks
        for r in ("sipp", "lag", "mol")
    ]
    assert (made[0] == made[1]).all() and (made[0] == made[2]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: forward(np.array([0.0, 1]), np.array([1.0]), 1, 0), "no desk"),
        (lambda: forward(np.array([0.0, 1]), np.array([-1.0]), 1, 1), "not negative"),
        (lambda: forward(np.array([0.0, 1]), np.array([1.0]), -1, 1), "not negative"),
        (lambda: forward(np.array([0.0, 1]), np.array([1.0]), 0, 1), "positive"),
        (lambda: staff(np.array([0.0, 60]), np.ones(2), 5, DelayTarget(0.1)), "do not fit"),
        (lambda: last_wait_fluid(-1, 525), "not negative"),
    ],
)  # fmt: skip
def test_clear_errors(call, words: str):
    with pytest.raises(WorkloadError, match=words):
        call()

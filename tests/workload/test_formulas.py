"""Formulas of queues against published values and against second routes (Gross and Harris, Palm, Crommelin, Cobham; computed a second time at 30 digits)."""

import math

import numpy as np
import pytest

from kumastats.errors import WorkloadError
from kumastats.workload.counter.formulas import (
    TwoPhases,
    constant_service_wait,
    erlang_a,
    erlang_b,
    erlang_c,
    fewest_desks,
    general,
    kimura,
    mean_wait,
    pollaczek_khinchine,
    priority_waits,
    priority_waits_one_desk,
    share_within,
    two_phase_wait,
    wait_quantile,
)

ERLANG_2 = TwoPhases(
    1.0, 2.0, 2.0, 1.0
)  # two equal phases, mean 1: a squared coefficient of variation of 1/2


def test_erlang_b_and_c_at_printed_values():
    """Rows 1 to 8: Erlang's tables; Gross and Harris; the README files of Ciw and pyworkforce."""
    assert erlang_b(10, 10) == pytest.approx(0.214582343107, abs=1e-12)
    assert erlang_b(100, 100) == pytest.approx(0.0757004527109, abs=1e-12)
    for load, desks, value in ((3, 5, 0.236151603499), (2 / 1.5, 2, 8 / 15), (2, 3, 4 / 9), (0.5, 1, 0.5)):
        assert erlang_c(load, desks) == pytest.approx(value, abs=1e-12)
    assert mean_wait(0.2, 10, 3) == pytest.approx(40 / 9, abs=1e-12)
    assert mean_wait(2, 1 / 1.5, 2) == pytest.approx(8 / 15, abs=1e-12)
    assert share_within(100 / 30, 3, 14, 1 / 3) == pytest.approx(0.888350019179, abs=1e-12)


@pytest.mark.parametrize(("load", "desks"), [(0.3, 1), (2.5, 4), (17.25, 21), (40, 60)])
def test_erlang_equals_the_direct_sum(load: float, desks: int):
    terms = [math.exp(k * math.log(load) - math.lgamma(k + 1)) for k in range(desks + 1)]
    assert erlang_b(load, desks) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)
    tail = terms[-1] * desks / (desks - load)
    assert erlang_c(load, desks) == pytest.approx(tail / (sum(terms[:-1]) + tail), rel=1e-12)


def test_tens_of_thousands_of_desks_keep_their_digits():
    """Square-root staffing (Halfin and Whitt 1981): with load + b sqrt(load) desks, 1 / (1 + b Phi(b) / phi(b)) wait."""
    load, b = 40_000.0, 1.0
    limit = 1 / (1 + b * 0.8413447460685429 / (math.exp(-0.5) / math.sqrt(2 * math.pi)))
    assert erlang_c(load, 40_200) == pytest.approx(limit, abs=0.002)
    assert 0 < erlang_b(60_000, 50_000) - (1 - 50_000 / 60_000) < 1e-4
    assert erlang_b(1, 50_000) == 0 and erlang_c(1, 50_000) == 0


def test_nothing_to_do_means_no_wait():
    assert erlang_b(0, 3) == erlang_c(0, 3) == mean_wait(0, 5, 3) == constant_service_wait(0, 5, 3) == 0
    assert kimura(0, 5, 3, 2).value == pollaczek_khinchine(0, 5, 2) == two_phase_wait(0, ERLANG_2, 2) == 0
    assert erlang_a(0, 5, 10, 3).mean_wait == 0 and share_within(0, 5, 3, 0) == 1
    assert erlang_b(2, 0) == 1


def test_quantiles_invert_the_share_within():
    for share in (0.5, 0.9, 0.99):
        wait = wait_quantile(9, 1, 10, share)
        assert wait == 0 or share_within(9, 1, 10, wait) == pytest.approx(share, abs=1e-12)
    assert wait_quantile(1, 1, 10, 0.9) == 0


def test_fewest_desks_never_starts_too_high():
    """pyworkforce's search starts at load + 1 and over-staffs a quarter of its cases; ours is checked one desk lower."""
    for load in np.arange(0.1, 40, 0.7):
        for delay in (0.01, 0.2, 0.9):
            desks = fewest_desks(float(load), delay)
            assert erlang_c(float(load), desks) <= delay
            assert desks == 1 or load >= desks - 1 or erlang_c(float(load), desks - 1) > delay


def test_erlang_a():
    """Row 9: Palm; Mandelbaum and Zeltyn (2007)."""
    made = erlang_a(48, 1, 2, 50)
    assert made.waiting == pytest.approx(0.467774068554, abs=1e-11)
    assert made.abandoning == pytest.approx(0.0309122491622, abs=1e-12)
    assert made.mean_wait == pytest.approx(0.0618244983244, abs=1e-12)


def test_erlang_a_by_its_chain_and_its_limits():
    arrivals, service, patience, desks = 7.3, 0.9, 1.7, 6
    states = 300
    log_weight = np.r_[
        0,
        np.cumsum(
            [
                math.log(arrivals / (min(n, desks) / service + max(0, n - desks) / patience))
                for n in range(1, states)
            ]
        ),
    ]
    p = np.exp(log_weight - log_weight.max())
    p /= p.sum()
    queue = float(p @ np.maximum(np.arange(states) - desks, 0))
    made = erlang_a(arrivals, service, patience, desks)
    assert made.waiting == pytest.approx(p[desks:].sum(), rel=1e-12)
    assert made.mean_queue == pytest.approx(queue, rel=1e-12)
    assert made.abandoning == pytest.approx(queue / patience / arrivals, rel=1e-12)
    assert erlang_a(9, 1, 1e10, 10).mean_wait == pytest.approx(mean_wait(9, 1, 10), rel=1e-7)
    assert erlang_a(9, 1, math.inf, 10).mean_wait == pytest.approx(mean_wait(9, 1, 10), rel=1e-12)
    assert erlang_a(60_000, 1, 30, 50_000).abandoning == pytest.approx(1 / 6, rel=1e-12)
    # theta = mu: the number present is Poisson whatever the desks
    assert erlang_a(20, 1, 1, 20).waiting == pytest.approx(
        1 - sum(math.exp(-20 + k * math.log(20) - math.lgamma(k + 1)) for k in range(20)), rel=1e-11
    )


def test_one_desk_with_any_service():
    """Row 12: Pollaczek and Khinchine, at a load of 0.8."""
    assert [pollaczek_khinchine(0.8, 1, v) for v in (0, 0.5, 4)] == pytest.approx([2, 3, 10], abs=1e-12)
    assert two_phase_wait(0.8, ERLANG_2, 1) == pytest.approx(3, abs=1e-9)
    assert two_phase_wait(0.8, TwoPhases.hyperexponential(1, 4), 1) == pytest.approx(10, abs=1e-9)


@pytest.mark.parametrize(
    ("desks", "ratio", "value"),
    [(2, .5, .17674106), (2, .8, .90328388), (5, .8, .28906001), (5, .9, .77669516), (10, .8, .10982779), (10, .9, .34458205),
     (20, .9, .14428608), (20, .95, .38573078)],
)  # fmt: skip
def test_constant_services(desks: int, ratio: float, value: float):
    """Row 13: Crommelin (1932)."""
    assert constant_service_wait(desks * ratio, 1, desks) == pytest.approx(value, abs=5.1e-9)


@pytest.mark.parametrize(("desks", "ratio"), [(2, 0.5), (5, 0.9), (10, 0.95), (3, 0.97)])
def test_crommelins_series_equals_the_roots(desks: int, ratio: float, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(general, "MOST_TERMS", 10**8)
    series = constant_service_wait(desks * ratio, 1, desks)
    monkeypatch.setattr(general, "MOST_TERMS", 0)
    assert constant_service_wait(desks * ratio, 1, desks) == pytest.approx(series, rel=1e-9)


@pytest.mark.parametrize(
    ("desks", "ratio", "cv2", "value"),
    [(2, .8, 2, 2.62125171), (2, .8, 4, 4.28537766), (5, .8, 2, .79255083), (5, .8, 4, 1.25415140), (5, .9, 2, 2.23831086),
     (5, .9, 4, 3.64440930), (10, .9, 2, .96684487), (10, .9, 4, 1.54895501)],
)  # fmt: skip
def test_two_phases(desks: int, ratio: float, cv2: float, value: float):
    """Rows 15 and 16: hyperexponential services with balanced means, exact chain."""
    assert two_phase_wait(desks * ratio, TwoPhases.hyperexponential(1, cv2), desks) == pytest.approx(
        value, abs=5.1e-9
    )


@pytest.mark.parametrize("cv2", [0.5, 2.0, 4.0])
def test_kimura_keeps_its_stated_error(cv2: float):
    service = ERLANG_2 if cv2 < 1 else TwoPhases.hyperexponential(1, cv2)
    for desks in (2, 3, 5, 8, 10):
        for ratio in (0.8, 0.85, 0.9, 0.95):
            made = kimura(desks * ratio, 1, desks, cv2)
            exact = two_phase_wait(desks * ratio, service, desks)
            assert made.error == 0.02 and abs(made.value / exact - 1) <= made.error


def test_kimura_is_exact_where_it_can_be_and_says_where_it_is_not_known():
    assert kimura(9, 1, 10, 1).value == pytest.approx(mean_wait(9, 1, 10), rel=1e-12)
    assert kimura(9, 1, 10, 0).value == pytest.approx(constant_service_wait(9, 1, 10), rel=1e-12)
    assert kimura(0.8, 1, 1, 4).value == pytest.approx(10, rel=1e-12)
    assert kimura(9, 1, 10, 1).error == 0
    assert math.isnan(kimura(9, 1, 30, 2).error) and "Outside" in kimura(9, 1, 30, 2).note.en


def test_priorities():
    """Cobham (1954); the mean over classes is that of one queue (equal services), whatever the order."""
    waits = priority_waits((1.5, 2.5), 1, 5)
    assert (1.5 * waits[0] + 2.5 * waits[1]) / 4 == pytest.approx(mean_wait(4, 1, 5), rel=1e-12)
    assert priority_waits((4,), 1, 5)[0] == pytest.approx(mean_wait(4, 1, 5), rel=1e-12)
    one = priority_waits_one_desk((0.3, 0.4), (1, 1), (0, 0))
    assert one == pytest.approx((0.35 / 0.7, 0.35 / (0.7 * 0.3)), rel=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: erlang_c(3, 3), lambda: mean_wait(3, 1, 3), lambda: constant_service_wait(5, 1, 3), lambda: kimura(3, 1, 3, 2),
        lambda: pollaczek_khinchine(1, 1, 1), lambda: priority_waits((2, 1), 1, 3), lambda: erlang_a(3, 1, math.inf, 3),
        lambda: two_phase_wait(3, ERLANG_2, 3), lambda: wait_quantile(3, 1, 3, 0.9),
    ],
)  # fmt: skip
def test_overload_is_refused_and_the_transient_answer_named(call):
    with pytest.raises(WorkloadError, match=r"forward.*last_wait_fluid.*simulat"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: erlang_b(-1, 3), lambda: erlang_c(1, 0), lambda: erlang_c(1, 2.5), lambda: mean_wait(1, -1, 3), lambda: erlang_c(math.nan, 3),
        lambda: erlang_a(1, 1, 0, 3), lambda: erlang_b(math.inf, 3), lambda: fewest_desks(3, 0), lambda: wait_quantile(1, 1, 2, 1),
    ],
)  # fmt: skip
def test_impossible_values_are_refused(call):
    with pytest.raises(WorkloadError):
        call()


def test_further_textbook_values():
    """Worked examples found elsewhere: Hillier and Lieberman (hospital priorities), Gross and Harris (clinic), large pools."""
    # Hillier and Lieberman, Introduction to Operations Research: three classes 0.2, 0.6, 1.2 an hour, services of 20 minutes;
    # with one doctor A = 4.5 and B = 14/15, 11/15, 1/3
    assert priority_waits((0.2, 0.6, 1.2), 1 / 3, 2) == pytest.approx((0.0289, 0.0333, 0.0479), abs=6e-4)
    assert priority_waits((0.2, 0.6, 1.2), 1 / 3, 1) == pytest.approx(
        (1 / (4.5 * 14 / 15), 1 / (4.5 * 14 / 15 * 11 / 15), 1 / (4.5 * 11 / 15 / 3)), abs=1e-12
    )
    # Gross and Harris, the eye clinic: 6 an hour, services of 20 minutes, 3 doctors: 4/9 wait, 8/9 waiting
    assert erlang_c(2, 3) == pytest.approx(4 / 9, abs=1e-12)
    assert 6 * mean_wait(6, 1 / 3, 3) == pytest.approx(8 / 9, abs=1e-12)
    # two desks of a half each against one of twice the pace: M/M/2 waits rho / (1 + rho) of M/M/1's work
    for rho in (0.1, 0.5, 0.95):
        assert erlang_c(2 * rho, 2) == pytest.approx(2 * rho**2 / (1 + rho), abs=1e-12)
    for n in (1_000, 5_000, 20_000):
        blocked = 1 / sum(
            math.exp(sum(math.log((n - j) / n) for j in range(k))) for k in range(12 * int(n**0.5))
        )
        assert erlang_b(n, n) == pytest.approx(blocked, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_random_counters_equal_exact_sums(seed: int):
    """Fractions: no rounding until the end."""
    from fractions import Fraction

    rng = np.random.default_rng(seed)
    desks = int(rng.integers(1, 60))
    load = Fraction(int(rng.integers(1, 1000 * desks)), 1000)
    term, total = Fraction(1), Fraction(0)
    for k in range(desks):
        total += term
        term = term * load / (k + 1)
    assert erlang_b(float(load), desks) == pytest.approx(float(term / (total + term)), rel=1e-9)
    tail = term * desks / (desks - load)
    waiting = tail / (total + tail)
    assert erlang_c(float(load), desks) == pytest.approx(float(waiting), rel=1e-9)
    assert mean_wait(float(load), 1, desks) == pytest.approx(float(waiting / (desks - load)), rel=1e-9)

"""Counters: little queues by hand, published formulas, a second route for the kernel, and a log that is read right."""

import heapq

import numpy as np
import pandas as pd
import pytest

from kumastats.errors import WorkloadError
from kumastats.workload.counter import audit, open_desks, profile, queue_waits, service_times, waits, what_if
from kumastats.workload.counter.formulas import erlang_b, erlang_c, mean_wait, share_within
from kumastats.workload.counter.walk_ins import simulate_days


def test_published_erlang_values():
    """Gross and Harris, Fundamentals of Queueing Theory; the README of pyworkforce."""
    assert erlang_b(100, 100) == pytest.approx(0.0757004527109, abs=1e-12)
    for load, desks, value in (
        (8, 10, 0.409180150796),
        (18, 20, 0.550769004816),
        (95, 100, 0.506456853913),
        (2 / 1.5, 2, 8 / 15),
    ):
        assert erlang_c(load, desks) == pytest.approx(value, abs=1e-11)
    assert mean_wait(9, 1, 10) == pytest.approx(0.668731524108, abs=1e-11)
    assert mean_wait(2, 1 / 3, 1) == pytest.approx(2 / 3, abs=1e-12)
    assert erlang_c(100 / 30 * 3, 14) == pytest.approx(0.174131933595, abs=1e-11)
    assert mean_wait(0.8, 1, 1, cv2_service=0) == pytest.approx(2, abs=1e-12)
    assert share_within(1e-9, 1, 1, 0) == pytest.approx(1, abs=1e-8)


def test_an_overloaded_counter_has_no_stationary_wait():
    with pytest.raises(WorkloadError, match="simulation of whole days"):
        mean_wait(3, 1, 3)


def test_a_little_queue_by_hand():
    arrival = np.array([[0.0], [1.0], [2.0], [3.0]])
    service = np.array([[5.0], [5.0], [1.0], [1.0]])
    assert queue_waits(arrival, service, 1)[:, 0].tolist() == [0, 4, 8, 8]
    assert queue_waits(arrival, service, 2)[:, 0].tolist() == [0, 0, 3, 3]
    assert queue_waits(arrival, service, 3)[:, 0].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("desks", [1, 2, 5, 11])
def test_the_kernel_equals_a_heap_and_lindley(desks: int):
    rng = np.random.default_rng(desks)
    arrival = np.sort(rng.random((300, 7)) * 100, axis=0)
    service = rng.lognormal(0, 1, (300, 7))
    made = queue_waits(arrival, service, desks)
    for day in range(7):
        free = [0.0] * desks
        for i in range(300):
            begin = max(arrival[i, day], heapq.heappop(free))
            assert made[i, day] == begin - arrival[i, day]
            heapq.heappush(free, begin + service[i, day])
    if desks == 1:
        gap = np.diff(arrival, axis=0)
        lindley = np.zeros_like(arrival)
        for i in range(1, 300):
            lindley[i] = np.maximum(0, lindley[i - 1] + service[i - 1] - gap[i - 1])
        assert np.allclose(made, lindley, atol=1e-9)


def test_the_kernel_equals_ciw_on_one_trace():
    ciw = pytest.importorskip("ciw")
    rng = np.random.default_rng(3)
    gaps, service = rng.exponential(1, 200), rng.exponential(1.7, 200)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")])],
        service_distributions=[ciw.dists.Sequential(list(service))],
        number_of_servers=[2],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(10_000)
    records = sorted(simulation.get_all_records(), key=lambda r: r.arrival_date)
    made = queue_waits(np.cumsum(gaps)[:, None], service[:, None], 2)[:, 0]
    assert np.allclose([r.waiting_time for r in records], made, atol=1e-9)


def test_more_desks_never_make_anyone_wait_longer():
    rng = np.random.default_rng(4)
    arrival, service = np.sort(rng.random((200, 20)) * 60, axis=0), rng.exponential(1, (200, 20))
    for desks in range(1, 6):
        assert (queue_waits(arrival, service, desks + 1) <= queue_waits(arrival, service, desks) + 1e-9).all()


def test_long_run_agrees_with_erlang():
    rng = np.random.default_rng(5)
    arrival = np.cumsum(rng.exponential(1 / 3.2, (6000, 40)), axis=0)
    made = queue_waits(arrival, rng.exponential(1, (6000, 40)), 4)[1000:]
    error = made.mean(axis=0).std(ddof=1) / np.sqrt(40)
    assert made.mean() == pytest.approx(mean_wait(3.2, 1, 4), abs=4 * error)


def log(days: int = 30, customers: int = 60, desks: int = 3, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for d in range(days):
        at = np.sort(rng.integers(0, 480 * 60, customers))
        service = rng.lognormal(np.log(12 * 60), 0.6, customers).astype(int) + 10
        free = [(0, k) for k in range(desks)]
        for i in range(customers):
            ready, desk = heapq.heappop(free)
            called = max(at[i], ready)
            heapq.heappush(free, (called + service[i], desk))
            rows.append((d, at[i], called, called + service[i], str(desk)))
    base = pd.Timestamp("2018-04-02 08:30")
    frame = pd.DataFrame(rows, columns=["d", "a", "c", "f", "desk_id"])
    day = base + pd.to_timedelta(frame["d"], unit="D")
    return pd.DataFrame(
        {
            "ticket_id": frame.index.astype(str), "office_id": "W1", "service": "x", "desk_id": frame["desk_id"], "outcome": "served",
            **{n: day + pd.to_timedelta(frame[c], unit="s") for n, c in (("issued_at", "a"), ("called_at", "c"), ("finished_at", "f"))},
            "left_at": pd.NaT,
        }
    )  # fmt: skip


def test_audit_counts_what_is_there():
    tickets = log(days=6)
    tickets.loc[0, "outcome"] = "no_show"
    tickets.loc[1, "finished_at"] = pd.NaT
    tickets.loc[2, "finished_at"] = tickets.loc[2, "called_at"]
    tickets.loc[3, "desk_id"] = None
    made = audit(tickets)
    assert (made.tickets, made.days, dict(made.outcomes)) == (360, 6, {"served": 359, "no_show": 1})
    assert (made.no_finish, made.zero_service, made.short_service, made.no_desk, made.overlapping) == (
        1,
        1,
        1,
        1,
        0,
    )


def test_waits_summarise_what_is_there():
    tickets = log()
    minutes = ((tickets["called_at"] - tickets["issued_at"]).dt.total_seconds() / 60).to_numpy()
    made = waits(tickets, rng=np.random.default_rng(1), target=10)
    assert made.mean.value == pytest.approx(minutes.mean())
    assert made.p90.value == pytest.approx(np.quantile(minutes, 0.9, method="inverted_cdf"))
    assert made.within.value == pytest.approx((minutes <= 10).mean())
    assert made.mean.low < made.mean.value < made.mean.high
    few = waits(log(days=5), rng=np.random.default_rng(1))
    assert np.isnan(few.mean.low)


def test_desks_profile_and_services_are_recovered():
    tickets = log(days=40, customers=90)
    assert open_desks(tickets) == 3
    shape = profile(tickets)
    assert shape.a_day == pytest.approx(90) and shape.days == 40
    held = service_times(tickets)
    assert held.n == len(tickets) and held.excluded == 0
    assert held.median == pytest.approx(12.2, rel=0.1)
    assert held.sd_log == pytest.approx(0.6, abs=0.05)


def test_simulated_days_keep_the_profile():
    shape = profile(log(days=40))
    made = simulate_days(shape, np.array([1.0, 2.0]), 2000, rng=np.random.default_rng(1))
    assert made.count.mean() == pytest.approx(60, rel=0.02)
    here = made.arrival < 1e8
    counts, _ = np.histogram(made.arrival[here], bins=shape.edges)
    assert np.allclose(counts / 2000, shape.mean, rtol=0.1, atol=0.15)
    assert (np.diff(np.where(here, made.arrival, 1e9), axis=0) >= 0).all()


def test_what_if_improves_monotonically_and_answers():
    tickets = log(days=30, customers=130)
    made = what_if(profile(tickets), service_times(tickets), 3, rng=np.random.default_rng(2), days=120)
    assert made.by_desks["p90"].is_monotonic_decreasing and made.by_work["p90"].is_monotonic_decreasing
    assert made.load > 1
    assert made.desks_for_target and made.desks_near_zero and made.desks_for_target <= made.desks_near_zero
    hit = made.by_desks.set_index("desks")["p90"]
    assert hit[made.desks_for_target] <= 40 and (hit[hit.index < made.desks_for_target] > 40).all()
    again = what_if(profile(tickets), service_times(tickets), 3, rng=np.random.default_rng(2), days=120)
    pd.testing.assert_frame_equal(again.by_desks, made.by_desks)


def test_too_little_is_refused():
    with pytest.raises(WorkloadError):
        service_times(log(days=6).head(10))
    with pytest.raises(WorkloadError):
        profile(log(days=3))
    with pytest.raises(WorkloadError):
        audit(pd.DataFrame({"office_id": []}))

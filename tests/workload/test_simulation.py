"""Simulated counters: the same waits as SimPy and Ciw on one trace, exact laws within the interval, scenarios by hand."""

import numpy as np
import pytest

from kumastats.errors import WorkloadError
from kumastats.workload.counter import ArrivalProfile
from kumastats.workload.counter.formulas import erlang_a, priority_waits
from kumastats.workload.counter.hours import Desk, DeskPlan
from kumastats.workload.counter.kernel import queue_waits, ranked_waits
from kumastats.workload.counter.laws import Constant, Exponential, Lognormal
from kumastats.workload.counter.run import compare, simulate
from kumastats.workload.counter.scenario import Appointments, Kind, Scenario, Triage, counter


def trace(n: int = 300, seed: int = 1):
    rng = np.random.default_rng(seed)
    return (
        np.cumsum(rng.exponential(1, n)),
        rng.exponential(2.6, n),
        rng.integers(0, 2, n),
        rng.exponential(4, n),
    )


def by_simpy(arrival, service, desks: int, rank=None, patience=None, breaks=()):
    simpy = pytest.importorskip("simpy")
    env = simpy.Environment()
    pool = simpy.PriorityResource(env, capacity=desks)
    out = np.empty(len(arrival))

    def visit(i: int):
        yield env.timeout(arrival[i])
        with pool.request(priority=0 if rank is None else int(rank[i])) as turn:
            if patience is None:
                yield turn
            else:
                got = yield turn | env.timeout(patience[i])
                if turn not in got:
                    out[i] = patience[i]
                    return
            out[i] = env.now - arrival[i]
            yield env.timeout(service[i])

    for i in range(len(arrival)):
        env.process(visit(i))
    env.run()
    return out


@pytest.mark.parametrize("ranked", [False, True], ids=["in order", "by rank"])
@pytest.mark.parametrize("impatient", [False, True], ids=["patient", "impatient"])
def test_one_trace_as_in_simpy(ranked: bool, impatient: bool):
    arrival, service, rank, patience = trace()
    theirs = by_simpy(arrival, service, 3, rank if ranked else None, patience if impatient else None)
    ours = ranked_waits(
        arrival[:, None], service[:, None], DeskPlan.always(3), rank=rank[:, None] if ranked else None,
        patience=patience[:, None] if impatient else None,
    )[:, 0]  # fmt: skip
    assert ours == pytest.approx(theirs, abs=1e-9)
    assert theirs.max() > 1
    if not ranked:
        fast = queue_waits(
            arrival[:, None], service[:, None], 3, patience=patience[:, None] if impatient else None
        )[:, 0]
        assert fast == pytest.approx(theirs, abs=1e-9)


def test_one_trace_as_in_ciw_with_ranks():
    ciw = pytest.importorskip("ciw")
    arrival, service, rank, _ = trace(200)
    classes = {}
    for k in (0, 1):
        mine = rank == k
        classes[f"rank {k}"] = ([*list(np.diff(arrival[mine], prepend=0)), float("inf")], list(service[mine]))
    network = ciw.create_network(
        arrival_distributions={c: [ciw.dists.Sequential(v[0])] for c, v in classes.items()},
        service_distributions={c: [ciw.dists.Sequential(v[1])] for c, v in classes.items()},
        priority_classes={"rank 0": 0, "rank 1": 1},
        number_of_servers=[3],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(10_000)
    records = sorted(simulation.get_all_records(), key=lambda r: r.arrival_date)
    # services are drawn when they begin, in each class in order of arrival: the same service for the same customer
    assert [r.service_time for r in records] == pytest.approx(service)
    ours = ranked_waits(arrival[:, None], service[:, None], DeskPlan.always(3), rank=rank[:, None])[:, 0]
    assert [r.waiting_time for r in records] == pytest.approx(ours, abs=1e-9)


def test_breaks_and_leaving_by_hand():
    """Two desks; the first breaks from 10 for 5 minutes after the service in hand (ends 12), the second leaves at 14."""
    plan = DeskPlan((Desk(breaks=((10, 5),)), Desk(leaves=14)))
    arrival = np.array([[8.0], [9], [11], [13], [14]])
    service = np.array([[4.0], [3], [1], [2], [1]])
    # 8→12 at desk 1; 9→12 at desk 2; the third at 12 on desk 2 (1 min); the fourth at 13 on desk 2 (2 min, finished); desk 1 is back at 17
    assert ranked_waits(arrival, service, plan)[:, 0].tolist() == [0, 0, 1, 0, 3]
    idle = ranked_waits(np.array([[11.0]]), np.array([[1.0]]), DeskPlan((Desk(breaks=((10, 5),)),)))
    assert idle[0, 0] == 4
    late = ranked_waits(np.array([[11.0]]), np.array([[1.0]]), DeskPlan((Desk(opens=20),)))
    assert late[0, 0] == 9


def test_breaks_equal_a_customer_of_best_rank_that_takes_the_desk():
    """Second route: with one desk, a break is a customer of best rank whose service is the break."""
    arrival, service, _, _ = trace(120, 4)
    service = service / 3
    pause, length = 40.0, 15.0
    ours = ranked_waits(arrival[:, None], service[:, None], DeskPlan((Desk(breaks=((pause, length),)),)))[
        :, 0
    ]
    place = int(np.searchsorted(arrival, pause))
    rank = np.insert(np.ones(120, dtype=int), place, 0)
    theirs = by_simpy(np.insert(arrival, place, pause), np.insert(service, place, length), 1, rank)
    assert ours == pytest.approx(np.delete(theirs, place), abs=1e-9)


def test_long_runs_agree_with_erlang_a_and_cobham():
    rng = np.random.default_rng(8)
    days, n = 60, 4000
    arrival = np.cumsum(rng.exponential(1 / 4.4, (n, days)), axis=0)
    service, patience = rng.exponential(1, (n, days)), rng.exponential(2, (n, days))
    waits = queue_waits(arrival, service, 5, patience=patience)[500:]
    gone = (waits >= patience[500:]).mean(axis=0)
    exact = erlang_a(4.4, 1, 2, 5)
    for made, value in ((waits.mean(axis=0), exact.mean_wait), (gone, exact.abandoning)):
        assert made.mean() == pytest.approx(value, abs=4 * made.std(ddof=1) / np.sqrt(days))
    rank = (rng.random((n, days)) < 0.6).astype(int)
    waits = ranked_waits(arrival, service, DeskPlan.always(6), rank=rank)[500:]
    for k, value in enumerate(priority_waits((4.4 * 0.4, 4.4 * 0.6), 1, 6)):
        made = np.array([waits[rank[500:, d] == k, d].mean() for d in range(days)])
        assert made.mean() == pytest.approx(value, abs=4 * made.std(ddof=1) / np.sqrt(days))


def day(
    total: float = 300, dispersion: float = 1.0, opens: float = 510, closes: float = 1035
) -> ArrivalProfile:
    edges = np.linspace(opens, closes, 36)
    shape = np.interp(np.arange(35), [0, 8, 18, 34], [0.8, 1.7, 1.5, 0.3])
    return ArrivalProfile(edges, shape / shape.sum() * total, 200, dispersion)


def test_the_fluid_law_of_overload():
    """A constant load ratio r over T minutes makes the last arrival wait about T(r-1)."""
    flat = ArrivalProfile(np.array([0.0, 525]), np.array([20 / 5 * 525 * 1.457]), 100, 1.0)
    made = simulate(counter(flat, Lognormal(5, 0.7), 20), rng=np.random.default_rng(1), days=200)
    assert made.load == pytest.approx(1.457)
    assert made["last_wait"].low < 240 and made["last_wait"].value == pytest.approx(233.4, abs=6)


def test_a_result_says_what_it_holds():
    made = simulate(
        counter(day(), Lognormal(8, 0.7), 6, patience=Exponential(60)), rng=np.random.default_rng(2), days=100
    )
    for name in ("mean", "p50", "p90", "p95", "within", "abandoned", "last_wait", "overrun", "utilisation"):
        e = made[name]
        assert e.low <= e.value <= e.high
        assert e.day_low <= e.day_high
    assert made["mean"].high - made["mean"].low < made["mean"].day_high - made["mean"].day_low
    assert made["p50"].value < made["p90"].value < made["p95"].value
    assert (
        "95% interval of the value" in made.table("en").html() and "range of days" in made.table("en").html()
    )
    assert "Load ratio" in made.text("en") and "負荷率" in made.text("ja") and "（" not in made.text("en")
    assert made.plot("en").svg.startswith(b"<?xml")
    again = simulate(
        counter(day(), Lognormal(8, 0.7), 6, patience=Exponential(60)), rng=np.random.default_rng(2), days=100
    )
    assert again.metrics == made.metrics


def test_common_random_numbers_tighten_differences():
    """10 to 100 times less variance of a difference than with separate draws."""
    base = counter(day(dispersion=3), Lognormal(9, 0.7), 6)
    made = compare(
        base,
        {"seventh": base.with_desks(1), "online": base.deflected(0.1)},
        rng=np.random.default_rng(3),
        days=200,
    )
    for name, result in made.results.items():
        d = made.differences[name]["mean"]
        apart = (made.base["mean"].high - made.base["mean"].value) ** 2 + (
            result["mean"].high - result["mean"].value
        ) ** 2
        assert d.high < 0
        assert apart / (d.high - d.value) ** 2 > 1.3
        top0, bottom0 = made.base.simulated.by_day()["mean"]
        top1, bottom1 = result.simulated.by_day()["mean"]
        assert d.value == pytest.approx(top1.sum() / bottom1.sum() - top0.sum() / bottom0.sum())
    same = compare(base, {"same": base}, rng=np.random.default_rng(3), days=50).differences["same"]
    assert all(e.value == e.low == e.high == 0 for e in same.values())
    assert "as now" in made.table("en").html()


def test_deflection_counts_leakage_and_harder_cases():
    base = counter(day(dispersion=2), Lognormal(9, 0.7), 6)
    half = base.deflected(0.4, leakage=0.25, harder=1.2)
    assert half.load == pytest.approx(base.load * 0.7 * 1.2)
    made = compare(base, {"online": half}, rng=np.random.default_rng(4), days=100)
    assert made.results["online"].customers / made.base.customers == pytest.approx(0.7, abs=0.01)
    easy = base.deflected(0.4)
    assert easy.load < half.load


def test_shorter_hours_move_visits():
    base = counter(day(), Constant(5), 6)
    short = base.open_between(540, 990, return_share=0.5)
    kept = short.kinds[0].arrivals
    inside = day().mean.sum() - kept.mean.sum()
    cut = np.interp([540, 990], day().edges, np.r_[0, np.cumsum(day().mean)])
    assert inside == pytest.approx(0.5 * (300 - (cut[1] - cut[0])))
    made = simulate(short, rng=np.random.default_rng(1), days=20)
    assert made.simulated.overrun.max() < 120
    with pytest.raises(WorkloadError, match="Nobody comes"):
        base.open_between(60, 120)


def test_pooled_wards_wait_less_than_apart():
    kinds = tuple(Kind(w, day(70), Lognormal(12, 0.7), queue=w) for w in ("east", "west", "south"))
    apart = Scenario(kinds, tuple((w, DeskPlan.always(2)) for w in ("east", "west", "south")), 510, 1035)
    together = apart.pooled(("east", "west", "south"), DeskPlan.always(6))
    made = compare(
        apart,
        {
            "tablet": together,
            "slower": apart.pooled(("east", "west", "south"), DeskPlan.always(6), longer=1.1),
        },
        rng=np.random.default_rng(5),
        days=100,
    )
    assert together.load == pytest.approx(apart.load)
    assert made.differences["tablet"]["mean"].high < 0
    assert made.differences["tablet"]["mean"].value < made.differences["slower"]["mean"].value


def test_appointments_and_walk_ins_and_triage():
    booked = Kind("booked", Appointments(tuple(range(540, 1000, 15)), no_show=0.1, sd=3), Constant(8), rank=0)
    walk = Kind("walk-in", day(200), Lognormal(9, 0.7), rank=1)
    base = Scenario((booked, walk), (("counter", DeskPlan.rotating(5, opens=510)),), 510, 1035)
    made = simulate(base, rng=np.random.default_rng(6), days=60)
    assert made.customers / 60 == pytest.approx(31 * 0.9 + 200, rel=0.02)
    first = base.with_triage(Triage(DeskPlan.always(2), Constant(2), settles=0.3, shorter=0.9))
    assert first.load == pytest.approx(base.load * 0.63)
    both = compare(base, {"triage": first}, rng=np.random.default_rng(6), days=60)
    assert both.differences["triage"]["p90"].value < 0


def test_triage_by_hand():
    kind = Kind("visit", Appointments((0.0, 1.0, 2.0)), Constant(10))
    made = simulate(
        Scenario((kind,), (("counter", DeskPlan.always(1)),), 0, 60, triage=(("counter", Triage(DeskPlan.always(1), Constant(2))),)),
        rng=np.random.default_rng(1), days=2,
    )  # fmt: skip
    # first desk: waits 0, 1, 2, ready at 2, 4, 6; second desk: starts 2, 12, 22
    assert made.simulated.waits.tolist() == [0, 1 + 8, 2 + 16] * 2
    assert made["overrun"].value == 0 and made["last_wait"].value == 18


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: counter(day(), Constant(5), 0), "no desk"),
        (lambda: counter(day(), Constant(-5), 2), "not negative"),
        (lambda: counter(day(), Constant(5), DeskPlan((Desk(510, breaks=((720, 60),)),))), "No desk is open from 12:00"),
        (lambda: counter(day(), Constant(5), DeskPlan((Desk(opens=600),))), "No desk is open from 8:30"),
        (lambda: simulate(counter(day(0), Constant(5), 2), rng=np.random.default_rng(1), days=2), "no arrivals"),
        (lambda: simulate(counter(day(900), Constant(9), DeskPlan((Desk(leaves=1035),))), rng=np.random.default_rng(1), days=2), "after every desk"),
        (lambda: counter(ArrivalProfile(np.arange(3.0), np.ones(3), 9, 1), Constant(5), 2), "one edge more"),
        (lambda: queue_waits(np.zeros((2, 1)), np.zeros((3, 1)), 1), "shape"),
        (lambda: queue_waits(np.zeros((2, 1)), np.full((2, 1), -1.0), 1), "negative"),
        (lambda: queue_waits(np.array([[1.0], [0.0]]), np.zeros((2, 1)), 1), "order of time"),
        (lambda: queue_waits(np.zeros((2, 1)), np.zeros((2, 1)), 0), "no desk"),
        (lambda: counter(day(), Constant(5), 2).with_desks(1, "other"), "no queue"),
        (lambda: counter(day(), Constant(5), 2).deflected(1.5), "Shares"),
        (lambda: Desk(breaks=((10, -1),)), "break"),
        (lambda: compare(counter(day(), Constant(5), 2), {}, rng=np.random.default_rng(1), days=1), "at least 2"),
    ],
)  # fmt: skip
def test_clear_errors(call, words: str):
    with pytest.raises(WorkloadError, match=words):
        call()


def test_what_reaches_a_wait_is_told_in_desks_and_in_work():
    from kumastats.workload.counter import ServiceTimes, what_if
    from kumastats.workload.counter.simulated_plot import work_figure

    services = ServiceTimes(np.sort(np.random.default_rng(1).lognormal(2, 0.6, 500)), 0, 0, 1 / 6)
    made = what_if(day(400), services, 5, rng=np.random.default_rng(2), days=80)
    desks = [made.reaching(m)[0] for m in (40, 10, 5)]
    cuts = [made.reaching(m)[1] for m in (40, 10, 5)]
    assert desks == sorted(desks) and cuts == sorted(cuts) and desks[0] > 5
    row = made.by_desks.iloc[1]
    assert row["p90_day_low"] < row["p90_low"] < row["p90"] < row["p90_high"] < row["p90_day_high"]
    shown = made.goals_table("en", yen_an_hour=2667).html()
    assert "10 min" in shown and "¥" in shown
    assert work_figure(made, "en").alt.startswith("90th percentile")


def test_intervals_of_whole_days_hold_the_exact_mean():
    """A quick look at tests/validity/test_queue.py: 300 seeds; 95 % lies within four standard errors of what is found."""
    from kumastats.workload.counter.transient import forward

    edges, rates = np.array([0.0, 60, 120, 180, 900]), np.array([0.5, 1.4, 0.8, 0.0])
    exact = forward(edges, rates, 3, 3).mean_wait
    profile = ArrivalProfile(edges[:4], rates[:3] * 60, 100, 1.0)
    held = 0
    for seed in range(1, 301):
        e = simulate(counter(profile, Exponential(3), 3), rng=np.random.default_rng(seed), days=60)["mean"]
        held += e.low <= exact <= e.high
    assert held / 300 == pytest.approx(0.95, abs=0.05)

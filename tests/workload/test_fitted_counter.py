"""A counter fitted to its log and fitted again: the same fit as from tickets, what-ifs that know what the log leaves open, days that are skewed."""

import numpy as np
import pandas as pd
import pytest
from synthetic import log

from kumastats.errors import WorkloadError
from kumastats.workload.counter import change_in_waits, changes, decompose, open_desks, profile, service_times
from kumastats.workload.counter.day_intervals import day_weights, difference, mean_of_days
from kumastats.workload.counter.decomposition_plot import decomposition_figure
from kumastats.workload.counter.fitted import Fitted

TRUTH = {"mean": 70.0, "desks": 2, "service": 12.0, "spread": 50.0}


@pytest.fixture(scope="module")
def tickets() -> pd.DataFrame:
    made = log(np.random.default_rng(1), "2021-04-05", 40, **TRUTH)
    made.loc[made.index[::50], "outcome"] = "no_show"
    return made


def test_the_fit_by_day_is_the_fit_to_the_log(tickets: pd.DataFrame):
    made = Fitted.to(tickets)
    assert made.arrivals.mean == pytest.approx(profile(tickets).mean)
    assert np.array_equal(made.services.values, service_times(tickets).values)
    assert made.desks == open_desks(tickets) == 2
    again = made.again(np.arange(40))
    assert again.arrivals.mean == pytest.approx(made.arrivals.mean)
    assert again.arrivals.dispersion == pytest.approx(made.arrivals.dispersion)
    assert np.array_equal(again.services.values, made.services.values)


def test_days_drawn_again_are_the_fit_to_these_days(tickets: pd.DataFrame):
    """Second route: the tickets of day 3 twice and of day 7, the copy moved to a day of its own."""
    day = pd.factorize(tickets["issued_at"].dt.floor("D"))[0]
    copy = tickets[day == 3].assign(
        **{c: tickets[c] + pd.Timedelta(days=700) for c in ("issued_at", "called_at", "finished_at")}
    )
    five = pd.concat([tickets[np.isin(day, [3, 7, 8, 9])], copy]).sort_values("issued_at")
    made = Fitted.to(tickets).again(np.array([3, 7, 8, 9, 3]))
    direct = Fitted.to(five)
    assert made.arrivals.a_day == pytest.approx(direct.arrivals.a_day)
    assert np.array_equal(made.services.values, direct.services.values)
    assert np.sort(made.waits()) == pytest.approx(np.sort(direct.waits()))


def test_a_what_if_is_wider_than_its_simulation(tickets: pd.DataFrame):
    made = changes(
        tickets, {"faster": lambda c: c.faster(0.2), "same": lambda c: c}, rng=np.random.default_rng(2), days=200, draws=40
    ).frame.set_index("change")  # fmt: skip
    assert made.loc["faster", "low"] < made.loc["faster", "difference"] < made.loc["faster", "high"] < 0
    assert made.loc["faster", "high"] - made.loc["faster", "low"] > 2
    assert (made.loc["same", ["difference", "low", "high"]] == 0).all()
    shown = changes(
        tickets, {"faster": lambda c: c.faster(0.2)}, rng=np.random.default_rng(2), days=50, draws=20
    )
    assert "fits to days drawn anew" in shown.table("en").html()
    wrong = tickets.assign(finished_at=tickets["called_at"] - pd.Timedelta(minutes=1))
    for bad, says in ((tickets.iloc[::-1], "order of issue"), (wrong, "before they begin"), (tickets.head(0), "no tickets"),
                      (tickets.assign(finished_at=pd.NaT), "finish time"), (pd.concat([tickets, tickets.tail(1)]), "repeat a ticket")):  # fmt: skip
        with pytest.raises(WorkloadError, match=says):
            changes(bad, {"same": lambda c: c}, rng=np.random.default_rng(2))
    for asked, draws in (({}, 40), ({"same": lambda c: c}, 5)):
        with pytest.raises(WorkloadError, match="fewer than 20 draws"):
            changes(tickets, asked, rng=np.random.default_rng(2), draws=draws)


def test_intervals_of_skewed_days_reach_further_up():
    """300 logs of 40 days with exponential waits: 95 % within what 300 logs can tell, the arm upwards longer."""
    rng = np.random.default_rng(3)
    below = above = 0
    longer = []
    for _ in range(300):
        minutes, people = rng.gamma(1, 100, 40), np.full(40, 10.0)
        low, high = mean_of_days(minutes, people, day_weights(rng.integers(0, 40, (499, 40)), 40))
        longer.append(high + low - 2 * minutes.mean() / 10)
        below, above = below + (low > 10), above + (high < 10)
    assert 1 - (below + above) / 300 == pytest.approx(0.95, abs=0.035)
    assert np.mean(longer) > 1 and np.mean(np.array(longer) > 0) > 0.8
    assert mean_of_days(np.zeros(9), np.ones(9), np.ones((4, 9))) == (0, 0)
    assert difference((5, 5, 5), (7, 6, 9)) == (1, 4)


def test_a_change_beside_no_others_follows_its_days():
    rng = np.random.default_rng(4)
    made = change_in_waits(
        log(rng, "2021-04-05", 40, **TRUTH), log(rng, "2022-04-04", 40, **TRUTH | {"service": 9.0}), rng=rng
    )
    assert made.inference == "day_bootstrap_t"
    assert made.estimate - made.ci[0] > made.ci[1] - made.estimate > 0, (
        "the long waits of before may have been longer"
    )


def test_the_parts_are_drawn_one_after_another():
    rng = np.random.default_rng(5)
    made = decompose(
        log(rng, "2021-04-05", 40, **TRUTH), log(rng, "2022-04-04", 40, **TRUTH | {"service": 9.0}), rng=rng, days=50, draws=20
    )  # fmt: skip
    for lang, word in (("ja", "応対時間"), ("en", "service time")):
        figure = decomposition_figure(made, lang)
        assert word in figure.alt and figure.svg.startswith(b"<?xml")
        assert figure.alt.count("△" if lang == "ja" else "−") >= 1

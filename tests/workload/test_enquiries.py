"""Enquiries: what followed, hours on balance by simulation, the calendar's forecast, and a pilot by enumeration."""

import datetime as dt
import math
from itertools import combinations

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from kumastats.calendar import Quarter, workdays
from kumastats.compare.same_months import same_month
from kumastats.errors import WorkloadError
from kumastats.warehouse.derived import with_derived
from kumastats.workload.enquiries import (
    by_window,
    conversations,
    covered,
    lengths,
    load,
    net_hours,
    outcome,
    pilot,
    settled,
    worst_p,
)

DAYS = list(workdays(dt.date(2019, 7, 1), dt.date(2020, 6, 30)))


def talks(after, handed=None, day=None):
    n = len(after)
    return pd.DataFrame(
        {
            "channel": "chatbot",
            "topic": "ごみ",
            "started_at": pd.to_datetime(day if day is not None else [DAYS[i % len(DAYS)] for i in range(n)]),
            "resolved": True,
            "escalated_to": [("phone" if h else None) for h in (handed or [False] * n)],
            "next_contact_min": after,
        }
    )


def test_what_followed_decides():
    held = conversations(talks([None, 10.0, 100.0, 2000.0, None], [False, False, False, False, True]))
    assert settled(held, 60).tolist() == [True, False, True, True, False]
    assert settled(held, 1440).tolist() == [True, False, False, True, False]
    found = outcome(held, window=1440, rng=np.random.default_rng(1))
    assert (found.n, found.hits, found.leaked, found.not_handed) == (5, 2, 2, 4)
    assert found.settled.value == 0.4 and found.leakage == 0.5
    with pytest.raises(WorkloadError, match="sees no further contact"):
        settled(held, 0)
    with pytest.raises(WorkloadError, match=r"lack .*next_contact_min"):
        conversations(pd.DataFrame({"channel": [], "topic": []}))


def test_a_longer_window_settles_no_more():
    rng = np.random.default_rng(2)
    after = np.where(rng.random(400) < 0.4, rng.integers(0, 20_000, 400), np.nan)
    shares = [
        o.settled.value for o in by_window(conversations(talks(list(after))), seed=np.random.SeedSequence(1))
    ]
    assert shares == sorted(shares, reverse=True) and shares[0] > shares[-1]


def test_a_log_cut_off_is_noticed():
    whole = talks([None] * 62, day=pd.date_range("2019-07-01", periods=62))
    assert covered(conversations(whole)) == 1.0
    assert covered(conversations(whole.iloc[[0, 14, 31, 46]])) == pytest.approx((15 / 31 + 16 / 31) / 2)


def test_the_next_contact_is_the_first_with_a_person_or_the_one_stated():
    at = pd.Timestamp("2019-07-01 10:00")

    def row(ref, channel, minutes, end=None, to=None, stated=None, resolved=True):
        return {
            "enquiry_id": ref, "channel": channel, "started_at": at + pd.Timedelta(minutes=minutes),
            "ended_at": at + pd.Timedelta(minutes=minutes + 1 if end is None else end), "resolved": resolved,
            "escalated_to": to, "follow_up_within_min": stated,
        }  # fmt: skip

    rows = pd.DataFrame(
        [
            row("a", "chatbot", 0), row("a", "phone", 40), row("a", "counter", 300),  # comes back after 39 minutes
            row("b", "chatbot", 0, stated=20), row("b", "phone", 60),  # asks the chatbot again before
            row("c", "chatbot", 0, to="phone"),  # handed over, contact not seen
            row("d", "chatbot", 0), row("d", "phone", -30),  # had telephoned before
            row("e", "chatbot", 0), row("e", "phone", 2000),  # comes back the day after next
            row("f", "phone", 0, stated=5, resolved=False),  # not a conversation
            row("g", "chatbot", 0, end=50), row("g", "phone", 40),  # before the conversation was closed
        ]
    ).astype({"follow_up_within_min": "Int64"})  # fmt: skip
    made = with_derived("enquiry", ibis.memtable(rows)).execute().sort_values(["enquiry_id", "started_at"])
    assert len(made) == len(rows)
    bot = made[made["channel"] == "chatbot"].set_index("enquiry_id")
    assert bot["next_contact_min"].astype("Int64").to_dict() | {"c": None, "d": None} == {
        "a": 39, "b": 20, "c": None, "d": None, "e": 1999, "g": 0,
    }  # fmt: skip
    assert bot["next_contact_min"].isna().to_dict()["c"] and bot["next_contact_min"].isna().to_dict()["d"]
    assert bot["came_back"].astype(int).to_dict() == {"a": 1, "b": 1, "c": 1, "d": 0, "e": 0, "g": 1}
    assert bot["leaked"].astype("Int64").dropna().to_dict() == {"a": 1, "b": 1, "d": 0, "e": 0, "g": 1}
    people = made[made["channel"] != "chatbot"]
    assert people[["next_contact_min", "came_back", "leaked"]].isna().all().all()
    assert (people["to_people"] == 1).all() and (bot["to_people"] == 0).all()
    assert made.loc[made["enquiry_id"] == "f", "unresolved"].tolist() == [1]


def year(rng, minutes_of, a_day):
    day = np.repeat(np.arange(len(DAYS)), rng.poisson(a_day, len(DAYS)))
    return np.array(DAYS, dtype=object)[day], minutes_of(len(day))


def test_hours_on_balance_by_hand():
    before = pd.DataFrame({"day": DAYS[:25] * 2, "minutes": [4.0, 8.0] * 25})
    after = pd.DataFrame({"day": DAYS[:30], "minutes": [9.0] * 30})
    found = net_hours(before, after, DAYS[:12], rng=np.random.default_rng(1))
    assert (found.settled, found.came) == (12, 30)
    assert found.gross.value == pytest.approx(12 * 6 / 60)
    assert found.longer.value == pytest.approx(30 * 3 / 60)
    assert found.net.value == pytest.approx(found.gross.value - found.longer.value)
    with pytest.raises(WorkloadError, match="it takes 20"):
        net_hours(before.iloc[:3], after, [], rng=np.random.default_rng(1))
    with pytest.raises(WorkloadError, match="no minutes"):
        net_hours(before, after.assign(minutes=np.nan), [], rng=np.random.default_rng(1))
    assert lengths(before.iloc[:3], after, rng=np.random.default_rng(1)) is None


@pytest.mark.parametrize("easy_leave", [True, False])
def test_hours_on_balance_are_those_truly_saved(easy_leave):
    """Whether the short ones leave, or all alike and the rest takes 6 % longer: the expected net lies in 95 of 100 intervals."""
    rng, hit, runs, a_day, mu, sd = np.random.default_rng(3), 0, 150, 6.0, math.log(6), 0.6

    def lognormal(n):
        return np.exp(mu + sd * rng.standard_normal(n))

    mean = math.exp(mu + sd**2 / 2)
    short = mean * ndtr((math.log(5) - mu - sd**2) / sd)  # E[m; m < 5]
    gone_each = 0.25 * short + 0.05 * (mean - short) if easy_leave else 0.1 * mean
    truth = len(DAYS) * a_day * (gone_each - (0 if easy_leave else 0.9 * 0.06 * mean)) / 60
    for _ in range(runs):
        day0, before = year(rng, lognormal, a_day)
        day1, wanted = year(rng, lognormal, a_day)
        gone = rng.random(len(wanted)) < (np.where(wanted < 5, 0.25, 0.05) if easy_leave else 0.1)
        now = wanted if easy_leave else wanted * 1.06
        found = net_hours(
            pd.DataFrame({"day": day0, "minutes": before}), pd.DataFrame({"day": day1[~gone], "minutes": now[~gone]}),
            day1[gone], rng=rng, draws=250,
        )  # fmt: skip
        hit += found.net.low <= truth <= found.net.high
    assert abs(hit / runs - 0.95) <= 3 * math.sqrt(0.95 * 0.05 / runs)


def test_days_without_an_enquiry_are_zeros_in_the_forecast():
    rng = np.random.default_rng(4)
    every = list(workdays(dt.date(2020, 1, 1), dt.date(2022, 12, 31)))
    mean = np.array([1.2 if d.weekday() else 2.4 for d in every])
    days = pd.Series(np.repeat(np.array(every, dtype=object), rng.poisson(mean)))
    found = load(days, 6.0, Quarter("FY2022Q3"), rng=rng)
    ahead = list(workdays(dt.date(2023, 1, 1), dt.date(2023, 3, 31)))
    truth = sum(1.2 if d.weekday() else 2.4 for d in ahead)
    low, high = found.next.total_interval
    assert low <= truth <= high and found.next.total == pytest.approx(truth, rel=0.12)
    assert found.totals.days == len(every) and days.nunique() < len(every)
    assert found.came == int((days >= dt.date(2022, 10, 1)).sum()) and found.hit is True
    assert found.hours[0] == pytest.approx(found.next.total / 10)
    assert load(days[days >= dt.date(2022, 12, 1)], 6.0, Quarter("FY2022Q3"), rng=rng) is None


def months(changes, level=13.0, effect_on=dt.date(2018, 6, 1)):
    """Two years before and a year after, each place with a level and a change of its own, and a season."""
    rows = []
    for i, (unit, change) in enumerate(changes.items()):
        for m in pd.period_range("2016-06", "2019-05", freq="M"):
            after = m.start_time.date() >= effect_on
            rows.append((unit, str(m), level + 0.3 * i + 2 * math.sin(m.month) + (change if after else 0.0)))
    return pd.DataFrame(rows, columns=["unit", "period", "value"])


def test_matched_changes_are_those_put_in():
    held = months({"W1": -0.6, "W2": -0.8, "W3": 0.1, "W4": -0.1, "W5": 0.0})
    found = pilot(held, {"W1", "W2"}, dt.date(2018, 6, 1), dt.date(2019, 5, 31))
    assert [c.change for c in found.changes] == pytest.approx([-0.6, -0.8, 0.1, -0.1, 0.0])
    assert [c.pilot for c in found.changes] == [True, True, False, False, False]
    assert found.difference == pytest.approx(-0.7) and found.earlier == pytest.approx(0.0, abs=1e-12)
    assert found.nearest == pytest.approx(-0.8)  # W3 is the most like both
    matched = same_month(held, {"W1": dt.date(2018, 6, 1), "W2": dt.date(2018, 6, 1)})
    assert matched.estimate == pytest.approx(np.mean([c.change for c in found.changes if c.pilot]))


def test_two_of_five_cannot_be_decided():
    held = months({"W1": -5.0, "W2": -5.0, "W3": 0.1, "W4": -0.1, "W5": 0.0})
    found = pilot(held, {"W1", "W2"}, dt.date(2018, 6, 1), dt.date(2019, 5, 31))
    assert found.ways == 10 and found.p == found.smallest_p == 0.1
    assert "10 ways only" in found.undecidable.en and "10通り" in found.undecidable.ja
    many = months({f"W{i}": -5.0 if i < 4 else 0.1 * i for i in range(10)})
    enough = pilot(many, {"W0", "W1", "W2", "W3"}, dt.date(2018, 6, 1), dt.date(2019, 5, 31))
    assert enough.undecidable is None and enough.p == pytest.approx(1 / math.comb(10, 4))


def test_a_hidden_reason_by_closed_form_and_by_search():
    """For the most extreme of the choices, two of five: Γ² / (Γ² + 6Γ + 3)."""
    top = [-3.0, -2.0, 0.0, 0.1, -0.2]
    for gamma in (1.0, 1.5, 2.0, 3.0):
        assert worst_p(top, 2, gamma) == pytest.approx(gamma**2 / (gamma**2 + 6 * gamma + 3))
    rng = np.random.default_rng(5)
    values = [0.4, -0.1, 0.2, -0.5, 0.3, 0.0]
    ways = list(combinations(range(6), 2))
    gap = [
        np.mean([values[i] for i in w]) - np.mean([values[i] for i in range(6) if i not in w]) for w in ways
    ]
    extreme = np.abs(gap) >= abs(gap[0]) - 1e-12
    bound = worst_p(values, 2, 2.0)
    best = 0.0
    for _ in range(3000):
        w = rng.uniform(1, 2, 6) if rng.random() < 0.3 else rng.integers(1, 3, 6)
        chance = np.array([w[a] * w[b] for a, b in ways])
        best = max(best, chance[extreme].sum() / chance.sum())
    assert best <= bound + 1e-12 and best == pytest.approx(bound, rel=0.02)
    assert worst_p(values, 2, 1.0) == pytest.approx(extreme.mean())


def test_a_pilot_needs_months_on_both_sides():
    held = months({"W1": 0.0, "W2": 0.0})
    with pytest.raises(WorkloadError, match="each need a month"):
        pilot(held, {"W1", "W2"}, dt.date(2018, 6, 1), dt.date(2019, 5, 31))
    with pytest.raises(WorkloadError, match="each need a month"):
        pilot(held[held["period"] < "2018-06"], {"W1"}, dt.date(2018, 6, 1), dt.date(2019, 5, 31))
    many = months({f"W{i:02d}": 0.1 * i for i in range(13)})
    with pytest.raises(WorkloadError, match="too many to enumerate"):
        pilot(many, {"W00"}, dt.date(2018, 6, 1), dt.date(2019, 5, 31))

"""Intervals of parts: cover what was put into a made-up panel, sum with the parts, and say which two cannot be told apart."""

import math

import numpy as np
import pytest

from kumastats.calendar import Month, Quarter
from kumastats.workload.overtime.attribution import Errors, errors
from kumastats.workload.overtime.decomposition import OfficeMonths, decompose, month_columns

BETA, BETA_SE, BETA_DF = -0.08, 0.02, 12
TRUE = {"trend": -0.03, "caps": -0.06, "election": 0.04, "disaster": 0.25, "epidemic": 0.12, "new_era": 0.1}
ACROSS = {"FY2020Q1": ("trend", "election", "epidemic", "new_era"), "FY2019Q2": ("trend", "election", "caps")}


def months(first, years):
    out = [Month(first, 4)]
    while len(out) < 12 * years:
        out.append(out[-1] + 1)
    return tuple(out)


class Panel:
    """Twelve offices whose months have parts that are known, movements of their own like their neighbours', and noise."""

    def __init__(self, rng, correlation, spread, first=2015, years=7, offices=12):
        held = months(first, years)
        count = len(held)
        columns = month_columns(held)
        season = columns["season"] @ rng.normal(0, 0.1, 11)
        self.path = {n: columns[n][:, 0] * TRUE[n] for n in TRUE}
        own = rng.normal(size=count)
        for t in range(1, count):
            own[t] = correlation * own[t - 1] + np.sqrt(1 - correlation**2) * own[t]
        self.start = np.r_[rng.integers(count // 3, 2 * count // 3, offices - 4), [count] * 4]
        self.live = (np.arange(count)[None, :] >= self.start[:, None]).astype(float)
        self.people = rng.integers(20, 60, (offices, 1)) * np.ones((1, count))
        days = self.people * rng.integers(19, 22, count)
        level = np.log(30) + rng.normal(0, 0.3, (offices, 1))
        self.mean = np.exp(level + season + sum(self.path.values()) + spread * own + BETA * self.live)
        noise = np.exp(rng.normal(0, 0.05, self.mean.shape))
        self.held = OfficeMonths(
            tuple(f"O{i:02d}" for i in range(offices)), held, self.people, days, days * self.mean * noise, self.live
        )  # fmt: skip

    def truth(self, quarter):
        """The parts by the same law of means, from what was put in; the unexplained is the rest of what happened."""
        held = self.held
        now, then = ([held.months.index(m) for m in q.months] for q in (quarter, quarter.same_quarter()))
        value = [(held.days * self.mean)[:, c] / held.people[:, c].sum() / 60 for c in (then, now)]
        weight = (value[1] - value[0]) / np.log(value[1] / value[0])
        out = {n: float((weight * (p[now] - p[then])).sum()) for n, p in self.path.items()}
        out["rollout"] = BETA * float((weight * (self.live[:, now] - self.live[:, then])).sum())
        length = held.days / held.people
        out["days"] = float((weight * np.log(length[:, now] / length[:, then])).sum())
        return out


@pytest.mark.parametrize(("quarter", "correlation"), [("FY2020Q1", 0.5), ("FY2019Q2", 0.0)])
def test_intervals_cover_what_was_put_in(quarter, correlation):
    rng, repeats = np.random.default_rng(7), 120
    inside = dict.fromkeys([*ACROSS[quarter], "rollout", "unexplained"], 0)
    for _ in range(repeats):
        panel = Panel(rng, correlation, 0.04)
        beta = BETA + BETA_SE * rng.normal()
        made = decompose(panel.held, beta, BETA_SE, BETA_DF, Quarter(quarter))
        truth = panel.truth(Quarter(quarter))
        truth["unexplained"] = made.change - sum(truth.values()) - made.parts["mix"]
        assert sum(made.parts.values()) == pytest.approx(made.change, abs=1e-11)
        assert made.parts["days"] == pytest.approx(truth["days"], abs=0.02)
        for name in inside:
            low, high = made.interval((name,))
            inside[name] += low <= truth[name] <= high
    # a part's binomial law at 95 % lies within these in all but one of a thousand; all parts together are held closer
    assert all(0.875 * repeats <= n for n in inside.values()), inside
    assert 0.93 <= np.mean(list(inside.values())) / repeats <= 0.985, inside


def test_what_one_part_has_too_much_another_lacks():
    made = decompose(
        Panel(np.random.default_rng(3), 0.5, 0.04).held, BETA, BETA_SE, BETA_DF, Quarter("FY2020Q1")
    )
    names = made.errors.names
    assert made.errors.covariance.sum(axis=0) == pytest.approx(np.zeros(len(names)), abs=1e-12)
    assert made.errors.rollout.sum() == pytest.approx(0, abs=1e-12)
    assert made.interval(names) == pytest.approx((sum(made.parts[n] for n in names),) * 2)
    low, high = made.interval(("days", "mix"))  # counted
    assert low == high == made.parts["days"] + made.parts["mix"]
    rest = [n for n in names if n != "epidemic"]
    assert made.errors.half(rest) == pytest.approx(made.errors.half(["epidemic"]))


def test_two_parts_that_cancel_are_named_and_their_sum_is_surer():
    covariance = np.array([[1.0, -0.9, -0.1], [-0.9, 1.0, -0.1], [-0.1, -0.1, 0.2]])
    held = Errors(("epidemic", "unexplained", "trend"), covariance, np.zeros(3), 40.0, 8.0, frozenset())
    assert held.close(held.names) == (("epidemic", "unexplained"),)
    assert held.close(("epidemic", "trend")) == ()
    assert held.half(["epidemic", "unexplained"]) == pytest.approx(held.half(["epidemic"]) * math.sqrt(0.2))


def test_a_part_the_months_cannot_tell_has_no_interval():
    """Two columns alike: neither is known, and a third is."""
    rng = np.random.default_rng(1)
    x, twin = rng.normal(size=(2, 40))
    design = np.column_stack([np.ones(40), x, twin, twin])
    left = rng.normal(size=40)
    left -= design @ np.linalg.lstsq(design, left, rcond=None)[0]
    asked = {"trend": np.eye(4)[1], "caps": np.eye(4)[2], "epidemic": np.eye(4)[3]}
    made = errors(design, left, asked, np.zeros(40), 1.0, 0.1, 8.0)
    assert made.unknown == {"caps", "epidemic", "unexplained"}
    assert math.isnan(made.half(["caps"])) and made.half(["trend"]) > 0
    # independent months: the error is least squares' own, but for the autocorrelation left open
    plain = np.linalg.inv(design[:, :3].T @ design[:, :3])[1, 1] * left @ left / 37
    assert made.covariance[0, 0] == pytest.approx(plain, rel=0.25)
    assert made.rollout[3] == pytest.approx(0.1)

"""The ¥600 million sheet: implied wages to the yen, break-even, payback and net present value."""

import pytest

from kumastats.errors import WorkloadError
from kumastats.workload.savings import Cashflow, break_even_minutes, implied_rate, implied_rates, yearly_value

# the announced sheet, divided by hand: 600 million yen / (people x 10 minutes x 244 days); yen a person and year, and an hour
IMPLIED = {12_500: (508_333, 1_180), 11_500: (467_667, 1_283), 8_000: (325_333, 1_844), 7_000: (284_667, 2_108), 6_000: (244_000, 2_459)}  # fmt: skip
SAVING, COST = 600e6, 4.7e9


def test_implied_wages_to_the_yen():
    made = implied_rates(SAVING, people=tuple(IMPLIED), minutes=10, days=244)
    assert {int(r.people): (round(r.hours), round(r.rate)) for r in made.itertuples()} == IMPLIED


def test_value_and_implied_rate_are_inverses():
    rate = implied_rate(SAVING, people=7_000, minutes=10, days=244)
    assert yearly_value(people=7_000, minutes=10, days=244, rate=rate) == pytest.approx(SAVING, rel=1e-14)


def test_break_even_is_fifteen_point_seven_minutes():
    """Ten minutes are worth 600 million a year, so 4.7 billion in five years need 15.7 (14.7 on the 4.42 billion contract)."""
    rate = implied_rate(SAVING, people=7_000, minutes=10, days=244)
    for cost, years, minutes in ((COST, 5, 15.7), (4.42e9, 5, 14.7), (COST, 4, 19.6)):
        made = break_even_minutes(cost, people=7_000, days=244, rate=rate, years=years)
        assert round(made, 1) == minutes


def test_five_years_recover_two_thirds_and_payback_takes_eight():
    flow = Cashflow(2018, (COST, 0, 0, 0, 0), (SAVING,) * 5)
    assert round(flow.recovered, 3) == 0.638
    assert round(flow.payback_years(), 1) == 7.8
    late = Cashflow.of({2018: COST}, dict.fromkeys(range(2019, 2023), SAVING))
    assert round(late.recovered, 2) == 0.51 and late.benefit[0] == 0


def test_discounting_at_four_percent():
    """Cost up front, five yearly benefits at 4 %: 57 % of the cost comes back (annuity factor 4.4518)."""
    flow = Cashflow.of({0: COST}, dict.fromkeys(range(1, 6), SAVING))
    annuity = sum(1.04**-k for k in range(1, 6))
    assert flow.net_present_value(0.04) == pytest.approx(SAVING * annuity - COST, rel=1e-12)
    assert round(SAVING * annuity / COST, 2) == 0.57
    assert flow.break_even_factor(0.04) == pytest.approx(COST / (SAVING * annuity), rel=1e-12)


def test_money_spread_over_years_is_not_paid_back_before_it_is_covered():
    flow = Cashflow(2018, (100.0, 100.0), (150.0, 100.0))
    assert flow.payback_years() == pytest.approx(1.5)
    assert Cashflow(2018, (100.0,), (0.0,)).payback_years() == float("inf")


@pytest.mark.parametrize("name", ["people", "minutes", "days", "rate"])
def test_a_wage_of_zero_is_refused(name: str):
    given = {"people": 7_000, "minutes": 10, "days": 244, "rate": 2_100} | {name: 0}
    with pytest.raises(WorkloadError, match=name):
        yearly_value(**given)


def test_flows_of_different_length_are_refused():
    with pytest.raises(WorkloadError):
        Cashflow(2018, (1.0,), (1.0, 2.0))
    with pytest.raises(WorkloadError):
        Cashflow.of({}, {})

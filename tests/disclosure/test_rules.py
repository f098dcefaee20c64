"""Primary rules: what each is for, found; a number without fault passes; a value is never told."""

import datetime as dt

import pytest

from kumastats.disclosure import (
    Approval,
    PublishedNumber,
    PublishedSeries,
    Thresholds,
    check,
    check_approvals,
    enforce,
    primary,
    safe_series,
)
from kumastats.errors import DisclosureError, UsageError

GOOD = {
    "mean": {"value": 14.5, "n": 300, "contributors": 100, "decimals": 1},
    "share": {"value": 0.25, "n": 400, "numerator": 100, "contributors": 400, "decimals": 1},
    "quantile": {"value": 40.0, "n": 500, "contributors": 500, "below": 450, "above": 50},
    "coefficient": {"value": -1.2, "n": 5000, "contributors": 200, "units": 12, "decimals": 1},
    "count": {"value": 120, "n": 120, "contributors": 120},
    "constant": {"value": 12_500},
}


def number(form: str, **changes: object) -> PublishedNumber:
    return PublishedNumber("x", form=form, **{**GOOD[form], **changes})


def rules(*numbers) -> set[str]:
    return {f.rule for f in primary(numbers, Thresholds())}


@pytest.mark.parametrize("form", sorted(GOOD))
def test_a_number_without_fault_passes(form):
    assert rules(number(form)) == set()


@pytest.mark.parametrize(
    ("form", "changes", "rule"),
    [
        ("mean", {"contributors": 9}, "min_n"),
        ("mean", {"n": 120, "contributors": 1}, "min_n"),
        ("mean", {"contributors": None}, "contributors_unknown"),
        ("mean", {"value": 0.0}, "group_disclosure"),
        ("share", {"numerator": 9, "value": 9 / 400}, "numerator"),
        ("share", {"numerator": 395, "value": 395 / 400}, "complement"),
        ("share", {"numerator": 0, "value": 0.0}, "group_disclosure"),
        ("share", {"n": None, "numerator": None}, "share_without_n"),
        ("quantile", {"below": 0}, "no_extreme"),
        ("quantile", {"above": 5}, "quantile_side"),
        ("quantile", {"above": None}, "quantile_sides_unknown"),
        ("count", {"value": 0, "n": None}, "group_disclosure"),
        ("count", {"value": 25, "n": 25, "numerator": 25}, "group_disclosure"),
        ("count", {"value": 20, "n": 25, "numerator": 20}, "complement"),
        ("constant", {"contributors": 50}, "form_mismatch"),
    ],
)
def test_each_rule_finds_what_it_is_for(form, changes, rule):
    assert rule in rules(number(form, **changes))


def test_an_extreme_is_always_refused():
    assert "no_extreme" in rules(PublishedNumber("x", 99, "extreme", n=1000, contributors=1000))


def test_person_months_of_few_people_do_not_pass_as_many():
    """12 person-months a person: 40 rows that count may be four people."""
    assert "numerator" in rules(
        number("share", n=1200, numerator=40, contributors=100, value=40 / 1200, rows_per_person=12)
    )


def test_too_many_decimals_pin_a_person():
    assert rules(number("mean", decimals=4)) != set()


def test_series_are_held_point_by_point_and_withheld_where_they_fail():
    series = PublishedSeries("s", ("a", "b"), (1.0, 2.0), n=(100, 5), contributors=(100, 5))
    assert {f.subject for f in primary([series], Thresholds())} == {"s[b]"}
    safe = safe_series(series, Thresholds())
    assert safe.y == (1.0, None) and safe.n == (100, 0) and not primary([safe], Thresholds())


def test_findings_never_tell_the_value():
    with pytest.raises(DisclosureError) as caught:
        enforce([number("mean", value=17.25, contributors=7)])
    assert "17.25" not in caught.value.text("ja") + caught.value.text("en")


def test_a_public_release_refuses_loose_settings_and_missing_approvals():
    loose = Thresholds.of({"min_n": 5})
    assert {f.rule for f in check([number("mean")], loose, "public")} == {"threshold_too_low"}
    assert check([number("mean")], loose, "internal") == ()
    for setting in (
        {"top_share": 0.99},
        {"min_units": 2},
        {"pin_width": 1},
        {"interval_width": 3},
        {"remainder": 0.05},
    ):
        (found,) = check([], Thresholds.of(setting), "public")
        assert found.subject in setting
        assert check([], Thresholds.of(setting), "internal") == ()
    assert check([], Thresholds.of({"min_n": 20, "top_share": 0.8}), "public") == ()
    yes = Approval("city", "局長", dt.date(2023, 5, 10), "abc")
    assert {f.rule for f in check_approvals([yes], "abc", ["city", "partner"])} == {"approval_missing"}
    assert {f.rule for f in check_approvals([yes], "changed", ["city"])} == {"approval_of_other_content"}
    assert check_approvals([yes], "abc", ["city"]) == ()
    with pytest.raises(UsageError):
        Thresholds.of({"min_n": 1})

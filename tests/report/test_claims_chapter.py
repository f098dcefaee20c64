"""The announced figures: each with what was said, a verdict of four, and what would settle it."""

import dataclasses
import re

import pytest

from kumastats.disclosure import primary
from kumastats.display import word
from kumastats.evidence import sentence
from kumastats.evidence.claims import VERDICTS
from kumastats.report import open_session
from kumastats.report.chapters import claimed_figures, claims, costs
from kumastats.study.model import Range


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(small_study, "FY2022Q4", "ja", notebook="11_claims")


@pytest.fixture(scope="module")
def found(session):
    return {r.id: r for r in claims.examined(session)}


def test_every_claim_has_a_verdict_its_source_and_what_would_settle_it(session, found):
    assert set(found) == {f"claim-{c.id}" for c in session.study.claims} and len(found) == 7
    for r in found.values():
        assert r.verdict in VERDICTS and not primary(list(r.published), session.thresholds)
        assert r.reasons[0].ja.startswith("公表の内容: ") and r.reasons[-1].ja.startswith(
            "決め手になる資料: "
        )
    shown = claims.table(session, tuple(found.values()))
    for row, c in zip(shown.rows, session.study.claims, strict=True):
        assert row[1:3] == [c.wording.ja, c.source.ja] and row[-1] == c.settled_by.ja
        assert "公表の内容" not in row[6] and "決め手" not in row[6]


def test_both_languages_carry_the_same_numbers(found):
    figures = r"\d[\d,.]*\d|\d"
    for name in ("people-12500", "schools-136", "tablets-600"):
        r = found[f"claim-{name}"]
        assert sorted(re.findall(figures, sentence(r, "ja"))) == sorted(
            re.findall(figures, sentence(r, "en"))
        )


def test_the_verdicts_are_the_four_words():
    assert [word(v, "ja") for v in VERDICTS] == [
        "成り立つ",
        "仮定のもとで成り立つ",
        "判断できない",
        "成り立たない",
    ]


def test_the_saving_takes_what_the_study_assumes(session, found):
    record = found["claim-search-600m"]
    wage, fewer = record.number("wage"), record.number("fewer")
    assert (wage.low, wage.value, wage.high) == (1_900, 2_100, 3_800) and fewer.value == 7_000
    assert record.verdict == "holds_under_assumptions"
    (claim,) = (c for c in session.study.claims if c.id == "search-600m")
    dear = dataclasses.replace(session.study, savings={"rate": Range(8_000, 9_000, 10_000)})
    changed = dataclasses.replace(session, study=dear)
    record = claimed_figures.search(changed, claim)
    assert record.number("wage").low == 8_000 and record.verdict == "contradicted"


def test_the_cost_is_held_against_the_outturn(session, found):
    record = found["claim-cost-4-7bn"]
    spent = costs.paid(session)["yen"].sum()
    assert record.number("held").value == 5 and record.verdict == "holds_under_assumptions"
    assert record.number("spent").value == round(spent, -6) < record.number("planned").value


@pytest.mark.parametrize(
    ("budget", "outturn", "held", "verdict"),
    [
        (4.7e9, 4.65e9, 5, "holds"),
        (4.7e9, 4.3e9, 5, "holds_under_assumptions"),
        (4.0e9, 3.9e9, 5, "contradicted"),
        (4.7e9, 4.7e9, 4, "not_identifiable"),
    ],
)
def test_the_verdict_on_the_cost(budget, outturn, held, verdict):
    assert claimed_figures._judged(budget, outturn, held)[0] == verdict


def test_tablets_are_held_against_the_devices_of_the_roll_out(session, found):
    frame = session.snapshot.frame("rollout", ("initiative_id", "devices"))
    devices = frame.loc[frame["initiative_id"].astype(str) == "remote_support", "devices"].sum()
    record = found["claim-tablets-600"]
    assert record.number("found").value == devices and record.verdict == "not_identifiable"


def test_near_zero_is_judged_by_the_latest_waits(found):
    record = found["claim-counter-near-zero"]
    last = record.number("last").value
    assert last > record.number("near").value and record.verdict == "contradicted"
    assert last == found["claim-counter-40min"].number("last").value


def test_the_schools_announced_are_the_sum_of_their_kinds():
    assert sum(claimed_figures.SCHOOLS.values()) == claimed_figures.ANNOUNCED_SCHOOLS

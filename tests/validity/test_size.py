"""A small part of ``make validity``: neither too many false positives nor too few, on a few designs."""

import outcome
import pytest
from scenarios import scenarios
from simulation import Row, Tally, extended, run
from table import markdown

REPETITIONS = 120
CHOSEN = ("two groups, 34 clusters, 11 treated, AR 0.5", "two groups, 136 clusters, 45 treated, AR 0.5")
SILENT = ("two groups, 5 clusters, 2 treated, AR 0.5",)


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    names = [s.name for s in scenarios()]
    asked = [*CHOSEN, *SILENT]
    made = run(REPETITIONS, seed=1, only=[names.index(n) for n in asked], workers=1, told=lambda _: None)
    return dict(zip(asked, made, strict=True))


def test_at_least_two_dozen_designs_are_listed():
    names = [s.name for s in scenarios()]
    assert len(names) >= 24 and len(set(names)) == len(names)


@pytest.mark.parametrize("name", CHOSEN)
def test_false_positives_and_coverage_are_near_their_level(rows: dict[str, Row], name: str):
    row = rows[name]
    assert row.decidable_share == 1
    # the interval of the share found overlaps what is asked of it
    assert row.size_interval[0] <= 0.065 and row.size_interval[1] >= 0.035
    assert row.coverage_interval[0] <= 0.97 and row.coverage_interval[1] >= 0.93


def test_what_cannot_be_decided_is_not(rows: dict[str, Row]):
    """Two of five wards: the peer is confident far too often, and we stay silent."""
    row = rows[SILENT[0]]
    assert row.decidable_share == 0
    assert row.peer_size["naive t"] > 0.065


def test_a_row_is_as_asked_only_where_its_whole_interval_is(rows: dict[str, Row]):
    row = rows[CHOSEN[0]].to_dict() | {"size_interval": [0.041, 0.055], "coverage_interval": [0.94, 0.96]}
    assert outcome.outcome(row) == "as asked"
    assert outcome.outcome(row | {"size_interval": [0.055, 0.070]}) == "cannot be told"
    assert outcome.outcome(row | {"coverage_interval": [0.90, 0.925]}) == "not as asked"
    assert outcome.outcome(row | {"decidable_share": 0.94}) == "not as asked"
    # a test whose p-values come in steps cannot be asked for a level it cannot attain
    steps = row | {"size_interval": [0.02, 0.03], "coverage_interval": [0.965, 0.98]}
    assert outcome.outcome(steps) == "not as asked"
    assert outcome.outcome(steps | {"attainable": 0.029}) == "as asked"


@pytest.mark.parametrize(("lang", "missed"), [("en", "**not as asked**"), ("ja", "**不適合**")])
def test_the_pages_name_what_is_not_as_asked(rows: dict[str, Row], lang: str, missed: str):
    good = rows[CHOSEN[0]].to_dict() | {"size_interval": [0.041, 0.055], "coverage_interval": [0.94, 0.96]}
    bad = rows[CHOSEN[1]].to_dict() | {"size": 0.2, "size_interval": [0.18, 0.22]}
    page = markdown([good, bad], lang=lang)
    lines = [line for line in page.splitlines() if missed in line and line.startswith("|")]
    assert len(lines) == 1 and "| 136 | 45 |" in lines[0]
    assert page.rstrip().splitlines()[-1].startswith("- ") and "136" in page.rstrip().splitlines()[-1]
    assert markdown([good], lang=lang).count(missed) == 0


def test_a_run_goes_on_where_it_was_cut_short(rows: dict[str, Row]):
    """Every repetition has its own seed, so two halves are the whole."""
    index = [s.name for s in scenarios()].index(SILENT[0])
    first = dict(extended({index: Tally()}, 20, workers=1))
    whole = dict(extended(first, REPETITIONS, workers=1))[index]
    assert first[index].repetitions == 20
    assert whole.row(scenarios()[index], 1) == rows[SILENT[0]]


def test_peers_answer_the_repetitions_told(rows: dict[str, Row]):
    assert {r.peer_repetitions for r in rows.values()} == {REPETITIONS}

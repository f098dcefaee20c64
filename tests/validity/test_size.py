"""A small part of ``make validity``: neither too many false positives nor too few, on a few designs."""

import pytest
from scenarios import scenarios
from simulation import Row, run
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


def test_the_page_names_what_is_not_as_asked(rows: dict[str, Row]):
    good, bad = (
        rows[CHOSEN[0]].to_dict() | {"size": 0.05, "coverage": 0.95},
        rows[CHOSEN[1]].to_dict() | {"size": 0.2},
    )
    assert (
        "1 of 2 rows are as asked" in markdown([good, bad])
        and "136 clusters" in markdown([good, bad]).split("asked.")[-1]
    )
    assert "All 1 rows are as asked" in markdown([good])

"""Effect, cost and security are rated apart: none of them moves another."""

from dataclasses import replace

import pytest

from kumastats.compare.result import Check
from kumastats.disclosure.numbers import PublishedNumber
from kumastats.evidence import EvidenceRecord
from kumastats.evidence.certainty import rate
from kumastats.evidence.dials import cost_of, effect_of, security_of
from kumastats.text import Text

WORDS = Text("問い", "a question")


def compared(**changes) -> EvidenceRecord:
    base = EvidenceRecord(
        id="asked", quarter="FY2018Q1", kind="comparison", title=WORDS, statement=WORDS, numbers=(), certainty=rate(design="did"),
        design="did",
    )  # fmt: skip
    return replace(base, **changes)


def effect(low: float, high: float) -> PublishedNumber:
    return PublishedNumber(
        "effect", (low + high) / 2, "coefficient", contributors=500, units=10, low=low, high=high
    )


@pytest.mark.parametrize(
    ("low", "high", "smallest", "said"),
    [
        (-1, 1, 0.5, "neither a rise nor a fall is shown"),
        (-3, -1, None, "a change is shown"),
        (-3, -1, 1, "of a size that matters"),
        (-3, -1, 4, "smaller than what matters"),
        (-3, -1, 2, "a change, its size uncertain"),
    ],
)
def test_the_size_of_an_effect_follows_from_its_interval(low, high, smallest, said):
    for level in ("did", "its", "descriptive"):  # how sure it is does not count
        assert effect_of(compared(certainty=rate(design=level)), effect(low, high), smallest)("en") == said


def test_what_cannot_be_decided_or_was_not_asked_is_said():
    undecided = compared(decidable=False, undecidable_reason=WORDS)
    assert effect_of(undecided, effect(-3, -1), 1)("en") == "cannot be decided"
    assert effect_of(None, None, None)("en") == security_of(None)("en") == "no evidence yet"


@pytest.mark.parametrize(
    ("percent", "said"), [(46.1, "large"), (30, "large"), (29.9, "medium"), (10, "medium"), (9.9, "small")]
)
def test_a_cost_is_rated_by_its_share_of_the_reform(percent, said):
    assert (
        cost_of(PublishedNumber("x_share", percent, "constant", unit=Text("％", "%"), decimals=1))("en")
        == said
    )


def test_a_cost_that_was_not_booked_is_said():
    assert cost_of(None)("en") == "no cost booked for it alone"


def test_security_is_certainty_in_four_steps():
    checked = (Check("pre_trend", "pass", Text("x", "x")),)
    shown = [
        security_of(compared(certainty=rate(design=d, checks=checked)))("ja")
        for d in ("descriptive", "its", "did", "randomised")
    ]
    assert shown == ["●○○○", "●●○○", "●●●○", "●●●●"]

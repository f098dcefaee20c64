"""The sentence about desks and work for shorter waits, whatever of it the simulation reached."""

from types import SimpleNamespace

import pytest

from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters.counters import _desks_record
from kumastats.text import Text


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="05_counters")


@pytest.mark.parametrize(
    ("reached", "ja", "en"),
    [
        ((5, 7, 0.1, 0.4), "40分以内には5窓口、ほぼ待たない（5分以内）には7窓口、仕事を10％減らせば40分以内、40％減らせばほぼ待たないと見込まれる。",
         "it would take 5 desks for 40 minutes; 7 desks for next to no wait (5 minutes); or 10% less work for 40 minutes; 40% less for next to no wait."),
        ((5, None, None, None), "40分以内には5窓口と見込まれる。", "it would take 5 desks for 40 minutes."),
        ((None, None, 0.1, None), "仕事を10％減らせば40分以内と見込まれる。", "it would take 10% less work for 40 minutes."),
        ((None, None, None, None), "試した窓口数と仕事量のどれでも40分以内にならない。", "none of the desks and cuts tried reaches 40 minutes."),
    ],
)  # fmt: skip
def test_every_answer_is_a_sentence(session, reached, ja: str, en: str):
    names = ("desks_for_target", "desks_near_zero", "cut_for_target", "cut_near_zero")
    answer = SimpleNamespace(desks=4, load=0.65, **dict(zip(names, reached, strict=True)))
    made = _desks_record(session, Text("窓口", "Desk"), Text("4月", "April"), SimpleNamespace(n=900), answer)
    assert sentence(made, "ja").endswith(ja)
    assert sentence(made, "en").endswith(en)

"""The two explorers: what is moved moves the answer, what was measured stays, and the start is the picture kept."""

import pytest

from kumastats.display import HtmlTable
from kumastats.report import open_session
from kumastats.report.chapters import costs, counters, documents, explorers


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="10_costs_and_benefits")


def cells(shown) -> list[list[str]]:
    (table,) = [s for s in shown if isinstance(s, HtmlTable)]
    return [list(r) for r in table.rows]


def figure(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def test_assumptions_move_what_rests_on_them_and_nothing_else(session):
    found = costs.worth(session, documents.diaries(session))
    made = explorers.worth(session, found)
    start = {s.name: s.value for s in made.sliders}
    assert start["people"] == found.assumptions.people.likely
    before, after, dearer = (
        cells(made.draw(**{**start, **moved}))
        for moved in ({}, {"people": 2 * start["people"]}, {"rate": 2 * start["rate"]})
    )
    assert found.savings.themes[0].measured
    assert figure(after[0][2]) == pytest.approx(2 * figure(before[0][2]), rel=1e-3)
    (overtime,) = [i for i, r in enumerate(before) if "overtime" in r[0]]
    assert figure(after[overtime][2]) == pytest.approx(
        figure(before[overtime][2]), rel=1e-3
    )  # it was measured
    (capacity,) = [i for i, r in enumerate(before) if "apacity" in r[0]]
    assert dearer[:capacity] == before[:capacity] and dearer[capacity] != before[capacity]
    assert made._repr_html_() == made._repr_html_() and "<svg" in made.html()


def test_more_desks_and_less_work_shorten_the_wait_of_the_same_customers(session):
    found = counters.what_would_help(session)
    made = explorers.counter(session, found)
    desks = found.answer.desks
    now, more = cells(made.draw(desks=desks + 1, less=0))
    again, less = cells(made.draw(desks=desks, less=30))
    assert now == again
    assert figure(more[1]) < figure(now[1]) and figure(less[1]) < figure(now[1])
    assert len(cells(made.draw(desks=desks, less=0))) == 1

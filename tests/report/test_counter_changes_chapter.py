"""Notebook 05, further: an office chosen for its long waits, parts drawn, what-ifs with what the log leaves open, processing since before."""

import numpy as np
import pytest

from kumastats.report import open_session
from kumastats.report.chapters import counter_changes, counter_whatifs, counters, processing
from kumastats.workload.counter.log import wait_minutes


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="05_counters")


def test_the_fall_to_expect_of_the_office_chosen_is_printed(session):
    """By hand: (1 - r) times the excess over the mean of the offices."""
    made = counter_changes.one_office(session)
    quarter = session.quarter
    now, was = (
        wait_minutes(t).groupby(t["office_id"]).mean()
        for t in (
            counters.tickets_between(session, quarter.start, quarter.end),
            counters.tickets_between(session, quarter.start.replace(year=2022, month=10), quarter.start.replace(year=2022, month=12, day=31)),
        )
    )  # fmt: skip
    assert now.idxmax() == made.office
    r = max(0.0, float(np.corrcoef(now, was)[0, 1]))
    assert made.chosen.expected == pytest.approx((1 - r) * (now.max() - now.mean()))
    assert "chosen for being high" in made.chosen_sentence(session)
    offices = session.snapshot.frame("office", ["office_id", "name_en"]).set_index("office_id")["name_en"]
    assert made.queue_figure(session).caption.startswith(f"{offices[made.office]}; ")


def test_what_ifs_carry_their_uncertainty(session):
    made = counter_whatifs.uncertain_changes(session, counters.what_would_help(session, days=40))
    rows = made.frame.set_index("change")
    assert len(rows) == 5
    assert (rows["low"] <= rows["high"]).all()
    (closing,) = (c for c in rows.index if c.startswith("closing"))
    assert rows.loc[closing, "low"] > 0  # the same visits in fewer hours wait longer
    (first,) = (c for c in rows.index if "first desk" in c)
    others = rows.drop(index=[closing, first])
    assert (others["high"] <= 0).all() and (others["low"] <= others["difference"]).all()


def test_processing_is_compared_with_the_year_before_the_reform(session):
    made = processing.cases(session)
    assert made.change is not None and not made.change.decidable
    assert made.change.estimate == pytest.approx(made.change.extra["after"] - made.change.extra["before"])
    assert "cannot be decided" in made.change_sentence(session)
    names = [row[0] for row in made.table(session).rows]
    assert "child allowance" in names and all(n.isascii() for n in names)

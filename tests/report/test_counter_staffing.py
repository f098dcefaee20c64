"""Desks through the day: enough by the exact chain, shifts that cover them, and the announced waits turned into work."""

import numpy as np
import pytest

from kumastats.report import open_session
from kumastats.report.chapters import counter_staffing, counters


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="05_counters")


@pytest.fixture(scope="module")
def needed(session):
    return counter_staffing.desks(session, counters.what_would_help(session, days=40))


def test_shifts_cover_what_is_needed_and_the_law(needed):
    desks = needed.staffings["mol"][0].desks
    assert (needed.cover.covered >= desks).all() and (needed.cover.needed == desks).all()
    assert all(sum(m for _, m in s.breaks) >= 45 for s in needed.cover.shifts if s.work > 360)


def test_fewer_desks_would_not_keep_the_target(needed):
    """The target is the smallest number: one desk fewer at the peak lets nine in ten wait longer."""
    from kumastats.workload.counter.formulas import wait_quantile

    made = needed.staffings["mol"][0]
    peak = int(np.argmax(made.load))
    service = needed.service
    rate = made.load[peak] / service
    assert wait_quantile(rate, service, int(made.desks[peak]), 0.9) <= 10
    fewer = int(made.desks[peak]) - 1
    assert fewer <= made.load[peak] or wait_quantile(rate, service, fewer, 0.9) > 10


def test_tables_say_what_they_are(session, needed):
    table = needed.table(session)
    assert len(table.rows) == len(needed.staffings["mol"][0].desks) + 1
    assert "¥" in table.rows[-1][1] and "SIPP" in " ".join(table.heads)
    assert needed.shifts(session) is not None


def test_the_announced_waits_in_work(session):
    """By hand: 1 + 4/8.75 = 1.457; to 1 + 40/525 = 1.076 is 26 % less work, or 35 % more desks."""
    four, five, now = counter_staffing.overload_table(session).rows
    assert four == ["4.0", "1.46", "26%", "35%"]
    assert five == ["5.0", "1.57", "32%", "46%"]
    assert now[1] == "1.08"

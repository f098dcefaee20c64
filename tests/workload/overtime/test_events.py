"""Offices reached by an event: those made to rise, none where nothing happened, and no peak that comes every year."""

import numpy as np
import pytest
from cities import alike_years, made

from kumastats.workload.overtime import events
from kumastats.workload.overtime.caps import CAPS
from kumastats.workload.overtime.events import reached
from kumastats.workload.overtime.forecast import forecast

MARCH_2020 = 23  # from April 2018
YEARS = range(2018, 2023)


def risen(*months, factor=2.5, seed=1):
    """A city of 30 offices, of which two rise in some months."""
    quiet = alike_years(900, seed)
    ordered = quiet.ordered.copy()
    struck = np.isin(quiet.office[:, 0], ["O03", "O17"])
    for month in months:
        ordered[struck, month] = (ordered[struck, month] + 60) * factor
    return made(ordered, YEARS, office=quiet.office[:, 0])


def test_offices_that_rose_with_the_epidemic_are_found_and_no_others():
    held = risen(MARCH_2020)
    for month in (3, 6, 9):
        assert reached(held, 2019, month) == {"O03", "O17"}
    assert reached(held, 2019, 11) == frozenset()  # it began in February, which is known


def test_a_peak_of_every_year_and_a_quiet_month_are_no_event():
    assert reached(risen(11, MARCH_2020), 2019, 6) == frozenset()
    assert reached(risen(21), 2019, 6) == frozenset()  # January 2020: nothing is known to have begun
    found = sum(len(reached(alike_years(900, seed), 2019, 6)) for seed in range(2, 12))
    assert found <= 4  # of 300 offices


def test_few_offices_tell_nothing():
    held = risen(MARCH_2020)
    few = np.isin(held.office[:, 0], [f"O{i:02d}" for i in range(events.FEWEST_OFFICES - 1)])
    assert reached(made(held.ordered[few], YEARS, office=held.office[few, 0]), 2019, 6) == frozenset()


def test_later_years_change_nothing():
    held = risen(MARCH_2020)
    later = held.ordered.copy()
    later[:, 24:] = 5000
    assert reached(made(later, YEARS, office=held.office[:, 0]), 2019, 6) == {"O03", "O17"}


@pytest.mark.parametrize("month", [6, 9])
def test_an_epidemics_first_month_does_not_raise_next_years_chances(month):
    cap = CAPS["ordinary"]
    quiet, struck = (forecast(risen(*m), cap, 2020, month) for m in ((), (MARCH_2020,)))
    open_ = ~quiet.already
    assert struck.donors == quiet.donors - 60
    assert struck.chance[open_].sum() == pytest.approx(quiet.chance[open_].sum(), rel=0.1)

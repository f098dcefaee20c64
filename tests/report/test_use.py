"""The chapter on use: what it says of the synthetic city, and when it stays silent."""

import pytest
from lacking import empty

from kumastats import measures
from kumastats.disclosure import check
from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import adoption, adoption_dose
from kumastats.text import Text


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="00_start_here")


@pytest.fixture(scope="module")
def found(session):
    return adoption.adoption(session)


def test_what_is_told_may_be_told(session, found):
    records = adoption.records(session, found)
    assert [r.id for r in records] == ["adoption-teams", "adoption-telework"]
    for r in records:
        assert not check(r.published, session.thresholds, "internal")
        assert sentence(r, "ja") and sentence(r, "en")
    for told in found.users.values():
        for x in told:
            assert min(x.active, x.users - x.active) >= session.thresholds.min_n


def test_teams_is_taken_up_as_offices_go_live(found):
    first, last = found.users["teams"][0], found.users["teams"][-1]
    assert first.active / first.users < 0.6 < 0.8 < last.active / last.users


def test_telework_is_counted_from_the_rows(session, found):
    rows = session.snapshot.frame("person_day", ("telework",), where={"role": "city"}, start=None, end=None)
    made = measures.cells(session.snapshot, "telework_share", by=(), period="all").frame
    assert int(made["over"].iloc[0]) == int(rows["telework"].eq(True).sum())
    assert 0.01 < found.telework["FY2021"].value < 0.1


def test_devices_reach_every_school_by_the_end(found):
    wifi = [c for c in found.devices if c.product == "wifi"]
    assert [c.reached for c in wifi] == sorted(c.reached for c in wifi) and wifi[-1].reached == wifi[-1].units


def test_the_dose_holds_the_truth_of_nothing(session):
    """Telework changes no hours in this city: overtime for each day of it is nil."""
    made = adoption_dose.telework_dose(session)
    d = made.found
    assert d.trusted and d.low <= 0 <= d.high and d.first > 0
    record = adoption_dose.dose_record(session, made)
    assert (
        record is not None and "xploratory" in sentence(record, "en") and "neither" in sentence(record, "en")
    )
    assert not check(record.published, session.thresholds, "internal")


def test_without_a_table_the_part_is_left_out(session, small_study):
    none = empty(session)
    made = adoption.adoption(none)
    assert (
        not made.users
        and made.users_table(none) is None
        and made.devices_table(none) is None
        and made.users_figure(none) is None
    )
    why = adoption_dose.telework_dose(none)
    assert isinstance(why, Text) and "person_day" in why.en
    early = open_session(str(small_study), "FY2019Q1", "en", notebook="00_start_here")
    assert "not closed" in adoption_dose.telework_dose(early).en


def test_a_gap_is_as_wide_as_it_is_long(session, found):
    """Quarterly windows, some withheld: months without a value keep their place, and April is named on the axis."""
    import pandas as pd

    from kumastats.compare.plot import _every_month

    assert _every_month(pd.Series(["2019-03", "2018-12"])) == ["2018-12", "2019-01", "2019-02", "2019-03"]
    figure = found.users_figure(session)
    assert "Teams" in figure.alt and b"<svg" in figure.svg

"""The chapters on disasters and the community: what they say of the synthetic city, and when they stay silent."""

import pytest
from lacking import without

from kumastats.disclosure import check
from kumastats.display import interval, number
from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import community, disaster, disaster_scenario
from kumastats.text import Text


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="09_disaster")


@pytest.fixture(scope="module")
def shelters(session):
    return disaster.shelters(session)


def test_every_record_may_be_told(session, shelters):
    posts, neighbours = community.posts(session), community.neighbours(session)
    records = [
        *disaster.shelter_records(session, shelters), *community.posts_records(session, posts),
        community.neighbours_record(session, neighbours),
        disaster_scenario.scenario_record(session, disaster_scenario.scenario(session, shelters)),
    ]  # fmt: skip
    assert [r.id for r in records] == [
        "shelters-half-life", "shelters-staff", "community-first-reply", "community-drills", "watch-over", "disaster-2016-again",
    ]  # fmt: skip
    for r in records:
        assert not check(r.published, session.thresholds, "internal"), r.id
        assert sentence(r, "ja") and sentence(r, "en")


def test_no_shelter_had_staff_to_spare(session, shelters):
    """The sample's shelters have at most what they need: moving staff about meets nothing."""
    assert shelters.duty.short == shelters.duty.within_city > 0
    record = next(r for r in disaster.shelter_records(session, shelters) if r.id == "shelters-staff")
    assert "hardly any" in sentence(record, "en")


def test_days_not_counted_are_filled_by_the_fit(shelters):
    import numpy as np

    days = np.arange(120.0)
    counted = shelters.rows[shelters.rows["evacuees"].notna()].groupby("day")["evacuees"].sum()
    total = shelters._totals(days)
    assert (total >= counted.reindex(range(120), fill_value=0).to_numpy() - 1e-9).all()
    assert total.sum() < 1.06 * counted.sum()


def test_first_replies_came_sooner_with_the_network(session):
    """A fifth off each reply where the network has opened: by 2020 everywhere."""
    years = community.posts(session).years
    assert years["FY2018"].low > years["FY2020"].median
    assert years["FY2020"].median / years["FY2018"].median == pytest.approx(
        0.85, abs=0.07
    )  # a fifth less, part of 2018 had it


def test_the_sample_has_no_surge_at_the_counters(session):
    found = disaster.counters(session)
    spans = [x for v in found.found.values() for x in v]
    assert len(spans) == 12 and all(0.8 < x.ratio < 1.2 for x in spans)


def test_a_log_moves_the_scenario_and_leaves_its_range(session, shelters):
    measured = disaster_scenario.scenario(session, shelters)
    assumed = disaster_scenario.scenario(session, None)
    assert measured.measured and not assumed.measured
    for made in (measured, assumed):
        peak = made.found.peak_staff
        assert (peak.high - peak.low) / peak.mean > 0.4
        assert made.ordinary.people.mean > made.found.people.mean
        assert made.ordinary.enough <= made.found.enough


def test_the_table_the_figure_and_the_sentence_round_alike(session, shelters):
    made = disaster_scenario.scenario(session, shelters)
    record = disaster_scenario.scenario_record(session, made)
    told = sentence(record, "en")
    cells = {c for row in made.table(session).rows for c in row}
    for x in record.numbers:
        if x.form == "simulated":
            assert {number(x.value, "en"), interval(x.low, x.high, "en")} <= cells, x.name
            assert number(x.value, "en") in told, x.name
    peak = next(x for x in record.numbers if x.name == "peak")
    assert f"About {number(peak.value, 'en')} staff" in made.figure(session).alt


def test_without_a_table_the_chapter_is_shorter(session):
    assert disaster.shelters(without(session, "shelter_day")) is None
    assert community.posts(without(session, "community_post")) is None
    assert community.neighbours(without(session, "watch_over")) is None
    why = disaster.counters(without(session, "ticket"))
    assert isinstance(why, Text) and "ticket" in why.en and "ありません" in why.ja


def test_before_the_network_there_is_nothing_to_tell(small_study):
    early = open_session(str(small_study), "FY2016Q4", "en", notebook="09_disaster")
    assert community.posts(early) is None and disaster.shelters(early) is not None
    assert isinstance(disaster.counters(early), Text)  # one year of tickets tells no usual load

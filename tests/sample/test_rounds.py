"""Work sampling in the synthetic city: rounds at random times of true searches, with a truth of its own and nobody else's draws."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from exports import PEOPLE, SEED, cells

from kumastats.sample import config, days, diaries, rounds, schedule
from kumastats.sample.city import City, build


@pytest.fixture(scope="module")
def town() -> City:
    return build(PEOPLE, SEED)


def test_rounds_are_within_the_drawn_offices_and_working_hours(town: City) -> None:
    made = list(rounds.rounds(town, 2018))
    offices = {town.offices[i].id for i in rounds.drawn(town)}
    assert {r.office for r in made} == offices and len(offices) < len(town.offices)
    assert all(days.is_workday(r.at.date()) for r in made)
    clock = {r.at.hour * 60 + r.at.minute for r in made}
    assert min(clock) >= 8 * 60 + 30 and max(clock) < 17 * 60 + 15
    assert not [m for m in clock if 12 * 60 <= m < 13 * 60]
    assert len({(r.office, r.at) for r in made}) == len(made)
    assert all(0 <= r.paper <= r.searching <= r.seen for r in made)


def test_weights_add_up_to_the_offices_there_are(town: City) -> None:
    weights = rounds.drawn(town)
    assert sum(map(float, weights.values())) == pytest.approx(len(town.offices), rel=0.01)


def test_the_share_seen_is_that_of_the_true_minutes() -> None:
    """Over three years of a larger city, shares seen times 465 minutes are within four errors of what people truly search."""
    city = build(1250, 5)
    seen = searching = 0
    truth = []
    for year in rounds.YEARS:
        for r in rounds.rounds(city, year):
            seen, searching = seen + r.seen, searching + r.searching
        truth += [m for office, day in rounds.observed(city, year) for m in rounds.minutes(city, office, day)]
    share = searching / seen
    error = rounds.ON_DUTY * np.sqrt(share * (1 - share) / seen)
    assert abs(rounds.ON_DUTY * share - np.mean(truth)) < 4 * 1.3 * error


def test_rounds_see_the_short_searches_that_diaries_leave_out(town: City) -> None:
    held = [e.minutes for e in diaries.entries(town, 2018)]
    assert rounds.level(town, 2018) / np.mean(held) == pytest.approx(1 + config.SEARCH_UNTOLD, rel=0.15)


def test_without_digitised_documents_only_offices_that_have_them_search_longer(town: City) -> None:
    live, off = schedule.documents(town), frozenset({"documents"})
    for office, day in rounds.observed(town, 2019):
        made, twin = rounds.minutes(town, office, day), rounds.minutes(town, office, day, off)
        if day >= live[town.offices[office].id]:
            assert (made <= twin).all() and made.sum() < twin.sum()
        else:
            assert (made == twin).all()


def test_the_truth_is_the_difference_from_the_twin(city: Path, truth: dict, town: City) -> None:
    live, off = schedule.documents(town), frozenset({"documents"})
    pairs = [
        (rounds.minutes(town, o, d), rounds.minutes(town, o, d, off))
        for year in (2018, 2019)
        for o, d in rounds.observed(town, year)
        if d >= live[town.offices[o].id]
    ]
    made, twin = (np.concatenate(x) for x in zip(*pairs, strict=True))
    held = truth["questions"]["search-documents-seen"]
    assert held["value"] == pytest.approx(made.mean() - twin.mean(), abs=1e-6) and held["n"] == len(made)
    levels = truth["levels"]["search_time_seen"]
    assert levels == {f"{y}-11": pytest.approx(rounds.level(town, y), abs=1e-6) for y in rounds.YEARS}


def test_files_hold_the_rounds_and_the_planted_faults(city: Path, truth: dict, town: City) -> None:
    planted = {d["id"]: d["count"] for d in truth["defects"] if d["source"] == "work_sample"}
    assert planted == {"exact_duplicate": 4, "more_searching_than_seen": 3, "round_at_night": 2}
    for year in rounds.YEARS:
        head, *rows = cells(city / f"raw/work_sample/work_sample_{year}.csv")
        assert tuple(head) == rounds.HEADS
        made = list(rounds.rounds(town, year))
        assert len(rows) == len(made) + (4 if year == 2018 else 0)
        swapped = sum(int(r[3]) > int(r[2]) for r in rows)
        assert swapped == (3 if year == 2019 else 0)
        assert sum(
            " 2" in r[1].translate(str.maketrans("０１２３４５６７８９", "0123456789")) for r in rows
        ) == (2 if year == 2020 else 0)
        assert sum(int(r[2]) + int(r[3]) for r in rows[: len(made)]) == sum(
            r.seen + r.searching for r in made
        )


def test_rounds_draw_from_streams_of_their_own(town: City) -> None:
    """No other part asks for the streams of rounds, so that every other export keeps its bytes."""
    folder = Path(rounds.__file__).parent
    mine = {f"rng({n}" for n in (47, 48, 49, 50)}
    assert all(word in Path(rounds.__file__).read_text(encoding="utf-8") for word in mine)
    others = [p for p in folder.glob("*.py") if p.name != "rounds.py"]
    assert not [p.name for p in others for word in mine if word in p.read_text(encoding="utf-8")]
    assert rounds.study_days(2018)[0] == dt.date(2018, 11, 5)

"""Results shared within a run: computed once, each asker its own copy, reads told to every asker; never without a run."""

import threading
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from kumastats.warehouse import reading, sharing
from kumastats.warehouse.sharing import shared

CALLS = []


class Data:
    def __init__(self, sha256="a"):
        self.sha256 = sha256

    @shared
    def doubled(self, values, *, extra=0):
        CALLS.append(values)
        reading.note("ticket")
        return [2 * v + extra for v in values]

    @shared
    def a_function(self):
        CALLS.append(None)
        return lambda: 1


@pytest.fixture
def folder(tmp_path, monkeypatch):
    CALLS.clear()
    monkeypatch.setenv(sharing.VARIABLE, str(tmp_path))
    return tmp_path


def test_it_is_computed_once_and_everyone_has_a_copy(folder):
    first = Data().doubled([1, 2])
    first.append("mine")
    with reading.listening() as heard:
        assert Data().doubled([1, 2]) == [2, 4]
    assert len(CALLS) == 1 and heard == {"ticket"}


@shared
def named(names):
    return pd.DataFrame({"name": pd.Series([n for n in names for _ in range(3)], dtype="str")}).iloc[3:]


def test_what_each_asker_makes_of_it_has_the_same_content(folder):
    def next_asked(frame):
        return sharing._path(folder, named, frame[frame["name"] == "b"], (), {})

    assert next_asked(named(["a", "b"])) == next_asked(named(["a", "b"]))


def test_other_data_or_other_questions_are_other_results(folder):
    Data("a").doubled([1])
    Data("b").doubled([1])
    Data("a").doubled([2])
    Data("a").doubled([1], extra=1)
    assert len(CALLS) == 4


def test_askers_at_once_wait_for_the_first(folder):
    out = []
    threads = [threading.Thread(target=lambda: out.append(Data().doubled([3]))) for _ in range(5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert out == [[6]] * 5 and len(CALLS) == 1


def test_what_cannot_be_written_down_is_computed_each_time(folder):
    assert Data().a_function()() == Data().a_function()() == 1
    assert len(CALLS) == 2
    assert Data().doubled({1: 1, 2: 2}.keys()) == [2, 4]
    assert not list(folder.glob("*.tmp"))


def test_without_a_run_nothing_is_kept(tmp_path, monkeypatch):
    CALLS.clear()
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    assert Data().doubled([1]) == Data().doubled([1]) == [2] and len(CALLS) == 2


def test_reads_are_told_to_the_file_of_the_run(tmp_path, monkeypatch):
    monkeypatch.setenv(reading.VARIABLE, str(tmp_path / "reads"))
    for name in ("ticket", "office", "ticket"):
        reading.note(name)
    assert reading.told(tmp_path / "reads") == ("office", "ticket")
    assert reading.told(tmp_path / "none") == ()


def test_a_snapshot_tells_what_was_read_of_it(small_study):
    from kumastats.warehouse import Warehouse

    with reading.listening() as heard:
        snapshot = Warehouse.open(small_study / "warehouse").snapshot()
        assert snapshot.id
    assert heard == set()
    with reading.listening() as heard:
        snapshot.has("ticket")
        snapshot.span("case")
        snapshot.cells("person_day", by=(), period="all")
    assert heard == {"ticket", "case", "person_day"}
    with reading.listening() as heard:
        assert snapshot.deliveries
    assert heard == {reading.EVERYTHING}


@shared
def drawn(frame, rng):
    CALLS.append(None)
    return MappingProxyType({"sum": float(frame["a"].sum() + rng.random())})


def test_a_generator_goes_on_as_if_the_function_had_drawn_from_it(folder):
    frame = pd.DataFrame({"a": [1, 2]})
    one, two = np.random.default_rng(1), np.random.default_rng(1)
    assert drawn(frame, one) == drawn(frame.copy(), rng=two) == drawn(frame, np.random.default_rng(1))
    assert one.random() == two.random() != np.random.default_rng(1).random()
    assert len(CALLS) == 2  # given by name is another question


def test_other_frames_and_other_generators_are_other_questions(folder):
    drawn(pd.DataFrame({"a": [1, 2]}), np.random.default_rng(1))
    drawn(pd.DataFrame({"a": [1, 3]}), np.random.default_rng(1))
    drawn(pd.DataFrame({"a": [1, 2]}), np.random.default_rng(2))
    assert len(CALLS) == 3


@shared
def refusing(value):
    CALLS.append(value)
    raise ValueError(value)


def test_errors_are_not_kept(folder):
    for _ in range(2):
        with pytest.raises(ValueError, match="1"):
            refusing(1)
    assert CALLS == [1, 1]


def test_a_snapshot_stands_for_its_hash_wherever_it_is_given(folder):
    @shared
    def told(first, held):
        CALLS.append(first)
        return held.sha256

    assert told(1, Data("a")) == told(1, Data("a")) == "a"
    assert told(1, Data("b")) == "b"
    assert CALLS == [1, 1]

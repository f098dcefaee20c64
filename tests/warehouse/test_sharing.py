"""Results shared within a run: computed once, each asker its own copy, reads told to every asker; never without a run."""

import threading

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

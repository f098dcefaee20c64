"""The order of notebooks, and how the time left is told."""

from kumastats.report.running.order import Queue, Task, load_times, save_times
from kumastats.report.running.progress import Progress

SHORT, LONG = (
    [Task("a", "ja", 4, 1.0), Task("a", "en", 4, 1.0)],
    [Task("b", "ja", 4, 9.0), Task("b", "en", 4, 9.0)],
)


def test_the_longest_begins_and_second_languages_wait_for_the_first():
    queue = Queue([*SHORT, *LONG])
    first, second = queue.take(), queue.take()
    assert [(t.notebook, t.lang) for t in (first, second)] == [("b", "en"), ("a", "en")]
    queue.ended(second)
    third = queue.take()
    assert (third.notebook, third.lang) == ("a", "ja")
    queue.ended(third)
    fourth = queue.take()  # nothing else is left
    assert (fourth.notebook, fourth.lang) == ("b", "ja") and queue.take() is None


def test_what_never_ran_is_ordered_by_its_cells():
    queue = Queue([Task("a", "ja", 3), Task("b", "ja", 30)])
    assert queue.take().notebook == "b"


def test_a_stopped_queue_gives_nothing():
    queue = Queue(SHORT)
    queue.stop()
    assert queue.take() is None


def test_times_are_kept_and_a_torn_file_is_passed_over(tmp_path):
    one, two = tmp_path / "FY2022Q4", tmp_path / "FY2022Q3"
    for home in (one, two):
        home.mkdir()
        save_times(home, {("a", "ja"): 2.5})
    (one / "logs" / "seconds.log").write_text("[[", encoding="utf-8")
    assert load_times([one, two]) == {("a", "ja"): 2.5}
    assert load_times([tmp_path / "none"]) == {}


def test_time_left_counts_what_runs_and_what_waits_over_the_workers():
    now, steps = [0.0], []
    progress = Progress("FY2022Q4", 4, steps.append, 2, clock=lambda: now[0])
    tasks = [*SHORT, *LONG]
    progress.waiting(tasks)
    progress.cell(LONG[0], 0)
    progress.cell(SHORT[0], 0)
    assert steps[-1].left == 10.0 and steps[-1].running == (("b", "ja", 0, 4), ("a", "ja", 0, 4))
    now[0] = 2.0
    progress.ended(SHORT[0], 2.0, failed=False)  # twice as slow as before, so the rest is expected to be
    assert steps[-1].done == 1 and steps[-1].left == ((18 - 2) + 2 + 18) / 2
    progress.cell(LONG[0], 3)
    assert steps[-1].running == (("b", "ja", 3, 4),)


def test_nothing_is_said_of_the_time_left_before_anything_is_known():
    steps = []
    progress = Progress("FY2022Q4", 1, steps.append, 2)
    task = Task("a", "ja", 4)
    progress.waiting([task])
    progress.cell(task, 1)
    assert steps[-1].left is None

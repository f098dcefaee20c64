"""Work in forked processes: results in order, errors whole, a killed process replaced, none left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kumastats.beside import CORES, Beside
from kumastats.errors import Place, Problems, SourceError
from kumastats.text import Text

pytestmark = pytest.mark.skipif(CORES < 2 or not hasattr(os, "fork"), reason="one core, or no fork")
WRONG = SourceError(
    Text("読めません。", "It cannot be read."), place=Place("a.csv", None, 3, "b"), remedy="直す。"
)


def test_results_come_in_order_from_other_processes():
    def work(i: int) -> tuple[int, int]:
        time.sleep(0.05 * (i == 0))
        return i, os.getpid()

    with Beside(work, 6, processes=2) as made:
        found = list(made)
    assert [i for i, _ in found] == list(range(6)) and os.getpid() not in {pid for _, pid in found}


@pytest.mark.parametrize("error", [WRONG, Problems([WRONG, WRONG])], ids=["one", "many"])
def test_an_error_arrives_whole(error: SourceError):
    def work(i: int) -> None:
        raise error

    with Beside(work, 1, processes=1) as made, pytest.raises(type(error)) as caught:
        list(made)
    assert caught.value.text("ja") == error.text("ja") and caught.value.to_dict() == error.to_dict()


def test_a_killed_process_is_replaced_by_this_one():
    here = os.getpid()

    def work(i: int) -> int:
        if i == 1 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return i

    with Beside(work, 4, processes=2) as made:
        assert list(made) == [0, 1, 2, 3]


def test_they_end_with_their_parent(tmp_path: Path):
    code = (
        "import os, sys, time; from pathlib import Path; from kumastats.beside import Beside\n"
        "def work(i):\n    Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)\n"
        "with Beside(work, 1, processes=1) as made: list(made)"
    )
    told = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", code, str(told)])
    until = time.monotonic() + 30
    while not (told.exists() and told.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    child = int(told.read_text())
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        if "Z" in Path(f"/proc/{child}/stat").read_text().split(")")[-1].split()[:1]:
            break
        time.sleep(0.05)
    assert time.monotonic() < until

"""Forked kernels: none sees another's state, a death is noticed, and none outlives the run."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from kumastats.errors import NotebookError
from kumastats.report.execute import execute
from kumastats.report.running.kernels import FORKS, Ordinary

pytestmark = pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux only")

TOUCH = """import os, random
import matplotlib, numpy, pandas
import kumastats.report.session as s
matplotlib.rcParams["font.size"] = 99
numpy.left_behind = pandas.left_behind = 1
s.STUDY_VARIABLE = "left behind"
os.environ["LEFT_BEHIND"] = "1"
os.getpid(), random.random(), numpy.random.random()"""
LOOK = """import os, random, threading
import matplotlib, numpy, pandas
import kumastats.report.session as s
seen = [hasattr(numpy, "left_behind"), hasattr(pandas, "left_behind"), s.STUDY_VARIABLE, "LEFT_BEHIND" in os.environ,
        matplotlib.rcParams["font.size"] == 99, os.environ["GIVEN"], "duckdb" in __import__("sys").modules]
seen"""


def run(cells, folder: Path, warm, **environment: str):
    body = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    out = folder / "x.ipynb"
    execute(
        nbformat.writes(body), out, {}, name="x", evidence=folder, kernels=warm, environment=environment,
        log=folder / "x.log",
    )  # fmt: skip
    cells = json.loads(out.read_text(encoding="utf-8"))["cells"]
    return ["".join(c["outputs"][-1]["data"]["text/plain"]) for c in cells]


def test_a_kernel_sees_nothing_of_those_before_it(warm, tmp_path):
    (first,) = run([TOUCH], tmp_path, warm)
    (again,) = run([TOUCH], tmp_path, warm)
    assert (
        len({*first.strip("()").split(", "), *again.strip("()").split(", ")}) == 6
    )  # pids and draws all differ
    (seen,) = run([LOOK], tmp_path, warm, GIVEN="here")
    assert seen == "[False, False, 'KUMASTATS_STUDY', False, False, 'here', True]"


@pytest.mark.parametrize("forked", [True, False])
def test_a_kernel_is_spoken_with_in_private_and_its_log_does_not_warn(forked, warm, tmp_path):
    told = run(
        ["import sys; print('said', file=sys.__stderr__); 1"], tmp_path, warm if forked else Ordinary()
    )
    assert told == ["1"]
    log = (tmp_path / "x.log").read_text(encoding="utf-8")
    assert log.startswith("said\n") and "plain text" not in log and "WARNING" not in log


def test_no_thread_of_python_runs_where_it_forks(warm, tmp_path):
    assert run(["1"], tmp_path, warm) == ["1"]
    assert warm.ready["threads"] == 1


def test_a_kernel_that_dies_is_told_and_the_next_one_runs(warm, tmp_path):
    with pytest.raises(NotebookError, match=r"the kernel died|not executed"):
        run(["6 * 7", "import os; os._exit(1)", "1"], tmp_path, warm)
    assert not (tmp_path / "x.ipynb").exists()
    left = json.loads((tmp_path / "x.failed.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [bool(c["outputs"]) for c in left if "".join(c["source"]) == "6 * 7"] == [
        True
    ]  # as far as it came
    assert run(["1 + 1"], tmp_path, warm) == ["2"]


HELD = """
import sys, time
from pathlib import Path
from jupyter_core.utils import run_sync
from kumastats.report.running.kernels import Warm
with Warm() as warm:
    manager, words = warm.manager({}, Path(sys.argv[1]), Path(sys.argv[1]) / "log")
    run_sync(manager.start_kernel)(**words)
    print(manager.provisioner.pid, flush=True)
    time.sleep(60)
"""


def test_a_killed_run_takes_its_kernels_with_it(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HELD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    pid = int(process.stdout.readline())
    os.kill(pid, 0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    for _ in range(100):
        time.sleep(0.05)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
    raise AssertionError("the kernel is still there")

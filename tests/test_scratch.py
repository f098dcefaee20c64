"""Folders for data on their way go with their process; those of killed ones are swept."""

import subprocess
import sys
from pathlib import Path

from kumastats import scratch
from kumastats.scratch import Scratch

MAKE = "import sys, time\nfrom pathlib import Path\nfrom kumastats.scratch import Scratch\nmade = Scratch(Path(sys.argv[1]))\n(made.path / 'rows').write_text('hash')\nprint(made.path, flush=True)\n"


def started(home: Path, more: str) -> tuple["subprocess.Popen[str]", Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", MAKE + more, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_goes_with_its_process_and_a_fork_leaves_it(tmp_path):
    with started(tmp_path, "import os\nif os.fork() == 0: sys.exit()\nos.wait()\nprint(made.path.exists())")[
        0
    ] as process:
        assert process.stdout is not None and process.stdout.read().strip() == "True"
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_a_living_one_kept(tmp_path):
    killed, left = started(tmp_path, "time.sleep(60)")
    alive, kept = started(tmp_path, "time.sleep(60)")
    foreign = tmp_path / "kumastats-unknown"
    foreign.mkdir()
    try:
        killed.kill()
        killed.wait()
        assert (left / "rows").is_file()
        mine = Scratch(tmp_path)  # the first folder of this process sweeps
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
            p.name for p in (kept, foreign, mine.path)
        )
        assert scratch.sweep(tmp_path) == 0 and (kept / "rows").is_file()
        mine.close()
        assert not mine.path.exists()
    finally:
        alive.kill()
        for process in (killed, alive):
            process.communicate()

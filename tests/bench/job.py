"""One job of one row, measured in this process: ``python job.py MODULE ROW ours|peer|floor REPEATS`` prints JSON."""

from __future__ import annotations

import contextlib
import importlib
import json
import resource
import sys
import time
from pathlib import Path


def peak() -> float:
    """Return the peak memory in MiB of the largest process: this one, or one that it started and that ended.

    Of this process getrusage would tell the parent's as well.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )
    return max(own(), children)


def own() -> float:
    """Return the peak memory of this process in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def spent() -> float:
    """Return CPU seconds of this process and of its children that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measure(module: str, name: str, kind: str, repeats: int) -> dict[str, float | str]:
    """Return wall and CPU seconds (children's included) of the fastest run, the peak memory in MiB, and what the job said."""
    row = next(r for r in importlib.import_module(module).ROWS if r.name == name)
    timed = getattr(row, kind)()
    walls, cpus, said = [], [], None
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), spent()
        said = timed()
        walls.append(time.perf_counter() - wall)
        cpus.append(spent() - cpu)
    return {"s": min(walls), "cpu_s": min(cpus), "mb": peak(), "said": said if isinstance(said, str) else ""}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        made = measure(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
    print(json.dumps(made))

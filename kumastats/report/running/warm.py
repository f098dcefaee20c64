"""A process that has imported what notebooks use and forks a kernel for each of them.

Most of a short notebook's time is imports. Here they are made once; every notebook then gets a process of its own,
copied from this one before it has opened, computed or connected to anything, so that none sees another's state. Only
libraries are warmed here: no engine is started, and no thread of Python runs when it forks.

Requests are lines of JSON on standard input (``start`` or ``poll``), answers are lines on standard output. When the
requests end, because the run ended or was killed, every kernel still alive is killed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
import threading
from typing import Any

# ipykernel reads its parent when it is imported; its poller ends a kernel whose parent has gone
os.environ["JPY_PARENT_PID"] = str(os.getpid())
# what ipykernel itself sets before a notebook imports matplotlib
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

KERNEL = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.debugger",  # no notebook is debugged, but every kernel imports it
    "IPython.core.completer",
)
LIBRARIES = (
    "jsonschema",
    "ibis.backends.duckdb",
    "duckdb",
    "scipy.optimize",
    "scipy.stats",
    "matplotlib_inline.backend_inline",
)
ROOMS = ("compare", "workload", "measures", "disclosure", "evidence", "warehouse", "report.chapters")
YEARS = 15  # of holidays before this one, known before a notebook asks
LAUNCHER = "ipykernel_launcher"


def warm() -> None:
    """Import what notebooks use, and let it do once what it prepares on first use."""
    from kumastats.evidence.record import GRAMMAR, without

    with without(GRAMMAR):
        for name in (*KERNEL, *LIBRARIES):
            importlib.import_module(name)
    for room in ROOMS:
        package = importlib.import_module(f"kumastats.{room}")
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    _rehearse()
    gc.collect()
    gc.freeze()  # a collection in a kernel need not copy the pages of what is shared


def _rehearse() -> None:
    """Draw, check, ask for holidays and write a query: fonts, schemas, calendars and dialects are prepared on first use."""
    import ibis

    from kumastats.calendar.workdays import holiday_name
    from kumastats.display.style import figure_style, new_figure, svg_bytes
    from kumastats.errors import EvidenceError
    from kumastats.evidence.record import validate
    from kumastats.text import LANGS

    for lang in LANGS:
        with figure_style(lang):
            figure, axes = new_figure(lang)
            axes.plot([0, 1], [0, 1], label="窓口 0%")
            axes.set_title("待ち時間（分）")
            svg_bytes(figure)
    with contextlib.suppress(EvidenceError):
        validate({})
    rows = ibis.table({"office_id": "string", "date": "date", "n": "int64"}, name="t")
    today = dt.date.today()
    for lang in LANGS:
        for year in range(today.year - YEARS, today.year + 2):
            holiday_name(dt.date(year, 1, 1), lang)
    made = rows.filter(rows.n > 0).group_by(rows.date.strftime("%Y-%m")).aggregate(n=rows.n.sum())
    ibis.to_sql(made, dialect="duckdb")


def serve() -> list[str] | None:
    """Answer requests. In a forked kernel, return its arguments; in this process, None when the requests end."""
    alive: dict[int, int | None] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "start":
            pid = os.fork()
            if not pid:
                _become(asked)
                return [str(a) for a in asked["arguments"]]
            alive[pid] = None
            _answer({"pid": pid})
        else:
            _answer({"code": _code(alive, int(asked["pid"]))})
    for pid in [p for p in alive if _code(alive, p) is None]:
        _kill(pid)
    return None


def _answer(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _code(alive: dict[int, int | None], pid: int) -> int | None:
    if alive[pid] is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            alive[pid] = os.waitstatus_to_exitcode(status)
    return alive[pid]


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:  # it had not yet made its group
        os.kill(pid, signal.SIGKILL)


def _become(asked: dict[str, Any]) -> None:
    """Turn this fork into a process of its own: group, environment, folder and output, nothing of the parent's."""
    import random

    import numpy as np

    os.setsid()
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for kept, given in ((0, nothing), (1, log), (2, log)):
        os.dup2(given, kept)
    os.close(log)
    os.close(nothing)
    random.seed()
    np.random.seed()  # noqa: NPY002 - forks must not share the state of the global generator


def main() -> None:
    """Warm up, say so, and serve; a fork goes on as a kernel."""
    warm()
    _answer({"threads": threading.active_count()})
    arguments = serve()
    if arguments is not None:
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = [LAUNCHER, *arguments]
        IPKernelApp.launch_instance(arguments)


if __name__ == "__main__":
    main()

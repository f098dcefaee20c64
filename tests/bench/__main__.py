"""``make bench``: each job of DESIGN's table beside its peer and its floor, in one run.

``--only NAME`` (repeatable) measures rows whose name starts with NAME; results of the others stay as they were.
Rows that take hours (``full-city``) are measured only when named.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import results
from row import Row

HERE = Path(__file__).parent
OURS = ("numpy", "duckdb")


def found() -> list[tuple[str, Row]]:
    """Return the rows of every module of this folder with the module's name, sorted."""
    rows: list[tuple[str, Row]] = []
    for path in sorted(HERE.glob("*.py")):
        if path.stem != "__main__" and "\nROWS" in path.read_text(encoding="utf-8"):
            rows += [(path.stem, row) for row in importlib.import_module(path.stem).ROWS]
    return rows


def alone(module: str, row: Row, kind: str, repeats: int) -> dict[str, Any]:
    """Return what a job takes in a process of its own; nothing where the row has none, or it failed."""
    nothing = {"s": None, "cpu_s": None, "mb": None}
    if getattr(row, kind) is None:
        return nothing
    command = [sys.executable, str(HERE / "job.py"), module, row.name, kind, str(repeats)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=kind == "ours")
    if done.returncode:
        print(f"{row.name}: {kind} failed", file=sys.stderr)
        return nothing
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(module: str, row: Row) -> dict[str, Any]:
    """Measure a row."""
    if row.prepare is not None:
        row.prepare()
    made = {
        kind: alone(module, row, kind, row.peer_repeats if kind == "peer" else row.repeats)
        for kind in ("ours", "floor", "peer")
    }
    said = " ".join(s for kind in made.values() if (s := kind.pop("said", "")))
    names = [*OURS, *([row.peer_name] if row.peer_name else [])]
    return {
        "name": row.name, "work": row.work, "goal": row.goal, "note": row.note, "said": said,
        **{f"ours_{k}": _short(v) for k, v in made["ours"].items()},
        "peer": row.peer_name, **{f"peer_{k}": _short(v) for k, v in made["peer"].items()},
        "floor": row.floor_name, "floor_s": _short(made["floor"]["s"]), "floor_cpu_s": _short(made["floor"]["cpu_s"]),
        "repeats": row.repeats, "peer_repeats": row.peer_repeats,
        "versions": {"python": sys.version.split()[0], **{n: v for n in names if (v := _version(n))}},
        "machine": results.machine(),
    }  # fmt: skip


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="rows whose name starts with NAME")
    wanted = parser.parse_args().only
    rows = [
        (m, r) for m, r in found() if (any(r.name.startswith(w) for w in wanted) if wanted else not r.long)
    ]
    new: dict[str, dict[str, Any]] = {}
    for module, row in rows:
        print(f"{row.name}: {row.work}", file=sys.stderr)
        new[row.name] = measured(module, row)
        results.write({**results.held(), row.name: new[row.name]})
    results.show(new)


if __name__ == "__main__":
    main()

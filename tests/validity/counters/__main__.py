"""Whether intervals about counters hold the truth as often as they say: logs with hidden desks and known effects.

Every seed from 0 on is used. What a log answered is kept in build/validity by the state of the code, so a run that was stopped goes
on. Rows go to docs/validity_counters.json, and the pages beside it are written from them.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1]))
import kept
from counter_logs import KINDS, Held, answered
from counter_page import NAMES, page

ROUNDS = (100, 300)
MEASURED = (
    "kumastats/calendar", "kumastats/compare/inference.py", "kumastats/compare/result.py", "kumastats/workload/counter",
    "kumastats/workload/survival.py", "tests/validity/counters/counter_logs.py", "tests/workload/synthetic.py",
)  # fmt: skip
ROWS = "validity_counters.json"
Row = dict[str, Any]


def main() -> None:
    asked = argparse.ArgumentParser(
        "python tests/validity/counters",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    asked.add_argument(
        "logs", type=int, nargs="?", default=1000, help="logs a question (default: %(default)s)"
    )
    asked.add_argument(
        "kinds", nargs="*", metavar="kind", help=f"questions: {', '.join(KINDS)} (default: all)"
    )
    asked.add_argument("--jobs", type=int, default=2, help="processes (default: %(default)s)")
    asked.add_argument("--only-pages", action="store_true", help="measure nothing; write the pages anew")
    given = asked.parse_args()
    if unknown := set(given.kinds) - set(KINDS):
        asked.error(f"no such question: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    code = kept.state(*MEASURED)
    if not given.only_pages:
        for made in measured(given.logs, given.kinds or tuple(KINDS), code, given.jobs):
            write(made, code)
    write([], code)


def measured(logs: int, kinds: Sequence[str], code: str, jobs: int) -> Iterator[list[Row]]:
    """Yield the rows of a kind of question once it has so many logs, in rounds that grow, so that a run cut short has all alike."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    file = kept.BUILD / f"counters-{code}.jsonl"
    known: dict[tuple[str, int], Held] = {(m["kind"], m["seed"]): m["held"] for m in kept.lines(file)}
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool, kept.adding(file) as add:
        for target in [r for r in ROUNDS if r < logs] + [logs]:
            for kind in kinds:
                left = [(kind, seed) for seed in range(target) if (kind, seed) not in known]
                for key, held in zip(left, pool.map(answered, left), strict=True):
                    add({"kind": kind, "seed": key[1], "held": held})
                    known[key] = held
                yield tallied([known[kind, seed] for seed in range(target)], code)


def tallied(made: Sequence[Held], code: str) -> list[Row]:
    """Count how often intervals held the truth."""
    rows = []
    for question in made[0]:
        k, logs = sum(m[question] for m in made), len(made)
        ends = stats.binomtest(k, logs).proportion_ci()
        rows.append(
            {
                "question": question, "logs": logs, "held": k, "coverage": k / logs,
                "coverage_interval": [float(ends.low), float(ends.high)], "code": code,
            }
        )  # fmt: skip
        print(f"{question}: {k}/{logs} = {k / logs:.3f} ({ends.low:.3f}–{ends.high:.3f})", flush=True)
    return rows


def write(made: Sequence[Row], code: str) -> None:
    """Write the rows measured anew in their places, and the pages."""
    path = kept.DOCS / ROWS
    rows = {
        r["question"]: r
        for r in [*(json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []), *made]
    }
    ordered = [rows[q] for q in NAMES if q in rows]
    kept.put(path, ordered)
    kept.replace(kept.DOCS / "validity_counters.md", page(ordered, "en", code))
    kept.replace(kept.DOCS / "validity_counters.ja.md", page(ordered, "ja", code))


if __name__ == "__main__":
    main()

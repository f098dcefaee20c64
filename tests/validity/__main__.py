"""``make validity``: size and coverage of every design by simulation, beside its peers, written to docs/validity*.md and .json.

A finished row is written at once. The next call goes on from there while the code it measures is the same; what is kept lies in
build/validity.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import city_caps
import kept
import synthetic_cities
from scenarios import scenarios
from simulation import Row, Tally, extended
from table import markdown

WHICH = ("design", "clusters", "treated", "process")
ROUNDS = (400, 1000, 2000)
MEASURED = (
    "kumastats/calendar", "kumastats/compare", "tests/validity/answers.py", "tests/validity/processes.py",
    "tests/validity/scenarios.py", "tests/validity/series.py", "tests/validity/simulation.py",
)  # fmt: skip
# a study's register put to the designs; no row here asks it
REGISTER = tuple(f"kumastats/compare/{name}.py" for name in ("answer", "arguments", "asked", "own_question"))
Dict = dict[str, Any]


def main() -> None:
    asked = argparse.ArgumentParser(
        "python tests/validity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument(
        "--repetitions", type=int, default=4000, help="repetitions of each design (default: %(default)s)"
    )
    asked.add_argument("--seed", type=int, default=1, help="seed of the designs (default: %(default)s)")
    asked.add_argument(
        "--cities", type=int, default=1000, help="synthetic cities, seeds from 1 on (default: %(default)s)"
    )
    asked.add_argument(
        "--only",
        metavar="WORD",
        help="designs whose name holds this word; the others and the cities stay as they were",
    )
    only = asked.add_mutually_exclusive_group()
    only.add_argument("--only-cities", action="store_true", help="no design; they stay as they were")
    only.add_argument("--only-designs", action="store_true", help="no city; they stay as they were")
    only.add_argument("--only-pages", action="store_true", help="measure nothing; write the pages anew")
    given = asked.parse_args()
    if not (given.only_cities or given.only_pages):
        designs(given.repetitions, given.seed, given.only)
    if not (given.only or given.only_designs or given.only_pages):
        cities(given.cities)
    write(held("validity.json"))


def cities(number: int) -> None:
    """Ask the questions, and watch the caps, on this many synthetic cities."""
    rows = [r.to_dict() | {"code": synthetic_cities.state()} for r in synthetic_cities.on_cities(number)]
    tenths = [t | {"code": city_caps.state()} for t in city_caps.on_cities(number)]
    put("validity_cities.json", {"questions": rows, "cap_watch": tenths})


def designs(repetitions: int, seed: int, only: str | None) -> None:
    """Measure the designs asked for in rounds that grow, so that a run that is cut short leaves all of them alike."""
    listed, code = scenarios(), measured()
    file = kept.BUILD / f"designs-{code}-{seed}.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    tallies = {
        s.name: Tally(t["repetitions"], Counter(t["counts"]), t["attainable"])
        for s in listed
        if (t := known.get(s.name))
    }
    begun = time.monotonic()
    for target in [r for r in ROUNDS if r < repetitions] + [repetitions]:
        left = {
            i: tallies.get(s.name, Tally())
            for i, s in enumerate(listed)
            if (not only or only in s.name) and tallies.get(s.name, Tally()).repetitions < target
        }
        for index, made in extended(left, target, seed):
            tallies[listed[index].name] = made
            kept.put(file, {k: vars(t) for k, t in tallies.items()})
            row = made.row(listed[index], seed)
            write(renewed([row.to_dict() | {"code": code}]))
            told(row, time.monotonic() - begun)


def measured() -> str:
    """Return the state of the code that the designs measure."""
    return kept.state(*MEASURED, without=REGISTER)


def told(row: Row, seconds: float) -> None:
    """Print a row."""
    peers = "  ".join(f"{k} {v:.3f}" for k, v in row.peer_size.items())
    print(
        f"[{seconds:5.0f} s] {row.design}, {row.clusters} clusters, {row.treated} treated, {row.process}: "
        f"{row.repetitions} times, size {row.size:.3f}  verdict {row.decidable_share:.3f}  coverage {row.coverage:.3f}   {peers}",
        flush=True,
    )


def held(name: str) -> list[Dict]:
    """Return the rows kept from an earlier run."""
    path = kept.DOCS / name
    rows: list[Dict] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return rows


def renewed(made: Iterable[Dict]) -> list[Dict]:
    """Return the page's rows with those measured anew in their places, in the order of the list."""
    rows = {_key(r): r for r in [*held("validity.json"), *made]}
    order = [(s.design, s.clusters, s.treated, s.process) for s in scenarios()]
    return [rows[k] for k in order if k in rows]


def _key(row: Dict) -> tuple[Any, ...]:
    return tuple(row[k] for k in WHICH)


def write(rows: list[Dict]) -> None:
    """Write the pages and their numbers."""
    put("validity.json", rows)
    made = json.loads((kept.DOCS / "validity_cities.json").read_text(encoding="utf-8"))
    code = {"designs": measured(), "questions": synthetic_cities.state(), "caps": city_caps.state()}
    for lang, name in (("en", "validity.md"), ("ja", "validity.ja.md")):
        kept.replace(kept.DOCS / name, markdown(rows, made, lang, code))


def put(name: str, rows: Any) -> None:
    """Write rows as JSON beside the pages."""
    kept.put(kept.DOCS / name, rows)


if __name__ == "__main__":
    main()

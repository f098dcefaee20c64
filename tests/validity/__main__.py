"""``make validity``: size and coverage of every design by simulation, beside its peers, written to docs/validity*.md and .json.

python tests/validity [--repetitions 4000] [--seed 1] [--cities 1000] [--only WORD]

A finished row is written at once. The next call goes on from there while the code it measures is the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scenarios import scenarios
from simulation import Row, Tally, extended
from synthetic_cities import on_cities
from table import markdown

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
KEPT = ROOT / "build" / "validity" / "designs.json"
WHICH = ("design", "clusters", "treated", "process")
ROUNDS = (400, 1000, 2000)
Dict = dict[str, Any]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repetitions", type=int, default=4000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--cities", type=int, default=1000, help="synthetic cities for the register's questions"
    )
    asked.add_argument(
        "--only-cities", action="store_true", help="only the cities; the designs are left as they were"
    )
    asked.add_argument(
        "--only", help="designs whose name holds this word; the others and the cities are left as they were"
    )
    given = asked.parse_args()
    if not given.only_cities:
        designs(given.repetitions, given.seed, given.only)
    if not given.only:
        rows, tenths = on_cities(given.cities)
        put("validity_cities.json", {"questions": [r.to_dict() for r in rows], "cap_watch": tenths})
        write(held("validity.json"))


def designs(repetitions: int, seed: int, only: str | None) -> None:
    """Measure the designs asked for in rounds that grow, so that a run that is cut short leaves all of them alike."""
    listed, code = scenarios(), fingerprint()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    known = kept["tallies"] if (kept.get("code"), kept.get("seed")) == (code, seed) else {}
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
            keep(code, seed, tallies)
            row = made.row(listed[index], seed)
            write(renewed([row.to_dict()]))
            told(row, time.monotonic() - begun)


def keep(code: str, seed: int, tallies: dict[str, Tally]) -> None:
    """Write down what was counted."""
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    told = {"code": code, "seed": seed, "tallies": {k: vars(t) for k, t in tallies.items()}}
    KEPT.write_text(json.dumps(told) + "\n", encoding="utf-8")


def told(row: Row, seconds: float) -> None:
    """Print a row."""
    peers = "  ".join(f"{k} {v:.3f}" for k, v in row.peer_size.items())
    print(
        f"[{seconds:5.0f} s] {row.design}, {row.clusters} clusters, {row.treated} treated, {row.process}: "
        f"{row.repetitions} times, size {row.size:.3f}  verdict {row.decidable_share:.3f}  coverage {row.coverage:.3f}   {peers}",
        flush=True,
    )


def fingerprint() -> str:
    """Return a hash of the code measured and of what measures it."""
    made = hashlib.sha256()
    for path in sorted(
        [*(ROOT / "kumastats" / "compare").rglob("*.py"), *Path(__file__).parent.glob("*.py")]
    ):
        made.update(path.read_bytes())
    return made.hexdigest()


def held(name: str) -> list[Dict]:
    """Return the rows kept from an earlier run."""
    path = DOCS / name
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
    cities = json.loads((DOCS / "validity_cities.json").read_text(encoding="utf-8"))
    (DOCS / "validity.md").write_text(markdown(rows, cities, "en"), encoding="utf-8")
    (DOCS / "validity.ja.md").write_text(markdown(rows, cities, "ja"), encoding="utf-8")


def put(name: str, rows: Any) -> None:
    """Write rows as JSON."""
    (DOCS / name).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

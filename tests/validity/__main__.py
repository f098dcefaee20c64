"""``make validity``: size and coverage of every design by simulation, beside its peers, written to docs/validity.md and .json.

python tests/validity [--repetitions 4000] [--seed 1] [--cities 300] [--only WORD]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from scenarios import scenarios
from simulation import Row, run
from synthetic_cities import on_cities
from table import markdown

DOCS = Path(__file__).resolve().parents[2] / "docs"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repetitions", type=int, default=4000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--cities", type=int, default=300, help="synthetic cities for the register's questions"
    )
    asked.add_argument(
        "--only-cities", action="store_true", help="only the cities; the designs are left as they were"
    )
    asked.add_argument(
        "--only",
        help="designs whose name holds this word; the others stay as they were, with their own repetitions",
    )
    given = asked.parse_args()
    if given.only_cities:
        write(held("validity.json"), cities(given.cities))
        return
    listed = scenarios()
    chosen = [i for i, s in enumerate(listed) if not given.only or given.only in s.name]
    begun = time.monotonic()

    def told(row: Row) -> None:
        peers = "  ".join(f"{k} {v:.3f}" for k, v in row.peer_size.items())
        print(
            f"[{time.monotonic() - begun:5.0f} s] {row.design}, {row.clusters} clusters, {row.treated} treated, {row.process}: "
            f"size {row.size:.3f}  verdict {row.decidable_share:.3f}  coverage {row.coverage:.3f}   {peers}",
            flush=True,
        )

    rows = [r.to_dict() for r in run(given.repetitions, given.seed, chosen, told=told)]
    if given.only:
        write(renewed(held("validity.json"), rows), on_file())
        return
    write(rows, cities(given.cities))


def held(name: str) -> list[dict[str, Any]]:
    """Return the rows kept from an earlier run."""
    rows: list[dict[str, Any]] = json.loads((DOCS / name).read_text(encoding="utf-8"))
    return rows


def on_file() -> dict[str, list[dict[str, Any]]]:
    """Return what the cities of an earlier run answered."""
    made: dict[str, list[dict[str, Any]]] = json.loads(
        (DOCS / "validity_cities.json").read_text(encoding="utf-8")
    )
    return made


def renewed(rows: list[dict[str, Any]], made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with those measured anew in their places."""
    which = ("design", "clusters", "treated", "process")
    new = {tuple(r[k] for k in which): r for r in made}
    return [new.pop(tuple(r[k] for k in which), r) for r in rows] + list(new.values())


def cities(count: int) -> dict[str, list[dict[str, Any]]]:
    """Answer the register's questions on this many cities, and keep the counts."""
    rows, tenths = on_cities(count)
    told = {"questions": [r.to_dict() for r in rows], "cap_watch": tenths}
    put("validity_cities.json", told)
    return told


def write(rows: list[dict[str, Any]], on: dict[str, list[dict[str, Any]]]) -> None:
    """Write the page and its numbers."""
    put("validity.json", rows)
    (DOCS / "validity.md").write_text(markdown(rows, on), encoding="utf-8")
    print(
        f"written: docs/validity.md, docs/validity.json ({len(rows)} designs, {len(on['questions'])} questions)"
    )


def put(name: str, rows: Any) -> None:
    """Write rows as JSON."""
    (DOCS / name).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

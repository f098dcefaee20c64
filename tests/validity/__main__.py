"""``make validity``: size and coverage of every design by simulation, beside its peers, written to docs/validity.md and .json.

python tests/validity [--repetitions 4000] [--seed 1] [--only WORD]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from scenarios import scenarios
from simulation import Row, run
from table import markdown

DOCS = Path(__file__).resolve().parents[2] / "docs"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repetitions", type=int, default=4000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--only", help="designs whose name holds this word; the pages are then left as they are"
    )
    given = asked.parse_args()
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
        return
    (DOCS / "validity.json").write_text(
        json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (DOCS / "validity.md").write_text(markdown(rows), encoding="utf-8")
    print(f"written: docs/validity.md, docs/validity.json ({len(rows)} designs)")


if __name__ == "__main__":
    main()

"""Repeats a scenario and counts."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from answers import LEVEL, Scenario
from scenarios import scenarios

CHUNK = 50
PEERS = 400  # repetitions the peers answer: they take most of the time


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes
    ----------
    size
        False positives among repetitions with a verdict, at nominal 5 %.
    attainable
        The level the chosen test can reach.
    peer_size
        False positives of each peer on the first `peer_repetitions` of the same data.
    """

    design: str
    clusters: int
    treated: int
    process: str
    size: float
    size_interval: tuple[float, float]
    attainable: float
    decidable_share: float
    coverage: float
    coverage_interval: tuple[float, float]
    peer_size: dict[str, float]
    repetitions: int
    seed: int
    verdict_expected: bool
    peer_repetitions: int = 0
    beyond: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, rounded."""

        def told(x: float) -> float | None:
            return round(x, 4) if math.isfinite(x) else None

        return {
            "design": self.design, "clusters": self.clusters, "treated": self.treated, "process": self.process,
            "size": told(self.size), "size_interval": [told(x) for x in self.size_interval], "attainable": told(self.attainable),
            "decidable_share": told(self.decidable_share), "coverage": told(self.coverage),
            "coverage_interval": [told(x) for x in self.coverage_interval],
            "peer_size": {k: told(v) for k, v in sorted(self.peer_size.items())},
            "repetitions": self.repetitions, "seed": self.seed, "verdict_expected": self.verdict_expected,
            "peer_repetitions": self.peer_repetitions, "beyond": self.beyond,
        }  # fmt: skip


def clopper_pearson(hits: int, of: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share."""
    from scipy.stats import beta

    if not of:
        return math.nan, math.nan
    low = beta.ppf(0.025, hits, of - hits + 1) if hits else 0.0
    high = beta.ppf(0.975, hits + 1, of - hits) if hits < of else 1.0
    return float(low), float(high)


def _chunk(job: tuple[int, int, int, int]) -> tuple[Counter[str], float]:
    """Answer some repetitions of a scenario; the seed of each depends on its number only."""
    index, first, last, seed = job
    scenario = scenarios()[index]
    counts: Counter[str] = Counter()
    attainable = LEVEL
    for r in range(first, last):
        made = scenario.repeat(np.random.default_rng([seed, index, r]), r < PEERS)
        counts["repetitions"] += 1
        counts["decidable"] += made.decidable
        counts["rejected"] += made.rejected
        counts["known"] += made.covered is not None
        counts["covered"] += bool(made.covered)
        attainable = min(attainable, made.attainable)
        for peer, rejected in made.peers.items():
            counts[f"peer {peer}"] += rejected
            counts[f"asked {peer}"] += 1
    return counts, attainable


@dataclass(frozen=True, eq=False)
class Tally:
    """What the first `repetitions` of a scenario came to; more can be added."""

    repetitions: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    attainable: float = LEVEL

    def row(self, scenario: Scenario, seed: int) -> Row:
        """Return the line of the table."""
        counts, decided, known = self.counts, self.counts["decidable"], self.counts["known"]
        asked = {k.removeprefix("asked "): n for k, n in sorted(counts.items()) if k.startswith("asked ")}
        return Row(
            design=scenario.design, clusters=scenario.clusters, treated=scenario.treated, process=scenario.process,
            size=counts["rejected"] / decided if decided else math.nan,
            size_interval=clopper_pearson(counts["rejected"], decided),
            attainable=self.attainable if decided else math.nan,
            decidable_share=decided / self.repetitions,
            coverage=counts["covered"] / known if known else math.nan,
            coverage_interval=clopper_pearson(counts["covered"], known),
            peer_size={k: counts[f"peer {k}"] / n for k, n in asked.items()},
            repetitions=self.repetitions, seed=seed, verdict_expected=scenario.verdict_expected,
            peer_repetitions=max(asked.values(), default=0), beyond=scenario.beyond,
        )  # fmt: skip


def run(
    repetitions: int, seed: int = 1, only: list[int] | None = None, workers: int = 2, told: Any = print
) -> list[Row]:
    """Answer every scenario; `told` is called with each finished line."""
    listed = scenarios()
    asked = range(len(listed)) if only is None else only
    rows = []
    for index, made in extended({i: Tally() for i in asked}, repetitions, seed, workers):
        rows.append(made.row(listed[index], seed))
        told(rows[-1])
    return rows


def extended(
    known: Mapping[int, Tally], repetitions: int, seed: int = 1, workers: int = 2
) -> Iterator[tuple[int, Tally]]:
    """Yield each scenario's tally once it has so many repetitions; those it had before are kept."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    # started anew and not forked: a copy of a process with threads may wait for ever
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) if workers > 1 else None
    each = pool.map if pool is not None else map
    with pool or contextlib.nullcontext():
        for index, had in known.items():
            jobs = [
                (index, first, min(first + CHUNK, repetitions), seed)
                for first in range(had.repetitions, repetitions, CHUNK)
            ]
            counts, attainable = had.counts.copy(), had.attainable
            for some, level in each(_chunk, jobs):
                counts.update(some)
                attainable = min(attainable, level)
            yield index, Tally(max(repetitions, had.repetitions), counts, attainable)

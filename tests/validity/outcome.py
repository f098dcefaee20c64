"""What was asked of a row, and whether it holds: the whole binomial interval must lie inside, or outside, to tell.

One rule for designs, synthetic cities and counters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

Outcome = Literal["as asked", "not as asked", "cannot be told"]
SIZE, COVERAGE, VERDICTS = (0.035, 0.065), (0.93, 0.97), 0.95


def held(interval: Sequence[float], asked: tuple[float, float]) -> Outcome:
    """Tell whether a share is as asked, by its binomial interval."""
    low, high = asked
    if low <= interval[0] and interval[1] <= high:
        return "as asked"
    return "not as asked" if interval[1] < low or interval[0] > high else "cannot be told"


def worst(found: Iterable[Outcome | None]) -> Outcome:
    """Return the worst of several; what was not asked counts for nothing."""
    known = set(found)
    return (
        "not as asked"
        if "not as asked" in known
        else "cannot be told"
        if "cannot be told" in known
        else "as asked"
    )


def size(r: Mapping[str, Any]) -> Outcome | None:
    """Whether false positives are as asked; None where nothing is decided. A level that cannot be attained is not asked for."""
    if r["size"] is None:
        return None
    lowest = SIZE[0] if r["attainable"] >= SIZE[0] else 0.0
    return held(r["size_interval"], (lowest, SIZE[1]))


def coverage(r: Mapping[str, Any]) -> Outcome | None:
    """Whether intervals cover as asked; where the level cannot be attained they must be wider, and only too few is wrong."""
    if r["coverage"] is None:
        return None
    highest = COVERAGE[1] if r["attainable"] >= SIZE[0] else 1.0
    return held(r["coverage_interval"], (COVERAGE[0], highest))


def verdict(r: Mapping[str, Any]) -> Outcome | None:
    """Whether a verdict is given as often as asked; None where none is asked for."""
    if not r["verdict_expected"]:
        return None
    return "as asked" if r["decidable_share"] >= VERDICTS else "not as asked"


def outcome(r: Mapping[str, Any]) -> Outcome:
    """Return the worst of the three."""
    return worst((size(r), coverage(r), verdict(r)))

"""The page docs/validity.md from its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

HEAD = """# Validity: how often the methods are wrong

Made by `make validity`; the same numbers are in [validity.json](validity.json). Every row is a design that is simulated
many times with nothing happening (size: how often an effect is found all the same, nominal 5 %) and with a known effect
that differs between offices and grows over its first months (coverage: how often the 95 % interval holds it). *Verdict* is
how often anything was decided at all; size and coverage are among those. Intervals are exact binomial ones. Peers get the
same data: *naive t* is the two-way regression that takes office-months as independent, *pyfixest CRV1* is its clustered t test, *diff-diff* its
default with clusters.

"""
ASKED = "Asked: size at most 6.5 % (and at least 3.5 % where the test can attain 5 %), coverage 93–97 %, a verdict in 95 % of runs with ten or more clusters and three or more on each side."


def share(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def markdown(rows: Sequence[Mapping[str, Any]], cities: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return the page."""
    peers = sorted({p for r in rows for p in r["peer_size"]})
    heads = ["design", "clusters", "treated", "process", "size", "attainable", "verdict", "coverage", *peers]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for r in rows:
        size, coverage = share(r["size"]), share(r["coverage"])
        if r["size"] is not None:
            size += f" ({100 * r['size_interval'][0]:.1f}–{100 * r['size_interval'][1]:.1f})"
        if r["coverage"] is not None:
            coverage += f" ({100 * r['coverage_interval'][0]:.1f}–{100 * r['coverage_interval'][1]:.1f})"
        told = [
            r["design"], str(r["clusters"]), str(r["treated"]), r["process"], size, share(r["attainable"]),
            share(r["decidable_share"]), coverage, *(share(r["peer_size"].get(p)) for p in peers),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(told)} |")
    outside = [r for r in rows if not _as_asked(r)]
    verdict = (
        f"{len(rows) - len(outside)} of {len(rows)} rows are as asked."
        if outside
        else f"All {len(rows)} rows are as asked."
    )
    misses = "".join(
        f"\n- {r['design']}, {r['clusters']} clusters, {r['treated']} treated, {r['process']}: {_why(r)}"
        for r in outside
    )
    times, seed = sorted({r["repetitions"] for r in rows}), rows[0]["seed"]
    repetitions = f"{times[0]:,}" if len(times) == 1 else f"{times[0]:,} to {times[-1]:,}"
    return f"{HEAD}{repetitions} repetitions a row, seed {seed}.\n\n{chr(10).join(lines)}\n\n{ASKED} {verdict}\n{misses}\n{on_cities(cities)}"


CITIES = """
## The register's questions on synthetic cities

Each city is made anew from its seed; its rows go to cells, and the register's own design answers. Truth is the city minus its twin without the
initiative. *Found* is how often zero lies outside the interval.

"""


def on_cities(cities: Sequence[Mapping[str, Any]]) -> str:
    """Return the section on questions of the register."""
    if not cities:
        return ""
    heads = ["question", "truth", "verdict", "coverage (95 % binomial interval)", "found", "bias (± 95 %)"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for r in cities:
        low, high = r["coverage_interval"]
        lines.append(
            f"| `{r['question']}` | {'nothing' if r['null'] else 'an effect'} | {share(r['decided'] / r['cities'])} | {share(r['coverage'])} "
            f"({100 * low:.1f}–{100 * high:.1f}) | {share(r['found'] / r['decided'])} | {r['bias']:+.3f} ± {r['bias_half']:.3f} |"
        )
    first = cities[0]
    asked = "Asked: coverage 93–97 %, and nothing found in more than 6.5 % where there is nothing."
    return f"{CITIES}{first['cities']} cities of {first['people']} people, seeds 1 to {first['cities']}.\n\n{chr(10).join(lines)}\n\n{asked}\n"


def _why(r: Mapping[str, Any]) -> str:
    return "; ".join(
        what
        for what, bad in (
            ("size", not _size_as_asked(r)), ("coverage", not _coverage_as_asked(r)), ("verdict", not _verdict_as_asked(r)),
        )
        if bad
    )  # fmt: skip


def _as_asked(r: Mapping[str, Any]) -> bool:
    return _size_as_asked(r) and _coverage_as_asked(r) and _verdict_as_asked(r)


def _size_as_asked(r: Mapping[str, Any]) -> bool:
    if r["size"] is None:
        return True
    return r["size"] <= 0.065 and (r["size"] >= 0.035 or r["attainable"] < 0.05)


def _coverage_as_asked(r: Mapping[str, Any]) -> bool:
    return r["coverage"] is None or 0.93 <= r["coverage"] <= 0.97 or r["attainable"] < 0.05


def _verdict_as_asked(r: Mapping[str, Any]) -> bool:
    return not r["verdict_expected"] or r["decidable_share"] >= 0.95

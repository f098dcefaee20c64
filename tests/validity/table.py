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


def markdown(
    rows: Sequence[Mapping[str, Any]], cities: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
) -> str:
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
## Workload effects on synthetic cities

Each city is made anew from its seed; its rows go to cells, and the register's own design, or the workload's own model (named after a
colon), answers. Truth is the city minus its twin without the initiative. *Found* is how often zero lies outside the interval. Questions
with a comma ask an initiative about an outcome it cannot touch. Where no interval is given, too few units carry the initiative
for any test (five wards, six topics, five schools with a print log), and the answer is always "cannot be decided".

"""
WATCH = """
### Chances of the cap watch

People of {cities} of these cities whose months so far did not decide it, by tenth of their chance: how many were expected to break a cap by
March and how many did, with the 95 % band of all cities together; and in how many cities the tenth lay in its own band.

"""


def on_cities(made: Mapping[str, Sequence[Mapping[str, Any]]] | None) -> str:
    """Return the section on questions and the cap watch."""
    cities = (made or {}).get("questions", ())
    if not cities:
        return ""
    heads = [
        "question",
        "cities",
        "people",
        "truth",
        "verdict",
        "coverage (95 % binomial interval)",
        "found",
        "bias (± 95 %)",
    ]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for r in cities:
        coverage = found = "–"
        if r["coverage_interval"] is not None:
            low, high = r["coverage_interval"]
            coverage = f"{share(r['coverage'])} ({100 * low:.1f}–{100 * high:.1f})"
            found = share(r["found"] / r["decided"])
        lines.append(
            f"| `{r['question']}` | {r['cities']} | {r['people']:,} | {'nothing' if r['null'] else 'an effect'} | {share(r['decided'] / r['cities'])} "
            f"| {coverage} | {found} | {r['bias']:+.3f} ± {r['bias_half']:.3f} |"
        )
    asked = "Asked: coverage 93–97 %, and nothing found in more than 6.5 % where there is nothing."
    missed = [r["question"] for r in cities if r["coverage"] is not None and not _holds(r)]
    told = (
        f" Outside, beyond their binomial interval: {', '.join(f'`{q}`' for q in missed)}."
        if missed
        else " No row lies outside beyond its binomial interval."
    )
    return f"{CITIES}Seeds from 1 on.\n\n{chr(10).join(lines)}\n\n{asked}{told}\n{_watch((made or {}).get('cap_watch', ()))}"


def _holds(r: Mapping[str, Any]) -> bool:
    """Tell whether the coverage asked for lies in the binomial interval of the one found."""
    low, high = r["coverage_interval"]
    return bool(low <= 0.97 and high >= 0.93)


def _watch(tenths: Sequence[Mapping[str, Any]]) -> str:
    if not tenths:
        return ""
    heads = [
        "chance",
        "people",
        "expected",
        "broke it",
        "95 % band",
        "cities inside (95 % binomial interval)",
    ]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for t in tenths:
        inside = (
            f"{t['inside']} of {t['cities']} ({100 * t['inside_low']:.0f}–{100 * t['inside_high']:.0f} %)"
        )
        k = int(t["tenth"])
        lines.append(
            f"| {k / 10:.1f}–{(k + 1) / 10:.1f} | {t['people']:,} | {t['expected']:,.1f} | {t['broken']:,} | {t['low']:,.1f}–{t['high']:,.1f} | {inside} |"
        )
    return f"{WATCH.format(cities=max(t['cities'] for t in tenths))}{chr(10).join(lines)}\n"


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

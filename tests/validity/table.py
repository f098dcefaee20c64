"""The pages docs/validity.md and validity.ja.md from their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import city_table
import outcome
import words

from kumastats.text import Lang


def share(value: float | None, digits: int = 1) -> str:
    """Return a share in percent."""
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def markdown(
    rows: Sequence[Mapping[str, Any]],
    cities: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    lang: Lang = "en",
    code: Mapping[str, str] | None = None,
) -> str:
    """Return the page in a language; `code` is the state that measures designs, questions and caps now, to mark rows of
    another.
    """
    now = code or {}
    asked, beyond = [r for r in rows if not r.get("beyond")], [r for r in rows if r.get("beyond")]
    found = [outcome.outcome(r) for r in asked]
    repeated = words.REPEATED(lang).format(
        ours=_span(r["repetitions"] for r in rows),
        peers=_span(r["peer_repetitions"] for r in rows if r.get("peer_repetitions")),
        seed=_span(r["seed"] for r in rows),
    )
    summed = words.SUMMED(lang).format(
        rows=len(asked),
        held=found.count("as asked"),
        missed=found.count("not as asked"),
        open=found.count("cannot be told"),
    )
    open_ones = "".join(f"- {_row(r, lang)}\n" for r, f in zip(asked, found, strict=True) if f != "as asked")
    kinds = {
        "designs": rows,
        "questions": (cities or {}).get("questions", ()),
        "caps": (cities or {}).get("cap_watch", ()),
    }
    marked = any(words.older(r, now.get(kind)) for kind, held in kinds.items() for r in held)
    parts = [
        words.HEAD(lang), repeated, words.OLDER(lang) if marked else "", _designs(asked, lang, now.get("designs")), words.joined(lang, words.ASKED(lang), summed), open_ones,
        f"{words.BEYOND(lang)}\n\n{_designs(beyond, lang, now.get('designs'), judged=False)}" if beyond else "",
        city_table.section(cities, lang, now),
    ]  # fmt: skip
    return "\n\n".join(p.strip("\n") for p in parts if p) + "\n"


def _with_interval(value: float | None, interval: Sequence[float]) -> str:
    if value is None:
        return share(None)
    return f"{share(value)} ({100 * interval[0]:.1f}–{100 * interval[1]:.1f})"


def _designs(rows: Sequence[Mapping[str, Any]], lang: Lang, code: str | None, *, judged: bool = True) -> str:
    """Return a table of designs beside their peers, with their outcomes where they are judged."""
    peers = sorted({p for r in rows for p in r["peer_size"]})
    heads = [*(c(lang) for c in (words.COLUMNS if judged else words.COLUMNS[:-1])), *peers]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for r in rows:
        told = [
            words.design(r["design"])(lang) + words.older(r, code), str(r["clusters"]), str(r["treated"]), words.process(r["process"])(lang),
            _with_interval(r["size"], r["size_interval"]), share(r["attainable"]), share(r["decidable_share"]),
            _with_interval(r["coverage"], r["coverage_interval"]), *([words.OUTCOMES[outcome.outcome(r)](lang)] if judged else []),
            *(share(r["peer_size"].get(p)) for p in peers),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(told)} |")
    return "\n".join(lines)


def _span(values: Any) -> str:
    known = sorted(set(values))
    if not known:
        return "0"
    return f"{known[0]:,}" if len(known) == 1 else f"{known[0]:,}–{known[-1]:,}"


def _row(r: Mapping[str, Any], lang: Lang) -> str:
    """Return which row it is, and what of it is open or missed."""
    parts = {"size": outcome.size(r), "coverage": outcome.coverage(r), "verdict": outcome.verdict(r)}
    told = [
        f"{words.PARTS[part](lang)} {words.OUTCOMES[found](lang)}"
        for part, found in parts.items()
        if found not in (None, "as asked")
    ]
    return words.ROW(lang).format(
        design=words.design(r["design"])(lang), clusters=r["clusters"], treated=r["treated"],
        process=words.process(r["process"])(lang), what=("、" if lang == "ja" else ", ").join(told),
    )  # fmt: skip

"""The register as it may leave: allow-listed fields, every number as it is shown, with the cells it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kumastats.calendar import Quarter
from kumastats.disclosure.cells import PERIOD, Cells, atoms
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.display.numbers import in_decimals
from kumastats.evidence import EvidenceRecord
from kumastats.evidence.record import canonical_json, rounded

# what of a record leaves: the finding and how sure it is, not how it was computed inside
PUBLIC_FIELDS = (
    "id", "quarter", "kind", "item", "question", "measure", "unit", "title", "statement", "estimand", "design", "inference",
    "decidable", "undecidable_reason", "status", "certainty", "checks", "shocks", "deviations", "verdict", "formula", "reasons",
    "n", "n_units", "n_clusters", "snapshot", "code_version", "notebook",
)  # fmt: skip
NUMBER_FIELDS = (
    "name", "value", "form", "unit", "decimals", "low", "high", "n", "rows_per_person", "rounded_to", "cells",
)  # fmt: skip
SERIES_FIELDS = (
    "name", "label", "unit", "form", "x", "y", "lo", "hi", "n", "decimals", "rows_per_person", "rounded_to",
    "cells", "dimension",
)  # fmt: skip
REPORTED = "reported"  # the quarter a number was reported for, where nothing says whom it is about
SUMS_OF_CELLS = ("mean", "share", "count", "total")


def public_view(
    records: tuple[EvidenceRecord, ...],
    facts: Mapping[str, Mapping[str, str]] | None = None,
    names: Iterable[str] = (),
    data: Mapping[str, list[dict[str, Any]]] | None = None,
) -> bytes:
    """Return the register as it may leave: allow-listed fields, every number rounded to the decimals it is shown with.

    Parameters
    ----------
    facts
        Numbers of the study itself, by name.
    names
        Names with digits in them that the documents show.
    data
        Of each record the data it rests on: table, deliveries, last day, hash.
    """
    out = []
    for r in records:
        made = {k: v for k, v in r.to_dict().items() if k in PUBLIC_FIELDS}
        made["numbers"] = [_number(replace(x, cells=cells_of(r, x))) for x in r.numbers]
        made["series"] = [_series(declared(r, s)) for s in r.series]
        made["data"] = (data or {}).get(r.id, [])
        out.append(made)
    told = {"records": out, "facts": dict(facts or {}), "names": sorted(set(names))}
    return canonical_json(rounded(told)).encode("utf-8")


def cells_of(record: EvidenceRecord, x: PublishedNumber) -> Cells | None:
    """Return the cells a number declares, or those its record implies.

    A level (``now``, ``before``) is about everyone its measure covers in the quarter, or in the same quarter a year
    earlier. Any other sum is about people of its own, whom the ledger links to nobody else.
    """
    if x.cells is not None or x.form not in SUMS_OF_CELLS:
        return x.cells
    quarter = Quarter(record.quarter)
    periods = {"now": quarter, "before": quarter.same_quarter()}
    if record.measure and x.name in periods and record.kind == "descriptive":
        return Cells(record.measure, record.measure, {PERIOD: (str(periods[x.name]),)})
    return Cells(f"{record.id}/{x.name}", x.name, {REPORTED: (record.quarter,)})


def declared(record: EvidenceRecord, s: PublishedSeries) -> PublishedSeries:
    """Return a series with its cells: those it declares, or its measure by period where the x are periods."""
    if s.cells is not None or s.form not in SUMS_OF_CELLS:
        return s
    periods = all(len(atoms(PERIOD, str(x))) > 1 or _is_month(str(x)) for x in s.x)
    if record.measure and periods:
        return replace(s, cells=Cells(record.measure, record.measure), dimension=PERIOD)
    own = f"{record.id}/{s.name}"
    return replace(s, cells=Cells(own, s.name, {REPORTED: (record.quarter,)}), dimension="x")


def read(view: bytes) -> Iterator[tuple[str, PublishedNumber | PublishedSeries]]:
    """Yield record id and number of everything in a released register."""
    for record in json.loads(view)["records"]:
        for x in record["numbers"]:
            yield record["id"], PublishedNumber.from_dict(x)
        for s in record["series"]:
            yield record["id"], PublishedSeries.from_dict(s)


def _is_month(label: str) -> bool:
    return len(label) == 7 and label[4] == "-" and (label[:4] + label[5:]).isdigit()


def _number(x: PublishedNumber) -> dict[str, Any]:
    held = {k: v for k, v in x.to_dict().items() if k in NUMBER_FIELDS}
    for k in ("value", "low", "high"):
        if k in held:
            held[k] = _shown(held[k], x.form, x.decimals)
    return held


def _series(s: PublishedSeries) -> dict[str, Any]:
    held = {k: v for k, v in s.to_dict().items() if k in SERIES_FIELDS}
    held |= {k: [_shown(v, s.form, s.decimals) for v in getattr(s, k)] for k in ("y", "lo", "hi")}
    return held


def _shown(value: float | None, form: str, decimals: int) -> float | None:
    if value is None:
        return None
    return float(in_decimals(value, decimals + 2 if form == "share" else decimals)) + 0.0

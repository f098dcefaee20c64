"""What stands beside the documents of a release: the register as a table, and how to cite it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from kumastats.display.spreadsheets import inert
from kumastats.report.content import Document, Source
from kumastats.text import Lang

HEADS = (
    "id", "number", "value", "low", "high", "n", "unit_ja", "unit_en", "form", "decimals", "design", "certainty", "item", "quarter",
)  # fmt: skip


class _Inert:
    """Writes rows whose texts no spreadsheet program runs."""

    def __init__(self, writer: Any):
        self._writer = writer

    def writerow(self, row: Iterable[object]) -> None:
        self._writer.writerow([inert(v) if isinstance(v, str) else v for v in row])


def register_csv(view: bytes) -> bytes:
    """Return every number of a released register as a row of a CSV file (UTF-8 with a mark, so that Excel reads it)."""
    out = io.StringIO()
    rows = _Inert(csv.writer(out, lineterminator="\r\n"))
    rows.writerow(HEADS)
    for r in json.loads(view)["records"]:
        tail = [r["design"], r["certainty"]["level"], r["item"], r["quarter"]]
        for x in r["numbers"]:
            rows.writerow([r["id"], x["name"], *_cells(x), *tail])
        for s in r["series"]:
            for i, at in enumerate(s["x"]):
                point = {
                    **s, "value": s["y"][i], "n": s["n"][i] if s.get("n") else None,
                    "low": s["lo"][i] if s.get("lo") else None, "high": s["hi"][i] if s.get("hi") else None,
                }  # fmt: skip
                if point["value"] is not None:
                    rows.writerow([r["id"], f"{s['name']}[{at}]", *_cells(point), *tail])
    return out.getvalue().encode("utf-8-sig")


def _cells(x: dict[str, object]) -> list[object]:
    unit = x.get("unit") or {}
    assert isinstance(unit, dict)
    ends = [x.get(k) for k in ("value", "low", "high", "n")]
    return [
        *("" if v is None else v for v in ends),
        unit.get("ja", ""),
        unit.get("en", ""),
        x["form"],
        x.get("decimals", 0),
    ]


def citation(documents: Mapping[Lang, Document], source: Source) -> bytes:
    """Return ``CITATION.cff`` of a release."""
    english, study = documents["en"], source.study
    told = {
        "cff-version": "1.2.0",
        "message": "If you use these figures, please cite the case study and the evidence ids.",
        "type": "dataset",
        "title": f"{english.title}, {english.subtitle}",
        "authors": [{"name": p.name("en")} for p in study.partners] or [{"name": study.city("en")}],
        "date-released": source.received_on.isoformat(),
        "version": f"{source.quarter}-{source.profile}",
        "abstract": f"{documents['ja'].title} / {english.title}",
    }
    if study.publication.contact.en:
        told["contact"] = [{"name": study.publication.contact.en}]
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1000).encode("utf-8")

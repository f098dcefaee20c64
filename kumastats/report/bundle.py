"""The files of a release, made from one source: documents, evidence pages, the register as JSON and CSV, the citation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from kumastats.display.dates import day_text
from kumastats.errors import ReleaseError
from kumastats.evidence import EvidenceRecord
from kumastats.report import case_study, evidence_pages, html, pdf, sheets
from kumastats.report.content import Absent, Document, Source
from kumastats.report.public_register import public_view
from kumastats.text import LANGS, Text

HASH_SHOWN = 16


def files_of(
    source: Source, data: Mapping[str, list[dict[str, Any]]]
) -> tuple[dict[str, bytes], tuple[Absent, ...]]:
    """Return the files of a release by name, and the records that the words ask for and it does not hold.

    Parameters
    ----------
    data
        Of each record the data it rests on.

    Raises
    ------
    ReleaseError
        If the two languages do not show the same facts, or the words cannot be built.
    """
    documents = {lang: case_study.build(source, lang) for lang in LANGS}
    facts = _facts(documents)
    pages: dict[str, bytes] = {}
    names = {day_text(documents["ja"].date, x) for x in LANGS}
    for lang, document in documents.items():
        made, named = evidence_pages.render(document, source, dict(data))
        beside = evidence_pages.name_of(lang)
        pages[f"case_study_{lang}.html"], pages[beside] = html.with_fonts(html.bare(document, beside), made)
        names |= {*document.names, *named}
    view = public_view(source.records, facts, names, data)
    files = {
        "register.json": view, "register.csv": sheets.register_csv(view),
        "CITATION.cff": sheets.citation(documents, source), **pages,
    }  # fmt: skip
    for lang, document in documents.items():
        files[f"case_study_{lang}.pdf"] = pdf.render(document, view)
    return files, documents["ja"].absent


def _facts(documents: Mapping[Any, Document]) -> dict[str, dict[str, str]]:
    first, *others = documents.values()
    for other in others:
        odd = sorted(
            k for k in first.facts.keys() | other.facts.keys() if first.facts.get(k) != other.facts.get(k)
        )
        if odd:
            raise ReleaseError(
                Text(
                    f"日英で違う数値があります: {', '.join(odd)}",
                    f"The languages show different numbers: {', '.join(odd)}",
                )
            )
    return {k: f.to_dict() for k, f in first.facts.items()}


def data_of(records: Iterable[EvidenceRecord], deliveries: Iterable[Any]) -> dict[str, list[dict[str, Any]]]:
    """Return, by record and canonical table, how many deliveries it rests on, the last one's day, and a hash of them.

    The hash is of the deliveries' ids, which are hashes of content themselves; no file name and no row count leaves.
    """
    held = {d.id: d for d in deliveries}
    out: dict[str, list[dict[str, Any]]] = {}
    for r in records:
        by_table: dict[str, list[Any]] = {}
        for id_ in r.deliveries:
            if id_ in held:
                by_table.setdefault(held[id_].table, []).append(held[id_])
        out[r.id] = [
            {
                "table": table,
                "deliveries": len(mine),
                "received_on": max(d.received_on for d in mine).isoformat(),
                "digest": digest(d.id for d in mine),
            }
            for table, mine in sorted(by_table.items())
        ]
    return out


def digest(ids: Iterable[str]) -> str:
    """Return the beginning of a hash over delivery ids."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:HASH_SHOWN]

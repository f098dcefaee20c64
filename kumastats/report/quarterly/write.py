"""Writes the quarterly report into ``runs/<quarter>``: a page and a short PDF in each language, and the notebooks as pages."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from kumastats.calendar import Quarter
from kumastats.disclosure import Thresholds
from kumastats.evidence import Register
from kumastats.report import evidence_pages, html, pdf
from kumastats.report.content import Source
from kumastats.report.public_register import public_view
from kumastats.report.quarterly import content, pages, since
from kumastats.report.quarterly.content import Findings
from kumastats.report.quarterly.courses import courses
from kumastats.report.running.keys import Inputs, digest
from kumastats.report.running.manifest import Ran
from kumastats.study import Study, deviations, read_lock
from kumastats.text import LANGS, Lang
from kumastats.warehouse.rules import check_snapshot

KEY = "report.json"
FILES = tuple(f"report_{lang}.{kind}" for lang in LANGS for kind in ("html", "pdf"))


def write(inputs: Inputs, ran: Sequence[Ran]) -> tuple[Path, ...]:
    """Write what has changed of the report of a quarter that was run; return the pages of the report.

    Parameters
    ----------
    ran
        Every notebook of the quarter as it stands.
    """
    home = inputs.folder.runs / inputs.quarter
    made = frozenset(_pages(home, ran))
    key = _key(inputs, ran, made)
    out = tuple(home / name for name in FILES)
    if _written(home) == key and all(p.is_file() for p in out):
        return out
    found = gather(inputs, ran, made)
    for lang in LANGS:
        document = content.build(found, lang)
        page, evidence = (
            html.bare(document, evidence_pages.name_of(lang)),
            evidence_pages.render(document, found.source, {})[0],
        )
        for name, data in zip(
            (f"report_{lang}.html", evidence_pages.name_of(lang)),
            html.with_fonts(page, evidence),
            strict=True,
        ):
            _put(home / name, data)
        _put(home / f"report_{lang}.pdf", pdf.render(content.printed(document), found.source.view))
    _put(home / KEY, (json.dumps({"key": key}) + "\n").encode())
    return out


def gather(inputs: Inputs, ran: Sequence[Ran], made: frozenset[tuple[str, Lang]]) -> Findings:
    """Collect what a report is made from."""
    folder, snapshot, asked = inputs.folder, inputs.snapshot, Quarter(inputs.quarter)
    study = Study.load(folder.root)
    records = Register(folder.evidence(inputs.quarter)).load_all()
    locked = read_lock(study)
    source = Source(
        study=study, quarter=asked, view=public_view(records), records=records, profile="internal",
        received_on=max(d.received_on for d in snapshot.deliveries), snapshot=snapshot.id, tables=(),
        locked_on=locked.locked_on if locked else None, deviations=deviations(study, locked) if locked else (),
    )  # fmt: skip
    earlier = [e for e in (since.last_quarter(folder, asked), since.last_release(folder)) if e is not None]
    return Findings(
        source=source,
        courses=courses(study, snapshot, asked, records, Thresholds.of(dict(study.thresholds))),
        checked=check_snapshot(snapshot),
        ran=tuple(sorted(ran, key=lambda r: (r.notebook, r.lang))),
        earlier=tuple((e, since.revised(folder, e, snapshot)) for e in earlier),
        pages=made,
    )


def _pages(home: Path, ran: Sequence[Ran]) -> list[tuple[str, Lang]]:
    """Write the page of every executed notebook that is newer than its page; return those that have one."""
    out = []
    fresh = set()
    for r in ran:
        for name in (r.notebook, f"{r.notebook}.failed"):
            path = home / r.lang / f"{name}.ipynb"
            page = home / r.lang / f"{name}.html"
            if not path.is_file():
                page.unlink(missing_ok=True)
                continue
            if not page.is_file() or page.stat().st_mtime_ns < path.stat().st_mtime_ns:
                pages.write(path, r.lang)
                fresh.add(page.parent)
            if name == r.notebook:
                out.append((r.notebook, r.lang))
    for folder in sorted(fresh):
        pages.write_font(folder)
    return out


def _key(inputs: Inputs, ran: Sequence[Ran], made: frozenset[tuple[str, Lang]]) -> str:
    folder = inputs.folder
    notebooks = [
        json.dumps(r.to_dict(), sort_keys=True) for r in sorted(ran, key=lambda r: (r.notebook, r.lang))
    ]
    releases = sorted(p.parent.name for p in folder.releases.glob("[!.]*/release.json"))
    others = sorted(p.name for p in folder.runs.glob("FY????Q?") if p.name < inputs.quarter)
    before = [Inputs(folder, inputs.snapshot, q, "").evidence() for q in others[-1:]]
    words = [inputs.base, inputs.snapshot.sha256, inputs.evidence(), *notebooks, *releases, *others, *before]
    return digest(w.encode() for w in [*words, *(f"{n}/{lang}" for n, lang in sorted(made))])


def _written(home: Path) -> str:
    try:
        return str(json.loads((home / KEY).read_text(encoding="utf-8"))["key"])
    except (OSError, ValueError, KeyError):
        return ""


def _put(path: Path, data: bytes) -> None:
    staging = path.with_name(f".{path.name}.tmp")
    staging.write_bytes(data)
    os.replace(staging, path)  # noqa: PTH105 - the atomic step

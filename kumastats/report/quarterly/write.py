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
from kumastats.report.quarterly.fresh import (
    FAILED,
    FILES,
    KEY,
    executed,
    is_stale,
    key_of,
    left_over,
    on_earlier_data,
    without_font,
    written,
)
from kumastats.report.running.keys import Inputs
from kumastats.report.running.manifest import Ran
from kumastats.study import Study, deviations, read_lock
from kumastats.text import LANGS, Lang
from kumastats.warehouse.rules import check_snapshot


def write(inputs: Inputs, ran: Sequence[Ran]) -> tuple[Path, ...]:
    """Write what has changed of the report of a quarter that was run; return the pages of the report.

    Parameters
    ----------
    ran
        Every notebook of the quarter as it stands.
    """
    home = inputs.folder.runs / inputs.quarter
    made = frozenset(_pages(home, ran))
    out = tuple(home / name for name in FILES)
    key = key_of(inputs, ran)
    if key == written(home):
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
        held=frozenset(snapshot.tables),
        checked=check_snapshot(snapshot),
        ran=tuple(sorted(ran, key=lambda r: (r.notebook, r.lang))),
        earlier=tuple((e, since.revised(folder, e, snapshot)) for e in earlier),
        pages=made,
        reported=on_earlier_data(folder.runs, inputs.quarter, snapshot.id),
    )


def _pages(home: Path, ran: Sequence[Ran]) -> list[tuple[str, Lang]]:
    """Write the page of every executed notebook that is newer than its page; return those that have one."""
    notebooks = executed(home, ran)
    for page in left_over(home, ran):
        page.unlink()
    for path, lang in notebooks:
        if is_stale(path):
            pages.write(path, lang)
    for folder in without_font([path for path, _ in notebooks]):
        pages.write_font(folder)
    return [(path.stem, lang) for path, lang in notebooks if not path.stem.endswith(FAILED)]


def _put(path: Path, data: bytes) -> None:
    staging = path.with_name(f".{path.name}.tmp")
    staging.write_bytes(data)
    os.replace(staging, path)  # noqa: PTH105 - the atomic step

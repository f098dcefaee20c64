"""Whether the report of a quarter is up to date, told without importing what writes it: most runs change nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from kumastats.report.running.keys import Inputs, digest
from kumastats.report.running.manifest import FILE as MANIFEST
from kumastats.report.running.manifest import Ran
from kumastats.text import LANGS, Lang

KEY = "report.json"
FONT = "page.woff"  # beside the pages, with the characters of all of them: one cut in place of one a page
FAILED = ".failed"
FILES = tuple(f"report_{lang}.{kind}" for lang in LANGS for kind in ("html", "pdf"))


def is_fresh(inputs: Inputs, ran: Sequence[Ran]) -> bool:
    """Tell whether the report and the page of every executed notebook are those of a run as it stands.

    Parameters
    ----------
    ran
        Every notebook of the quarter.
    """
    home = inputs.folder.runs / inputs.quarter
    notebooks = [path for path, _ in executed(home, ran)]
    if left_over(home, ran) or any(is_stale(path) for path in notebooks) or without_font(notebooks):
        return False
    return written(home) == key_of(inputs, ran)


def executed(home: Path, ran: Sequence[Ran]) -> list[tuple[Path, Lang]]:
    """Return the executed notebooks there are, those that failed included, with their language."""
    named = [
        (home / r.lang / f"{name}.ipynb", r.lang)
        for r in ran
        for name in (r.notebook, f"{r.notebook}{FAILED}")
    ]
    return [(path, lang) for path, lang in named if path.is_file()]


def left_over(home: Path, ran: Sequence[Ran]) -> list[Path]:
    """Return pages whose executed notebook is gone."""
    named = [home / r.lang / f"{name}.html" for r in ran for name in (r.notebook, f"{r.notebook}{FAILED}")]
    return [page for page in named if page.is_file() and not page.with_suffix(".ipynb").is_file()]


def is_stale(notebook: Path) -> bool:
    """Tell whether the page of an executed notebook is missing or older than it."""
    page = notebook.with_suffix(".html")
    return not page.is_file() or page.stat().st_mtime_ns < notebook.stat().st_mtime_ns


def without_font(notebooks: Sequence[Path]) -> list[Path]:
    """Return the folders of executed notebooks whose pages wait for their font: a run may be killed between the two."""

    def waits(folder: Path) -> bool:
        font = folder / FONT
        pages = [p.with_suffix(".html") for p in notebooks if p.parent == folder]
        return not font.is_file() or any(
            page.is_file() and page.stat().st_mtime_ns > font.stat().st_mtime_ns for page in pages
        )

    return [folder for folder in sorted({path.parent for path in notebooks}) if waits(folder)]


def key_of(inputs: Inputs, ran: Sequence[Ran]) -> str:
    """Return the hash of all that a report is made from."""
    folder, home = inputs.folder, inputs.folder.runs / inputs.quarter
    made = sorted((path.stem, lang) for path, lang in executed(home, ran) if not path.stem.endswith(FAILED))
    notebooks = [
        json.dumps(r.to_dict(), sort_keys=True) for r in sorted(ran, key=lambda r: (r.notebook, r.lang))
    ]
    releases = sorted(p.parent.name for p in folder.releases.glob("[!.]*/release.json"))
    others = sorted(p.name for p in folder.runs.glob("FY????Q?") if p.name < inputs.quarter)
    before = [Inputs(folder, inputs.snapshot, q, "").evidence() for q in others[-1:]]
    behind = on_earlier_data(folder.runs, inputs.quarter, inputs.snapshot.id)
    words = [
        inputs.base,
        inputs.snapshot.sha256,
        inputs.evidence(),
        *notebooks,
        *releases,
        *others,
        *before,
        *behind,
    ]
    return digest(w.encode() for w in [*words, *(f"{n}/{lang}" for n, lang in made)])


def snapshot_of(home: Path) -> str:
    """Return the data a quarter's run stands on; empty when that is not known."""
    try:
        return str(json.loads((home / MANIFEST).read_text(encoding="utf-8"))["snapshot"])
    except (OSError, ValueError, KeyError):
        return ""


def on_earlier_data(runs: Path, quarter: str, snapshot: str) -> tuple[str, ...]:
    """Return the quarters before this one whose run stands on other data than `snapshot`."""
    homes = sorted(p for p in runs.glob("FY????Q?") if p.name < quarter)
    return tuple(p.name for p in homes if snapshot_of(p) not in ("", snapshot))


def written(home: Path) -> str:
    """Return the hash of what the report at hand was made from; nothing where a file of it is missing."""
    if not all((home / name).is_file() for name in FILES):
        return ""
    try:
        return str(json.loads((home / KEY).read_text(encoding="utf-8"))["key"])
    except (OSError, ValueError, KeyError):
        return ""

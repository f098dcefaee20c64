"""What changed: findings since the last quarter's run and the last release, and corrected data of quarters already told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.calendar import Quarter
from kumastats.disclosure.ledger import Ledger
from kumastats.display import HtmlTable, number, percent
from kumastats.errors import KumastatsError
from kumastats.evidence import Register
from kumastats.report.public_register import public_view
from kumastats.report.revisions import Revision as Moved
from kumastats.report.revisions import compare
from kumastats.report.running.manifest import FILE
from kumastats.study import StudyFolder
from kumastats.study.publication import Erratum
from kumastats.tables import table
from kumastats.text import Lang, Text
from kumastats.warehouse import Revision, Snapshot, Warehouse, revisions

FEW = 10  # changed rows below which their number is not told


@dataclass(frozen=True)
class Earlier:
    """An earlier state of the findings.

    Attributes
    ----------
    register
        Its public view, as `public_view` writes it.
    snapshot
        The data it was made on; empty when that is not known.
    """

    name: Text
    register: Mapping[str, Any]
    snapshot: str

    @property
    def ids(self) -> frozenset[str]:
        """Ids of its records."""
        return frozenset(r["id"] for r in self.register["records"])

    def changed(self, now: Mapping[str, Any], errata: Sequence[Erratum] = ()) -> tuple[Moved, ...]:
        """Return the numbers that are no longer what they were, and why."""
        return compare(dict(self.register), now["records"], errata)

    def fresh(self, now: Mapping[str, Any]) -> list[str]:
        """Return ids that are new."""
        return sorted({r["id"] for r in now["records"]} - self.ids)

    def gone(self, now: Mapping[str, Any]) -> list[str]:
        """Return ids that are no longer there."""
        return sorted(self.ids - {r["id"] for r in now["records"]})


def last_quarter(folder: StudyFolder, quarter: Quarter) -> Earlier | None:
    """Return the findings of the latest quarter before this one that was run, or None."""
    found = sorted(
        p.name
        for p in folder.runs.glob("FY????Q?")
        if p.name < str(quarter) and Register(p / "evidence").ids()
    )
    if not found:
        return None
    register = json.loads(public_view(Register(folder.evidence(found[-1])).load_all()))
    label = Quarter(found[-1])
    name = Text(f"{label.label('ja')}の報告", f"the report of {label.label('en')}")
    return Earlier(name, register, _snapshot_of(folder.runs / found[-1]))


def last_release(folder: StudyFolder) -> Earlier | None:
    """Return the findings of the latest release that is still there, or None."""
    for entry in reversed(Ledger.open(folder.releases).published(("public", "internal"))):
        path = folder.releases / entry.release / "register.json"
        if path.is_file():
            register = json.loads(path.read_text(encoding="utf-8"))
            snapshots = {r.get("snapshot", "") for r in register["records"]}
            name = Text(f"公表資料 {entry.release}", f"release {entry.release}")
            return Earlier(name, register, snapshots.pop() if len(snapshots) == 1 else "")
    return None


def _snapshot_of(home: Path) -> str:
    try:
        return str(json.loads((home / FILE).read_text(encoding="utf-8"))["snapshot"])
    except (OSError, ValueError, KeyError):
        return ""


def revised(folder: StudyFolder, earlier: Earlier, now: Snapshot) -> tuple[Revision, ...] | None:
    """Return what later deliveries changed in the data it was made on; None when these data are no longer known."""
    if earlier.snapshot == now.id:
        return ()
    try:
        before = Warehouse.open(folder.warehouse).find(earlier.snapshot)
    except KumastatsError:
        return None
    return None if before is None else revisions(before, now)


def revisions_table(found: Sequence[Revision], lang: Lang) -> HtmlTable:
    """Return corrected data: rows before and after and how much the sum moved; few rows are not told apart."""
    few = Text(f"{FEW}未満", f"fewer than {FEW}")(lang)
    near = Text(f"差は{FEW}未満", f"within {FEW}")(lang)
    rows = []
    for r in found:
        canonical = table(r.table)
        column = next(c for c in canonical.columns if c.name == r.column)
        before, after = (number(n, lang) if n >= FEW else few for n in (r.n_before, r.n_after))
        told = max(r.n_before, r.n_after) >= FEW
        if told and 0 < abs(r.n_after - r.n_before) < FEW:
            after = near
        change = percent(r.change / r.sum_before, lang, 1, signed=True) if told and r.sum_before else "—"
        quarter = Quarter(r.quarter).label(lang)
        rows.append([canonical.label(lang), column.label(lang), quarter, before, after, change])
    heads = [
        Text(*h)(lang)
        for h in (("表", "table"), ("項目", "column"), ("四半期", "quarter"), ("前の行数", "rows before"), ("今の行数", "rows now"), ("合計の変化", "change of the sum"))
    ]  # fmt: skip
    return HtmlTable(
        heads, rows, Text("修正されたデータ", "Corrected data")(lang), lang, right=frozenset({3, 4, 5})
    )

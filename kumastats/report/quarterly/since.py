"""What changed: findings since the last quarter's run and the last release, and corrected data of quarters already told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kumastats.calendar import Quarter
from kumastats.disclosure.ledger import Ledger
from kumastats.display import HtmlTable, number, percent
from kumastats.errors import KumastatsError
from kumastats.evidence import Register
from kumastats.measures import MEASURES
from kumastats.report.public_register import public_view
from kumastats.report.quarterly.fresh import snapshot_of
from kumastats.report.revisions import Revision as Moved
from kumastats.report.revisions import compare
from kumastats.study import StudyFolder
from kumastats.study.publication import Erratum
from kumastats.tables import table
from kumastats.text import Lang, Text
from kumastats.warehouse import Revision, Snapshot, Warehouse, revisions
from kumastats.warehouse.revisions import ROWS, UNDATED

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
    return Earlier(name, register, snapshot_of(folder.runs / found[-1]))


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
    """Return corrected data by table, column and quarter: rows and how much a sum moved; few rows are not told apart."""
    few = {
        (r.table, r.quarter) for r in found if r.column == ROWS and 0 < r.changed + r.added + r.removed < FEW
    }
    rows = [_revised_row(r, lang, (r.table, r.quarter) in few) for r in found if _label(r)]
    heads = [
        Text(*h)(lang)
        for h in (
            ("表", "table"), ("項目", "column"), ("四半期", "quarter"), ("前の行数", "rows before"), ("今の行数", "rows now"),
            ("変わった行", "rows changed"), ("加わった行", "rows added"), ("なくなった行", "rows removed"), ("合計の変化", "change of the sum"),
        )
    ]  # fmt: skip
    return HtmlTable(
        heads, rows, Text("修正されたデータ", "Corrected data")(lang), lang, right=frozenset(range(3, 9))
    )


def _revised_row(r: Revision, lang: Lang, of_few: bool) -> list[str]:
    few = Text(f"{FEW}未満", f"fewer than {FEW}")(lang)
    near = Text(f"差は{FEW}未満", f"within {FEW}")(lang)

    def told(n: int) -> str:
        return number(n, lang) if n == 0 or n >= FEW else few

    before, after = (number(n, lang) if n >= FEW else few for n in (r.n_before, r.n_after))
    enough = max(r.n_before, r.n_after) >= FEW
    if enough and any(0 < n < FEW for n in (abs(r.n_after - r.n_before), r.added, r.removed)):
        after = near
    change = "—"
    if enough and r.sum_before and not of_few and not 0 < r.changed < FEW and after != near:
        change = percent(r.change / r.sum_before, lang, 1, signed=True)
    label = _label(r)
    assert label is not None
    quarter = Text("全期間", "all periods")(lang) if r.quarter == UNDATED else Quarter(r.quarter).label(lang)
    moved = (told(r.added), told(r.removed)) if r.column == ROWS else ("", "")
    return [table(r.table).label(lang), label(lang), quarter, before, after, told(r.changed), *moved, change]


def _label(r: Revision) -> Text | None:
    """Return what a column is called: of a derived one, the measure it stands for; None where it stands for none."""
    if r.column == ROWS:
        return Text("行の全体", "rows as such")
    canonical = table(r.table)
    if r.column in canonical.names:
        return canonical.column(r.column).label
    return next((m.label for m in MEASURES.values() if (m.table, m.value) == (r.table, r.column)), None)

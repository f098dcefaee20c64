"""``kumastats explain``: a number's road back to the file it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumastats.disclosure.ledger import Ledger
from kumastats.errors import EvidenceError, names_near
from kumastats.evidence import Register
from kumastats.evidence.trace import Road, trace
from kumastats.study import StudyFolder
from kumastats.text import Lang, Text
from kumastats.warehouse import Warehouse


def latest_quarter(folder: StudyFolder) -> str:
    """Return the latest quarter with evidence.

    Raises
    ------
    EvidenceError
        If nothing was run yet.
    """
    quarters = sorted(p.parent.name for p in folder.runs.glob("FY*/evidence") if any(p.glob("*.json")))
    if not quarters:
        raise EvidenceError(
            Text("まだ証拠がありません。", "There is no evidence yet."),
            remedy=Text(
                "`kumastats run --quarter FY2018Q1` で作れます。",
                "`kumastats run --quarter FY2018Q1` makes it.",
            ),
        )
    return quarters[-1]


@dataclass(frozen=True)
class StudyFact:
    """A number of the study itself, as a release shows it: a date, a count of workshops."""

    name: str
    release: str
    shown: Text

    def text(self, lang: Lang = "ja") -> str:
        """Return where it comes from."""
        return Text(
            f"fact.{self.name} = {self.shown.ja}\n台帳 study.yml と取り込んだデータから（{self.release}/register.json）",
            f"fact.{self.name} = {self.shown.en}\nfrom study.yml and the data held ({self.release}/register.json)",
        )(lang)

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {"fact": self.name, "release": self.release, **self.shown.to_dict()}


def _fact(folder: StudyFolder, name: str) -> StudyFact:
    known: set[str] = set()
    for entry in reversed(Ledger.open(folder.releases).entries):
        path = folder.releases / entry.release / "register.json"
        facts = json.loads(path.read_text(encoding="utf-8")).get("facts", {}) if path.is_file() else {}
        if name in facts:
            return StudyFact(name, entry.release, Text.of({k: facts[name][k] for k in ("ja", "en")}))
        known |= set(facts)
    raise EvidenceError(
        Text(f"fact.{name} はどの公表にもありません。", f"No release shows fact.{name}."),
        remedy=names_near(name, known)
        or Text(
            "名前は公表資料の register.json の facts にあります。",
            "The names are those of facts in a release's register.json.",
        ),
    )


def listed(root: Path, *, quarter: str | None = None) -> list[dict[str, Any]]:
    """Return every id that `explain` answers of a quarter's evidence, the latest by default: id, title (ja, en) and its numbers.

    Raises
    ------
    EvidenceError
        If nothing was run.
    """
    folder = StudyFolder(root)
    held = Register(folder.evidence(quarter or latest_quarter(folder))).load_all()
    return [{"id": r.id, **r.title.to_dict(), "numbers": [x.name for x in r.numbers]} for r in held]


def explain(root: Path, id_: str, *, quarter: str | None = None) -> Road | StudyFact:
    """Return the road of evidence `id_`: record, notebook, snapshot, deliveries, source files and hashes.

    Parameters
    ----------
    root
        The study folder.
    id_
        An evidence id, ``id.number`` or ``id.series[x]`` for one number of it, or ``fact.name`` for one of the study.
    quarter
        The quarter it was made for; the latest one by default.

    Raises
    ------
    EvidenceError
        If nothing was run, or there is no such id.
    """
    folder = StudyFolder(root)
    if id_.startswith("fact."):
        return _fact(folder, id_.removeprefix("fact."))
    register = Register(folder.evidence(quarter or latest_quarter(folder)))
    deliveries = {d.id: d.to_dict() for d in Warehouse.open(folder.warehouse).deliveries()}
    return trace(register, id_, deliveries)

"""How many of a synthetic city's planted defects were found, and how often rules gave a false alarm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kumastats.warehouse.delivery import Delivery
from kumastats.warehouse.rules.model import CheckReport

NOTICED = ("dropped", "quarantined", "counts")


@dataclass(frozen=True)
class Defect:
    """A planted defect and what was found of it.

    Attributes
    ----------
    found
        Rows under its id in the reading report of its file, or under its rule.
    """

    id: str
    source: str
    place: str
    planted: int
    found_by: str
    found: int

    @property
    def outcome(self) -> str:
        """``found``, ``missed`` or ``not_visible``."""
        if self.found_by == "not_visible":
            return "not_visible"
        return "found" if self.found else "missed"


@dataclass(frozen=True)
class Score:
    """The score of a check against the truth."""

    defects: tuple[Defect, ...]
    false_alarms: int
    rows: int

    def count(self, outcome: str) -> int:
        """Return how many defects have this outcome."""
        return sum(d.outcome == outcome for d in self.defects)

    @property
    def share_found(self) -> float:
        """Share of the visible defects that were found."""
        visible = self.count("found") + self.count("missed")
        return self.count("found") / visible if visible else float("nan")

    @property
    def false_alarms_per_1000(self) -> float:
        """Rows flagged without a planted reason, per thousand rows held."""
        return 1000 * self.false_alarms / self.rows if self.rows else float("nan")


def score(truth: Mapping[str, Any], report: CheckReport, deliveries: Sequence[Delivery]) -> Score:
    """Return the score.

    Parameters
    ----------
    truth
        ``truth.json`` of a synthetic study.
    deliveries
        What is held, with the reading reports of its files.
    """
    by_file = _told_by_file(deliveries)
    planted = [d for d in truth["defects"] if isinstance(d, Mapping)]
    defects = []
    for d in planted:
        expected = str(d.get("rule") or d["id"])
        how = str(d.get("found_by", "reading"))
        found = 0
        if how != "not_visible":
            # what reading does not tell a rule may, and the other way round
            file = str(d["place"]).split(" ")[0].rsplit("/", 1)[-1]
            found = by_file[file, expected] or _found_by_rule(report, expected, str(d.get("table", "")))
        defects.append(
            Defect(
                str(d["id"]),
                str(d["source"]),
                str(d["place"]),
                int(d["count"]),
                how,
                int(found),
            )
        )
    return Score(tuple(defects), _false_alarms(report, planted), sum(d.rows for d in deliveries))


def _told_by_file(deliveries: Sequence[Delivery]) -> Counter[tuple[str, str]]:
    told: Counter[tuple[str, str]] = Counter()
    for delivery in deliveries:
        for file in delivery.files:
            for how in NOTICED:
                for id_, n in file.get(how, {}).items():
                    told[str(file["file"]), id_] += n
    return told


def _found_by_rule(report: CheckReport, id_: str, table: str) -> int:
    return sum(r.rows for r in report.results if r.rule.id == id_ and r.rule.table in (table, "*"))


def _false_alarms(report: CheckReport, planted: Sequence[Mapping[str, Any]]) -> int:
    """Return rows that rules of warnings and errors flag beyond what was planted under their id."""
    expected: Counter[tuple[str, str]] = Counter()
    for d in planted:
        expected[str(d["table"]), str(d.get("rule") or d["id"])] += int(d["count"])
    return sum(
        max(0, r.rows - expected[r.rule.table, r.rule.id])
        for r in report.results
        if r.rule.severity != "note"
    )

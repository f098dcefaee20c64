"""What is wrong in the exports on purpose: each defect with its id, place and count, for ``truth.json``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

FoundBy = Literal["reading", "rule", "not_visible"]


@dataclass
class Defects:
    """Keeps count of what was planted."""

    planted: list[dict[str, object]] = field(default_factory=list)
    corrected: list[dict[str, object]] = field(default_factory=list)

    def note(
        self,
        id_: str,
        place: str,
        count: int,
        what: str,
        *,
        source: str,
        table: str,
        found_by: FoundBy = "reading",
        rule: str | None = None,
    ) -> None:
        """Record a defect.

        Parameters
        ----------
        id_
            Its name; the same fault in several files has one name.
        place
            The file, and the sheet behind a space.
        count
            How many rows it touches.
        found_by
            Whether reading tells it, a rule of the warehouse does, or nobody can see it.
        rule
            The id under which it is expected to be found; `id_` by default.
        """
        if not count:
            return
        told = "" if found_by == "not_visible" else rule or id_
        self.planted.append(
            {
                "id": id_, "source": source, "table": table, "place": place, "count": int(count), "found_by": found_by,
                "rule": told, "what": what,
            }
        )  # fmt: skip

    def take(self, other: Defects) -> None:
        """Add what another has recorded, after what is here."""
        self.planted += other.planted
        self.corrected += other.corrected

    def correct(self, file: str, month: dt.date, before: Sequence[int], after: Sequence[int]) -> None:
        """Record what a corrected attendance file changes: minutes of ordered overtime, a value a row, as first delivered and corrected."""
        year, quarter = month.year - (month.month < 4), (month.month - 4) % 12 // 3 + 1
        self.corrected.append(
            {
                "file": file, "table": "person_day", "column": "ordered_overtime_min", "quarter": f"FY{year}Q{quarter}",
                "rows_before": len(before), "rows_after": len(after), "sum_before": sum(before), "sum_after": sum(after),
                "changed": sum(a != b for a, b in zip(before, after, strict=True)),
            }
        )  # fmt: skip

    def of(self, id_: str) -> list[dict[str, object]]:
        """Return the defects of this name."""
        return [d for d in self.planted if d["id"] == id_]

    def sorted(self) -> list[dict[str, object]]:
        """Return all of them by name and place."""
        return sorted(self.planted, key=lambda d: (str(d["id"]), str(d["source"]), str(d["place"])))

"""What is wrong in the exports on purpose: each defect with its id, place and count, for ``truth.json``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

# positions in the long attendance export
DATE, OUT, OVERTIME = 6, 10, 12


@dataclass
class Defects:
    """Plants defects and keeps count."""

    planted: list[dict[str, object]] = field(default_factory=list)

    def note(self, id_: str, place: str, count: int, what: str) -> None:
        """Record a defect."""
        self.planted.append({"id": id_, "place": place, "count": count, "what": what})

    def attendance(self, rows: list[list[str]], file: str, month: dt.date) -> list[list[str]]:
        """Return the rows of a month with that month's defects, if it has any."""
        if month == dt.date(2016, 11, 1):
            self.note("exact_duplicate", file, 12, "twelve rows exported twice")
            return [*rows, *[list(r) for r in rows[100:112]]]
        if month == dt.date(2017, 6, 1):
            made = [list(r) for r in rows]
            worked = [r for r in made if r[OUT]][40:43]
            for row in worked:
                row[OUT] = "6:10"
            self.note("negative_duration", file, len(worked), "clocked out before clocking in")
            return made
        if month == dt.date(2020, 11, 1):
            worked = [list(r) for r in rows if r[OUT]][60:62]
            for row in worked:
                row[OVERTIME] = "9:00"
            self.note(
                "conflicting_person_day",
                file,
                2 * len(worked),
                "person-days exported twice with different overtime",
            )
            return [*rows, *worked]
        if month == dt.date(2021, 10, 1):
            made = [list(r) for r in rows]
            worked = [r for r in made if r[OUT]][80:82]
            for row in worked:
                row[OUT] = "17:75"
            self.note("impossible_time", file, len(worked), "a clock time with 75 minutes")
            return made
        return rows

    def uncorrected(self, rows: list[list[str]], stamp: str) -> list[list[str]]:
        """Return the month as first delivered: every tenth person's overtime is missing."""
        made = [list(r) for r in rows]
        people = sorted({r[0] for r in made})[::10]
        hidden = 0
        for row in made:
            if row[0] in people and row[OVERTIME]:
                row[OVERTIME] = ""
                hidden += 1
        self.note(
            "corrected_month",
            f"kinmu_{stamp}.csv",
            hidden,
            "first delivered without part of the overtime; corrected later",
        )
        return made

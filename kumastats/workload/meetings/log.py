"""A meeting log as it may be counted: meetings that were held, by more than one person, within a working day's length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

COLUMNS = ("start", "duration_min", "organiser_office_id", "invited", "attended", "multitasking", "recurring", "cancelled", "attendee_min")  # fmt: skip
ALL_DAY = 8 * 60
REASONS: Mapping[str, Text] = {
    "cancelled": Text("取り消し", "cancelled"),
    "missing": Text("長さ・出席者・主催所属のどれかがない", "no length, attendance or organiser's office"),
    "alone": Text("出席が2人未満（予定表の作業時間など）", "fewer than two present (blocks of focus time)"),
    "all_day": Text("8時間以上（終日の予定）", "eight hours or more (all-day entries)"),
}


@dataclass(frozen=True, eq=False)
class MeetingLog:
    """Meetings that were held.

    Attributes
    ----------
    frame
        A row a meeting: ``office``, ``start``, ``minutes``, ``invited`` (NaN where unknown), ``attended``,
        ``multitasking`` (NaN where unknown), ``recurring`` (None where unknown), ``person_min`` (minutes of all present).
    dropped
        Rows left out, by reason (`REASONS`); a row counts once, by the first that applies.
    """

    frame: pd.DataFrame
    dropped: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def offices(self) -> int:
        """Offices that organised one."""
        return int(self.frame["office"].nunique())


def meetings_held(meetings: pd.DataFrame) -> MeetingLog:
    """Return the meetings that count, and how many rows were left out and why.

    Parameters
    ----------
    meetings
        Rows of the table ``meeting``. Minutes of all present are those of the export; where it has none, people present
        times length.

    Raises
    ------
    WorkloadError
        If columns are missing.
    """
    lacking = [c for c in COLUMNS if c not in meetings]
    if lacking:
        raise WorkloadError(
            Text(f"会議の記録に列 {', '.join(lacking)} がありません。", f"The meeting log lacks {', '.join(lacking)}."),
            remedy=Text("snapshot.frame('meeting') を渡してください。", "Give snapshot.frame('meeting')."),
        )  # fmt: skip
    minutes = meetings["duration_min"].astype("float64")
    attended = meetings["attended"].astype("float64")
    rules = {
        "cancelled": meetings["cancelled"].eq(True).fillna(False),
        "missing": minutes.isna() | (minutes <= 0) | attended.isna() | meetings["organiser_office_id"].isna(),
        "alone": attended < 2,
        "all_day": minutes >= ALL_DAY,
    }
    left = np.ones(len(meetings), dtype=bool)
    dropped = {}
    for name, rule in rules.items():
        hit = left & rule.to_numpy(dtype=bool)
        dropped[name] = int(hit.sum())
        left &= ~hit
    stated = meetings["attendee_min"].astype("float64")
    frame = pd.DataFrame(
        {
            "office": meetings["organiser_office_id"].astype(str),
            "start": pd.to_datetime(meetings["start"]),
            "minutes": minutes,
            "invited": meetings["invited"].astype("float64"),
            "attended": attended,
            "multitasking": meetings["multitasking"].astype("float64"),
            "recurring": meetings["recurring"].astype(object),
            "person_min": stated.where(stated > 0, minutes * attended),
        }
    )
    return MeetingLog(frame[left].reset_index(drop=True), {k: v for k, v in dropped.items() if v})

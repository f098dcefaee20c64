"""Logs of snapshots: how many wait, which number is called, how many desks are open, every few minutes, as cities publish them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

COLUMNS = ("office_id", "at", "waiting", "number", "desks")
LONGEST_GAP = 30.0  # minutes; what happened in a longer one is not told


@dataclass(frozen=True, eq=False)
class Live:
    """Rates told by snapshots.

    Attributes
    ----------
    frame
        One row an interval between two snapshots of an office and day: ``office_id``, ``start``, ``minutes``, ``called`` (people
        called, by the number), ``came`` (called plus the growth of the queue, less those who left), ``desks``, ``waiting`` (at its
        start), ``an_hour`` (visitors), ``a_desk_hour`` (people called per desk-hour, where the queue was never empty; else NaN).
    restarts, gaps, impossible
        Intervals left out because numbers fell, because snapshots lay more than half an hour apart, because people waited at no desk.
    """

    frame: pd.DataFrame
    restarts: int
    gaps: int
    impossible: int

    def service_minutes(self) -> tuple[float, float, float]:
        """Return mean minutes of a desk for each customer and a 95 % interval by days (ratio of sums), from busy intervals only.

        Raises
        ------
        WorkloadError
            If there are fewer than two days with a queue.
        """
        busy = self.frame[self.frame["a_desk_hour"].notna()]
        day = busy["start"].dt.floor("D")
        time = (busy["minutes"] * busy["desks"]).groupby(day).sum().to_numpy(dtype=float)
        called = busy["called"].groupby(day).sum().to_numpy(dtype=float)
        if len(time) < 2 or called.sum() == 0:
            raise WorkloadError(
                Text("混んでいた日が2日に足りません。", "There are fewer than two days with a queue.")
            )
        mean = time.sum() / called.sum()
        residual = time - mean * called
        se = np.sqrt((residual**2).sum() * len(time) / (len(time) - 1)) / called.sum()
        from scipy.special import stdtrit

        half = float(stdtrit(len(time) - 1, 0.975)) * se
        return float(mean), float(mean - half), float(mean + half)


def live(snapshots: pd.DataFrame) -> Live:
    """Read visitors and pace from snapshots.

    Parameters
    ----------
    snapshots
        ``office_id``, ``at``, ``waiting`` (people), ``number`` (of the ticket called last), ``desks`` (open).

    Raises
    ------
    WorkloadError
        If columns are missing, or no two snapshots lie on one day.
    """
    missing = [c for c in COLUMNS if c not in snapshots]
    if missing:
        raise WorkloadError(Text(f"列が足りません: {missing}", f"Columns are missing: {missing}"))
    rows = snapshots.drop_duplicates(["office_id", "at"]).sort_values(["office_id", "at"], kind="stable")
    then = rows.groupby(["office_id", rows["at"].dt.floor("D")]).shift(-1)
    made = pd.DataFrame(
        {
            "office_id": rows["office_id"],
            "start": rows["at"],
            "minutes": (then["at"] - rows["at"]).dt.total_seconds() / 60,
            "called": then["number"] - rows["number"],
            "waiting": rows["waiting"],
            "desks": rows["desks"],
            "left_over": then["waiting"],
        }
    ).dropna(subset=["minutes"])
    if not len(made):
        raise WorkloadError(Text("同じ日の記録が二つ以上ありません。", "No two snapshots lie on one day."))
    restart, gap = made["called"] < 0, made["minutes"] > LONGEST_GAP
    impossible = (made["desks"] <= 0) & (made["waiting"] > 0)
    kept = made[~(restart | gap | impossible)].copy()
    kept["came"] = (kept["called"] + kept["left_over"] - kept["waiting"]).clip(lower=0)
    kept["an_hour"] = kept["came"] / kept["minutes"] * 60
    busy = (kept["waiting"] > 0) & (kept["left_over"] > 0)
    kept["a_desk_hour"] = (kept["called"] / (kept["minutes"] * kept["desks"]) * 60).where(busy)
    return Live(
        kept.drop(columns="left_over").reset_index(drop=True),
        int(restart.sum()),
        int(gap.sum()),
        int(impossible.sum()),
    )

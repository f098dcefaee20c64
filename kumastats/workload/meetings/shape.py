"""Size by length, and how meetings are used: who comes, who does something else, what lies outside working hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.calendar import is_workday
from kumastats.text import Text
from kumastats.workload.meetings.log import MeetingLog
from kumastats.workload.ratio_resampled import Ratio, ratio_of_sums

OPENS, CLOSES = 8 * 60 + 30, 17 * 60 + 15
SIZES = (2, 5, 9)  # the first size of each class
LENGTHS = (0, 30, 60, 90)  # above this many minutes
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Grid:
    """Where the person-hours go, by people present and length.

    Attributes
    ----------
    share
        Rows: size classes; columns: length classes; share of all person-hours. NaN where the cell is not shown.
    meetings
        Meetings in each cell, shown or not: not for publication.
    sizes, lengths
        Names of the classes.
    hidden
        Cells not shown.
    """

    share: np.ndarray
    meetings: np.ndarray
    sizes: tuple[Text, ...]
    lengths: tuple[Text, ...]
    hidden: int


@dataclass(frozen=True)
class Use:
    """One way in which meetings are used.

    Attributes
    ----------
    n
        Meetings it rests on.
    hits
        Meetings that count, where it is a share of meetings; None where it is a share of minutes or people.
    """

    id: str
    label: Text
    ratio: Ratio
    n: int
    hits: int | None = None


def size_by_length(log: MeetingLog, *, fewest: int = 10) -> Grid:
    """Return the share of person-hours by size and length.

    Cells of fewer than `fewest` meetings are not shown; where these are so few together that the rest would tell them, the
    smallest of the others goes with them.
    """
    f = log.frame
    rows = np.searchsorted(np.array(SIZES), f["attended"].to_numpy(), side="right") - 1
    columns = np.searchsorted(np.array(LENGTHS), f["minutes"].to_numpy(), side="left") - 1
    shape = len(SIZES), len(LENGTHS)
    flat = rows * shape[1] + columns
    count = np.bincount(flat, minlength=shape[0] * shape[1])
    minutes = np.bincount(flat, f["person_min"].to_numpy(), minlength=shape[0] * shape[1])
    hide = (count > 0) & (count < fewest)
    while hide.any() and count[hide].sum() < fewest and (~hide & (count > 0)).any():
        others = np.where(~hide & (count > 0), count, np.iinfo(np.int64).max)
        hide[int(others.argmin())] = True
    share = np.where(hide, np.nan, minutes / minutes.sum())
    return Grid(share.reshape(shape), count.reshape(shape), _sizes(), _lengths(), int(hide.sum()))


def _sizes() -> tuple[Text, ...]:
    ends = [*(s - 1 for s in SIZES[1:]), None]
    return tuple(
        Text(f"{low}～{high}人", f"{low}–{high} people") if high else Text(f"{low}人以上", f"{low} or more people")
        for low, high in zip(SIZES, ends, strict=True)
    )  # fmt: skip


def _lengths() -> tuple[Text, ...]:
    ends = [*LENGTHS[1:], None]
    return tuple(
        Text(f"{high}分まで", f"up to {high} min") if low == 0
        else Text(f"{low}分超{high}分まで", f"over {low} to {high} min") if high
        else Text(f"{low}分超", f"over {low} min")
        for low, high in zip(LENGTHS, ends, strict=True)
    )  # fmt: skip


def outside_minutes(start: pd.Series, minutes: pd.Series) -> np.ndarray:
    """Return the minutes of each meeting that lie outside 8:30–17:15 of a working day.

    >>> outside_minutes(pd.Series(pd.to_datetime(["2019-06-03 17:00", "2019-06-02 10:00"])), pd.Series([30.0, 60.0])).tolist()
    [15.0, 60.0]
    """
    begins = (start.dt.hour * 60 + start.dt.minute).to_numpy(dtype=np.float64)
    length = minutes.to_numpy(dtype=np.float64)
    days = start.dt.date
    working = days.map({d: is_workday(d) for d in set(days)}).to_numpy(dtype=bool)
    inside = np.clip(np.minimum(begins + length, CLOSES) - np.maximum(begins, OPENS), 0, None)
    return np.asarray(length - np.where(working, inside, 0.0))


def uses(log: MeetingLog, *, rng: np.random.Generator) -> tuple[Use, ...]:
    """Return how meetings are used; what the export does not tell is left out.

    Intervals come from a cluster bootstrap over organising offices.
    """
    f = log.frame.assign(
        booked=lambda d: d["invited"] * d["minutes"],
        outside=lambda d: outside_minutes(d["start"], d["minutes"]) * d["attended"],
        inside=lambda d: d["minutes"] * d["attended"],
        absent=lambda d: (d["invited"] - d["attended"]).clip(lower=0),
        half_empty=lambda d: (d["attended"] < HALF * d["invited"]).astype(float),
        one=1.0,
    )
    known = f[f["invited"].notna()]
    recurring, single = known[known["recurring"].eq(True)], known[known["recurring"].eq(False)]
    told = f[f["multitasking"].notna()]
    wanted = (
        ("attended", known, "person_min", "booked"),
        ("absent_recurring", recurring, "absent", "invited"),
        ("absent_single", single, "absent", "invited"),
        ("half_empty", recurring, "half_empty", "one"),
        ("multitasking", told, "multitasking", "attended"),
        ("outside", f, "outside", "inside"),
    )
    out = []
    for name, rows, top, bottom in wanted:
        if not len(rows) or not rows[bottom].sum():
            continue
        totals = rows.groupby("office", sort=True)[[top, bottom]].sum()
        ratio = ratio_of_sums(totals[top], totals[bottom], rng=rng)
        hits = int(rows[top].sum()) if name == "half_empty" else None
        out.append(Use(name, LABELS[name], ratio, len(rows), hits))
    return tuple(out)


LABELS: Mapping[str, Text] = {
    "attended": Text("招待した時間のうち出席した時間", "invited time that was attended"),
    "absent_recurring": Text("定例会議に招かれて来なかった人", "people invited to recurring meetings who stayed away"),
    "absent_single": Text("一回限りの会議に招かれて来なかった人", "people invited to single meetings who stayed away"),
    "half_empty": Text("出席が招待の半分に満たない定例会議", "recurring meetings with under half of the invited present"),
    "multitasking": Text("出席者のうち会議中に別の作業をした人", "people present who did something else meanwhile"),
    "outside": Text("延べ時間のうち勤務時間（8:30～17:15）の外", "person-hours outside working hours (8:30–17:15)"),
}  # fmt: skip

"""How many desks take customers while somebody waits, and how long they pause between them: told by the log alone.

A log that does not state its desks still shows them at work. While a queue is there, the desks occupied are those that serve it;
counted over time they are the desks a queue in order of arrival has. Three things go with it: the pause between one customer and
the next, more desks when more people wait, and days with more desks than others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.counter.staffed import Staffed, staffed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
QUARTER = 15.0
DAY = 4 * 1440.0  # minutes kept for a day, which may run past midnight
LONGEST_PAUSE = 1.0  # minutes; a desk that takes longer was away
ENOUGH = 30.0  # minutes with a queue that a mean rests on
MOST_WAITING = 12


@dataclass(frozen=True, eq=False)
class Pace:
    """Desks that serve a queue.

    Attributes
    ----------
    edges
        Minutes after midnight, one more than there are quarter hours.
    desks
        (quarter hours,) desks occupied while somebody waits, pauses counted, on an average day.
    by_waiting
        Factor on these with 1, 2, … people waiting; the last holds for more.
    pauses
        Minutes between a finish and the next call while somebody waits; sorted, kept in memory, never published.
    elasticity
        By how much desks that serve the queue follow the desks seen on a day: 0 not at all, 1 in proportion.
    seen
        Mean desks seen (`Staffed.high`) of the days fitted.
    """

    edges: Floats
    desks: Floats
    by_waiting: Floats
    pauses: Floats
    elasticity: float
    seen: float

    def level(self, days: Staffed) -> Floats:
        """Return the factor of each day on `desks`, from the desks seen on it."""
        return np.asarray((_seen(days) / self.seen) ** self.elasticity)

    def allowed(self, level: float, rounding: float) -> Ints:
        """Return whole desks by quarter hour and number waiting (from 1 on); `rounding` from 0 to below 1 is added and cut off."""
        wanted = np.floor(self.desks[:, None] * level * self.by_waiting + rounding)
        return np.maximum.accumulate(np.maximum(wanted, 1), axis=1).astype(np.int64)


def pace(tickets: pd.DataFrame) -> Pace:
    """Tell the desks that serve one office's queue.

    Parameters
    ----------
    tickets
        Tickets with ``issued_at`` and ``called_at`` or ``left_at``; pauses also need ``desk_id``.

    Raises
    ------
    WorkloadError
        If no service has both a call and a finish, or nobody ever waited.
    """
    bounds = staffed(tickets)
    log = _Log.of(tickets[tickets["issued_at"].dt.floor("D").isin(bounds.dates)])
    first = min(log.issued.min(), bounds.edges[0]) // QUARTER * QUARTER
    count = int(np.ceil((max(bounds.edges[-1], np.nanmax(log.ended)) - first) / QUARTER)) + 1
    edges = first + QUARTER * np.arange(count + 1)
    pause = log.pauses()
    held = _course(log, pause, edges)
    queue = held.waiting > 0
    if not (held.minutes[queue].sum() > 0):
        raise WorkloadError(Text("待った人がいません。", "Nobody waited."))
    time = _by(held.quarter[queue], held.minutes[queue], count)
    busy = _by(held.quarter[queue], (held.minutes * held.occupied)[queue], count)
    desks = np.maximum(_widened(busy, time), 1.0)
    level, elasticity = _levels(held, queue, desks, bounds)
    n = np.minimum(held.waiting[queue], MOST_WAITING) - 1
    base = desks[held.quarter[queue]] * level[held.day[queue]] * held.minutes[queue]
    long = _by(n, held.minutes[queue], MOST_WAITING) >= ENOUGH
    known = int(np.argmin(long)) if not long.all() else MOST_WAITING
    factor = _by(n, (held.minutes * held.occupied)[queue], MOST_WAITING) / np.maximum(
        _by(n, base, MOST_WAITING), 1e-9
    )
    gaps = np.sort(pause[np.isfinite(pause)])
    return Pace(
        edges, desks, np.maximum.accumulate(factor[:known]) if known else np.ones(1),
        gaps if len(gaps) else np.zeros(1), elasticity, float(_seen(bounds).mean()),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Log:
    """Tickets in minutes after midnight of the day of issue; NaN where a time is missing."""

    day: Ints
    issued: Floats
    called: Floats
    finished: Floats
    ended: Floats
    desk: Ints

    @classmethod
    def of(cls, tickets: pd.DataFrame) -> _Log:
        floor = tickets["issued_at"].dt.floor("D")
        day = np.asarray(pd.factorize(floor, sort=True)[0])
        issued, called, finished, left = (
            ((tickets[c] - floor).dt.total_seconds() / 60).to_numpy(dtype=float) if c in tickets else np.full(len(tickets), np.nan)
            for c in ("issued_at", "called_at", "finished_at", "left_at")
        )  # fmt: skip
        desk = pd.factorize(tickets["desk_id"])[0] if "desk_id" in tickets else np.full(len(tickets), -1)
        ended = np.where(np.isnan(called), left, called)
        return cls(day, issued, called, finished, ended, np.asarray(desk))

    def pauses(self) -> Floats:
        """Return, for a customer who waited when the desk fell free, how long it then paused; NaN for others."""
        out = np.full(len(self.day), np.nan)
        known = np.flatnonzero((self.desk >= 0) & ~np.isnan(self.called) & ~np.isnan(self.finished))
        order = known[np.lexsort((self.called[known], self.desk[known], self.day[known]))]
        then, first = order[1:], order[:-1]
        same = (self.desk[then] == self.desk[first]) & (self.day[then] == self.day[first])
        then, free = then[same], self.finished[first[same]]
        gap = self.called[then] - free
        waited = (self.issued[then] < free) & (gap >= 0) & (gap <= LONGEST_PAUSE)
        out[then[waited]] = gap[waited]
        return out


@dataclass(frozen=True, eq=False)
class _Course:
    """Stretches in which neither the queue nor the desks change."""

    day: Ints
    quarter: Ints
    minutes: Floats
    waiting: Ints
    occupied: Floats


def _course(log: _Log, pause: Floats, edges: Floats) -> _Course:
    waits = ~np.isnan(log.ended)
    serves = ~np.isnan(log.called) & ~np.isnan(log.finished) & (log.finished >= log.called)
    begin = log.called - np.nan_to_num(pause)
    days = int(log.day.max()) + 1
    mark_day, mark = np.repeat(np.arange(days), len(edges)), np.tile(edges, days)
    nothing, no = np.zeros(len(mark)), np.zeros
    w, s = int(waits.sum()), int(serves.sum())
    day = np.concatenate([log.day[waits], log.day[waits], log.day[serves], log.day[serves], mark_day])
    minute = np.concatenate([log.issued[waits], log.ended[waits], begin[serves], log.finished[serves], mark])
    queue = np.concatenate([np.ones(w), -np.ones(w), no(2 * s), nothing])
    desk = np.concatenate([no(2 * w), np.ones(s), -np.ones(s), nothing])
    order = np.argsort(day * DAY + minute, kind="stable")
    day, minute, queue, desk = day[order], minute[order], queue[order], desk[order]
    long = np.diff(minute, append=minute[-1])
    same = np.append(day[1:] == day[:-1], False)
    quarter = np.clip(((minute - edges[0]) // QUARTER).astype(np.int64), 0, len(edges) - 2)
    return _Course(
        day, quarter, np.where(same, long, 0.0), np.rint(np.cumsum(queue)).astype(np.int64), np.cumsum(desk)
    )


def _by(place: Ints, weight: Floats, length: int) -> Floats:
    return np.bincount(place, weight, length)[:length].astype(np.float64)


def _widened(top: Floats, bottom: Floats) -> Floats:
    """Return ratios, each over the quarter hours around it until there is enough below."""
    above, below = (np.r_[0.0, np.cumsum(v)] for v in (top, bottom))
    n = len(top)
    out = np.empty(n)
    for k in range(n):
        half = 0
        while True:
            a, b = max(0, k - half), min(n, k + half + 1)
            if below[b] - below[a] >= ENOUGH or (a == 0 and b == n):
                out[k] = (above[b] - above[a]) / (below[b] - below[a])
                break
            half += 1
    return out


def _seen(days: Staffed) -> Floats:
    return np.asarray(days.high.sum(axis=1), dtype=np.float64)


def _levels(
    held: _Course, queue: npt.NDArray[np.bool_], desks: Floats, bounds: Staffed
) -> tuple[Floats, float]:
    """Return each day's factor on the desks that serve a queue, and how it follows the desks seen (least squares of logs)."""
    days = len(bounds.dates)
    place, minutes = held.day[queue], held.minutes[queue]
    usual = _by(place, desks[held.quarter[queue]] * minutes, days)
    had = _by(place, held.occupied[queue] * minutes, days)
    some = (usual > 0) & (had > 0)
    seen = _seen(bounds)
    x, y, weight = np.log(seen / seen.mean())[some], np.log(had[some] / usual[some]), usual[some]
    spread = float(weight @ (x - weight @ x / weight.sum()) ** 2)
    slope = (
        float(weight @ ((x - weight @ x / weight.sum()) * (y - weight @ y / weight.sum()))) / spread
        if spread > 0
        else 0.0
    )
    elasticity = min(1.0, max(0.0, slope))
    return np.asarray((seen / seen.mean()) ** elasticity), elasticity

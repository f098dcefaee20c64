"""When each desk is open: a start, breaks, and a time it leaves or stays until the last customer is served."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]


def clock(minute: float) -> str:
    """Write minutes after midnight as a time.

    >>> clock(510)
    '8:30'
    """
    return f"{int(minute) // 60}:{int(minute) % 60:02d}"


@dataclass(frozen=True)
class Desk:
    """One desk's day, in minutes after midnight.

    Attributes
    ----------
    opens
        From when it takes customers.
    leaves
        From when it takes no more; infinite: it stays until the last customer is served.
    breaks
        (start, minutes) each; a service in hand is finished first, and the break then has its full length.
    """

    opens: float = 0.0
    leaves: float = math.inf
    breaks: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if not self.leaves > self.opens:
            raise WorkloadError(
                Text("窓口が開く前に閉まります。", "A desk leaves before it opens."),
            )
        end = self.opens
        for start, minutes in self.breaks:
            if minutes < 0 or start < end or start + minutes > self.leaves:
                raise WorkloadError(
                    Text(
                        "休憩の長さが負か、重なるか、窓口の時間の外です。",
                        "A break is negative, overlaps another, or lies outside the desk's hours.",
                    )
                )
            end = start + minutes

    def at(self, minute: float) -> bool:
        """Tell whether it is planned to be open."""
        return self.opens <= minute < self.leaves and not any(s <= minute < s + m for s, m in self.breaks)


@dataclass(frozen=True)
class DeskPlan:
    """All desks that serve one queue."""

    desks: tuple[Desk, ...]

    def __post_init__(self) -> None:
        if not self.desks:
            raise WorkloadError(Text("窓口がありません。", "There is no desk."))

    @classmethod
    def always(cls, desks: int) -> DeskPlan:
        """Return desks that are open all day and until the last customer is served."""
        return cls((Desk(),) * int(desks))

    @classmethod
    def rotating(
        cls, desks: int, *, opens: float, lunch: tuple[float, float] = (690, 810), minutes: float = 60
    ) -> DeskPlan:
        """Return desks that take lunch in turns between two times (11:30–13:30), as many turns as fit.

        >>> plan = DeskPlan.rotating(4, opens=510)
        >>> [plan.at(m) for m in (600, 700, 780, 820)]
        [4, 2, 2, 4]
        """
        turns = max(1, int((lunch[1] - lunch[0]) // minutes))
        return cls(
            tuple(Desk(opens, breaks=((lunch[0] + k % turns * minutes, minutes),)) for k in range(desks))
        )

    @classmethod
    def steps(cls, edges: Floats, desks: Floats) -> DeskPlan:
        """Return desks by period: those still open at the last edge stay until the last customer is served.

        >>> DeskPlan.steps(np.array([0.0, 60, 120]), np.array([1, 2])).at(30)
        1
        """
        counts = np.asarray(desks, dtype=np.int64)
        made = []
        for k in range(int(counts.max(initial=0))):
            on = counts > k
            runs = np.flatnonzero(np.diff(np.r_[0, on.astype(int), 0])).reshape(-1, 2)
            first, last = edges[runs[0, 0]], edges[runs[-1, 1]]
            gaps = tuple(
                (float(edges[a]), float(edges[b] - edges[a]))
                for a, b in zip(runs[:-1, 1], runs[1:, 0], strict=True)
            )
            leaves = math.inf if runs[-1, 1] == len(counts) else float(last)
            made.append(Desk(float(first), leaves, gaps))
        return cls(tuple(made))

    @property
    def constant(self) -> bool:
        """Whether every desk is open all day."""
        return all(d == Desk() for d in self.desks)

    def at(self, minute: float) -> int:
        """Return the number of desks planned to be open."""
        return sum(d.at(minute) for d in self.desks)

    def minutes(self, opens: float, closes: float) -> float:
        """Return planned desk-minutes between two times."""
        return float(self.minutes_until(opens, np.array([closes]))[0])

    def minutes_until(self, opens: float, ends: Floats) -> Floats:
        """Return planned desk-minutes from a time until each of `ends`."""
        stays = (
            np.maximum(0.0, np.minimum(end, ends) - max(start, opens)) * sign
            for d in self.desks
            for start, end, sign in ((d.opens, d.leaves, 1), *((s, s + m, -1) for s, m in d.breaks))
        )
        return np.asarray(sum(stays), dtype=np.float64)

    def plus(self, more: int) -> DeskPlan:
        """Return the plan with desks more (copies of the last), or fewer."""
        if more < 0:
            return replace(self, desks=self.desks[:more])
        return replace(self, desks=self.desks + self.desks[-1:] * more)

    def pauses(self) -> Iterator[tuple[Floats, Floats]]:
        """Yield starts and lengths, one entry a desk: first breaks, second breaks, …, then leaving for good."""
        deepest = max(len(d.breaks) for d in self.desks)
        for k in range(deepest):
            held = [d.breaks[k] if k < len(d.breaks) else (math.inf, 0.0) for d in self.desks]
            yield np.array([s for s, _ in held]), np.array([m for _, m in held])
        if any(math.isfinite(d.leaves) for d in self.desks):
            yield np.array([d.leaves for d in self.desks]), np.full(len(self.desks), math.inf)

    def refuse_gaps(self, opens: float, closes: float) -> None:
        """Refuse a plan with a period without any desk, naming it."""
        times = {opens}
        for d in self.desks:
            times |= {d.opens, d.leaves, *(t for s, m in d.breaks for t in (s, s + m))}
        for start in sorted(t for t in times if opens <= t < closes):
            if self.at(start) == 0:
                raise WorkloadError(
                    Text(
                        f"{clock(start)}から窓口が一つも開いていません。",
                        f"No desk is open from {clock(start)}.",
                    ),
                    remedy=Text(
                        "休憩を交代で取るか、その時間の窓口を増やしてください。",
                        "Let breaks rotate, or open a desk in that period.",
                    ),
                )

"""Shifts that cover the desks needed, with lunch and the breaks the law asks for, at the least cost.

Labour Standards Act, article 34: a break of at least 45 minutes in more than 6 hours of work and of 60 minutes in more than
8 hours, during work. The cover is an integer programme solved by HiGHS through `scipy.optimize.milp`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.display import HtmlTable, number, yen
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.workload.counter.hours import Desk, DeskPlan, clock

Floats = npt.NDArray[np.float64]
LEGAL_BREAKS = ((480.0, 60.0), (360.0, 45.0))  # (more than so many minutes of work, minutes of break)


def legal_break(work: float) -> float:
    """Return the least minutes of break for minutes of work.

    >>> [legal_break(m) for m in (360, 361, 480, 481)]
    [0.0, 45.0, 45.0, 60.0]
    """
    return next((minutes for more_than, minutes in LEGAL_BREAKS if work > more_than), 0.0)


@dataclass(frozen=True)
class Shift:
    """One kind of shift, in minutes after midnight.

    Attributes
    ----------
    breaks
        (start, minutes) each, strictly inside the shift.
    """

    start: float
    end: float
    breaks: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        at = self.start
        for begin, minutes in self.breaks:
            if begin <= at or minutes <= 0 or begin + minutes >= self.end:
                raise WorkloadError(
                    Text(
                        "休憩は勤務の途中に置きます。", "Breaks lie inside the shift, apart from each other."
                    )
                )
            at = begin + minutes
        rest = sum(m for _, m in self.breaks)
        needed = legal_break(self.end - self.start - rest)
        if rest < needed:
            raise WorkloadError(
                Text(
                    f"{clock(self.start)}～{clock(self.end)}の勤務には{needed:.0f}分以上の休憩が要ります（労働基準法第34条）。",
                    f"The shift {clock(self.start)}–{clock(self.end)} needs a break of {needed:.0f} minutes (Labour Standards Act, article 34).",
                )
            )

    @property
    def work(self) -> float:
        """Paid minutes."""
        return self.end - self.start - sum(m for _, m in self.breaks)

    def covers(self, edges: Floats) -> npt.NDArray[np.bool_]:
        """Tell which periods it covers whole."""
        a, b = edges[:-1], edges[1:]
        on = (self.start <= a) & (b <= self.end)
        for begin, minutes in self.breaks:
            on &= (b <= begin) | (a >= begin + minutes)
        return np.asarray(on)


def shifts_between(
    opens: float,
    closes: float,
    *,
    lengths: Sequence[float] = (240, 525),
    step: float = 30,
    lunch: tuple[float, float] = (690, 810),
) -> tuple[Shift, ...]:
    """List the shifts of some lengths that fit between two times, with a lunch in every place it may have.

    Parameters
    ----------
    lengths
        Minutes from start to end, breaks included: part time of 4 hours and the full day of 7 hours 45 minutes by default.
    step
        Distance of possible starts, and of possible lunches, in minutes.
    lunch
        Between these times lunch begins and ends.
    """
    made = []
    for length in lengths:
        rest = next(m for m in (0.0, 45.0, 60.0) if legal_break(length - m) <= m)
        for start in np.arange(opens, closes - length + 1e-9, step):
            begin, end = float(start), float(start + length)
            if not rest:
                made.append(Shift(begin, end))
                continue
            for at in np.arange(lunch[0], lunch[1] - rest + 1e-9, step):
                if begin < at and at + rest < end:
                    made.append(Shift(begin, end, ((float(at), rest),)))
    return tuple(dict.fromkeys(made))


@dataclass(frozen=True, eq=False)
class Cover:
    """People by shift.

    Attributes
    ----------
    shifts, people
        Shifts used, and how many people work each.
    covered, needed
        Desks staffed and needed, by period.
    """

    shifts: tuple[Shift, ...]
    people: tuple[int, ...]
    edges: Floats
    covered: npt.NDArray[np.int64]
    needed: npt.NDArray[np.int64]

    @property
    def hours(self) -> float:
        """Paid hours."""
        return sum(s.work * n for s, n in zip(self.shifts, self.people, strict=True)) / 60

    def cost(self, yen_an_hour: float) -> float:
        """Return yen for the paid hours."""
        return self.hours * yen_an_hour

    def plan(self) -> DeskPlan:
        """Return it as desks of a scenario: who works to the end stays until the last customer is served."""
        last = max(s.end for s in self.shifts)
        return DeskPlan(
            tuple(
                Desk(s.start, math.inf if s.end == last else s.end, s.breaks)
                for s, n in zip(self.shifts, self.people, strict=True)
                for _ in range(n)
            )
        )

    def table(self, lang: Lang = "ja", *, yen_an_hour: float | None = None) -> HtmlTable:
        """Return the shifts as a table."""
        rows = []
        for s, n in zip(self.shifts, self.people, strict=True):
            rest = ", ".join(f"{clock(a)}–{clock(a + m)}" for a, m in s.breaks) or "—"
            rows.append([f"{clock(s.start)}–{clock(s.end)}", rest, number(n, lang)])
        heads = [Text("勤務", "shift")(lang), Text("休憩", "break")(lang), Text("人数", "people")(lang)]
        spare = int((self.covered - self.needed).sum())
        money = "" if yen_an_hour is None else f" {yen(self.cost(yen_an_hour), lang)}"
        note = Text(
            f"計{sum(self.people)}人・{self.hours:.1f}時間{money}。必要数を上回る時間帯・窓口は{spare}。",
            f"{sum(self.people)} people, {self.hours:.1f} paid hours{money}; {spare} desk-periods beyond what is needed.",
        )(lang)
        return HtmlTable(heads, rows, Text("勤務の組み合わせ", "Shifts")(lang), lang, note)


def cover(
    edges: Floats, needed: npt.ArrayLike, shifts: Sequence[Shift], *, most_people: int | None = None
) -> Cover:
    """Return the people by shift that cover the desks needed with the fewest paid hours (then the fewest people).

    Raises
    ------
    WorkloadError
        If a period cannot be covered by any shift, or not with `most_people`.
    """
    from scipy import optimize as scipy_optimize

    optimize: Any = scipy_optimize  # its types are not declared
    edges = np.asarray(edges, dtype=float)
    wanted = np.asarray(needed, dtype=np.int64)
    if len(edges) != len(wanted) + 1 or (wanted < 0).any():
        raise WorkloadError(
            Text(
                "必要な窓口の数が時間帯と合いません。",
                "The desks needed do not fit the periods, or are negative.",
            )
        )
    on = np.array([s.covers(edges) for s in shifts], dtype=float).reshape(len(shifts), len(wanted)).T
    bare = np.flatnonzero((wanted > 0) & (on.sum(axis=1) == 0))
    if len(bare):
        raise WorkloadError(
            Text(
                f"{clock(edges[bare[0]])}からの時間帯に入れる勤務がありません。",
                f"No shift covers the period from {clock(edges[bare[0]])}.",
            )
        )
    cost = np.array([s.work / 60 + 1e-4 for s in shifts])
    rules = [optimize.LinearConstraint(on, wanted, np.inf)]
    if most_people is not None:
        rules.append(optimize.LinearConstraint(np.ones((1, len(shifts))), 0, most_people))
    made = optimize.milp(cost, integrality=np.ones(len(shifts)), constraints=rules)
    if made.x is None:
        raise WorkloadError(
            Text(
                f"{most_people}人では必要な窓口を開けません。",
                f"{most_people} people cannot cover the desks needed.",
            )
        )
    people = np.rint(made.x).astype(np.int64)
    used = sorted(
        (k for k in range(len(shifts)) if people[k]),
        key=lambda k: (shifts[k].start, shifts[k].end, shifts[k].breaks),
    )
    return Cover(
        tuple(shifts[k] for k in used), tuple(int(people[k]) for k in used), edges,
        np.asarray(on @ people).astype(np.int64), wanted,
    )  # fmt: skip

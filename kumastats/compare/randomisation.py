"""Randomisation inference: how often would chance alone have made units differ this much?

Who went live when is drawn anew, by the mechanism that decided it – within strata, waves of the sizes they had – and each
unit's change is compared again. Units' changes are collapsed (mean after their wave's date less mean before), so no serial
correlation disturbs; the statistic is studentised, so that units of unequal size or noise do not (Chung and Romano 2013;
Wu and Ding 2021). Where the draw is the one the planner recorded, the level is exact, whatever the outcome's distribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kumastats.compare.cells import Bools, Floats, Ints
from kumastats.compare.design import Design
from kumastats.compare.result import Comparison
from kumastats.errors import CompareError
from kumastats.study import Draw
from kumastats.text import Text

WAITING = -1
TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Randomisation:
    """Assignments and what they make of the units' changes.

    Attributes
    ----------
    change
        Change of each unit over the date of each wave (U, K).
    exposure
        Share of months treated after that date less before it, as it really was (U, K).
    weight
        Weight of each unit (U,).
    actual
        Wave of each unit, −1 for those that wait (U,).
    assignments
        The actual assignment first, then others (P, U).
    enumerated
        Whether these are all assignments that could have come about.
    """

    units: tuple[str, ...]
    change: Floats
    exposure: Floats
    weight: Floats
    actual: Ints
    assignments: Ints
    enumerated: bool

    @cached_property
    def estimate(self) -> float:
        """Weighted mean change of treated units less that of waiting ones over the same dates."""
        return float(self._parts(self.change)[0][0])

    @property
    def smallest_p(self) -> float:
        """Smallest p-value that can come about."""
        return 1 / len(self.assignments)

    def p(self, null: float = 0.0) -> float:
        """Return the two-sided p-value of a constant effect of `null`."""
        difference, spread = self._parts(self.change - null * self.exposure)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(spread > 0, np.abs(difference) / spread, np.inf)
        return float((t >= t[0] * (1 - TIE)).mean())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the constant effects that are not rejected; a bound that is never reached is infinite."""
        scale = float(self._parts(self.change)[1][0])
        return self._bound(-1, 1 - level, scale), self._bound(1, 1 - level, scale)

    def _bound(self, side: int, alpha: float, scale: float) -> float:
        if not scale > 0:  # one null alone fits every unit, or all do
            return self.estimate if self.p(self.estimate + side) <= alpha else side * math.inf
        inner, step = self.estimate, scale
        while self.p(inner + side * step) > alpha:
            inner, step = inner + side * step, step * 2
            if step > scale * 2**12:
                return side * math.inf
        outer = inner + side * step
        for _ in range(20):  # to a millionth of the step
            middle = (inner + outer) / 2
            if self.p(middle) > alpha:
                inner = middle
            else:
                outer = middle
        return inner

    def _parts(self, change: Floats) -> tuple[Floats, Floats]:
        """Return the difference and its standard error under each assignment."""
        w, waves = self.weight, change.shape[1]
        treated = [(self.assignments == k).astype(np.float64) for k in range(waves)]
        size = [m @ w for m in treated]
        total = np.sum(size, axis=0)
        mean, variance = np.zeros(len(total)), np.zeros(len(total))
        for k in range(waves):
            share = size[k] / total
            own, error = _mean(treated[k], w, change[:, k], size[k])
            mean += share * own
            variance += share**2 * error
        waiting = (self.assignments == WAITING).astype(np.float64)
        # each assignment weighs the dates by its waves: the waiting units' change is that mix
        shares = np.stack([s / total for s in size], axis=1)
        held = waiting @ w
        first = (waiting * w) @ change / held[:, None]
        mixed = (first * shares).sum(axis=1)
        v = waiting * w / held[:, None]
        scaled = v**2 / np.maximum(1 - v, 1e-12)
        residual = shares @ change.T - mixed[:, None]
        return mean - mixed, np.sqrt(variance + (scaled * residual**2).sum(axis=1))


def decided_by_lot(
    made: Comparison, design: Design, draw: Draw, *, draws: int, rng: np.random.Generator
) -> Comparison:
    """Return a comparison with the verdict of the recorded draw: its estimate, p-value and interval instead of `made`'s.

    Raises
    ------
    CompareError
        If the live dates do not follow the draw, or nobody waits.
    """
    lots = randomisation(design, stratum=draw.stratum, drawn=draw.waves, draws=draws, rng=rng)
    alpha = 1 - made.level
    reason = None
    ci, p = lots.interval(made.level), lots.p()
    if lots.smallest_p > alpha:
        reason = Text(
            f"抽選のあり得た結果が{len(lots.assignments)}通りしかなく、p値は{lots.smallest_p:.3f}より小さくなれない",
            f"the draw had only {len(lots.assignments)} possible results: no p-value can be below {lots.smallest_p:.3f}",
        )
        ci, p = (math.nan, math.nan), math.nan
    checks = tuple(c for c in made.checks if c.name != "reassigned")
    return replace(
        made, design="randomised", estimate=lots.estimate, se=math.nan, df=math.nan, ci=ci, p=p, decidable=reason is None,
        undecidable_reason=reason, checks=checks, inference="randomisation_enumerated" if lots.enumerated else "randomisation_drawn",
        headline=reason is None and bool(checks) and not any(c.result == "fail" for c in checks),
        extra={**made.extra, "assignments": float(len(lots.assignments)), "smallest_p": lots.smallest_p},
    )  # fmt: skip


def _mean(members: Floats, weight: Floats, value: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Return weighted means under each assignment and their leverage-corrected (CR2) variance."""
    v = members * weight / size[:, None]
    mean = v @ value
    residual = (value - mean[:, None]) ** 2
    return mean, (v**2 / np.maximum(1 - v, 1e-12) * residual).sum(axis=1)


def randomisation(
    design: Design,
    *,
    stratum: Mapping[str, str] | None = None,
    drawn: Mapping[str, int] | None = None,
    draws: int = 9999,
    rng: np.random.Generator,
) -> Randomisation:
    """Draw who went live when anew.

    Parameters
    ----------
    design
        Treated units with their months, and units that wait. Clusters must be the units.
    stratum
        Group of each unit within which places were drawn; all in one by default.
    drawn
        Wave of each unit in the recorded draw, −1 for those that wait; by default the live dates in order. A unit not named
        had no part in the draw and is left out.
    draws
        Assignments drawn; all of them are taken instead where they are no more.
    rng
        Used only where they are more. Units meet draws in the order of their names' data, not of their labels.

    Raises
    ------
    CompareError
        If nobody waits, or a wave has no unit with months on both sides.
    """
    panel = design.panel
    long = design.long()
    units = len(panel.units)
    dates = np.unique(long.first[np.isfinite(long.first)])
    code = np.where(np.isfinite(long.first), np.searchsorted(dates, long.first), WAITING)
    named = np.ones(units, dtype=bool)
    if drawn is not None:
        named = np.array([u in drawn for u in panel.units])
        code, dates = _waves(long.first, np.array([drawn.get(u, WAITING) for u in panel.units]), named)
    change, exposure = np.full((units, len(dates)), np.nan), np.full((units, len(dates)), np.nan)
    time = long.time[panel.month]
    live = design.post.astype(np.float64)
    n = panel.n.astype(np.float64)
    for k, day in enumerate(dates):
        sides = []
        for rows in (time >= day, time < day):
            held = np.bincount(panel.unit[rows], n[rows], units)
            with np.errstate(invalid="ignore", divide="ignore"):
                sides.append(
                    [
                        np.bincount(panel.unit[rows], values[rows], units) / held
                        for values in (panel.total, n * live)
                    ]
                )
        change[:, k], exposure[:, k] = sides[0][0] - sides[1][0], sides[0][1] - sides[1][1]
    whole = named & np.isfinite(change).all(axis=1)
    chosen = np.flatnonzero(whole)
    # in the order of their data, so that neither labels nor the order of rows move a draw
    chosen = chosen[np.lexsort((change[chosen, 0], code[chosen], long.weight[chosen]))]
    actual = code[chosen].astype(np.int64)
    if not (actual == WAITING).any() or len(np.unique(actual)) <= len(dates) or not len(dates):
        raise CompareError(
            Text(
                "待つ単位、または導入前後の月のある単位がありません。",
                "No unit waits, or a wave has no unit with months on both sides.",
            )
        )
    names = tuple(panel.units[i] for i in chosen)
    groups = np.unique([(stratum or {}).get(u, "") for u in names], return_inverse=True)[1]
    if math.prod(_count(actual[groups == g]) for g in range(groups.max() + 1)) <= draws:
        made, enumerated = np.array(list(_all(actual, groups))), True
    else:
        made, enumerated = _drawn(actual, groups, draws, rng), False
    first = (made == actual).all(axis=1) if enumerated else np.zeros(len(made), dtype=bool)
    return Randomisation(
        names, change[chosen], exposure[chosen], long.weight[chosen], actual, np.vstack([actual, made[~first]]), enumerated
    )  # fmt: skip


def _waves(first: Floats, label: Ints, named: Bools) -> tuple[Ints, Floats]:
    """Return the drawn waves that begin within the window, numbered from 0, and their dates; later ones wait."""
    code = np.full(len(label), WAITING)
    dates: list[float] = []
    for k in np.unique(label[(label >= 0) & named]):
        mine = (label == k) & named
        known = np.unique(first[mine])
        if len(known) > 1:
            raise CompareError(
                Text("抽選の波と導入日が合いません。", "The units of a drawn wave have several live dates."),
                remedy=Text(
                    "study.yml の draw と waves を確かめてください。", "Check draw and waves in study.yml."
                ),
            )
        if np.isfinite(known[0]):
            code[mine] = len(dates)
            dates.append(float(known[0]))
    return code, np.array(dates)


def _count(labels: Ints) -> int:
    """Return in how many ways these labels can be handed out."""
    _, sizes = np.unique(labels, return_counts=True)
    out, left = 1, len(labels)
    for size in sizes.tolist():
        out *= math.comb(left, size)
        left -= size
    return out


def _all(actual: Ints, groups: Ints, at: int = 0) -> Iterator[Ints]:
    """Yield every assignment with the same labels within each group."""
    if at > groups.max():
        yield actual.copy()
        return
    mine = np.flatnonzero(groups == at)
    for labels in _orders(actual[mine].tolist()):
        moved = actual.copy()
        moved[mine] = labels
        yield from _all(moved, groups, at + 1)


def _orders(labels: list[int]) -> Iterator[list[int]]:
    """Yield the distinct orders of a list."""
    if not labels:
        yield []
        return
    for label in sorted(set(labels)):
        rest = labels.copy()
        rest.remove(label)
        for tail in _orders(rest):
            yield [label, *tail]


def _drawn(actual: Ints, groups: Ints, draws: int, rng: np.random.Generator) -> Ints:
    """Return random assignments with the same labels within each group."""
    made = np.tile(actual, (draws, 1))
    for g in range(groups.max() + 1):
        mine: Bools = groups == g
        made[:, mine] = rng.permuted(made[:, mine], axis=1)
    return made

"""The chance that a person breaks a cap by March, from the months so far: by what earlier years' people did next.

A person's remaining hours are predicted from the year so far and the year before (least squares). Then the people of
earlier years who were predicted as much at the same month stand in: what each of them did in the remaining months, scaled
to the prediction, is one way the year may go on, and the chance is the share of ways that break the cap. So the season, the
habits of recording, months that hang together and the error of the prediction itself are in it without a model of them. How
such shares turned out among the earlier people themselves sets the last scale (Kull et al. 2017). It needs years that are alike:
years before the caps stand in only while there are none after, and offices that a known event reached in the remaining months
of an earlier year do not stand in for it. So a chance is that of a year in which no such event begins or ends.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.overtime.caps import BEFORE, CAPS_FROM, Cap, by_month
from kumastats.workload.overtime.events import reached
from kumastats.workload.overtime.months import ABSENT, PersonMonths

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ALIKE = 60  # people of earlier years who stand in for one
FEWEST = 50  # of them altogether
LEAST = 120.0  # minutes: predictions below are taken for this much when paths are scaled
SCALE = (0.5, 2.0)
AT_ONCE = 1000
LITTLE = 0.1
NO_MINUTES = np.zeros((1, 1), dtype=np.int32)
STEPS, TOLERANCE = 50, 1e-10


@dataclass(frozen=True, eq=False)
class Forecast:
    """Chances of people in one fiscal year. In memory only: chances of single people are never output.

    Attributes
    ----------
    year, month
        Fiscal year, and the months of it that were known (1 April only, … 12 the whole year).
    people
        Positions of the people in `PersonMonths`: those present in the last known month.
    chance
        Of breaking the cap by March, (people,).
    already
        Whether the months so far break it.
    donors
        Person-years that stood in.
    after_caps
        Whether all of these were after the caps began.
    slopes, covariance
        Of the chances in the last scale (people, 3), and its covariance.
    office, within_office
        Office of each of the people as a number (people,), and by how much two people of one office go together beyond their chances:
        the correlation of what is left of the donors' outcomes within an office and year.
    """

    year: int
    month: int
    people: Ints
    chance: Floats
    already: Bools
    donors: int
    after_caps: bool
    slopes: Floats
    covariance: Floats
    office: Ints
    within_office: float

    def error(self, who: Bools) -> float:
        """Return the standard error of the expected number among some of the people (people,).

        It is that of the last scale, from the donors, between their offices and years: what a few hundred people did is no
        sure guide to the chances of the next. What never happened to them (an epidemic) is not in it.
        """
        slope = self.slopes[who].sum(0)
        return math.sqrt(max(0.0, float(slope @ self.covariance @ slope)))

    def together(self, who: Bools) -> float:
        """Return the variance of the number among some of the people that comes of offices in which they break caps together."""
        spread = np.sqrt(self.chance * (1 - self.chance)) * who
        return self.within_office * max(0.0, _pairs(spread, self.office))


def forecast(held: PersonMonths, cap: Cap, year: int, month: int, kept: Bools | None = None) -> Forecast:
    """Return the chance of breaking `cap` in a fiscal year, `month` months of it known.

    Parameters
    ----------
    kept
        People to forecast (people,); all who were present in the last known month by default.

    Raises
    ------
    WorkloadError
        If the cap is of another population or has no limits, or too few earlier person-years are held.
    """
    _fits(held, cap)
    now = held.of_year(year)
    there = held.ordered[:, now.start + month - 1] != ABSENT
    people = np.flatnonzero(there & kept if kept is not None else there)
    ordered, holiday = _with_before(held, people, year)
    already = cap.broken(_known(ordered, month), _known(holiday, month))
    if month == 12:
        none = np.zeros((len(people), 3))
        return Forecast(
            year, month, people, already.astype(float), already, 0, True, none, np.zeros((3, 3)), np.zeros(len(people), np.int64), 0.0,
        )  # fmt: skip
    donors = _pool(held, cap, year, month)
    predictors = _predictors(held, people, year, month)
    point = _place(_predicted(predictors, donors.coefficients), _peak(held, people, year, month))
    raw = _share(donors, cap, ordered, holiday, month, point, own=None)
    own = np.arange(len(donors))
    learned = _share(donors, cap, donors.ordered, donors.holiday, month, donors.points, own=own)
    open_ = ~donors.already
    scale, covariance = _recalibration(learned[open_], donors.broken[open_], donors.group[open_])
    design = _design(raw)
    chance = _logistic(design @ scale)
    slopes = np.where(already, 0.0, chance * (1 - chance))[:, None] * design
    chance = np.where(already, 1.0, chance)
    fitted = _logistic(_design(learned[open_]) @ scale)
    office = np.unique(held.office[people, now.start + month - 1].astype(str), return_inverse=True)[1]
    return Forecast(
        year, month, people, chance, already, len(donors), donors.after_caps, slopes, covariance, office.astype(np.int64),
        _within_groups(donors.broken[open_] - fitted, fitted, donors.group[open_]),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Pool:
    """Person-years that stand in: what is known of them at the same month, what they did next, and how it ended."""

    coefficients: Floats
    points: Floats
    ordered: Ints
    holiday: Ints
    already: Bools
    broken: Bools
    group: Ints
    after_caps: bool

    def __len__(self) -> int:
        return len(self.ordered)


def _pool(held: PersonMonths, cap: Cap, year: int, month: int) -> _Pool:
    donors = _donors(held, year, month)
    if sum(map(len, donors.values())) < FEWEST:
        raise WorkloadError(
            Text(
                f"{year}年度より前の年が足りず、見込みを立てられません。",
                f"Too few earlier years are held to look ahead in FY{year}.",
            )
        )
    paths = [_with_before(held, who, other) for other, who in donors.items()]
    ordered, holiday = (np.concatenate([p[i] for p in paths]) for i in (0, 1))
    predictors = np.concatenate([_predictors(held, who, other, month) for other, who in donors.items()])
    future = np.maximum(ordered[:, BEFORE + month :], 0).sum(1).astype(np.float64)
    coefficients = _least_squares(predictors, future)
    peaks = np.concatenate([_peak(held, who, other, month) for other, who in donors.items()])
    return _Pool(
        coefficients,
        _place(_predicted(predictors, coefficients), peaks),
        ordered,
        holiday,
        cap.broken(_known(ordered, month), _known(holiday, month)),
        cap.broken(ordered, holiday),
        _groups(held, donors, month),
        min(donors) >= CAPS_FROM.year,
    )


def _groups(held: PersonMonths, donors: dict[int, Ints], month: int) -> Ints:
    """Return the office and year of each donor as a number: people there are not independent."""
    names = [
        f"{other} {office}"
        for other, who in donors.items()
        for office in held.office[who, held.of_year(other).start + month - 1]
    ]
    return np.asarray(np.unique(np.array(names, dtype=str), return_inverse=True)[1], dtype=np.int64)


def _share(
    donors: _Pool, cap: Cap, ordered: Ints, holiday: Ints, month: int, points: Floats, own: Ints | None
) -> Floats:
    """Return the share of the nearest donors whose further months, put behind one's own, break the cap.

    `own` is where each person stands among the donors, so that nobody stands in for themselves.
    """
    from scipy.spatial import KDTree as Untyped

    KDTree: Any = Untyped

    alike = min(ALIKE, len(donors) - 1)
    _, found = KDTree(donors.points).query(points, k=alike + 1)
    if own is not None:
        self_last = np.argsort(found == own[:, None], axis=1, kind="stable")
        found = np.take_along_axis(found, self_last, axis=1)
    found = found[:, :alike]
    ahead, later = (by_month(np.maximum(v[:, BEFORE + month :], 0)) for v in (donors.ordered, donors.holiday))
    hits = np.zeros(len(points))
    for first in range(0, len(points), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        who = found[part]
        ratio = np.clip(np.exp(points[part, None, 0] - donors.points[who, 0]), *SCALE)
        past, past_holidays = (
            by_month(_known(v[part, None], month).astype(np.int32)) for v in (ordered, holiday)
        )
        ways = [np.rint(m[who] * ratio).astype(np.int32) for m in ahead]
        holidays = [m[who] if cap.counts_holidays else NO_MINUTES for m in later]
        hits[part] = cap.broken_by([*past, *ways], [*past_holidays, *holidays]).sum(-1)
    # a little more than none: nothing is impossible because none of so few did it
    return np.asarray((hits + LITTLE / 2) / (alike + LITTLE), dtype=np.float64)


def _recalibration(share: Floats, broken: Bools, group: Ints) -> tuple[Floats, Floats]:
    """Return how the logit of what happened depends on ln share and −ln(1 − share), held weakly to (0, 1, 1), and the
    covariance between groups.

    Beta calibration (Kull, Silva Filho and Flach 2017, AISTATS). Shares of so few donors scatter about the chances, so that
    small ones are too small and large ones too large; this takes it back.
    """
    design, y = _design(share), broken.astype(np.float64)
    start = np.array([0.0, 1.0, 1.0])

    def likelihood(at: Floats) -> float:
        level = design @ at
        return float(y @ level - np.logaddexp(0, level).sum() - ((at - start) ** 2).sum() / 2)

    found, reached = start.copy(), likelihood(start)
    for _ in range(STEPS):
        p = _logistic(design @ found)
        gradient = design.T @ (y - p) - (found - start)
        information = (design * (p * (1 - p))[:, None]).T @ design + np.eye(len(start))
        step = np.linalg.solve(information, gradient)
        # a whole step may run past the top and never come back
        while (higher := likelihood(found + step)) < reached and np.abs(step).max() >= TOLERANCE:
            step = step / 2
        if np.abs(step).max() < TOLERANCE:
            break
        found, reached = found + step, higher
    p = _logistic(design @ found)
    scores = np.zeros((int(group.max(initial=0)) + 1, len(start)))
    np.add.at(scores, group, design * (y - p)[:, None])
    information = (design * (p * (1 - p))[:, None]).T @ design + np.eye(len(start))
    bread = np.linalg.inv(information)
    return np.asarray(found, dtype=np.float64), bread @ (scores.T @ scores) @ bread


def _within_groups(left: Floats, chance: Floats, group: Ints) -> float:
    """Return the correlation, within groups, of outcomes less their chances (moments over pairs; nothing where it is negative)."""
    expected = _pairs(np.sqrt(chance * (1 - chance)), group)
    return min(1.0, max(0.0, _pairs(left, group) / expected)) if expected > 0 else 0.0


def _pairs(values: Floats, group: Ints) -> float:
    """Return the sum over ordered pairs of one group of the products of two different members."""
    return float((np.bincount(group, values) ** 2).sum() - (values**2).sum()) if len(values) else 0.0


def _design(share: Floats) -> Floats:
    return np.column_stack([np.ones(len(share)), np.log(share), -np.log1p(-share)])


def _logistic(x: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(x))


def _place(level: Floats, peak: Floats) -> Floats:
    """Return where people stand to each other: logs of what is predicted and of the highest month so far."""
    return np.column_stack([np.log(level), np.log(peak + LEAST)])


def outcome(held: PersonMonths, cap: Cap, year: int, people: Ints) -> tuple[Bools, Bools]:
    """Return who broke the cap in a whole year, and who was there to its end."""
    ordered, holiday = _with_before(held, people, year)
    return cap.broken(ordered, holiday), held.ordered[people, held.of_year(year).stop - 1] != ABSENT


def _fits(held: PersonMonths, cap: Cap) -> None:
    if cap.population != held.population:
        raise WorkloadError(
            Text(
                f"「{cap.label.ja}」の上限は、この人たち（{held.population}）の時間には当てはまりません。",
                f"The caps of “{cap.label.en}” do not apply to the hours of these people ({held.population}).",
            ),
            remedy=Text("市職員と教員は別々に見てください。", "Watch city staff and teachers apart."),
        )
    if not cap.limits:
        raise WorkloadError(
            Text(f"「{cap.label.ja}」に上限はありません。", f"“{cap.label.en}” has no caps."),
            remedy=cap.note,
        )


def _with_before(held: PersonMonths, people: Ints, year: int) -> tuple[Ints, Ints]:
    """Return the twelve months and the five before; months before the caps began are absent."""
    first = held.of_year(year).start
    out = []
    for values in (held.ordered, held.holiday):
        made = np.full((len(people), BEFORE + 12), ABSENT, dtype=np.int64)
        for i in range(BEFORE + 12):
            at = first - BEFORE + i
            if at >= 0 and (i >= BEFORE or held.months[at].start >= CAPS_FROM):
                made[:, i] = values[people, at]
        out.append(made)
    return out[0], out[1]


def _known(values: Ints, month: int) -> Ints:
    return values[..., : BEFORE + month]


def _donors(held: PersonMonths, year: int, month: int) -> dict[int, Ints]:
    """Return the people of earlier years present from the last known month to March; years after the caps where any.

    Left out are offices that an event reached in the remaining months: it does not come again with the season.
    """
    found = {}
    for other in held.years:
        if other < year:
            span = held.of_year(other)
            there = (held.ordered[:, span.start + month - 1 : span.stop] != ABSENT).all(1)
            if there.any():
                struck = reached(held, other, month)
                if struck:
                    there &= ~np.isin(held.office[:, span.start + month - 1].astype(str), sorted(struck))
                found[other] = np.flatnonzero(there)
    capped = {y: p for y, p in found.items() if dt.date(y, 4, 1) >= CAPS_FROM}
    return capped or found


def _predictors(held: PersonMonths, people: Ints, year: int, month: int) -> Floats:
    """Return the monthly mean of the year so far, of its last three months, of the year before, and whether that is known."""
    first = held.of_year(year).start
    columns = [
        _mean(held, people, first, first + month),
        _mean(held, people, max(first, first + month - 3), first + month),
    ]
    before = _mean(held, people, max(0, first - 12), first) if first else np.full(len(people), np.nan)
    known = ~np.isnan(before)
    return np.column_stack(
        [np.ones(len(people)), *columns, np.where(known, before, columns[0]), known.astype(float)]
    )  # fmt: skip


def _peak(held: PersonMonths, people: Ints, year: int, month: int) -> Floats:
    """Return the highest month of the year so far."""
    first = held.of_year(year).start
    highest: Ints = held.ordered[people, first : first + month].max(axis=1)
    return np.asarray(np.maximum(highest, 0), dtype=np.float64)


def _mean(held: PersonMonths, people: Ints, a: int, b: int) -> Floats:
    values = held.ordered[people, a:b]
    there = values != ABSENT
    count = there.sum(1)
    total = np.where(there, values, 0).sum(1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan), dtype=np.float64)


def _least_squares(x: Floats, y: Floats) -> Floats:
    found, *_ = np.linalg.lstsq(x, y, rcond=None)
    return np.asarray(found)


def _predicted(x: Floats, coefficients: Floats) -> Floats:
    return np.maximum(x @ coefficients, LEAST)

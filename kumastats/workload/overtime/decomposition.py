"""A quarter's change in overtime taken apart: calendar, season, trend, shocks, caps, roll-out, who is counted; and the rest.

Mean minutes a person-day are exp(office + month + β · roll-out), by Poisson pseudo-maximum likelihood: the month effects then
hold all that is common to the offices, and fitted months add up to observed ones exactly. Month effects are regressed on season,
trend, dated shocks and the caps; what is left of them is unexplained. The change of the mean is divided among the parts of its
logarithm by logarithmic means (LMDI: Ang 2015, Energy Policy 86), office by office, so that the parts add up to the change exactly.
Only the roll-out part rests on a comparison of offices; the others describe. Parts that are estimated have an interval
(`attribution`); working days and where people are, are counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.calendar import Month, Quarter
from kumastats.calendar.shocks import known_shocks
from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.overtime.attribution import Errors, errors
from kumastats.workload.overtime.caps import CAPS_FROM

Floats = npt.NDArray[np.float64]
HOUR = 60
ROUNDS, TOLERANCE = 5000, 1e-13
# groups of dated events by a word in their name; each counts the share of the month's days it covers
GROUPS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "election": (Text("選挙", "elections"), ("選挙",)),
    "disaster": (Text("災害", "disasters"), ("地震", "避難所", "豪雨", "台風")),
    "epidemic": (Text("感染症", "epidemic"), ("緊急事態", "まん延防止", "感染症", "ワクチン", "特別定額給付金")),
    "new_era": (Text("改元と10連休", "new era and ten-day holiday"), ("連休",)),
}  # fmt: skip
LABELS = {
    "days": Text("勤務日数", "working days"),
    "season": Text("季節", "season"),
    "trend": Text("年々の傾向", "trend"),
    **{k: v[0] for k, v in GROUPS.items()},
    "caps": Text("上限の開始", "caps"),
    "rollout": Text("導入", "roll-out"),
    "mix": Text("職場の人数の構成", "where people are"),
    "unexplained": Text("説明できない月の動き", "unexplained months"),
}


@dataclass(frozen=True, eq=False)
class OfficeMonths:
    """Sums by office and month (offices, months).

    Attributes
    ----------
    people, days, minutes
        Person-months, person-days, and minutes of overtime.
    live
        Share of the month's days on which the initiative was live at the office.
    """

    offices: tuple[str, ...]
    months: tuple[Month, ...]
    people: Floats
    days: Floats
    minutes: Floats
    live: Floats


@dataclass(frozen=True)
class Parts:
    """A change and its parts, in hours a person-month; the parts add up to it.

    Attributes
    ----------
    before, after
        Mean hours a person-month.
    parts
        By name of `LABELS`.
    errors
        Of those that are estimated.
    people
        Person-months of the later quarter.
    """

    before: float
    after: float
    parts: Mapping[str, float]
    errors: Errors
    people: int

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def rollout(self) -> tuple[float, float]:
        """Interval of the roll-out's part."""
        return self.interval(("rollout",))

    def interval(self, names: Sequence[str]) -> tuple[float, float]:
        """Return the 95 % interval of the sum of some parts; both ends are the sum where they are counted, NaN where it cannot be told."""
        value = sum(self.parts[n] for n in names)
        half = self.errors.half(names)
        return value - half, value + half

    def close(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of parts that cannot be told apart: each may well have the other sign, and one has what the other lacks."""
        open_ = []
        for name in self.errors.names:
            low, high = self.interval((name,))
            if low < 0 < high:
                open_.append(name)
        return self.errors.close(open_)


def office_months(
    people: pd.DataFrame, days: pd.DataFrame, live: Mapping[str, dt.date | None]
) -> OfficeMonths:
    """Return sums as arrays.

    Parameters
    ----------
    people, days
        Columns office_id, period, n, s1: person-months, and person-days; minutes are taken from `people`.
    live
        Office to the day it went live.

    Raises
    ------
    WorkloadError
        If there are none.
    """
    if people.empty:
        raise WorkloadError(Text("時間外の月がありません。", "There are no months of overtime."))
    offices = tuple(sorted(people["office_id"].astype(str).unique()))
    months = _all_months(people["period"])
    rows, columns = {o: i for i, o in enumerate(offices)}, {str(m): i for i, m in enumerate(months)}
    n, d, y, x = (np.zeros((len(offices), len(months))) for _ in range(4))
    at = (people["office_id"].astype(str).map(rows).to_numpy(), people["period"].map(columns).to_numpy())
    n[at], y[at] = people["n"].to_numpy(float), people["s1"].to_numpy(float)
    at = (days["office_id"].astype(str).map(rows).to_numpy(), days["period"].map(columns).to_numpy())
    d[at] = days["n"].to_numpy(float)
    for office, start in live.items():
        if start is not None and office in rows:
            x[rows[office]] = [live_share(m, start) for m in months]
    return OfficeMonths(offices, months, n, d, y, x)


def _all_months(periods: pd.Series) -> tuple[Month, ...]:
    month, last = Month(str(periods.min())), Month(str(periods.max()))
    out = [month]
    while month < last:
        month += 1
        out.append(month)
    return tuple(out)


def live_share(month: Month, start: dt.date) -> float:
    """Return the share of a month's days from `start` on.

    >>> live_share(Month(2018, 10), dt.date(2018, 10, 16)).__round__(3)
    0.516
    """
    days = (month.end - month.start).days + 1
    return min(1.0, max(0.0, ((month.end - start).days + 1) / days))


def effects(held: OfficeMonths, beta: float) -> tuple[Floats, Floats]:
    """Return office and month effects on the log of minutes a person-day, given β; −inf where there are no minutes.

    The maximum of the Poisson likelihood given β, by fitting margins in turn.
    """
    base = held.days * np.exp(beta * held.live)
    office = np.ones(len(held.offices))
    month = np.ones(len(held.months))
    by_office, by_month = held.minutes.sum(1), held.minutes.sum(0)
    for _ in range(ROUNDS):
        with np.errstate(divide="ignore", invalid="ignore"):
            new = np.where(by_office > 0, by_office / (base @ month), 0.0)
            month = np.where(by_month > 0, by_month / (new @ base), 0.0)
        moved = float(np.abs(new / np.where(office > 0, office, 1) - 1)[new > 0].max(initial=0.0))
        office = new
        if moved < TOLERANCE:
            break
    with np.errstate(divide="ignore"):
        return np.log(office), np.log(month)


def month_columns(months: Sequence[Month]) -> dict[str, Floats]:
    """Return what month effects are regressed on, by part (months, columns)."""
    columns: dict[str, Floats] = {
        "season": np.array([[float(m.start.month == k) for k in range(1, 12)] for m in months]) - 1 / 12,
        "trend": np.arange(len(months), dtype=float)[:, None] / 12,
        "caps": np.array([[float(m.start >= CAPS_FROM)] for m in months]),
    }
    for name, (_, words) in GROUPS.items():
        columns[name] = _covered(months, words)[:, None]
    return columns


def month_parts(columns: Mapping[str, Floats], tau: Floats) -> dict[str, Floats]:
    """Return month effects as a sum of season, trend, shocks, caps and what is left (each by month).

    Least squares on the months with an effect; where fewer than three years are held, a part that cannot be told from another is
    given the smallest coefficients (minimum norm).
    """
    known = np.isfinite(tau)
    design = _design(columns)
    middle = design[known].mean(0)
    middle[0] = 0.0
    found, *_ = np.linalg.lstsq(design[known] - middle, tau[known], rcond=1e-10)
    out: dict[str, Floats] = {}
    at = 1
    for name, block in columns.items():
        width = block.shape[1]
        out[name] = block @ found[at : at + width]
        at += width
    out["unexplained"] = np.where(known, tau - sum(out.values()), 0.0)
    return out


def _design(columns: Mapping[str, Floats]) -> Floats:
    return np.column_stack([np.ones((len(next(iter(columns.values()))), 1)), *columns.values()])


def _live_by_month(held: OfficeMonths, fitted: Floats) -> Floats:
    """Return by how much each month effect falls as β rises by one, up to a constant: the months' part of being live, offices
    held apart, weighted by what is fitted (the implicit derivative of `effects`).
    """
    by_office, by_month = fitted.sum(1), fitted.sum(0)
    share = fitted / np.where(by_office > 0, by_office, 1.0)[:, None]
    inner = np.diag(by_month) - fitted.T @ share
    seen = (fitted * (held.live - (share * held.live).sum(1, keepdims=True))).sum(0)
    return np.asarray(np.linalg.lstsq(inner, seen, rcond=1e-10)[0])


def _covered(months: Sequence[Month], words: tuple[str, ...]) -> Floats:
    """Return the share of each month's days that events with one of these words cover; a single day counts as its month."""
    out = np.zeros(len(months))
    for shock in known_shocks():
        if not shock.touches_outcome("overtime_city") or not any(w in shock.event.ja for w in words):
            continue
        if shock.end is None:
            continue
        single = shock.start == shock.end
        for i, m in enumerate(months):
            days = (min(m.end, shock.end) - max(m.start, shock.start)).days + 1
            if days > 0:
                share = 1.0 if single else days / ((m.end - m.start).days + 1)
                out[i] = max(out[i], share)
    return out


def decompose(held: OfficeMonths, beta: float, beta_se: float, df: float, quarter: Quarter) -> Parts:
    """Take the change of a quarter against the same quarter a year earlier apart.

    Parameters
    ----------
    beta, beta_se, df
        The roll-out's effect on the log of minutes a person-day, its error and degrees of freedom.

    Raises
    ------
    WorkloadError
        If a month of either quarter is not held.
    """
    now = [held.months.index(m) if m in held.months else -1 for m in quarter.months]
    then = [held.months.index(m) if m in held.months else -1 for m in quarter.same_quarter().months]
    if (
        min(*now, *then) < 0
        or not (held.people[:, now].sum(0) > 0).all()
        or not (held.people[:, then].sum(0) > 0).all()
    ):
        raise WorkloadError(
            Text(
                f"{quarter}か前年同期の月が揃っていません。",
                f"Months of {quarter} or of the same quarter a year earlier are missing.",
            )
        )  # fmt: skip
    office, tau = effects(held, beta)
    columns = month_columns(held.months)
    steps = month_parts(columns, tau)
    scale = [held.people[:, c].sum() * HOUR for c in (then, now)]
    parts = dict.fromkeys(LABELS, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = [held.people[:, c] / s for c, s in zip((then, now), scale, strict=True)]
        length = [held.days[:, c] / held.people[:, c] for c in (then, now)]
        rate = [np.exp(office[:, None] + tau[c] + beta * held.live[:, c]) for c in (then, now)]
        value = [
            np.where(held.people[:, c] > 0, s * d * r, 0.0)
            for c, s, d, r in zip((then, now), share, length, rate, strict=True)
        ]
        both = (value[0] > 0) & (value[1] > 0)
        gap = value[1] - value[0]
        ratio = np.log(np.where(both, value[1] / value[0], 1.0))
        weight = np.where(np.abs(ratio) > 1e-12, gap / ratio, value[0])
        weight = np.where(both, weight, 0.0)
        parts["mix"] = float(
            (weight * np.where(both, np.log(share[1] / share[0]), 0.0)).sum() + gap[~both].sum()
        )
        parts["days"] = float((weight * np.where(both, np.log(length[1] / length[0]), 0.0)).sum())  # fmt: skip
    for name, path in steps.items():
        parts[name] = float((weight * (path[now] - path[then])[None, :]).sum())
    exposed = float((weight * (held.live[:, now] - held.live[:, then])).sum())
    parts["rollout"] = beta * exposed
    before, after = (float(held.minutes[:, c].sum() / s) for c, s in zip((then, now), scale, strict=True))
    known = np.isfinite(tau)
    with np.errstate(invalid="ignore"):
        fitted = held.days * np.exp(office[:, None] + np.where(known, tau, -np.inf) + beta * held.live)
    by_month = weight.sum(0)
    found = errors(
        _design(columns)[known],
        steps["unexplained"][known] - steps["unexplained"][known].mean(),
        _asked(columns, by_month, now, then),
        _live_by_month(held, np.nan_to_num(fitted))[known],
        exposed,
        beta_se,
        df,
    )
    return Parts(before, after, parts, found, int(held.people[:, now].sum()))


def _asked(
    columns: Mapping[str, Floats], weight: Floats, now: Sequence[int], then: Sequence[int]
) -> dict[str, Floats]:
    """Return what the coefficients of each part are multiplied with to give it; parts that did not change are left out."""
    width = 1 + sum(b.shape[1] for b in columns.values())
    out, at = {}, 1
    for name, block in columns.items():
        moved = weight @ (block[list(now)] - block[list(then)])
        if moved.any():
            out[name] = np.zeros(width)
            out[name][at : at + block.shape[1]] = moved
        at += block.shape[1]
    return out

"""Whether the fitted model is right about days it was not fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.display import HtmlTable, interval, number, percent
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.workload.counter.log import service_minutes, wait_minutes
from kumastats.workload.counter.pace import Pace, pace
from kumastats.workload.counter.patience import Patience, patience
from kumastats.workload.counter.replay import play_day
from kumastats.workload.counter.staffed import Staffed, staffed

Floats = npt.NDArray[np.float64]
FOLDS = 5
FEWEST_DAYS = 8
FEWEST_SIMULATED = 80  # days, for each simulation of the fitted days
SCALES = (0.7, 1.6)  # between which the desks that serve the queue are set
SEARCHES = 7
METRICS = {"mean": Text("平均", "mean"), "p50": Text("中央値", "median"), "p90": Text("90％点", "p90")}


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Simulated and recorded waits of the days held out, in minutes.

    Attributes
    ----------
    frame
        One row a metric: ``metric``, ``observed``, ``low``, ``high`` (95 %, by resampling days), ``simulated``, ``error`` (relative;
        NaN where nothing was waited).
    scale
        By what factor the desks told by the log had to be set for the fitted days' mean wait; 1 where they were right. Mean of folds.
    days, folds
        Days, each held out once; and into how many parts they were cut.
    at_bound
        In how many parts no factor between `SCALES` met the fitted days' mean wait, so that the nearer bound stands in for it.
    """

    frame: pd.DataFrame
    scale: float
    days: int
    folds: int
    at_bound: int = 0

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return it as a table."""
        rows = [
            [
                METRICS[name](lang),
                number(seen, lang, 2),
                interval(low, high, lang, 2),
                number(made, lang, 2),
                number(made - seen, lang, 2, signed=True),
                percent(error, lang, 0, signed=True) if np.isfinite(error) else "—",
            ]
            for name, seen, low, high, made, error in zip(
                *(self.frame[c].tolist() for c in self.frame), strict=True
            )
        ]
        heads = [
            Text("待ち時間（分）", "wait (min)"), Text("記録", "recorded"), Text("95％区間", "95% interval"), Text("モデル", "model"),
            Text("誤差（分）", "error (min)"), Text("誤差（％）", "error (%)"),
        ]  # fmt: skip
        note = Text(
            f"{self.days}日を{self.folds}組に分け、各組の日を、その組を使わずに推定したモデルで計算した。その日について使ったのは来客の数と、応対していた窓口の数だけ。",
            f"{self.days} days in {self.folds} parts; the days of each part come from a model fitted without it. Of a day itself only its number of visitors and the desks seen at work are used.",
        )(lang)
        if self.at_bound:
            note += Text(
                f"{self.at_bound}組では、窓口の数に掛ける係数を{SCALES[0]}～{SCALES[1]}のどこに置いても推定に使った日の平均待ち時間に届かず、端の値を使った。",
                f" In {self.at_bound} parts no factor on the desks from {SCALES[0]} to {SCALES[1]} met the mean wait of the days fitted; the nearer end was used.",
            )(lang)
        caption = Text("使わなかった日を当てられるか", "The model on days it has not seen")(lang)
        return HtmlTable([h(lang) for h in heads], rows, caption, lang, note)


def held_out(
    tickets: pd.DataFrame, *, rng: np.random.Generator, repeats: int = 2, given_day: bool = True
) -> HeldOut:
    """Hold out each fifth of one office's days in turn, fit the others, simulate, and compare.

    The model: visitors of a day follow the mean quarter-hourly profile, scaled to the day's total; services are resampled, patience is
    drawn from its estimated curve; desks are those that serve a queue (`pace`), set by one factor so that the mean wait of the fitted
    days is met. First come, first served. Of a day held out only its total and the desks its services show at work are used.

    Parameters
    ----------
    tickets
        Tickets of days that are alike (the same opening hours).
    repeats
        Simulations of each day; for the factor, of the fitted days as many as it takes for eighty days.
    given_day
        Whether totals and desks seen of the days held out are taken as known; without, they too come from the fitted days.

    Raises
    ------
    WorkloadError
        If there are fewer than eight days, or nobody waited.
    """
    joined = tickets[tickets["called_at"].notna() | tickets["left_at"].notna()]
    joined = joined[joined["outcome"] != "void"]
    day, dates = pd.factorize(joined["issued_at"].dt.floor("D"), sort=True)
    day = np.asarray(day)
    if len(dates) < FEWEST_DAYS:
        raise WorkloadError(
            Text(
                f"{len(dates)}日分では、取り置いて確かめられません（{FEWEST_DAYS}日以上）。",
                f"{len(dates)} days are too few to hold some out (it takes {FEWEST_DAYS}).",
            )
        )
    if not ((joined["outcome"] == "served") & joined["called_at"].notna()).any():
        raise WorkloadError(Text("応対した番号札がありません。", "No ticket was served."))
    seed = int(rng.integers(2**32))
    made, scales, at_bound = [], [], 0
    for fold in range(FOLDS):
        # moved on by one each round, so that no part is one weekday
        mine = (day + day // FOLDS) % FOLDS == fold
        model = _Model.to(joined[~mine])
        scale, met = model.scale(_served_waits(joined[~mine])[0].mean(), seed)
        totals, levels = model.days_of(joined[mine]) if given_day else (model.totals, model.levels)
        made.append(model.play(totals, levels, scale, repeats, seed + 1 + fold))
        scales.append(scale)
        at_bound += not met
    simulated = _summary(np.concatenate(made))
    wait, of = _served_waits(joined)
    observed = _summary(wait)
    days = int(of.max()) + 1
    drawn = np.array(
        [_summary(np.concatenate([wait[of == d] for d in rng.integers(0, days, days)])) for _ in range(299)]
    )
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(observed > 0, simulated / observed - 1, np.nan)
    frame = pd.DataFrame(
        {
            "metric": list(METRICS), "observed": observed, "low": low, "high": high, "simulated": simulated, "error": error,
        }
    )  # fmt: skip
    return HeldOut(frame, float(np.mean(scales)), len(dates), FOLDS, at_bound)


def _summary(wait: Floats) -> Floats:
    return np.array([wait.mean(), *np.quantile(wait, [0.5, 0.9])])


def _served_waits(tickets: pd.DataFrame) -> tuple[Floats, npt.NDArray[np.int64]]:
    served = tickets[(tickets["outcome"] == "served") & tickets["called_at"].notna()]
    return wait_minutes(served).to_numpy(), np.asarray(
        pd.factorize(served["issued_at"].dt.floor("D"), sort=True)[0]
    )


def _totals(tickets: pd.DataFrame, desks: Staffed) -> Floats:
    """Return the tickets of each of the desks' days."""
    made = tickets.groupby(tickets["issued_at"].dt.floor("D")).size()
    return np.asarray(made.reindex(pd.DatetimeIndex(desks.dates), fill_value=0), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Model:
    edges: Floats
    profile: Floats
    services: Floats
    patience: Patience | None
    pace: Pace
    totals: Floats
    levels: Floats

    @classmethod
    def to(cls, tickets: pd.DataFrame) -> _Model:
        floor = tickets["issued_at"].dt.floor("D")
        minute = ((tickets["issued_at"] - floor).dt.total_seconds() / 60).to_numpy()
        edges = np.arange(minute.min() // 15 * 15, minute.max() + 15.1, 15.0)
        counts = np.histogram(minute, edges)[0].astype(float)
        desks, found = staffed(tickets), pace(tickets)
        held = service_minutes(tickets[tickets["outcome"] == "served"]).dropna().to_numpy()
        try:
            limit = patience(tickets)
        except WorkloadError:
            limit = None
        return cls(
            edges, counts / counts.sum(), np.sort(held[held >= 0]), limit, found, _totals(tickets, desks), found.level(desks),
        )  # fmt: skip

    def days_of(self, tickets: pd.DataFrame) -> tuple[Floats, Floats]:
        """Return totals and levels of other days."""
        desks = staffed(tickets)
        return _totals(tickets, desks), self.pace.level(desks)

    def scale(self, seen: float, seed: int) -> tuple[float, bool]:
        """Return the factor on desks with which the fitted days' mean wait is met, and whether it lies between the bounds.

        By halving, with the same draws in every step.
        """
        repeats = -(-FEWEST_SIMULATED // len(self.totals))
        low, high = SCALES
        for _ in range(SEARCHES):
            middle = (low + high) / 2
            wait = self.play(self.totals, self.levels, middle, repeats, seed).mean()
            low, high = (middle, high) if wait > seen else (low, middle)
        return (low + high) / 2, low > SCALES[0] and high < SCALES[1]

    def play(self, totals: Floats, levels: Floats, scale: float, repeats: int, seed: int) -> Floats:
        """Return the waits of those served on simulated days."""
        rng = np.random.default_rng(seed)
        cumulative = np.concatenate([[0.0], np.cumsum(self.profile)])
        out = []
        for total, level in zip(totals, levels, strict=True):
            count = int(total)
            for _ in range(repeats):
                at = np.sort(np.interp(rng.random(count), cumulative, self.edges))
                held = self.services[rng.integers(0, len(self.services), count)]
                held = held + self.pace.pauses[rng.integers(0, len(self.pace.pauses), count)]
                limit = _draw(self.patience, count, rng)
                desks = self.pace.allowed(level * scale, rng.random())
                out.append(play_day(at, held, limit, self.pace.edges, desks))
        return np.concatenate(out)


def _draw(fit: Patience | None, count: int, rng: np.random.Generator) -> Floats:
    u = rng.random(count)
    if fit is None:
        return np.full(count, np.inf)
    at = np.searchsorted(-fit.survival, -u, side="left")
    tail = fit.time[-1] + rng.exponential(fit.exponential_mean, count)
    return np.where(at < len(fit.time), fit.time[np.minimum(at, len(fit.time) - 1)], tail)

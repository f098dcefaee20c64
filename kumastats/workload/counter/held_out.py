"""Whether the fitted model is right about days it was not fitted to."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.display import HtmlTable, interval, number, percent
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.workload.counter.log import service_minutes, wait_minutes
from kumastats.workload.counter.patience import Patience, patience
from kumastats.workload.counter.staffed import Staffed, staffed

Floats = npt.NDArray[np.float64]
SHARES = tuple(
    np.linspace(-1, 1, 9)
)  # below 0: desks pause between customers, and are fewer than the most at once
FEWEST_DAYS = 8
METRICS = {"mean": Text("平均", "mean"), "p50": Text("中央値", "median"), "p90": Text("90％点", "p90")}


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Simulated and recorded waits of the days held out, in minutes.

    Attributes
    ----------
    frame
        One row a metric: ``metric``, ``observed``, ``low``, ``high`` (95 %, by resampling days), ``simulated``, ``error`` (relative).
    staffed_share
        Where the desks lie that give the fitted days their mean wait: 0 at low, 1 at high, below 0 where desks pause between customers.
    fitted_days, held_days
        Days of each.
    """

    frame: pd.DataFrame
    staffed_share: float
    fitted_days: int
    held_days: int

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return it as a table."""
        rows = [
            [
                METRICS[name](lang),
                number(seen, lang, 2),
                interval(low, high, lang, 2),
                number(made, lang, 2),
                percent(error, lang, 0, signed=True) if np.isfinite(error) else "—",
            ]
            for name, seen, low, high, made, error in zip(
                *(self.frame[c].tolist() for c in self.frame), strict=True
            )
        ]
        heads = [
            Text("待ち時間（分）", "wait (min)"), Text("記録", "recorded"), Text("95％区間", "95% interval"), Text("モデル", "model"),
            Text("誤差", "error"),
        ]  # fmt: skip
        note = Text(
            f"一日おきに分け、{self.fitted_days}日で推定したモデルを、使わなかった{self.held_days}日と比べた。",
            f"Every other day was kept back: the model was fitted to {self.fitted_days} days and is compared with the other {self.held_days}.",
        )(lang)
        caption = Text("使わなかった日を当てられるか", "The model on days it has not seen")(lang)
        return HtmlTable([h(lang) for h in heads], rows, caption, lang, note)


def held_out(
    tickets: pd.DataFrame, *, rng: np.random.Generator, repeats: int = 2, given_day: bool = False
) -> HeldOut:
    """Fit every other day of one office, simulate, and compare with the days between.

    The model: visitors of a fitted day follow the mean quarter-hourly profile, scaled to that day's total; services are resampled;
    patience is drawn from its estimated curve; desks are those of the same day at one share of the way from low to high (or below low), chosen
    so that the fitted days' mean wait is met. First come, first served.

    Parameters
    ----------
    tickets
        Tickets of days that are alike (the same opening hours).
    repeats
        Simulations of each day.
    given_day
        Whether the held-out days' own totals and desk bounds are taken as known (what the queue is then made of is still only known
        from the fitted days); without, all of it comes from the fitted days.

    Raises
    ------
    WorkloadError
        If there are fewer than eight days.
    """
    joined = tickets[tickets["called_at"].notna() | tickets["left_at"].notna()]
    joined = joined[joined["outcome"] != "void"]
    day, dates = pd.factorize(joined["issued_at"].dt.floor("D"), sort=True)
    if len(dates) < FEWEST_DAYS:
        raise WorkloadError(
            Text(
                f"{len(dates)}日分では、取り置いて確かめられません（{FEWEST_DAYS}日以上）。",
                f"{len(dates)} days are too few to hold some out (it takes {FEWEST_DAYS}).",
            )
        )
    even = np.asarray(day) % 2 == 0
    fitted, kept = joined[even], joined[~even]
    model = _Model.to(fitted)
    seen = _served_waits(fitted)[0].mean()
    seed = int(rng.integers(2**32))
    means = [float(model.play(share, repeats, seed).mean()) for share in SHARES]
    share = float(np.interp(-seen, -np.array(means), SHARES)) if means[0] > means[-1] else 0.5
    own = staffed(kept)
    played = replace(model, totals=_totals(kept, own), desks=own) if given_day else model
    made = _summary(played.play(share, repeats, seed + 1))
    wait, of = _served_waits(kept)
    observed = _summary(wait)
    days = int(of.max()) + 1
    drawn = np.array(
        [_summary(np.concatenate([wait[of == d] for d in rng.integers(0, days, days)])) for _ in range(299)]
    )
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(observed > 0, made / observed - 1, np.nan)
    frame = pd.DataFrame(
        {
            "metric": list(METRICS),
            "observed": observed,
            "low": low,
            "high": high,
            "simulated": made,
            "error": error,
        }
    )
    return HeldOut(frame, share, (len(dates) + 1) // 2, len(dates) // 2)


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
    totals: Floats
    services: Floats
    patience: Patience | None
    desks: Staffed

    @classmethod
    def to(cls, tickets: pd.DataFrame) -> _Model:
        floor = tickets["issued_at"].dt.floor("D")
        minute = ((tickets["issued_at"] - floor).dt.total_seconds() / 60).to_numpy()
        edges = np.arange(minute.min() // 15 * 15, minute.max() + 15.1, 15.0)
        counts = np.histogram(minute, edges)[0].astype(float)
        desks = staffed(tickets)
        held = service_minutes(tickets[tickets["outcome"] == "served"]).dropna().to_numpy()
        try:
            limit = patience(tickets)
        except WorkloadError:
            limit = None
        return cls(
            edges, counts / counts.sum(), _totals(tickets, desks), np.sort(held[held >= 0]), limit, desks
        )

    def play(self, share: float, repeats: int, seed: int) -> Floats:
        """Return the waits of those served on simulated days."""
        rng = np.random.default_rng(seed)
        cumulative = np.concatenate([[0.0], np.cumsum(self.profile)])
        desks = self.desks.between(share)
        out = []
        for d, total in enumerate(self.totals):
            for _ in range(repeats):
                count = int(rng.poisson(total))
                at = np.sort(np.interp(rng.random(count), cumulative, self.edges))
                held = self.services[rng.integers(0, len(self.services), count)]
                limit = _draw(self.patience, count, rng)
                whole = np.floor(desks[d] + rng.random()).astype(int)
                out.append(play_day(at, held, limit, self.desks.edges, np.maximum(whole, 1)))
        return np.concatenate(out)


def _draw(fit: Patience | None, count: int, rng: np.random.Generator) -> Floats:
    u = rng.random(count)
    if fit is None:
        return np.full(count, np.inf)
    at = np.searchsorted(-fit.survival, -u, side="left")
    tail = fit.time[-1] + rng.exponential(fit.exponential_mean, count)
    return np.where(at < len(fit.time), fit.time[np.minimum(at, len(fit.time) - 1)], tail)


def play_day(
    arrival: Floats, service: Floats, limit: Floats, edges: Floats, desks: npt.NDArray[np.int64]
) -> Floats:
    """Return waits of those served on a day with a changing number of desks, first come, first served.

    Parameters
    ----------
    arrival, service, limit
        (customers,) minutes; a customer leaves when a wait reaches `limit`.
    edges, desks
        Minutes at which the number of desks changes, and that number from each on; the last stays. A desk that closes finishes its
        customer first.

    Examples
    --------
    >>> one = np.array([1])
    >>> play_day(np.array([0.0, 1.0, 2.0]), np.array([5.0, 5.0, 5.0]), np.array([9.0, 3.0, 9.0]), np.array([0.0, 60.0]), one)
    array([0., 3.])
    """
    ends: list[float] = []
    queue: deque[int] = deque()
    out: list[float] = []
    changes = list(edges[1:-1])
    open_now, k, i, n = int(desks[0]), 0, 0, len(arrival)
    while i < n or queue:
        now = min(
            arrival[i] if i < n else np.inf,
            ends[0] if ends else np.inf,
            changes[k] if k < len(changes) else np.inf,
        )
        if now == np.inf:
            break
        if ends and ends[0] <= now:
            heapq.heappop(ends)
        elif k < len(changes) and changes[k] <= now:
            k += 1
            open_now = int(desks[k])
        else:
            queue.append(i)
            i += 1
        while queue and len(ends) < open_now:
            j = queue.popleft()
            if now - arrival[j] < limit[j]:
                out.append(float(now - arrival[j]))
                heapq.heappush(ends, float(now + service[j]))
    return np.array(out)

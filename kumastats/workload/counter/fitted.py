"""A counter fitted from its log, and fitted again to days drawn with replacement: what the log leaves uncertain goes into every what-if."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.display import HtmlTable, interval, number
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.workload.counter.arrivals import ArrivalProfile, profile
from kumastats.workload.counter.desks import most_at_once, typical
from kumastats.workload.counter.faults import require_sound
from kumastats.workload.counter.log import days_of, service_minutes, wait_minutes
from kumastats.workload.counter.run import mean_waits
from kumastats.workload.counter.scenario import Scenario, counter
from kumastats.workload.counter.service import ServiceTimes, service_times

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DAYS_A_DRAW = 200


@dataclass(frozen=True, eq=False)
class Fitted:
    """One office's log by day, so that it can be fitted to any choice of its days.

    Attributes
    ----------
    arrivals, services, desks
        The fit to all days: `profile`, `service_times`, `open_desks`.
    counts
        (days, intervals) arrivals.
    most
        (days,) the most services held at once; NaN on a day without a service.
    services_by_day, waits_by_day
        Minutes of the services counted, and of the waits of those served, day by day.
    """

    arrivals: ArrivalProfile
    services: ServiceTimes
    desks: int
    counts: Floats
    most: Floats
    services_by_day: tuple[Floats, ...]
    waits_by_day: tuple[Floats, ...]

    @classmethod
    def to(cls, tickets: pd.DataFrame) -> Fitted:
        """Fit one office's tickets.

        Raises
        ------
        WorkloadError
            If a fit is not possible: too few days or services, or no record of desks.
        """
        shape, services = profile(tickets), service_times(tickets)
        shown = tickets[tickets["outcome"] != "void"]
        dates = pd.DatetimeIndex(shown["issued_at"].dt.floor("D").unique()).sort_values()
        most = most_at_once(shown).reindex(dates).to_numpy(dtype=np.float64)
        day = days_of(shown)
        minute = (shown["issued_at"] - shown["issued_at"].dt.floor("D")).dt.total_seconds().to_numpy() / 60
        place = (
            np.searchsorted(shape.edges, np.clip(minute, shape.edges[0], shape.edges[-1] - 1e-6), "right") - 1
        )
        counts = np.zeros((shape.days, len(shape.mean)))
        np.add.at(counts, (day, place), 1)
        served = ((shown["outcome"] == "served") & shown["called_at"].notna()).to_numpy()
        held, waited = service_minutes(shown).to_numpy(), wait_minutes(shown).to_numpy()
        kept = served & (held >= services.floor)
        return cls(
            shape, services, typical(most[~np.isnan(most)]), counts, most,
            tuple(held[kept & (day == d)] for d in range(shape.days)), tuple(waited[served & (day == d)] for d in range(shape.days)),
        )  # fmt: skip

    @property
    def days(self) -> int:
        """Days of the log."""
        return len(self.counts)

    def waits(self) -> Floats:
        """Return all waits of those served."""
        return np.concatenate(self.waits_by_day)

    def again(self, days: Ints) -> Fitted:
        """Return the fit to days drawn with replacement."""
        counts = self.counts[days]
        totals = counts.sum(axis=1)
        services = tuple(self.services_by_day[d] for d in days)
        values, most = np.sort(np.concatenate(services)), self.most[days]
        if not totals.sum() or not len(values):
            return self
        return Fitted(
            replace(
                self.arrivals, mean=counts.mean(axis=0), dispersion=float(totals.var(ddof=1) / totals.mean())
            ),
            replace(self.services, values=values),
            typical(most[~np.isnan(most)]),
            counts,
            most,
            services,
            tuple(self.waits_by_day[d] for d in days),
        )

    def redrawn(self, rng: np.random.Generator) -> Fitted:
        """Return the fit to as many days drawn with replacement."""
        return self.again(rng.integers(0, self.days, self.days))

    def counter(self) -> Scenario:
        """Return the counter as it is."""
        return counter(self.arrivals, self.services, self.desks)


@dataclass(frozen=True, eq=False)
class FittedChanges:
    """What changes would do at a fitted counter.

    Attributes
    ----------
    frame
        One row a change: ``change``, ``now``, ``then``, ``difference`` (minutes), ``low``, ``high`` (95 %, of the difference).
    """

    frame: pd.DataFrame
    days: int
    draws: int

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return it as a table."""
        rows = [
            [str(name), number(now, lang, 1), number(then, lang, 1), number(d, lang, 1, signed=True), interval(low, high, lang, 1)]
            for name, now, then, d, low, high in zip(*(self.frame[c].tolist() for c in self.frame), strict=True)
        ]  # fmt: skip
        heads = [
            Text("変更", "change"), Text("今（平均、分）", "now (mean, min)"), Text("変更後", "then"), Text("差", "difference"),
            Text("95％区間", "95% interval"),
        ]  # fmt: skip
        note = Text(
            f"記録{self.days}日に合わせたモデルの模擬計算。区間は、日を{self.draws}回選び直して合わせ直した幅で、来客・応対時間の推定の不確かさを含む。一回の計算は{DAYS_A_DRAW}日分で、その偶然の分だけ区間はやや広い。",
            f"Simulation of a model fitted to {self.days} days. Intervals come from {self.draws} fits to days drawn anew: they hold what the log leaves uncertain of visitors and services. Each takes {DAYS_A_DRAW} days, whose chance widens them a little.",
        )(lang)
        caption = Text("変えたら待ち時間はどうなるか", "What changes would do to waits")(lang)
        return HtmlTable([h(lang) for h in heads], rows, caption, lang, note)


def changes(
    tickets: pd.DataFrame,
    asked: Mapping[str, Callable[[Scenario], Scenario]],
    *,
    rng: np.random.Generator,
    days: int = 1000,
    draws: int = 99,
) -> FittedChanges:
    """Fit one office's log and ask what changes would do to the mean wait.

    Parameters
    ----------
    asked
        Name → change of the counter, such as ``lambda c: c.faster(0.2)``.
    days
        Days simulated for the point; each draw takes `DAYS_A_DRAW`.
    draws
        Fits to days drawn with replacement. The same customers meet every change in a draw. The interval is the middle 95 % of their
        differences.

    Raises
    ------
    WorkloadError
        If the log cannot be fitted, or nothing is asked.
    """
    if not asked or draws < 20:
        raise WorkloadError(
            Text(
                "変更が一つもないか、再抽出が20回に足りません。",
                "No change is asked, or there are fewer than 20 draws.",
            )
        )
    require_sound(tickets)
    fit = Fitted.to(tickets)

    def waits_of(held: Fitted, simulated: int) -> Floats:
        base = held.counter()
        return mean_waits([base, *(change(base) for change in asked.values())], rng=rng, days=simulated)

    now, *then = waits_of(fit, days).tolist()
    point = np.array(then) - now
    again = np.array([waits_of(fit.redrawn(rng), DAYS_A_DRAW) for _ in range(draws)])
    drawn = again[:, 1:] - again[:, :1]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    frame = pd.DataFrame(
        {"change": list(asked), "now": now, "then": then, "difference": point, "low": low, "high": high}
    )
    return FittedChanges(frame, fit.days, draws)

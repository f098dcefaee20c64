"""How many desks in each period keep a target: by the period's own rate, by a lagged rate, or by the offered load.

Green, Kolesar and Soares (2001), "Improving the SIPP approach for staffing service systems that have cyclic demands",
Operations Research 49; Jennings, Mandelbaum, Massey and Whitt (1996) for the modified offered load, the rule to use: the
period's own rate breaks its target wherever the load lags behind the arrivals.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kumastats.display import HtmlTable, number, percent, yen
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter.formulas import fewest_desks, wait_quantile
from kumastats.workload.counter.hours import clock
from kumastats.workload.counter.transient import Forward, forward, offered_load

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rule = Literal["mol", "lag", "sipp"]
RULES: Mapping[Rule, Text] = {
    "mol": Text("負荷（MOL）", "modified offered load"),
    "lag": Text("ずらした来客（lag）", "lagged arrivals (lag SIPP)"),
    "sipp": Text("時間帯ごと（SIPP）", "each period alone (SIPP)"),
}
FINE = 60  # points of a period at which the offered load is read


@dataclass(frozen=True)
class DelayTarget:
    """At most a share `delay` of customers waits at all."""

    delay: float

    def desks(self, load: float, service: float) -> int:
        """Return the fewest desks that keep it at a load in erlangs."""
        return fewest_desks(load, self.delay)


@dataclass(frozen=True)
class WaitTarget:
    """A share of customers (nine in ten) waits no longer than `minutes`."""

    minutes: float
    share: float = 0.9

    def desks(self, load: float, service: float) -> int:
        """Return the fewest desks that keep it at a load in erlangs."""
        desks = int(load) + 1
        while wait_quantile(load / service, service, desks, self.share) > self.minutes:
            desks += 1
        return desks


Target = DelayTarget | WaitTarget


@dataclass(frozen=True, eq=False)
class Staffing:
    """Desks by period.

    Attributes
    ----------
    edges
        Minutes after midnight.
    load
        The load in erlangs each period is staffed for.
    desks
        Desks of each period.
    """

    rule: Rule
    edges: Floats
    load: Floats
    desks: Ints

    @property
    def desk_hours(self) -> float:
        """Desk-hours in all."""
        return float((np.diff(self.edges) * self.desks).sum() / 60)

    def cost(self, yen_an_hour: float) -> float:
        """Return yen for these desk-hours."""
        return self.desk_hours * yen_an_hour


def staff(
    edges: Floats,
    arrivals: Floats,
    service: float,
    target: Target,
    *,
    rule: Rule = "mol",
    cyclic: bool = False,
) -> Staffing:
    """Return the desks that keep a target in every period.

    Parameters
    ----------
    edges
        Minutes; one more than there are periods.
    arrivals
        Customers a minute: (periods) or, within periods, (periods, points) at equal distances.
    service
        Mean minutes.
    rule
        ``mol``: Erlang C at the largest offered load of the period; ``lag``: at the mean rate of the period one mean service
        earlier; ``sipp``: at the period's own mean rate.
    cyclic
        The last period is followed by the first, as in a day of 24 hours; otherwise the counter begins empty.
    """
    edges, rates = np.asarray(edges, float), np.asarray(arrivals, float)
    if rates.ndim == 1:
        rates = np.repeat(rates[:, None], FINE, axis=1)
    if rates.shape[0] != len(edges) - 1 or not (rates >= 0).all() or not service > 0:
        raise WorkloadError(
            Text(
                "来客の形が時間帯と違うか、負の値があります。",
                "Arrivals do not fit the periods, or a rate or duration is negative.",
            )
        )
    points = rates.shape[1]
    fine = np.concatenate([np.linspace(a, b, points, endpoint=False) for a, b in itertools.pairwise(edges)])
    fine = np.r_[fine, edges[-1]]
    flat = rates.ravel()
    if rule == "sipp":
        load = rates.mean(axis=1) * service
    elif rule == "lag":
        total = np.r_[0.0, np.cumsum(flat * np.diff(fine))]
        load = (
            (
                _upto(edges[1:] - service, fine, total, cyclic)
                - _upto(edges[:-1] - service, fine, total, cyclic)
            )
            / np.diff(edges)
            * service
        )
    elif rule == "mol":
        start = 0.0
        if cyclic:
            for _ in range(50):
                start = float(offered_load(fine, flat, service, edges[-1:], start=start)[0])
        held = offered_load(fine, flat, service, fine, start=start)
        load = np.array([held[k * points : (k + 1) * points + 1].max() for k in range(len(rates))])
    else:
        raise WorkloadError(Text(f"「{rule}」という方法はありません。", f"There is no rule “{rule}”."))
    desks = np.array([target.desks(float(a), service) for a in load], dtype=np.int64)
    return Staffing(rule, edges, load, desks)


def _upto(t: Floats, fine: Floats, total: Floats, cyclic: bool) -> Floats:
    """Return arrivals up to a time, before the first edge too."""
    if not cyclic:
        return np.interp(t, fine, total)
    length = fine[-1] - fine[0]
    turns = np.floor((t - fine[0]) / length)
    return np.asarray(turns * total[-1] + np.interp(t - turns * length, fine, total))


@shared
def check_staffing(
    staffing: Staffing, arrivals: Floats, service: float, *, cycles: int = 1
) -> tuple[Floats, Forward]:
    """Return the largest probability of waiting in each period, by the exact forward equations.

    Parameters
    ----------
    arrivals
        As in `staff`; finer than the periods where the rate moves.
    cycles
        Times the whole is run; the last one is reported. Above 1 for a day of 24 hours.
    """
    rates = np.asarray(arrivals, float)
    if rates.ndim == 1:
        rates = np.repeat(rates[:, None], FINE, axis=1)
    points = rates.shape[1]
    edges = staffing.edges
    length = edges[-1] - edges[0]
    one = np.concatenate([np.linspace(a, b, points, endpoint=False) for a, b in itertools.pairwise(edges)])
    grid = np.r_[np.concatenate([one + k * length for k in range(cycles)]), edges[-1] + (cycles - 1) * length]
    desks = np.tile(np.repeat(staffing.desks, points), cycles)
    made = forward(grid, np.tile(rates.ravel(), cycles), service, desks)
    last = made.delay[(cycles - 1) * len(one) : cycles * len(one)].reshape(len(rates), points)
    return np.asarray(last.max(axis=1)), made


def staffing_table(
    staffings: Mapping[Rule, tuple[Staffing, Floats]], lang: Lang = "ja", *, yen_an_hour: float | None = None
) -> HtmlTable:
    """Return desks by period and rule beside the probability of waiting that follows, exact."""
    rules = list(staffings)
    edges = staffings[rules[0]][0].edges
    rows = []
    for k, (a, b) in enumerate(itertools.pairwise(edges)):
        cells = [f"{clock(a)}–{clock(b)}"]
        for rule in rules:
            made, worst = staffings[rule]
            cells += [number(made.desks[k], lang), percent(worst[k], lang, 0)]
        rows.append(cells)
    total = [Text("計（窓口・時間）", "desk-hours")(lang)]
    for rule in rules:
        made, worst = staffings[rule]
        cost = "" if yen_an_hour is None else f" / {yen(made.cost(yen_an_hour), lang)}"
        total += [number(made.desk_hours, lang, 1) + cost, percent(worst.max(), lang, 0)]
    rows.append(total)
    heads = [Text("時間帯", "period")(lang)]
    for rule in rules:
        heads += [RULES[rule](lang), Text("待つ確率の最大", "largest share waiting")(lang)]
    note = Text(
        "待つ確率は時刻ごとの厳密な計算による。", "Shares waiting are exact, by the forward equations."
    )(lang)
    return HtmlTable(heads, rows, Text("時間帯ごとの窓口数", "Desks by period")(lang), lang, note)

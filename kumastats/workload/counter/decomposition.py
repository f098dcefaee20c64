"""A change in waits taken apart: visitors, desks, service times, and what the model does not explain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.display import HtmlTable, interval, number
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter.before_after import NAMES, SHARES, same_weeks
from kumastats.workload.counter.faults import require_sound
from kumastats.workload.counter.fitted import Fitted
from kumastats.workload.counter.kernel import NEVER, queue_waits
from kumastats.workload.counter.walk_ins import simulate_days

Metric = Literal["mean", "p50", "p90", "p95"]
FEWEST_DRAWS = 20
PARTS = ("visitors", "desks", "service")
WORDS = {
    "visitors": Text("来客の数と時間帯", "visitors: how many, and when"),
    "desks": Text("開いた窓口の数", "desks open"),
    "service": Text("応対時間", "service time"),
    "rest": Text("モデルで説明できない分", "what the model does not explain"),
    "total": Text("全体の変化", "the whole change"),
}


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Parts of a change in waits, in minutes; they sum to the total.

    Attributes
    ----------
    frame
        One row a part (``visitors``, ``desks``, ``service``, ``rest``, ``total``): ``part``, ``minutes``, ``low``, ``high``.
    observed, simulated
        The metric before and after, as recorded and as the fitted model has it.
    desks
        Desks open before and after.
    """

    frame: pd.DataFrame
    observed: tuple[float, float]
    simulated: tuple[float, float]
    desks: tuple[int, int]
    metric: str
    draws: int

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return it as a table."""
        rows = [
            [
                WORDS[part](lang),
                number(minutes, lang, 1, signed=True),
                interval(low, high, lang, 1) if math.isfinite(low) else "—",
            ]
            for part, minutes, low, high in zip(*(self.frame[c].tolist() for c in self.frame), strict=True)
        ]
        heads = [
            Text("内訳", "part")(lang),
            Text("変化（分）", "change (min)")(lang),
            Text("95％区間", "95% interval")(lang),
        ]
        note = Text(
            f"窓口数は{self.desks[0]}から{self.desks[1]}。モデルの値は{self.simulated[0]:.1f}分から{self.simulated[1]:.1f}分。順序を平均した内訳（Shapley）で、効果ではない。区間は日の再抽出{self.draws}回。",
            f"Desks went from {self.desks[0]} to {self.desks[1]}; the model says {self.simulated[0]:.1f} to {self.simulated[1]:.1f} min. Parts are averaged over orders (Shapley) and are no effects. Intervals: {self.draws} resamplings of days.",
        )(lang)
        caption = Text(f"{NAMES[self.metric].ja}の変化の内訳", f"The change of the {NAMES[self.metric].en}, taken apart")  # fmt: skip
        return HtmlTable(heads, rows, caption(lang), lang, note)


@shared
def decompose(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    rng: np.random.Generator,
    metric: Metric = "mean",
    days: int = 400,
    draws: int = 59,
) -> Decomposition:
    """Take the change at one office apart by simulation.

    Each side is fitted; every mixture of the two sides' visitors, desks and services is simulated with the same random numbers. A part
    is the mean, over the six orders in which the three can be exchanged, of what its exchange adds (Shapley 1953; Shorrocks 2013,
    *J. Economic Inequality* 11). The rest is the recorded change less the simulated one.

    Parameters
    ----------
    before, after
        One office's tickets; only weeks of the year on both sides are used.
    days
        Days simulated for each mixture.
    draws
        Resamplings of days for the intervals, the middle 95 % of what they give: days are skewed, so equal arms miss the truth
        too often. 0 for none.

    Raises
    ------
    WorkloadError
        If a side cannot be fitted, no weeks are shared, or there are one to nineteen draws.
    """
    if 0 < draws < FEWEST_DRAWS:
        raise WorkloadError(
            Text(
                f"再抽出が{FEWEST_DRAWS}回に足りません（{draws}回）。",
                f"There are fewer than {FEWEST_DRAWS} draws ({draws}).",
            )
        )
    before, after, _ = same_weeks(before, after)
    for side in (before, after):
        require_sound(side.sort_values(["office_id", "issued_at"], kind="stable"))
    fits = Fitted.to(before), Fitted.to(after)
    seed = int(rng.integers(2**32))
    parts, simulated = _parts(*fits, metric, days, seed)
    names = [*PARTS, "rest", "total"]
    point = np.array([parts[k] for k in names])
    ends = np.full((2, len(names)), np.nan)
    if draws:
        drawn = np.empty((draws, len(names)))
        for i in range(draws):
            again = fits[0].redrawn(rng), fits[1].redrawn(rng)
            made, _ = _parts(*again, metric, min(days, 100), seed + i)
            drawn[i] = [made[k] for k in names]
        ends = np.quantile(drawn, [0.025, 0.975], axis=0)
    frame = pd.DataFrame({"part": names, "minutes": point, "low": ends[0], "high": ends[1]})
    observed = _metric(fits[0].waits(), metric), _metric(fits[1].waits(), metric)
    return Decomposition(frame, observed, simulated, (fits[0].desks, fits[1].desks), metric, draws)


def _parts(
    a: Fitted, b: Fitted, metric: Metric, days: int, seed: int
) -> tuple[dict[str, float], tuple[float, float]]:
    value = _mixtures((a, b), metric, days, seed)
    parts = dict.fromkeys(PARTS, 0.0)
    orders = list(permutations(range(3)))
    for order in orders:
        at = [0, 0, 0]
        for k in order:
            was = value[at[0], at[1], at[2]]
            at[k] = 1
            parts[PARTS[k]] += (value[at[0], at[1], at[2]] - was) / len(orders)
    total = _metric(b.waits(), metric) - _metric(a.waits(), metric)
    return {**parts, "rest": total - sum(parts.values()), "total": total}, (value[0, 0, 0], value[1, 1, 1])


def _mixtures(
    fits: tuple[Fitted, Fitted], metric: Metric, days: int, seed: int
) -> dict[tuple[int, int, int], float]:
    """Return the metric of every mixture: whose visitors, whose desks, whose services."""
    made = {
        (i, k): simulate_days(
            fits[i].arrivals, fits[k].services.values, days, rng=np.random.default_rng(seed)
        )
        for i in (0, 1)
        for k in (0, 1)
    }
    # all four side by side: a pass of the queue costs little more for four times the days
    customers = max(len(m.arrival) for m in made.values())
    arrival, service = np.full((customers, 4 * days), NEVER), np.zeros((customers, 4 * days))
    spans = {
        key: (slice(len(m.arrival)), slice(n * days, (n + 1) * days))
        for n, (key, m) in enumerate(made.items())
    }
    for key, m in made.items():
        arrival[spans[key]], service[spans[key]] = m.arrival, m.service
    waits = {desks: queue_waits(arrival, service, desks) for desks in {f.desks for f in fits}}
    value = {}
    for j in (0, 1):
        wait = waits[fits[j].desks]
        for (i, k), m in made.items():
            here = np.arange(len(m.arrival))[:, None] < m.count[None, :]
            value[i, j, k] = _metric(wait[spans[i, k]][here], metric)
    return value


def _metric(wait: npt.NDArray[np.float64], metric: Metric) -> float:
    return float(wait.mean()) if metric == "mean" else float(np.quantile(wait, SHARES[metric]))

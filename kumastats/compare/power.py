"""Before the pilot: what effect a plan could find, by simulation on the study's own panel.

Months in which nothing happened are taken as they were: their season, the correlation over time and between the people of an
office, transfers and unequal sizes are all in them. A roll-out is drawn on them at random many times, the register's own
estimator and its own rule of inference answer each time, and the answers are counted. An effect that is the same in every
treated month moves the estimate and both ends of its interval by its own size, so one fit a draw answers for every effect.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.cells import read_panel
from kumastats.compare.design import days_of
from kumastats.compare.did import did
from kumastats.compare.inference import POWER
from kumastats.compare.outcome import Outcome
from kumastats.compare.plan import Plan
from kumastats.compare.result import Comparison
from kumastats.display import Figure, HtmlTable, number, percent
from kumastats.errors import CompareError
from kumastats.text import Lang, Text

Z = 1.959963984540054


class Estimator(Protocol):
    """Answers one simulated roll-out. `did` fits, with the arguments a study gives it."""

    def __call__(
        self,
        cells: pd.DataFrame,
        *,
        live: Mapping[str, dt.date | None],
        start: dt.date,
        end: dt.date,
        measure: Outcome,
        rng: np.random.Generator,
    ) -> Comparison: ...


def two_way_effects(
    cells: pd.DataFrame,
    *,
    live: Mapping[str, dt.date | None],
    start: dt.date,
    end: dt.date,
    measure: Outcome,
    rng: np.random.Generator,
) -> Comparison:
    return did(cells, live=live, start=start, end=end, measure=measure, rng=rng, draws=999, run_checks=False)


@dataclass(frozen=True, eq=False)
class Power:
    """What a plan could find.

    Attributes
    ----------
    threshold
        For each simulated roll-out the size from which an effect in the good direction would have been found;
        infinite where nothing could be decided.
    false_positive
        Share of simulated roll-outs without any effect in which one was found.
    decidable
        Share in which a verdict was given.
    """

    plan: Plan
    measure: str
    label: Text
    unit: Text
    decimals: int
    level: float
    threshold: np.ndarray
    false_positive: float
    decidable: float

    @property
    def repetitions(self) -> int:
        """Number of simulated roll-outs."""
        return len(self.threshold)

    def at(self, effect: float) -> float:
        """Return the share of roll-outs in which an effect of this size (absolute) would be found."""
        return float((self.threshold < abs(effect)).mean())

    def detectable(self, power: float = POWER) -> float:
        """Return the smallest effect (absolute, in `unit`) found with this power; infinite if none is."""
        place = math.ceil(power * self.repetitions) - 1
        return float(np.sort(self.threshold)[place])

    def curve(self, effects: Sequence[float] | None = None) -> pd.DataFrame:
        """Return columns effect, power, low, high (95 % Wilson interval of the simulation)."""
        if effects is None:
            top = self.detectable(0.95)
            finite = self.threshold[np.isfinite(self.threshold)]
            top = top if math.isfinite(top) else (float(finite.max()) if len(finite) else 1.0)
            effects = [top * k / 12 for k in range(13)]
        shares = [self.at(e) if e else self.false_positive for e in effects]
        ends = [wilson(round(s * self.repetitions), self.repetitions) for s in shares]
        return pd.DataFrame(
            {
                "effect": list(effects),
                "power": shares,
                "low": [e[0] for e in ends],
                "high": [e[1] for e in ends],
            }
        )

    def text(self, lang: Lang = "ja") -> str:
        """Return in a sentence what the plan could find."""
        size = self.detectable()
        share = percent(self.decidable, lang, 0)
        if not math.isfinite(size):
            return Text(
                f"{self.plan.text('ja')}。この計画では、判断できる割合が{share}しかなく、どの大きさの効果も80％の確率では見つからない。",
                f"{self.plan.text('en')}. This plan gives a verdict in only {share} of cases: no effect of any size is found with 80% power.",
            )(lang)
        told = number(size, lang, self.decimals)
        return Text(
            f"{self.plan.text('ja')}。{self.label.ja}で{told}{self.unit.ja}以上の変化なら80％の確率で見つかる（過去のデータの上で{self.repetitions:,}回試した）。",
            f"{self.plan.text('en')}. A change in {self.label.en} of {told} {self.unit.en} or more is found with 80% power ({self.repetitions:,} draws on past data).",
        )(lang)

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return the curve as a table."""
        curve = self.curve()
        rows = [
            [
                number(size, lang, self.decimals + 1),
                percent(share, lang, 0),
                f"{percent(low, lang, 0)}–{percent(high, lang, 0)}",
            ]
            for size, share, low, high in curve.itertuples(index=False, name=None)
        ]
        heads = [
            Text(f"効果の大きさ（{self.unit.ja}）", f"effect ({self.unit.en})")(lang),
            Text("見つかる割合", "power")(lang),
            Text("模擬計算の幅", "simulation interval")(lang),
        ]
        return HtmlTable(heads, rows, self.text(lang), lang)

    def plot(self, lang: Lang = "ja") -> Figure:
        """Draw the chance of finding an effect against its size."""
        from kumastats.compare.power_plot import power_figure

        return power_figure(self, lang)

    def _repr_html_(self) -> str:
        return self.table("ja")._repr_html_()


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share.

    >>> [round(x, 4) for x in wilson(0, 10)]
    [0.0, 0.2775]
    """
    p = hits / of
    middle = (p + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * math.sqrt(p * (1 - p) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def power(
    cells: pd.DataFrame,
    plan: Plan,
    *,
    measure: Outcome,
    rng: np.random.Generator,
    live: Mapping[str, dt.date | None] | None = None,
    repetitions: int = 400,
    first_month: int | None = None,
    unit: str = "office_id",
    level: float = 0.95,
    estimator: Estimator = two_way_effects,
) -> Power:
    """Simulate a plan on past months.

    Parameters
    ----------
    cells
        One row a unit and month with integers ``n``, ``s1``, as `kumastats.measures.cells` gives them.
    live
        When units really went live: their months from then on are not used. None if nothing has happened yet.
    repetitions
        Roll-outs drawn.
    first_month
        Calendar month in which windows begin (4 for April), so that the season is the plan's; any by default.
    estimator
        What will answer the question; difference-in-differences by default.

    Raises
    ------
    CompareError
        If the past holds no window of that length with that many offices.

    Notes
    -----
    Placebo roll-outs on real panels are the test of Bertrand, Duflo and Mullainathan (2004, QJE 119(1)). Units are drawn
    without replacement; what past months cannot show (a new shock) is not in the answer.
    """
    if repetitions < 1:
        raise CompareError(Text("繰り返しは1回以上です。", "It takes one repetition or more."))
    read_panel(cells, measure, unit=unit)
    cells = cells.assign(period=cells["period"].astype(str))
    quiet = _before(cells, days_of(live or {}), unit)
    windows = _windows(quiet, plan, first_month, unit)
    lower = measure.better != "higher"
    threshold, found, decided = np.full(repetitions, np.inf), 0, 0
    for r in range(repetitions):
        months, pool = windows[int(rng.integers(len(windows)))]
        chosen = [pool[i] for i in rng.permutation(len(pool))[: plan.offices]]
        dates: dict[str, dt.date | None] = {}
        at = 0
        for wave in plan.waves:
            dates |= dict.fromkeys(chosen[at : at + wave.offices], Month(months[wave.month]).start)
            at += wave.offices
        dates |= dict.fromkeys(chosen[at:])
        rows = quiet[quiet[unit].isin(chosen) & quiet["period"].between(months[0], months[-1])]
        made = estimator(
            rows.rename(columns={unit: "office_id"}), live=dates, start=Month(months[0]).start,
            end=Month(months[-1]).end, measure=measure, rng=rng,
        )  # fmt: skip
        if not made.decidable:
            continue
        decided += 1
        found += not made.ci[0] <= 0 <= made.ci[1]
        threshold[r] = max(made.ci[1] if lower else -made.ci[0], 0.0)
    return Power(
        plan, measure.id, measure.label, measure.unit, measure.decimals, level, threshold, found / repetitions, decided / repetitions,
    )  # fmt: skip


def _before(cells: pd.DataFrame, live: Mapping[str, dt.date | None], unit: str) -> pd.DataFrame:
    gone = {u: f"{d:%Y-%m}" for u, d in live.items() if d is not None}
    day = np.array([gone.get(u, "9999-99") for u in cells[unit]], dtype=object)
    return cells[cells["period"].to_numpy(dtype=object) < day]


def _windows(
    cells: pd.DataFrame, plan: Plan, first_month: int | None, unit: str
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the months and the offices of every window long enough and wide enough."""
    months = sorted(cells.loc[cells["n"] > 0, "period"].unique())
    held = {m: frozenset(g) for m, g in cells[cells["n"] > 0].groupby("period")[unit]}
    out, widest = [], 0
    for i in range(len(months) - plan.months + 1):
        window = tuple(str(m) for m in months[i : i + plan.months])
        if first_month is not None and int(window[0][5:]) != first_month:
            continue
        pool = tuple(sorted(frozenset.intersection(*(held[m] for m in window))))
        widest = max(widest, len(pool))
        if len(pool) >= plan.offices:
            out.append((window, pool))
    if not out:
        raise CompareError(
            Text(
                f"過去のデータに、{plan.offices}職場が{plan.months}か月そろう期間がありません（最大{widest}職場）。",
                f"The past holds no {plan.months} months with {plan.offices} offices (at most {widest}).",
            ),
            remedy=Text(
                "期間を短くするか、職場を減らしてください。", "Plan a shorter window or fewer offices."
            ),
        )
    return out

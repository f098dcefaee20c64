"""What a question of the register asks of its cells, and the design that answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare import checks, regression_to_mean
from kumastats.compare.before_after import before_after
from kumastats.compare.cells import Panel, read_panel
from kumastats.compare.design import lay_out
from kumastats.compare.did import did
from kumastats.compare.its import interrupted_series
from kumastats.compare.outcome import Outcome
from kumastats.compare.randomisation import decided_by_lot
from kumastats.compare.result import Check, Comparison
from kumastats.compare.same_months import same_month
from kumastats.compare.staggered import staggered_rollout
from kumastats.compare.subject import Subject
from kumastats.compare.synthetic import synthetic_control
from kumastats.errors import CompareError
from kumastats.study import Draw
from kumastats.text import Text

SERIES = Text("系列", "series")


@dataclass(frozen=True, eq=False)
class Asked:
    """A question with its cells.

    Attributes
    ----------
    cells, control_cells
        Of the outcome and of its negative control, a row a unit and month.
    live
        The day each unit goes live; None for never.
    cohorts
        Live dates asked about.
    unit
        Column of the unit.
    seed
        Of every draw.
    draw
        The recorded draw of who went live when; the verdict of ``did`` is then by lot.
    run_checks
        Whether did and staggered look at their checks and draw bands; off, they are quick and no headline.
    """

    cells: pd.DataFrame
    live: Mapping[str, dt.date | None]
    cohorts: Sequence[dt.date]
    start: dt.date
    end: dt.date
    measure: Outcome
    unit: str
    seed: int
    comparison: str = "not_yet_live"
    control_cells: pd.DataFrame | None = None
    control_measure: Outcome | None = None
    draw: Draw | None = None
    run_checks: bool = True

    def by(self, design: str) -> Comparison:
        """Answer by a design of `DESIGNS`.

        Raises
        ------
        CompareError
            If the cells do not allow it.
        """
        made = DESIGNS[design](self)
        if not self.run_checks:
            return made
        return replace(made, checks=(*made.checks, self._regression(made.estimate)))

    def _regression(self, estimate: float) -> Check:
        """Return what to expect of the units asked about with no reform at all, from their months before."""
        panel, asked = self._panel(), set(self.cohorts)
        first = min((d for u in panel.units if (d := self.live.get(u)) in asked and d), default=self.end)
        # units live before are neither chosen nor waiting
        waits = np.array([(d := self.live.get(u)) is None or d >= first for u in panel.units], dtype=bool)
        panel = panel.keep(waits[panel.unit]) if waits.any() else panel
        chosen = np.array([self.live.get(u) in asked for u in panel.units], dtype=bool)
        before = np.array([m < str(Month.of(first)) for m in panel.months], dtype=bool)
        return regression_to_mean.check(
            panel, chosen, before, estimate, by_lot=self.draw is not None, subject=self._subject
        )

    @property
    def is_staggered(self) -> bool:
        """Whether units asked about go live on several dates."""
        return len({self.live.get(u) for u in self._panel().units} & set(self.cohorts)) > 1

    def _panel(self) -> Panel:
        panel = read_panel(self.cells, self.measure, unit=self.unit)
        first, last = str(Month.of(self.start)), str(Month.of(self.end))
        inside = np.array([first <= m <= last for m in panel.months])[panel.month]
        if not inside.any():
            raise CompareError(Text("期間にデータがありません。", "The window holds no data."))
        return panel.keep(inside)

    @property
    def _subject(self) -> Subject:
        m = self.measure
        return Subject(m.id, m.label, m.unit, m.decimals)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Treated units of one live date as one series, and units never live in the window."""

    months: tuple[str, ...]
    begins: int
    partly: bool
    treated: np.ndarray
    others: pd.DataFrame
    pooled: np.ndarray | None
    n: int
    n_treated: int
    shocks: tuple[str, ...]


def _sides(asked: Asked) -> _Sides:
    panel = asked._panel()
    days = [asked.live.get(u) for u in panel.units]
    dates = sorted({d for d in days if d is not None and d in set(asked.cohorts)})
    if len(dates) != 1:
        raise CompareError(
            Text(
                f"この方法には導入日が一つ必要です（{len(dates)}つありました）。",
                f"This design takes one live date (found {len(dates)}).",
            ),
            remedy=Text(
                "cohorts で一つ選ぶか、design を staggered に。", "Choose one in cohorts, or use staggered."
            ),
        )
    day = dates[0]
    mine = np.array([d == day for d in days])[panel.unit]
    never = np.array([d is None or d > asked.end for d in days])[panel.unit]
    count = len(panel.months)

    def series(rows: np.ndarray) -> np.ndarray:
        n = np.bincount(panel.month[rows], panel.n[rows], count)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.bincount(panel.month[rows], panel.total[rows], count) / n)

    whole = Month(panel.months[-1]) == Month(panel.months[0]) + (count - 1)
    treated = series(mine)
    begins = sum(m < str(Month.of(day)) for m in panel.months)
    if not whole or not np.isfinite(treated).all():
        raise CompareError(Text("欠けた月があります。", "A month is missing from the series."))
    values = np.full((len(panel.units), count), np.nan)
    values[panel.unit, panel.month] = panel.total / panel.n
    others = [i for i, d in enumerate(days) if d is None or d > asked.end]
    pooled = series(never) if never.any() else None
    return _Sides(
        months=panel.months,
        begins=begins,
        partly=day.day > 1,
        treated=treated,
        others=pd.DataFrame({panel.units[i]: values[i] for i in others}, index=list(panel.months)),
        pooled=pooled if pooled is not None and np.isfinite(pooled).all() else None,
        n=int(panel.n[mine | never].sum()),
        n_treated=len(np.unique(panel.unit[mine])),
        shocks=tuple(s.id for s in checks.grave_shocks(asked.measure, asked.start, asked.end)),
    )


def _two_way(asked: Asked) -> Comparison:
    rng = np.random.default_rng(asked.seed)
    made = did(
        asked.cells, live=asked.live, start=asked.start, end=asked.end, measure=asked.measure, comparison=asked.comparison,
        cohorts=asked.cohorts, unit=asked.unit, control_cells=asked.control_cells, control_measure=asked.control_measure,
        rng=rng, run_checks=asked.run_checks,
    )  # fmt: skip
    if asked.draw is None:
        return made
    design = lay_out(
        asked.cells, asked.measure, live=asked.live, start=asked.start, end=asked.end, comparison=asked.comparison,
        cohorts=asked.cohorts, unit=asked.unit,
    )  # fmt: skip
    return decided_by_lot(made, design, asked.draw, draws=9999, rng=rng)


def _staggered(asked: Asked) -> Comparison:
    return staggered_rollout(
        asked.cells, live=asked.live, start=asked.start, end=asked.end, measure=asked.measure, comparison=asked.comparison,
        cohorts=asked.cohorts, unit=asked.unit, control_cells=asked.control_cells, control_measure=asked.control_measure,
        rng=np.random.default_rng(asked.seed), draws=999 * asked.run_checks, run_checks=asked.run_checks,
    )  # fmt: skip


def _its(asked: Asked) -> Comparison:
    """Change of level of the treated units' mean; against the mean of those never live, where the register names some."""
    s = _sides(asked)
    made = interrupted_series(
        s.treated, s.begins, control=s.pooled if asked.comparison != "none" else None, transition=int(s.partly),
        subject=asked._subject,
    )  # fmt: skip
    path = made.path.set_axis(list(s.months)) if made.path is not None else None
    return replace(
        made, n=s.n, n_units=s.n_treated, counted=SERIES, shocks=s.shocks, path=path,
        extra={**made.extra, "treated_units": float(s.n_treated)},
    )  # fmt: skip


def _synthetic(asked: Asked) -> Comparison:
    """Mean gap between the treated units' mean and the mix of never-live units that followed it before."""
    s = _sides(asked)
    name = "treated"
    while name in s.others.columns:
        name += "_"
    made = synthetic_control(
        s.others.assign(**{name: s.treated}), name, s.months[s.begins + s.partly], subject=asked._subject
    ).comparison
    failed = any(c.result == "fail" for c in made.checks)
    return replace(
        made, n=s.n, shocks=s.shocks, headline=made.decidable and not failed and not s.shocks,
        extra={**made.extra, "treated_units": float(s.n_treated)},
    )  # fmt: skip


def _paired(asked: Asked) -> Comparison:
    """Months after going live against the same months of the last year before, at the same units."""
    panel = asked._panel()
    chosen = {
        u: d for u, d in asked.live.items() if d is not None and d in set(asked.cohorts) and u in panel.units
    }
    frame = pd.DataFrame(
        {
            "unit": [panel.units[u] for u in panel.unit],
            "period": [panel.months[m] for m in panel.month],
            "value": panel.total / panel.n,
        }
    )
    mine = frame["unit"].isin(chosen)
    made = same_month(frame[mine], chosen, subject=asked._subject)
    shocks = tuple(s.id for s in checks.grave_shocks(asked.measure, asked.start, asked.end))
    return replace(made, n=int(panel.n[mine.to_numpy()].sum()), shocks=shocks)


def _naive(asked: Asked) -> Comparison:
    return before_after(
        asked.cells,
        live=asked.live,
        end=asked.end,
        measure=asked.measure,
        cohorts=asked.cohorts,
        unit=asked.unit,
    )


DESIGNS: Mapping[str, Callable[[Asked], Comparison]] = MappingProxyType(
    {
        "did": _two_way,
        "staggered": _staggered,
        "its": _its,
        "synthetic": _synthetic,
        "paired": _paired,
        "before_after": _naive,
    }
)

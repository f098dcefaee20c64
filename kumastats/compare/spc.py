"""Monitoring: XmR charts with run rules, limits by phase, and the season taken out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.subject import PLAIN, Array, Subject, numbers
from kumastats.display import Figure
from kumastats.display.style import PALETTE, figure_style, mark_event, new_figure, svg_bytes
from kumastats.errors import CompareError
from kumastats.text import Lang, Text

D2 = 2 / math.sqrt(math.pi)  # mean range of two standard normal values
D3 = math.sqrt(2 - D2**2)  # and its standard deviation
E2, D4 = 3 / D2, 1 + 3 * D3 / D2
RULES = ("beyond_3_sigma", "two_of_three_beyond_2_sigma", "four_of_five_beyond_1_sigma", "eight_on_one_side")


@dataclass(frozen=True, eq=False)
class Xmr:
    """A chart of single values.

    Attributes
    ----------
    frame
        A row a point: ``value`` (season taken out), ``moving_range``, ``phase``, ``centre``, ``low``, ``high``,
        ``range_limit`` and a column a rule, true at the point that completes it.
    season
        What was taken out, by place in the year; zeros without a season.
    judged
        Points at the end that had no part in centre, limits or season.
    """

    frame: pd.DataFrame
    season: Array
    subject: Subject
    judged: int = 0

    @property
    def signals(self) -> pd.DataFrame:
        """Return the points at which a rule fires."""
        return self.frame[self.frame[list(RULES)].any(axis=1)]

    def plot(
        self,
        lang: Lang = "ja",
        *,
        source: str = "",
        labels: Mapping[int, str] = MappingProxyType({}),
        live: Mapping[int, str] = MappingProxyType({}),
        shocks: Sequence[tuple[int, int]] = (),
        height_mm: float = 80,
    ) -> Figure:
        """Draw values, centre and limits; signals stand out, phases are marked.

        Parameters
        ----------
        labels
            What is written under points, such as months, by position; by default their numbers.
        live
            Names of what went live, by the position of the first point with it: a thin line each, named above the points.
        shocks
            First and last position of what moves the measure from outside: a light band each, to be named in the source.
        """
        frame, told = self.frame, self.signals
        with figure_style(lang):
            figure, ax = new_figure(lang, height_mm=height_mm)
            for phase, rows in frame.groupby("phase"):
                ax.plot(rows.index, rows["centre"], color=PALETTE["grey"], linewidth=1)
                for limit in ("low", "high"):
                    ax.plot(rows.index, rows[limit], color=PALETTE["grey"], linewidth=0.8, linestyle="--")
                if int(str(phase)):
                    mark_event(
                        ax, float(rows.index[0]) - 0.5, Text("導入", "live")(lang), color=PALETTE["ink"]
                    )
            for first, last in shocks:
                ax.axvspan(first - 0.5, last + 0.5, color=PALETTE["sky"], alpha=0.16, linewidth=0)
            if self.judged:
                ax.axvspan(
                    len(frame) - self.judged - 0.5,
                    len(frame) - 0.5,
                    color=PALETTE["grey"],
                    alpha=0.15,
                    linewidth=0,
                )
            ax.plot(frame.index, frame["value"], color=PALETTE["blue"], marker="o", markersize=3)
            ax.plot(told.index, told["value"], "D", color=PALETTE["orange"], markersize=6)
            ax.set_ylabel(self.subject.unit(lang))
            if live:  # names stand above the points, one below the other
                low, high = ax.get_ylim()
                ax.set_ylim(low, high + (high - low) * 0.09 * len(live))
                for row, (at, name) in enumerate(sorted(live.items())):
                    mark_event(ax, at - 0.5, name, row=row, color=PALETTE["ink"])
            if labels:
                label = self.subject.label(lang)
                ax.set_title(label[:1].upper() + label[1:])
                ax.set_xticks(list(labels), list(labels.values()))
            svg = svg_bytes(figure)
        alt = Text(
            f"{self.subject.label.ja}の管理図。{len(frame)}点のうち合図は{len(told)}点。",
            f"Control chart of {self.subject.label.en}: {len(told)} signals in {len(frame)} points.",
        )(lang)
        apart = Text(
            f"限界は灰色の帯の{self.judged}点を除いて求めた。" if self.judged else "",
            f"The {self.judged} points in the grey band had no part in the limits. " if self.judged else "",
        )
        caption = Text(
            f"破線は3シグマの管理限界、◆は合図。{apart.ja}n={len(frame)}。{source}",
            f"Dashed lines are three-sigma limits, diamonds are signals. {apart.en}n={len(frame)}. {source}",
        )(lang)
        return Figure(svg, alt, caption.strip())


def xmr(
    values: npt.ArrayLike,
    *,
    phases: Sequence[int] = (),
    season: int | None = None,
    judged: int = 0,
    years_taken: float | None = None,
    subject: Subject = PLAIN,
) -> Xmr:
    """Return the chart of single values and moving ranges.

    Parameters
    ----------
    phases
        Positions at which limits are made anew (going live). Ranges and runs do not cross them.
    season
        Points in a year (12): place means over the first phase are taken out; it must hold two years.
    judged
        Points at the end that are held to the limits and had no part in making them: what is judged must not move
        what it is judged by.
    years_taken
        Of how many years the season was estimated that the caller took out, the judged points left aside. A season of
        k years leaves (k − 1)/k of the variance in the years it is from and (k + 1)/k in any other, so that the limits
        of the judged points are wider by √((k + 1)/(k − 1)); the same holds for `season`.

    The rules are Western Electric's (1956); sigma is the mean moving range over d2 (Montgomery, chapter 6).

    Raises
    ------
    CompareError
        If there are gaps, or a phase has fewer than three points, the judged ones left aside.

    >>> chart = xmr([10, 11, 10, 9, 10, 11, 10, 20])
    >>> chart.signals.index.tolist()
    [7]
    """
    y = numbers(values, "values")
    whole = [*phases, judged, season or 0]
    if not all(isinstance(v, Integral) for v in whole) or (season or 0) < 0 or math.isnan(years_taken or 0):
        raise CompareError(
            Text("段階・点数・季節は0以上の整数です。", "Phases, points and season are whole numbers from 0.")
        )
    cuts, known = [0, *sorted(phases), len(y)], len(y) - judged
    if np.isnan(y).any() or judged < 0 or any(min(b, known) - a < 3 for a, b in pairwise(cuts)):
        raise CompareError(
            Text(
                "欠けがなく、各段階に3点以上が必要です。", "It takes no gaps and three points in each phase."
            )
        )
    taken = np.zeros(season or 1)
    if season:
        first = y[: min(cuts[1], known)]
        years_taken = len(first) / season if season > 1 else 0
    if years_taken is not None and years_taken < 2:
        raise CompareError(
            Text(
                "季節を除くには最初の段階に2年が必要です。",
                "To take out the season the first phase must hold two years.",
            )
        )
    if season:
        taken = (
            np.array([first[s::season].mean() for s in range(season)])
            - first[: len(first) // season * season].mean()
        )
        y = y - taken[np.arange(len(y)) % season]
    wide = math.sqrt((years_taken + 1) / (years_taken - 1)) if judged and years_taken else 1.0
    parts = []
    for number, (a, b) in enumerate(pairwise(cuts)):
        part, held = y[a:b], y[a : min(b, known)]
        moving = np.abs(np.diff(part))
        centre, mean_range = float(held.mean()), float(moving[: len(held) - 1].mean())
        sigma = mean_range / D2 * np.where(np.arange(a, b) < known, 1.0, wide)
        rows = pd.DataFrame({"value": part, "moving_range": np.r_[np.nan, moving]}, index=range(a, b))
        rows = rows.assign(
            phase=number,
            centre=centre,
            low=centre - 3 * sigma,
            high=centre + 3 * sigma,
            range_limit=D4 * mean_range,
        )
        parts.append(rows.assign(**_rules(part - centre, sigma)))
    return Xmr(pd.concat(parts), taken, subject, judged)


def _rules(gap: Array, sigma: Array) -> dict[str, npt.NDArray[np.bool_]]:
    out = {}
    for name, need, window, beyond in zip(RULES, (1, 2, 4, 8), (1, 3, 5, 8), (3, 2, 1, 0), strict=True):
        fired = np.zeros(len(gap), dtype=bool)
        for side in (1, -1):
            past = (side * gap > beyond * sigma).astype(int)
            run = np.convolve(past, np.ones(window, dtype=int))[: len(gap)]
            fired |= (run >= need) & past.astype(bool)
        out[name] = fired
    return out

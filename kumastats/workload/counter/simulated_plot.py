"""Figures of simulated counters."""

from __future__ import annotations

import numpy as np

from kumastats.display import Figure, number
from kumastats.display.style import PALETTE, band, figure_style, new_figure, svg_bytes
from kumastats.text import Lang, Text
from kumastats.workload.counter.result import CounterResult
from kumastats.workload.counter.whatif import GOALS, WhatIf


def waits_figure(result: CounterResult, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw which share of customers is called within each wait."""
    waits = np.sort(result.simulated.waits)
    shares = np.linspace(0, 0.99, 100)
    at = waits[np.minimum((shares * len(waits)).astype(int), len(waits) - 1)]
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=70)
        ax.plot(at, shares * 100, color=PALETTE["blue"])
        p90 = result["p90"].value
        for x, words in (
            (result.target, Text("目標", "target")),
            (p90, Text("10人に9人", "nine in ten")),
        ):
            ax.axvline(x, color=PALETTE["grey"], linewidth=0.8, linestyle=(0, (3, 2)))
            ax.annotate(
                f"{words(lang)} {number(x, lang)}", (x, 4), xytext=(3, 0), textcoords="offset points", fontsize=8,
                color=PALETTE["grey"],
            )  # fmt: skip
        ax.set_xlim(left=0)
        ax.set_ylim(0, 100)
        ax.set_xlabel(Text("待ち時間（分）", "wait (min)")(lang))
        ax.set_ylabel(Text("呼ばれた人の割合（％）", "share called (%)")(lang))
        ax.set_title(Text("待ち時間の分布（模擬計算）", "Waits (simulated)")(lang))
        svg = svg_bytes(figure)
    return Figure(svg, result.text(lang), caption)


def work_figure(answer: WhatIf, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw the 90th percentile of waits against the share of work removed."""
    frame = answer.by_work
    x = [float(v) for v in frame["removed"] * 100]
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=75)
        band(ax, x, list(frame["p90_day_low"]), list(frame["p90_day_high"]), PALETTE["blue"])
        ax.plot(x, frame["p90"], "o-", color=PALETTE["blue"], markersize=4)
        for goal in GOALS:
            ax.axhline(goal, color=PALETTE["grey"], linewidth=0.8, linestyle=(0, (3, 2)))
        ax.set_ylim(bottom=0)
        ax.set_xlabel(Text("減らす仕事（％）", "work removed (%)")(lang))
        ax.set_ylabel(Text("待ち時間の90％点（分）", "90th percentile of waits (min)")(lang))
        ax.set_title(
            Text("仕事を減らすと待ち時間はどうなるか（模擬計算）", "Waits by work removed (simulated)")(lang)
        )
        svg = svg_bytes(figure)
    told = "; ".join(f"{number(c, lang)}%: {number(v, lang)}" for c, v in zip(x, frame["p90"], strict=True))
    alt = Text(
        f"減らす仕事ごとの待ち時間の90％点（分）: {told}",
        f"90th percentile of waits in minutes by work removed: {told}",
    )(lang)
    return Figure(svg, alt, caption)

"""The chance of finding an effect, drawn against its size."""

from __future__ import annotations

import math

from kumastats.compare.inference import POWER
from kumastats.compare.power import Power
from kumastats.display import Figure, number, percent
from kumastats.display.style import PALETTE, band, figure_style, mark_event, new_figure, svg_bytes
from kumastats.text import Lang, Text


def power_figure(found: Power, lang: Lang = "ja") -> Figure:
    """Draw the curve with its simulation interval and the smallest effect found with 80 % power."""
    curve = found.curve()
    size = found.detectable()
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=75)
        band(ax, list(curve["effect"]), list(curve["low"]), list(curve["high"]), PALETTE["blue"])
        ax.plot(curve["effect"], curve["power"], color=PALETTE["blue"])
        ax.axhline(POWER, color=PALETTE["grey"], linewidth=0.7, linestyle=(0, (3, 2)))
        if math.isfinite(size):
            mark_event(ax, size, number(size, lang, found.decimals))
        ax.set_ylim(0, 1.02)
        ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0], [percent(p, lang, 0) for p in (0, 0.2, 0.4, 0.6, 0.8, 1)])
        ax.set_xlabel(Text(f"効果の大きさ（{found.unit.ja}）", f"size of the effect ({found.unit.en})")(lang))
        ax.set_title(Text("見つかる割合", "Chance of finding it")(lang))
        ax.margins(x=0.01)
        svg = svg_bytes(figure)
    caption = Text(
        f"{found.repetitions:,}回の模擬展開。帯は模擬計算の95％区間。効果なしで見つけてしまう割合 {percent(found.false_positive, 'ja', 1)}。",
        f"{found.repetitions:,} simulated roll-outs; the band is the simulation's 95% interval. Found without any effect: {percent(found.false_positive, 'en', 1)}.",
    )(lang)
    return Figure(svg, found.text(lang), caption)

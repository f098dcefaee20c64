"""The figure of a staggered roll-out: effects along time with their intervals and band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumastats.compare.result import Comparison
from kumastats.display import Figure, interval, number
from kumastats.text import Lang, Text

AXES = {
    "event_time": Text("導入からの期間", "time since treatment"),
    "group": Text("導入時期", "group (first treated)"),
    "time": Text("期間", "period"),
}


@dataclass(frozen=True)
class PathDrawing:
    """Draws the path of a comparison; without one, its estimate."""

    def draw(self, comparison: Comparison, lang: Lang) -> Figure:
        """Draw effects along the first column of the path."""
        from kumastats.compare.plot import estimate_figure
        from kumastats.display.style import PALETTE, band, figure_style, mark_event, new_figure, svg_bytes

        c, path = comparison, comparison.path
        if path is None or not len(path):
            return estimate_figure(c, lang)
        axis = str(path.columns[0])
        x = path[axis].to_numpy(dtype=float)
        uniform = bool(np.isfinite(path["band_low"]).any())
        with figure_style(lang):
            figure, ax = new_figure(lang, height_mm=80)
            ax.axhline(0, color=PALETTE["grey"], linewidth=0.8)
            if uniform:
                held = np.isfinite(path["band_low"].to_numpy(dtype=float))
                band(
                    ax,
                    list(x[held]),
                    list(path["band_low"][held]),
                    list(path["band_high"][held]),
                    PALETTE["blue"],
                )
            errors = np.nan_to_num(
                np.stack([path["estimate"] - path["conf_low"], path["conf_high"] - path["estimate"]]).astype(
                    float
                )
            )
            ax.errorbar(
                x,
                path["estimate"],
                yerr=errors,
                fmt="o",
                markersize=4.5,
                color=PALETTE["blue"],
                elinewidth=1.1,
            )
            if axis == "event_time" and x.min() < 0 <= x.max():
                mark_event(ax, -0.5, Text("導入", "treated")(lang), color=PALETTE["ink"])
            ax.set_xlabel(AXES.get(axis, Text(axis, axis))(lang))
            ax.set_ylabel(c.unit(lang))
            ax.set_title(Text(f"{c.label.ja}の効果", f"Effect on {c.label.en}")(lang))
            svg = svg_bytes(figure)
        last = path.iloc[-1]
        ends = interval(last["conf_low"], last["conf_high"], lang, c.decimals)
        size = number(float(last["estimate"]), lang, c.decimals)
        alt = Text(
            f"時点ごとの効果。最後は{size} {c.unit.ja}（{ends}）。",
            f"Effects along time; the last is {size} {c.unit.en} ({ends}).",
        )(lang)
        told = Text("、帯は同時信頼区間", "; the band holds all points at once") if uniform else Text("", "")
        caption = Text(
            f"点は推定値、線は{c.level:.0%}区間{told.ja}。n={c.n:,}、{c.n_clusters}{c.counted.ja}（{c.n_treated_clusters}に導入）。",
            f"Points are estimates, lines {c.level:.0%} intervals{told.en}. n={c.n:,}, {c.n_clusters} {c.counted.en} "
            f"({c.n_treated_clusters} treated).",
        )(lang)
        return Figure(svg, alt, caption)

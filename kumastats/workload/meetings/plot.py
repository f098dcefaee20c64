"""Where the person-hours go, drawn."""

from __future__ import annotations

import numpy as np

from kumastats.display import Figure, percent
from kumastats.display.style import PALETTE, figure_style, new_figure, svg_bytes
from kumastats.text import Lang, Text
from kumastats.workload.meetings.shape import Grid


def grid_figure(grid: Grid, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw the share of person-hours by size and length: the larger the box, the more; the number stands in it."""
    rows, columns = grid.share.shape
    largest = float(np.nanmax(grid.share)) if np.isfinite(grid.share).any() else 1.0
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=28 + 19 * rows)
        ax.grid(False)
        for r in range(rows):
            for c in range(columns):
                share = float(grid.share[r, c])
                y = rows - 1 - r
                if not np.isfinite(share):
                    ax.annotate("—", (c, y), ha="center", va="center", color=PALETTE["grey"])
                    continue
                if share <= 0:
                    continue
                half = 0.46 * np.sqrt(share / largest)
                ax.fill_between(
                    [c - half, c + half], y - half, y + half, color=PALETTE["sky"], alpha=0.45, linewidth=0
                )
                ax.annotate(percent(share, lang, 1), (c, y), ha="center", va="center", fontsize=8.5)
        ax.set_xticks(range(columns), [t(lang) for t in grid.lengths])
        ax.set_yticks(range(rows), [t(lang) for t in reversed(grid.sizes)])
        ax.set_xlim(-0.6, columns - 0.4)
        ax.set_ylim(-0.6, rows - 0.4)
        ax.tick_params(length=0)
        ax.set_title(
            Text(
                "会議の延べ時間の内訳（出席者 × 長さ）", "Where the person-hours go (people present × length)"
            )(lang)
        )
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        svg = svg_bytes(figure)
    return Figure(svg, _told(grid, lang), caption)


def _told(grid: Grid, lang: Lang) -> str:
    """Say where most person-hours go."""
    if not np.isfinite(grid.share).any():
        return Text("会議が少なく、どの区分も示せない。", "Too few meetings to show any cell.")(lang)
    size, length = divmod(int(np.nanargmax(grid.share)), grid.share.shape[1])
    share = float(grid.share[size, length])
    return Text(
        f"延べ時間が最も多いのは{grid.sizes[size].ja}・{grid.lengths[length].ja}の会議で、全体の{percent(share, 'ja')}。",
        f"Most person-hours, {percent(share, 'en')} of all, go to meetings of {grid.sizes[size].en}, {grid.lengths[length].en}.",
    )(lang)

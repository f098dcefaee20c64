"""The figure of a design that follows one series: what happened beside what the model says would have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumastats.compare.result import Comparison
from kumastats.display import Figure, number
from kumastats.text import Lang, Text

NAMES = {
    "observed": Text("実際", "actual"),
    "fitted": Text("当てはめ", "fitted"),
    "without": Text("変化がなかった場合", "had nothing changed"),
    "treated": Text("実際", "actual"),
    "synthetic": Text("合成対照", "synthetic control"),
}
STYLES = {"observed": ("blue", "-"), "treated": ("blue", "-"), "fitted": ("grey", ":")}


@dataclass(frozen=True)
class SeriesDrawing:
    """Draws columns of a comparison's path, one row a period.

    Attributes
    ----------
    columns
        Of the path, among `NAMES`; the last is the line without the change.
    begins
        Place of the first period after the change.
    """

    columns: tuple[str, ...]
    begins: int

    def draw(self, comparison: Comparison, lang: Lang) -> Figure:
        """Draw the lines, with the change marked; a comparison without a path as its estimate."""
        from kumastats.compare.plot import estimate_figure
        from kumastats.display.style import PALETTE, figure_style, mark_event, new_figure, svg_bytes

        c, path = comparison, comparison.path
        if path is None or not len(path):
            return estimate_figure(c, lang)
        x = np.arange(len(path))
        with figure_style(lang):
            figure, ax = new_figure(lang, height_mm=80)
            for column in self.columns:
                color, style = STYLES.get(column, ("orange", "--"))
                ax.plot(x, path[column], color=PALETTE[color], linestyle=style, label=NAMES[column](lang))
            mark_event(ax, self.begins - 0.5, Text("導入", "live")(lang), color=PALETTE["ink"])
            shown = np.unique(np.linspace(0, len(x) - 1, min(8, len(x))).astype(int))
            ax.set_xticks(shown)
            ax.set_xticklabels([str(path.index[i]) for i in shown])
            ax.set_ylabel(c.unit(lang))
            ax.set_title(c.label(lang)[:1].upper() + c.label(lang)[1:])
            ax.legend(loc="upper left", bbox_to_anchor=(0, -0.12), ncols=len(self.columns), fontsize=8)
            svg = svg_bytes(figure)
        after = path.iloc[self.begins :]
        gap = float((after[self.columns[0]] - after[self.columns[-1]]).mean())
        size = number(gap, lang, c.decimals, signed=True)
        caption = Text(
            f"縦線は導入。導入後の「{NAMES[self.columns[-1]].ja}」との平均の差は{size} {c.unit.ja}。n={c.n:,}。",
            f"The vertical line marks the change; the mean gap after it to “{NAMES[self.columns[-1]].en}” is {size} {c.unit.en}. n={c.n:,}.",
        )(lang)
        return Figure(svg, c.text(lang), caption)

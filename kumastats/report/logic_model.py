"""The logic model: stages from left to right, drawn as vectors and told as a table."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from kumastats.display import Figure, HtmlTable
from kumastats.display.style import PALETTE, figure_style, new_figure, svg_bytes
from kumastats.text import Lang, Text

PER_LINE = {"ja": 9, "en": 18}
LINE = 0.062  # height of a line, as a share of the figure


@dataclass(frozen=True)
class Stage:
    """A stage and what belongs to it; `assumed` is what must hold for the next stage to follow."""

    label: str
    boxes: tuple[str, ...]
    assumed: str = ""


def logic_figure(stages: Sequence[Stage], lang: Lang, caption: str) -> Figure:
    """Return the model as a figure with its table."""
    heads = [
        Text("段階", "stage")(lang),
        Text("内容", "what")(lang),
        Text("次へ進む前提", "what must hold to go on")(lang),
    ]
    rows = [[s.label, Text("、", "; ")(lang).join(s.boxes), s.assumed or "—"] for s in stages]
    title = Text("論理モデル", "Logic model")(lang)
    table = HtmlTable(heads, rows, title, lang, right=frozenset())
    alt = " → ".join(f"{s.label}: {Text('、', '; ')(lang).join(s.boxes)}" for s in stages)
    return Figure(
        _svg(stages, lang), alt, f"{title}. {caption}" if lang == "en" else f"{title}。{caption}", table
    )


def _wrapped(text: str, lang: Lang) -> list[str]:
    if lang == "en":
        return textwrap.wrap(text, PER_LINE["en"]) or [""]
    size = PER_LINE["ja"]
    return [text[i : i + size] for i in range(0, len(text), size)]


def _svg(stages: Sequence[Stage], lang: Lang) -> bytes:
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=78)
        ax.set_axis_off()
        ax.set_xlim(0, len(stages))
        ax.set_ylim(0, 1)
        for i, stage in enumerate(stages):
            ax.text(
                i + 0.44,
                0.985,
                stage.label,
                ha="center",
                va="top",
                fontsize=9,
                weight="bold",
                color=PALETTE["blue"],
            )
            boxes = [_wrapped(b, lang) for b in stage.boxes]
            need = sum(len(b) * LINE + 0.04 for b in boxes)
            gap = max(0.02, (0.86 - need) / (len(boxes) + 1))
            top = 0.9 - gap
            for lines in boxes:
                height = len(lines) * LINE + 0.04
                _box(ax, i, top, height, "\n".join(lines))
                top -= height + gap
            if i + 1 < len(stages):
                ax.annotate(
                    "", (i + 1.0, 0.47), (i + 0.88, 0.47),
                    arrowprops={"arrowstyle": "-|>", "color": PALETTE["ink"], "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
                )  # fmt: skip
        return svg_bytes(figure)


def _box(ax: object, column: int, top: float, height: float, text: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    ax.add_patch(  # type: ignore[attr-defined]
        FancyBboxPatch(
            (column + 0.02, top - height), 0.84, height, boxstyle="round,pad=0,rounding_size=0.02", facecolor="#eef3f7",
            edgecolor=PALETTE["light"], linewidth=0.8, mutation_aspect=0.25,
        )
    )  # fmt: skip
    ax.text(column + 0.44, top - height / 2, text, ha="center", va="center", fontsize=7.6, linespacing=1.25)  # type: ignore[attr-defined]

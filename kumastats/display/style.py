"""The look of every figure: one font, few lines, colours that survive colour blindness and grey printing.

Figures are made without pyplot: nothing global is changed, and nothing needs to be closed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kumastats.display import fonts
from kumastats.display.numbers import MINUS
from kumastats.text import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure
    from matplotlib.ticker import Formatter

# Okabe and Ito's colours, darkest first, so that they also differ in grey
PALETTE = MappingProxyType(
    {
        "ink": "#1d2733",
        "blue": "#00598f",
        "orange": "#c1531b",
        "green": "#007a5a",
        "sky": "#4a9cc9",
        "grey": "#6b7580",
        "light": "#c9d0d6",
        "grid": "#e4e8eb",
    }
)
MM = 1 / 25.4


@contextmanager
def figure_style(lang: Lang = "ja") -> Iterator[None]:
    """Apply the style inside the block only.

    Parameters
    ----------
    lang
        Language of the labels; both use the same family.
    """
    import matplotlib as mpl

    family = fonts.register()
    settings: Any = {
        "font.family": family,
        "font.size": 9,
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.labelsize": 8.5,
        "axes.labelcolor": PALETTE["ink"],
        "axes.edgecolor": PALETTE["grey"],
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": PALETTE["grid"],
        "grid.linewidth": 0.6,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "xtick.color": PALETTE["ink"],
        "ytick.color": PALETTE["ink"],
        "text.color": PALETTE["ink"],
        "lines.linewidth": 1.6,
        "lines.solid_capstyle": "round",
        "legend.frameon": False,
        "svg.fonttype": "path",
        "svg.hashsalt": "kumastats",
        "path.simplify": False,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
    }
    with mpl.rc_context(settings):
        yield


def new_figure(lang: Lang = "ja", width_mm: float = 160, height_mm: float = 85) -> tuple[MplFigure, Axes]:
    """Return a figure of this size and its axes. Use inside `figure_style`."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as MplFigure

    figure = MplFigure(figsize=(width_mm * MM, height_mm * MM), layout="constrained")
    FigureCanvasSVG(figure)
    ax = figure.add_subplot()
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(_plain_ticks(lang))
        axis.isDefault_majfmt = True  # gives way to dates and categories, as matplotlib's own does
    return figure, ax


def _plain_ticks(lang: Lang) -> Formatter:
    """Return matplotlib's own writing of plain numbers, with the minus sign of the language's tables."""
    from matplotlib.ticker import ScalarFormatter

    class PlainTicks(ScalarFormatter):
        @staticmethod
        def fix_minus(s: str) -> str:
            return s.replace("-", MINUS[lang])

    return PlainTicks()


def mark_event(ax: Axes, x: float, label: str, *, row: int = 0, color: str = PALETTE["grey"]) -> None:
    """Mark a dated event: a dashed line and its name at the top, `row` lines down."""
    ax.axvline(x, color=color, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
    ax.annotate(
        label,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(3, -2 - 10 * row),
        textcoords="offset points",
        fontsize=7.5,
        color=color,
        va="top",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
    )


def mark_number(ax: Axes, x: float, number: int) -> None:
    """Mark a dated event by a number above the axes; its name belongs in the caption."""
    ax.axvline(x, color=PALETTE["grey"], linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    ax.annotate(
        str(number), (x, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points", ha="center", va="bottom",
        fontsize=7.5, color=PALETTE["ink"],
    )  # fmt: skip


def direct_label(ax: Axes, x: float, y: float, text: str, color: str = PALETTE["ink"], dy: float = 0) -> None:
    """Name a line at its end instead of in a legend; `dy` shifts it by points."""
    ax.annotate(
        text, (x, y), xytext=(5, dy), textcoords="offset points", color=color, fontsize=8, va="center",
        annotation_clip=False,
    )  # fmt: skip


def band(ax: Axes, x: Sequence[float], low: Sequence[float], high: Sequence[float], color: str) -> None:
    """Shade an interval."""
    ax.fill_between(x, low, high, color=color, alpha=0.18, linewidth=0)


def svg_bytes(figure: MplFigure) -> bytes:
    """Return the figure as SVG: the same figure, the same bytes. Glyphs are drawn, so no font is missing."""
    made = io.BytesIO()
    figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None})
    return made.getvalue()

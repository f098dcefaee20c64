"""A change in waits, part by part, from the wait before to the wait after."""

from __future__ import annotations

import math

import numpy as np

from kumastats.display import Figure, interval, number
from kumastats.display.style import PALETTE, figure_style, new_figure, svg_bytes
from kumastats.text import Lang, Text
from kumastats.workload.counter.before_after import NAMES
from kumastats.workload.counter.decomposition import WORDS, Decomposition

SIDES = Text("前", "before"), Text("後", "after")


def decomposition_figure(parts: Decomposition, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw a bar for the wait before, one for each part from where the last ended, and one for the wait after."""
    rows = parts.frame[parts.frame["part"] != "total"]
    names = [SIDES[0](lang), *(WORDS[p](lang) for p in rows["part"]), SIDES[1](lang)]
    steps = np.r_[0.0, rows["minutes"].cumsum()]
    starts = np.r_[0.0, parts.observed[0] + steps[:-1], 0.0]
    sizes = np.r_[parts.observed[0], rows["minutes"], parts.observed[1]]
    ends = starts + sizes
    minutes = Text("分", "min")(lang)
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=68)
        at = np.arange(len(names))[::-1]
        inner = sizes[1:-1]
        colours = [PALETTE["grey"], *(PALETTE["blue"] if v < 0 else PALETTE["orange"] for v in inner), PALETTE["grey"]]  # fmt: skip
        ax.barh(at, sizes, left=starts, color=colours, height=0.6)
        for y, low, high, size, end in zip(
            at[1:-1], rows["low"], rows["high"], inner, ends[1:-1], strict=True
        ):
            if math.isfinite(low):
                ax.plot(end - size + np.array([low, high]), [y, y], color="black", linewidth=1.1)
        reach = [
            max(start, end, *([end - size + high] if math.isfinite(high) else []))
            for start, end, size, high in zip(starts, ends, sizes, [math.nan, *rows["high"], math.nan], strict=True)
        ]  # fmt: skip
        for y, size, right, whole in zip(at, sizes, reach, [True, *[False] * len(inner), True], strict=True):
            ax.annotate(
                f"{number(size, lang, 1, signed=not whole)} {minutes}", (right, y), xytext=(4, 0), textcoords="offset points", va="center",
                fontsize=8,
            )  # fmt: skip
        ax.axvline(0, color=PALETTE["grey"], linewidth=0.8)
        ax.set_yticks(at)
        ax.set_yticklabels(names)
        ax.margins(x=0.14)
        ax.set_xlabel(Text(f"{NAMES[parts.metric].ja}（分）", f"{NAMES[parts.metric].en} (min)")(lang))
        svg = svg_bytes(figure)
    told = [
        f"{WORDS[p](lang)} {number(m, lang, 1, signed=True)}" + (f" ({interval(lo, hi, lang, 1)})" if math.isfinite(lo) else "")
        for p, m, lo, hi in zip(rows["part"], rows["minutes"], rows["low"], rows["high"], strict=True)
    ]  # fmt: skip
    before, after = (number(v, lang, 1) for v in parts.observed)
    alt = Text(
        f"{NAMES[parts.metric].ja}は{before}分から{after}分。内訳（分）: {'、'.join(told)}",
        f"{NAMES[parts.metric].en.capitalize()}: {before} to {after} min. Parts (min): {'; '.join(told)}",
    )(lang)
    return Figure(svg, alt, caption)

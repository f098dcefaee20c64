"""Which assumption moves the yen figure most, and how costs and benefits add up."""

from __future__ import annotations

from kumastats.display import Figure, number, yen, yen_interval
from kumastats.display.style import PALETTE, direct_label, figure_style, new_figure, svg_bytes
from kumastats.text import Lang, Text
from kumastats.workload.savings.cashflow import Cashflow
from kumastats.workload.savings.worth import Savings

OKU = 1e8


def _axis(lang: Lang) -> str:
    return Text("億円", "hundred million yen")(lang)


def tornado_figure(found: Savings, lang: Lang = "ja") -> Figure:
    """Draw the total with one assumption at a time at its ends."""
    frame = found.tornado
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=24 + 9 * len(frame))
        ax.grid(False)
        for i, (_, low, high) in enumerate(frame.itertuples(index=False, name=None)):
            y = len(frame) - 1 - i
            ax.barh(y, (high - low) / OKU, left=low / OKU, height=0.55, color=PALETTE["sky"])
            for x, align, shift in ((low, "right", -3), (high, "left", 3)):
                ax.annotate(
                    number(x / OKU, lang, 1), (x / OKU, y), xytext=(shift, 0), textcoords="offset points", ha=align, va="center", fontsize=7.5,
                )  # fmt: skip
        ax.axvline(found.likely / OKU, color=PALETTE["ink"], linewidth=1)
        ax.set_yticks(range(len(frame)), [n(lang) for n in reversed(list(frame["name"]))])
        ax.set_xlabel(_axis(lang))
        ax.set_title(Text("どの前提で金額が動くか", "Which assumption moves the figure")(lang))
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
        ax.use_sticky_edges = False
        ax.margins(x=0.12)
        svg = svg_bytes(figure)
    told = "; ".join(
        f"{name(lang)} {yen_interval(round(low, -6), round(high, -6), lang)}"
        for name, low, high in frame.itertuples(index=False, name=None)
    )
    caption = Text(
        "一つの前提だけを低い端から高い端まで動かし、ほかは見込みのまま。縦線は見込み。余力と支出の減の合計。前提の幅にわたる平均は、上に長い幅があるため見込みより大きい。",
        "One assumption from its low to its high end, all others likely; the line is the likely total of capacity and cash. The mean over all ranges lies above it, as ranges are longer upwards.",
    )(lang)
    return Figure(svg, told, caption)


def cumulative_figure(flows: dict[Text, Cashflow], lang: Lang = "ja") -> Figure:
    """Draw cumulative benefits less costs by fiscal year, a line for each scenario."""
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=75)
        ax.axhline(0, color=PALETTE["grey"], linewidth=0.8)
        told = []
        for (name, flow), color in zip(
            flows.items(), (PALETTE["blue"], PALETTE["orange"], PALETTE["green"]), strict=False
        ):
            frame = flow.frame()
            x = list(range(flow.first, flow.first + len(frame)))
            ax.plot(x, frame["cumulative"] / OKU, color=color, marker="o", markersize=3)
            direct_label(ax, x[-1], float(frame["cumulative"].iloc[-1]) / OKU, name(lang), color)
            told.append(f"{name(lang)} {yen(round(float(frame['cumulative'].iloc[-1]), -6), lang)}")
            ax.set_xticks(x, [Text(f"{y}年度", f"FY{y}")(lang) for y in x])
        ax.set_ylabel(_axis(lang))
        ax.set_title(Text("費用を差し引いた便益の累計", "Benefits less costs, added up over the years")(lang))
        ax.margins(x=0.02)
        svg = svg_bytes(figure)
    caption = Text(
        "年度末の累計。費用は実績（なければ契約・予算）。",
        "At the end of each year; costs are actual (else contracts, budgets).",
    )(lang)
    return Figure(svg, "; ".join(told), caption)

"""Enquiries by channel over time, and what is to come, drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumastats.display import Figure, number
from kumastats.display.style import PALETTE, direct_label, figure_style, mark_number, new_figure, svg_bytes
from kumastats.text import Lang, Text

CHANNELS: Mapping[str, Text] = {
    "phone": Text("電話", "telephone"),
    "counter": Text("窓口", "counter"),
    "chatbot": Text("チャットボット", "chatbot"),
    "remote": Text("遠隔支援", "remote support"),
}
LOOKS = {
    "phone": ("blue", "-"),
    "counter": ("orange", "--"),
    "chatbot": ("green", "-."),
    "remote": ("grey", ":"),
}


def channels_figure(
    frame: pd.DataFrame,
    lang: Lang = "ja",
    *,
    events: Mapping[str, Text] | None = None,
    caption: str = "",
) -> Figure:
    """Draw quarterly numbers: columns ``period`` (``FY2019Q1``), ``channel``, ``n`` (NaN where not told).

    `events` maps a period to what began in it; they are marked by numbers and named in the caption.
    """
    periods = sorted(set(frame["period"]))
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=82)
        ends: list[tuple[float, str]] = []
        for channel, (color, line) in LOOKS.items():
            own = frame[frame["channel"] == channel].set_index("period")["n"].reindex(periods)
            y = own.to_numpy(dtype=np.float64)
            if not np.isfinite(y).any():
                continue
            ax.plot(range(len(periods)), y, color=PALETTE[color], linestyle=line, marker="o", markersize=3)
            ends.append((float(y[np.isfinite(y)][-1]), channel))
        top = max((e for e, _ in ends), default=1.0)
        shift, last = 0.0, -np.inf
        for end, channel in sorted(ends):  # names that would lie on each other move up
            shift = max(0.0, shift + 11 - 170 * (end - last) / top) if np.isfinite(last) else 0.0
            direct_label(ax, len(periods) - 1, end, CHANNELS[channel](lang), PALETTE[LOOKS[channel][0]], dy=shift)  # fmt: skip
            last = end
        named: list[str] = []
        for period, label in sorted((events or {}).items()):
            if period in periods:
                named.append(f"{len(named) + 1} {label(lang)}")
                mark_number(ax, periods.index(period) - 0.5, len(named))
        firsts = [i for i, p in enumerate(periods) if p.endswith("Q1")]
        ax.set_xticks(firsts)
        ax.set_xticklabels([Text(f"{periods[i][2:6]}年度", periods[i][:6])(lang) for i in firsts])
        ax.set_xlim(-0.6, len(periods) + 1.5)
        ax.set_ylim(bottom=0)
        ax.set_ylabel(Text("件／四半期", "enquiries a quarter")(lang))
        ax.set_title(Text("経路別の問い合わせ", "Enquiries by channel")(lang), pad=16 if named else 10)
        svg = svg_bytes(figure)
    told = Text("、".join(f"{CHANNELS[c].ja} {number(e, 'ja')}件" for e, c in ends), ", ".join(f"{CHANNELS[c].en} {number(e, 'en')}" for e, c in ends))  # fmt: skip
    alt = Text(f"四半期ごとの件数。最後の四半期: {told.ja}。", f"Numbers a quarter; in the last: {told.en}.")(lang)  # fmt: skip
    listed = "　".join(named) if lang == "ja" else "; ".join(named)
    marks = Text(f"出来事: {listed}。", f"Events: {listed}.")(lang) if named else ""
    return Figure(svg, alt, " ".join(t for t in (caption, marks) if t))

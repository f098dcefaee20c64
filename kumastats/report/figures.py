"""Figures of the case study, drawn from the register's series and numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumastats.compare.plot import estimates_figure
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.display import Figure, number, word
from kumastats.display.style import PALETTE, direct_label, figure_style, mark_event, new_figure, svg_bytes
from kumastats.evidence import EvidenceRecord
from kumastats.text import Lang, Text


def of_record(record: EvidenceRecord, by_id: Mapping[str, EvidenceRecord], lang: Lang) -> Figure | None:
    """Return the figure of a record, or None when its sentence says it all."""
    if record.kind == "comparison":
        return _beside(record, by_id.get(f"naive-{record.id}"), lang)
    series = next((s for s in record.series if s.name == "by_year"), None)
    if series is not None and sum(y is not None for y in series.y) > 1:
        return _by_year(series, lang)
    return None


def _ends(x: PublishedNumber) -> tuple[float, float]:
    return (x.low, x.high) if x.low is not None and x.high is not None else (np.nan, np.nan)


def _beside(record: EvidenceRecord, naive: EvidenceRecord | None, lang: Lang) -> Figure | None:
    effect, truth = record.number("effect"), record.number("truth")
    if effect is None:
        return None
    rows: list[tuple[str, float, float, float]] = []
    if truth is not None:
        rows.append((word("truth", lang), truth.value, np.nan, np.nan))
    rows.append((word(record.design, lang), effect.value, *_ends(effect)))
    change = naive.number("change") if naive is not None else None
    if change is not None:
        rows.append((word("naive", lang), change.value, *_ends(change)))
    caption = Text(
        f"{record.title.ja}。線は95％信頼区間。n={record.n or 0:,}、{record.n_units or 0}職場。",
        f"{record.title.en} Lines are 95% confidence intervals. n={record.n or 0:,}, {record.n_units or 0} offices.",
    )(lang)
    return estimates_figure(rows, record.unit, lang, decimals=effect.decimals, caption=caption)


def _by_year(series: PublishedSeries, lang: Lang) -> Figure:
    frame = pd.DataFrame({"x": [str(x) for x in series.x], "y": series.y}).dropna()
    low = pd.Series(series.lo or [None] * len(series.x), dtype=float)[frame.index]
    high = pd.Series(series.hi or [None] * len(series.x), dtype=float)[frame.index]
    scale = 100 if series.form == "share" else 1
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=62)
        x = np.arange(len(frame))
        y = frame["y"].to_numpy(dtype=float) * scale
        if low.notna().all() and high.notna().all():
            errors = np.abs(np.stack([y - low.to_numpy() * scale, high.to_numpy() * scale - y]))
            ax.errorbar(x, y, yerr=errors, fmt="o", color=PALETTE["blue"], markersize=5, elinewidth=1.1)
        else:
            ax.plot(x, y, "o-", color=PALETTE["blue"], markersize=5)
        for i, value in enumerate(y):
            shown = number(value, lang, series.decimals)
            if low.notna().all():
                direct_label(ax, float(i), float(value), shown, PALETTE["blue"])
            else:
                ax.annotate(
                    shown, (i, value), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8, color=PALETTE["blue"]
                )  # fmt: skip
        years = [int(t.removeprefix("FY")) for t in frame["x"]]
        start = next((i for i, year in enumerate(years) if year >= 2018), None)
        if start:
            mark_event(ax, start - 0.5, Text("改革の開始（2018年4月）", "reform begins (April 2018)")(lang))
        ax.set_xticks(x)
        ax.set_xticklabels(
            [
                t.replace("FY", "") + ("年度" if t.startswith("FY") and lang == "ja" else "")
                for t in frame["x"]
            ]
        )
        ax.set_ylim(
            bottom=0,
            top=max(y.max(), float(np.nanmax(high.to_numpy())) * scale if high.notna().any() else 0) * 1.22,
        )
        ax.set_xlim(-0.4, len(frame) - 0.35)
        ax.set_ylabel(series.unit(lang) or Text("％", "%")(lang))
        label = series.label(lang)
        ax.set_title(label[:1].upper() + label[1:])
        svg = svg_bytes(figure)
    told = Text("、", ", ")(lang).join(
        f"{t} {number(v, lang, series.decimals)}" for t, v in zip(frame["x"], y, strict=True)
    )
    alt = f"{series.label(lang)}: {told}"
    n = sum(series.n)
    caption = Text(
        f"{series.label.ja}（{series.unit.ja}）。延べn={n:,}。"
        + ("線は95％区間。" if low.notna().all() else ""),
        f"{series.label.en[:1].upper()}{series.label.en[1:]} ({series.unit.en}). n={n:,} in all."
        + (" Lines are 95% intervals." if low.notna().all() else ""),
    )(lang)
    return Figure(svg, alt, caption)

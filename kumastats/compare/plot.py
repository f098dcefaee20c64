"""Figures of comparisons. Each draws what a result holds and computes nothing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.event_study import EventStudy
from kumastats.compare.result import Comparison
from kumastats.display import Figure, interval, number, word
from kumastats.display.dates import month_ticks
from kumastats.display.style import (
    PALETTE,
    band,
    direct_label,
    figure_style,
    mark_event,
    mark_number,
    new_figure,
    svg_bytes,
)
from kumastats.text import Lang, Text


def event_study_figure(study: EventStudy, lang: Lang = "ja", *, source: str = "") -> Figure:
    """Draw effects by months since going live, with intervals; the months before should lie about zero."""
    frame = study.frame
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=80)
        ax.axhline(0, color=PALETTE["grey"], linewidth=0.8)
        shown = frame[frame["event_month"] != -1]
        banded = shown[np.isfinite(shown["band_low"])]
        for side in (banded["event_month"] < 0, banded["event_month"] >= 0):
            rows = banded[side]
            band(
                ax,
                list(rows["event_month"]),
                list(rows["band_low"]),
                list(rows["band_high"]),
                PALETTE["blue"],
            )
        for past, color in ((True, PALETTE["grey"]), (False, PALETTE["blue"])):
            rows = shown[(shown["event_month"] < 0) == past]
            errors = np.abs(np.stack([rows["estimate"] - rows["low"], rows["high"] - rows["estimate"]]))
            ax.errorbar(
                rows["event_month"],
                rows["estimate"],
                yerr=errors,
                fmt="o",
                markersize=4.5,
                color=color,
                elinewidth=1.1,
                capsize=0,
            )
        ax.plot([-1], [0], "o", markersize=5, markerfacecolor="white", markeredgecolor=PALETTE["grey"])
        mark_event(ax, -0.5, Text("導入", "live")(lang), color=PALETTE["ink"])
        ax.set_xlabel(
            Text(
                "導入からの月数（両端はそれ以前・以後をまとめた）",
                "months since going live (ends are binned)",
            )(lang)
        )
        ax.set_ylabel(study.unit(lang))
        ax.set_title(Text(f"{study.label.ja}の差の推移", f"Difference in {study.label.en}, by month")(lang))
        low, high = int(frame["event_month"].min()), int(frame["event_month"].max())
        ax.set_xticks([m for m in range(low, high + 1) if m % 3 == 0])
        svg = svg_bytes(figure)
    last = frame.iloc[-1]
    size = Text(
        number(last["estimate"], "ja", study.decimals), number(last["estimate"], "en", study.decimals)
    )
    sure = not study.undecidable_reason
    ends = Text("", "")
    if sure:
        ends = Text(
            f"（{interval(last['low'], last['high'], 'ja', study.decimals)}）",
            f" ({interval(last['low'], last['high'], 'en', study.decimals)})",
        )
    alt = Text(
        f"導入からの月ごとの推定値。最後の月は{size.ja}{study.unit.ja}{ends.ja}。",
        f"Estimates by month since going live; the last is {size.en} {study.unit.en}{ends.en}.",
    )(lang)
    how = Text("職場が少なく区間は示せない", "no intervals: there are too few offices")
    if sure:
        how = Text(
            f"線は各月の{study.level:.0%}区間、帯は全ての月を同時に覆う{study.level:.0%}の帯（職場でまとめた誤差）",
            f"lines are {study.level:.0%} intervals of each month, the band holds all months at once (clustered by office)",
        )
    caption = Text(
        f"点は推定値、{how.ja}。白丸は基準（導入の前月）。n={study.n:,}人・月、{study.n_clusters}職場。{source}",
        f"Points are estimates; {how.en}; the white point is the reference, the month before. n={study.n:,} person-months, "
        f"{study.n_clusters} offices. {source}",
    )(lang)
    return Figure(svg, alt, caption.strip())


def estimates_figure(
    rows: Sequence[tuple[str, float, float, float]],
    unit: Text,
    lang: Lang = "ja",
    *,
    decimals: int = 1,
    caption: str = "",
    signed: bool = True,
    kinds: Sequence[int] | None = None,
) -> Figure:
    """Draw named estimates beside each other: (name, value, low, high); NaN ends draw no interval.

    `signed` is for changes; levels are written without a plus. Rows of one of the `kinds` share a colour; without any each has
    its own.
    """
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=22 + 13 * len(rows))
        ax.grid(False)
        ax.axvline(0, color=PALETTE["grey"], linewidth=0.8)
        colors = [PALETTE["blue"], PALETTE["orange"], PALETTE["green"], PALETTE["grey"]]
        for i, (_, value, low, high) in enumerate(rows):
            y = len(rows) - 1 - i
            color = colors[(i if kinds is None else kinds[i]) % len(colors)]
            if np.isfinite(low) and np.isfinite(high):
                ax.plot([low, high], [y, y], color=color, linewidth=2)
            ax.plot([value], [y], "o", color=color, markersize=6)
            ax.annotate(
                number(value, lang, decimals, signed=signed),
                (value, y),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=color,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},  # the line at zero runs behind
            )
        ax.set_yticks(range(len(rows)))
        ax.set_yticklabels([r[0] for r in reversed(rows)], fontsize=8.5)
        ax.set_ylim(-0.6, len(rows) - 0.3)
        ax.set_xlabel(unit(lang))
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
        svg = svg_bytes(figure)
    told = "; ".join(
        f"{name} {number(v, lang, decimals, signed=signed)}"
        + (f" ({interval(lo, hi, lang, decimals)})" if np.isfinite(lo) else "")
        for name, v, lo, hi in rows
    )
    return Figure(svg, told, caption)


def estimate_figure(comparison: Comparison, lang: Lang = "ja") -> Figure:
    """Draw one estimate and its interval against zero, with n and the design in the caption."""
    c = comparison
    design = word(c.design, lang)
    told = Text(f"{c.level:.0%}信頼区間", f"the {c.level:.0%} confidence interval")
    if not math.isfinite(c.ci[0]):
        told = Text("区間なし（判断できない）", "no interval (it cannot be decided)")
    caption = Text(
        f"{design}。点は推定値、線は{told.ja}。n={c.n:,}、{c.n_clusters}{c.counted.ja}（{c.n_treated_clusters}に導入）。",
        f"{design.capitalize()}. Point: estimate; line: {told.en}. n={c.n:,}, {c.n_clusters} {c.counted.en} ({c.n_treated_clusters} treated).",
    )(lang)
    rows = [(c.label(lang), c.estimate, *c.ci)]
    return estimates_figure(rows, c.unit, lang, decimals=c.decimals, caption=caption)


def two_lines_figure(
    frame: pd.DataFrame,
    unit: Text,
    title: Text,
    lang: Lang = "ja",
    *,
    events: Mapping[dt.date, Text] | None = None,
    caption: str = "",
) -> Figure:
    """Draw monthly means of groups: columns ``group``, ``period`` (``2018-10``), ``value``.

    `events` are marked by numbers at the top and named in the caption, so that no name covers a line.
    """
    names = list(dict.fromkeys(frame["group"]))
    months = _every_month(frame["period"])
    place = {m: i for i, m in enumerate(months)}
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=80)
        for name, color in zip(names, (PALETTE["blue"], PALETTE["orange"], PALETTE["green"]), strict=False):
            rows = frame[frame["group"] == name].sort_values("period")
            x = [place[p] for p in rows["period"]]
            ax.plot(x, rows["value"], color=color, label=name)
            if {"low", "high"} <= set(rows.columns):
                band(ax, x, list(rows["low"]), list(rows["high"]), color)
        if len(names) > 1:
            ax.legend(
                loc="upper left", bbox_to_anchor=(0, -0.16), ncols=len(names), fontsize=8, borderaxespad=0
            )
        else:
            direct_label(
                ax,
                place[months[-1]],
                float(frame.sort_values("period")["value"].iloc[-1]),
                "",
                PALETTE["blue"],
            )
        named: list[str] = []
        for day, label in sorted((events or {}).items()):
            key = str(Month.of(day))
            if key in place:
                named.append(f"{len(named) + 1} {label(lang)}")
                mark_number(ax, place[key], len(named))
        ticks = month_ticks(months, lang)
        ax.set_xticks(list(ticks))
        ax.set_xticklabels(list(ticks.values()))
        ax.set_ylabel(unit(lang))
        ax.set_title(title(lang)[:1].upper() + title(lang)[1:], pad=16 if named else 10)
        ax.set_ylim(bottom=0)
        ax.margins(x=0.01)
        svg = svg_bytes(figure)
    listed = "　".join(named) if lang == "ja" else "; ".join(named)
    last = [
        f"{n} {number(float(frame[frame['group'] == n].sort_values('period')['value'].iloc[-1]), lang, 1)}"
        for n in names
    ]
    alt = Text(
        f"{title.ja}。最後の月: {'、'.join(last)} {unit.ja}。",
        f"{title.en}. Last month: {', '.join(last)} {unit.en}.",
    )(lang)
    listed = "　".join(named) if lang == "ja" else "; ".join(named)
    events_told = Text(f"出来事: {listed}。", f"Events: {listed}.")(lang) if named else ""
    return Figure(svg, alt, " ".join(t for t in (caption, events_told) if t))


def _every_month(periods: pd.Series) -> list[str]:
    """Return the months from first to last, those without a value too: a gap is as wide as it is long."""
    month, last = Month(str(periods.min())), Month(str(periods.max()))
    out = [str(month)]
    while month < last:
        month += 1
        out.append(str(month))
    return out


def beside(
    comparison: Comparison,
    naive: Comparison | None,
    truth: float | None,
    lang: Lang = "ja",
    *,
    source: str = "",
) -> Figure:
    """Draw the truth (of a synthetic city), the estimate with its interval and the naive difference."""
    rows = [(word("truth", lang), truth, np.nan, np.nan)] if truth is not None else []
    rows.append((word(comparison.design, lang), comparison.estimate, *comparison.ci))
    if naive is not None:
        rows.append((word("naive", lang), naive.estimate, *naive.ci))
    units = comparison.counted
    caption = Text(
        f"線は{comparison.level:.0%}区間。n={comparison.n:,}、{comparison.n_clusters}{units.ja}（導入{comparison.n_treated_clusters}）。{source}",
        f"Lines are {comparison.level:.0%} intervals; n={comparison.n:,}, {comparison.n_clusters} {units.en} "
        f"({comparison.n_treated_clusters} gone live). {source}",
    )(lang)
    return estimates_figure(
        rows, comparison.unit, lang, decimals=comparison.decimals, caption=caption.strip()
    )

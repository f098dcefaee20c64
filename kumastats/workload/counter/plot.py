"""Figures of counters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumastats.display import Figure, number
from kumastats.display.style import PALETTE, band, direct_label, figure_style, new_figure, svg_bytes
from kumastats.text import Lang, Text
from kumastats.workload.counter.arrivals import ArrivalProfile
from kumastats.workload.counter.whatif import WhatIf


def arrivals_figure(profile: ArrivalProfile, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw mean arrivals by half hour."""
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=62)
        width = np.diff(profile.edges)
        ax.bar(profile.edges[:-1], profile.mean, width=width * 0.92, align="edge", color=PALETTE["blue"])
        hours = np.arange(np.ceil(profile.edges[0] / 60), profile.edges[-1] / 60 + 0.01)
        ax.set_xticks(hours * 60)
        ax.set_xticklabels([f"{int(h)}:00" for h in hours])
        ax.set_ylabel(Text("人／30分（平均）", "customers per half hour (mean)")(lang))
        ax.set_title(Text("来客の時間帯", "When customers come")(lang))
        svg = svg_bytes(figure)
    busiest = int(np.argmax(profile.mean))
    at = f"{int(profile.edges[busiest]) // 60}:{int(profile.edges[busiest]) % 60:02d}"
    alt = Text(
        f"来客は{at}からの時間帯が最も多く、平均{number(profile.mean[busiest], 'ja', 1)}人。",
        f"Most customers come from {at}: {number(profile.mean[busiest], 'en', 1)} on average.",
    )(lang)
    return Figure(svg, alt, caption)


def desks_figure(answer: WhatIf, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw the 90th percentile of waits by number of desks."""
    frame = answer.by_desks[answer.by_desks["desks"] >= answer.desks]
    minutes = Text("分", "min")(lang)
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=75)
        x = frame["desks"].to_numpy()
        band(ax, list(x), list(frame["p90_day_low"]), list(frame["p90_day_high"]), PALETTE["blue"])
        ax.plot(x, frame["p90"], "o-", color=PALETTE["blue"], markersize=4)
        goals = (
            (answer.target, Text("目標", "target"), x[-1], "right"),
            (answer.near_zero, Text("ほぼゼロ", "near zero"), x[0], "left"),
        )
        for goal, words, place, side in goals:
            ax.axhline(goal, color=PALETTE["grey"], linewidth=0.8, linestyle=(0, (3, 2)))
            ax.annotate(
                f"{words(lang)} {number(goal, lang)} {minutes}", (place, goal), xytext=(0, 3), textcoords="offset points", ha=side,
                fontsize=8, color=PALETTE["grey"],
            )  # fmt: skip
        now = frame[frame["desks"] == answer.desks]
        if len(now):
            ax.plot(
                now["desks"],
                now["p90"],
                "o",
                markersize=8,
                markerfacecolor="none",
                markeredgecolor=PALETTE["orange"],
            )
            direct_label(
                ax,
                float(answer.desks),
                float(now["p90"].iloc[0]),
                Text("今の窓口数", "desks now")(lang),
                PALETTE["orange"],
                dy=8,
            )
        ax.set_xticks(x)
        ax.set_ylim(bottom=0)
        ax.set_xlabel(Text("開いている窓口の数", "desks open")(lang))
        ax.set_ylabel(Text("待ち時間の90％点（分）", "90th percentile of waits (min)")(lang))
        ax.set_title(
            Text("窓口を増やすと待ち時間はどうなるか（模擬計算）", "Waits by number of desks (simulated)")(
                lang
            )
        )
        svg = svg_bytes(figure)
    told = "; ".join(f"{d}: {number(v, lang)}" for d, v in zip(frame["desks"], frame["p90"], strict=True))
    alt = Text(
        f"窓口の数ごとの待ち時間の90％点（分）: {told}",
        f"90th percentile of waits in minutes by desks: {told}",
    )(lang)
    return Figure(svg, alt, caption)


def waits_by_year_figure(
    frame: pd.DataFrame, lang: Lang = "ja", *, caption: str = "", event: tuple[float, Text] | None = None
) -> Figure:
    """Draw a quantile of waits by fiscal year: columns ``year`` (label), ``value``, ``low``, ``high`` in minutes."""
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=70)
        x = np.arange(len(frame))
        errors = np.abs(np.stack([frame["value"] - frame["low"], frame["high"] - frame["value"]]))
        ax.errorbar(
            x, frame["value"], yerr=errors, fmt="o", color=PALETTE["blue"], markersize=5, elinewidth=1.2
        )
        for i, value in enumerate(frame["value"]):
            direct_label(ax, float(i), float(value), number(value, lang), PALETTE["blue"])
        if event is not None:
            from kumastats.display.style import mark_event

            mark_event(ax, event[0], event[1](lang))
        ax.set_xticks(x)
        ax.set_xticklabels(list(frame["year"]))
        ax.set_ylim(bottom=0)
        ax.set_xlim(-0.5, len(frame) - 0.3)
        ax.set_ylabel(Text("繁忙期の待ち時間の90％点（分）", "90th percentile in the peak weeks (min)")(lang))
        svg = svg_bytes(figure)
    told = "; ".join(f"{y} {number(v, lang)}" for y, v in zip(frame["year"], frame["value"], strict=True))
    return Figure(svg, told, caption)


def queue_figure(tickets: pd.DataFrame, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw how many wait through the day: the mean over days, and where eight days in ten lie."""
    frame = queue_through_day(tickets)
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=70)
        x = list(frame["minute"])
        band(ax, x, list(frame["low"]), list(frame["high"]), PALETTE["blue"])
        ax.plot(x, frame["waiting"], color=PALETTE["blue"])
        ax.set_xticks(np.arange(np.ceil(x[0] / 60), x[-1] / 60 + 0.01) * 60)
        ax.set_xticklabels([f"{int(m) // 60}:00" for m in ax.get_xticks()])
        ax.set_ylim(bottom=0)
        ax.set_ylabel(Text("待っている人", "people waiting")(lang))
        ax.set_title(Text("一日の列", "The queue through the day")(lang))
        svg = svg_bytes(figure)
    most = frame.iloc[int(np.argmax(frame["waiting"]))]
    at = f"{int(most['minute']) // 60}:{int(most['minute']) % 60:02d}"
    alt = Text(
        f"列が最も長いのは{at}ごろで、平均{number(most['waiting'], 'ja', 1)}人。",
        f"The queue is longest at about {at}: {number(most['waiting'], 'en', 1)} people on average.",
    )(lang)
    return Figure(svg, alt, caption)


def queue_through_day(tickets: pd.DataFrame, *, minutes: int = 15) -> pd.DataFrame:
    """Return people waiting at each quarter hour: ``minute``, ``waiting`` (mean over days), ``low``, ``high`` (10 % and 90 % of days)."""
    until = tickets["called_at"].fillna(tickets["left_at"]) if "left_at" in tickets else tickets["called_at"]
    known = tickets[until.notna()]
    floor = known["issued_at"].dt.floor("D")
    day, dates = pd.factorize(floor, sort=True)
    begin = ((known["issued_at"] - floor).dt.total_seconds() / 60).to_numpy()
    end = ((until[until.notna()] - floor).dt.total_seconds() / 60).to_numpy()
    grid = np.arange(begin.min() // minutes * minutes, np.quantile(end, 0.999) + minutes, minutes)
    held = np.array(
        [
            np.searchsorted(np.sort(begin[day == d]), grid, side="right")
            - np.searchsorted(np.sort(end[day == d]), grid, side="right")
            for d in range(len(dates))
        ]
    )
    low, high = np.quantile(held, [0.1, 0.9], axis=0)
    return pd.DataFrame({"minute": grid, "waiting": held.mean(axis=0), "low": low, "high": high})

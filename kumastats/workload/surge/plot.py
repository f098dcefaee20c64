"""Figures of a surge."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kumastats.display import Figure, by_error, number
from kumastats.display.style import PALETTE, band, direct_label, figure_style, new_figure, svg_bytes
from kumastats.text import Lang, Text
from kumastats.workload.surge.scenario import Again

Floats = npt.NDArray[np.float64]


def course_figure(
    days: Floats,
    seen: Floats,
    fitted: Floats,
    low: Floats,
    high: Floats,
    lang: Lang = "ja",
    *,
    caption: str = "",
) -> Figure:
    """Draw people in shelters by day since the event: what was counted, and the fitted course with its band."""
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=75)
        band(ax, list(days), list(low), list(high), PALETTE["blue"])
        ax.plot(days, fitted, color=PALETTE["blue"], label=Text("当てはめた推移", "fitted course")(lang))
        ax.plot(
            days,
            seen,
            "o",
            color=PALETTE["orange"],
            markersize=2.8,
            label=Text("数えられた人数", "counted")(lang),
        )
        ax.set_xlabel(Text("発生からの日数", "days since the event")(lang))
        ax.set_ylabel(Text("避難者（人）", "people in shelters")(lang))
        ax.set_title(Text("避難者の推移", "People in shelters")(lang))
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper right", fontsize=8)
        svg = svg_bytes(figure)
    top = int(np.nanargmax(fitted))
    alt = Text(
        f"避難者は{number(days[top], 'ja')}日目に最も多く、約{number(fitted[top], 'ja')}人。その後減っていく。",
        f"Most people, about {number(fitted[top], 'en')}, are in shelters on day {number(days[top], 'en')}; then they leave.",
    )(lang)
    return Figure(svg, alt, caption)


def duty_figure(
    days: Floats, needed: Floats, on_duty: Floats, lang: Lang = "ja", *, caption: str = ""
) -> Figure:
    """Draw staff needed and staff on duty by day since the event."""
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=70)
        lines = (
            (needed, PALETTE["orange"], Text("必要職員", "needed")),
            (on_duty, PALETTE["blue"], Text("従事職員", "on duty")),
        )
        for values, color, name in lines:
            ax.plot(days, values, color=color, label=name(lang))
        ax.fill_between(
            days,
            on_duty,
            needed,
            where=list(needed > on_duty),
            color=PALETTE["orange"],
            alpha=0.15,
            linewidth=0,
        )
        ax.set_xlabel(Text("発生からの日数", "days since the event")(lang))
        ax.set_ylabel(Text("職員（人）", "staff")(lang))
        ax.set_title(Text("避難所の必要職員と従事職員", "Staff needed and on duty at shelters")(lang))
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper right", fontsize=8)
        svg = svg_bytes(figure)
    gap = float(np.nansum(needed - on_duty))
    alt = Text(
        f"必要職員は従事職員を延べ{number(gap, 'ja')}人・日上回る。",
        f"Needed exceeds on duty by {number(gap, 'en')} staff-days in all.",
    )(lang)
    return Figure(svg, alt, caption)


def again_figure(found: Again, lang: Lang = "ja", *, caption: str = "") -> Figure:
    """Draw the staff that shelters would need by day since the peak, with the band of the assumptions."""
    mean, low, high = (np.array([getattr(b, k) for b in found.staff]) for k in ("mean", "low", "high"))
    peak, least, most = by_error(mean[0], low[0], high[0])
    last = by_error(mean[-1], low[-1], high[-1])[0]
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=70)
        band(ax, list(found.days), list(low), list(high), PALETTE["blue"])
        ax.plot(found.days, mean, color=PALETTE["blue"])
        direct_label(
            ax, float(found.days[0]), float(mean[0]), number(peak, lang), PALETTE["blue"], dy=6
        )  # fmt: skip
        ax.set_xlabel(Text("ピークからの日数", "days since the peak")(lang))
        ax.set_ylabel(Text("同時に要る職員（人）", "staff on duty at a time")(lang))
        ax.set_title(Text("2016年の避難が今起きたら", "If the evacuation of 2016 came again")(lang))
        ax.set_ylim(bottom=0)
        svg = svg_bytes(figure)
    alt = Text(
        f"同時に要る職員は、ピークで約{number(peak, 'ja')}人（{number(least, 'ja')}～{number(most, 'ja')}人）、{len(mean)}日目に約{number(last, 'ja')}人。",
        f"About {number(peak, 'en')} staff at a time at the peak ({number(least, 'en')} to {number(most, 'en')}), "
        f"about {number(last, 'en')} on day {len(mean)}.",
    )(lang)
    return Figure(svg, alt, caption)

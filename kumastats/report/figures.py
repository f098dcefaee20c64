"""Figures of the case study, drawn from the register's series and numbers and from nothing else.

Each carries a table of what it draws. Captions and tables keep their numbers marked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kumastats.compare.plot import estimates_figure
from kumastats.disclosure.cells import PERIOD, atoms
from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.display import Figure, HtmlTable, number, word
from kumastats.display.dates import short_month
from kumastats.display.offices import kind_name
from kumastats.display.style import PALETTE, figure_style, mark_event, new_figure, svg_bytes
from kumastats.evidence import EvidenceRecord
from kumastats.evidence.marks import mark, plain
from kumastats.evidence.sentence import point
from kumastats.text import Lang, Text

if TYPE_CHECKING:
    from kumastats.report.writer import Writer

MOST_POINTS, MOST_LABELLED, LEAST_MONTHS = 40, 12, 4
REFORM = "2018-04"
MONTH = re.compile(r"\d{4}-\d{2}")
EVENT = "event"


def of_record(w: Writer, record: EvidenceRecord) -> Iterator[Figure]:
    """Yield the figures of a record: a comparison beside its naive difference, and each of its series.

    One estimate alone, or an event study of a few months, says no more than the sentence: it is not drawn.
    """
    if record.kind == "comparison":
        drawn = _beside(w, record)
        if drawn is not None:
            yield drawn
    for series in w.series[record.id]:
        least = LEAST_MONTHS if series.name.startswith(EVENT) else 2
        if least <= sum(y is not None for y in series.y) <= MOST_POINTS:
            yield _drawn(w, record.id, series)


def _ends(x: PublishedNumber) -> tuple[float, float]:
    return (x.low, x.high) if x.low is not None and x.high is not None else (math.nan, math.nan)


def _beside(w: Writer, record: EvidenceRecord) -> Figure | None:
    effect, truth = w.held(record.id, "effect"), w.held(record.id, "truth")
    if effect is None:
        return None
    named = [(record.id, effect, word(record.design, w.lang))]
    if truth is not None:
        named.insert(0, (record.id, truth, word("truth", w.lang)))
    naive = f"naive-{record.id}"
    change = w.held(naive, "change")
    if change is not None:
        named.append((naive, change, word("naive", w.lang)))
    if len(named) < 2:
        return None
    rows = [(label, x.value, *_ends(x)) for _, x, label in named]
    title = w.title(record)
    n = mark(f"{record.id}.n", number(record.n or 0, w.lang))
    counted = w.held(record.id, "offices")
    units = w.say("、", ", ") + w.show(record.id, counted) if counted is not None else ""
    certain = any(x.low is not None for _, x, _ in named)
    lines = (
        w.say(f"線は{w.name('95％信頼区間')}。", f" Lines are {w.name('95% confidence intervals')}.")
        if certain
        else ""
    )
    caption = w.say(f"{title}。{lines}n={n}{units}。", f"{title}{lines} n={n}{units}.")
    table = HtmlTable(
        [w.say("比べ方", "comparison"), word("estimate", w.lang), w.name(word("interval", w.lang))],
        [
            [label, w.show(id_, x), w.show(id_, x, "interval") if x.low is not None else "—"]
            for id_, x, label in named
        ],
        w.say("図の値", "Values of the figure"), w.lang, right=frozenset({1, 2}),
    )  # fmt: skip
    made = estimates_figure(rows, record.unit, w.lang, decimals=effect.decimals, caption="")
    return Figure(made.svg, made.alt, caption, table)


def _drawn(w: Writer, id_: str, s: PublishedSeries) -> Figure:
    lang = w.lang
    kept = [i for i, y in enumerate(s.y) if y is not None]
    y = np.array([float(s.y[i] or 0) for i in kept]) * (100 if s.form == "share" else 1)
    ends = _interval(s, kept)
    labels = [_label(s.x[i], lang) for i in kept]
    label = s.label(lang) or s.name.replace("_", " ")
    event = s.name.startswith(EVENT)
    if event:
        label = w.say(f"{label}の差（導入前の月との比較）", f"difference in {label} from before going live")
    unit = s.unit(lang) or (w.say("％", "%") if s.form == "share" else "")
    svg = _svg(s, kept, y, ends, labels, label, unit, lang)
    sure = bool(s.lo and s.hi) and any(s.lo[i] is not None for i in kept)
    shown = [[w.name(labels[k]), *_cells(w, id_, s, i, sure)] for k, i in enumerate(kept)]
    heads = [
        w.say("導入からの月数", "months since going live")
        if event
        else w.say("時点・区分", "period or class"),
        label,
    ]
    if sure:
        heads.append(w.name(word("interval", lang)))
    if s.n:
        heads.append(word("n", lang))
    table = HtmlTable(heads, shown, w.name(label), lang, right=frozenset(range(1, len(heads))))
    told = w.say("、", ", ").join(f"{labels[k]} {number(y[k], lang, s.decimals)}" for k in range(len(kept)))
    lines = w.say(f"線は{w.name('95％区間')}。", f" Lines are {w.name('95% intervals')}.")
    total = mark(f"{id_}.{s.name}[*].n", number(sum(s.n), lang)) if s.n else ""
    counted = w.say(f"延べn={total}。", f" n={total} in all.") if total else ""
    of = f"（{unit}）" if lang == "ja" else f" ({unit})"
    caption = w.say(
        f"{label}{of if unit else ''}。{counted}{lines if ends is not None else ''}",
        f"{label[:1].upper()}{label[1:]}{of if unit else ''}.{counted}{lines if ends is not None else ''}",
    )
    w.name(f"{label} {unit}")
    return Figure(svg, plain(f"{label}: {told}"), caption, table)


def _interval(s: PublishedSeries, kept: Sequence[int]) -> tuple[Any, Any] | None:
    if not s.lo or not s.hi or any(s.lo[i] is None or s.hi[i] is None for i in kept):
        return None
    scale = 100 if s.form == "share" else 1
    return tuple(np.array([float(c[i] or 0) for i in kept]) * scale for c in (s.lo, s.hi))  # type: ignore[return-value]


def _cells(w: Writer, id_: str, s: PublishedSeries, i: int, sure: bool) -> list[str]:
    reference = f"{id_}.{s.name}[{s.x[i]}]"
    held = point(s, i)
    from kumastats.evidence import show

    out = [mark(reference, show(held, w.lang))]
    if sure:
        out.append(
            mark(f"{reference}.interval", show(held, w.lang, "interval")) if held.low is not None else "—"
        )
    if s.n:
        out.append(mark(f"{reference}.n", show(held, w.lang, "n")))
    return out


def _label(x: object, lang: Lang) -> str:
    said = str(x)
    if said.startswith("FY") and said[2:].isdigit():
        return f"{said[2:]}年度" if lang == "ja" else said
    if MONTH.fullmatch(said):
        return short_month(said, lang)
    return kind_name(said)(lang)


def _first_month(x: object) -> str:
    said = str(x)
    if len(said) == 4 and said.isdigit():
        return f"{said}-04"  # early April of a year
    return atoms(PERIOD, said)[0]


def _svg(
    s: PublishedSeries, kept: Sequence[int], y: Any, ends: tuple[Any, Any] | None, labels: Sequence[str], label: str, unit: str,
    lang: Lang,
) -> bytes:  # fmt: skip
    months = [_first_month(s.x[i]) for i in kept]
    periods = all(len(m) == 7 and m[4] == "-" and m[:4].isdigit() for m in months)
    numbers = all(isinstance(s.x[i], (int, float)) for i in kept)
    from matplotlib.ticker import MaxNLocator

    with figure_style(lang):
        if not periods and not numbers:
            return _classes(y, ends, labels, label, unit, lang, s.decimals)
        figure, ax = new_figure(lang, height_mm=62)
        x = (
            np.array([float(s.x[i]) for i in kept])
            if numbers and not periods
            else np.arange(len(kept), dtype=float)
        )
        if ends is not None:
            errors = np.clip(np.stack([y - ends[0], ends[1] - y]), 0, None)
            ax.errorbar(x, y, yerr=errors, fmt="o", color=PALETTE["blue"], markersize=5, elinewidth=1.1)
        else:
            ax.plot(x, y, "o-", color=PALETTE["blue"], markersize=5)
        beside: Any = (
            {"xytext": (6, 4), "ha": "left"} if ends is not None else {"xytext": (0, 8), "ha": "center"}
        )
        for k, value in enumerate(y if len(kept) <= MOST_LABELLED else ()):
            ax.annotate(
                number(float(value), lang, s.decimals), (x[k], value), textcoords="offset points", fontsize=8, color=PALETTE["blue"],
                **beside,
            )  # fmt: skip
        tops = y if ends is None else ends[1]
        bottoms = y if ends is None else ends[0]
        if float(np.min(bottoms)) < 0:
            ax.axhline(0, color=PALETTE["grey"], linewidth=0.8)
            room = 0.12 * float(np.max(tops) - np.min(bottoms))
            ax.set_ylim(float(np.min(bottoms)) - room, max(0.0, float(np.max(tops))) + room)
        else:
            ax.set_ylim(0, float(np.max(tops)) * 1.22 or 1)
        if periods:
            start = next((k for k, m in enumerate(months) if m >= REFORM), None)
            if start:
                mark_event(
                    ax, start - 0.5, Text("改革の開始（2018年4月）", "reform begins (April 2018)")(lang)
                )
            step = max(1, math.ceil(len(kept) / 10))
            ax.set_xticks(x[::step])
            ax.set_xticklabels(labels[::step])
            ax.set_xlim(-0.4, len(kept) - 0.35)
        elif s.name.startswith(EVENT):
            mark_event(ax, -0.5, Text("導入", "live")(lang), color=PALETTE["ink"])
            ax.set_xlabel(Text("導入からの月数", "months since going live")(lang))
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_ylabel(unit)
        ax.set_title(label[:1].upper() + label[1:])
        return svg_bytes(figure)


def _classes(
    y: Any,
    ends: tuple[Any, Any] | None,
    labels: Sequence[str],
    label: str,
    unit: str,
    lang: Lang,
    decimals: int,
) -> bytes:
    figure, ax = new_figure(lang, height_mm=24 + 8 * len(labels))
    at = np.arange(len(labels))[::-1]
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    if ends is not None:
        ax.errorbar(
            y,
            at,
            xerr=np.clip(np.stack([y - ends[0], ends[1] - y]), 0, None),
            fmt="o",
            color=PALETTE["blue"],
            markersize=5,
        )
    else:
        ax.plot(y, at, "o", color=PALETTE["blue"], markersize=5)
    for k, value in enumerate(y):
        ax.annotate(
            number(float(value), lang, decimals), (value, at[k]), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8,
            color=PALETTE["blue"],
        )  # fmt: skip
    ax.set_yticks(at)
    ax.set_yticklabels(labels)
    ax.set_ylim(-0.7, len(labels) - 0.2)
    ax.set_xlabel(unit)
    ax.set_title(label[:1].upper() + label[1:])
    return svg_bytes(figure)

"""The surveys drawn: how answers divide, and the share satisfied by wave."""

from __future__ import annotations

import re

import numpy as np

from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, percent
from kumastats.display.style import PALETTE, figure_style, new_figure, svg_bytes
from kumastats.report.chapters.satisfaction import Asked, Survey
from kumastats.report.session import Session
from kumastats.text import Lang, Text
from kumastats.workload.satisfaction import Share, weighted_share

SATISFIED = Text("満足（上位2つ）", "satisfied (top two)")
MIDDLE = Text("どちらでもない", "neutral")
DISSATISFIED = Text("不満（下位2つ）", "dissatisfied (bottom two)")
WITHHELD = "—"


def wave_name(wave: str, lang: Lang) -> str:
    """Return a wave as readers call it.

    >>> wave_name("FY2018", "ja"), wave_name("spring", "ja")
    ('2018年度', 'spring')
    """
    found = re.fullmatch(r"FY(\d{4})(Q\d)?", wave)
    return f"{found[1]}年度{found[2] or ''}" if found and lang == "ja" else wave


def share_told(count: int, n: int, session: Session, decimals: int = 0) -> str:
    """Return a share, or a dash where it or what is left of it rests on too few people."""
    if not n:
        return WITHHELD
    told = PublishedNumber("share", count / n, "share", n=n, numerator=count, contributors=n)
    return (
        WITHHELD
        if primary([told], session.thresholds)
        else percent(count / n, session.lang, decimals)
    )  # fmt: skip


def upper(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]


def share_of(q: Asked, wave: str) -> Share:
    """Return the share satisfied in a wave."""
    mine = q.held.of(wave)
    return weighted_share(mine.satisfied, mine.weight)


def distribution(session: Session, survey: Survey) -> Figure:
    """Draw how answers divide into dissatisfied, middle and satisfied, by question and wave."""
    lang = session.lang
    colors = (PALETTE["orange"], PALETTE["light"], PALETTE["blue"])
    rows: list[tuple[str, list[tuple[float, int]] | None, str]] = []
    for q in survey.questions:
        for i, wave in enumerate(q.held.waves):
            score = q.held.of(wave).score
            counts = [int((score <= 2).sum()), 0, int((score >= q.held.top - 1).sum())]
            counts[1] = len(score) - counts[0] - counts[2]
            name = f"{wave_name(wave, lang)} (n={len(score):,})"
            shown = all(share_told(c, len(score), session) != WITHHELD for c in counts)
            parts = [(c / len(score), c) for c in counts] if shown else None
            rows.append((name, parts, q.measure.label(lang) if i == 0 else ""))
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=12 + 7.5 * len(rows) + 7 * len(survey.questions))
        ax.grid(False)
        ticks, names, y = [], [], 0.0
        for name, parts, question in rows:
            if question:
                y -= 0.9
                ax.text(0, y + 0.75, upper(question), fontsize=8.5, fontweight="bold", va="center")
            ticks.append(y)
            names.append(name)
            left = 0.0
            for (share, _), color in zip(parts or [], colors, strict=False):
                ax.barh(y, share, left=left, color=color, height=0.72)
                dark = color != PALETTE["light"]
                ax.text(
                    left + share / 2, y, percent(share, lang, 0), ha="center", va="center", fontsize=8,
                    color="white" if dark else PALETTE["ink"],
                )  # fmt: skip
                left += share
            y -= 1.0
        ax.set_yticks(ticks)
        ax.set_yticklabels(names)
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(0, 1)
        ax.set_ylim(y + 0.4, 0.2)
        ax.set_xticks([])
        for side in ax.spines.values():
            side.set_visible(False)
        for i, (label, color) in enumerate(zip((DISSATISFIED, MIDDLE, SATISFIED), colors, strict=True)):
            ax.text(
                (0.0, 0.5, 1.0)[i], 1.02, label(lang), transform=ax.transAxes, ha=("left", "center", "right")[i], va="bottom",
                fontsize=8.5, color=PALETTE["grey"] if color == PALETTE["light"] else color, fontweight="bold",
            )  # fmt: skip
        svg = svg_bytes(figure)
    asked, answers = "", []
    for name, parts, question in rows:
        asked = question or asked
        if parts:
            answers.append(f"{asked}, {name}: {' / '.join(percent(s, lang, 0) for s, _ in parts)}")
    told = "; ".join(answers)
    alt = Text(
        f"{survey.label.ja}の答えの割合（不満／どちらでもない／満足）。{told}",
        f"Answers of {survey.label.en} (dissatisfied / neutral / satisfied). {told}",
    )(lang)
    caption = Text(
        f"答えの割合、重みなし。どれかが{session.thresholds.min_n}人未満になる回は描かない。",
        f"Shares of answers, unweighted; waves with any part of fewer than {session.thresholds.min_n} people are not drawn.",
    )(lang)
    return Figure(svg, alt, caption)


def top_two(session: Session, survey: Survey) -> Figure:
    """Draw the share of satisfied people by wave with Wilson's intervals, a line a question."""
    lang = session.lang
    colors = (PALETTE["blue"], PALETTE["orange"], PALETTE["green"], PALETTE["grey"])
    alt = []
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=72)
        waves = survey.waves
        for i, (q, color) in enumerate(zip(survey.questions, colors, strict=False)):
            shares = {w: share_of(q, w) for w in q.held.waves}
            shown = {w: s for w, s in shares.items() if share_told(s.hits, s.n, session) != WITHHELD}
            x = [waves.index(w) + 0.06 * (i - (len(survey.questions) - 1) / 2) for w in shown]
            y = np.array([s.value for s in shown.values()])
            ends = np.array([[s.value - s.low, s.high - s.value] for s in shown.values()]).reshape(-1, 2).T
            ax.errorbar(
                x, y, yerr=ends, fmt="o-", color=color, markersize=4.5, elinewidth=1.1,
                linewidth=1.0, label=upper(q.measure.label(lang)),
            )  # fmt: skip
            alt.append(
                f"{q.measure.label(lang)}: "
                + ", ".join(f"{wave_name(w, lang)} {percent(s.value, lang, 0)}" for w, s in shown.items())
            )
        ax.set_xticks(range(len(waves)))
        ax.set_xticklabels([wave_name(w, lang) for w in waves])
        ax.set_xlim(-0.4, len(waves) - 0.6)
        ax.set_ylim(0, min(1.0, ax.get_ylim()[1] * 1.1))
        ax.yaxis.set_major_formatter(lambda v, _: percent(v, lang, 0))
        ax.set_title(
            Text(
                f"「満足」以上と答えた人の割合（{survey.label.ja}）",
                f"Share satisfied or very satisfied ({survey.label.en})",
            )(lang)
        )
        ax.legend(
            loc="upper left",
            bbox_to_anchor=(0, -0.12),
            ncols=2 if lang == "ja" else 1,
            fontsize=8,
            borderaxespad=0,
        )
        svg = svg_bytes(figure)
    weighted = any(q.held.weighted for q in survey.questions)
    caption = Text(
        f"点は割合（{'調査の重みつき' if weighted else '重みなし'}）、線は95％区間（ウィルソン）。推移であり、取組の効果ではない。",
        f"Points: shares ({'survey weights' if weighted else 'unweighted'}); lines: 95% intervals (Wilson). A course, not an effect.",
    )(lang)
    return Figure(svg, "; ".join(alt), caption)

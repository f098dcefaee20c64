"""The register's confirmatory questions as one family: several answers at once find something by chance more often than one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumastats.compare import Comparison
from kumastats.compare.multiple import adjusted
from kumastats.display import HtmlTable, number, word
from kumastats.report.chapters import answered
from kumastats.report.session import Session
from kumastats.study import Question
from kumastats.text import Lang, Text

ALPHA = 0.05


@dataclass(frozen=True)
class Member:
    """A confirmatory question: its comparison (None where it was refused), and its p-value after both adjustments.

    One that cannot be decided, or was refused, counts with p = 1: silence must not make the others easier.
    """

    question: Question
    comparison: Comparison | None
    p: float
    holm: float
    benjamini_hochberg: float

    @property
    def stands(self) -> bool:
        """Whether a change is found with the whole family in view (Holm)."""
        return self.holm <= ALPHA


def members(session: Session) -> tuple[Member, ...]:
    """Answer the confirmatory questions and adjust their p-values, in the register's order."""
    asked = [q for q in session.study.questions.values() if q.kind == "confirmatory"]
    found = {a.answer.question.id: a.answer.comparison for a in answered.answers(session, asked).found}
    p = [_p(found.get(q.id)) for q in asked]
    holm, discovery = adjusted(p, "holm"), adjusted(p, "benjamini_hochberg")
    return tuple(
        Member(q, found.get(q.id), p[i], float(holm[i]), float(discovery[i])) for i, q in enumerate(asked)
    )


def _p(comparison: Comparison | None) -> float:
    if comparison is None or not comparison.decidable or not math.isfinite(comparison.p):
        return 1.0
    return comparison.p


def table(session: Session, family: tuple[Member, ...]) -> HtmlTable:
    """Return a row a question: p-value alone, after Holm, after Benjamini and Hochberg, and what stands."""
    lang = session.lang
    heads = [
        Text("検証的な問い", "confirmatory question"), Text("p値", "p"), Text("Holm調整", "Holm"),
        Text("BH調整", "Benjamini–Hochberg"), Text("全体として", "with all in view"),
    ]  # fmt: skip
    rows = []
    for m in family:
        silent = m.comparison is None or not m.comparison.decidable
        figures = ["—"] * 3 if silent else [_told(x, lang) for x in (m.p, m.holm, m.benjamini_hochberg)]
        verdict = Text("変化あり", "a change") if m.stands else Text("変化は示せない", "no change shown")
        rows.append(
            [m.question.text(lang), *figures, word("cannot_be_decided", lang) if silent else verdict(lang)]
        )
    note = Text(
        f"検証的な問いは{len(family)}。判断できない問いもp＝1として数えた。Holmは一つでも誤って「変化あり」とする確率を、"
        f"BHは「変化あり」のうち誤りの割合を{ALPHA:.0%}に抑える。",
        f"{len(family)} confirmatory questions; those that cannot be decided count with p = 1. Holm holds the chance of any false "
        f"finding at {ALPHA:.0%}, Benjamini–Hochberg the share of false ones among the findings.",
    )
    title = Text("複数の問いをまとめて見る", "Several questions at once")
    return HtmlTable([h(lang) for h in heads], rows, title(lang), lang, note(lang), frozenset({1, 2, 3}))


def _told(p: float, lang: Lang) -> str:
    return Text("0.001未満", "< 0.001")(lang) if p < 0.001 else number(p, lang, 3)

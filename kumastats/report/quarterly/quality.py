"""Data quality in one score: the share of rows that break no rule, by table and over all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kumastats.display import HtmlTable, number, percent, word
from kumastats.tables import table
from kumastats.text import Lang, Text
from kumastats.warehouse.rules import CheckReport, RuleResult


@dataclass(frozen=True)
class TableQuality:
    """A table's rows and how many break a rule; a row that breaks two is counted twice, so the score is a lower bound."""

    table: str
    rows: int
    errors: int
    warnings: int
    worst: RuleResult | None

    @property
    def score(self) -> float:
        """Share of rows that break no rule, at least."""
        return max(0.0, 1 - (self.errors + self.warnings) / self.rows) if self.rows else 1.0


def by_table(report: CheckReport) -> tuple[TableQuality, ...]:
    """Return the quality of every table held, the lowest score first."""
    out = []
    for name in sorted({r.rule.table for r in report.results if r.rule.table != "*"}):
        mine = [r for r in report.results if r.rule.table == name]
        broken = [r for r in mine if r.result != "pass"]
        worst = max(broken, key=lambda r: (r.result == "fail", r.rows), default=None)
        count = {s: sum(r.rows for r in broken if r.rule.severity == s) for s in ("error", "warning")}
        out.append(TableQuality(name, max(r.of for r in mine), count["error"], count["warning"], worst))
    return tuple(sorted(out, key=lambda t: (t.score, t.table)))


def score(found: Sequence[TableQuality]) -> float:
    """Return the share over all tables, rows counting alike."""
    rows = sum(t.rows for t in found)
    return sum(t.score * t.rows for t in found) / rows if rows else 1.0


def score_words(value: float, lang: Lang) -> str:
    """Return a score rounded down, so that whole only stands where nothing is broken.

    >>> score_words(0.99999, "en"), score_words(1.0, "en")
    ('99.99%', '100.00%')
    """
    return percent(math.floor(value * 10_000 + 1e-9) / 10_000, lang, 2)


def quality_table(found: Sequence[TableQuality], lang: Lang) -> HtmlTable:
    """Return the scores with the rule broken most."""
    rows = [
        [
            table(t.table).label(lang), score_words(t.score, lang), number(t.rows, lang), number(t.errors, lang), number(t.warnings, lang),
            f"{t.worst.rule.meaning(lang)} ({number(t.worst.rows, lang)})" if t.worst else "—",
        ]
        for t in found
    ]  # fmt: skip
    heads = [
        Text(*h)(lang)
        for h in (("表", "table"), ("点数", "score"), ("行", "rows"), ("誤り", "errors"), ("注意", "warnings"), ("最も多いもの", "most often"))
    ]  # fmt: skip
    note = Text(
        "点数は、どの規則にも触れない行の割合（少なくとも）。一つの行が二つの規則に触れると二度数える。",
        "The score is the share of rows that break no rule, at least: a row that breaks two is counted twice.",
    )(lang)
    return HtmlTable(
        heads,
        rows,
        Text("表ごとの点数", "Score of each table")(lang),
        lang,
        note,
        right=frozenset({1, 2, 3, 4}),
    )


def failures(report: CheckReport) -> tuple[RuleResult, ...]:
    """Return the rules that fail, most rows first."""
    return tuple(
        sorted((r for r in report.results if r.result == "fail"), key=lambda r: (-r.rows, r.rule.id))
    )


def words_of(result: RuleResult, lang: Lang) -> str:
    """Return a broken rule in a sentence."""
    name = (
        table(result.rule.table).label(lang) if result.rule.table != "*" else Text("受領", "deliveries")(lang)
    )
    return (
        Text(
            f"{name}: {result.rule.meaning.ja}が{result.rows:,}行（{result.of:,}行のうち）",
            f"{name}: {result.rule.meaning.en}, {result.rows:,} of {result.of:,} rows",
        )(lang)
        + f" [{word(result.result, lang)}]"
    )

"""Parts about how far a comparison can be trusted: its checks, other ways to estimate it, and the naive difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kumastats.display import HtmlTable, word
from kumastats.display.checks import check_name
from kumastats.evidence import EvidenceRecord
from kumastats.report.content import Block, Paragraph
from kumastats.report.namespace import NAIVE
from kumastats.report.parts.evidence import NONE_YET, findings_of
from kumastats.report.writer import Writer
from kumastats.study.yaml_reader import Node
from kumastats.text import Text

OTHERS = ("staggered", "did")  # an effect's other estimate, by the name its record gives it
BRIEF = {
    "negative_control": Text("動くはずのない指標", "negative control")
}  # heads, as the glossary has them


def robustness(w: Writer, _: Node) -> Iterator[Block]:
    """Of every comparison its estimate beside another one and the naive difference, and how each check went."""
    compared = [r for r in findings_of(w) if r.kind == "comparison"]
    if not compared:
        yield Paragraph(NONE_YET(w.lang))
        return
    yield _estimates(w, compared)
    checked = [r for r in compared if r.checks]
    if checked:
        yield _checks(w, checked)


def _checks(w: Writer, compared: Sequence[EvidenceRecord]) -> HtmlTable:
    """Name comparisons by their ids, which the table of estimates spells out: a column a check leaves no room."""
    names = list(dict.fromkeys(c.name for r in compared for c in r.checks))
    rows = []
    for r in compared:
        went = {c.name: c.result for c in r.checks}
        rows.append([r.id, *(word(went[n], w.lang) if n in went else "—" for n in names)])
    heads = [w.say("比較の番号", "comparison"), *(w.name(BRIEF.get(n, check_name(n))) for n in names)]
    title = w.say("比較ごとの点検", "Checks of each comparison")
    return HtmlTable(heads, rows, title, w.lang, right=frozenset())


def _estimates(w: Writer, compared: Sequence[EvidenceRecord]) -> HtmlTable:
    rows = []
    for r in compared:
        effect = w.held(r.id, "effect")
        other = next((x for n in OTHERS if (x := w.held(r.id, n)) is not None), None)
        naive = w.held(f"{NAIVE}{r.id}", "change")
        rows.append(
            [
                w.titled(r), w.show(r.id, effect, "signed") if effect else "—",
                w.show(r.id, other, "signed") if other else "—",
                w.show(f"{NAIVE}{r.id}", naive, "signed") if naive else "—",
            ]
        )  # fmt: skip
    heads = [
        w.say("比較（番号）", "comparison (id)"), word("estimate", w.lang), w.say("別の推定方法", "another estimator"),
        word("naive", w.lang),
    ]  # fmt: skip
    title = w.say("推定値、別の推定方法、単純な前後差", "Estimate, another estimator, naive difference")
    note = w.say(
        "別の推定方法は、本文が差の差なら段階的導入の差の差、段階的導入の差の差なら差の差。",
        "The other estimator is the staggered one where the text has difference-in-differences, and the reverse.",
    )
    return HtmlTable(heads, rows, title, w.lang, note, right=frozenset({1, 2, 3}))


PARTS = {"robustness": robustness}

"""Parts made of findings: headlines, the table of key findings, a theme, claims, certainty, robustness, the three dials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.display import HtmlTable, word
from kumastats.evidence import EvidenceRecord
from kumastats.evidence.certainty import LEVELS
from kumastats.evidence.dials import cost_of, effect_of, security_of
from kumastats.evidence.template import PLACEHOLDER
from kumastats.report import figures
from kumastats.report.content import Block, Finding, Paragraph
from kumastats.report.writer import SHOWN_LEVELS, Writer
from kumastats.study.yaml_reader import Node
from kumastats.text import Text

ORDER = {"comparison": 0, "descriptive": 1, "model": 2, "claim": 3}
NONE_YET = Text("この点の証拠は、まだありません。", "There is no evidence on this yet.")
MOST_HEADLINES = 6


def main_number(w: Writer, r: EvidenceRecord) -> PublishedNumber | None:
    """Return the number a record is about: its effect, or the first one its sentence names that is no assumption."""
    effect = w.held(r.id, "effect")
    if effect is not None:
        return effect
    named = [m["name"] for m in PLACEHOLDER.finditer(r.statement.ja) if m["name"]]
    held = [x for n in dict.fromkeys(named) if (x := w.held(r.id, n)) is not None]
    return next((x for x in held if x.form != "constant"), held[0] if held else None)


def findings_of(w: Writer) -> list[EvidenceRecord]:
    """Return the records that are findings of their own, in order of item, kind and id."""
    items = [i.id for i in w.source.study.items]
    mine = [r for r in w.records if r.kind != "claim" and not r.id.startswith(SHOWN_LEVELS)]
    place = {item: i for i, item in enumerate(items)}
    return sorted(mine, key=lambda r: (place.get(r.item, len(items)), ORDER[r.kind], r.id))


def _named(w: Writer, ids: Iterable[str]) -> list[EvidenceRecord]:
    """Return the records of these ids that are there; ``prefix-*`` stands for all that begin so."""
    out: list[EvidenceRecord] = []
    for id_ in ids:
        if id_.endswith("*"):
            out += [r for r in w.records if r.id.startswith(id_[:-1]) and r not in out]
        elif id_ in w.by_id and w.by_id[id_] not in out:
            out.append(w.by_id[id_])
    return out


def headlines(w: Writer, node: Node) -> Iterator[Block]:
    """The findings for the first page, one a theme: what was planned before the data, then what is surest, then those named."""
    named = _named(w, [str(v) for v in node.value])
    compared = sorted((r for r in w.records if r.kind == "comparison"), key=_prominence)
    chosen: dict[str, EvidenceRecord] = {}
    for r in (*compared, *named):
        chosen.setdefault(r.item, r)
    order = {item.id: i for i, item in enumerate(w.source.study.items)}
    if not chosen:
        yield Paragraph(w.say("まだ結果がありません。", "There are no findings yet."))
    for record in sorted(chosen.values(), key=lambda r: (order.get(r.item, len(order)), r.id))[
        :MOST_HEADLINES
    ]:
        yield w.finding(record)


def _prominence(r: EvidenceRecord) -> tuple[int, bool, int, str]:
    status = ("confirmatory", "retrospective", "exploratory").index(r.status)
    return status, not r.decidable, -LEVELS.index(r.certainty.level), r.id


def key_findings(w: Writer, _: Node) -> Iterator[Block]:
    """Every finding as a row: estimate, interval, n, design, certainty, id."""
    rows = []
    for r in findings_of(w):
        x = main_number(w, r)
        ends = x is not None and x.low is not None and x.high is not None
        rows.append(
            [
                w.title(r),
                w.show(r.id, x) if x else "—",
                w.show(r.id, x, "interval") if x and ends else "—",
                w.show(r.id, x, "n") if x and x.n is not None else "—",
                word(r.design, w.lang),
                word(r.certainty.level, w.lang),
                r.id,
            ]
        )
    heads = [w.say("わかったこと", "finding"), word("estimate", w.lang), w.name(w.say("95％区間", "95% interval")),
             word("n", w.lang), w.say("方法", "design"), word("certainty", w.lang), w.say("番号", "id")]  # fmt: skip
    if rows:
        yield HtmlTable(
            heads, rows, w.say("主な結果の一覧", "Key findings"), w.lang, right=frozenset({1, 2, 3})
        )
    else:
        yield Paragraph(NONE_YET(w.lang))


def chosen(w: Writer, node: Node) -> Iterator[Block]:
    """The records named, as findings; says so where none is there."""
    found = _named(w, [str(v) for v in node.value])
    if not found:
        yield Paragraph(NONE_YET(w.lang))
    for record in found:
        yield w.finding(record)


def theme(w: Writer, node: Node) -> Iterator[Block]:
    """Every record of a partnership item with its figures; an item without evidence says so."""
    mine = sorted(
        (r for r in w.records if r.item == str(node.value) and r.kind != "claim"),
        key=lambda r: (ORDER[r.kind], r.id),
    )
    if not mine:
        yield Paragraph(w.say("この項目の証拠は、まだありません。", "There is no evidence on this item yet."))
    for record in mine:
        if record.id.startswith(SHOWN_LEVELS):
            continue
        yield w.finding(record)
        yield from figures.of_record(w, record)
        if record.checks:
            yield _checks(w, record)
    levels = [r for r in mine if r.id.startswith(SHOWN_LEVELS)]
    if levels:
        yield levels_table(w, levels)


def _checks(w: Writer, r: EvidenceRecord) -> HtmlTable:
    heads = [word(k, w.lang) for k in ("check", "result")]
    rows = [[w.name(c.meaning), word(c.result, w.lang)] for c in r.checks]
    return HtmlTable(
        heads, rows, w.say("この比較の点検", "Checks of this comparison"), w.lang, right=frozenset()
    )


def levels_table(w: Writer, found: Sequence[EvidenceRecord]) -> HtmlTable:
    """Return the measures of a quarter beside those of a year earlier."""
    n = word("n", w.lang)
    heads = [
        w.say("指標", "measure"), w.name(w.source.quarter.label(w.lang)), n, w.say("前年同期", "a year earlier"), n
    ]  # fmt: skip
    rows = []
    for r in found:
        cells = []
        for name in ("now", "before"):
            x = w.held(r.id, name)
            cells += (
                ["—", "—"]
                if x is None
                else [w.show(r.id, x), w.show(r.id, x, "n") if x.n is not None else "—"]
            )
        rows.append([w.title(r), *cells])
    title = w.say("この四半期の指標", "Measures of this quarter")
    return HtmlTable(heads, rows, title, w.lang, right=frozenset({1, 2, 3, 4}))


def claims(w: Writer, _: Node) -> Iterator[Block]:
    """The announced claims with verdict, what was found and why."""
    found = [r for r in w.records if r.kind == "claim"]
    if not found:
        yield Paragraph(w.say("検証した主張は、まだありません。", "No claim has been examined yet."))
        return
    heads = [word("claim", w.lang), w.say("確かめた結果", "what was found"), word("verdict", w.lang)]
    rows = []
    for r in found:
        why = w.join([w.name(t) for t in r.reasons])
        said = w.statement(r) + w.say(f"（{why}）", f" ({why})")
        rows.append([w.title(r), said, word(r.verdict or "", w.lang)])
    title = w.say("公表された主張と判定", "Announced claims and verdicts")
    yield HtmlTable(heads, rows, title, w.lang, right=frozenset())


def certainty(w: Writer, _: Node) -> Iterator[Block]:
    """How sure each finding is, with every reason."""
    heads = [
        w.say("番号", "id"),
        w.say("方法", "design"),
        word("certainty", w.lang),
        w.say("理由", "reasons"),
    ]
    rows = [
        [
            r.id,
            word(r.design, w.lang),
            word(r.certainty.level, w.lang),
            w.join([w.name(t) for t in r.certainty.reasons]),
        ]
        for r in findings_of(w)
    ]
    if rows:
        title = w.say("どれほど確かか", "How sure each finding is")
        yield HtmlTable(heads, rows, title, w.lang, right=frozenset())


def robustness(w: Writer, _: Node) -> Iterator[Block]:
    """Of every comparison how many checks passed, warned, failed or could not run, and the naive difference beside it."""
    compared = [r for r in findings_of(w) if r.kind == "comparison"]
    if not compared:
        yield Paragraph(NONE_YET(w.lang))
        return
    results = ("pass", "warn", "fail", "not_run")
    rows = []
    for r in compared:
        effect, naive = w.held(r.id, "effect"), w.held(f"naive-{r.id}", "change")
        key = r.id.replace("-", "_")
        counts = [
            w.fact(f"checks_{key}_{result}", sum(c.result == result for c in r.checks)) for result in results
        ]
        rows.append(
            [
                w.title(r), w.show(r.id, effect) if effect else "—", w.show(f"naive-{r.id}", naive) if naive else "—", *counts,
                r.id,
            ]
        )  # fmt: skip
    heads = [
        w.say("比較", "comparison"), word("estimate", w.lang), word("naive", w.lang), *(word(k, w.lang) for k in results),
        w.say("番号", "id"),
    ]  # fmt: skip
    title = w.say("点検の結果と単純な前後差", "Checks, and the naive difference")
    yield HtmlTable(heads, rows, title, w.lang, right=frozenset({1, 2, 3, 4, 5, 6}))


def dials(w: Writer, _: Node) -> Iterator[Block]:
    """Effect, cost and security, rated apart: a large effect is not a sure one, nor a cheap one."""
    study = w.source.study
    rows = []
    for item in study.items:
        mine = [r for r in w.records if r.item == item.id and r.kind != "claim"]
        best = _best(w, mine)
        question = study.questions.get(best.question) if best is not None else None
        x = main_number(w, best) if best is not None else None
        effect = effect_of(best, x, question.smallest_effect if question else None)(w.lang)
        if best is not None and x is not None:
            effect = w.say(
                f"{effect}: {w.show(best.id, x)}（{best.id}）", f"{effect}: {w.show(best.id, x)} ({best.id})"
            )
        paid, money = cost_of([(r.id, y) for r in mine for y in w.numbers[r.id] if r.id.startswith("cost")])
        cost = paid(w.lang) + (w.say(": ", ": ") + w.show(*money) if money else "")
        rows.append([item.label(w.lang), effect, cost, security_of(best)(w.lang)])
    heads = [
        w.say("連携項目", "item"),
        w.say("効果", "effect"),
        w.say("費用", "cost"),
        w.say("確実さ", "security"),
    ]
    title = w.say("効果・費用・確実さ（別々に評価）", "Effect, cost and security, each rated by itself")
    yield HtmlTable(heads, rows, title, w.lang, right=frozenset())


def _best(w: Writer, mine: Sequence[EvidenceRecord]) -> EvidenceRecord | None:
    """Return the record that says most of an item: a comparison before a description, the surer before the less sure."""
    shown = [r for r in mine if not r.id.startswith(("naive-", "cost")) and r.kind != "model"]
    if not shown:
        return None
    return min(shown, key=lambda r: (ORDER[r.kind], r.id.startswith(SHOWN_LEVELS), *_prominence(r)))


def finding_or_none(w: Writer, ids: Sequence[str], most: int) -> Iterator[Finding]:
    """Yield the first `most` records of these ids."""
    for record in _named(w, ids)[:most]:
        yield w.finding(record)


PARTS = {
    "headlines": headlines, "key_findings": key_findings, "evidence": chosen, "findings": theme, "claims": claims,
    "certainty": certainty, "robustness": robustness, "dials": dials,
}  # fmt: skip

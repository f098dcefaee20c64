"""Effect, cost and security of each initiative and finding, rated apart: a large effect is not a sure one, nor a cheap one."""

from __future__ import annotations

from collections.abc import Iterator

from kumastats.display import HtmlTable
from kumastats.evidence import EvidenceRecord
from kumastats.evidence.dials import COST_RECORD, cost_of, effect_of, security_of
from kumastats.report.content import Block
from kumastats.report.namespace import BESIDE
from kumastats.report.parts.evidence import main_number, prominence
from kumastats.report.writer import Writer
from kumastats.study import Initiative
from kumastats.study.yaml_reader import Node


def dials(w: Writer, _: Node) -> Iterator[Block]:
    """A row for each comparison under the initiative it is about; an initiative nobody has examined says so."""
    rows, same = [], w.say("同上", "as above")
    for x in _initiatives(w):
        compared = sorted(_of(w, x), key=prominence)
        for k, r in enumerate(compared or [None]):
            name, cost = (w.name(x.label), _cost(w, x)) if k == 0 else (same, same)
            asked = w.titled(r) if r is not None else "—"
            rows.append([name, asked, _effect(w, r), cost, security_of(r)(w.lang)])
    if not rows:
        return
    heads = [
        w.say("取組", "initiative"), w.say("調べたこと（番号）", "question (id)"), w.say("効果", "effect"), w.say("費用", "cost"),
        w.say("確実さ", "security"),
    ]  # fmt: skip
    title = w.say("効果・費用・確実さ（別々に評価）", "Effect, cost and security, each rated by itself")
    yield HtmlTable(heads, rows, title, w.lang, right=frozenset())


def _initiatives(w: Writer) -> list[Initiative]:
    order = {item.id: i for i, item in enumerate(w.source.study.items)}
    return sorted(w.source.study.initiatives.values(), key=lambda x: order.get(x.item, len(order)))


def _of(w: Writer, x: Initiative) -> list[EvidenceRecord]:
    asked = {q.id for q in w.source.study.questions.values() if q.initiative == x.id}
    asked.add(f"{BESIDE}{x.id.replace('_', '-')}")
    return [r for r in w.records if r.kind == "comparison" and r.question in asked]


def _effect(w: Writer, r: EvidenceRecord | None) -> str:
    x = main_number(w, r) if r is not None else None
    question = w.source.study.questions.get(r.question) if r is not None else None
    said = effect_of(r, x, question.smallest_effect if question else None)(w.lang)
    if r is None or x is None:
        return said
    return f"{said}: {w.show(r.id, x, 'signed')}"


def _cost(w: Writer, x: Initiative) -> str:
    name = x.id.replace("-", "_")
    paid, share = w.held(COST_RECORD, name), w.held(COST_RECORD, f"{name}_share")
    said = cost_of(share)(w.lang)
    if paid is None or share is None:
        return said
    money, part = w.show(COST_RECORD, paid), w.show(COST_RECORD, share)
    return w.say(f"{said}: {money}（全体の{part}）", f"{said}: {money} ({part} of all)")


PARTS = {"dials": dials}

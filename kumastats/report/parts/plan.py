"""Parts about what was promised and planned: the six items, the logic, the roll-out, the questions, and what was changed."""

from __future__ import annotations

from collections.abc import Iterator

from kumastats import measures
from kumastats.disclosure import Thresholds
from kumastats.display import HtmlTable, word
from kumastats.errors import MeasureError
from kumastats.evidence.certainty import LEVELS
from kumastats.report.content import Block, Bullets, Paragraph
from kumastats.report.logic_model import Stage, logic_figure
from kumastats.report.namespace import BESIDE
from kumastats.report.writer import Writer
from kumastats.study import Question
from kumastats.study.yaml_reader import Node
from kumastats.text import Text

NO_RIGHT: frozenset[int] = frozenset()
DESIGNS = {
    "synthetic": "synthetic_control",
    "before_after": "descriptive",
}  # where the word for it has another name
SINGULAR = {
    "enquiries": "enquiry", "households": "household", "lessons": "lesson", "people": "person", "points": "point",
    "replies": "reply", "sides": "side",
}  # fmt: skip
STATUSES = {
    "confirmatory": Text("検証的", "confirmatory"),
    "retrospective": Text("事後的", "retrospective"),
    "exploratory": Text("探索的", "exploratory"),
}
COMPARED = {
    "not_yet_live": Text("まだ導入していない職場", "offices not yet live"),
    "never": Text("導入しない職場", "offices never live"),
    "none": Text("なし", "none"),
}


def coverage(w: Writer, _: Node) -> Iterator[Block]:
    """The six partnership items: how much evidence, how sure its comparisons are at best; items without say so."""
    rows = []
    for i, item in enumerate(w.source.study.items, start=1):
        mine = [r for r in w.records if r.item == item.id]
        compared = [LEVELS.index(r.certainty.level) for r in mine if r.kind == "comparison"]
        rows.append(
            [
                item.label(w.lang),
                w.fact(f"item_{i}_records", len(mine))
                if mine
                else w.say("証拠はまだない", "no evidence yet"),
                w.fact(f"item_{i}_comparisons", len(compared)),
                word(LEVELS[max(compared)], w.lang) if compared else "—",
            ]
        )
    heads = [
        w.say("連携項目", "item"), w.say("証拠の数", "records"), w.say("うち比較", "comparisons"),
        w.say("比較のうち最も高い確かさ", "surest comparison"),
    ]  # fmt: skip
    title = w.say("連携項目ごとの証拠", "Evidence by partnership item")
    left = (w.source.study.term.due - w.source.received_on).days
    days, due = Text("日", "days"), w.fact("due", w.source.study.term.due)
    note = (
        w.say(
            f"公表期限（{due}）まで、最後のデータを受け取った日から{w.fact('days_left', left, unit=days)}。",
            f"{w.fact('days_left', left, unit=days)} from the latest data to the day the case study is due ({due}).",
        )
        if left >= 0
        else w.say(
            f"公表期限（{due}）を{w.fact('days_over', -left, unit=days)}過ぎている。",
            f"The case study is {w.fact('days_over', -left, unit=days)} overdue (due {due}).",
        )
    )
    yield HtmlTable(heads, rows, title, w.lang, right=frozenset({1, 2}))
    yield Paragraph(note)


def logic(w: Writer, node: Node) -> Iterator[Block]:
    """The logic model, drawn and as a table."""
    stages = []
    for raw in node.entries():
        raw.known("label", "boxes", "assumes")
        boxes = tuple(w.prose(b) for b in raw.items("boxes"))
        assumed = w.prose(raw["assumes"]) if raw.has("assumes") else ""
        stages.append(Stage(w.prose(raw["label"]), boxes, assumed))
    caption = w.say("左から右へ、何がどう働くと考えたか。実線の矢印は想定で、証明ではない。",
                    "Read from left to right: how it is thought to work. Arrows are assumptions, not proofs.")  # fmt: skip
    assumptions = [s.assumed for s in stages if s.assumed]
    if assumptions:
        listed = w.say("」「", "; ").join(assumptions)
        caption += w.say(f"矢印の前提は順に「{listed}」。", f" In turn they assume: {listed}.")
    yield logic_figure(stages, w.lang, caption)


def rollout(w: Writer, _: Node) -> Iterator[Block]:
    """When how many offices went live: the comparison groups come from it."""
    rows = []
    for x in w.source.study.initiatives.values():
        live = sorted(v.live_on for v in x.waves)
        at = f"rollout_{x.id}"
        piloted = len(x.selected())
        rows.append(
            [
                w.name(x.label), w.fact(f"{at}_first", live[0]) if live else "—", w.fact(f"{at}_last", live[-1]) if live else "—",
                w.fact(f"{at}_waves", len(set(live))), w.fact(f"{at}_units", len(x.live_dates())),
                w.fact(f"{at}_piloted", piloted) if piloted else w.say("なし", "none"),
            ]
        )  # fmt: skip
    if not rows:
        yield Paragraph(w.say("導入の予定が台帳にない。", "The register holds no roll-out."))
        return
    heads = [
        w.say("取組", "initiative"), w.say("最初の導入", "first live"), w.say("最後の導入", "last live"), w.say("回数", "waves"),
        w.say("職場の数", "offices"), w.say("うち先行", "of these piloted"),
    ]  # fmt: skip
    yield HtmlTable(heads, rows, w.say("導入の順番", "The roll-out"), w.lang, right=frozenset({3, 4, 5}))


def plan(w: Writer, _: Node) -> Iterator[Block]:
    """Every question as planned."""
    s = w.source
    if s.locked_on is not None:
        day = w.fact("locked_on", s.locked_on)
        yield Paragraph(
            w.say(
                f"問いと方法は{day}に固定した。固定の前に得ていたデータの期間を含む問いは「事後的」とし、検証的とは呼ばない。",
                f"Questions and methods were frozen on {day}. A question whose data were held before is retrospective and never called confirmatory.",
            )
        )
    else:
        yield Paragraph(
            w.say(
                "計画は固定されていない。どの問いも検証的とは呼べない。",
                "The plan was never frozen: no question can be called confirmatory.",
            )
        )
    if not s.study.questions:
        yield Paragraph(w.say("事前に立てた問いはない。", "No question was asked in advance."))
        return
    heads = [
        w.say("問い", "question"), w.say("結果の指標（対照）", "outcome (negative control)"),
        w.say("方法、比較の相手、期間", "design, comparison, window"), w.say("関心のある最小の効果", "smallest effect of interest"),
        w.say("位置づけ", "status"), w.say("答え", "answer"),
    ]  # fmt: skip
    rows = [_question(w, q) for q in s.study.questions.values()]
    yield HtmlTable(heads, rows, w.say("事前に立てた問い", "Questions as planned"), w.lang, right=NO_RIGHT)
    answered = {r.question for r in w.records}
    why = [said for q in s.study.questions.values() if q.id not in answered and (said := _too_few(w, q))]
    if why:
        yield Bullets(tuple(why))


def _question(w: Writer, q: Question) -> list[str]:
    key = q.id.replace("-", "_")
    record = next((r for r in w.records if r.question == q.id), None)
    outcome = _measure(w, q.measure)
    if q.negative_control:
        outcome += w.say(f"（{_measure(w, q.negative_control)}）", f" ({_measure(w, q.negative_control)})")
    design, beside = word(DESIGNS.get(q.design, q.design), w.lang), COMPARED[q.comparison](w.lang)
    window = (
        w.fact(f"question_{key}_start", q.start) + w.say("～", " to ") + w.fact(f"question_{key}_end", q.end)
    )
    least = "—"
    if q.smallest_effect is not None:
        least = w.fact(
            f"question_{key}_smallest",
            q.smallest_effect,
            _decimals(q.smallest_effect),
            _unit(q.measure, one=q.smallest_effect == 1),
        )
    return [
        w.name(q.text), outcome, w.say(f"{design}。{beside}。{window}", f"{design}; {beside}; {window}"), least,
        STATUSES[record.status if record else q.kind](w.lang), record.id if record else _unanswered(w, q),
    ]  # fmt: skip


def _unanswered(w: Writer, q: Question) -> str:
    """Say why a question has no answer: its window is open, or these data cannot answer it; and what was found otherwise."""
    if q.end > w.source.quarter.end:
        return w.say("期間がまだ終わっていない", "its window has not closed")
    said = w.say("このデータでは答えられない", "these data cannot answer it")
    beside = f"{BESIDE}{q.initiative.replace('_', '-')}"
    same = w.by_id.get(beside)
    if same is None or same.item != q.item:
        return said
    return w.say(f"{said}（別の方法: {beside}）", f"{said} (by another method: {beside})")


def _too_few(w: Writer, q: Question) -> str:
    """Return why a question has no answer where the roll-out alone tells it: too few units were left to compare with."""
    rolled_out, asked = w.source.study.initiatives.get(q.initiative), measures.MEASURES.get(q.measure)
    if rolled_out is None or asked is None or not asked.of_people or q.comparison != "not_yet_live":
        return ""
    days = [d for unit, d in rolled_out.live_dates().items() if unit not in rolled_out.selected()]
    later = sum(d > q.end for d in days)
    least = Thresholds.of(dict(w.source.study.thresholds)).min_units
    if later >= least or q.end > w.source.quarter.end:
        return ""
    key = f"question_{q.id.replace('-', '_')}"
    held, needed = w.fact(f"{key}_later", later), w.fact("min_units", least)
    return w.say(
        f"「{w.name(q.text)}」に答えられない理由: 期間の終わりにまだ導入していなかったのは{held}か所で、係数を載せるのに要る{needed}か所に満たない。",
        f"Why these data cannot answer “{w.name(q.text)}”: at the end of its window {held} had not gone live, and a coefficient is published from {needed} on.",
    )


def _decimals(value: float) -> int:
    return len(f"{value:.10g}".partition(".")[2])


def _measure(w: Writer, id_: str) -> str:
    try:
        return w.name(measures.measure(id_).label)
    except MeasureError:
        return w.name(id_)


def _unit(id_: str, *, one: bool) -> Text | None:
    """Return the unit of a measure; after a one, English takes it in the singular."""
    try:
        unit = measures.measure(id_).unit
    except MeasureError:
        return None
    noun, space, rest = unit.en.partition(" ")
    return Text(unit.ja, SINGULAR.get(noun, noun) + space + rest) if one else unit


def deviations(w: Writer, _: Node) -> Iterator[Block]:
    """Every difference from the frozen plan, with the reason given."""
    found = w.source.deviations
    if w.source.locked_on is None:
        return
    if not found:
        yield Paragraph(w.say("固定した計画からの変更はない。", "Nothing differs from the frozen plan."))
        return
    none = Text("理由の記載なし", "no reason given")
    rows = [[w.name(d.path), w.name(d.locked), w.name(d.now), w.name(d.reason or none)] for d in found]
    heads = [
        w.say("項目", "what"),
        w.say("固定時", "when frozen"),
        w.say("現在", "now"),
        w.say("理由", "reason"),
    ]
    yield HtmlTable(heads, rows, w.say("計画からの変更", "Deviations from the plan"), w.lang, right=NO_RIGHT)


def definitions(w: Writer, _: Node) -> Iterator[Block]:
    """What each measure shown is, and what it is not."""
    ids = sorted({r.measure for r in w.records if r.measure} & set(measures.MEASURES))
    rows = []
    for id_ in ids:
        m = measures.measure(id_)
        rows.append(
            [
                w.name(m.label),
                w.name(m.unit),
                w.name(
                    Text(f"{m.numerator.ja} ÷ {m.denominator.ja}", f"{m.numerator.en} ÷ {m.denominator.en}")
                ),
                w.name(m.caveat),
            ]
        )
    heads = [
        w.say("指標", "measure"),
        w.say("単位", "unit"),
        w.say("計算", "computed as"),
        w.say("注意", "caveat"),
    ]
    if rows:
        yield HtmlTable(heads, rows, w.say("指標の定義", "What is measured"), w.lang, right=NO_RIGHT)


PARTS = {
    "coverage": coverage, "logic": logic, "rollout": rollout, "plan": plan, "deviations": deviations,
    "definitions": definitions,
}  # fmt: skip

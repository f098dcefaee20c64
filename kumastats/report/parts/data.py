"""Parts about the data: what is held, what is assumed, how privacy is kept, what was corrected, where it all comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from kumastats.disclosure import Thresholds
from kumastats.disclosure.numbers import PublishedNumber
from kumastats.display import HtmlTable
from kumastats.errors import KumastatsError
from kumastats.evidence import show
from kumastats.evidence.marks import mark
from kumastats.report import assets
from kumastats.report.content import Block, Bullets, Paragraph
from kumastats.report.writer import Writer
from kumastats.study.yaml_reader import Node
from kumastats.tables import table as canonical
from kumastats.text import Text
from kumastats.workload.savings import Assumptions
from kumastats.workload.savings.assumptions import LABELS, SHARES

NO_RIGHT: frozenset[int] = frozenset()
ROUGH = 1_000  # rows are told to the nearest thousand: exact ones would tell who came and left


def held(w: Writer, _: Node) -> Iterator[Block]:
    """What data are held, by canonical table: period, deliveries, rows to the nearest thousand."""
    rows = []
    for h in w.source.tables:
        at = f"data_{h.table}"
        span = "—"
        if h.first is not None and h.last is not None:
            span = w.fact(f"{at}_first", h.first) + w.say("～", " to ") + w.fact(f"{at}_last", h.last)
        many = round(h.rows / ROUGH) * ROUGH
        rows.append(
            [
                _label(h.table)(w.lang), span, w.fact(f"{at}_received", h.received_on), w.fact(f"{at}_deliveries", h.deliveries),
                w.say("約", "about ") + w.fact(f"{at}_rows", many) if many else w.say("少数", "few"),
            ]
        )  # fmt: skip
    heads = [
        w.say("表", "table"), w.say("期間", "period"), w.say("最後の受領", "last received"), w.say("受領", "deliveries"),
        w.say("行", "rows"),
    ]  # fmt: skip
    if rows:
        yield HtmlTable(heads, rows, w.say("使ったデータ", "Data used"), w.lang, right=frozenset({3, 4}))


def _label(name: str) -> Text:
    try:
        return canonical(name).label
    except KumastatsError:
        return Text(name, name)


def assumptions(w: Writer, _: Node) -> Iterator[Block]:
    """The ranges behind every yen figure."""
    made = Assumptions.of(w.source.study.savings)
    rows = []
    for f in fields(made):
        r = getattr(made, f.name)
        share = f.name in SHARES
        unit = Text("％", "%") if share else None
        cells = []
        for end in ("low", "likely", "high"):
            value = getattr(r, end) * (100 if share else 1)
            shown = w.fact(f"assumed_{f.name}_{end}", round(value, 1), 0 if value == round(value) else 1)
            cells.append(shown + (unit(w.lang) if unit else ""))
        rows.append([LABELS[f.name](w.lang), *cells])
    heads = [
        w.say("前提", "assumption"), w.say("低い場合", "low"), w.say("見込み", "likely"), w.say("高い場合", "high")
    ]  # fmt: skip
    yield HtmlTable(
        heads, rows, w.say("金額の前提", "Assumptions of the yen figures"), w.lang, right=frozenset({1, 2, 3})
    )


def privacy(w: Writer, _: Node) -> Iterator[Block]:
    """Which rules every number met, and what an attacker learns of all releases together."""
    t = Thresholds.of(dict(w.source.study.thresholds))
    least, width = w.fact("min_n", t.min_n), w.fact("interval_width", t.interval_width)
    lines = [
        w.say(
            f"どの数値も{least}人以上に基づく。割合は、当てはまる人もそうでない人も{least}人以上のときだけ載せる。",
            f"Every number rests on at least {least} people; a share only where at least {least} count and at least {least} do not.",
        ),
        w.say(
            f"最小値・最大値、一人ひとりの点や残差、{least}人に満たない集団で決まる係数は載せない。",
            f"No minimum or maximum, no point or residual of a person, no coefficient resting on fewer than {least} people is shown.",
        ),
    ]
    attack = w.source.attack
    if attack is None:
        lines.append(
            w.say(
                "庁内限りの版であり、公表物どうしの突き合わせは行っていない。",
                "This is an internal version: releases were not attacked together.",
            )
        )
    else:
        rows, cells = w.fact("attack_rows", attack.rows), w.fact("attack_cells", attack.cells)
        left = w.fact("attack_left", len(attack.not_attacked))
        lines.append(
            w.say(
                f"これまでに公表したすべての数値{rows}個を突き合わせ、{cells}のセルの値がどこまで絞り込めるかを線形計画で調べた。{least}人に満たないかもしれない集団の人数が、幅{width}より狭く分かるものはない。",
                f"All {rows} numbers ever published were held against each other and {cells} cells attacked by linear programming: of no group that may hold fewer than {least} people can the size be told to within a range narrower than {width}.",
            )
        )
        lines.append(
            w.say(
                f"足し算でない数値（係数、分位点など）{left}個は、この突き合わせの対象外で、一つずつの規則だけで守っている。",
                f"{left} numbers that are no sums (coefficients, quantiles and such) are kept by the rules for single numbers only.",
            )
        )
    blank = sum(y is None for held_ in w.series.values() for s in held_ for y in s.y)
    lines.append(
        w.say(
            f"図と表で空けた点は{w.fact('blank_points', blank)}か所（人数が少ない、または比べるものがない）。",
            f"Figures leave {w.fact('blank_points', blank)} points blank: too few people, or nothing to compare with.",
        )
    )
    yield Bullets(tuple(lines))


def revisions(w: Writer, _: Node) -> Iterator[Block]:
    """What changed against the release before, number by number, and the errata of the study register."""
    s = w.source
    for i, e in enumerate(s.study.publication.errata, start=1):
        day = w.fact(f"erratum_{i}_on", e.on)
        yield Paragraph(
            w.say(f"訂正（{day}）{e.id}: {w.name(e.reason)}", f"Erratum ({day}) {e.id}: {w.name(e.reason)}")
        )
        w.name(e.id)
    if not s.previous:
        yield Paragraph(
            w.say(
                "これより前の公表はない。訂正は次の版で、番号と理由を添えて示す。",
                "Nothing was released before. Corrections will be told in the next version, with id and reason.",
            )
        )
        return
    name = w.name(s.previous)
    if not s.revisions:
        yield Paragraph(
            w.say(
                f"前の公表（{name}）から変わった数値はない。",
                f"No number has changed since the release before ({name}).",
            )
        )
        return
    rows = [
        [
            w.name(r.id),
            w.name(r.title),
            _as(w, f"before.{r.id}", r.before),
            _as(w, r.id, r.after),
            w.name(r.why),
        ]
        for r in s.revisions
    ]
    heads = [
        w.say("番号", "id"), w.say("何の数値か", "what it is"), w.say("前", "was"), w.say("今", "is"), w.say("理由", "why")
    ]  # fmt: skip
    title = w.say(
        f"前の公表（{name}）から変わった数値", f"Numbers that changed since the release before ({name})"
    )
    yield HtmlTable(heads, rows, title, w.lang, right=frozenset({2, 3}))


def _as(w: Writer, reference: str, x: PublishedNumber | None) -> str:
    if x is None:
        return "—"
    said = show(x, w.lang)
    ends = (
        w.say(f"（{show(x, w.lang, 'interval')}）", f" ({show(x, w.lang, 'interval')})")
        if x.low is not None and x.high is not None
        else ""
    )
    if reference.startswith("before."):
        return w.name(said + ends)
    return mark(reference, said) + (
        w.say(
            f"（{mark(f'{reference}.interval', show(x, w.lang, 'interval'))}）",
            f" ({mark(f'{reference}.interval', show(x, w.lang, 'interval'))})",
        )
        if ends
        else ""
    )


def provenance(w: Writer, _: Node) -> Iterator[Block]:
    """Snapshot, program, and how much lies behind."""
    s = w.source
    version = w.records[0].code_version if w.records else assets.code_version()
    rows = [
        [w.say("データの受領日（最後）", "latest data received"), w.fact("received_on", s.received_on)],
        [w.say("受領", "deliveries"), w.fact("deliveries", sum(t.deliveries for t in s.tables))],
        [w.say("元のファイル", "source files"), w.fact("files", sum(t.files for t in s.tables))],
        [w.say("スナップショット", "snapshot"), w.name(s.snapshot)],
        [w.say("証拠の記録", "evidence records"), w.fact("records", len(w.records))],
        ["kumastats", w.name(version)],
    ]
    heads = [w.say("項目", "item"), w.say("内容", "content")]
    yield HtmlTable(heads, rows, w.say("来歴", "Where it comes from"), w.lang, right=NO_RIGHT)


PARTS = {
    "held": held, "assumptions": assumptions, "privacy": privacy, "revisions": revisions, "provenance": provenance,
}  # fmt: skip

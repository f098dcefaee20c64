"""The page that tells the evidence of every number: estimate, interval, n, design, checks, certainty, data, program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kumastats.calendar.shocks import known_shocks
from kumastats.disclosure.numbers import PublishedNumber
from kumastats.display import HtmlTable, number, word
from kumastats.display.labels import WORDS
from kumastats.evidence import EvidenceRecord
from kumastats.evidence.marks import mark
from kumastats.report import html
from kumastats.report.content import Document, Source
from kumastats.report.writer import Writer
from kumastats.text import Lang, Text

TEMPLATE = "evidence.html.j2"
FORMS = {
    "count": Text("件数", "count"), "total": Text("合計", "total"), "mean": Text("平均", "mean"), "share": Text("割合", "share"),
    "difference": Text("差", "difference"), "coefficient": Text("推定値", "estimate"), "interval_bound": Text("区間の端", "bound"),
    "quantile": Text("分位点", "quantile"), "constant": Text("公表値・前提", "given"), "simulated": Text("試算", "simulated"),
    "money": Text("金額", "money"),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What is told of one record."""

    id: str
    title: str
    statement: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[HtmlTable, ...]


def name_of(lang: Lang) -> str:
    """Return the file name of the page."""
    return f"evidence_{lang}.html"


def render(
    document: Document, source: Source, data: dict[str, list[dict[str, Any]]]
) -> tuple[str, tuple[str, ...]]:
    """Return the page of one language without its fonts, and the names with digits that it shows.

    Parameters
    ----------
    document
        The case study it belongs to.
    data
        Of each record the data it rests on, as the register tells them.
    """
    w = Writer(source, document.lang)
    entries = [_entry(w, r, data.get(r.id, [])) for r in w.records]
    say = w.say
    words = {
        "skip": say("本文へ", "Skip to content"),
        "title": say("数値ごとの証拠", "Evidence of each number"),
        "back": say("元の頁へ戻る", "Back to the page"),
        "intro": say(
            "数値ごとに、何を比べたか、どれほど確かか、どのデータとプログラムから来たかを示す。コマンド kumastats explain 番号 は元のファイルまでたどる。",
            "Of each number: what was compared, how sure it is, and which data and program it came from. The command kumastats explain ID goes on to the source files.",
        ),
        "contents": say("目次", "Contents"),
        "table": say("表", "table"),
        **html.other_language(document.lang),
        "other_page": name_of(html.OTHER[document.lang]),
    }  # fmt: skip
    made = html.page(TEMPLATE, "", d=vars(document), w=words, entries=entries)
    return made, tuple(sorted(w.names))


def _entry(w: Writer, r: EvidenceRecord, data: list[dict[str, Any]]) -> Entry:
    return Entry(r.id, w.title(r), w.statement(r), tuple(_facts(w, r)), tuple(_tables(w, r, data)))


def _facts(w: Writer, r: EvidenceRecord) -> Iterator[tuple[str, str]]:
    say, lang = w.say, w.lang
    item = next((i.label for i in w.source.study.items if i.id == r.item), None)
    if item is not None:
        yield say("連携項目", "item"), w.name(item)
    yield say("四半期", "quarter"), w.name(r.quarter)
    if r.estimand(lang):
        yield say("何を比べたか", "what is compared"), w.name(r.estimand)
    yield say("方法", "design"), word(r.design, lang)
    if r.inference:
        yield (
            say("区間の求め方", "how the interval was made"),
            w.name(WORDS.get(r.inference, r.inference)),
        )
    if r.kind == "comparison":
        yield say("位置づけ", "status"), word(r.status, lang)
    if r.undecidable_reason is not None:
        yield say("判断できない理由", "why it cannot be decided"), w.name(r.undecidable_reason)
    yield say("確かさ", "certainty"), word(r.certainty.level, lang)
    yield say("その理由", "reasons"), w.join([w.name(t) for t in r.certainty.reasons])
    if r.verdict:
        yield word("verdict", lang), word(r.verdict, lang)
    if r.formula is not None:
        yield word("formula", lang), w.name(r.formula)
    if r.reasons:
        yield say("説明", "explanation"), w.join([w.name(t) for t in r.reasons])
    for name, label in (
        ("n", word("n", lang)),
        ("n_units", word("units", lang)),
        ("n_clusters", say("独立なまとまり", "clusters")),
    ):
        value = getattr(r, name)
        if value is not None:
            yield label, mark(f"{r.id}.{name}", number(value, lang))
    if r.shocks:
        events = {s.id: s.event for s in known_shocks()}
        yield (
            say("期間内の出来事", "events in the window"),
            w.join([w.name(events.get(s, Text(s, s))) for s in r.shocks]),
        )
    if r.deviations:
        yield say("計画からの変更", "deviations"), w.join([w.name(t) for t in r.deviations])
    yield say("ノートブック", "notebook"), w.name(r.notebook)
    yield say("プログラム", "program"), w.name(f"kumastats {r.code_version}")
    yield say("スナップショット", "snapshot"), w.name(r.snapshot)


def _tables(w: Writer, r: EvidenceRecord, data: list[dict[str, Any]]) -> Iterator[HtmlTable]:
    say, lang = w.say, w.lang
    rows = [_row(w, r.id, x) for x in w.numbers[r.id]]
    if rows:
        heads = [
            say("名前", "name"),
            say("値", "value"),
            w.name(say("95％区間", "95% interval")),
            word("n", lang),
            say("形式", "form"),
        ]
        yield HtmlTable(heads, rows, say("数値", "Numbers"), lang, right=frozenset({1, 2, 3}))
    if r.checks:
        checks = [[w.name(c.meaning), word(c.result, lang)] for c in r.checks]
        yield HtmlTable(
            [word("check", lang), word("result", lang)],
            checks,
            say("点検", "Checks"),
            lang,
            right=frozenset(),
        )
    if data:
        told = [
            [w.name(d["table"]), w.name(str(d["deliveries"])), w.name(d["received_on"]), w.name(d["digest"])]
            for d in data
        ]
        heads = [
            say("表", "table"),
            say("受領の数", "deliveries"),
            say("最後の受領", "last received"),
            say("ハッシュ（先頭）", "hash (beginning)"),
        ]
        yield HtmlTable(heads, told, say("もとのデータ", "Data it rests on"), lang, right=frozenset({1}))


def _row(w: Writer, id_: str, x: PublishedNumber) -> list[str]:
    interval = x.low is not None and x.high is not None
    form = FORMS[x.form](w.lang) if x.form in FORMS else x.form
    return [
        w.name(x.name), w.show(id_, x), w.show(id_, x, "interval") if interval else "—",
        w.show(id_, x, "n") if x.n is not None else "—", form,
    ]  # fmt: skip

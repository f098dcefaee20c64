"""Parts made of findings: headlines, the table of key findings, a theme, named records, claims, certainty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.display import HtmlTable, word
from kumastats.evidence import EvidenceRecord
from kumastats.evidence.certainty import LEVELS
from kumastats.evidence.template import PLACEHOLDER
from kumastats.report import figures
from kumastats.report.content import Block, Bullets, Paragraph
from kumastats.report.namespace import BESIDE, LEVEL, NAIVE
from kumastats.report.writer import Writer
from kumastats.study.yaml_reader import Node
from kumastats.text import Text

ORDER = {"comparison": 0, "descriptive": 1, "model": 2, "claim": 3}
NONE_YET = Text("この点の証拠は、まだない。", "There is no evidence on this yet.")
MOST_HEADLINES = 6
# first and last value of a record that tells how something went, where it names no change of its own
SPANS = (("first", "last"), ("before", "after"), ("before", "now"))
CHANGES = ("effect", "change", "difference")
MIDDLE = "median"  # of a spread


def main_number(w: Writer, r: EvidenceRecord) -> PublishedNumber | None:
    """Return the number a record is about: its change, the last of what it follows, or the first its sentence names."""
    for name in (*CHANGES, MIDDLE, *(last for first, last in SPANS if w.held(r.id, first) is not None)):
        x = w.held(r.id, name)
        if x is not None:
            return x
    named = [m["name"] for m in PLACEHOLDER.finditer(r.statement.ja) if m["name"]]
    held = [x for n in dict.fromkeys(named) if (x := w.held(r.id, n)) is not None]
    return next((x for x in held if x.form != "constant"), held[0] if held else None)


def estimate(w: Writer, r: EvidenceRecord) -> str:
    """Return the number a record is about as a table shows it: a change with its sign, a course as “was → is”."""
    x = main_number(w, r)
    if x is None:
        return "—"
    if x.name in CHANGES:
        return w.show(r.id, x, "signed")
    first = next((w.held(r.id, a) for a, b in SPANS if b == x.name), None)
    if first is not None and first.unit == x.unit and first.form == x.form:
        return f"{w.show(r.id, first, 'bare')} → {w.show(r.id, x)}"
    return w.show(r.id, x)


def findings_of(w: Writer) -> list[EvidenceRecord]:
    """Return the records that are findings of their own, in order of item, kind and id."""
    items = [i.id for i in w.source.study.items]
    mine = [r for r in w.records if r.kind != "claim" and not r.id.startswith((LEVEL, NAIVE))]
    place = {item: i for i, item in enumerate(items)}
    return sorted(mine, key=lambda r: (place.get(r.item, len(items)), ORDER[r.kind], r.id))


def named(w: Writer, node: Node) -> list[EvidenceRecord]:
    """Return the records a list of ids asks for that are there; ``prefix-*`` stands for all that begin so.

    What is not there is kept as left out; an id that no record can ever have is an error.
    """
    out: list[EvidenceRecord] = []
    for entry in node.entries():
        asked = str(entry.value)
        if asked.endswith("*"):
            found = [r for r in w.records if r.id.startswith(asked[:-1])]
        else:
            found = [w.by_id[asked]] if asked in w.by_id else []
        if not found:
            w.leave_out(asked, entry.place)
        out += [r for r in found if r not in out]
    return out


def headlines(w: Writer, node: Node) -> Iterator[Block]:
    """The findings for the first page, one a theme: of the reform before what else came, then by `prominence`, then those named."""
    asked = named(w, node)
    ours = w.source.study.questions.keys() | {
        f"{BESIDE}{x.replace('_', '-')}" for x in w.source.study.initiatives
    }
    compared = sorted(
        (r for r in w.records if r.kind == "comparison"),
        key=lambda r: (r.question not in ours, *prominence(r)),
    )
    chosen: dict[str, EvidenceRecord] = {}
    for r in (*compared, *asked):
        chosen.setdefault(r.item, r)
    order = {item.id: i for i, item in enumerate(w.source.study.items)}
    if not chosen:
        yield Paragraph(w.say("まだ結果がない。", "There are no findings yet."))
    for record in sorted(chosen.values(), key=lambda r: (order.get(r.item, len(order)), r.id))[
        :MOST_HEADLINES
    ]:
        yield w.finding(record, brief=True)


def prominence(r: EvidenceRecord) -> tuple[int, bool, int, str]:
    """Return where a comparison stands: what was planned first, what can be decided, what is surest."""
    status = ("confirmatory", "retrospective", "exploratory").index(r.status)
    return status, not r.decidable, -LEVELS.index(r.certainty.level), r.id


def key_findings(w: Writer, _: Node) -> Iterator[Block]:
    """Every finding as a row, a table for each partnership item: estimate, interval, n, design, certainty, id."""
    held = findings_of(w)
    if not held:
        yield Paragraph(NONE_YET(w.lang))
    items = {i.id: i.label for i in w.source.study.items}
    heads = [w.say("わかったこと（番号）", "finding (id)"), word("estimate", w.lang), w.name(w.say("95％区間", "95% interval")),
             word("n", w.lang), w.say("方法", "design"), word("certainty", w.lang)]  # fmt: skip
    for item in dict.fromkeys(r.item for r in held):
        rows = [_key_row(w, r) for r in held if r.item == item]
        label = items[item](w.lang) if item in items else w.say("全体", "all items")
        title = w.say(f"主な結果: {w.name(label)}", f"Key findings: {w.name(label)}")
        yield HtmlTable(heads, rows, title, w.lang, right=frozenset({1, 2, 3}))


def _key_row(w: Writer, r: EvidenceRecord) -> list[str]:
    x = main_number(w, r)
    ends = x is not None and x.low is not None and x.high is not None
    return [
        w.titled(r), estimate(w, r), w.show(r.id, x, "range") if x and ends else "—",
        w.show(r.id, x, "n") if x and x.n is not None else "—", word(r.design, w.lang), word(r.certainty.level, w.lang),
    ]  # fmt: skip


def chosen(w: Writer, node: Node) -> Iterator[Block]:
    """The records named, as findings with their figures; says so where none is there."""
    found = named(w, node)
    if not found:
        yield Paragraph(NONE_YET(w.lang))
    for record in found:
        yield w.finding(record)
        yield from figures.of_record(w, record)


def theme(w: Writer, node: Node) -> Iterator[Block]:
    """Every record of a partnership item with its figures; an item without evidence says so.

    ``leave`` lists what stands in a section of its own. Naive differences stand in the figure of their comparison.
    """
    node.known("item", "leave")
    item = node.string("item")
    elsewhere = {r.id for r in named(w, node["leave"])} if node.has("leave") else set()
    mine = sorted(
        (r for r in w.records if r.item == item and r.kind != "claim" and r.id not in elsewhere),
        key=lambda r: (ORDER[r.kind], r.id),
    )
    if not any(r.item == item and r.kind != "claim" for r in w.records):
        yield Paragraph(w.say("この項目の証拠は、まだない。", "There is no evidence on this item yet."))
    for record in mine:
        if not record.id.startswith((LEVEL, NAIVE)):
            yield w.finding(record)
            yield from figures.of_record(w, record)
    levels = [r for r in mine if r.id.startswith(LEVEL)]
    if levels:
        label = next((i.label(w.lang) for i in w.source.study.items if i.id == item), item)
        yield levels_table(w, levels, w.name(label))


def levels_table(w: Writer, found: Sequence[EvidenceRecord], item: str = "") -> HtmlTable:
    """Return the measures of a quarter, of one item or of all, beside those of a year earlier."""
    n = word("n", w.lang)
    heads = [
        w.say("指標", "measure"),
        w.say("この四半期", "this quarter"),
        n,
        w.say("前年同期", "a year earlier"),
        n,
    ]
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
    quarter = w.name(w.source.quarter.label(w.lang))
    of, colon = (f"{item}の", f": {item}") if item else ("", "")
    title = w.say(f"{of}指標（{quarter}）", f"Measures of {quarter}{colon}")
    return HtmlTable(heads, rows, title, w.lang, right=frozenset({1, 2, 3, 4}))


def claims(w: Writer, _: Node) -> Iterator[Block]:
    """The announced claims with verdict, what was found and why."""
    found = [r for r in w.records if r.kind == "claim"]
    if not found:
        yield Paragraph(w.say("検証した主張は、まだない。", "No claim has been examined yet."))
        return
    heads = [word("claim", w.lang), w.say("確かめた結果", "what was found"), word("verdict", w.lang)]
    rows = []
    for r in found:
        why = w.join([w.name(t) for t in r.reasons])
        said = w.statement(r) + (w.say(f"（{why}）", f" ({why})") if why else "")
        rows.append([w.titled(r), said, word(r.verdict or "", w.lang)])
    title = w.say("公表された主張と判定", "Announced claims and verdicts")
    yield HtmlTable(heads, rows, title, w.lang, right=frozenset())


def certainty(w: Writer, _: Node) -> Iterator[Block]:
    """How sure each finding is, with every reason; findings that share design, level and reasons share a row."""
    heads = [
        word("certainty", w.lang), w.say("方法", "design"), w.say("理由", "reasons"), w.say("わかったことの番号", "ids of findings"),
    ]  # fmt: skip
    alike: dict[tuple[str, str, tuple[Text, ...]], list[str]] = {}
    for r in findings_of(w):
        alike.setdefault((r.certainty.level, r.design, r.certainty.reasons), []).append(r.id)
    order: dict[str, int] = {level: i for i, level in enumerate(reversed(LEVELS))}
    rows = [
        [word(level, w.lang), word(design, w.lang), w.join([w.name(t) for t in reasons]), w.say("、", ", ").join(ids)]
        for (level, design, reasons), ids in sorted(alike.items(), key=lambda kv: (order[kv[0][0]], kv[0][1], kv[1]))
    ]  # fmt: skip
    if rows:
        title = w.say("どれほど確かか", "How sure each finding is")
        yield HtmlTable(heads, rows, title, w.lang, right=frozenset())


def answers(w: Writer, node: Node, most: int) -> Bullets | None:
    """Return the sentences of the first `most` records a list names, each with how sure it is and its id."""
    found = []
    for r in named(w, node)[:most]:
        sure = word(r.certainty.level, w.lang)
        found.append(w.statement(r) + w.say(f"（確かさ: {sure}、{r.id}）", f" (certainty: {sure}; {r.id})"))
    return Bullets(tuple(found)) if found else None


def when(w: Writer, ids: Iterable[Node]) -> bool:
    """Tell whether every record a block waits for is there."""
    missing = [n for n in ids if str(n.value) not in w.by_id]
    for n in missing:
        w.leave_out(str(n.value), n.place)
    return not missing


PARTS = {
    "headlines": headlines, "key_findings": key_findings, "evidence": chosen, "findings": theme, "claims": claims,
    "certainty": certainty,
}  # fmt: skip

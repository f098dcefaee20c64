"""Parts about who did it: workshops, pilots, who paid and wrote, whom they asked, who reviewed."""

from __future__ import annotations

from collections.abc import Iterator

from kumastats.display import HtmlTable
from kumastats.report.content import Block, Bullets, Paragraph
from kumastats.report.writer import Writer
from kumastats.study.yaml_reader import Node
from kumastats.text import Text

NOT_RECORDED = Text("記録がない。", "Nothing is recorded.")
NO_RIGHT: frozenset[int] = frozenset()


def workshops(w: Writer, _: Node) -> Iterator[Block]:
    """Workshops: how many proposals, how many were adopted, and why."""
    rows = []
    for i, x in enumerate(w.source.study.workshops, start=1):
        at = f"workshop_{i}"
        rows.append(
            [
                w.fact(f"{at}_date", x.date), w.name(x.topic), w.fact(f"{at}_proposals", x.proposals),
                w.fact(f"{at}_adopted", x.adopted), w.fact(f"{at}_rejected", x.rejected), w.name(x.why),
            ]
        )  # fmt: skip
    if not rows:
        yield Paragraph(NOT_RECORDED(w.lang))
        return
    heads = [
        w.say("開催日", "date"), w.say("議題", "topic"), w.say("提案", "proposals"), w.say("採択", "adopted"),
        w.say("不採択", "rejected"), w.say("理由", "why"),
    ]  # fmt: skip
    yield HtmlTable(heads, rows, w.say("ワークショップ", "Workshops"), w.lang, right=frozenset({2, 3, 4}))


def pilots(w: Writer, _: Node) -> Iterator[Block]:
    """Pilots: the question, the roles and when they were filled, what was done, what came of it."""
    if not w.source.study.pilots:
        yield Paragraph(NOT_RECORDED(w.lang))
    for p in w.source.study.pilots:
        rows = [[w.say("問い", "question"), "", w.name(p.question)]]
        key = p.id.replace("-", "_")
        rows += [
            [w.say("参加", "member"), w.fact(f"pilot_{key}_joined_{i}", m.joined_on), w.name(m.role)]
            for i, m in enumerate(p.members, start=1)
        ]
        rows += [
            [w.say("活動", "activity"), w.fact(f"pilot_{key}_activity_{i}", a.on), w.name(a.what)]
            for i, a in enumerate(p.activities, start=1)
        ]
        if p.outcome is not None:
            rows.append([w.say("結果", "outcome"), "", w.name(p.outcome)])
        heads = [w.say("区分", "what"), w.say("日", "date"), w.say("内容", "content")]
        title = w.say(f"先行の試み: {w.name(p.label)}", f"Pilot: {w.name(p.label)}")
        yield HtmlTable(heads, rows, title, w.lang, right=NO_RIGHT)


def makers(w: Writer, _: Node) -> Iterator[Block]:
    """Who wrote it and who paid, by partner; a partner that wrote is a party to what is examined."""
    study = w.source.study
    names = {p.id: p.name for p in study.partners}
    told = study.publication
    rows = [
        [
            w.say("執筆", "wrote"),
            w.name(names[a.party]),
            w.say(f"{a.role.ja}: {a.part.ja}", f"{a.role.en}: {a.part.en}"),
        ]
        for a in told.authors
    ]
    rows += [[w.say("負担", "paid"), w.name(names[f.party]), w.name(f.what)] for f in told.funding]
    if not rows:
        yield Paragraph(
            w.say("だれが書き、だれが負担したかの記録がない。", "Who wrote and who paid is not recorded.")
        )
        return
    heads = [w.say("区分", "what"), w.say("連携者", "partner"), w.say("内容", "part")]
    title = w.say("だれが書き、だれが負担したか", "Who wrote it and who paid")
    yield HtmlTable(heads, rows, title, w.lang, right=NO_RIGHT)


def consultations(w: Writer, _: Node) -> Iterator[Block]:
    """Talks with staff, unions and the public."""
    rows = [
        [w.fact(f"consultation_{i}_on", c.on), w.name(c.whom), w.name(c.topic), w.name(c.outcome)]
        for i, c in enumerate(w.source.study.publication.consultations, start=1)
    ]
    if not rows:
        yield Paragraph(
            w.say(
                "職員・職員団体との協議の記録がない。",
                "No consultation of staff or unions is recorded.",
            )
        )
        return
    heads = [w.say("日", "date"), w.say("相手", "with"), w.say("議題", "topic"), w.say("結果", "outcome")]
    title = w.say("職員・職員団体との協議", "Consultation of staff and unions")
    yield HtmlTable(heads, rows, title, w.lang, right=NO_RIGHT)


def reviews(w: Writer, _: Node) -> Iterator[Block]:
    """Who read it before publication, and what changed by it."""
    rows = [
        [w.fact(f"review_{i}_on", r.on), w.name(r.by), w.name(r.outcome)]
        for i, r in enumerate(w.source.study.publication.reviews, start=1)
    ]
    if not rows:
        yield Paragraph(w.say("査読の記録がない。", "No review is recorded."))
        return
    heads = [w.say("日", "date"), w.say("だれが", "by"), w.say("結果", "outcome")]
    yield HtmlTable(heads, rows, w.say("査読の記録", "Review record"), w.lang, right=NO_RIGHT)


def contact(w: Writer, _: Node) -> Iterator[Block]:
    """Whom to ask, and how it may be used."""
    told = w.source.study.publication
    lines = [
        (w.say("問い合わせ先", "Contact"), told.contact),
        (w.say("利用条件", "Terms of use"), told.licence),
    ]
    yield Bullets(tuple(f"{head}: {w.name(t) or w.say('記載なし', 'not given')}" for head, t in lines))


PARTS = {
    "workshops": workshops, "pilots": pilots, "makers": makers, "consultations": consultations, "reviews": reviews,
    "contact": contact,
}  # fmt: skip
